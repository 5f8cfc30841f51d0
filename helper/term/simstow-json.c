/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON on standard output, always UTF-8, whatever the locale: what the writer has
 * written is made harmless and printed at once.
 */

#include "simstow-json.h"

#include <stdio.h>

#include "simstow-json-writer.h"
#include "simstow-text.h"

struct _SimstowJson {
    SimstowJsonWriter writer;
    GString *text;
    GString *closers;
};

/* Such characters stand only inside strings, where an escape means the same; line feeds also
 * between values, and the writer has escaped the others. */
gchar *
simstow_json_make_harmless (const gchar *plain)
{
    GString *out = g_string_new (NULL);
    const gchar *done = plain;
    const gchar *p;

    for (p = plain; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c;

        if ((*p >= 0x20 && *p < 0x7F) || *p == '\n')
            continue;
        c = g_utf8_get_char (p);
        if (!simstow_text_is_dangerous (c))
            continue;
        g_string_append_len (out, done, p - done);
        g_string_append_printf (out, "\\u%04x", c);
        done = g_utf8_next_char (p);
    }
    g_string_append_len (out, done, p - done);
    return g_string_free (out, FALSE);
}

static void
print (SimstowJson *json)
{
    g_autofree gchar *harmless = simstow_json_make_harmless (json->text->str);

    fputs (harmless, stdout);
    g_string_truncate (json->text, 0);
}

SimstowJson *
simstow_json_new (void)
{
    SimstowJson *json = g_new0 (SimstowJson, 1);

    json->text = g_string_new (NULL);
    json->closers = g_string_new (NULL);
    simstow_json_writer_init (&json->writer, json->text, TRUE);
    return json;
}

void
simstow_json_free (SimstowJson *json)
{
    while (json->closers->len > 0)
        simstow_json_end (json);
    fputs ("\n", stdout);
    g_string_free (json->closers, TRUE);
    g_string_free (json->text, TRUE);
    g_free (json);
}

void
simstow_json_begin (SimstowJson *json, const gchar *name, gchar bracket)
{
    simstow_json_writer_begin (&json->writer, name, bracket);
    g_string_append_c (json->closers, bracket == '{' ? '}' : ']');
}

void
simstow_json_end (SimstowJson *json)
{
    gsize depth = json->closers->len - 1;

    simstow_json_writer_end (&json->writer, json->closers->str[depth]);
    g_string_truncate (json->closers, depth);
    print (json);
}

void
simstow_json_add_text (SimstowJson *json, const gchar *name, const gchar *text)
{
    simstow_json_writer_raw (&json->writer, name, text);
    print (json);
}

void
simstow_json_add_string (SimstowJson *json, const gchar *name, const gchar *text)
{
    simstow_json_writer_string (&json->writer, name, text);
}

void
simstow_json_add_int (SimstowJson *json, const gchar *name, gint64 value)
{
    simstow_json_writer_integer (&json->writer, name, value);
}

void
simstow_json_add_boolean (SimstowJson *json, const gchar *name, gboolean value)
{
    simstow_json_writer_boolean (&json->writer, name, value);
}
