/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands of 3GPP TS 27.005 as text: +CPMS, +CMGL, +CMGW, +CMGD, in PDU mode.
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
 * SimstowAtStorage:
 * @name: the memory, as "SM"
 * @used: messages in it
 * @total: how many fit
 */
typedef struct {
    gchar *name;
    guint used;
    guint total;
} SimstowAtStorage;

/**
 * simstow_at_message_free:
 * @message: (transfer full): a message
 */
void
simstow_at_message_free (SimstowAtMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowAtMessage, simstow_at_message_free)

/**
 * simstow_at_message_parse_list:
 * @reply: the answer to +CMGL=4
 * @prefix: what its rows begin with, "+CMGL" or a maker's own
 *
 * Reads all rows, 3GPP TS 27.005 3.4.2. A PDU that comes without SMSC address,
 * as its length tells, is given an empty one. Rows that make no sense are among
 * them, with their fault.
 *
 * Returns: (transfer full) (element-type SimstowAtMessage): the messages, in the
 * modem's order, the first of them when there are more than %SIMSTOW_AT_MESSAGES_MAX
 */
GPtrArray *
simstow_at_message_parse_list (const gchar *reply, const gchar *prefix);

/**
 * simstow_at_message_parse_one:
 * @reply: the answer to +CMGR
 * @index: the place that was asked for
 *
 * Reads a message on its own, 3GPP TS 27.005 3.4.3.
 *
 * Returns: (transfer full) (nullable): the message, perhaps with a fault; %NULL where the
 * place is empty
 */
SimstowAtMessage *
simstow_at_message_parse_one (const gchar *reply, guint index);

/**
 * simstow_at_message_parse_memories:
 * @reply: the answer to +CPMS=?
 * @memories: (out) (array length=2): the names for reading and for writing
 *
 * Reads the first two lists, 3GPP TS 27.005 3.2.2, in upper case. Where only one is given it
 * stands for both; so does one without parentheses, as devices have it whose memories are
 * independent of each other.
 *
 * Returns: %FALSE, with @memories as it was, when there is no such line or it makes no sense
 */
gboolean
simstow_at_message_parse_memories (const gchar *reply, GStrv memories[2]);

/**
 * simstow_at_message_parse_selected:
 * @reply: the answer to +CPMS?
 *
 * Returns: (transfer full): the names of the storages that are selected now, with or without
 * counts
 */
GStrv
simstow_at_message_parse_selected (const gchar *reply);

/**
 * simstow_at_message_parse_storages:
 * @reply: the answer to +CPMS?
 *
 * Reads the places of the storages that are selected now, 3GPP TS 27.005 3.2.2.
 *
 * Returns: (transfer full) (element-type SimstowAtStorage): each storage once
 */
GPtrArray *
simstow_at_message_parse_storages (const gchar *reply);

/**
 * simstow_at_message_can_peek:
 * @reply: the answer to +CMGL=?
 *
 * Whether the modem documents, by a second parameter with the values 0 and 1,
 * the listing that leaves the status alone.
 *
 * Returns: %TRUE when +CMGL=4,1 does so
 */
gboolean
simstow_at_message_can_peek (const gchar *reply);

/**
 * simstow_at_message_can_list_all:
 * @reply: the answer to a listing command's =?
 * @prefix: what its line begins with, as "^SMGL"
 *
 * Returns: whether the command takes <stat> 4, all messages, of PDU mode
 */
gboolean
simstow_at_message_can_list_all (const gchar *reply, const gchar *prefix);

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

/**
 * simstow_at_message_write_command:
 * @tpdu_length: octets without the SMSC address
 * @status: <stat> of 3GPP TS 27.005 3.1
 *
 * Returns: (transfer full): the +CMGW that asks for the PDU
 */
gchar *
simstow_at_message_write_command (gsize tpdu_length, guint status);

/**
 * simstow_at_message_parse_index:
 * @reply: the answer to +CMGW and its PDU
 * @index: (out): where it was written
 *
 * Returns: %FALSE when @reply does not tell
 */
gboolean
simstow_at_message_parse_index (const gchar *reply, guint *index);
