/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of any format, and what archives have of them: a message as the bytes that a SIM would
 * hold. Those bytes have no place for much of what phones know; it stands beside them as JSON,
 *
 *   "foreign": {"address", "name", "date", "sent", "folder", "subject", "locked", "status",
 *               "protocol", "unread", "multimedia", "type", "presentation"}
 *
 * each only when the bytes do not say the same.
 */

#include "config.h"

#include "simstow-record.h"

#include <stdio.h>
#include <string.h>

#include "simstow-json-scanner.h"
#include "simstow-json-writer.h"
#include "simstow-rebuild.h"

#define FOREIGN "foreign"

/* Where foreign messages are: what every modem has */
#define STORE "sms/sm"

/* 3GPP TS 23.040 9.2.3.11 has two digits for the year; simstow-tpdu.h which they are */
#define FIRST_STAMP G_GINT64_CONSTANT (631152000)
#define LAST_STAMP  G_GINT64_CONSTANT (3786911999)

#define MS_A_SECOND 1000

/* Type of number, 3GPP TS 24.008 10.5.4.7 */
#define TYPE_INTERNATIONAL 145
#define TON_MASK           0x70
#define TON_INTERNATIONAL  0x10

static const gchar *const folder_words[] =
    {"unknown", "received", "sent", "draft", "outbox", "failed", "queued"};

static const gchar *const type_words[] =
    {"unknown", "incoming", "outgoing", "missed", "voicemail", "rejected", "blocked", "elsewhere"};

/* The lists that modems have */
static const gchar *const call_stores[] = {
    [SIMSTOW_CALL_UNKNOWN] = "calls/last",
    [SIMSTOW_CALL_INCOMING] = "calls/received",
    [SIMSTOW_CALL_OUTGOING] = "calls/dialled",
    [SIMSTOW_CALL_MISSED] = "calls/missed",
    [SIMSTOW_CALL_VOICEMAIL] = "calls/missed",
    [SIMSTOW_CALL_REJECTED] = "calls/missed",
    [SIMSTOW_CALL_BLOCKED] = "calls/missed",
    [SIMSTOW_CALL_ELSEWHERE] = "calls/received",
};

void
simstow_record_init (SimstowRecord *record, SimstowRecordKind kind)
{
    memset (record, 0, sizeof *record);
    record->kind = kind;
    record->status = -1;
    record->duration = -1;
}

void
simstow_record_clear (SimstowRecord *record)
{
    g_free (record->sim);
    g_free (record->address);
    g_free (record->name);
    g_free (record->text);
    g_free (record->subject);
    g_free (record->smsc);
    simstow_contact_free (record->contact);
    simstow_record_init (record, record->kind);
}

void
simstow_record_set (gchar **place, const gchar *text)
{
    g_free (*place);
    *place = text && *text ? g_strdup (text) : NULL;
}

static guint
find_word (const gchar *const *words, guint count, const gchar *word)
{
    guint i;

    for (i = 1; i < count; i++)
        if (g_strcmp0 (words[i], word) == 0)
            return i;
    return 0;
}

const gchar *
simstow_folder_word (SimstowFolder folder)
{
    return folder_words[folder];
}

SimstowFolder
simstow_folder_from_word (const gchar *word)
{
    return (SimstowFolder) find_word (folder_words, G_N_ELEMENTS (folder_words), word);
}

const gchar *
simstow_call_type_word (SimstowCallType type)
{
    return type_words[type];
}

SimstowCallType
simstow_call_type_from_word (const gchar *word)
{
    return (SimstowCallType) find_word (type_words, G_N_ELEMENTS (type_words), word);
}

static gboolean
is_received (const SimstowRecord *record)
{
    return record->folder <= SIMSTOW_FOLDER_RECEIVED;
}

/* The time stamp of a received message: the service centre's, which a SIM would have, too */
static gint64
get_taken (const SimstowRecord *record)
{
    gint64 taken = (record->sent > 0 ? record->sent : record->date) / MS_A_SECOND;

    return is_received (record) && taken >= FIRST_STAMP && taken <= LAST_STAMP ? taken : 0;
}

/* What other parts tell apart from parts of another message to the same number */
static guint
make_reference (const SimstowRecord *record)
{
    gint64 time = record->sent > 0 ? record->sent : record->date;

    return g_str_hash (record->text ? record->text : "") + (guint) (time / MS_A_SECOND);
}

static SimstowMessageStatus
get_status (const SimstowRecord *record)
{
    if (is_received (record))
        return record->unread ? SIMSTOW_MESSAGE_STATUS_UNREAD : SIMSTOW_MESSAGE_STATUS_READ;
    return record->folder == SIMSTOW_FOLDER_SENT ? SIMSTOW_MESSAGE_STATUS_SENT
                                                 : SIMSTOW_MESSAGE_STATUS_UNSENT;
}

/* The PDUs; with as much of the addresses as they can hold */
static GPtrArray *
rebuild (const SimstowRecord *record)
{
    SimstowRebuild source = {
        .type = is_received (record) ? SIMSTOW_TPDU_DELIVER : SIMSTOW_TPDU_SUBMIT,
        .smsc = record->smsc,
        .address = record->address,
        .text = record->text ? record->text : "",
        .message_class = -1,
        .taken = get_taken (record),
        .reference = make_reference (record),
        .validity_seconds = -1,
    };
    GPtrArray *parts = simstow_rebuild (&source, NULL);

    if (!parts && source.smsc) {
        source.smsc = NULL;
        parts = simstow_rebuild (&source, NULL);
    }
    if (!parts && source.address) {
        source.address = NULL;
        parts = simstow_rebuild (&source, NULL);
    }
    return parts;
}

static void
write_text (SimstowJsonWriter *writer, const gchar *key, const gchar *value, const gchar *known)
{
    if (value && g_strcmp0 (value, known) != 0)
        simstow_json_writer_string (writer, key, value);
}

static void
write_number (SimstowJsonWriter *writer, const gchar *key, gint64 value, gint64 known)
{
    if (value != known)
        simstow_json_writer_integer (writer, key, value);
}

/* As the members of an object, NULL when there are none */
static gchar *
end_foreign (GString *text)
{
    if (strcmp (text->str, "\"" FOREIGN "\":{}") != 0)
        return g_string_free (text, FALSE);
    g_string_free (text, TRUE);
    return NULL;
}

static void
begin_foreign (SimstowJsonWriter *writer, GString *text)
{
    simstow_json_writer_init (writer, text, FALSE);
    simstow_json_writer_begin (writer, FOREIGN, '{');
}

static gchar *
make_foreign (const SimstowRecord *record, const SimstowTpdu *tpdu)
{
    gint64 taken = tpdu->type == SIMSTOW_TPDU_DELIVER && tpdu->timestamp.utc > 0
                       ? tpdu->timestamp.utc * MS_A_SECOND
                       : 0;
    GString *text = g_string_new (NULL);
    SimstowJsonWriter writer;

    begin_foreign (&writer, text);
    write_text (&writer, "address", record->address, tpdu->address.number);
    write_text (&writer, "smsc", record->smsc, tpdu->smsc.number);
    write_text (&writer, "name", record->name, NULL);
    write_number (&writer, "date", record->date, taken);
    write_number (&writer, "sent", record->sent, taken);
    if (record->folder > SIMSTOW_FOLDER_SENT || record->folder == SIMSTOW_FOLDER_UNKNOWN)
        simstow_json_writer_string (&writer, "folder", simstow_folder_word (record->folder));
    write_text (&writer, "subject", record->subject, NULL);
    write_number (&writer, "status", record->status, -1);
    write_number (&writer, "protocol", record->protocol, 0);
    if (record->unread && !is_received (record))
        simstow_json_writer_boolean (&writer, "unread", TRUE);
    if (record->locked)
        simstow_json_writer_boolean (&writer, "locked", TRUE);
    if (record->multimedia)
        simstow_json_writer_boolean (&writer, "multimedia", TRUE);
    simstow_json_writer_end (&writer, '}');
    return end_foreign (text);
}

GPtrArray *
simstow_record_to_messages (const SimstowRecord *record, SimstowLosses *losses)
{
    GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_message_free);
    g_autoptr (GPtrArray) parts = rebuild (record);
    guint i;

    if (!parts) {
        losses->counts[SIMSTOW_LOSS_TOO_LONG]++;
        return messages;
    }
    for (i = 0; i < parts->len; i++) {
        SimstowMessage *message =
            simstow_message_new (STORE, 0, get_status (record), g_ptr_array_index (parts, i));

        message->rebuilt = TRUE;
        message->sim = g_strdup (record->sim);
        if (i == 0 && message->tpdu)
            message->rest = make_foreign (record, message->tpdu);
        g_ptr_array_add (messages, message);
    }
    return messages;
}

/* The object that make_foreign () made */
static gboolean
find_foreign (const gchar *rest, gchar **text, SimstowJsonValue *foreign)
{
    SimstowJsonValue whole;

    if (!rest || !strstr (rest, "\"" FOREIGN "\""))
        return FALSE;
    *text = g_strconcat ("{", rest, "}", NULL);
    return simstow_json_value_parse (*text, strlen (*text), &whole, NULL) &&
           simstow_json_value_find (&whole, FOREIGN, foreign) &&
           foreign->type == SIMSTOW_JSON_OBJECT;
}

static void
take_text (const SimstowJsonValue *foreign, const gchar *key, gchar **place)
{
    SimstowJsonValue value;
    g_autofree gchar *text = NULL;

    if (!simstow_json_value_find (foreign, key, &value))
        return;
    text = simstow_json_value_dup_string (&value, NULL);
    if (text)
        simstow_record_set (place, text);
}

static gint64
take_number (const SimstowJsonValue *foreign, const gchar *key, gint64 known)
{
    SimstowJsonValue value;
    gint64 number;

    if (simstow_json_value_find (foreign, key, &value) &&
        simstow_json_value_get_integer (&value, G_MININT64, G_MAXINT64, &number, NULL))
        return number;
    return known;
}

static gboolean
take_flag (const SimstowJsonValue *foreign, const gchar *key)
{
    SimstowJsonValue value;
    gboolean flag = FALSE;

    return simstow_json_value_find (foreign, key, &value) &&
           simstow_json_value_get_boolean (&value, &flag, NULL) && flag;
}

static SimstowFolder
get_folder (const SimstowMessage *message)
{
    if (message->tpdu->type != SIMSTOW_TPDU_SUBMIT)
        return SIMSTOW_FOLDER_RECEIVED;
    return message->status == SIMSTOW_MESSAGE_STATUS_SENT ? SIMSTOW_FOLDER_SENT
                                                          : SIMSTOW_FOLDER_DRAFT;
}

static void
apply_foreign (SimstowRecord *record, const SimstowJsonValue *foreign)
{
    g_autofree gchar *word = NULL;

    take_text (foreign, "address", &record->address);
    take_text (foreign, "smsc", &record->smsc);
    take_text (foreign, "name", &record->name);
    take_text (foreign, "subject", &record->subject);
    take_text (foreign, "folder", &word);
    if (word)
        record->folder = simstow_folder_from_word (word);
    record->date = take_number (foreign, "date", record->date);
    record->sent = take_number (foreign, "sent", record->sent);
    record->status = (gint) CLAMP (take_number (foreign, "status", -1), -1, G_MAXINT);
    record->protocol = (guint) CLAMP (take_number (foreign, "protocol", record->protocol), 0, 255);
    record->unread |= take_flag (foreign, "unread");
    record->locked = take_flag (foreign, "locked");
    record->multimedia = take_flag (foreign, "multimedia");
}

void
simstow_record_from_message (SimstowRecord *record, const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;
    g_autofree gchar *text = NULL;
    SimstowJsonValue foreign;

    simstow_record_init (record, SIMSTOW_RECORD_MESSAGE);
    simstow_record_set (&record->sim, message->sim);
    simstow_record_set (&record->address, tpdu->address.number);
    simstow_record_set (&record->smsc, tpdu->smsc.number);
    record->folder = get_folder (message);
    record->unread = message->status == SIMSTOW_MESSAGE_STATUS_UNREAD;
    record->protocol = tpdu->has_pid ? tpdu->pid : 0;
    if (tpdu->type != SIMSTOW_TPDU_SUBMIT && tpdu->timestamp.utc > 0) {
        record->date = record->sent = tpdu->timestamp.utc * MS_A_SECOND;
        record->zone = tpdu->timestamp.zone;
    }
    if (find_foreign (message->rest, &text, &foreign))
        apply_foreign (record, &foreign);
}

/* A number as people write it: what a card holds of it, and its type */
gchar *
simstow_record_plain_number (const gchar *address, guint *type)
{
    GString *plain = g_string_new (NULL);
    const gchar *c;

    for (c = address ? address : ""; *c; c++)
        if (!strchr (" -().\t", *c))
            g_string_append_c (plain, *c);
    *type = plain->str[0] == '+' ? TYPE_INTERNATIONAL : SIMSTOW_TYPE_UNKNOWN;
    if (*type == TYPE_INTERNATIONAL)
        g_string_erase (plain, 0, 1);
    return g_string_free (plain, FALSE);
}

gchar *
simstow_record_dial_number (const gchar *number, guint type)
{
    gboolean international = (type & TON_MASK) == TON_INTERNATIONAL;

    return g_strconcat (international && *number && *number != '+' ? "+" : "", number, NULL);
}

SimstowCall *
simstow_record_to_call (const SimstowRecord *record)
{
    guint type;
    g_autofree gchar *number = simstow_record_plain_number (record->address, &type);
    g_autofree gchar *dialled = simstow_record_dial_number (number, type);
    SimstowCall *call = simstow_call_new (call_stores[record->type], 0, number, type, record->name);
    GString *text = g_string_new (NULL);
    gchar time[SIMSTOW_TIME_SIZE];
    SimstowJsonWriter writer;

    call->sim = g_strdup (record->sim);
    call->duration = (gint) CLAMP (record->duration, -1, G_MAXINT);
    if (record->date != 0 && simstow_time_format (record->date / MS_A_SECOND, 0, time))
        call->time = g_strdup (time);
    begin_foreign (&writer, text);
    write_text (&writer, "address", record->address, dialled);
    write_number (&writer, "date", record->date, record->date / MS_A_SECOND * MS_A_SECOND);
    if (record->type > SIMSTOW_CALL_MISSED)
        simstow_json_writer_string (&writer, "type", simstow_call_type_word (record->type));
    write_number (&writer, "presentation", record->presentation, 0);
    simstow_json_writer_end (&writer, '}');
    call->rest = end_foreign (text);
    return call;
}

/* As phones and cards write it, "24/05/01,12:34:56-20" with quarters of an hour, or ISO 8601 */
static gint64
parse_call_time (const gchar *text)
{
    guint field[6];
    gchar sign;
    guint quarters;
    gint read = 0;
    gint64 utc;

    if (!text)
        return 0;
    if (simstow_time_parse (text, &utc))
        return utc * MS_A_SECOND;
    if (sscanf (text,
                "%2u/%2u/%2u,%2u:%2u:%2u%n%c%2u",
                &field[0],
                &field[1],
                &field[2],
                &field[3],
                &field[4],
                &field[5],
                &read,
                &sign,
                &quarters) >= 6) {
        g_autoptr (GDateTime) time = g_date_time_new_utc ((gint) field[0] + 2000,
                                                          (gint) field[1],
                                                          (gint) field[2],
                                                          (gint) field[3],
                                                          (gint) field[4],
                                                          field[5]);
        gint64 shift = 0;

        if (text[read] == '+' || text[read] == '-')
            shift = (text[read] == '-' ? 900 : -900) *
                    (gint64) g_ascii_strtoull (text + read + 1, NULL, 10);
        return time ? (g_date_time_to_unix (time) + shift) * MS_A_SECOND : 0;
    }
    return 0;
}

void
simstow_record_from_call (SimstowRecord *record, const SimstowCall *call)
{
    g_autofree gchar *dialled = simstow_record_dial_number (call->number, call->type);
    g_autofree gchar *word = NULL;
    g_autofree gchar *text = NULL;
    SimstowJsonValue foreign;
    guint type;

    simstow_record_init (record, SIMSTOW_RECORD_CALL);
    simstow_record_set (&record->sim, call->sim);
    simstow_record_set (&record->address, dialled);
    simstow_record_set (&record->name, call->name);
    record->date = parse_call_time (call->time);
    record->duration = call->duration;
    for (type = SIMSTOW_CALL_MISSED; type > 0; type--)
        if (g_str_equal (call->store, call_stores[type]))
            record->type = (SimstowCallType) type;
    if (!find_foreign (call->rest, &text, &foreign))
        return;
    take_text (&foreign, "address", &record->address);
    take_text (&foreign, "type", &word);
    if (word)
        record->type = simstow_call_type_from_word (word);
    record->date = take_number (&foreign, "date", record->date);
    record->presentation = (guint) CLAMP (take_number (&foreign, "presentation", 0), 0, 4);
}

/* Digits, of which separators are no part; FALSE when there are fewer */
static gboolean
take_digits (const gchar **at, guint count, const gchar *separators, gint *value)
{
    *value = 0;
    if (**at && strchr (separators, **at))
        (*at)++;
    for (; count > 0; count--, (*at)++) {
        if (!g_ascii_isdigit (**at))
            return FALSE;
        *value = *value * 10 + (**at - '0');
    }
    return TRUE;
}

/* "Z", "+02:00", "-0500", "+02"; FALSE for anything else but nothing */
static gboolean
take_zone (const gchar *at, GTimeZone **zone)
{
    *zone = *at ? g_time_zone_new_identifier (at) : g_time_zone_new_local ();
    return *zone != NULL;
}

gboolean
simstow_record_parse_time (const gchar *text, gint64 *time)
{
    g_autoptr (GTimeZone) zone = NULL;
    g_autoptr (GDateTime) parsed = NULL;
    const gchar *at = text;
    gint field[6] = {0};
    gint64 fraction = 0;
    guint place = 100;

    if (!take_digits (&at, 4, "", &field[0]) || !take_digits (&at, 2, "-/", &field[1]) ||
        !take_digits (&at, 2, "-/", &field[2]))
        return FALSE;
    if (*at && (!take_digits (&at, 2, "T ", &field[3]) || !take_digits (&at, 2, ":", &field[4])))
        return FALSE;
    if ((*at == ':' || g_ascii_isdigit (*at)) && !take_digits (&at, 2, ":", &field[5]))
        return FALSE;
    if (*at == '.')
        for (at++; g_ascii_isdigit (*at); at++, place /= 10)
            fraction += (*at - '0') * (gint64) place;
    while (*at == ' ')
        at++;
    if (!take_zone (at, &zone))
        return FALSE;
    parsed = g_date_time_new (zone,
                              field[0],
                              field[1],
                              field[2],
                              field[3],
                              field[4],
                              MIN (field[5], 59));
    if (!parsed)
        return FALSE;
    *time = g_date_time_to_unix (parsed) * MS_A_SECOND + fraction;
    return TRUE;
}
