/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages as objects between BEGIN and END: the vMessages (*.vmg) of old phones, and the bMessages
 * that phones give over Bluetooth (MAP). Of vMessages there are three dialects:
 *
 *   IrMC, Nokia   X-IRMC-BOX and X-IRMC-STATUS; X-NOK-DT in UTC; in the body a local Date: and
 *                 then the text as it is; often in UTF-16LE
 *   MTK           all in the body, X-BOX, X-READ, X-SIMID, a Date: without zone, and the text as
 *                 a Subject in quoted-printable
 *   Samsung       as IrMC, the text in base64 as X-BODY-CONTENTS
 *
 * A bMessage has no time. Its LENGTH is wrong as often as right, so that its text ends where the
 * body does.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-format.h"
#include "simstow-hex.h"
#include "simstow-vcard.h"

/* How deep objects may stand in each other */
#define DEPTH 8

typedef struct {
    SimstowFormatInput *input;
    SimstowTextInput *text;
    GString *line;
    SimstowRecord record;
    /* what is open */
    gchar *open[DEPTH];
    guint depth;
    GString *card;
    GString *body;
    gchar *outer;
    gchar *inner;
    guint recipients;
    /* (nullable): a text in base64 that goes on */
    GString *base64;
    /* of the body: whether a line of its text was there, whether nothing but text follows, and
     * whether it is MTK's, as X-BOX tells */
    gboolean in_text;
    gboolean text_only;
    gboolean mtk;
    gboolean native;
    gboolean mail;
} Reader;

static gboolean
begins (const gchar *head, gsize length, const gchar *mark)
{
    gsize at = 0;

    if (length >= 3 && memcmp (head, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    /* the mark of UTF-16 */
    while (at < length && (g_ascii_isspace (head[at]) || (guchar) head[at] >= 0xFE))
        at++;
    return length - at >= strlen (mark) &&
           g_ascii_strncasecmp (head + at, mark, strlen (mark)) == 0;
}

static gboolean
sniff_vmessage (const gchar *head, gsize length)
{
    return begins (head, length, "BEGIN:VMSG");
}

static gboolean
sniff_bmessage (const gchar *head, gsize length)
{
    return begins (head, length, "BEGIN:BMSG");
}

static gboolean
is_open (const Reader *reader, const gchar *name)
{
    return reader->depth > 0 && strcmp (reader->open[reader->depth - 1], name) == 0;
}

/* What follows one of these names and a colon; NULL for any other line */
static const gchar *
find_value (const gchar *line, const gchar *name)
{
    gsize length = strlen (name);

    if (g_ascii_strncasecmp (line, name, length) != 0 ||
        (line[length] != ':' && line[length] != ';'))
        return NULL;
    line = strchr (line, ':');
    return line ? line + 1 + strspn (line + 1, " ") : NULL;
}

static gboolean
is_word (const gchar *value, const gchar *word)
{
    return g_ascii_strcasecmp (value, word) == 0;
}

/* "INBOX", "SENT", "SENDBOX", "telecom/msg/outbox" ... */
static SimstowFolder
get_folder (const gchar *box)
{
    const gchar *slash = strrchr (box, '/');
    g_autofree gchar *name = g_ascii_strdown (slash ? slash + 1 : box, -1);

    if (g_str_has_prefix (name, "sen"))
        return SIMSTOW_FOLDER_SENT;
    if (g_str_has_prefix (name, "draft"))
        return SIMSTOW_FOLDER_DRAFT;
    if (g_str_has_prefix (name, "out"))
        return SIMSTOW_FOLDER_OUTBOX;
    return SIMSTOW_FOLDER_RECEIVED;
}

/* ISO 8601, or "11.08.2008 12:00:00" */
static gboolean
parse_time (const gchar *value, gint64 *time)
{
    g_autofree gchar *turned = NULL;

    if (simstow_record_parse_time (value, time))
        return TRUE;
    if (strlen (value) < 10 || value[2] != '.' || value[5] != '.')
        return FALSE;
    turned = g_strdup_printf ("%.4s-%.2s-%.2s%s", value + 6, value + 3, value, value + 10);
    return simstow_record_parse_time (turned, time);
}

/* A time in UTC outweighs a local one */
static gboolean
take_time (Reader *reader, const gchar *value, GError **error)
{
    gboolean utc = g_str_has_suffix (value, "Z");
    gint64 time;

    if (!*value || (reader->record.date != 0 && !utc))
        return TRUE;
    if (!parse_time (value, &time))
        return simstow_text_input_refuse (reader->text, error, "%.64s", reader->line->str);
    reader->record.date = time;
    return TRUE;
}

/* "X-NOK-DT", "X-SS-DT" and others of the kind */
static const gchar *
find_time (const gchar *line)
{
    gsize length = strcspn (line, ":;");

    if (length > 5 && g_ascii_strncasecmp (line, "X-", 2) == 0 &&
        g_ascii_strncasecmp (line + length - 3, "-DT", 3) == 0)
        return line[length] == ':' ? line + length + 1 : NULL;
    return find_value (line, "Date");
}

/* What is told of a message, wherever it stands; FALSE when it is nothing of the kind */
static gboolean
take_property (Reader *reader, const gchar *line, gboolean *taken, GError **error)
{
    SimstowRecord *record = &reader->record;
    const gchar *value;

    *taken = TRUE;
    if ((value = find_time (line)))
        return take_time (reader, value, error);
    if ((value = find_value (line, "X-IRMC-BOX")) || (value = find_value (line, "X-BOX")) ||
        (value = find_value (line, "FOLDER"))) {
        record->folder = get_folder (value);
    } else if ((value = find_value (line, "X-MESSAGE-TYPE"))) {
        if (record->folder == SIMSTOW_FOLDER_UNKNOWN && is_word (value, "SUBMIT"))
            record->folder = SIMSTOW_FOLDER_SENT;
    } else if ((value = find_value (line, "X-IRMC-STATUS")) ||
               (value = find_value (line, "X-READ")) || (value = find_value (line, "STATUS"))) {
        record->unread = is_word (value, "UNREAD") || is_word (value, "NEW");
    } else if ((value = find_value (line, "X-LOCKED"))) {
        record->locked = is_word (value, "LOCKED");
    } else if ((value = find_value (line, "X-SIMID"))) {
        if (*value && *value != '-' && !record->sim)
            record->sim = g_strconcat (SIMSTOW_SIM_SLOT, value, NULL);
    } else if ((value = find_value (line, "TYPE"))) {
        record->multimedia = is_word (value, "MMS");
        reader->mail = is_word (value, "EMAIL") || is_word (value, "IM");
    } else if ((value = find_value (line, "CHARSET"))) {
        reader->native = is_word (value, "NATIVE");
    } else {
        *taken = g_ascii_strncasecmp (line, "X-", 2) == 0;
    }
    return TRUE;
}

/* A text in quoted-printable or base64, as in a vCard, with the lines that it goes on in */
static gboolean
take_encoded (Reader *reader, GError **error)
{
    gboolean quoted = strstr (reader->line->str, "QUOTED-PRINTABLE") != NULL;
    g_autoptr (GString) card = g_string_new ("BEGIN:VCARD\r\nVERSION:2.1\r\n");
    g_autoptr (GPtrArray) cards = NULL;
    const SimstowVcardProperty *property;

    while (quoted && reader->line->len > 0 && reader->line->str[reader->line->len - 1] == '=') {
        g_string_append (card, reader->line->str);
        g_string_append (card, "\r\n");
        if (!simstow_text_input_read_line (reader->text, reader->line))
            return simstow_text_input_end_early (reader->text, error);
        if (card->len > SIMSTOW_TEXT_LIMIT)
            return simstow_text_input_refuse (reader->text, error, _ ("a text of more than 1 MiB"));
    }
    g_string_append (card, reader->line->str);
    g_string_append (card, "\r\nEND:VCARD\r\n");
    cards = simstow_vcard_parse (card->str, card->len, error);
    if (!cards)
        return FALSE;
    property = cards->len == 1 && ((const SimstowVcard *) cards->pdata[0])->properties->len == 1
                   ? ((const SimstowVcard *) cards->pdata[0])->properties->pdata[0]
                   : NULL;
    if (property)
        g_string_append (reader->body, property->value);
    return TRUE;
}

/* A text in base64 goes on in lines that have no colon */
static gboolean
take_base64 (Reader *reader, const gchar *digits, GError **error)
{
    g_string_append (reader->base64, digits);
    g_strchomp (reader->base64->str);
    reader->base64->len = strlen (reader->base64->str);
    return reader->base64->len <= SIMSTOW_TEXT_LIMIT ||
           simstow_text_input_refuse (reader->text, error, _ ("a text of more than 1 MiB"));
}

static void
end_base64 (Reader *reader)
{
    g_autofree guchar *data = NULL;
    gsize size;

    if (!reader->base64)
        return;
    data = g_base64_decode (reader->base64->str, &size);
    g_string_append_len (reader->body, (const gchar *) data, (gssize) size);
    g_string_free (reader->base64, TRUE);
    reader->base64 = NULL;
}

static gboolean
take_body_line (Reader *reader, GError **error)
{
    const gchar *line = reader->line->str;
    const gchar *value;
    gboolean taken = FALSE;

    if (reader->base64 && !strchr (line, ':'))
        return take_base64 (reader, line, error);
    if (!reader->in_text && !reader->text_only) {
        reader->mtk |= find_value (line, "X-BOX") != NULL;
        value = find_value (line, "X-BODY-CONTENTS");
        if (value && strstr (line, "QUOTED-PRINTABLE"))
            return take_encoded (reader, error);
        if (value) {
            end_base64 (reader);
            reader->base64 = g_string_new (NULL);
            return take_base64 (reader, value, error);
        }
        if (reader->mtk && find_value (line, "Subject"))
            return take_encoded (reader, error);
        if (!take_property (reader, line, &taken, error))
            return FALSE;
        reader->text_only = !reader->mtk && find_value (line, "Date");
    }
    if (taken)
        return TRUE;
    if (reader->in_text)
        g_string_append_c (reader->body, '\n');
    reader->in_text = TRUE;
    if (reader->body->len + reader->line->len > SIMSTOW_TEXT_LIMIT)
        return simstow_text_input_refuse (reader->text, error, _ ("a text of more than 1 MiB"));
    g_string_append (reader->body, line);
    return TRUE;
}

/* The number of a card; the message's own card names who sent it, those in its envelope to whom */
static void
end_card (Reader *reader)
{
    g_autoptr (GPtrArray) cards = NULL;
    const SimstowVcardProperty *number;
    g_autofree gchar *text = NULL;
    gboolean in_envelope = reader->depth > 1;
    gchar **place = in_envelope ? &reader->inner : &reader->outer;

    g_string_append (reader->card, "END:VCARD\r\n");
    cards = simstow_vcard_parse (reader->card->str, reader->card->len, NULL);
    number = cards && cards->len > 0 ? simstow_vcard_get (cards->pdata[0], "TEL") : NULL;
    text = number ? simstow_vcard_property_get_number (number) : NULL;
    if (!text || !*text)
        return;
    if (in_envelope)
        reader->recipients++;
    if (!*place)
        *place = g_steal_pointer (&text);
}

/* A TPDU as the phone has it */
static gboolean
take_native (Reader *reader, SimstowRecord *record)
{
    g_autofree gchar *digits = g_strconcat ("00", g_strstrip (reader->body->str), NULL);
    g_autoptr (GBytes) pdu = simstow_hex_decode (digits, -1, NULL);
    g_autoptr (SimstowMessage) message =
        pdu ? simstow_message_new ("sms/sm", 0, SIMSTOW_MESSAGE_STATUS_READ, pdu) : NULL;

    if (!message || !message->tpdu || !message->tpdu->text)
        return FALSE;
    simstow_record_from_message (record, message);
    record->text = g_strdup (message->tpdu->text);
    record->unread = reader->record.unread;
    return TRUE;
}

static gboolean
hand_over (Reader *reader, SimstowRecord *record, GError **error)
{
    return reader->input->func (record, reader->input->user_data, error);
}

static gboolean
end_message (Reader *reader, GError **error)
{
    guint64 *counts = reader->input->losses->counts;
    SimstowRecord *record = &reader->record;
    gboolean received;
    gboolean done;

    if (reader->mail) {
        counts[SIMSTOW_LOSS_OTHER]++;
        return TRUE;
    }
    if (reader->native) {
        SimstowRecord native;

        if (!take_native (reader, &native)) {
            counts[SIMSTOW_LOSS_UNDECODED]++;
            return TRUE;
        }
        done = hand_over (reader, &native, error);
        simstow_record_clear (&native);
        return done;
    }
    if (record->multimedia && reader->body->len == 0) {
        counts[SIMSTOW_LOSS_TEXTLESS]++;
        return TRUE;
    }
    counts[SIMSTOW_LOSS_MMS] += record->multimedia;
    if (record->folder == SIMSTOW_FOLDER_UNKNOWN)
        record->folder = SIMSTOW_FOLDER_RECEIVED;
    received = record->folder == SIMSTOW_FOLDER_RECEIVED;
    simstow_record_set (&record->address,
                        received ? (reader->outer ? reader->outer : reader->inner)
                                 : (reader->inner ? reader->inner : reader->outer));
    if (!received && reader->recipients > 1)
        counts[SIMSTOW_LOSS_RECIPIENTS] += reader->recipients - 1;
    record->sent = received ? record->date : 0;
    simstow_text_make_valid (reader->body, reader->input->losses);
    simstow_record_set (&record->text, reader->body->str);
    return hand_over (reader, record, error);
}

static void
begin_message (Reader *reader)
{
    simstow_record_clear (&reader->record);
    simstow_record_init (&reader->record, SIMSTOW_RECORD_MESSAGE);
    g_clear_pointer (&reader->outer, g_free);
    g_clear_pointer (&reader->inner, g_free);
    g_string_truncate (reader->body, 0);
    reader->recipients = 0;
    reader->in_text = reader->text_only = FALSE;
    reader->mtk = reader->native = reader->mail = FALSE;
}

static gboolean
begin_object (Reader *reader, const gchar *name, GError **error)
{
    g_autofree gchar *upper = g_ascii_strup (name, -1);

    g_strstrip (upper);
    if (reader->depth == DEPTH)
        return simstow_text_input_refuse (reader->text, error, "BEGIN:%.32s", name);
    if (reader->depth == 0 && strcmp (upper, "VMSG") != 0 && strcmp (upper, "BMSG") != 0)
        return simstow_text_input_refuse (reader->text, error, "BEGIN:%.32s", name);
    if (reader->depth == 0)
        begin_message (reader);
    if (strcmp (upper, "VCARD") == 0)
        g_string_assign (reader->card, "BEGIN:VCARD\r\n");
    /* fragments follow each other */
    if (strcmp (upper, "MSG") == 0)
        reader->in_text = FALSE;
    reader->open[reader->depth++] = g_steal_pointer (&upper);
    return TRUE;
}

static gboolean
end_object (Reader *reader, GError **error)
{
    g_autofree gchar *name = reader->open[--reader->depth];

    if (strcmp (name, "VCARD") == 0)
        end_card (reader);
    else if (strcmp (name, "VBODY") == 0)
        end_base64 (reader);
    return reader->depth > 0 || end_message (reader, error);
}

/* In a text only the end of its own body is one */
static gboolean
ends_here (const Reader *reader, const gchar *name)
{
    g_autofree gchar *upper = g_ascii_strup (name, -1);

    return reader->depth > 0 && strcmp (g_strstrip (upper), reader->open[reader->depth - 1]) == 0;
}

static gboolean
take_line (Reader *reader, GError **error)
{
    const gchar *line = reader->line->str;
    gboolean in_text = is_open (reader, "VBODY") || is_open (reader, "MSG");
    const gchar *value;
    gboolean taken;

    if ((value = find_value (line, "END")) && ends_here (reader, value))
        return end_object (reader, error);
    if (is_open (reader, "MSG")) {
        /* how an END:MSG in a text is told from one behind it */
        if (g_str_has_prefix (line, "/END:MSG"))
            g_string_erase (reader->line, 0, 1);
        if (reader->in_text)
            g_string_append_c (reader->body, '\n');
        reader->in_text = TRUE;
        if (reader->body->len + reader->line->len > SIMSTOW_TEXT_LIMIT)
            return simstow_text_input_refuse (reader->text, error, _ ("a text of more than 1 MiB"));
        g_string_append (reader->body, reader->line->str);
        return TRUE;
    }
    if (is_open (reader, "VBODY"))
        return take_body_line (reader, error);
    if (!in_text && (value = find_value (line, "BEGIN")))
        return begin_object (reader, value, error);
    if (is_open (reader, "VCARD")) {
        if (reader->card->len + reader->line->len > SIMSTOW_TEXT_LIMIT)
            return simstow_text_input_refuse (reader->text, error, _ ("a card of more than 1 MiB"));
        g_string_append (reader->card, line);
        g_string_append (reader->card, "\r\n");
        return TRUE;
    }
    if (strspn (line, " \t") == strlen (line))
        return TRUE;
    if (reader->depth == 0 || !strchr (line, ':'))
        return simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("\"%.32s\" stands in no message"),
                                          line);
    return take_property (reader, line, &taken, error);
}

static gboolean
read_file (SimstowFormatInput *input, GError **error)
{
    g_autoptr (SimstowTextInput) text =
        simstow_text_input_new (input->stream, NULL, input->cancellable, error);
    g_autoptr (GString) line = g_string_new (NULL);
    g_autoptr (GString) card = g_string_new (NULL);
    g_autoptr (GString) body = g_string_new (NULL);
    Reader reader = {.input = input, .text = text, .line = line, .card = card, .body = body};
    gboolean done = TRUE;

    if (!text)
        return FALSE;
    simstow_record_init (&reader.record, SIMSTOW_RECORD_MESSAGE);
    while (done && simstow_text_input_read_line (text, line))
        done = take_line (&reader, error);
    if (done && (reader.depth > 0 || text->error))
        done = simstow_text_input_end_early (text, error);
    while (reader.depth > 0)
        g_free (reader.open[--reader.depth]);
    end_base64 (&reader);
    simstow_record_clear (&reader.record);
    g_free (reader.outer);
    g_free (reader.inner);
    return done;
}

static const gchar *const vmessage_extensions[] = {".vmg", NULL};
static const gchar *const bmessage_extensions[] = {".bmsg", NULL};

const SimstowFormat simstow_format_vmessage = {
    .name = "vmessage",
    .extensions = vmessage_extensions,
    .sniff = sniff_vmessage,
    .read = read_file,
};

const SimstowFormat simstow_format_bmessage = {
    .name = "bmessage",
    .extensions = bmessage_extensions,
    .sniff = sniff_bmessage,
    .read = read_file,
};
