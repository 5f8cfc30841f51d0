/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Escaping: the five characters that mean something in HTML, in text and in attributes.
 */

#include "simstow-html.h"

#include <string.h>

#include "simstow-text.h"

static const gchar *
escape_of (gchar c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return "&#39;";
    }
}

static void
append_escaped (GString *out, const gchar *text)
{
    while (*text != '\0') {
        gsize plain = strcspn (text, "&<>\"'");

        g_string_append_len (out, text, (gssize) plain);
        text += plain;
        if (*text != '\0')
            g_string_append (out, escape_of (*text++));
    }
}

void
simstow_html_append (GString *out, const gchar *text)
{
    g_autofree gchar *safe = simstow_text_safe (text);

    append_escaped (out, safe);
}

void
simstow_html_append_line (GString *out, const gchar *text)
{
    g_autofree gchar *safe = simstow_text_line (text);

    append_escaped (out, safe);
}

void
simstow_html_append_element (GString *out, const gchar *name, const gchar *text)
{
    g_string_append_printf (out, "<%s>", name);
    simstow_html_append_line (out, text);
    g_string_append_printf (out, "</%.*s>\n", (gint) strcspn (name, " "), name);
}

void
simstow_html_append_fact (const gchar *label, const gchar *value, gpointer user_data)
{
    GString *out = user_data;

    if (value == NULL || *value == '\0')
        return;
    g_string_append (out, "<p><b>");
    simstow_html_append_line (out, label);
    g_string_append (out, ":</b> <span>");
    simstow_html_append_line (out, value);
    g_string_append (out, "</span></p>\n");
}
