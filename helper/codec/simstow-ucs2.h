/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UCS-2 as short messages and cards carry it, most significant octet first; in
 * practice UTF-16, with surrogate pairs.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_ucs2_decode:
 * @data: (array length=size): octets
 * @size: how many
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
 * @text: UTF-8
 * @out: where the octets are appended
 *
 * Encodes as UTF-16BE.
 */
void
simstow_ucs2_encode (const gchar *text, GByteArray *out);
