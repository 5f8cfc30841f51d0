/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GSM 7 bit alphabet: packing, decoding, encoding, and the choice of tables.
 */

#include "simstow-gsm7.h"

#include "simstow-error.h"
#include "simstow-gsm7-tables.h"

#define REPLACEMENT 0xFFFD

GByteArray *
simstow_gsm7_unpack (const guint8 *data, gsize size, guint fill_bits, gsize count)
{
    gsize bits = size * 8;
    gsize available = bits > fill_bits ? (bits - fill_bits) / 7 : 0;
    gsize i;
    GByteArray *septets;

    count = MIN (count, available);
    septets = g_byte_array_sized_new (count);
    for (i = 0; i < count; i++) {
        gsize bit = fill_bits + 7 * i;
        guint window = data[bit / 8];
        guint8 septet;

        if (bit % 8 > 1)
            window |= (guint) data[bit / 8 + 1] << 8;
        septet = (guint8) (window >> (bit % 8) & 0x7F);
        g_byte_array_append (septets, &septet, 1);
    }
    return septets;
}

void
simstow_gsm7_pack (const guint8 *septets, gsize count, guint fill_bits, GByteArray *out)
{
    guint window = 0;
    guint bits = fill_bits;
    gsize i;

    for (i = 0; i < count; i++) {
        window |= (guint) (septets[i] & 0x7F) << bits;
        bits += 7;
        if (bits >= 8) {
            guint8 octet = (guint8) window;

            g_byte_array_append (out, &octet, 1);
            window >>= 8;
            bits -= 8;
        }
    }
    if (bits > 0) {
        guint8 octet = (guint8) window;

        g_byte_array_append (out, &octet, 1);
    }
}

static gboolean
is_known (SimstowGsm7Tables tables)
{
    return tables.locking < SIMSTOW_GSM7_LANGUAGES && tables.shift < SIMSTOW_GSM7_LANGUAGES &&
           simstow_gsm7_locking[tables.locking][SIMSTOW_GSM7_ESCAPE] != 0;
}

static gunichar
decode_plain (const guint16 *locking, guint8 septet, gboolean *lossy)
{
    gunichar character = septet < 128 && septet != SIMSTOW_GSM7_ESCAPE ? locking[septet] : 0;

    if (character != 0)
        return character;
    *lossy = TRUE;
    return REPLACEMENT;
}

static gunichar
decode_escaped (const guint16 *locking, const guint16 *shift, guint8 septet, gboolean *lossy)
{
    gunichar character = septet < 128 ? shift[septet] : 0;

    if (character == SIMSTOW_GSM7_ESCAPE) {
        /* an escape to one more table, of which none exists: shown as a space */
        *lossy = TRUE;
        return ' ';
    }
    if (character != 0)
        return character;
    *lossy = TRUE;
    return decode_plain (locking, septet, lossy);
}

gchar *
simstow_gsm7_decode (const guint8 *septets, gsize count, SimstowGsm7Tables tables, gboolean *lossy)
{
    g_autoptr (GString) text = g_string_sized_new (count + 1);
    gboolean lost = !is_known (tables);
    SimstowGsm7Tables used = {0};
    const guint16 *locking;
    const guint16 *shift;
    gsize i;

    if (!lost)
        used = tables;
    locking = simstow_gsm7_locking[used.locking];
    shift = simstow_gsm7_shift[used.shift];
    for (i = 0; i < count; i++) {
        gunichar character;

        if (septets[i] == SIMSTOW_GSM7_ESCAPE && i + 1 < count)
            character = decode_escaped (locking, shift, septets[++i], &lost);
        else
            character = decode_plain (locking, septets[i], &lost);
        g_string_append_unichar (text, character);
    }
    if (lost && lossy)
        *lossy = TRUE;
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The first place of a character in a table, or -1 */
static gint
find_character (const guint16 *table, gunichar character)
{
    gint i;

    if (character == 0 || character == SIMSTOW_GSM7_ESCAPE)
        return -1;
    for (i = 0; i < 128; i++) {
        if (table[i] == character)
            return i;
    }
    return -1;
}

static gboolean
encode_character (gunichar character, SimstowGsm7Tables tables, GByteArray *septets)
{
    static const guint8 escape = SIMSTOW_GSM7_ESCAPE;
    gint place = find_character (simstow_gsm7_locking[tables.locking], character);
    guint8 septet;

    if (place < 0) {
        place = find_character (simstow_gsm7_shift[tables.shift], character);
        if (place < 0)
            return FALSE;
        g_byte_array_append (septets, &escape, 1);
    }
    septet = (guint8) place;
    g_byte_array_append (septets, &septet, 1);
    return TRUE;
}

GByteArray *
simstow_gsm7_encode (const gchar *text, SimstowGsm7Tables tables, GError **error)
{
    g_autoptr (GByteArray) septets = g_byte_array_new ();
    const gchar *at;

    if (!is_known (tables)) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_RECORD,
                           "no GSM 7 bit tables %u and %u",
                           tables.locking,
                           tables.shift);
        return NULL;
    }
    for (at = text; *at; at = g_utf8_next_char (at)) {
        gunichar character = g_utf8_get_char (at);

        if (!encode_character (character, tables, septets)) {
            simstow_error_set (error,
                               SIMSTOW_ERROR_INVALID_RECORD,
                               "U+%04X is not in the GSM 7 bit alphabet",
                               character);
            return NULL;
        }
    }
    return g_steal_pointer (&septets);
}

typedef struct {
    guint locking;
    guint shift;
} Holders;
