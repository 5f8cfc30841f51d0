/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal: what another person sent must never reach it as a command, nor
 * break a table.
 */

#include "config.h"

#include "simstow-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "simstow-terminal.h"

#define REPLACEMENT "\357\277\275" /* U+FFFD */
#define LINE_END    "\342\206\265" /* U+21B5 */
#define ELLIPSIS    "\342\200\246" /* U+2026 */

/* Control characters of both sets; marks, embeddings, overrides and isolates of the direction; line
 * and paragraph separators. */
gboolean
simstow_text_is_dangerous (gunichar c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static void
append_safe (GString *out, gunichar c)
{
    if (c < 0x20)
        g_string_append_unichar (out, 0x2400 + c);
    else if (c == 0x7F)
        g_string_append_unichar (out, 0x2421);
    else if (simstow_text_is_dangerous (c))
        g_string_append (out, REPLACEMENT);
    else
        g_string_append_unichar (out, c);
}

/* Most of most texts: ASCII that is printed as it is */
static gboolean
is_plain (gchar c)
{
    return c >= 0x20 && c < 0x7F;
}

static gchar *
make_safe (const gchar *text, gboolean one_line)
{
    g_autofree gchar *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
    GString *out = g_string_sized_new (strlen (valid));
    const gchar *p;

    for (p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
        const gchar *plain = p;
        gunichar c;

        while (is_plain (*p))
            p++;
        g_string_append_len (out, plain, p - plain);
        if (*p == '\0')
            break;
        c = g_utf8_get_char (p);
        if (c == '\n')
            g_string_append (out, one_line ? LINE_END : "\n");
        else if (c == '\t')
            g_string_append_c (out, ' ');
        else if (c != '\r' || (p[1] != '\n' && p[1] != '\0'))
            append_safe (out, c);
    }
    return g_string_free (out, FALSE);
}

gchar *
simstow_text_safe (const gchar *text)
{
    return make_safe (text, FALSE);
}

gchar *
simstow_text_line (const gchar *text)
{
    return make_safe (text, TRUE);
}

static guint
char_width (gunichar c)
{
    if (c >= 0x20 && c < 0x7F)
        return 1;
    if (g_unichar_iszerowidth (c))
        return 0;
    return g_unichar_iswide (c) ? 2 : 1;
}

guint
simstow_text_width (const gchar *text)
{
    guint width = 0;
    const gchar *p;

    for (p = text; *p != '\0'; p = g_utf8_next_char (p))
        width += char_width (g_utf8_get_char (p));
    return width;
}

/* Returns the end of the longest head of @text that fits; at least one character. */
static const gchar *
head_end (const gchar *text, guint columns)
{
    guint width = 0;
    const gchar *p;

    for (p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        width += char_width (g_utf8_get_char (p));
        if (width > columns && p > text)
            break;
    }
    return p;
}

gchar *
simstow_text_fit (const gchar *text, guint columns)
{
    g_autofree gchar *head = NULL;

    if (simstow_text_width (text) <= columns)
        return g_strdup (text);
    if (columns < 2)
        return g_strdup (columns == 1 ? ELLIPSIS : "");
    head = g_strndup (text, head_end (text, columns - 1) - text);
    return g_strconcat (head, ELLIPSIS, NULL);
}

/* Where a line that must end at or before @end is best broken. */
static const gchar *
break_point (const gchar *start, const gchar *end)
{
    const gchar *space;

    if (*end == '\0' || *end == ' ')
        return end;
    space = g_strrstr_len (start, end - start, " ");
    return space != NULL && space > start ? space : end;
}

GPtrArray *
simstow_text_wrap (const gchar *text, guint columns)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
    const gchar *start = text;

    do {
        const gchar *end = break_point (start, head_end (start, MAX (columns, 1)));

        g_ptr_array_add (lines, g_strndup (start, end - start));
        start = end;
        while (*start == ' ')
            start++;
    } while (*start != '\0');
    return lines;
}

gchar *
simstow_text_number (const gchar *number, guint type)
{
    gboolean international = (type & 0x70) == 0x10;

    if (number == NULL)
        return g_strdup ("");
    if (international && g_ascii_isdigit (number[0]))
        return g_strconcat ("+", number, NULL);
    return g_strdup (number);
}

static gchar *
format_time (gint64 utc, GTimeZone *zone)
{
    g_autoptr (GDateTime) there = NULL;
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (utc);

    if (time == NULL)
        return g_strdup ("");
    there = g_date_time_to_timezone (time, zone);
    return there != NULL ? g_date_time_format (there, "%Y-%m-%d %H:%M:%S %:z") : g_strdup ("");
}

gchar *
simstow_text_time (gint64 utc, gint zone)
{
    g_autoptr (GTimeZone) there = g_time_zone_new_offset (CLAMP (zone, -1439, 1439) * 60);

    return format_time (utc, there);
}

gchar *
simstow_text_time_here (gint64 utc)
{
    g_autoptr (GTimeZone) here = g_time_zone_new_local ();

    return format_time (utc, here);
}

gchar *
simstow_text_counts (guint64 messages, guint64 contacts, guint64 calls)
{
    g_autoptr (GString) text = g_string_new (NULL);

    g_string_append_printf (
        text,
        ngettext ("%" PRIu64 " message", "%" PRIu64 " messages", (gulong) messages),
        messages);
    g_string_append (text, ", ");
    g_string_append_printf (
        text,
        ngettext ("%" PRIu64 " contact", "%" PRIu64 " contacts", (gulong) contacts),
        contacts);
    g_string_append (text, ", ");
    g_string_append_printf (text,
                            ngettext ("%" PRIu64 " call", "%" PRIu64 " calls", (gulong) calls),
                            calls);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

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
    guint width;
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

void
simstow_table_set_width (SimstowTable *table, guint width)
{
    table->width = width;
}

static guint
find_width (const SimstowTable *table, gboolean aside)
{
    return table->width > 0 ? table->width
                            : simstow_terminal_width (aside ? STDERR_FILENO : STDOUT_FILENO);
}

void
simstow_table_stream (SimstowTable *table, gboolean aside)
{
    g_autoptr (GString) titles = g_string_new (NULL);

    table->rows = ROWS_PRINTED;
    table->aside = aside;
    measure_titles (table, table->widths);
    shrink (table, table->widths, find_width (table, aside));
    append_titles (table, table->widths, titles);
    simstow_terminal_say (aside, "%s", titles->str);
}

void
simstow_table_print (const SimstowTable *table, gboolean aside)
{
    g_autofree gchar *text = simstow_table_format (table, find_width (table, aside));

    simstow_terminal_say (aside, "%s", text);
}
