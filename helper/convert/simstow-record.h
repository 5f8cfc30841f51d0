/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all formats have in common: a message as people see it, a contact, or a call, with what
 * only some of them can tell. In an archive that stands beside the record, as the member
 * "foreign" (simstow-archive(5)).
 */

#pragma once

#include "simstow-contact.h"
#include "simstow-losses.h"
#include "simstow-message.h"

/**
 * SimstowRecordKind:
 * @SIMSTOW_RECORD_MESSAGE: a message
 * @SIMSTOW_RECORD_CONTACT: a contact
 * @SIMSTOW_RECORD_CALL: a call
 */
typedef enum {
    SIMSTOW_RECORD_MESSAGE,
    SIMSTOW_RECORD_CONTACT,
    SIMSTOW_RECORD_CALL,
} SimstowRecordKind;

#define SIMSTOW_RECORD_KINDS (SIMSTOW_RECORD_CALL + 1)

/* What a SIM is called by a program that numbers them: this and the number */
#define SIMSTOW_SIM_SLOT "sub:"

/* Type of number, 3GPP TS 24.008 10.5.4.7 */
#define SIMSTOW_TYPE_UNKNOWN 129

/**
 * SimstowFolder:
 * @SIMSTOW_FOLDER_UNKNOWN: not known
 * @SIMSTOW_FOLDER_RECEIVED: received
 * @SIMSTOW_FOLDER_SENT: sent
 * @SIMSTOW_FOLDER_DRAFT: not to be sent yet
 * @SIMSTOW_FOLDER_OUTBOX: to be sent
 * @SIMSTOW_FOLDER_FAILED: could not be sent
 * @SIMSTOW_FOLDER_QUEUED: to be sent later
 *
 * Where a message lies; the numbers are Android's.
 */
typedef enum {
    SIMSTOW_FOLDER_UNKNOWN,
    SIMSTOW_FOLDER_RECEIVED,
    SIMSTOW_FOLDER_SENT,
    SIMSTOW_FOLDER_DRAFT,
    SIMSTOW_FOLDER_OUTBOX,
    SIMSTOW_FOLDER_FAILED,
    SIMSTOW_FOLDER_QUEUED,
} SimstowFolder;

/**
 * SimstowCallType:
 * @SIMSTOW_CALL_UNKNOWN: not known
 * @SIMSTOW_CALL_INCOMING: answered
 * @SIMSTOW_CALL_OUTGOING: made
 * @SIMSTOW_CALL_MISSED: not answered
 * @SIMSTOW_CALL_VOICEMAIL: answered by a machine
 * @SIMSTOW_CALL_REJECTED: turned away
 * @SIMSTOW_CALL_BLOCKED: turned away without asking
 * @SIMSTOW_CALL_ELSEWHERE: answered on another device
 *
 * What became of a call; the numbers are Android's.
 */
typedef enum {
    SIMSTOW_CALL_UNKNOWN,
    SIMSTOW_CALL_INCOMING,
    SIMSTOW_CALL_OUTGOING,
    SIMSTOW_CALL_MISSED,
    SIMSTOW_CALL_VOICEMAIL,
    SIMSTOW_CALL_REJECTED,
    SIMSTOW_CALL_BLOCKED,
    SIMSTOW_CALL_ELSEWHERE,
} SimstowCallType;

/**
 * SimstowRecord:
 * @kind: which of the others mean something
 * @sim: (nullable): the SIM it came from: its ICCID, or what the program calls it, as "sub:1"
 * @address: (nullable): the other party's number or name, of messages and calls
 * @name: (nullable): who that is
 * @date: when it was sent, received or made, milliseconds since 1970 UTC; 0 unknown
 * @sent: of a received message, when the service centre took it, likewise
 * @zone: of that time stamp, minutes east of UTC
 * @folder: where a message lies
 * @text: (nullable): its text
 * @subject: (nullable): its subject
 * @smsc: (nullable): the service centre
 * @unread: whether it was not read
 * @locked: whether it is protected
 * @status: of a message that was sent: -1 nothing known, 0 delivered, 32 pending, 64 failed
 * @protocol: TP-PID
 * @multimedia: whether it is what is left of a multimedia message
 * @type: what became of a call
 * @duration: how long it took, seconds; -1 unknown
 * @presentation: of its number, Android's: 1 allowed, 2 restricted, 3 unknown, 4 payphone; 0 not
 *     told
 * @contact: (nullable): the contact
 *
 * One record. What an archive holds of a message besides is in its own bytes.
 */
typedef struct {
    SimstowRecordKind kind;
    gchar *sim;
    gchar *address;
    gchar *name;
    gint64 date;
    gint64 sent;
    gint zone;
    SimstowFolder folder;
    gchar *text;
    gchar *subject;
    gchar *smsc;
    gboolean unread;
    gboolean locked;
    gint status;
    guint protocol;
    gboolean multimedia;
    SimstowCallType type;
    gint64 duration;
    guint presentation;
    SimstowContact *contact;
} SimstowRecord;

/**
 * simstow_record_init:
 * @kind: what it will be
 *
 * Empties a record.
 */
void
simstow_record_init (SimstowRecord *record, SimstowRecordKind kind);

void
simstow_record_clear (SimstowRecord *record);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowRecord, simstow_record_clear)

/**
 * simstow_record_set:
 * @place: (inout): one of the texts of a record
 * @text: (nullable): what it will be; "" is none
 */
void
simstow_record_set (gchar **place, const gchar *text);

/**
 * simstow_folder_word:
 *
 * Returns: "received", "sent", "draft", "outbox", "failed", "queued" or "unknown"
 */
const gchar *
simstow_folder_word (SimstowFolder folder);

/**
 * simstow_folder_from_word:
 * @word: one as above
 *
 * Returns: the folder
 */
SimstowFolder
simstow_folder_from_word (const gchar *word);

/**
 * simstow_call_type_word:
 *
 * Returns: "incoming", "outgoing", "missed", "voicemail", "rejected", "blocked", "elsewhere" or
 * "unknown"
 */
const gchar *
simstow_call_type_word (SimstowCallType type);

/**
 * simstow_call_type_from_word:
 * @word: one as above
 *
 * Returns: the type
 */
SimstowCallType
simstow_call_type_from_word (const gchar *word);

/**
 * simstow_record_to_messages:
 * @record: a message
 * @losses: where what does not fit is counted
 *
 * Makes of a message what a SIM would hold of it, one element for each part, with what does not
 * fit into them beside the first.
 *
 * Returns: (transfer full) (element-type SimstowMessage): the parts, none when it is too long
 */
GPtrArray *
simstow_record_to_messages (const SimstowRecord *record, SimstowLosses *losses);

/**
 * simstow_record_from_message:
 * @record: (out caller-allocates): what people see of it, without its text
 * @message: a message that decodes, of several parts the first
 */
void
simstow_record_from_message (SimstowRecord *record, const SimstowMessage *message);

/**
 * simstow_record_to_call:
 * @record: a call
 *
 * Returns: (transfer full): the call as archives have it, without a place
 */
SimstowCall *
simstow_record_to_call (const SimstowRecord *record);

/**
 * simstow_record_from_call:
 * @record: (out caller-allocates): what people see of it
 * @call: a call
 */
void
simstow_record_from_call (SimstowRecord *record, const SimstowCall *call);

/**
 * simstow_record_plain_number:
 * @address: (nullable): a number as people write it
 * @type: (out): its type of number, 3GPP TS 24.008 10.5.4.7
 *
 * Returns: (transfer full): what a card holds of it
 */
gchar *
simstow_record_plain_number (const gchar *address, guint *type);

/**
 * simstow_record_dial_number:
 * @number: a number as a card holds it
 * @type: its type
 *
 * Returns: (transfer full): the number as it is dialled, with its plus sign
 */
gchar *
simstow_record_dial_number (const gchar *number, guint type);

/**
 * simstow_record_parse_time:
 * @text: a time as ISO 8601 has it, with or without its separators, seconds, zone
 * @time: (out): milliseconds since 1970 UTC
 *
 * What has no zone is taken in the zone of this machine.
 *
 * Returns: whether it is one
 */
gboolean
simstow_record_parse_time (const gchar *text, gint64 *time);
