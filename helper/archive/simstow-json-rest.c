/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members that are kept as text.
 */

#include "simstow-json-rest.h"

#include <string.h>

static void
append_scalar (GString *out, const SimstowJsonValue *value)
{
    const gchar *quote = value->type == SIMSTOW_JSON_STRING ? "\"" : "";

    g_string_append (out, quote);
    g_string_append_len (out, value->text, (gssize) value->length);
    g_string_append (out, quote);
}

/* As deep as the scanner lets objects nest */
void
simstow_json_rest_write (SimstowJsonWriter *writer,
                         const SimstowJsonValue *key,
                         const SimstowJsonValue *value)
{
    g_autofree gchar *name = key ? g_strndup (key->text, key->length) : NULL;
    gboolean is_object = value->type == SIMSTOW_JSON_OBJECT;
    SimstowJsonScanner scanner;
    SimstowJsonValue its_key;
    SimstowJsonValue element;

    if (!is_object && value->type != SIMSTOW_JSON_ARRAY) {
        g_autoptr (GString) scalar = g_string_new (NULL);

        append_scalar (scalar, value);
        simstow_json_writer_raw (writer, name, scalar->str);
        return;
    }
    simstow_json_writer_begin (writer, name, is_object ? '{' : '[');
    simstow_json_scanner_init (&scanner, value);
    while (simstow_json_scanner_next (&scanner, is_object ? &its_key : NULL, &element))
        simstow_json_rest_write (writer, is_object ? &its_key : NULL, &element);
    simstow_json_writer_end (writer, is_object ? '}' : ']');
}

void
simstow_json_rest_append (GString *rest, const SimstowJsonValue *key, const SimstowJsonValue *value)
{
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, rest, FALSE);
    writer.comma = rest->len > 0;
    simstow_json_rest_write (&writer, key, value);
}

static void
collect (GHashTable *values, GPtrArray *keys, const gchar *members)
{
    g_autofree gchar *object = g_strconcat ("{", members, "}", NULL);
    SimstowJsonScanner scanner;
    SimstowJsonValue parsed;
    SimstowJsonValue key;
    SimstowJsonValue value;

    if (!simstow_json_value_parse (object, strlen (object), &parsed, NULL))
        return;
    simstow_json_scanner_init (&scanner, &parsed);
    while (simstow_json_scanner_next (&scanner, &key, &value)) {
        g_autofree gchar *name = g_strndup (key.text, key.length);
        g_autoptr (GString) member = g_string_new (NULL);
        const gchar *other = g_hash_table_lookup (values, name);

        simstow_json_rest_append (member, &key, &value);
        if (!other)
            g_ptr_array_add (keys, g_strdup (name));
        if (!other || strcmp (member->str, other) > 0)
            g_hash_table_replace (values,
                                  g_steal_pointer (&name),
                                  g_string_free (g_steal_pointer (&member), FALSE));
    }
}

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

void
simstow_json_rest_unite (gchar **rest, const gchar *more)
{
    g_autoptr (GHashTable) values = NULL;
    g_autoptr (GPtrArray) keys = NULL;
    g_autoptr (GString) united = NULL;
    guint i;

    if (!more)
        return;
    values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    keys = g_ptr_array_new_with_free_func (g_free);
    united = g_string_new (NULL);
    if (*rest)
        collect (values, keys, *rest);
    collect (values, keys, more);
    g_ptr_array_sort (keys, compare_keys);
    for (i = 0; i < keys->len; i++) {
        if (i > 0)
            g_string_append_c (united, ',');
        g_string_append (united, g_hash_table_lookup (values, g_ptr_array_index (keys, i)));
    }
    g_free (*rest);
    *rest = g_string_free (g_steal_pointer (&united), FALSE);
}
