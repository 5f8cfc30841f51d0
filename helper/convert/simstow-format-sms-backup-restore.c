/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XML of SMS Backup & Restore, which is what most programs for phones take: <smses> with
 * messages, or <calls>. What a value does not have is the text "null" there; "count" and
 * "readable_date" are for people; a multimedia message has its parts below it.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-format.h"
#include "simstow-json-writer.h"
#include "simstow-xml-scanner.h"

#define MS_A_SECOND 1000

/* <addr type>: who it is from; anybody else it is to */
#define ADDRESS_FROM "137"

/* What Android puts there for the phone itself */
#define ADDRESS_SELF "insert-address-token"

#define UNKNOWN_NAME "(Unknown)"
#define SMIL         "application/smil"
#define PLAIN        "text/plain"

/* Our own attribute: a SIM by its ICCID, which no number for a slot can tell */
#define SIM_ATTRIBUTE "simstow_sim"

typedef struct {
    SimstowFormatInput *input;
    SimstowTextInput *text;
    SimstowXmlScanner *xml;
    SimstowRecord record;
    GString *body;
    guint attachments;
    gboolean has_sender;
    gboolean calls;
} Reader;

static gboolean
sniff (const gchar *head, gsize length)
{
    return g_strstr_len (head, (gssize) length, "<smses") != NULL ||
           g_strstr_len (head, (gssize) length, "<calls") != NULL;
}

/* A value that may be missing */
static const gchar *
get (const Reader *reader, const gchar *name)
{
    const gchar *value = simstow_xml_scanner_get (reader->xml, name);

    return value && strcmp (value, "null") != 0 ? value : NULL;
}

static gboolean
get_number (Reader *reader,
            const gchar *name,
            gint64 minimum,
            gint64 maximum,
            gint64 *number,
            GError **error)
{
    const gchar *value = get (reader, name);

    if (!value || !*value)
        return TRUE;
    if (g_ascii_string_to_signed (value, 10, minimum, maximum, number, NULL))
        return TRUE;
    return simstow_text_input_refuse (reader->text, error, "%s=\"%.64s\"", name, value);
}

static void
set_name (Reader *reader)
{
    const gchar *name = get (reader, "contact_name");

    if (g_strcmp0 (name, UNKNOWN_NAME) != 0)
        simstow_record_set (&reader->record.name, name);
}

static void
set_sim (Reader *reader, const gchar *attribute)
{
    const gchar *own = get (reader, SIM_ATTRIBUTE);
    const gchar *slot = get (reader, attribute);

    if (own)
        simstow_record_set (&reader->record.sim, own);
    else if (slot && *slot && strcmp (slot, "-1") != 0)
        reader->record.sim = g_strconcat (SIMSTOW_SIM_SLOT, slot, NULL);
}

/* What messages of both kinds have */
static gboolean
read_common (Reader *reader, const gchar *folder, GError **error)
{
    SimstowRecord *record = &reader->record;
    gint64 type = SIMSTOW_FOLDER_UNKNOWN;
    gint64 read = 1;
    gint64 locked = 0;
    gint64 status = -1;
    gint64 protocol = 0;

    simstow_record_clear (record);
    simstow_record_init (record, SIMSTOW_RECORD_MESSAGE);
    if (!get_number (reader, "date", 0, G_MAXINT64 / MS_A_SECOND, &record->date, error) ||
        !get_number (reader, "date_sent", 0, G_MAXINT64 / MS_A_SECOND, &record->sent, error) ||
        !get_number (reader, folder, 1, SIMSTOW_FOLDER_QUEUED, &type, error) ||
        !get_number (reader, "read", 0, 1, &read, error) ||
        !get_number (reader, "locked", G_MININT, G_MAXINT, &locked, error) ||
        !get_number (reader, "status", G_MININT, G_MAXINT, &status, error) ||
        !get_number (reader, "protocol", G_MININT, G_MAXINT, &protocol, error))
        return FALSE;
    simstow_record_set (&record->address, get (reader, "address"));
    simstow_record_set (&record->subject, get (reader, "subject"));
    simstow_record_set (&record->smsc, get (reader, "service_center"));
    set_name (reader);
    set_sim (reader, "sub_id");
    record->folder = (SimstowFolder) type;
    record->unread = read == 0;
    record->locked = locked > 0;
    record->status = (gint) MAX (status, -1);
    record->protocol = (guint) CLAMP (protocol, 0, 255);
    return TRUE;
}

static gboolean
read_sms (Reader *reader, GError **error)
{
    /* a text may be "null" */
    const gchar *body;

    if (!read_common (reader, "type", error))
        return FALSE;
    if (reader->record.folder == SIMSTOW_FOLDER_UNKNOWN)
        return simstow_text_input_refuse (reader->text, error, _ ("a message without a type"));
    body = simstow_xml_scanner_get (reader->xml, "body");
    simstow_record_set (&reader->record.text, body);
    return reader->input->func (&reader->record, reader->input->user_data, error);
}

static gboolean
begin_mms (Reader *reader, GError **error)
{
    if (!read_common (reader, "msg_box", error))
        return FALSE;
    reader->record.multimedia = TRUE;
    reader->record.status = -1;
    g_string_truncate (reader->body, 0);
    reader->attachments = 0;
    reader->has_sender = FALSE;
    return TRUE;
}

static void
add_part (Reader *reader)
{
    const gchar *type = get (reader, "ct");
    const gchar *text = get (reader, "text");

    if (g_strcmp0 (type, SMIL) == 0)
        return;
    if (g_strcmp0 (type, PLAIN) != 0) {
        reader->attachments++;
        return;
    }
    if (!text || !*text)
        return;
    if (reader->body->len > 0)
        g_string_append_c (reader->body, '\n');
    g_string_append (reader->body, text);
}

/* Who a received message is from: the address of the conversation names all of a group */
static void
add_address (Reader *reader)
{
    const gchar *address = get (reader, "address");

    if (g_strcmp0 (get (reader, "type"), ADDRESS_FROM) != 0 || !address ||
        strcmp (address, ADDRESS_SELF) == 0)
        return;
    reader->has_sender = TRUE;
    if (reader->record.folder == SIMSTOW_FOLDER_RECEIVED)
        simstow_record_set (&reader->record.address, address);
}

/* One address is all that a message of a SIM has */
static void
count_recipients (Reader *reader)
{
    const gchar *c;

    for (c = reader->record.address; c && *c; c++)
        if (*c == '~')
            reader->input->losses->counts[SIMSTOW_LOSS_RECIPIENTS]++;
}

static gboolean
end_mms (Reader *reader, GError **error)
{
    guint64 *counts = reader->input->losses->counts;

    counts[SIMSTOW_LOSS_ATTACHMENTS] += reader->attachments;
    if (reader->body->len == 0 && reader->record.subject)
        g_string_append (reader->body, reader->record.subject);
    if (reader->body->len == 0) {
        counts[SIMSTOW_LOSS_TEXTLESS]++;
        return TRUE;
    }
    counts[SIMSTOW_LOSS_MMS]++;
    count_recipients (reader);
    simstow_record_set (&reader->record.text, reader->body->str);
    return reader->input->func (&reader->record, reader->input->user_data, error);
}

static gboolean
read_call (Reader *reader, GError **error)
{
    SimstowRecord *record = &reader->record;
    gint64 type = SIMSTOW_CALL_UNKNOWN;
    gint64 presentation = 0;

    simstow_record_clear (record);
    simstow_record_init (record, SIMSTOW_RECORD_CALL);
    if (!get_number (reader, "date", 0, G_MAXINT64 / MS_A_SECOND, &record->date, error) ||
        !get_number (reader, "duration", 0, G_MAXINT64, &record->duration, error) ||
        !get_number (reader, "type", 0, SIMSTOW_CALL_ELSEWHERE, &type, error) ||
        !get_number (reader, "presentation", 0, 4, &presentation, error))
        return FALSE;
    simstow_record_set (&record->address, get (reader, "number"));
    set_name (reader);
    set_sim (reader, "subscription_id");
    record->type = (SimstowCallType) type;
    record->presentation = (guint) presentation;
    return reader->input->func (record, reader->input->user_data, error);
}

static gboolean
read_root (Reader *reader, GError **error)
{
    const gchar *name = simstow_xml_scanner_get_name (reader->xml);
    gint64 made = 0;

    reader->calls = strcmp (name, "calls") == 0;
    if (!reader->calls && strcmp (name, "smses") != 0)
        return simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("<%s> is neither <smses> nor <calls>"),
                                          name);
    if (!get_number (reader, "backup_date", 0, G_MAXINT64, &made, error))
        return FALSE;
    reader->input->captured = made / MS_A_SECOND;
    return TRUE;
}

static gboolean
read_start (Reader *reader, GError **error)
{
    const gchar *name = simstow_xml_scanner_get_name (reader->xml);
    guint depth = simstow_xml_scanner_get_depth (reader->xml);

    if (depth == 1)
        return read_root (reader, error);
    if (depth == 2 && reader->calls && strcmp (name, "call") == 0)
        return read_call (reader, error);
    if (depth == 2 && !reader->calls && strcmp (name, "sms") == 0)
        return read_sms (reader, error);
    if (depth == 2 && !reader->calls && strcmp (name, "mms") == 0)
        return begin_mms (reader, error);
    if (depth == 2)
        return simstow_text_input_refuse (reader->text, error, _ ("<%s> is unknown"), name);
    if (depth == 4 && strcmp (name, "part") == 0)
        add_part (reader);
    else if (depth == 4 && strcmp (name, "addr") == 0)
        add_address (reader);
    return TRUE;
}

static gboolean
read_end (Reader *reader, GError **error)
{
    if (simstow_xml_scanner_get_depth (reader->xml) != 1 ||
        strcmp (simstow_xml_scanner_get_name (reader->xml), "mms") != 0)
        return TRUE;
    return end_mms (reader, error);
}

static gboolean
run (Reader *reader, GError **error)
{
    for (;;) {
        switch (simstow_xml_scanner_next (reader->xml, error)) {
        case SIMSTOW_XML_START:
            if (!read_start (reader, error))
                return FALSE;
            break;
        case SIMSTOW_XML_END:
            if (!read_end (reader, error))
                return FALSE;
            break;
        case SIMSTOW_XML_DONE:
            return TRUE;
        case SIMSTOW_XML_ERROR:
            return FALSE;
        }
    }
}

static gboolean
read_file (SimstowFormatInput *input, GError **error)
{
    g_autoptr (SimstowTextInput) text =
        simstow_text_input_new (input->stream, NULL, input->cancellable, error);
    g_autoptr (SimstowXmlScanner) xml = NULL;
    g_autoptr (GString) body = g_string_new (NULL);
    Reader reader = {.input = input, .text = text, .body = body};
    gboolean done;

    if (!text)
        return FALSE;
    reader.xml = xml = simstow_xml_scanner_new (text, input->losses, "data");
    simstow_record_init (&reader.record, SIMSTOW_RECORD_MESSAGE);
    done = run (&reader, error);
    simstow_record_clear (&reader.record);
    return done;
}

/* Bytes that are not written as they are in an attribute, or begin a character that may not be */
static const gboolean specials[256] = {
    /* clang-format off */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    /* clang-format on */
    ['"'] = 1,
    ['&'] = 1,
    ['<'] = 1,
    ['>'] = 1,
    [0xEF] = 1,
};

/* What stands in an attribute; all that XML 1.0 does not allow is replaced and counted */
static void
append_value (SimstowFormatOutput *output, GString *text, const gchar *value)
{
    const gchar *from = value;
    const gchar *at;

    for (at = value; *at; at++) {
        const guchar byte = (guchar) *at;

        if (!specials[byte])
            continue;
        /* U+FFFE and U+FFFF are the only others that are not allowed */
        if (byte == 0xEF && ((guchar) at[1] != 0xBF || (guchar) at[2] < 0xBE))
            continue;
        g_string_append_len (text, from, at - from);
        from = at + 1;
        switch (byte) {
        case '"':
            g_string_append (text, "&quot;");
            break;
        case '&':
            g_string_append (text, "&amp;");
            break;
        case '<':
            g_string_append (text, "&lt;");
            break;
        case '>':
            g_string_append (text, "&gt;");
            break;
        case '\t':
        case '\n':
        case '\r':
            g_string_append_printf (text, "&#%u;", byte);
            break;
        default:
            g_string_append (text, "\xEF\xBF\xBD");
            output->losses->counts[SIMSTOW_LOSS_CHARACTERS]++;
            if (byte == 0xEF)
                from = (at += 2) + 1;
            break;
        }
    }
    g_string_append_len (text, from, at - from);
}

static void
append_text (SimstowFormatOutput *output, GString *text, const gchar *name, const gchar *value)
{
    g_string_append_c (text, ' ');
    g_string_append (text, name);
    g_string_append (text, "=\"");
    append_value (output, text, value ? value : "null");
    g_string_append_c (text, '"');
}

static void
append_number (GString *text, const gchar *name, gint64 value)
{
    gchar digits[24];
    gchar *at = digits + sizeof digits - 1;
    guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

    /* printf takes longer than all else here */
    *at = '\0';
    do
        *--at = (gchar) ('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        *--at = '-';
    g_string_append_c (text, ' ');
    g_string_append (text, name);
    g_string_append (text, "=\"");
    g_string_append (text, at);
    g_string_append_c (text, '"');
}

/* What all records end with */
static void
append_common (SimstowFormatOutput *output, GString *text, const SimstowRecord *record)
{
    gchar time[SIMSTOW_TIME_SIZE] = "";

    if (record->date != 0)
        simstow_time_format (record->date / MS_A_SECOND, record->zone, time);
    append_text (output, text, "readable_date", time);
    append_text (output, text, "contact_name", record->name ? record->name : UNKNOWN_NAME);
    if (record->sim && !g_str_has_prefix (record->sim, SIMSTOW_SIM_SLOT))
        append_text (output, text, SIM_ATTRIBUTE, record->sim);
    g_string_append (text, " />\n");
}

static void
add_sms (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    g_string_append (text, "  <sms");
    append_number (text, "protocol", record->protocol);
    append_text (output, text, "address", record->address ? record->address : "");
    append_number (text, "date", record->date);
    append_number (text,
                   "type",
                   record->folder == SIMSTOW_FOLDER_UNKNOWN ? SIMSTOW_FOLDER_RECEIVED
                                                            : record->folder);
    append_text (output, text, "subject", record->subject);
    append_text (output, text, "body", record->text ? record->text : "");
    g_string_append (text, " toa=\"null\" sc_toa=\"null\"");
    append_text (output, text, "service_center", record->smsc);
    append_number (text, "read", record->unread ? 0 : 1);
    append_number (text, "status", record->status);
    append_number (text, "locked", record->locked ? 1 : 0);
    append_number (text, "date_sent", record->sent);
    append_number (text, "sub_id", simstow_format_output_number_sim (output, record->sim));
    append_common (output, text, record);
}

static void
add_call (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    g_string_append (text, "  <call");
    append_text (output, text, "number", record->address ? record->address : "");
    append_number (text, "duration", MAX (record->duration, 0));
    append_number (text, "date", record->date);
    append_number (text, "type", record->type);
    append_number (text,
                   "presentation",
                   record->presentation != 0 ? record->presentation
                   : record->address         ? 1
                                             : 3);
    append_number (text, "subscription_id", simstow_format_output_number_sim (output, record->sim));
    append_common (output, text, record);
}

static gboolean
add (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    if (record->kind == SIMSTOW_RECORD_CALL)
        add_call (output, record, text);
    else
        add_sms (output, record, text);
    return TRUE;
}

static void
begin (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_string_append_printf (text,
                            "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
                            "<%s count=\"%" G_GUINT64_FORMAT "\" backup_date=\"%" G_GINT64_FORMAT
                            "\" type=\"full\">\n",
                            kind == SIMSTOW_RECORD_CALL ? "calls" : "smses",
                            output->counts[kind],
                            output->options->captured * MS_A_SECOND);
}

static void
end (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_string_append (text, kind == SIMSTOW_RECORD_CALL ? "</calls>\n" : "</smses>\n");
}

static const gchar *const extensions[] = {".xml", NULL};

const SimstowFormat simstow_format_sms_backup_restore = {
    .name = "sms-backup-restore",
    .extensions = extensions,
    .sniff = sniff,
    .read = read_file,
    .kinds = SIMSTOW_FORMAT_MESSAGES | SIMSTOW_FORMAT_CALLS,
    .single = TRUE,
    .add = add,
    .begin = begin,
    .end = end,
};
