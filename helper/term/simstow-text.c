/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal: what another person sent must never reach it as a
 * command, nor break a table.
 */

#include "config.h"

#include "simstow-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define REPLACEMENT "\357\277\275" /* U+FFFD */
#define LINE_END    "\342\206\265" /* U+21B5 */
#define ELLIPSIS    "\342\200\246" /* U+2026 */

/* Marks, embeddings, overrides and isolates of the direction; line and paragraph separators. */
static gboolean
is_treacherous (gunichar c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void
append_safe (GString *out, gunichar c)
{
    if (c < 0x20)
        g_string_append_unichar (out, 0x2400 + c);
    else if (c == 0x7F)
        g_string_append_unichar (out, 0x2421);
    else if ((c > 0x7F && c < 0xA0) || is_treacherous (c))
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
