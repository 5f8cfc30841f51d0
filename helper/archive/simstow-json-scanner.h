/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A strict scanner over foreign JSON text (RFC 8259): the bounds-checked cursor
 * for what archives hold. json-glib's parser takes comments and other dialects,
 * and recurses as deep as the text asks for; nothing here does.
 */

#pragma once

#include <gio/gio.h>

/* How deep objects and arrays may nest */
#define SIMSTOW_JSON_DEPTH 16

/**
 * SimstowJsonType:
 * @SIMSTOW_JSON_STRING: a string
 * @SIMSTOW_JSON_NUMBER: a number
 * @SIMSTOW_JSON_BOOLEAN: true or false
 * @SIMSTOW_JSON_NULL: null
 * @SIMSTOW_JSON_OBJECT: an object
 * @SIMSTOW_JSON_ARRAY: an array
 */
typedef enum {
    SIMSTOW_JSON_STRING,
    SIMSTOW_JSON_NUMBER,
    SIMSTOW_JSON_BOOLEAN,
    SIMSTOW_JSON_NULL,
    SIMSTOW_JSON_OBJECT,
    SIMSTOW_JSON_ARRAY,
} SimstowJsonType;

/**
 * SimstowJsonValue:
 * @type: what it is
 * @text: its text as it stands, borrowed; a string's without the quotation marks
 * @length: how many bytes
 * @escaped: whether a string holds a backslash
 *
 * A value whose syntax was checked, contents included.
 */
typedef struct {
    SimstowJsonType type;
    const gchar *text;
    gsize length;
    gboolean escaped;
} SimstowJsonValue;

/**
 * SimstowJsonScanner:
 *
 * Steps through the members of one object or the elements of one array. Lives
 * on the stack; borrows the text.
 */
typedef struct {
    const gchar *cursor;
    const gchar *end;
    gboolean keyed;
} SimstowJsonScanner;

/**
 * simstow_json_value_parse:
 * @text: text, not necessarily NUL-terminated
 * @value: (out caller-allocates): the one value the text is
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error that says
 *     where the text breaks
 *
 * Checks a whole text: UTF-8, syntax, depth, nothing behind the value.
 *
 * Returns: %FALSE with @error set when it is no JSON text
 */
gboolean
simstow_json_value_parse (const gchar *text, gsize length, SimstowJsonValue *value, GError **error);

/**
 * simstow_json_scanner_init:
 * @scanner: the scanner to set up
 * @value: an object or array that simstow_json_value_parse () or
 *     simstow_json_scanner_next () gave
 */
void
simstow_json_scanner_init (SimstowJsonScanner *scanner, const SimstowJsonValue *value);

/**
 * simstow_json_scanner_next:
 * @key: (out) (optional): the member's key, a string, in an object
 * @value: (out): the member or element
 *
 * The text was checked already, so that nothing can fail here.
 *
 * Returns: %FALSE at the end
 */
gboolean
simstow_json_scanner_next (SimstowJsonScanner *scanner,
                           SimstowJsonValue *key,
                           SimstowJsonValue *value);

/**
 * simstow_json_value_find:
 * @member: (out): the first member of that key
 *
 * Returns: %FALSE when @value is no object or has no such member
 */
gboolean
simstow_json_value_find (const SimstowJsonValue *value, const gchar *key, SimstowJsonValue *member);

/**
 * simstow_json_value_is:
 * @text: text
 *
 * Returns: whether @value is just @text, written without escapes
 */
gboolean
simstow_json_value_is (const SimstowJsonValue *value, const gchar *text, gsize length);

/**
 * simstow_json_value_dup_string:
 *
 * Returns: (transfer full) (nullable): a string's text, or %NULL with @error set
 * for another type, a NUL or half of a surrogate pair
 */
gchar *
simstow_json_value_dup_string (const SimstowJsonValue *value, GError **error);

/**
 * simstow_json_value_get_integer:
 * @minimum: the least allowed
 * @maximum: the greatest allowed
 * @integer: (out): the number
 *
 * Returns: %FALSE with @error set for another type, a fraction or a number out of range
 */
gboolean
simstow_json_value_get_integer (const SimstowJsonValue *value,
                                gint64 minimum,
                                gint64 maximum,
                                gint64 *integer,
                                GError **error);

/**
 * simstow_json_value_get_boolean:
 * @boolean: (out): the value
 *
 * Returns: %FALSE with @error set for another type
 */
gboolean
simstow_json_value_get_boolean (const SimstowJsonValue *value, gboolean *boolean, GError **error);
