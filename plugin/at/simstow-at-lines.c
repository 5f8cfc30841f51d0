/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An answer of the modem, line by line.
 */

#include "simstow-at-lines.h"

#include <string.h>

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

gboolean
simstow_at_lines_next (SimstowReader *lines, SimstowReader *line)
{
    gsize size;
    guint8 c;

    while (next_is_line_end (lines))
        simstow_reader_u8 (lines, &c, NULL);
    size = simstow_reader_find (lines, '\r', '\n');
    return size > 0 && simstow_reader_sub (lines, size, line, NULL);
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
