/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An answer of the modem, line by line.
 */

#include "simstow-at-lines.h"

#include <string.h>

/* The shortest codes are those of two letters; a PDU glued to one has more digits than a number */
#define CODE_LETTERS_MIN 2
#define PDU_DIGITS_MIN   8

void
simstow_at_lines_init (SimstowReader *lines, const gchar *reply)
{
    simstow_reader_init (lines, (const guint8 *) reply, strlen (reply));
}

static gboolean
next_is_line_end (const SimstowReader *lines)
{
    guint8 c;

    return simstow_reader_peek_u8 (lines, &c, NULL) && (c == '\r' || c == '\n');
}

/* "+CREG:", "^RSSI:": what an information text or an unsolicited code begins with */
static gboolean
begins_code (const guint8 *text, gsize size)
{
    gsize i = 1;

    if (size == 0 || memchr ("+^*$%#", text[0], 6) == NULL)
        return FALSE;
    while (i < size && g_ascii_isupper ((gchar) text[i]))
        i++;
    return i > CODE_LETTERS_MIN && i < size && text[i] == ':';
}

/* Behind what can be no other than the end of a row: a closing mark, a number that is a field of
 * its own, or the digits of a PDU */
static gboolean
ends_row (const guint8 *text, gsize size)
{
    gsize i = size;

    if (text[size - 1] == '"' || text[size - 1] == ')')
        return TRUE;
    while (i > 0 && g_ascii_isdigit ((gchar) text[i - 1]))
        i--;
    if (i < size && i > 1 && (text[i - 1] == ',' || (text[i - 1] == ' ' && text[i - 2] == ':')))
        return TRUE;
    for (i = 0; i < PDU_DIGITS_MIN && i < size; i++) {
        if (!g_ascii_isxdigit ((gchar) text[size - 1 - i]))
            return FALSE;
    }
    return i == PDU_DIGITS_MIN;
}

/* The daemon takes an unsolicited code out of an answer with the line ends around it, so that
 * what followed it is glued to the row before. Returns: the length of the first of both */
static gsize
unglued (SimstowReader lines, gsize size)
{
    gboolean quoted = FALSE;
    const guint8 *text;
    gsize i;

    if (!simstow_reader_take (&lines, size, &text, NULL))
        return size;
    for (i = 0; i < size; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (i > 0 && !quoted && begins_code (text + i, size - i) && ends_row (text, i))
            return i;
    }
    return size;
}

gboolean
simstow_at_lines_next (SimstowReader *lines, SimstowReader *line)
{
    gsize size;
    guint8 c;

    while (next_is_line_end (lines))
        simstow_reader_u8 (lines, &c, NULL);
    size = unglued (*lines, simstow_reader_find (lines, '\r', '\n'));
    return size > 0 && simstow_reader_sub (lines, size, line, NULL);
}

gboolean
simstow_at_line_is_code (SimstowReader line)
{
    gsize size = simstow_reader_remaining (&line);
    const guint8 *text;

    return simstow_reader_take (&line, size, &text, NULL) &&
           (begins_code (text, size) || (size == 4 && memcmp (text, "RING", size) == 0));
}

gboolean
simstow_at_line_strip (SimstowReader *line, const gchar *prefix)
{
    SimstowReader rest = *line;
    const guint8 *data;
    gsize size = strlen (prefix);
    guint8 c;

    while (simstow_reader_peek_u8 (&rest, &c, NULL) && c == ' ')
        simstow_reader_u8 (&rest, &c, NULL);
    if (!simstow_reader_take (&rest, size, &data, NULL) || memcmp (data, prefix, size) != 0)
        return FALSE;
    if (!simstow_reader_u8 (&rest, &c, NULL) || c != ':')
        return FALSE;
    while (simstow_reader_peek_u8 (&rest, &c, NULL) && c == ' ')
        simstow_reader_u8 (&rest, &c, NULL);
    *line = rest;
    return TRUE;
}

gboolean
simstow_at_lines_find (SimstowReader *lines, const gchar *prefix, SimstowReader *line)
{
    while (simstow_at_lines_next (lines, line)) {
        if (simstow_at_line_strip (line, prefix))
            return TRUE;
    }
    return FALSE;
}
