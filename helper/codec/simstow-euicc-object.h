/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small objects that eUICC answers are made of: lists, ICCIDs, PLMNs, bits.
 */

#pragma once

#include "simstow-ber-tlv.h"

/**
 * simstow_euicc_set_code_error:
 * @code: a number in place of an answer
 * @error: return location for an error: %SIMSTOW_ERROR_MODEM_ERROR, or
 *     %SIMSTOW_ERROR_INVALID_DATA when it is no number
 *
 * Tells which error the card answered with.
 */
void
simstow_euicc_set_code_error (const SimstowTlv *code, GError **error);

/**
 * simstow_euicc_open_list:
 * @answer: an answer that holds a list in A0, or an error code in 80 or 81
 * @tag: the answer's own tag
 * @list: (out caller-allocates): a cursor over the list's elements
 * @faults: (nullable) (element-type utf8): where to add that a length was wrong
 * @error: return location for an error: %SIMSTOW_ERROR_INVALID_DATA, or
 *     %SIMSTOW_ERROR_MODEM_ERROR when the card answered with an error code
 *
 * Opens the list that an answer holds. Bytes behind the answer are passed over; where
 * its own length or the list's is wrong, the list goes as far as there are bytes.
 *
 * Returns: %FALSE with @error set when there is none
 */
gboolean
simstow_euicc_open_list (GBytes *answer,
                         guint32 tag,
                         SimstowReader *list,
                         GPtrArray *faults,
                         GError **error);

/**
 * simstow_euicc_add_fault:
 * @faults: (nullable) (element-type utf8): where to add it
 * @what: what was left out
 * @position: how many were read before it
 * @fault: why
 */
void
simstow_euicc_add_fault (GPtrArray *faults, const gchar *what, guint position, const GError *fault);

/**
 * simstow_euicc_decode_iccid:
 * @value: up to ten bytes of swapped digits
 *
 * Decodes as ITU-T E.118 ICCIDs are stored: the low nibble first, F for filler at
 * the end only. Other nibbles above 9 are digits of some operators.
 *
 * Returns: (transfer full): the digits, 0 to 9 and A to F
 */
gchar *
simstow_euicc_decode_iccid (const SimstowReader *value);

/**
 * simstow_euicc_append_iccid:
 * @array: bytes to append to
 * @tag: a tag
 * @iccid: digits
 *
 * Appends an ICCID as an object of ten bytes.
 */
void
simstow_euicc_append_iccid (GByteArray *array, guint32 tag, const gchar *iccid);

/**
 * simstow_euicc_decode_plmn:
 * @value: three bytes, 3GPP TS 24.008 10.5.1.13
 *
 * Returns: (transfer full) (nullable): MCC and MNC, 5 or 6 digits; a digit that is
 * a wildcard comes as "E"; %NULL when there are not three bytes
 */
gchar *
simstow_euicc_decode_plmn (const SimstowReader *value);

/**
 * simstow_euicc_append_plmn:
 * @array: bytes to append to
 * @tag: a tag
 * @plmn: MCC and MNC, 5 or 6 digits
 */
void
simstow_euicc_append_plmn (GByteArray *array, guint32 tag, const gchar *plmn);

/**
 * simstow_euicc_decode_bits:
 * @value: a BIT STRING: the count of unused bits, then the bits
 *
 * Returns: the first byte's bits, the leftmost as bit 0; none when malformed
 */
guint
simstow_euicc_decode_bits (const SimstowReader *value);

/**
 * simstow_euicc_append_bits:
 * @array: bytes to append to
 * @tag: a tag
 * @bits: up to eight bits, as above
 *
 * Appends a BIT STRING without trailing zero bits, as DER wants named ones.
 */
void
simstow_euicc_append_bits (GByteArray *array, guint32 tag, guint bits);
