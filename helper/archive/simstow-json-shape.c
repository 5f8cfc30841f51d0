/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter of shapes.
 */

#include "simstow-json-shape.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-json-rest.h"
#include "simstow-time.h"

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
write_bytes (SimstowJsonWriter *writer, const gchar *key, GBytes *bytes)
{
    gsize size;
    const guint8 *data;

    if (!bytes)
        return;
    data = g_bytes_get_data (bytes, &size);
    simstow_json_writer_hex (writer, key, data, size);
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
    if (shape->keeps_rest)
        simstow_json_writer_rest (writer,
                                  *(gchar *const *) ((const guint8 *) object + shape->rest));
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
write_limit (SimstowJsonWriter *writer, const gchar *key, gint limit)
{
    if (limit >= 0)
        simstow_json_writer_integer (writer, key, limit);
}

static void
write_time (SimstowJsonWriter *writer, const gchar *key, gint64 utc)
{
    if (utc != 0)
        simstow_json_writer_time (writer, key, utc, 0);
}

static void
write_field (SimstowJsonWriter *writer, const SimstowJsonField *field, gconstpointer place)
{
    switch (field->kind) {
    case SIMSTOW_JSON_KIND_TEXT:
        simstow_json_writer_string (writer, field->key, *(gchar *const *) place);
        break;
    case SIMSTOW_JSON_KIND_COUNT:
        simstow_json_writer_integer (writer, field->key, *(const guint *) place);
        break;
    case SIMSTOW_JSON_KIND_TOTAL:
        simstow_json_writer_integer (writer, field->key, (gint64) * (const guint64 *) place);
        break;
    case SIMSTOW_JSON_KIND_LIMIT:
        write_limit (writer, field->key, *(const gint *) place);
        break;
    case SIMSTOW_JSON_KIND_FLAG:
        simstow_json_writer_boolean (writer, field->key, *(const gboolean *) place);
        break;
    case SIMSTOW_JSON_KIND_MARK:
        if (*(const gboolean *) place)
            simstow_json_writer_boolean (writer, field->key, TRUE);
        break;
    case SIMSTOW_JSON_KIND_WORDS:
        simstow_json_writer_words (writer, field->key, *(gchar * *const *) place);
        break;
    case SIMSTOW_JSON_KIND_TEXTS:
        write_texts (writer, field->key, *(GPtrArray *const *) place);
        break;
    case SIMSTOW_JSON_KIND_BYTES:
        write_bytes (writer, field->key, *(GBytes *const *) place);
        break;
    case SIMSTOW_JSON_KIND_TIME:
        write_time (writer, field->key, *(const gint64 *) place);
        break;
    case SIMSTOW_JSON_KIND_OBJECT:
        write_object (writer, field->key, field->shape, *(const gconstpointer *) place);
        break;
    case SIMSTOW_JSON_KIND_OBJECTS:
        write_objects (writer, field->key, field->shape, *(GPtrArray *const *) place);
        break;
    }
}

void
simstow_json_shape_write (const SimstowJsonShape *shape,
                          gconstpointer object,
                          SimstowJsonWriter *writer)
{
    gsize i;

    for (i = 0; i < shape->n_fields; i++)
        write_field (writer, &shape->fields[i], (const guint8 *) object + shape->fields[i].offset);
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

    if (value->type != SIMSTOW_JSON_STRING) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             "hexadecimal digits expected");
        return FALSE;
    }
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
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "no time with a zone: %s", text);
    return FALSE;
}

static gboolean
expect_array (const SimstowJsonValue *value, GError **error)
{
    if (value->type == SIMSTOW_JSON_ARRAY)
        return TRUE;
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "an array expected");
    return FALSE;
}

static gboolean
read_texts (const SimstowJsonValue *value, GPtrArray **place, GError **error)
{
    g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
    SimstowJsonScanner scanner;
    SimstowJsonValue element;

    if (!expect_array (value, error))
        return FALSE;
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
    gpointer object = shape->create ();

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

    if (!expect_array (value, error))
        return FALSE;
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
    if (!shape->keeps_rest || is_derived (shape, key))
        return;
    if (!*rest)
        *rest = g_string_new (NULL);
    simstow_json_rest_append (*rest, key, value);
}

static void
set_rest (const SimstowJsonShape *shape, gpointer object, GString **rest)
{
    gchar **place = (gchar **) ((guint8 *) object + shape->rest);

    if (!shape->keeps_rest)
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
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "no \"%s\"",
                     shape->fields[i].key);
        return FALSE;
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

    if (value->type != SIMSTOW_JSON_OBJECT) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             "an object expected");
        return FALSE;
    }
    simstow_json_scanner_init (&scanner, value);
    while (simstow_json_scanner_next (&scanner, &key, &member)) {
        gsize found = find_field (shape, &key, i);

        if (found == shape->n_fields) {
            keep_rest (shape, &key, &member, &rest);
            continue;
        }
        i = found + 1;
        if (seen >> found & 1) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_DATA,
                         "\"%s\" twice",
                         shape->fields[found].key);
            return FALSE;
        }
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
