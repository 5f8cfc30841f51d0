/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables: fitted to a terminal, at full width in a pipe. Columns in which every
 * cell is empty are left out. A table too long for memory is filled twice, once
 * to be measured and once to be printed.
 */

#pragma once

#include <gio/gio.h>

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

/**
 * simstow_table_free:
 * @table: (transfer full): a table
 */
void
simstow_table_free (SimstowTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTable, simstow_table_free)

/**
 * simstow_table_add_column:
 * @table: a table without rows
 * @kind: how the column behaves
 * @title: its title, translated; empty for a table without titles
 */
void
simstow_table_add_column (SimstowTable *table, SimstowColumn kind, const gchar *title);

/**
 * simstow_table_add:
 * @table: a table
 * @text: (nullable): the next cell, foreign text of any kind
 *
 * Fills rows cell by cell, from left to right.
 */
void
simstow_table_add (SimstowTable *table, const gchar *text);

/**
 * simstow_table_add_format:
 * @table: a table
 * @format: the next cell, printf-like
 * @...: arguments
 */
void
simstow_table_add_format (SimstowTable *table, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * simstow_table_measure:
 * @table: a table without rows
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
 * @table: a table
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
