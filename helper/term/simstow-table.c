/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables: cells are made harmless as they come in, laid out when all are there.
 */

#include "simstow-table.h"

#include <unistd.h>

#include "simstow-terminal.h"
#include "simstow-text.h"

#define GAP       2
#define MIN_WIDTH 4

typedef struct {
    SimstowColumn kind;
    gchar *title;
} Column;

/* What is done with a row that is complete */
typedef enum {
    ROWS_KEPT,
    ROWS_MEASURED,
    ROWS_PRINTED,
} Rows;

struct _SimstowTable {
    GArray *columns;
    GPtrArray *cells;
    Rows rows;
    GArray *widths;
    gboolean measured;
    gboolean aside;
};

static void
on_column_clear (gpointer data)
{
    g_free (((Column *) data)->title);
}

SimstowTable *
simstow_table_new (void)
{
    SimstowTable *table = g_new0 (SimstowTable, 1);

    table->columns = g_array_new (FALSE, TRUE, sizeof (Column));
    g_array_set_clear_func (table->columns, on_column_clear);
    table->cells = g_ptr_array_new_with_free_func (g_free);
    table->widths = g_array_new (FALSE, TRUE, sizeof (guint));
    return table;
}

void
simstow_table_free (SimstowTable *table)
{
    g_array_unref (table->columns);
    g_ptr_array_unref (table->cells);
    g_array_unref (table->widths);
    g_free (table);
}

void
simstow_table_add_column (SimstowTable *table, SimstowColumn kind, const gchar *title)
{
    Column column = {kind, g_strdup (title)};

    g_array_append_val (table->columns, column);
}

void
simstow_table_add_format (SimstowTable *table, const gchar *format, ...)
{
    g_autofree gchar *text = NULL;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    simstow_table_add (table, text);
}

gboolean
simstow_table_is_empty (const SimstowTable *table)
{
    return table->cells->len == 0 && !table->measured;
}

/* The widest cell of each column */
static void
measure_cells (const SimstowTable *table, GArray *widths)
{
    guint i;

    g_array_set_size (widths, table->columns->len);
    for (i = 0; i < table->cells->len; i++) {
        guint *width = &g_array_index (widths, guint, i % table->columns->len);

        *width = MAX (*width, simstow_text_width (g_ptr_array_index (table->cells, i)));
    }
}

/* A column in which there is nothing to show keeps its width of 0 */
static void
measure_titles (const SimstowTable *table, GArray *widths)
{
    guint i;

    g_array_set_size (widths, table->columns->len);
    for (i = 0; i < table->columns->len; i++) {
        guint *width = &g_array_index (widths, guint, i);
        const gchar *title = g_array_index (table->columns, Column, i).title;

        if (*width > 0)
            *width = MAX (*width, simstow_text_width (title));
    }
}

/* Which column to take from: one that wraps while it has room, else the widest. */
static guint
find_victim (const SimstowTable *table, GArray *widths)
{
    guint best = 0;
    guint best_score = 0;
    guint i;

    for (i = 0; i < widths->len; i++) {
        guint score = g_array_index (widths, guint, i);

        if (g_array_index (table->columns, Column, i).kind == SIMSTOW_COLUMN_WRAP && score > 24)
            score += 10000;
        if (score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}

static guint
total_width (GArray *widths)
{
    guint total = 0;
    guint i;

    for (i = 0; i < widths->len; i++) {
        guint width = g_array_index (widths, guint, i);

        if (width > 0)
            total += width + GAP;
    }
    return total > 0 ? total - GAP : 0;
}

static void
shrink (const SimstowTable *table, GArray *widths, guint limit)
{
    while (limit > 0 && total_width (widths) > limit) {
        guint *width = &g_array_index (widths, guint, find_victim (table, widths));

        if (*width <= MIN_WIDTH)
            return;
        *width -= 1;
    }
}

static void
append_cell (GString *line, const gchar *text, guint width, SimstowColumn kind)
{
    g_autofree gchar *fitted = simstow_text_fit (text, width);
    guint padding = width - MIN (width, simstow_text_width (fitted));

    if (kind == SIMSTOW_COLUMN_RIGHT)
        g_string_append_printf (line, "%*s%s", (gint) padding, "", fitted);
    else
        g_string_append_printf (line, "%s%*s", fitted, (gint) padding, "");
    g_string_append_printf (line, "%*s", GAP, "");
}

static void
end_line (GString *out, GString *line)
{
    while (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate (line, line->len - 1);
    g_string_append (out, line->str);
    g_string_append_c (out, '\n');
    g_string_truncate (line, 0);
}

/* The lines of a cell: several only in a column that wraps. */
static GPtrArray *
split_cell (const Column *column, const gchar *text, guint width)
{
    GPtrArray *lines;

    if (column->kind == SIMSTOW_COLUMN_WRAP && width > 0)
        return simstow_text_wrap (text, width);
    lines = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (lines, g_strdup (text));
    return lines;
}

static void
append_row (const SimstowTable *table, GArray *widths, gchar **cells, GString *out)
{
    g_autoptr (GPtrArray) split =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
    g_autoptr (GString) line = g_string_new (NULL);
    guint height = 1;
    guint i, row;

    for (i = 0; i < widths->len; i++) {
        const Column *column = &g_array_index (table->columns, Column, i);
        GPtrArray *lines = split_cell (column, cells[i], g_array_index (widths, guint, i));

        g_ptr_array_add (split, lines);
        height = MAX (height, lines->len);
    }
    for (row = 0; row < height; row++) {
        for (i = 0; i < widths->len; i++) {
            GPtrArray *lines = g_ptr_array_index (split, i);
            guint width = g_array_index (widths, guint, i);
            const gchar *text = row < lines->len ? g_ptr_array_index (lines, row) : "";

            if (width > 0)
                append_cell (line, text, width, g_array_index (table->columns, Column, i).kind);
        }
        end_line (out, line);
    }
}

static void
append_titles (const SimstowTable *table, GArray *widths, GString *out)
{
    g_autoptr (GPtrArray) titles = g_ptr_array_new ();
    gboolean any = FALSE;
    guint i;

    for (i = 0; i < table->columns->len; i++) {
        gchar *title = g_array_index (table->columns, Column, i).title;

        g_ptr_array_add (titles, title);
        any = any || *title != '\0';
    }
    if (any)
        append_row (table, widths, (gchar **) titles->pdata, out);
}

gchar *
simstow_table_format (const SimstowTable *table, guint width)
{
    g_autoptr (GArray) widths = g_array_new (FALSE, TRUE, sizeof (guint));
    GString *out = g_string_new (NULL);
    guint i;

    measure_cells (table, widths);
    measure_titles (table, widths);
    shrink (table, widths, width);
    append_titles (table, widths, out);
    for (i = 0; i + table->columns->len <= table->cells->len; i += table->columns->len)
        append_row (table, widths, (gchar **) &table->cells->pdata[i], out);
    return g_string_free (out, FALSE);
}

static void
end_row (SimstowTable *table)
{
    g_autoptr (GString) out = NULL;

    if (table->rows == ROWS_MEASURED) {
        measure_cells (table, table->widths);
        table->measured = TRUE;
    } else {
        out = g_string_new (NULL);
        append_row (table, table->widths, (gchar **) table->cells->pdata, out);
        simstow_terminal_say (table->aside, "%s", out->str);
    }
    g_ptr_array_set_size (table->cells, 0);
}

void
simstow_table_add (SimstowTable *table, const gchar *text)
{
    g_ptr_array_add (table->cells, simstow_text_line (text));
    if (table->rows != ROWS_KEPT && table->cells->len == table->columns->len)
        end_row (table);
}

void
simstow_table_measure (SimstowTable *table)
{
    table->rows = ROWS_MEASURED;
}

static guint
find_width (gboolean aside)
{
    return simstow_terminal_width (aside ? STDERR_FILENO : STDOUT_FILENO);
}

void
simstow_table_stream (SimstowTable *table, gboolean aside)
{
    g_autoptr (GString) titles = g_string_new (NULL);

    table->rows = ROWS_PRINTED;
    table->aside = aside;
    measure_titles (table, table->widths);
    shrink (table, table->widths, find_width (aside));
    append_titles (table, table->widths, titles);
    simstow_terminal_say (aside, "%s", titles->str);
}

void
simstow_table_print (const SimstowTable *table, gboolean aside)
{
    g_autofree gchar *text = simstow_table_format (table, find_width (aside));

    simstow_terminal_say (aside, "%s", text);
}
