/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of EF_SMS, 3GPP TS 31.102 4.2.25: status, service centre's address,
 * TPDU, padding.
 */

#pragma once

#include <gio/gio.h>

#define SIMSTOW_EF_SMS_SIZE 176

/**
 * SimstowEfSms:
 * @status: the status octet as it was
 * @stat: what it says, as <stat> of 3GPP TS 27.005 3.1: 0 received unread, 1
 *     received read, 2 stored unsent, 3 stored sent; -1 when the record is free
 * @pdu: (nullable): service centre's address and TPDU, as 3GPP TS 27.005 3.1
 *     <pdu>; %NULL when the record is free
 */
typedef struct {
    guint8 status;
    gint stat;
    GBytes *pdu;
} SimstowEfSms;

/**
 * simstow_ef_sms_decode:
 * @data: (array length=size): the record
 * @size: how many octets
 * @sms: (out caller-allocates): the message
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Decodes a record. The end of the TPDU is where its own lengths put it; of one
 * that does not decode it is the last octet that is not FF. A record that is FF
 * throughout was never used: free.
 *
 * Returns: %FALSE with @error set when the record has no octets
 */
gboolean
simstow_ef_sms_decode (const guint8 *data, gsize size, SimstowEfSms *sms, GError **error);

/**
 * simstow_ef_sms_encode:
 * @sms: a message, of which @status counts when it says the same as @stat
 * @size: how many octets the record has, usually 176
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the record, or %NULL with @error set when
 * the message does not fit
 */
GByteArray *
simstow_ef_sms_encode (const SimstowEfSms *sms, gsize size, GError **error);

/**
 * simstow_ef_sms_clear:
 * @sms: a message
 *
 * Frees what it holds and makes it a free record.
 */
void
simstow_ef_sms_clear (SimstowEfSms *sms);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowEfSms, simstow_ef_sms_clear)
