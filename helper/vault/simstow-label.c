/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Labels. sha256sum -c passes over lines that begin with a #.
 */

#include "config.h"

#include "simstow-label.h"

#include <string.h>

#define DIGEST_LENGTH 64

static void
append_number (GString *text, const gchar *key, guint64 value)
{
    g_string_append_printf (text, "# %s %" G_GUINT64_FORMAT "\n", key, value);
}

static void
append_text (GString *text, const gchar *key, const gchar *value)
{
    if (value != NULL)
        g_string_append_printf (text, "# %s %s\n", key, value);
}

gchar *
simstow_label_format (const SimstowLabel *label, gboolean private)
{
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "%s  %s\n", label->digest, label->name);
    append_number (text, "size", label->size);
    append_number (text, "complete", label->complete ? 1 : 0);
    append_number (text, "messages", label->messages);
    append_number (text, "contacts", label->contacts);
    append_number (text, "calls", label->calls);
    append_text (text, "history", label->history);
    if (private) {
        append_text (text, "content", label->content);
        append_text (text, "written", label->written);
    }
    return g_string_free (text, FALSE);
}

static void
read_comment (SimstowLabel *label, const gchar *key, const gchar *value)
{
    guint64 number = g_ascii_strtoull (value, NULL, 10);

    if (g_str_equal (key, "size"))
        label->size = number;
    else if (g_str_equal (key, "complete"))
        label->complete = number == 1;
    else if (g_str_equal (key, "messages"))
        label->messages = number;
    else if (g_str_equal (key, "contacts"))
        label->contacts = number;
    else if (g_str_equal (key, "calls"))
        label->calls = number;
    else if (g_str_equal (key, "history") && label->history == NULL)
        label->history = g_strdup (value);
    else if (g_str_equal (key, "content") && label->content == NULL)
        label->content = g_strdup (value);
    else if (g_str_equal (key, "written") && label->written == NULL)
        label->written = g_strdup (value);
}

SimstowLabel *
simstow_label_parse (const gchar *text)
{
    g_autoptr (SimstowLabel) label = g_new0 (SimstowLabel, 1);
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    guint i;

    if (!g_utf8_validate (text, -1, NULL) || lines[0] == NULL ||
        strspn (lines[0], "0123456789abcdef") != DIGEST_LENGTH ||
        strlen (lines[0]) < DIGEST_LENGTH + 3)
        return NULL;
    label->digest = g_strndup (lines[0], DIGEST_LENGTH);
    label->name = g_strdup (lines[0] + DIGEST_LENGTH + 2);
    for (i = 1; lines[i] != NULL; i++) {
        g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);

        if (g_strv_length (words) == 3 && g_str_equal (words[0], "#"))
            read_comment (label, words[1], words[2]);
    }
    return g_steal_pointer (&label);
}

void
simstow_label_free (SimstowLabel *label)
{
    g_free (label->name);
    g_free (label->digest);
    g_free (label->history);
    g_free (label->content);
    g_free (label->written);
    g_free (label);
}
