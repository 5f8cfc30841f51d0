/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hexadecimal text and bytes. Strict: an odd number of digits or any other
 * character is an error, not a guess.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_hex_encode:
 * @data: (nullable) (array length=size): bytes
 *
 * Returns: (transfer full): upper-case digits, two a byte
 */
gchar *
simstow_hex_encode (const guint8 *data, gsize size);

/**
 * simstow_hex_encode_bytes:
 *
 * Returns: (transfer full): upper-case digits, two a byte
 */
gchar *
simstow_hex_encode_bytes (GBytes *bytes);

/**
 * simstow_hex_decode:
 * @text: digits of either case
 * @length: how many characters to read, or -1 up to the NUL
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL with @error set
 */
GBytes *
simstow_hex_decode (const gchar *text, gssize length, GError **error);
