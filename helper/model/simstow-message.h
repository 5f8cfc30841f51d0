/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A short message as a modem or card stores it: the raw bytes are the truth, the
 * decoded TPDU a convenience.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-tpdu.h"

/**
 * SimstowMessageStatus:
 * @SIMSTOW_MESSAGE_STATUS_UNREAD: received, not read
 * @SIMSTOW_MESSAGE_STATUS_READ: received, read
 * @SIMSTOW_MESSAGE_STATUS_UNSENT: stored, to be sent
 * @SIMSTOW_MESSAGE_STATUS_SENT: stored, sent
 * @SIMSTOW_MESSAGE_STATUS_UNKNOWN: the modem did not tell
 *
 * The first four are the numbers of <stat> in 3GPP TS 27.005 3.1.
 */
typedef enum {
    SIMSTOW_MESSAGE_STATUS_UNREAD,
    SIMSTOW_MESSAGE_STATUS_READ,
    SIMSTOW_MESSAGE_STATUS_UNSENT,
    SIMSTOW_MESSAGE_STATUS_SENT,
    SIMSTOW_MESSAGE_STATUS_UNKNOWN,
} SimstowMessageStatus;

/**
 * SimstowMessage:
 * @store: the store's id, as "sms/sm"
 * @index: the record's place in it
 * @status: what the store says of it
 * @pdu: the SMSC address followed by the TPDU (3GPP TS 27.005 3.1)
 * @tpdu: (nullable): @pdu decoded
 * @fault: (nullable): why @tpdu is %NULL
 * @sim: (nullable): the SIM it came from, its ICCID or what a foreign file calls it, where the
 *     archive does not say it for all
 * @first_seen: when it was first seen on the modem, seconds since 1970 UTC, 0 unknown
 * @last_seen: when it was last seen on the modem, seconds since 1970 UTC, 0 unknown
 * @rebuilt: whether @pdu was rebuilt from ModemManager's properties, in an
 *     archive merged from several
 * @rebuilt_first_seen: when a rebuilt message of the same content was first seen
 *     by a capture that could not read @pdu, 0 never
 * @rebuilt_last_seen: when it was last seen so, 0 never
 * @rest: (nullable): what a newer archive says of it that this program does not
 *     know, as JSON members
 */
typedef struct {
    gchar *store;
    guint index;
    SimstowMessageStatus status;
    GBytes *pdu;
    SimstowTpdu *tpdu;
    gchar *fault;
    gchar *sim;
    gint64 first_seen;
    gint64 last_seen;
    gboolean rebuilt;
    gint64 rebuilt_first_seen;
    gint64 rebuilt_last_seen;
    gchar *rest;
} SimstowMessage;

/**
 * simstow_message_new:
 * @status: what the store says of it
 * @pdu: (transfer none): the SMSC address and the TPDU
 *
 * Makes a message and decodes it. A TPDU that does not decode leaves
 * #SimstowMessage.fault behind; that is no error.
 *
 * Returns: (transfer full): the message
 */
SimstowMessage *
simstow_message_new (const gchar *store, guint index, SimstowMessageStatus status, GBytes *pdu);

/**
 * simstow_message_new_raw:
 * @status: what the store says of it
 * @pdu: (transfer none): the SMSC address and the TPDU
 *
 * Returns: (transfer full): a message that is not decoded
 */
SimstowMessage *
simstow_message_new_raw (const gchar *store, guint index, SimstowMessageStatus status, GBytes *pdu);

/**
 * simstow_message_decode:
 * @message: a message that is not decoded
 *
 * Does what simstow_message_new () does beyond simstow_message_new_raw ().
 */
void
simstow_message_decode (SimstowMessage *message);

/**
 * simstow_message_get_time:
 * @zone: (out) (optional): minutes east of UTC, as the message has it
 *
 * When the service centre had it; of a message that was sent, or is to be sent, no store tells.
 *
 * Returns: seconds since 1970 UTC, -1 unknown
 */
gint64
simstow_message_get_time (const SimstowMessage *message, gint *zone);

void
simstow_message_free (SimstowMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMessage, simstow_message_free)

/**
 * simstow_message_status_to_string:
 *
 * Returns: its word on the bus and in archives: "unread", "read", "unsent",
 * "sent" or "unknown"
 */
const gchar *
simstow_message_status_to_string (SimstowMessageStatus status);

/**
 * simstow_message_status_from_string:
 * @text: (nullable): a word as above
 *
 * Returns: the status; %SIMSTOW_MESSAGE_STATUS_UNKNOWN for any other word
 */
SimstowMessageStatus
simstow_message_status_from_string (const gchar *text);
