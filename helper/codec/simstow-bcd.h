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

/**
 * simstow_bcd_decode_dialling:
 * @data: (array length=size): octets, the first digit in the low nibble
 *
 * Reads a number of a card's phonebook up to the first filler: 0-9, * # for 1010
 * and 1011, "p" for the DTMF separator 1100, "?" for the wild value 1101, "e" for
 * the expansion digit 1110, 3GPP TS 31.102 4.4.2.3.
 *
 * Returns: (transfer full): the digits
 */
gchar *
simstow_bcd_decode_dialling (const guint8 *data, gsize size);

/**
 * simstow_bcd_encode_dialling:
 * @digits: digits, as simstow_bcd_decode_dialling () gives them; "," is a "p" too
 * @out: where the octets are appended
 *
 * Packs a number of a card's phonebook. On failure @out is as it was.
 *
 * Returns: %FALSE with @error set when a character is no digit
 */
gboolean
simstow_bcd_encode_dialling (const gchar *digits, GByteArray *out, GError **error);

/**
 * simstow_bcd_decode_iccid:
 * @data: (array length=size): EF_ICCID, ten octets
 *
 * Decodes a card's number, ETSI TS 102 221 13.2.
 *
 * Returns: (transfer full) (nullable): 18 to 20 decimal digits, or %NULL with
 * @error set when it is anything else
 */
gchar *
simstow_bcd_decode_iccid (const guint8 *data, gsize size, GError **error);

/**
 * simstow_bcd_decode_imsi:
 * @data: (array length=size): EF_IMSI, its length octet first
 *
 * Decodes a subscriber's number, 3GPP TS 31.102 4.2.2.
 *
 * Returns: (transfer full) (nullable): 6 to 15 decimal digits, or %NULL with
 * @error set when it is anything else
 */
gchar *
simstow_bcd_decode_imsi (const guint8 *data, gsize size, GError **error);

/**
 * simstow_bcd_decode_plmn:
 * @data: (array length=size): three octets, 3GPP TS 24.008 10.5.1.3
 *
 * Returns: (transfer full) (nullable): country and network code, 5 or 6 digits; ""
 * for FF FF FF; %NULL with @error set when it is anything else
 */
gchar *
simstow_bcd_decode_plmn (const guint8 *data, gsize size, GError **error);
