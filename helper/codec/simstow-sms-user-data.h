/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user data of a TPDU, 3GPP TS 23.040 9.2.3.24: header, then text or data.
 * For use inside this room; others see simstow-tpdu.h.
 */

#pragma once

#include "simstow-tpdu.h"

#define SIMSTOW_TPDU_UDHI 0x40

/**
 * simstow_sms_user_data_size:
 * @length: TP-UDL
 * @dcs: what TP-DCS says
 *
 * Returns: how many octets TP-UD has, 3GPP TS 23.040 9.2.3.16
 */
gsize
simstow_sms_user_data_size (guint8 length, const SimstowDcs *dcs);

/**
 * simstow_sms_user_data_interpret:
 * @tpdu: a TPDU with its first octet, TP-DCS, TP-UDL and TP-UD
 *
 * Fills in what these say: header elements, text or data, and the fields that
 * sum them up.
 */
void
simstow_sms_user_data_interpret (SimstowTpdu *tpdu);

/**
 * simstow_sms_user_data_build:
 * @tpdu: a TPDU made by hand
 * @length: (out): TP-UDL
 * @has_header: (out): whether TP-UDHI is to be set
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): TP-UD, or %NULL with @error set when it
 * cannot be written or exceeds 140 octets
 */
GByteArray *
simstow_sms_user_data_build (const SimstowTpdu *tpdu,
                             guint8 *length,
                             gboolean *has_header,
                             GError **error);
