/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON of Android's programs, whose records are rows of Android's own tables, more or less:
 *
 *   SMS Import / Export 2   lines of messages.ndjson, the first entry of a zip file; all values
 *                           are strings, what it adds begins with "__". Its call log is an array.
 *   Fossify Messages        an array of messages, before that of conversations with their "sms"
 *                           and "mms"; keys as in the tables or as in its own source
 *   QKSMS, Quik             an object with "messageCount" and "messages"
 *
 * The date of a message is in milliseconds, that of a multimedia message in seconds.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-format.h"
#include "simstow-json-cutter.h"
#include "simstow-json-writer.h"
#include "simstow-zip.h"

#define MS_A_SECOND 1000

/* PduHeaders.FROM; and what Android puts there for the phone itself */
#define ADDRESS_FROM 137
#define ADDRESS_SELF "insert-address-token"

#define MESSAGES_ENTRY "messages.ndjson"

typedef struct {
    SimstowFormatInput *input;
    SimstowTextInput *text;
    /* whether the columns' own names, with "_id", mean version 1 of SMS Import / Export */
    gboolean array;
} Reader;

/* A value by any of its names; FALSE when there is none, or null */
static gboolean
find (const SimstowJsonValue *object, const gchar *const *keys, SimstowJsonValue *value)
{
    for (; *keys; keys++)
        if (simstow_json_value_find (object, *keys, value) && value->type != SIMSTOW_JSON_NULL)
            return TRUE;
    return FALSE;
}

#define KEYS(...) ((const gchar *const[]){__VA_ARGS__, NULL})

/* Text, or a number as text */
static gchar *
dup_value (const SimstowJsonValue *value)
{
    if (value->type == SIMSTOW_JSON_STRING)
        return simstow_json_value_dup_string (value, NULL);
    if (value->type == SIMSTOW_JSON_OBJECT || value->type == SIMSTOW_JSON_ARRAY)
        return NULL;
    return g_strndup (value->text, value->length);
}

static void
take_text (const SimstowJsonValue *object, const gchar *const *keys, gchar **place)
{
    SimstowJsonValue value;
    g_autofree gchar *text = find (object, keys, &value) ? dup_value (&value) : NULL;

    if (text)
        simstow_record_set (place, text);
}

static gboolean
take_number (Reader *reader,
             const SimstowJsonValue *object,
             const gchar *const *keys,
             gint64 minimum,
             gint64 maximum,
             gint64 *number,
             GError **error)
{
    SimstowJsonValue value;
    g_autofree gchar *text = find (object, keys, &value) ? dup_value (&value) : NULL;

    if (!text || !*text || strcmp (text, "null") == 0)
        return TRUE;
    if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0) {
        *number = text[0] == 't';
        return TRUE;
    }
    if (g_ascii_string_to_signed (text, 10, minimum, maximum, number, NULL))
        return TRUE;
    return simstow_text_input_refuse (reader->text, error, "\"%s\": %.64s", keys[0], text);
}

static void
take_sim (const SimstowJsonValue *object, const gchar *const *keys, SimstowRecord *record)
{
    g_autofree gchar *slot = NULL;

    take_text (object, KEYS ("__simstow_sim"), &record->sim);
    take_text (object, keys, &slot);
    if (!record->sim && slot && strcmp (slot, "-1") != 0)
        record->sim = g_strconcat (SIMSTOW_SIM_SLOT, slot, NULL);
}

static gboolean
take_common (Reader *reader, const SimstowJsonValue *object, SimstowRecord *record, GError **error)
{
    const gint64 latest = G_MAXINT64 / MS_A_SECOND;
    gint64 read = 1;
    gint64 locked = 0;
    gint64 status = -1;
    gint64 protocol = 0;

    if (!take_number (reader, object, KEYS ("date"), 0, latest, &record->date, error) ||
        !take_number (reader,
                      object,
                      KEYS ("date_sent", "dateSent"),
                      0,
                      latest,
                      &record->sent,
                      error) ||
        !take_number (reader, object, KEYS ("read"), 0, 1, &read, error) ||
        !take_number (reader, object, KEYS ("locked"), 0, G_MAXINT, &locked, error))
        return FALSE;
    if (!record->multimedia &&
        (!take_number (reader, object, KEYS ("status"), G_MININT, G_MAXINT, &status, error) ||
         !take_number (reader, object, KEYS ("protocol"), G_MININT, G_MAXINT, &protocol, error)))
        return FALSE;
    take_text (object, KEYS ("address"), &record->address);
    take_text (object, KEYS ("__display_name", "contact_name"), &record->name);
    take_text (object, KEYS ("service_center", "serviceCenter"), &record->smsc);
    take_sim (object, KEYS ("sub_id", "subscriptionId", "subId"), record);
    record->unread = read == 0;
    record->locked = locked > 0;
    record->status = (gint) MAX (status, -1);
    record->protocol = (guint) CLAMP (protocol, 0, 255);
    return TRUE;
}

static gboolean
hand_over (Reader *reader, SimstowRecord *record, GError **error)
{
    return reader->input->func (record, reader->input->user_data, error);
}

static gboolean
take_sms (Reader *reader, const SimstowJsonValue *object, SimstowRecord *record, GError **error)
{
    gint64 type = SIMSTOW_FOLDER_UNKNOWN;

    if (!take_common (reader, object, record, error) ||
        !take_number (reader, object, KEYS ("type"), 1, SIMSTOW_FOLDER_QUEUED, &type, error))
        return FALSE;
    if (type == SIMSTOW_FOLDER_UNKNOWN)
        return simstow_text_input_refuse (reader->text, error, _ ("a message without a type"));
    record->folder = (SimstowFolder) type;
    take_text (object, KEYS ("subject"), &record->subject);
    take_text (object, KEYS ("body"), &record->text);
    return hand_over (reader, record, error);
}

/* The texts among the parts of a multimedia message; how many others there are */
static guint
collect_parts (const SimstowJsonValue *parts, GString *body)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue part;
    guint others = 0;

    if (parts->type != SIMSTOW_JSON_ARRAY)
        return 0;
    simstow_json_scanner_init (&scanner, parts);
    while (simstow_json_scanner_next (&scanner, NULL, &part)) {
        g_autofree gchar *type = NULL;
        g_autofree gchar *text = NULL;

        take_text (&part, KEYS ("ct", "contentType"), &type);
        take_text (&part, KEYS ("text"), &text);
        if (g_strcmp0 (type, "application/smil") == 0)
            continue;
        if (g_strcmp0 (type, "text/plain") != 0)
            others++;
        else if (text)
            g_string_append_printf (body, "%s%s", body->len > 0 ? "\n" : "", text);
    }
    return others;
}

static gchar *
get_address (const SimstowJsonValue *object)
{
    gchar *address = NULL;

    take_text (object, KEYS ("address"), &address);
    if (g_strcmp0 (address, ADDRESS_SELF) == 0)
        g_clear_pointer (&address, g_free);
    return address;
}

/* Whom a multimedia message is from, when it was received, or to; the others are counted */
static void
take_addresses (Reader *reader, const SimstowJsonValue *object, SimstowRecord *record)
{
    gboolean received = record->folder == SIMSTOW_FOLDER_RECEIVED;
    SimstowJsonValue list;
    SimstowJsonValue address;
    SimstowJsonScanner scanner;

    if (received && simstow_json_value_find (object, "__sender_address", &address)) {
        record->address = get_address (&address);
        return;
    }
    if (!find (object, KEYS ("addresses", "__recipient_addresses"), &list) ||
        list.type != SIMSTOW_JSON_ARRAY)
        return;
    simstow_json_scanner_init (&scanner, &list);
    while (simstow_json_scanner_next (&scanner, NULL, &address)) {
        g_autofree gchar *text = get_address (&address);
        gint64 type = 0;

        take_number (reader, &address, KEYS ("type"), 0, G_MAXINT, &type, NULL);
        if (!text || received != (type == ADDRESS_FROM))
            continue;
        if (record->address)
            reader->input->losses->counts[SIMSTOW_LOSS_RECIPIENTS]++;
        else
            record->address = g_steal_pointer (&text);
    }
}

static gboolean
take_mms (Reader *reader, const SimstowJsonValue *object, SimstowRecord *record, GError **error)
{
    guint64 *counts = reader->input->losses->counts;
    g_autoptr (GString) body = g_string_new (NULL);
    gint64 box = SIMSTOW_FOLDER_RECEIVED;
    SimstowJsonValue parts;

    record->multimedia = TRUE;
    if (!take_common (reader, object, record, error) ||
        !take_number (reader,
                      object,
                      KEYS ("msg_box", "messageBox"),
                      1,
                      SIMSTOW_FOLDER_QUEUED,
                      &box,
                      error))
        return FALSE;
    record->date *= MS_A_SECOND;
    record->sent *= MS_A_SECOND;
    record->folder = (SimstowFolder) box;
    take_text (object, KEYS ("sub", "subject"), &record->subject);
    take_addresses (reader, object, record);
    if (find (object, KEYS ("__parts", "parts"), &parts))
        counts[SIMSTOW_LOSS_ATTACHMENTS] += collect_parts (&parts, body);
    if (body->len == 0 && record->subject)
        g_string_append (body, record->subject);
    if (body->len == 0) {
        counts[SIMSTOW_LOSS_TEXTLESS]++;
        return TRUE;
    }
    counts[SIMSTOW_LOSS_MMS]++;
    simstow_record_set (&record->text, body->str);
    return hand_over (reader, record, error);
}

static gboolean
take_call (Reader *reader, const SimstowJsonValue *object, SimstowRecord *record, GError **error)
{
    gint64 type = SIMSTOW_CALL_UNKNOWN;
    gint64 presentation = 0;

    simstow_record_init (record, SIMSTOW_RECORD_CALL);
    if (!take_number (reader,
                      object,
                      KEYS ("date"),
                      0,
                      G_MAXINT64 / MS_A_SECOND,
                      &record->date,
                      error) ||
        !take_number (reader, object, KEYS ("duration"), 0, G_MAXINT64, &record->duration, error) ||
        !take_number (reader, object, KEYS ("type"), 0, SIMSTOW_CALL_ELSEWHERE, &type, error) ||
        !take_number (reader, object, KEYS ("presentation"), 0, 4, &presentation, error))
        return FALSE;
    take_text (object, KEYS ("number"), &record->address);
    take_text (object, KEYS ("display-name", "__display_name", "name"), &record->name);
    take_sim (object, KEYS ("subscription_id"), record);
    record->type = (SimstowCallType) type;
    record->presentation = (guint) presentation;
    return hand_over (reader, record, error);
}

static gboolean
has (const SimstowJsonValue *object, const gchar *const *keys)
{
    SimstowJsonValue value;

    return find (object, keys, &value);
}

static gboolean
take_object (Reader *reader, const SimstowJsonValue *object, GError **error);

/* The messages of a conversation */
static gboolean
take_list (Reader *reader, const SimstowJsonValue *object, const gchar *key, GError **error)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue list;
    SimstowJsonValue element;

    if (!simstow_json_value_find (object, key, &list) || list.type != SIMSTOW_JSON_ARRAY)
        return TRUE;
    simstow_json_scanner_init (&scanner, &list);
    while (simstow_json_scanner_next (&scanner, NULL, &element))
        if (element.type == SIMSTOW_JSON_OBJECT && !take_object (reader, &element, error))
            return FALSE;
    return TRUE;
}

static gboolean
take_object (Reader *reader, const SimstowJsonValue *object, GError **error)
{
    SimstowRecord record;
    gboolean done;

    if (has (object, KEYS ("raw_contacts")))
        return simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("contacts of SMS Import / Export; vCards are read"));
    if (has (object, KEYS ("sms")) || has (object, KEYS ("mms")))
        return take_list (reader, object, "sms", error) && take_list (reader, object, "mms", error);
    simstow_record_init (&record, SIMSTOW_RECORD_MESSAGE);
    if (has (object, KEYS ("duration")) && !has (object, KEYS ("body")))
        done = take_call (reader, object, &record, error);
    else if (reader->array && has (object, KEYS ("_id")))
        done = simstow_text_input_refuse (
            reader->text,
            error,
            _ ("messages of version 1 of SMS Import / Export; its own tool makes version 2"));
    else if (has (object, KEYS ("__parts", "parts", "m_type", "msg_box", "messageBox")))
        done = take_mms (reader, object, &record, error);
    else
        done = take_sms (reader, object, &record, error);
    simstow_record_clear (&record);
    return done;
}

static gboolean
read_stream (SimstowFormatInput *input, GInputStream *stream, const gchar *member, GError **error)
{
    g_autoptr (SimstowTextInput) text =
        simstow_text_input_new (stream, NULL, input->cancellable, error);
    g_autoptr (SimstowJsonCutter) cutter = NULL;
    Reader reader = {.input = input, .text = text};
    SimstowJsonValue object;
    gboolean found = TRUE;

    if (!text)
        return FALSE;
    reader.array = !member && simstow_text_input_peek (text) == '[';
    cutter = simstow_json_cutter_new (text, member, input->losses);
    while (found) {
        if (!simstow_json_cutter_next (cutter, &object, &found, error) ||
            (found && !take_object (&reader, &object, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_json (SimstowFormatInput *input, GError **error)
{
    return read_stream (input, input->stream, NULL, error);
}

static gboolean
read_qksms (SimstowFormatInput *input, GError **error)
{
    return read_stream (input, input->stream, "messages", error);
}

static gboolean
read_zip (SimstowFormatInput *input, GError **error)
{
    g_autoptr (SimstowZipReader) zip = simstow_zip_reader_new (input->stream, error);
    gboolean any = FALSE;
    const gchar *name;

    if (!zip)
        return FALSE;
    for (;;) {
        if (!simstow_zip_reader_next (zip, &name, error))
            return FALSE;
        if (!name)
            break;
        if (g_str_has_suffix (name, ".ndjson")) {
            g_autofree gchar *where = g_strdup (name);
            g_autoptr (GInputStream) entry = simstow_zip_reader_open (zip);

            any = TRUE;
            if (!read_stream (input, entry, NULL, error)) {
                g_prefix_error (error, "%s: ", where);
                return FALSE;
            }
        }
    }
    if (any)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              _ ("a zip file without %s"),
                              MESSAGES_ENTRY);
}

static gboolean
read_sms_ie (SimstowFormatInput *input, GError **error)
{
    GBufferedInputStream *buffered = G_BUFFERED_INPUT_STREAM (input->stream);
    const guint8 *head;
    gsize size;

    if (g_buffered_input_stream_get_available (buffered) == 0 &&
        g_buffered_input_stream_fill (buffered, -1, input->cancellable, error) < 0)
        return FALSE;
    head = g_buffered_input_stream_peek_buffer (buffered, &size);
    if (size >= 2 && head[0] == 'P' && head[1] == 'K')
        return read_zip (input, error);
    return read_json (input, error);
}

static gboolean
begins (const gchar *head, gsize length, gchar byte)
{
    gsize at = 0;

    while (at < length && g_ascii_isspace (head[at]))
        at++;
    return at < length && head[at] == byte;
}

static gboolean
contains (const gchar *head, gsize length, const gchar *text)
{
    return g_strstr_len (head, (gssize) length, text) != NULL;
}

/* The name of the first entry of a zip file, in its local header */
static gboolean
has_lines (const gchar *head, gsize length)
{
    gsize size = length >= 30 ? (guchar) head[26] + ((gsize) (guchar) head[27] << 8) : 0;

    return size >= 7 && length >= 30 + size && memcmp (head + 30 + size - 7, ".ndjson", 7) == 0;
}

static gboolean
sniff_sms_ie (const gchar *head, gsize length)
{
    if (length >= 4 && memcmp (head, "PK\x03\x04", 4) == 0)
        return has_lines (head, length);
    /* simstow's own JSON, and QKSMS's, have an array in an object */
    return begins (head, length, '{') && !contains (head, length, "\"messageCount\"") &&
           !contains (head, length, "\"messages\"") &&
           (contains (head, length, "\"date\"") || contains (head, length, "\"msg_box\"")) &&
           (contains (head, length, "\"address\"") || contains (head, length, "\"number\"") ||
            contains (head, length, "\"__parts\"") || contains (head, length, "\"thread_id\""));
}

static gboolean
sniff_fossify (const gchar *head, gsize length)
{
    return begins (head, length, '[') &&
           (contains (head, length, "\"address\"") || contains (head, length, "\"sms\"") ||
            contains (head, length, "\"mms\"") || contains (head, length, "\"duration\"") ||
            contains (head, length, "\"parts\"") || contains (head, length, "\"raw_contacts\""));
}

static gboolean
sniff_qksms (const gchar *head, gsize length)
{
    return begins (head, length, '{') && contains (head, length, "\"messageCount\"");
}

/* All values are strings there */
static void
write_number (SimstowJsonWriter *writer, const gchar *key, gint64 value)
{
    gchar digits[24];

    g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, value);
    simstow_json_writer_string (writer, key, digits);
}

static gboolean
add (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    write_number (&writer, "_id", (gint64) output->counts[SIMSTOW_RECORD_MESSAGE] + 1);
    simstow_json_writer_string (&writer, "address", record->address ? record->address : "");
    write_number (&writer, "date", record->date);
    write_number (&writer, "date_sent", record->sent);
    write_number (&writer, "protocol", record->protocol);
    write_number (&writer, "read", record->unread ? 0 : 1);
    write_number (&writer, "status", record->status);
    write_number (&writer,
                  "type",
                  record->folder == SIMSTOW_FOLDER_UNKNOWN ? SIMSTOW_FOLDER_RECEIVED
                                                           : record->folder);
    simstow_json_writer_string (&writer, "subject", record->subject);
    simstow_json_writer_string (&writer, "body", record->text ? record->text : "");
    simstow_json_writer_string (&writer, "service_center", record->smsc);
    write_number (&writer, "locked", record->locked ? 1 : 0);
    write_number (&writer, "sub_id", simstow_format_output_number_sim (output, record->sim));
    simstow_json_writer_string (&writer, "__display_name", record->name);
    if (record->sim && !g_str_has_prefix (record->sim, SIMSTOW_SIM_SLOT))
        simstow_json_writer_string (&writer, "__simstow_sim", record->sim);
    simstow_json_writer_end (&writer, '}');
    g_string_append_c (text, '\n');
    return TRUE;
}

static const gchar *const zip_extensions[] = {".zip", NULL};
static const gchar *const json_extensions[] = {".json", NULL};

const SimstowFormat simstow_format_sms_ie = {
    .name = "sms-import-export",
    .extensions = zip_extensions,
    .sniff = sniff_sms_ie,
    .read = read_sms_ie,
    .kinds = SIMSTOW_FORMAT_MESSAGES,
    .add = add,
    .entry = MESSAGES_ENTRY,
};

const SimstowFormat simstow_format_fossify = {
    .name = "fossify",
    .extensions = json_extensions,
    .sniff = sniff_fossify,
    .read = read_json,
};

const SimstowFormat simstow_format_qksms = {
    .name = "qksms",
    .extensions = json_extensions,
    .sniff = sniff_qksms,
    .read = read_qksms,
};
