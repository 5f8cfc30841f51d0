/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UCS-2 as short messages and cards carry it, most significant octet first; in
 * practice UTF-16, with surrogate pairs. And names on a card, ETSI TS 102 221 annex A:
 * the GSM 7 bit default alphabet with an octet a septet, or UCS-2 in one of three
 * forms; padded with FF.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_ucs2_decode:
 * @data: (array length=size): octets
 * @lossy: (out) (optional): set to %TRUE when something could not be decoded,
 *     else left alone
 *
 * Decodes UTF-16BE. A surrogate without its partner, a NUL and an octet left
 * over become U+FFFD.
 *
 * Returns: (transfer full): the text in UTF-8
 */
gchar *
simstow_ucs2_decode (const guint8 *data, gsize size, gboolean *lossy);

/**
 * simstow_ucs2_encode:
 * @out: where the octets are appended
 *
 * Encodes as UTF-16BE.
 */
void
simstow_ucs2_encode (const gchar *text, GByteArray *out);

/**
 * simstow_alpha_decode:
 * @data: (array length=size): the field, padding included
 * @lossy: (out) (optional): set to %TRUE when something could not be decoded,
 *     else left alone
 *
 * Returns: (transfer full): the name in UTF-8; "" for a field that is all padding
 */
gchar *
simstow_alpha_decode (const guint8 *data, gsize size, gboolean *lossy);

/**
 * simstow_alpha_encode:
 * @size: how many octets the field has
 *
 * Encodes a name: in the GSM alphabet when that holds it, else in the form of
 * UCS-2 that fits, tried in the order 80, 81, 82 of what phones know best.
 *
 * Returns: (transfer full) (nullable): @size octets, or %NULL with @error set
 * when the name fits in no form
 */
GByteArray *
simstow_alpha_encode (const gchar *text, gsize size, GError **error);

/**
 * simstow_alpha_measure:
 *
 * Returns: the fewest octets of a field that holds @text
 */
gsize
simstow_alpha_measure (const gchar *text);
