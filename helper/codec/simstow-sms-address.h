/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of a short message: originator, destination, recipient
 * (3GPP TS 23.040 9.1.2.5) and service centre (as TS 24.011 8.2.5.1 counts it).
 */

#pragma once

#include <gio/gio.h>

#include "simstow-reader.h"

/**
 * SimstowAddress:
 * @number: digits (with * # a b c), with a leading "+" when international; or
 *     the text of an alphanumeric address, UTF-8
 * @type: type of address octet, 3GPP TS 23.040 9.1.2.5; 0 when there is no address
 * @raw: (nullable): the octets it was decoded from, length and type included
 *
 * An address of either kind. Encoding gives @raw as long as it still says what
 * @number and @type say, so that filler and spare bits survive.
 */
typedef struct {
    gchar *number;
    guint8 type;
    GBytes *raw;
} SimstowAddress;

/**
 * simstow_sms_address_decode:
 * @reader: a cursor at the length octet, which counts semi-octets
 * @address: (out caller-allocates): the address
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Decodes TP-OA, TP-DA or TP-RA, 3GPP TS 23.040 9.1.2.5.
 *
 * Returns: %FALSE with @error set when the octets end too early
 */
gboolean
simstow_sms_address_decode (SimstowReader *reader, SimstowAddress *address, GError **error);

/**
 * simstow_sms_address_encode:
 * @address: an address
 * @out: where the octets are appended
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Encodes TP-OA, TP-DA or TP-RA. No address is a length of zero and a type.
 *
 * Returns: %FALSE with @error set when it cannot be written or is too long
 */
gboolean
simstow_sms_address_encode (const SimstowAddress *address, GByteArray *out, GError **error);

/**
 * simstow_sms_address_decode_center:
 * @reader: a cursor at the length octet, which counts octets
 * @address: (out caller-allocates): the address, type 0 when the length is 0
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Decodes a service centre's address, 3GPP TS 27.005 3.1.
 *
 * Returns: %FALSE with @error set when the octets end too early
 */
gboolean
simstow_sms_address_decode_center (SimstowReader *reader, SimstowAddress *address, GError **error);

/**
 * simstow_sms_address_encode_center:
 * @address: an address
 * @out: where the octets are appended
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Encodes a service centre's address; no address is a single octet of zero.
 *
 * Returns: %FALSE with @error set when it cannot be written or is too long
 */
gboolean
simstow_sms_address_encode_center (const SimstowAddress *address, GByteArray *out, GError **error);

/**
 * simstow_sms_address_set:
 * @address: an address
 * @text: (nullable): a number, or any other text
 *
 * Makes @address what a person wrote: international with a leading "+",
 * national or unknown with digits alone (spaces, dashes and brackets between
 * them are left out), else alphanumeric; none for %NULL and "".
 */
void
simstow_sms_address_set (SimstowAddress *address, const gchar *text);

/**
 * simstow_sms_address_clear:
 * @address: an address
 *
 * Frees what it holds and makes it no address.
 */
void
simstow_sms_address_clear (SimstowAddress *address);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowAddress, simstow_sms_address_clear)
