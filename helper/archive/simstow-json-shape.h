/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain structures as JSON objects, described by tables: one row a member, read
 * by the same interpreter in both directions, so that what is written is what
 * is read. What a newer program wrote and this one does not know is kept as text without
 * blanks, members with commas between: the rest.
 */

#pragma once

#include "simstow-json-scanner.h"
#include "simstow-json-writer.h"

/**
 * SimstowJsonKind:
 * @SIMSTOW_JSON_KIND_TEXT: gchar *: a string; left out when %NULL
 * @SIMSTOW_JSON_KIND_COUNT: guint: a whole number
 * @SIMSTOW_JSON_KIND_TOTAL: guint64: a whole number up to 2^53
 * @SIMSTOW_JSON_KIND_LIMIT: gint: a whole number; left out when -1
 * @SIMSTOW_JSON_KIND_FLAG: gboolean: true or false
 * @SIMSTOW_JSON_KIND_MARK: gboolean: true; left out when false
 * @SIMSTOW_JSON_KIND_WORDS: gchar **: an array of strings; left out when %NULL
 * @SIMSTOW_JSON_KIND_TEXTS: GPtrArray of strings: an array; left out when %NULL or empty
 * @SIMSTOW_JSON_KIND_BYTES: GBytes: hexadecimal digits; left out when %NULL
 * @SIMSTOW_JSON_KIND_TIME: gint64: ISO 8601, in UTC; left out when 0
 * @SIMSTOW_JSON_KIND_OBJECT: a structure of another shape; left out when %NULL
 * @SIMSTOW_JSON_KIND_OBJECTS: GPtrArray of such: an array; left out when %NULL
 */
typedef enum {
    SIMSTOW_JSON_KIND_TEXT,
    SIMSTOW_JSON_KIND_COUNT,
    SIMSTOW_JSON_KIND_TOTAL,
    SIMSTOW_JSON_KIND_LIMIT,
    SIMSTOW_JSON_KIND_FLAG,
    SIMSTOW_JSON_KIND_MARK,
    SIMSTOW_JSON_KIND_WORDS,
    SIMSTOW_JSON_KIND_TEXTS,
    SIMSTOW_JSON_KIND_BYTES,
    SIMSTOW_JSON_KIND_TIME,
    SIMSTOW_JSON_KIND_OBJECT,
    SIMSTOW_JSON_KIND_OBJECTS,
} SimstowJsonKind;

typedef struct _SimstowJsonShape SimstowJsonShape;

/**
 * SimstowJsonField:
 * @key: the member's key
 * @kind: how it is written
 * @offset: where it is in the structure
 * @required: whether an object without it is invalid
 * @shape: (nullable): the shape of objects
 */
typedef struct {
    const gchar *key;
    SimstowJsonKind kind;
    gsize offset;
    gboolean required;
    const SimstowJsonShape *shape;
} SimstowJsonField;

/**
 * SimstowJsonShape:
 * @fields: the members, in the order of writing, at most 64
 * @n_fields: how many
 * @size: how large the structure is
 * @create: (nullable): makes one, where a cleared one will not do
 * @destroy: frees one
 * @rest: where the text of members of other keys is kept, a gchar *; 0 when it is not
 * @derived: (nullable) (array zero-terminated=1): keys that are written and not
 *     read, so no rest either
 */
struct _SimstowJsonShape {
    const SimstowJsonField *fields;
    gsize n_fields;
    gsize size;
    gpointer (*create) (void);
    GDestroyNotify destroy;
    gsize rest;
    const gchar *const *derived;
};

/* Rows and heads of such tables: a key is its member's name, as a rule */
/* clang-format off */
#define SIMSTOW_JSON_FIELD(type, kind, member) \
    { #member, SIMSTOW_JSON_KIND_##kind, G_STRUCT_OFFSET (type, member) }
#define SIMSTOW_JSON_NEEDED(type, kind, member) \
    { #member, SIMSTOW_JSON_KIND_##kind, G_STRUCT_OFFSET (type, member), TRUE }
#define SIMSTOW_JSON_SHAPED(type, kind, member, shape) \
    { #member, SIMSTOW_JSON_KIND_##kind, G_STRUCT_OFFSET (type, member), FALSE, shape }
#define SIMSTOW_JSON_TABLE(type, table) \
    .fields = table, .n_fields = G_N_ELEMENTS (table), .size = sizeof (type)
/* clang-format on */

/**
 * simstow_json_shape_write:
 * @object: a structure of that shape
 *
 * Writes the members of an object that the caller has begun and will end, and what was kept.
 */
void
simstow_json_shape_write (const SimstowJsonShape *shape,
                          gconstpointer object,
                          SimstowJsonWriter *writer);

/**
 * simstow_json_shape_has:
 *
 * Returns: whether it has a member of that key
 */
gboolean
simstow_json_shape_has (const SimstowJsonShape *shape, const gchar *key, gsize length);

/**
 * simstow_json_shape_read:
 * @object: a structure of that shape; what it holds for a member is replaced,
 *     and left for members that are not there
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error that names the member
 *
 * Keys that the shape does not know are ignored, or kept as the rest.
 *
 * Returns: %FALSE with @error set; @object is then as far as it was read
 */
gboolean
simstow_json_shape_read (const SimstowJsonShape *shape,
                         const SimstowJsonValue *value,
                         gpointer object,
                         GError **error);

/**
 * simstow_json_shape_append:
 * @pretty: whether to break it into lines, the last of which ends, too
 *
 * Appends one whole object.
 */
void
simstow_json_shape_append (const SimstowJsonShape *shape,
                           gconstpointer object,
                           gboolean pretty,
                           GString *out);

/**
 * simstow_json_shape_parse:
 *
 * As simstow_json_shape_read (), from text.
 *
 * Returns: %FALSE with @error set; @object is then as far as it was read
 */
gboolean
simstow_json_shape_parse (const SimstowJsonShape *shape,
                          const gchar *text,
                          gsize length,
                          gpointer object,
                          GError **error);

/**
 * simstow_json_rest_append:
 * @key: one more member's key
 */
void
simstow_json_rest_append (GString *rest,
                          const SimstowJsonValue *key,
                          const SimstowJsonValue *value);

/**
 * simstow_json_rest_unite:
 * @rest: (inout) (nullable): members
 * @more: (nullable): further ones
 *
 * Puts both together, in the order of their keys. Of two values of one key the
 * greater stays, bytewise, so that the order of what is united does not matter.
 */
void
simstow_json_rest_unite (gchar **rest, const gchar *more);

/**
 * simstow_json_rest_write:
 * @key: (nullable): a member's key; %NULL inside an array
 *
 * Writes a value as it stands, but for its blanks.
 */
void
simstow_json_rest_write (SimstowJsonWriter *writer,
                         const SimstowJsonValue *key,
                         const SimstowJsonValue *value);
