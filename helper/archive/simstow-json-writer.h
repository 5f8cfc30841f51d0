/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON text, written as it goes. Not json-glib's generator: archives promise
 * the same bytes for the same content with every version of every library, and
 * a million records must not cost a tree each.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowJsonWriter:
 * @out: where the text goes; borrowed
 * @pretty: whether to break and indent lines, for people
 * @depth: how many objects and arrays are open
 * @comma: whether a comma goes before the next value
 *
 * Lives on the stack; owns nothing. Values are written in the order of the
 * calls; a key is %NULL inside an array.
 */
typedef struct {
    GString *out;
    gboolean pretty;
    guint depth;
    gboolean comma;
} SimstowJsonWriter;

/**
 * simstow_json_writer_init:
 * @writer: the writer to set up
 * @out: where to append
 * @pretty: whether to break and indent lines
 */
void
simstow_json_writer_init (SimstowJsonWriter *writer, GString *out, gboolean pretty);

/**
 * simstow_json_writer_begin:
 * @bracket: '{' or '['
 */
void
simstow_json_writer_begin (SimstowJsonWriter *writer, const gchar *key, gchar bracket);

/**
 * simstow_json_writer_end:
 * @bracket: '}' or ']'
 */
void
simstow_json_writer_end (SimstowJsonWriter *writer, gchar bracket);

/**
 * simstow_json_writer_string:
 * @value: (nullable): text; %NULL writes nothing. Bytes that are not UTF-8 become U+FFFD
 */
void
simstow_json_writer_string (SimstowJsonWriter *writer, const gchar *key, const gchar *value);

/**
 * simstow_json_writer_integer:
 */
void
simstow_json_writer_integer (SimstowJsonWriter *writer, const gchar *key, gint64 value);

/**
 * simstow_json_writer_boolean:
 */
void
simstow_json_writer_boolean (SimstowJsonWriter *writer, const gchar *key, gboolean value);

/**
 * simstow_json_writer_words:
 * @words: (nullable) (array zero-terminated=1): strings; %NULL writes nothing
 */
void
simstow_json_writer_words (SimstowJsonWriter *writer, const gchar *key, gchar *const *words);

/**
 * simstow_json_writer_rest:
 * @members: (nullable): members of an object as JSON text, with commas between;
 *     %NULL writes nothing
 */
void
simstow_json_writer_rest (SimstowJsonWriter *writer, const gchar *members);

/**
 * simstow_json_writer_raw:
 * @text: a value as JSON text
 */
void
simstow_json_writer_raw (SimstowJsonWriter *writer, const gchar *key, const gchar *text);

/**
 * simstow_json_writer_hex:
 * @data: (nullable) (array length=size): bytes, written as hexadecimal digits
 */
void
simstow_json_writer_hex (SimstowJsonWriter *writer,
                         const gchar *key,
                         const guint8 *data,
                         gsize size);

/**
 * simstow_json_writer_bytes:
 * @bytes: (nullable): as above; %NULL writes nothing
 */
void
simstow_json_writer_bytes (SimstowJsonWriter *writer, const gchar *key, GBytes *bytes);

/**
 * simstow_json_writer_time:
 * @utc: seconds since 1970 UTC
 * @zone: minutes east of UTC
 *
 * Writes a time as ISO 8601 with its zone, "Z" for none. Beyond the years 1 to
 * 9999 nothing is written.
 */
void
simstow_json_writer_time (SimstowJsonWriter *writer, const gchar *key, gint64 utc, gint zone);

/* Room for "2025-11-23T04:00:00-05:00" and the NUL */
#define SIMSTOW_TIME_SIZE 32

/**
 * simstow_time_format:
 * @utc: seconds since 1970 UTC
 * @zone: minutes east of UTC, at most a day either way
 * @text: (out caller-allocates): %SIMSTOW_TIME_SIZE characters: the time in
 *     that zone, "Z" for a @zone of 0
 *
 * Returns: %FALSE for a time before the year 1 or after the year 9999
 */
gboolean
simstow_time_format (gint64 utc, gint zone, gchar *text);

/**
 * simstow_time_parse:
 * @utc: (out): seconds since 1970 UTC
 *
 * Returns: %FALSE when @text is no time with a zone
 */
gboolean
simstow_time_parse (const gchar *text, gint64 *utc);
