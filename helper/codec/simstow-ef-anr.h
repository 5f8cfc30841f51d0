/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of EF_ANR, 3GPP TS 31.102 4.4.2.9: a further number of a contact. Behind
 * the first octet it is what EF_ADN has behind the name.
 */

#pragma once

#include "simstow-ef-adn.h"

#define SIMSTOW_EF_ANR_SIZE 15

/**
 * SimstowEfAnr:
 * @label: record of EF_AAS that says what kind of number it is, 0 none
 * @entry: the number; it has no name
 */
typedef struct {
    guint8 label;
    SimstowEfAdn entry;
} SimstowEfAnr;

/**
 * simstow_ef_anr_decode:
 * @data: (array length=size): the record
 * @size: how many octets, at least 15; those behind them are not looked at
 * @anr: (out caller-allocates): the number
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Decodes a record. The digits beyond the twentieth are added with
 * simstow_ef_adn_add_extension ().
 *
 * Returns: %FALSE with @error set when the record is too short
 */
gboolean
simstow_ef_anr_decode (const guint8 *data, gsize size, SimstowEfAnr *anr, GError **error);

/**
 * simstow_ef_anr_encode:
 * @anr: a number
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Encodes the first 20 digits; the rest takes simstow_ef_adn_encode_extension ().
 *
 * Returns: (transfer full) (nullable): 15 octets, FF throughout when it is not used;
 * or %NULL with @error set when it is no number
 */
GByteArray *
simstow_ef_anr_encode (const SimstowEfAnr *anr, GError **error);

/**
 * simstow_ef_anr_clear:
 * @anr: a number
 *
 * Frees what it holds and makes it a free record.
 */
void
simstow_ef_anr_clear (SimstowEfAnr *anr);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowEfAnr, simstow_ef_anr_clear)
