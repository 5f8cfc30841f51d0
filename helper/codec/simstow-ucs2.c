/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UTF-16BE by hand: the converters of the C library stop at the first error,
 * where a message must show what is left.
 */

#include "simstow-ucs2.h"

#include "simstow-reader.h"

#define REPLACEMENT 0xFFFD

static gboolean
is_high (gunichar unit)
{
    return (unit & 0xFC00) == 0xD800;
}

static gboolean
is_low (gunichar unit)
{
    return (unit & 0xFC00) == 0xDC00;
}

/* Reads the second half of a pair when it is there */
static gunichar
join_pair (gunichar high, SimstowReader *reader)
{
    SimstowReader ahead = *reader;
    guint16 low;

    if (!simstow_reader_u16_be (&ahead, &low, NULL) || !is_low (low))
        return 0;
    *reader = ahead;
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

gchar *
simstow_ucs2_decode (const guint8 *data, gsize size, gboolean *lossy)
{
    g_autoptr (GString) text = g_string_sized_new (size + 1);
    gboolean lost = FALSE;
    SimstowReader reader;
    guint16 unit;

    simstow_reader_init (&reader, data, size);
    while (simstow_reader_u16_be (&reader, &unit, NULL)) {
        gunichar character = unit;

        if (is_high (unit))
            character = join_pair (unit, &reader);
        else if (is_low (unit))
            character = 0;
        lost |= character == 0;
        g_string_append_unichar (text, character ? character : REPLACEMENT);
    }
    if (simstow_reader_remaining (&reader) > 0) {
        lost = TRUE;
        g_string_append_unichar (text, REPLACEMENT);
    }
    if (lost && lossy)
        *lossy = TRUE;
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_unit (GByteArray *out, guint unit)
{
    guint8 octets[2] = {(guint8) (unit >> 8), (guint8) unit};

    g_byte_array_append (out, octets, 2);
}

void
simstow_ucs2_encode (const gchar *text, GByteArray *out)
{
    const gchar *at;

    for (at = text; *at; at = g_utf8_next_char (at)) {
        gunichar character = g_utf8_get_char (at);

        if (character < 0x10000) {
            append_unit (out, character);
            continue;
        }
        append_unit (out, 0xD800 | (character - 0x10000) >> 10);
        append_unit (out, 0xDC00 | ((character - 0x10000) & 0x3FF));
    }
}
