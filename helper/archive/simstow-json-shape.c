/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter of shapes, and what it keeps of members that no shape has.
 */

#include "simstow-json-shape.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

/* The greatest number that every JSON reader keeps exact */
#define MAXIMUM_TOTAL (G_GINT64_CONSTANT (1) << 53)

static void
write_texts (SimstowJsonWriter *writer, const gchar *key, const GPtrArray *texts)
{
    guint i;

    if (!texts || texts->len == 0)
        return;
    simstow_json_writer_begin (writer, key, '[');
    for (i = 0; i < texts->len; i++)
        simstow_json_writer_string (writer, NULL, g_ptr_array_index (texts, i));
    simstow_json_writer_end (writer, ']');
}

static void
write_object (SimstowJsonWriter *writer,
              const gchar *key,
              const SimstowJsonShape *shape,
              gconstpointer object)
{
    if (!object)
        return;
    simstow_json_writer_begin (writer, key, '{');
    simstow_json_shape_write (shape, object, writer);
    simstow_json_writer_end (writer, '}');
}

static void
write_objects (SimstowJsonWriter *writer,
               const gchar *key,
               const SimstowJsonShape *shape,
               const GPtrArray *objects)
{
    guint i;

    if (!objects)
        return;
    simstow_json_writer_begin (writer, key, '[');
    for (i = 0; i < objects->len; i++)
        write_object (writer, NULL, shape, g_ptr_array_index (objects, i));
    simstow_json_writer_end (writer, ']');
}

static void
write_field (SimstowJsonWriter *writer, const SimstowJsonField *field, gconstpointer place)
{
    const gchar *key = field->key;

    switch (field->kind) {
    case SIMSTOW_JSON_KIND_TEXT:
        simstow_json_writer_string (writer, key, *(gchar *const *) place);
        break;
    case SIMSTOW_JSON_KIND_COUNT:
        simstow_json_writer_integer (writer, key, *(const guint *) place);
        break;
    case SIMSTOW_JSON_KIND_TOTAL:
        simstow_json_writer_integer (writer, key, (gint64) * (const guint64 *) place);
        break;
    case SIMSTOW_JSON_KIND_LIMIT:
        if (*(const gint *) place >= 0)
            simstow_json_writer_integer (writer, key, *(const gint *) place);
        break;
    case SIMSTOW_JSON_KIND_FLAG:
        simstow_json_writer_boolean (writer, key, *(const gboolean *) place);
        break;
    case SIMSTOW_JSON_KIND_MARK:
        if (*(const gboolean *) place)
            simstow_json_writer_boolean (writer, key, TRUE);
        break;
    case SIMSTOW_JSON_KIND_WORDS:
        simstow_json_writer_words (writer, key, *(gchar * *const *) place);
        break;
    case SIMSTOW_JSON_KIND_TEXTS:
        write_texts (writer, key, *(GPtrArray *const *) place);
        break;
    case SIMSTOW_JSON_KIND_BYTES:
        simstow_json_writer_bytes (writer, key, *(GBytes *const *) place);
        break;
    case SIMSTOW_JSON_KIND_TIME:
        if (*(const gint64 *) place != 0)
            simstow_json_writer_time (writer, key, *(const gint64 *) place, 0);
        break;
    case SIMSTOW_JSON_KIND_OBJECT:
        write_object (writer, key, field->shape, *(const gconstpointer *) place);
        break;
    case SIMSTOW_JSON_KIND_OBJECTS:
        write_objects (writer, key, field->shape, *(GPtrArray *const *) place);
        break;
    }
}

void
simstow_json_shape_write (const SimstowJsonShape *shape,
                          gconstpointer object,
                          SimstowJsonWriter *writer)
{
    const guint8 *place = object;
    gsize i;

    for (i = 0; i < shape->n_fields; i++)
        write_field (writer, &shape->fields[i], place + shape->fields[i].offset);
    if (shape->rest != 0)
        simstow_json_writer_rest (writer, *(gchar *const *) (place + shape->rest));
}

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

static gboolean
refuse (const gchar *why, GError **error)
{
    return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "%s", why);
}

static gboolean
read_text (const SimstowJsonValue *value, gchar **place, GError **error)
{
    gchar *text = simstow_json_value_dup_string (value, error);

    if (!text)
        return FALSE;
    g_free (*place);
    *place = text;
    return TRUE;
}

static gboolean
read_integer (const SimstowJsonValue *value, gint64 maximum, gpointer place, GError **error)
{
    gint64 integer;

    if (!simstow_json_value_get_integer (value, 0, maximum, &integer, error))
        return FALSE;
    *(guint *) place = (guint) integer;
    return TRUE;
}

static gboolean
read_bytes (const SimstowJsonValue *value, GBytes **place, GError **error)
{
    GBytes *bytes;

    if (value->type != SIMSTOW_JSON_STRING)
        return refuse ("hexadecimal digits expected", error);
    bytes = simstow_hex_decode (value->text, (gssize) value->length, error);
    if (!bytes)
        return FALSE;
    g_clear_pointer (place, g_bytes_unref);
    *place = bytes;
    return TRUE;
}

static gboolean
read_time (const SimstowJsonValue *value, gint64 *place, GError **error)
{
    g_autofree gchar *text = simstow_json_value_dup_string (value, error);

    if (!text)
        return FALSE;
    if (simstow_time_parse (text, place))
        return TRUE;
    return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "no time with a zone: %s", text);
}

static gboolean
read_texts (const SimstowJsonValue *value, GPtrArray **place, GError **error)
{
    g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
    SimstowJsonScanner scanner;
    SimstowJsonValue element;

    if (value->type != SIMSTOW_JSON_ARRAY)
        return refuse ("an array expected", error);
    simstow_json_scanner_init (&scanner, value);
    while (simstow_json_scanner_next (&scanner, NULL, &element)) {
        gchar *text = simstow_json_value_dup_string (&element, error);

        if (!text)
            return FALSE;
        g_ptr_array_add (texts, text);
    }
    g_clear_pointer (place, g_ptr_array_unref);
    *place = g_steal_pointer (&texts);
    return TRUE;
}

static gboolean
read_words (const SimstowJsonValue *value, gchar ***place, GError **error)
{
    g_autoptr (GPtrArray) texts = NULL;

    if (!read_texts (value, &texts, error))
        return FALSE;
    g_ptr_array_add (texts, NULL);
    g_strfreev (*place);
    *place = (gchar **) g_ptr_array_free (g_steal_pointer (&texts), FALSE);
    return TRUE;
}

static gpointer
read_new_object (const SimstowJsonShape *shape, const SimstowJsonValue *value, GError **error)
{
    gpointer object = shape->create ? shape->create () : g_malloc0 (shape->size);

    if (simstow_json_shape_read (shape, value, object, error))
        return object;
    shape->destroy (object);
    return NULL;
}

static gboolean
read_object (const SimstowJsonField *field,
             const SimstowJsonValue *value,
             gpointer *place,
             GError **error)
{
    gpointer object = read_new_object (field->shape, value, error);

    if (!object)
        return FALSE;
    if (*place)
        field->shape->destroy (*place);
    *place = object;
    return TRUE;
}

static gboolean
read_objects (const SimstowJsonField *field,
              const SimstowJsonValue *value,
              GPtrArray **place,
              GError **error)
{
    g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (field->shape->destroy);
    SimstowJsonScanner scanner;
    SimstowJsonValue element;

    if (value->type != SIMSTOW_JSON_ARRAY)
        return refuse ("an array expected", error);
    simstow_json_scanner_init (&scanner, value);
    while (simstow_json_scanner_next (&scanner, NULL, &element)) {
        gpointer object = read_new_object (field->shape, &element, error);

        if (!object)
            return FALSE;
        g_ptr_array_add (objects, object);
    }
    g_clear_pointer (place, g_ptr_array_unref);
    *place = g_steal_pointer (&objects);
    return TRUE;
}

static gboolean
read_field (const SimstowJsonField *field,
            const SimstowJsonValue *value,
            gpointer place,
            GError **error)
{
    switch (field->kind) {
    case SIMSTOW_JSON_KIND_TEXT:
        return read_text (value, place, error);
    case SIMSTOW_JSON_KIND_COUNT:
        return read_integer (value, G_MAXUINT32, place, error);
    case SIMSTOW_JSON_KIND_TOTAL:
        return simstow_json_value_get_integer (value, 0, MAXIMUM_TOTAL, place, error);
    case SIMSTOW_JSON_KIND_LIMIT:
        return read_integer (value, G_MAXINT32, place, error);
    case SIMSTOW_JSON_KIND_FLAG:
    case SIMSTOW_JSON_KIND_MARK:
        return simstow_json_value_get_boolean (value, place, error);
    case SIMSTOW_JSON_KIND_WORDS:
        return read_words (value, place, error);
    case SIMSTOW_JSON_KIND_TEXTS:
        return read_texts (value, place, error);
    case SIMSTOW_JSON_KIND_BYTES:
        return read_bytes (value, place, error);
    case SIMSTOW_JSON_KIND_TIME:
        return read_time (value, place, error);
    case SIMSTOW_JSON_KIND_OBJECT:
        return read_object (field, value, place, error);
    case SIMSTOW_JSON_KIND_OBJECTS:
        return read_objects (field, value, place, error);
    }
    return FALSE;
}

/* The place of @key in the table: members come in the table's order as a rule,
 * so the search starts behind the one before */
static gsize
find_field (const SimstowJsonShape *shape, const SimstowJsonValue *key, gsize expected)
{
    gsize i;

    for (i = 0; i < shape->n_fields; i++) {
        gsize place = (expected + i) % shape->n_fields;
        const gchar *name = shape->fields[place].key;

        /* most keys of a line are not in its table: the first letter tells */
        if (key->length > 0 && key->text[0] == name[0] &&
            simstow_json_value_is (key, name, strlen (name)))
            return place;
    }
    return shape->n_fields;
}

static gboolean
is_derived (const SimstowJsonShape *shape, const SimstowJsonValue *key)
{
    const gchar *const *derived;

    for (derived = shape->derived; derived && *derived; derived++)
        if (simstow_json_value_is (key, *derived, strlen (*derived)))
            return TRUE;
    return FALSE;
}

gboolean
simstow_json_shape_has (const SimstowJsonShape *shape, const gchar *key, gsize length)
{
    gsize i;

    for (i = 0; i < shape->n_fields; i++)
        if (strlen (shape->fields[i].key) == length &&
            memcmp (shape->fields[i].key, key, length) == 0)
            return TRUE;
    return FALSE;
}

/* What a newer program wrote is kept */
static void
keep_rest (const SimstowJsonShape *shape,
           const SimstowJsonValue *key,
           const SimstowJsonValue *value,
           GString **rest)
{
    if (shape->rest == 0 || is_derived (shape, key))
        return;
    if (!*rest)
        *rest = g_string_new (NULL);
    simstow_json_rest_append (*rest, key, value);
}

static void
set_rest (const SimstowJsonShape *shape, gpointer object, GString **rest)
{
    gchar **place = (gchar **) ((guint8 *) object + shape->rest);

    if (shape->rest == 0)
        return;
    g_free (*place);
    *place = *rest ? g_string_free (g_steal_pointer (rest), FALSE) : NULL;
}

static gboolean
check_complete (const SimstowJsonShape *shape, guint64 seen, GError **error)
{
    gsize i;

    for (i = 0; i < shape->n_fields; i++) {
        if (!shape->fields[i].required || (seen >> i & 1) != 0)
            continue;
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "no \"%s\"",
                                  shape->fields[i].key);
    }
    return TRUE;
}

gboolean
simstow_json_shape_read (const SimstowJsonShape *shape,
                         const SimstowJsonValue *value,
                         gpointer object,
                         GError **error)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue key;
    SimstowJsonValue member;
    g_autoptr (GString) rest = NULL;
    guint64 seen = 0;
    gsize i = 0;

    if (value->type != SIMSTOW_JSON_OBJECT)
        return refuse ("an object expected", error);
    simstow_json_scanner_init (&scanner, value);
    while (simstow_json_scanner_next (&scanner, &key, &member)) {
        gsize found = find_field (shape, &key, i);

        if (found == shape->n_fields) {
            keep_rest (shape, &key, &member, &rest);
            continue;
        }
        i = found + 1;
        if (seen >> found & 1)
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_INVALID_DATA,
                                      "\"%s\" twice",
                                      shape->fields[found].key);
        seen |= G_GUINT64_CONSTANT (1) << found;
        if (!read_field (&shape->fields[found],
                         &member,
                         (guint8 *) object + shape->fields[found].offset,
                         error)) {
            g_prefix_error (error, "\"%s\": ", shape->fields[found].key);
            return FALSE;
        }
    }
    set_rest (shape, object, &rest);
    return check_complete (shape, seen, error);
}

void
simstow_json_shape_append (const SimstowJsonShape *shape,
                           gconstpointer object,
                           gboolean pretty,
                           GString *out)
{
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, pretty);
    write_object (&writer, NULL, shape, object);
    if (pretty)
        g_string_append_c (out, '\n');
}

gboolean
simstow_json_shape_parse (const SimstowJsonShape *shape,
                          const gchar *text,
                          gsize length,
                          gpointer object,
                          GError **error)
{
    SimstowJsonValue value;

    return simstow_json_value_parse (text, length, &value, error) &&
           simstow_json_shape_read (shape, &value, object, error);
}
