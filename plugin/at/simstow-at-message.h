/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands of 3GPP TS 27.005 as text: +CPMS, +CMGL, +CMGW,
 * +CMGD, in PDU mode.
 */

#pragma once

#include <gio/gio.h>

/**
 * SIMSTOW_AT_PDU_MAX:
 *
 * The longest PDU a storage is given, SMSC address included: an address of 12
 * octets and a TPDU that fills a record of EF_SMS.
 */
#define SIMSTOW_AT_PDU_MAX (12 + 176)

/**
 * SIMSTOW_AT_MESSAGES_MAX:
 *
 * More messages than any memory has: what lists more is not listened to.
 */
#define SIMSTOW_AT_MESSAGES_MAX 20000

/**
 * SimstowAtMessage:
 * @index: its place
 * @status: <stat> of 3GPP TS 27.005 3.1: 0 unread, 1 read, 2 unsent, 3 sent; any other as given
 * @pdu: SMSC address and TPDU; %NULL where the row could not be read
 * @fault: (nullable): why it could not
 * @row: (nullable): that row as it came, with the lines that belong to it
 *
 * A row of +CMGL.
 */
typedef struct {
    guint index;
    guint status;
    GBytes *pdu;
    gchar *fault;
    GBytes *row;
} SimstowAtMessage;

/**
 * simstow_at_message_free:
 * @message: (transfer full): a message
 */
void
simstow_at_message_free (SimstowAtMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowAtMessage, simstow_at_message_free)

/**
 * simstow_at_message_check_pdu:
 * @pdu: SMSC address and TPDU
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: the length of the TPDU, or 0 with @error set when the lengths within
 * @pdu break its frame
 */
gsize
simstow_at_message_check_pdu (GBytes *pdu, GError **error);
