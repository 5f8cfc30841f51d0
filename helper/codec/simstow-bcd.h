/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digits with their nibbles swapped: addresses of short messages, time stamps,
 * and the numbers on a card.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_bcd_decode:
 * @data: (array length=size): octets, the first digit in the low nibble
 * @size: how many
 * @digits: at most how many digits to read
 *
 * Reads digits up to @digits or the first filler (1111): 0-9, * # a b c for the
 * nibbles 1010 to 1110, 3GPP TS 23.040 9.1.2.3.
 *
 * Returns: (transfer full): the digits
 */
gchar *
simstow_bcd_decode (const guint8 *data, gsize size, gsize digits);

/**
 * simstow_bcd_encode:
 * @digits: digits, as simstow_bcd_decode () gives them, of either case
 * @out: where the octets are appended
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Packs digits, a filler (1111) after an odd number of them. On failure @out is
 * as it was.
 *
 * Returns: %FALSE with @error set when a character is no digit
 */
gboolean
simstow_bcd_encode (const gchar *digits, GByteArray *out, GError **error);

/**
 * simstow_bcd_octet_decode:
 * @octet: two digits, the first in the low nibble
 * @value: (out): 0..99
 *
 * Returns: %FALSE when a nibble is no decimal digit
 */
gboolean
simstow_bcd_octet_decode (guint8 octet, guint *value);

/**
 * simstow_bcd_octet_encode:
 * @value: 0..99
 *
 * Returns: the octet, the first digit in the low nibble
 */
guint8
simstow_bcd_octet_encode (guint value);
