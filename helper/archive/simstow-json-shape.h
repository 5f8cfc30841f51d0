/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain structures as JSON objects, described by tables: one row a member, read
 * by the same interpreter in both directions, so that what is written is what
 * is read.
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
 * @create: makes an element of an array, or an object
 * @destroy: frees one
 * @keeps_rest: whether members of other keys are kept
 * @rest: where their text goes, a gchar *; written at the end of an object inside another,
 *     else by simstow_json_writer_rest ()
 * @derived: (nullable) (array zero-terminated=1): keys that are written and not
 *     read, so no rest either
 */
struct _SimstowJsonShape {
    const SimstowJsonField *fields;
    gsize n_fields;
    gpointer (*create) (void);
    GDestroyNotify destroy;
    gboolean keeps_rest;
    gsize rest;
    const gchar *const *derived;
};

/**
 * simstow_json_shape_write:
 * @object: a structure of that shape
 *
 * Writes the members of an object that the caller has begun and will end.
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
