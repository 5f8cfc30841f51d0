/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digits with their nibbles swapped.
 */

#include "simstow-bcd.h"

#include <string.h>

#include "simstow-error.h"

#define FILLER 0x0F

/* The character of each nibble but the filler */
static const gchar characters[] = "0123456789*#abc";

gchar *
simstow_bcd_decode (const guint8 *data, gsize size, gsize digits)
{
    g_autoptr (GString) text = g_string_new (NULL);
    gsize count = MIN (digits, 2 * size);
    gsize i;

    for (i = 0; i < count; i++) {
        guint nibble = i % 2 == 0 ? data[i / 2] & 0x0F : data[i / 2] >> 4;

        if (nibble == FILLER)
            break;
        g_string_append_c (text, characters[nibble]);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
simstow_bcd_encode (const gchar *digits, GByteArray *out, GError **error)
{
    guint start = out->len;
    gsize i;

    for (i = 0; digits[i]; i++) {
        const gchar *found = strchr (characters, g_ascii_tolower (digits[i]));
        guint8 octet;

        if (!found) {
            g_byte_array_set_size (out, start);
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_RECORD,
                         "character %" G_GSIZE_FORMAT " is no dialling digit",
                         i + 1);
            return FALSE;
        }
        octet = (guint8) (found - characters);
        if (i % 2 == 1) {
            out->data[out->len - 1] = (guint8) ((out->data[out->len - 1] & 0x0F) | octet << 4);
            continue;
        }
        octet |= FILLER << 4;
        g_byte_array_append (out, &octet, 1);
    }
    return TRUE;
}

gboolean
simstow_bcd_octet_decode (guint8 octet, guint *value)
{
    guint first = octet & 0x0F;
    guint second = octet >> 4;

    if (first > 9 || second > 9)
        return FALSE;
    *value = 10 * first + second;
    return TRUE;
}

guint8
simstow_bcd_octet_encode (guint value)
{
    return (guint8) (value / 10 % 10 | value % 10 << 4);
}
