/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal: made harmless, measured, cut and wrapped by columns, and laid
 * out in tables; and how times and phone numbers are written.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_text_is_dangerous:
 *
 * Returns: whether a terminal would obey it, or show what is around it in another order
 */
gboolean
simstow_text_is_dangerous (gunichar c);

/**
 * simstow_text_safe:
 * @text: (nullable): foreign text, of any bytes
 *
 * Makes text harmless for a terminal: control characters, invalid UTF-8 and
 * characters that turn the direction of writing become visible signs. Line
 * feeds stay.
 *
 * Returns: (transfer full): valid UTF-8, empty for %NULL
 */
gchar *
simstow_text_safe (const gchar *text);

/**
 * simstow_text_line:
 * @text: (nullable): foreign text, of any bytes
 *
 * As simstow_text_safe (), on one line: line ends become a sign, tabs a space.
 *
 * Returns: (transfer full): valid UTF-8 without line feeds
 */
gchar *
simstow_text_line (const gchar *text);

/**
 * simstow_text_width:
 * @text: valid UTF-8
 *
 * Returns: how many columns of a terminal @text takes
 */
guint
simstow_text_width (const gchar *text);

/**
 * simstow_text_fit:
 * @text: valid UTF-8 on one line
 * @columns: how many columns there are
 *
 * Returns: (transfer full): @text, cut with an ellipsis when it is wider
 */
gchar *
simstow_text_fit (const gchar *text, guint columns);

/**
 * simstow_text_wrap:
 * @text: valid UTF-8 on one line
 * @columns: how many columns there are
 *
 * Breaks at spaces where it can, inside a word where it must.
 *
 * Returns: (transfer full) (element-type utf8): the lines, at least one
 */
GPtrArray *
simstow_text_wrap (const gchar *text, guint columns);

/**
 * simstow_text_number:
 * @number: (nullable): a phone number as stored
 * @type: its type, 3GPP TS 24.008 10.5.4.7; 0 unknown
 *
 * Returns: (transfer full): the number with a "+" when it is international
 */
gchar *
simstow_text_number (const gchar *number, guint type);

/**
 * simstow_text_time:
 * @utc: seconds since 1970 UTC
 * @zone: minutes east of UTC
 *
 * Returns: (transfer full): date and time with the zone, as "2026-11-23
 * 10:15:00 -05:00"; empty when it is no date
 */
gchar *
simstow_text_time (gint64 utc, gint zone);

/**
 * simstow_text_time_here:
 * @utc: seconds since 1970 UTC
 *
 * Returns: (transfer full): as simstow_text_time () in the user's own zone
 */
gchar *
simstow_text_time_here (gint64 utc);

/**
 * simstow_text_counts:
 *
 * Returns: (transfer full): all three in the user's language, as "1 message, 0
 * contacts, 2 calls"
 */
gchar *
simstow_text_counts (guint64 messages, guint64 contacts, guint64 calls);

/**
 * SimstowColumn:
 * @SIMSTOW_COLUMN_LEFT: text, cut where there is no room
 * @SIMSTOW_COLUMN_RIGHT: numbers, aligned to the right
 * @SIMSTOW_COLUMN_WRAP: text that goes on in the next line
 */
typedef enum {
    SIMSTOW_COLUMN_LEFT,
    SIMSTOW_COLUMN_RIGHT,
    SIMSTOW_COLUMN_WRAP,
} SimstowColumn;

typedef struct _SimstowTable SimstowTable;

/**
 * simstow_table_new:
 *
 * Returns: (transfer full): a table without columns
 */
SimstowTable *
simstow_table_new (void);

void
simstow_table_free (SimstowTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTable, simstow_table_free)

/**
 * simstow_table_add_column:
 * @kind: how the column behaves
 * @title: its title, translated; empty for a table without titles
 */
void
simstow_table_add_column (SimstowTable *table, SimstowColumn kind, const gchar *title);

/**
 * simstow_table_add:
 * @text: (nullable): the next cell, foreign text of any kind
 *
 * Fills rows cell by cell, from left to right.
 */
void
simstow_table_add (SimstowTable *table, const gchar *text);

/**
 * simstow_table_add_format:
 * @format: the next cell, printf-like
 */
void
simstow_table_add_format (SimstowTable *table, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * simstow_table_set_width:
 * @table: a table
 * @width: how many columns there are, where the terminal is behind a pager; 0 for the terminal's
 */
void
simstow_table_set_width (SimstowTable *table, guint width);

/**
 * simstow_table_measure:
 *
 * From now on rows are measured, and not kept.
 */
void
simstow_table_measure (SimstowTable *table);

/**
 * simstow_table_stream:
 * @table: a table whose rows were measured
 * @aside: whether it goes to standard error
 *
 * Prints the titles; then the rows, which are to be added once more, as they
 * come: what simstow_table_print () would print.
 */
void
simstow_table_stream (SimstowTable *table, gboolean aside);

/**
 * simstow_table_is_empty:
 *
 * Returns: whether it has no row, kept or measured
 */
gboolean
simstow_table_is_empty (const SimstowTable *table);

/**
 * simstow_table_format:
 * @table: a table of whole rows
 * @width: how many columns the terminal has, 0 for no limit
 *
 * Returns: (transfer full): the table, each line with its line feed
 */
gchar *
simstow_table_format (const SimstowTable *table, guint width);

/**
 * simstow_table_print:
 * @table: a table of whole rows
 * @aside: whether it goes to standard error
 *
 * Prints the table as wide as the terminal.
 */
void
simstow_table_print (const SimstowTable *table, gboolean aside);
