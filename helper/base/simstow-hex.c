/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hexadecimal text and bytes.
 */

#include "simstow-hex.h"

#include <string.h>

#include "simstow-error.h"

gchar *
simstow_hex_encode (const guint8 *data, gsize size)
{
    static const gchar digits[] = "0123456789ABCDEF";
    gchar *text = g_malloc (2 * size + 1);
    gsize i;

    for (i = 0; i < size; i++) {
        text[2 * i] = digits[data[i] >> 4];
        text[2 * i + 1] = digits[data[i] & 0x0F];
    }
    text[2 * size] = '\0';
    return text;
}

gchar *
simstow_hex_encode_bytes (GBytes *bytes)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);

    return simstow_hex_encode (data, size);
}

GBytes *
simstow_hex_decode (const gchar *text, gssize length, GError **error)
{
    gsize digits = length < 0 ? strlen (text) : (gsize) length;
    g_autofree guint8 *data = NULL;
    gsize i;

    if (digits % 2 != 0) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_DATA,
                           "odd number of hexadecimal digits: %" G_GSIZE_FORMAT,
                           digits);
        return NULL;
    }
    data = g_malloc (digits / 2 + 1);
    for (i = 0; i < digits / 2; i++) {
        gint high = g_ascii_xdigit_value (text[2 * i]);
        gint low = g_ascii_xdigit_value (text[2 * i + 1]);

        if (high < 0 || low < 0) {
            simstow_error_set (error,
                               SIMSTOW_ERROR_INVALID_DATA,
                               "not a hexadecimal digit near character %" G_GSIZE_FORMAT,
                               2 * i);
            return NULL;
        }
        data[i] = (guint8) (high << 4 | low);
    }
    return g_bytes_new_take (g_steal_pointer (&data), digits / 2);
}
