/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON on standard output, always UTF-8, whatever the locale.
 */

#include "simstow-json.h"

#include <stdio.h>

#include "simstow-json-writer.h"

struct _SimstowJson {
    GString *closers;
    gboolean first;
};

static gboolean
must_escape (gunichar c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Such characters stand only inside strings, where an escape means the same. */
static gchar *
make_harmless (const gchar *plain)
{
    GString *out = g_string_new (NULL);
    const gchar *done = plain;
    const gchar *p;

    for (p = plain; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c;

        if (*p >= 0x20 && *p < 0x7F)
            continue;
        c = g_utf8_get_char (p);
        if (!must_escape (c))
            continue;
        g_string_append_len (out, done, p - done);
        g_string_append_printf (out, "\\u%04x", c);
        done = g_utf8_next_char (p);
    }
    g_string_append_len (out, done, p - done);
    return g_string_free (out, FALSE);
}

SimstowJson *
simstow_json_new (void)
{
    SimstowJson *json = g_new0 (SimstowJson, 1);

    json->closers = g_string_new (NULL);
    json->first = TRUE;
    return json;
}

void
simstow_json_free (SimstowJson *json)
{
    while (json->closers->len > 0)
        simstow_json_end (json);
    fputs ("\n", stdout);
    g_string_free (json->closers, TRUE);
    g_free (json);
}

/* Puts what comes before a value: comma, line feed, indentation, name, which is ours and needs no
 * escape. */
static void
lead_in (SimstowJson *json, const gchar *name)
{
    if (json->closers->len > 0)
        printf ("%s\n%*s", json->first ? "" : ",", 2 * (gint) json->closers->len, "");
    if (name != NULL)
        printf ("\"%s\": ", name);
    json->first = FALSE;
}

void
simstow_json_begin (SimstowJson *json, const gchar *name, gchar bracket)
{
    lead_in (json, name);
    putchar (bracket);
    g_string_append_c (json->closers, bracket == '{' ? '}' : ']');
    json->first = TRUE;
}

void
simstow_json_end (SimstowJson *json)
{
    gsize depth = json->closers->len - 1;
    gchar closer = json->closers->str[depth];

    g_string_truncate (json->closers, depth);
    if (!json->first)
        printf ("\n%*s", 2 * (gint) depth, "");
    putchar (closer);
    json->first = FALSE;
}

void
simstow_json_add (SimstowJson *json, const gchar *name, JsonNode *node)
{
    g_autofree gchar *text = simstow_json_to_text (node);

    lead_in (json, name);
    fputs (text, stdout);
    json_node_unref (node);
}

void
simstow_json_add_text (SimstowJson *json, const gchar *name, const gchar *text)
{
    g_autofree gchar *harmless = make_harmless (text);

    lead_in (json, name);
    fputs (harmless, stdout);
}

void
simstow_json_add_string (SimstowJson *json, const gchar *name, const gchar *text)
{
    g_autoptr (GString) value = NULL;
    SimstowJsonWriter writer;

    if (text == NULL)
        return;
    value = g_string_new (NULL);
    simstow_json_writer_init (&writer, value, FALSE);
    simstow_json_writer_string (&writer, NULL, text);
    simstow_json_add_text (json, name, value->str);
}

void
simstow_json_add_int (SimstowJson *json, const gchar *name, gint64 value)
{
    lead_in (json, name);
    printf ("%" G_GINT64_FORMAT, value);
}

void
simstow_json_add_boolean (SimstowJson *json, const gchar *name, gboolean value)
{
    lead_in (json, name);
    fputs (value ? "true" : "false", stdout);
}

gchar *
simstow_json_to_text (JsonNode *node)
{
    g_autofree gchar *plain = json_to_string (node, FALSE);

    return make_harmless (plain);
}
