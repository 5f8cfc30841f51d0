/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gammu's backups: sections with keys and values. A .smsbackup has a section for each part of a
 * message, a .backup one for each contact, and others that are passed over. Texts stand there as
 * hexadecimal UCS-2 besides in the character set of the machine that wrote them. At the end of a
 * .backup there is an MD5 of all names, keys and values, those of a section from the last to the
 * first.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-format.h"
#include "simstow-hex.h"
#include "simstow-json-writer.h"

#define MS_A_SECOND 1000

/* How many characters there are in one value of a text */
#define CHUNK 50

/* How much of messages may wait for their other parts */
#define WAITING_LIMIT (16 * 1024 * 1024)

#define SMS_SECTION   "SMSBackup"
#define PHONE_SECTION "PhonePBK"
#define SIM_SECTION   "SIMPBK"

/* A message of which parts are missing yet */
typedef struct {
    SimstowRecord record;
    GByteArray *parts[256];
    guint total;
    guint there;
} Waiting;

typedef struct {
    SimstowFormatInput *input;
    SimstowTextInput *text;
    /* the section that is read */
    gchar *name;
    GHashTable *values;
    GPtrArray *keys;
    guint64 line;
    /* by what parts have in common */
    GHashTable *waiting;
    gsize waiting_size;
    GChecksum *md5;
    gchar *told;
    gboolean is_backup;
} Reader;

static void
waiting_free (gpointer data)
{
    Waiting *waiting = data;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (waiting->parts); i++)
        g_clear_pointer (&waiting->parts[i], g_byte_array_unref);
    simstow_record_clear (&waiting->record);
    g_free (waiting);
}

static gboolean
contains (const gchar *head, gsize length, const gchar *text)
{
    return g_strstr_len (head, (gssize) length, text) != NULL;
}

static gboolean
sniff_sms (const gchar *head, gsize length)
{
    return contains (head, length, "[" SMS_SECTION);
}

static gboolean
sniff_backup (const gchar *head, gsize length)
{
    return contains (head, length, "[Backup]") || contains (head, length, "[" PHONE_SECTION) ||
           contains (head, length, "[" SIM_SECTION);
}

static const gchar *
get (const Reader *reader, const gchar *key)
{
    return g_hash_table_lookup (reader->values, key);
}

static gboolean
refuse (Reader *reader, GError **error, const gchar *key, const gchar *value)
{
    reader->text->read_line = reader->line;
    return simstow_text_input_refuse (reader->text,
                                      error,
                                      "[%s] %s = %.64s",
                                      reader->name,
                                      key,
                                      value);
}

/* The bytes of a value in hexadecimal digits; FALSE when they are none */
static gboolean
append_hex (GByteArray *bytes, const gchar *digits)
{
    g_autoptr (GBytes) decoded = simstow_hex_decode (digits, -1, NULL);
    gsize size;
    gconstpointer data;

    if (!decoded)
        return FALSE;
    data = g_bytes_get_data (decoded, &size);
    g_byte_array_append (bytes, data, (guint) size);
    return TRUE;
}

/* UCS-2, in practice UTF-16; half a pair and NUL become U+FFFD */
static gchar *
decode_text (Reader *reader, const GByteArray *bytes)
{
    GString *text = g_string_new (NULL);
    guint i;

    for (i = 0; i + 1 < bytes->len; i += 2) {
        gunichar c = (gunichar) bytes->data[i] << 8 | bytes->data[i + 1];
        gunichar low =
            i + 3 < bytes->len ? (gunichar) bytes->data[i + 2] << 8 | bytes->data[i + 3] : 0;

        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        } else if (c == 0 || (c >= 0xD800 && c < 0xE000)) {
            c = 0xFFFD;
            reader->input->losses->counts[SIMSTOW_LOSS_CHARACTERS]++;
        }
        g_string_append_unichar (text, c);
    }
    return g_string_free (text, FALSE);
}

/* What stands between quotation marks */
static gchar *
unquote (const gchar *value)
{
    gsize length = strlen (value);

    if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
        return g_strndup (value + 1, length - 2);
    return g_strdup (value);
}

/* A text by its key, in UCS-2 where there is such; NULL for none */
static gboolean
take_text (Reader *reader, const gchar *key, gchar **text, GError **error)
{
    g_autofree gchar *wide = g_strconcat (key, "Unicode", NULL);
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    const gchar *value = get (reader, wide);

    if (value && *value) {
        if (!append_hex (bytes, value))
            return refuse (reader, error, wide, value);
        *text = decode_text (reader, bytes);
    } else if (get (reader, key)) {
        g_autofree gchar *plain = unquote (get (reader, key));
        g_autoptr (GString) valid = g_string_new (plain);

        simstow_text_make_valid (valid, reader->input->losses);
        *text = g_string_free (g_steal_pointer (&valid), FALSE);
    }
    if (*text && !**text)
        g_clear_pointer (text, g_free);
    return TRUE;
}

/* "20021201T025023", with or without a zone */
static gboolean
take_time (Reader *reader, SimstowRecord *record, GError **error)
{
    const gchar *key = get (reader, "DateTime") ? "DateTime" : "Sent";
    const gchar *value = get (reader, key);
    gint64 time;

    if (!value || !*value)
        return TRUE;
    if (!simstow_record_parse_time (value, &time))
        return refuse (reader, error, key, value);
    record->date = time;
    record->sent = record->folder == SIMSTOW_FOLDER_RECEIVED ? time : 0;
    return TRUE;
}

static SimstowFolder
get_folder (const Reader *reader)
{
    const gchar *pdu = get (reader, "PDU");
    const gchar *state = get (reader, "State");

    if (g_strcmp0 (state, "Sent") == 0)
        return SIMSTOW_FOLDER_SENT;
    if (g_strcmp0 (state, "UnSent") == 0)
        return SIMSTOW_FOLDER_DRAFT;
    if (!state && g_strcmp0 (pdu, "Submit") == 0)
        return SIMSTOW_FOLDER_SENT;
    return SIMSTOW_FOLDER_RECEIVED;
}

static gboolean
take_payload (Reader *reader, GByteArray *bytes, GError **error)
{
    guint i;

    for (i = 0; i < 1000; i++) {
        g_autofree gchar *key = g_strdup_printf ("Text%02u", i);
        const gchar *value = get (reader, key);

        if (!value)
            break;
        if (!append_hex (bytes, value))
            return refuse (reader, error, key, value);
    }
    return TRUE;
}

static gboolean
hand_over (Reader *reader, const SimstowRecord *record, GError **error)
{
    return reader->input->func (record, reader->input->user_data, error);
}

/* A message as far as its parts are there */
static gboolean
end_waiting (Reader *reader, Waiting *waiting, GError **error)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autofree gchar *text = NULL;
    guint i;

    for (i = 1; i <= waiting->total; i++)
        if (waiting->parts[i])
            g_byte_array_append (bytes, waiting->parts[i]->data, waiting->parts[i]->len);
    reader->input->losses->counts[SIMSTOW_LOSS_PARTS] += waiting->total - waiting->there;
    text = decode_text (reader, bytes);
    simstow_record_set (&waiting->record.text, text);
    return hand_over (reader, &waiting->record, error);
}

static gboolean
end_all_waiting (Reader *reader, GError **error)
{
    GHashTableIter iter;
    gpointer waiting;
    gboolean done = TRUE;

    g_hash_table_iter_init (&iter, reader->waiting);
    while (done && g_hash_table_iter_next (&iter, NULL, &waiting))
        done = end_waiting (reader, waiting, error);
    g_hash_table_remove_all (reader->waiting);
    reader->waiting_size = 0;
    return done;
}

/* Which part of how many a header says, 3GPP TS 23.040 9.2.3.24.1 and 9.2.3.24.8 */
static gboolean
find_concat (const gchar *udh, guint *reference, guint *total, guint *part)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint at;

    if (!udh || !append_hex (bytes, udh))
        return FALSE;
    for (at = 1; at + 1 < bytes->len; at += 2u + bytes->data[at + 1]) {
        guint size = bytes->data[at + 1];
        const guint8 *data = bytes->data + at + 2;
        gboolean wide = bytes->data[at] == 0x08;

        if (at + 2 + size > bytes->len)
            return FALSE;
        if (!(bytes->data[at] == 0x00 && size == 3) && !(wide && size == 4))
            continue;
        *reference = wide ? (guint) data[0] << 8 | data[1] : data[0];
        *total = data[size - 2];
        *part = data[size - 1];
        return *part >= 1 && *part <= *total;
    }
    return FALSE;
}

static gboolean
add_part (Reader *reader,
          SimstowRecord *record,
          guint reference,
          guint total,
          guint part,
          const GByteArray *bytes,
          GError **error)
{
    g_autofree gchar *key = g_strdup_printf ("%d/%u/%u/%s",
                                             record->folder,
                                             reference,
                                             total,
                                             record->address ? record->address : "");
    Waiting *waiting = g_hash_table_lookup (reader->waiting, key);
    gboolean done = TRUE;

    /* the same part once more is another message */
    if (waiting && waiting->parts[part]) {
        if (!end_waiting (reader, waiting, error))
            return FALSE;
        g_hash_table_remove (reader->waiting, key);
        waiting = NULL;
    }
    if (!waiting) {
        waiting = g_new0 (Waiting, 1);
        waiting->record = *record;
        waiting->total = total;
        simstow_record_init (record, SIMSTOW_RECORD_MESSAGE);
        g_hash_table_insert (reader->waiting, g_strdup (key), waiting);
    }
    waiting->parts[part] = g_byte_array_append (g_byte_array_new (), bytes->data, bytes->len);
    waiting->there++;
    reader->waiting_size += sizeof *waiting + bytes->len;
    if (waiting->there == total) {
        done = end_waiting (reader, waiting, error);
        g_hash_table_remove (reader->waiting, key);
    }
    return done && (reader->waiting_size <= WAITING_LIMIT || end_all_waiting (reader, error));
}

static gboolean
fill_message (Reader *reader, SimstowRecord *record, GError **error)
{
    const gchar *coding = get (reader, "Coding");
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autofree gchar *text = NULL;
    guint reference, total, part;

    record->folder = get_folder (reader);
    record->unread = g_strcmp0 (get (reader, "State"), "UnRead") == 0;
    if (!take_text (reader, "Number", &record->address, error) ||
        !take_text (reader, "SMSC", &record->smsc, error) || !take_time (reader, record, error) ||
        !take_payload (reader, bytes, error))
        return FALSE;
    if (g_strcmp0 (get (reader, "PDU"), "Status_Report") == 0) {
        reader->input->losses->counts[SIMSTOW_LOSS_REPORTS]++;
        return TRUE;
    }
    if (coding && g_str_has_prefix (coding, "8bit")) {
        reader->input->losses->counts[SIMSTOW_LOSS_DATA]++;
        return TRUE;
    }
    if (find_concat (get (reader, "UDH"), &reference, &total, &part) && total > 1)
        return add_part (reader, record, reference, total, part, bytes, error);
    text = decode_text (reader, bytes);
    simstow_record_set (&record->text, text);
    return hand_over (reader, record, error);
}

static gboolean
end_message (Reader *reader, GError **error)
{
    SimstowRecord record;
    gboolean done;

    simstow_record_init (&record, SIMSTOW_RECORD_MESSAGE);
    done = fill_message (reader, &record, error);
    simstow_record_clear (&record);
    return done;
}

typedef struct {
    gchar *given;
    gchar *family;
    gchar *name;
} Name;

static gboolean
is_any (const gchar *text, const gchar *const *words)
{
    return g_strv_contains (words, text);
}

/* One entry of a contact, by its type */
static void
add_entry (Reader *reader, SimstowContact *contact, Name *name, const gchar *type, gchar *text)
{
    static const gchar *const names[] = {"Name", "FormalName", "FullName", NULL};

    if (is_any (type, names)) {
        if (!name->name)
            name->name = g_steal_pointer (&text);
    } else if (strcmp (type, "FirstName") == 0) {
        if (!name->given)
            name->given = g_steal_pointer (&text);
    } else if (strcmp (type, "LastName") == 0) {
        if (!name->family)
            name->family = g_steal_pointer (&text);
    } else if (g_str_has_prefix (type, "Email")) {
        g_ptr_array_add (contact->emails, g_steal_pointer (&text));
    } else if (strcmp (type, "NickName") == 0) {
        simstow_contact_add_second_name (contact, text);
    } else if (g_str_has_prefix (type, "Number") && strcmp (type, "NumberFax") != 0) {
        guint kind;
        g_autofree gchar *number = simstow_record_plain_number (text, &kind);

        if (*contact->number) {
            simstow_contact_add_number (contact, number, kind);
        } else {
            g_free (contact->number);
            contact->number = g_steal_pointer (&number);
            contact->type = kind;
        }
    } else {
        reader->input->losses->counts[SIMSTOW_LOSS_PROPERTIES]++;
    }
    g_free (text);
}

static gboolean
fill_contact (Reader *reader, SimstowContact *contact, GError **error)
{
    Name name = {NULL};
    gboolean done = TRUE;
    guint i;

    for (i = 0; done && i < 100; i++) {
        g_autofree gchar *type_key = g_strdup_printf ("Entry%02uType", i);
        g_autofree gchar *text_key = g_strdup_printf ("Entry%02uText", i);
        const gchar *type = get (reader, type_key);
        gchar *text = NULL;

        if (!type)
            continue;
        done = take_text (reader, text_key, &text, error);
        if (text)
            add_entry (reader, contact, &name, type, text);
    }
    g_free (contact->name);
    if (name.name)
        contact->name = g_strdup (name.name);
    else
        contact->name = g_strconcat (name.given ? name.given : "",
                                     name.given && name.family ? " " : "",
                                     name.family ? name.family : "",
                                     NULL);
    g_free (name.name);
    g_free (name.given);
    g_free (name.family);
    return done;
}

static gboolean
end_contact (Reader *reader, GError **error)
{
    SimstowRecord record;
    gboolean done;

    simstow_record_init (&record, SIMSTOW_RECORD_CONTACT);
    record.contact = simstow_contact_new ("phonebook/sm", 0, "", SIMSTOW_TYPE_UNKNOWN, "");
    done = fill_contact (reader, record.contact, error);
    if (done &&
        (*record.contact->name || *record.contact->number || record.contact->emails->len > 0))
        done = hand_over (reader, &record, error);
    else if (done)
        reader->input->losses->counts[SIMSTOW_LOSS_NAMELESS]++;
    simstow_record_clear (&record);
    return done;
}

/* The digest is over the bytes as they stand */
static void
digest_section (Reader *reader)
{
    guint i;

    if (strcmp (reader->name, "Checksum") == 0)
        return;
    g_checksum_update (reader->md5, (const guchar *) reader->name, -1);
    for (i = reader->keys->len; i > 0; i--) {
        const gchar *key = reader->keys->pdata[i - 1];

        g_checksum_update (reader->md5, (const guchar *) key, -1);
        g_checksum_update (reader->md5, (const guchar *) get (reader, key), -1);
    }
}

static gboolean
end_section (Reader *reader, GError **error)
{
    gboolean done = TRUE;

    if (!reader->name)
        return TRUE;
    digest_section (reader);
    if (g_str_has_prefix (reader->name, SMS_SECTION))
        done = end_message (reader, error);
    else if (g_str_has_prefix (reader->name, PHONE_SECTION) ||
             g_str_has_prefix (reader->name, SIM_SECTION))
        done = end_contact (reader, error);
    else if (strcmp (reader->name, "Checksum") == 0)
        reader->told = g_strdup (get (reader, "MD5"));
    else if (strcmp (reader->name, "Backup") == 0)
        reader->is_backup = TRUE;
    else
        reader->input->losses->counts[SIMSTOW_LOSS_OTHER]++;
    g_clear_pointer (&reader->name, g_free);
    g_hash_table_remove_all (reader->values);
    g_ptr_array_set_size (reader->keys, 0);
    return done;
}

static gboolean
take_line (Reader *reader, GString *line, GError **error)
{
    gchar *text = g_strstrip (line->str);
    gchar *end;

    if (*text == ';' || *text == '#' || *text == '\0')
        return TRUE;
    if (*text == '[') {
        end = strchr (text, ']');
        if (!end)
            return simstow_text_input_refuse (reader->text, error, "%.64s", text);
        if (!end_section (reader, error))
            return FALSE;
        reader->name = g_strndup (text + 1, (gsize) (end - text - 1));
        reader->line = reader->text->line - 1;
        return TRUE;
    }
    end = strchr (text, '=');
    if (!end || !reader->name)
        return simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("\"%.64s\" is no line of a backup"),
                                          text);
    *end = '\0';
    g_strchomp (text);
    if (g_hash_table_contains (reader->values, text))
        return simstow_text_input_refuse (reader->text, error, _ ("%s is there twice"), text);
    if (reader->keys->len >= 2000)
        return simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("more lines than any section has"));
    end = g_strchug (end + 1);
    text = g_strdup (text);
    g_ptr_array_add (reader->keys, text);
    g_hash_table_insert (reader->values, text, g_strdup (end));
    return TRUE;
}

/* A file that is cut short lacks the digest. Who edits a backup by hand, as its manual says one
 * may, may take it away, but not leave a wrong one. */
static gboolean
check_digest (Reader *reader, GError **error)
{
    const gchar *found = g_checksum_get_string (reader->md5);

    if (reader->is_backup && !reader->told)
        return simstow_text_input_end_early (reader->text, error);
    if (!reader->told || g_ascii_strcasecmp (reader->told, found) == 0)
        return TRUE;
    return simstow_text_input_refuse (reader->text,
                                      error,
                                      _ ("the checksum is not that of the file"));
}

static gboolean
run (Reader *reader, GError **error)
{
    g_autoptr (GString) line = g_string_new (NULL);
    const gboolean wide = simstow_text_input_peek (reader->text) >= 0 && reader->text->recoded;

    while (simstow_text_input_read_line (reader->text, line))
        if (!take_line (reader, line, error))
            return FALSE;
    if (reader->text->error)
        return simstow_text_input_end_early (reader->text, error);
    return end_section (reader, error) && (wide || check_digest (reader, error)) &&
           end_all_waiting (reader, error);
}

static gboolean
read_file (SimstowFormatInput *input, GError **error)
{
    g_autoptr (SimstowTextInput) text =
        simstow_text_input_new (input->stream, NULL, input->cancellable, error);
    g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GHashTable) waiting =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, waiting_free);
    g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);
    Reader reader = {
        .input = input,
        .text = text,
        .values = values,
        .keys = keys,
        .waiting = waiting,
        .md5 = md5,
    };
    gboolean done;

    if (!text)
        return FALSE;
    done = run (&reader, error);
    g_free (reader.name);
    g_free (reader.told);
    return done;
}

static void
append_hex_text (GString *text, const gunichar2 *units, glong count)
{
    static const gchar digits[] = "0123456789ABCDEF";
    glong i;

    for (i = 0; i < count; i++) {
        const gchar hex[] = {digits[units[i] >> 12],
                             digits[units[i] >> 8 & 0xF],
                             digits[units[i] >> 4 & 0xF],
                             digits[units[i] & 0xF]};

        g_string_append_len (text, hex, sizeof hex);
    }
}

/* A text both ways: for people, and in UCS-2 */
static void
append_both (GString *text, const gchar *key, const gchar *value)
{
    g_autofree gchar *plain = g_strdelimit (g_strdup (value ? value : ""), "\"\r\n", ' ');
    glong length = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16 (value ? value : "", -1, NULL, &length, NULL);

    g_string_append_printf (text, "%s = \"%s\"\r\n%sUnicode = ", key, plain, key);
    append_hex_text (text, units, length);
    g_string_append (text, "\r\n");
}

static void
append_time (GString *text, gint64 time)
{
    gchar stamp[SIMSTOW_TIME_SIZE];
    const gchar *c;

    if (time == 0 || !simstow_time_format (time / MS_A_SECOND, 0, stamp))
        return;
    g_string_append (text, "DateTime = ");
    for (c = stamp; *c; c++)
        if (*c != '-' && *c != ':')
            g_string_append_c (text, *c);
    g_string_append (text, "\r\n");
}

static void
append_payload (GString *text, const SimstowTpdu *tpdu)
{
    glong length = 0;
    g_autofree gunichar2 *units =
        g_utf8_to_utf16 (tpdu->text ? tpdu->text : "", -1, NULL, &length, NULL);
    glong at;

    for (at = 0; at < length; at += CHUNK) {
        g_string_append_printf (text, "Text%02u = ", (guint) (at / CHUNK));
        append_hex_text (text, units + at, MIN (CHUNK, length - at));
        g_string_append (text, "\r\n");
    }
    g_string_append_printf (text,
                            "Coding = %s\r\n",
                            tpdu->alphabet == SIMSTOW_ALPHABET_UCS2 ? "Unicode_No_Compression"
                                                                    : "Default_No_Compression");
    g_string_append_printf (text, "Length = %ld\r\n", length);
}

static void
append_part (SimstowFormatOutput *output,
             const SimstowRecord *record,
             const SimstowMessage *message,
             guint64 number,
             GString *text)
{
    static const gchar *const states[] = {
        [SIMSTOW_MESSAGE_STATUS_UNREAD] = "UnRead",
        [SIMSTOW_MESSAGE_STATUS_READ] = "Read",
        [SIMSTOW_MESSAGE_STATUS_UNSENT] = "UnSent",
        [SIMSTOW_MESSAGE_STATUS_SENT] = "Sent",
        [SIMSTOW_MESSAGE_STATUS_UNKNOWN] = "Read",
    };
    const SimstowTpdu *tpdu = message->tpdu;
    gboolean received = tpdu->type == SIMSTOW_TPDU_DELIVER;

    g_string_append_printf (text, "[" SMS_SECTION "%03" G_GUINT64_FORMAT "]\r\n", number);
    if (record->smsc)
        append_both (text, "SMSC", record->smsc);
    g_string_append_printf (text, "PDU = %s\r\n", received ? "Deliver" : "Submit");
    append_time (text, received && record->sent != 0 ? record->sent : record->date);
    g_string_append_printf (text, "State = %s\r\n", states[message->status]);
    append_both (text, "Number", record->address);
    append_both (text, "Name", NULL);
    if (tpdu->concat_total > 1)
        g_string_append_printf (text,
                                "UDH = 050003%02X%02X%02X\r\n",
                                (guint) tpdu->concat_reference & 0xFF,
                                tpdu->concat_total,
                                tpdu->concat_part);
    append_payload (text, tpdu);
    g_string_append_printf (text,
                            "Folder = %u\r\nClass = -1\r\nReplySMSC = False\r\n"
                            "RejectDuplicates = False\r\nReplaceMessage = 0\r\n"
                            "MessageReference = 0\r\n\r\n",
                            received ? 1 : 2);
}

static void
free_count (gpointer data)
{
    g_free (data);
}

static gboolean
add_message (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    g_autoptr (GPtrArray) messages = simstow_record_to_messages (record, output->losses);
    guint64 *number = output->data;
    guint i;

    if (!number)
        output->data = number = g_new0 (guint64, 1);
    for (i = 0; i < messages->len; i++)
        if (((const SimstowMessage *) messages->pdata[i])->tpdu)
            append_part (output, record, messages->pdata[i], (*number)++, text);
    return messages->len > 0;
}

static void
begin_messages (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_string_append (text,
                     "; This file format was designed for Gammu and is compatible with Gammu+\r\n"
                     "; See <http://www.gammu.org> for more info\r\n\r\n");
}

/* A section of a .backup, and what it adds to the digest */
static void
append_section (GString *text, GChecksum *md5, const gchar *name, const gchar *const *entries)
{
    guint count = g_strv_length ((gchar **) entries);
    guint i;

    g_string_append_printf (text, "[%s]\r\n", name);
    g_checksum_update (md5, (const guchar *) name, -1);
    for (i = 0; i < count; i += 2)
        g_string_append_printf (text, "%s = %s\r\n", entries[i], entries[i + 1]);
    for (i = count; i > 0; i -= 2) {
        g_checksum_update (md5, (const guchar *) entries[i - 2], -1);
        g_checksum_update (md5, (const guchar *) entries[i - 1], -1);
    }
    g_string_append (text, "\r\n");
}

static const gchar *const head_entries[] =
    {"IMEI", "\"\"", "Phone", "\"\"", "Format", "1.05", NULL};

static GChecksum *
start_digest (void)
{
    GChecksum *md5 = g_checksum_new (G_CHECKSUM_MD5);
    g_autoptr (GString) head = g_string_new (NULL);

    append_section (head, md5, "Backup", head_entries);
    return md5;
}

static void
free_digest (gpointer data)
{
    g_checksum_free (data);
}

/* One entry of a contact: its type and its text, both ways */
static void
push_entry (GPtrArray *entries, guint *place, const gchar *type, const gchar *value)
{
    g_autoptr (GString) both = g_string_new (NULL);
    g_autofree gchar *key = g_strdup_printf ("Entry%02uText", *place);
    g_auto (GStrv) lines = NULL;
    guint i;

    if (!value || !*value || *place >= 100)
        return;
    g_ptr_array_add (entries, g_strdup_printf ("Entry%02uType", *place));
    g_ptr_array_add (entries, g_strdup (type));
    append_both (both, key, value);
    lines = g_strsplit (both->str, "\r\n", -1);
    for (i = 0; i < 2; i++) {
        gchar *sign = strstr (lines[i], " = ");

        g_ptr_array_add (entries, g_strndup (lines[i], (gsize) (sign - lines[i])));
        g_ptr_array_add (entries, g_strdup (sign + 3));
    }
    (*place)++;
}

static void
push_texts (GPtrArray *entries,
            guint *place,
            const gchar *type,
            const gchar *first,
            const GPtrArray *further)
{
    guint i;

    push_entry (entries, place, type, first);
    for (i = 0; i < further->len; i++)
        push_entry (entries, place, type, further->pdata[i]);
}

static gboolean
add_contact (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    const SimstowContact *contact = record->contact;
    g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
    g_autofree gchar *number = simstow_record_dial_number (contact->number, contact->type);
    g_autofree gchar *name = NULL;
    guint place = 0;
    guint i;

    if (!*contact->name && !*number && contact->emails->len == 0) {
        output->losses->counts[SIMSTOW_LOSS_NAMELESS]++;
        return FALSE;
    }
    if (!output->data)
        output->data = start_digest ();
    name = g_strdup_printf (PHONE_SECTION "%03" G_GUINT64_FORMAT,
                            output->counts[SIMSTOW_RECORD_CONTACT] + 1);
    g_ptr_array_add (entries, g_strdup ("Location"));
    g_ptr_array_add (entries, g_strdup (name + strlen (PHONE_SECTION)));
    push_entry (entries, &place, "Name", contact->name);
    push_entry (entries, &place, "NumberMobile", number);
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = contact->numbers->pdata[i];
        g_autofree gchar *dialled = simstow_record_dial_number (further->number, further->type);

        push_entry (entries, &place, "NumberGeneral", dialled);
    }
    push_texts (entries, &place, "Email", NULL, contact->emails);
    push_texts (entries, &place, "NickName", contact->second_name, contact->second_names);
    g_ptr_array_add (entries, NULL);
    append_section (text, output->data, name, (const gchar *const *) entries->pdata);
    output->losses->counts[SIMSTOW_LOSS_GROUPS] += (contact->group ? 1 : 0) + contact->groups->len;
    return TRUE;
}

static void
begin_contacts (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);

    begin_messages (output, kind, text);
    append_section (text, md5, "Backup", head_entries);
}

static void
end_contacts (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_autoptr (GChecksum) md5 = output->data ? g_checksum_copy (output->data) : start_digest ();

    g_string_append_printf (text, "[Checksum]\r\nMD5=%s\r\n", g_checksum_get_string (md5));
}

static const gchar *const sms_extensions[] = {".smsbackup", NULL};
static const gchar *const backup_extensions[] = {".backup", NULL};

const SimstowFormat simstow_format_gammu_sms = {
    .name = "gammu-smsbackup",
    .extensions = sms_extensions,
    .sniff = sniff_sms,
    .read = read_file,
    .kinds = SIMSTOW_FORMAT_MESSAGES,
    .add = add_message,
    .begin = begin_messages,
    .free_data = free_count,
};

const SimstowFormat simstow_format_gammu_backup = {
    .name = "gammu-backup",
    .extensions = backup_extensions,
    .sniff = sniff_backup,
    .read = read_file,
    .kinds = SIMSTOW_FORMAT_CONTACTS,
    .add = add_contact,
    .begin = begin_contacts,
    .end = end_contacts,
    .free_data = free_digest,
};
