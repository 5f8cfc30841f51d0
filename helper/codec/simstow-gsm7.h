/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GSM 7 bit alphabet of 3GPP TS 23.038: packed octets <-> septets <-> UTF-8,
 * with the extension and the national language tables.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowGsm7Tables:
 * @locking: national language identifier of the locking shift table, 0 the default alphabet
 * @shift: national language identifier of the single shift table, 0 the default extension
 *
 * Which tables a text is written in, 3GPP TS 23.038 6.2.1.2.4: 1 Turkish,
 * 2 Spanish, 3 Portuguese, 4 Bengali, 5 Gujarati, 6 Hindi, 7 Kannada,
 * 8 Malayalam, 9 Oriya, 10 Punjabi, 11 Tamil, 12 Telugu, 13 Urdu. All zero is
 * what a message uses that names none.
 */
typedef struct {
    guint8 locking;
    guint8 shift;
} SimstowGsm7Tables;

/**
 * simstow_gsm7_unpack:
 * @data: (array length=size): packed octets
 * @fill_bits: bits to skip before the first septet, 0..6
 * @count: how many septets to read
 *
 * Unpacks septets, 3GPP TS 23.038 6.1.2.1. Stops early where the octets end.
 *
 * Returns: (transfer full): the septets, one an octet
 */
GByteArray *
simstow_gsm7_unpack (const guint8 *data, gsize size, guint fill_bits, gsize count);

/**
 * simstow_gsm7_pack:
 * @septets: (array length=count): septets, one an octet
 * @fill_bits: zero bits before the first septet, 0..6
 * @out: where the packed octets are appended
 *
 * Packs septets, 3GPP TS 23.038 6.1.2.1. The bits left at the end are zero.
 */
void
simstow_gsm7_pack (const guint8 *septets, gsize count, guint fill_bits, GByteArray *out);

/**
 * simstow_gsm7_decode:
 * @septets: (array length=count): septets, one an octet
 * @tables: the tables to use
 * @lossy: (out) (optional): set to %TRUE when something could not be decoded,
 *     else left alone
 *
 * Decodes septets. A place that no table defines becomes U+FFFD; after an
 * escape it becomes the locking table's character, as 3GPP TS 23.038 6.2.1.1
 * asks. Unknown tables are read as the default ones. Each of these is lossy.
 *
 * Returns: (transfer full): the text in UTF-8
 */
gchar *
simstow_gsm7_decode (const guint8 *septets, gsize count, SimstowGsm7Tables tables, gboolean *lossy);

/**
 * simstow_gsm7_encode:
 * @tables: the tables to use
 *
 * Encodes a text, with an escape before what stands in the single shift table.
 *
 * Returns: (transfer full) (nullable): septets, one an octet; %NULL with @error
 * naming the first character that @tables do not have
 */
GByteArray *
simstow_gsm7_encode (const gchar *text, SimstowGsm7Tables tables, GError **error);
