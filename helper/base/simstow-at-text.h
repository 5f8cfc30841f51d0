/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An answer of the modem as text: its lines, whose ends may be any mix of CR and LF, so that the
 * habits of modems do not matter, and the comma-separated values of an information text, V.250
 * 5.4, and what modems make of them. A field borrows the answer's bytes.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-reader.h"

/**
 * simstow_at_lines_init:
 * @reply: an answer, kept alive by the caller
 *
 * Starts before the first line.
 */
void
simstow_at_lines_init (SimstowReader *lines, const gchar *reply);

/**
 * simstow_at_lines_next:
 * @lines: a cursor from simstow_at_lines_init ()
 * @line: (out caller-allocates): a cursor over the next line that is not blank
 *
 * Returns: %FALSE at the end
 */
gboolean
simstow_at_lines_next (SimstowReader *lines, SimstowReader *line);

/**
 * simstow_at_line_is_code:
 *
 * Returns: whether it begins as an information text or an unsolicited code does: "^RSSI:"
 */
gboolean
simstow_at_line_is_code (SimstowReader line);

/**
 * simstow_at_line_strip:
 * @prefix: what an information text begins with, without the colon, as "+CPBR"
 *
 * Steps over @prefix, its colon and blanks.
 *
 * Returns: %FALSE, with @line as it was, when the line begins otherwise
 */
gboolean
simstow_at_line_strip (SimstowReader *line, const gchar *prefix);

/**
 * simstow_at_lines_find:
 * @lines: a cursor from simstow_at_lines_init ()
 * @prefix: what the wanted line begins with, without the colon
 * @line: (out caller-allocates): a cursor over what follows the prefix
 *
 * Goes on to the next line with @prefix; what comes between, as unsolicited
 * codes, is skipped.
 *
 * Returns: %FALSE when there is none any more
 */
gboolean
simstow_at_lines_find (SimstowReader *lines, const gchar *prefix, SimstowReader *line);

/**
 * SimstowAtFieldKind:
 * @SIMSTOW_AT_FIELD_PLAIN: an unquoted value, possibly empty
 * @SIMSTOW_AT_FIELD_QUOTED: a string, without its quotation marks
 * @SIMSTOW_AT_FIELD_GROUP: what stood between parentheses
 */
typedef enum {
    SIMSTOW_AT_FIELD_PLAIN,
    SIMSTOW_AT_FIELD_QUOTED,
    SIMSTOW_AT_FIELD_GROUP,
} SimstowAtFieldKind;

/**
 * SimstowAtField:
 * @kind: how it was written
 * @text: its bytes, not NUL-terminated
 * @length: how many
 */
typedef struct {
    SimstowAtFieldKind kind;
    const gchar *text;
    gsize length;
} SimstowAtField;

/**
 * SimstowAtRange:
 * @first: the lowest value
 * @last: the highest value
 */
typedef struct {
    guint first;
    guint last;
} SimstowAtRange;

/**
 * simstow_at_field_next:
 * @line: a cursor over a line behind its prefix, or over a group
 * @field: (out caller-allocates): the next value; empty at the end
 *
 * Takes the next value and the comma behind it. A quotation mark within a
 * string ends it only where a comma or the end follows, as names with
 * quotation marks are not escaped by every modem.
 *
 * Returns: %FALSE when nothing was left
 */
gboolean
simstow_at_field_next (SimstowReader *line, SimstowAtField *field);

/**
 * simstow_at_field_uint:
 * @value: (out): its value
 *
 * Returns: %FALSE unless it is a decimal number of 32 bits, quoted or not
 */
gboolean
simstow_at_field_uint (const SimstowAtField *field, guint *value);

/**
 * simstow_at_field_reader:
 * @reader: (out caller-allocates): a cursor over its bytes
 *
 * Looks into a field, as into a group.
 */
void
simstow_at_field_reader (const SimstowAtField *field, SimstowReader *reader);

/**
 * simstow_at_field_token:
 *
 * The name of a storage or character set. Modems set to UCS2 may give even
 * these as hexadecimal UTF-16, which is undone.
 *
 * Returns: (transfer full) (nullable): the name, or %NULL unless it is 1 to 16
 * printable ASCII characters
 */
gchar *
simstow_at_field_token (const SimstowAtField *field);

/**
 * simstow_at_token_is_name:
 *
 * Returns: whether it may name a storage: a letter, then letters, digits and underscores
 */
gboolean
simstow_at_token_is_name (const gchar *token);

/**
 * simstow_at_field_tokens:
 * @line: a cursor over a list of names, with or without parentheses
 *
 * Reads all names of one group, or of the rest of the line.
 *
 * Returns: (transfer full): the names in order, without repetitions
 */
GStrv
simstow_at_field_tokens (SimstowReader *line);

/**
 * simstow_at_field_ranges:
 * @field: a group or plain value, as `1-250` or `1,2,5-9`
 *
 * Returns: (transfer full) (element-type SimstowAtRange): the ranges in order;
 * what is none is left out
 */
GArray *
simstow_at_field_ranges (const SimstowAtField *field);
