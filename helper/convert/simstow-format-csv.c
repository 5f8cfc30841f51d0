/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables, RFC 4180: messages, contacts or calls, which the names of the columns tell. Ours are
 * written; those of Android's programs, of Google's and of Outlook's contacts are read as well, and
 * the form without names of MeeGo.
 *
 * A spreadsheet takes a cell that begins with one of = + - @ for a formula. When asked, such get an
 * apostrophe; reading takes it away again, and writing gives one more to what looks as if it had
 * one.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-contact-vcard.h"
#include "simstow-format.h"
#include "simstow-json-writer.h"
#include "simstow-vcard.h"

#define MS_A_SECOND 1000
#define FORMULA     "=+-@\t\r"
#define CELLS       512
#define JOINT       " ::: "

/* What a column is about */
typedef enum {
    COLUMN_OTHER,
    COLUMN_IGNORED,
    COLUMN_DATE,
    COLUMN_SENT,
    COLUMN_DIRECTION,
    COLUMN_TYPE,
    COLUMN_ADDRESS,
    COLUMN_CONTACT_NAME,
    COLUMN_READ,
    COLUMN_STATUS,
    COLUMN_SMSC,
    COLUMN_SUBJECT,
    COLUMN_LOCKED,
    COLUMN_PROTOCOL,
    COLUMN_MULTIMEDIA,
    COLUMN_SIM,
    COLUMN_SLOT,
    COLUMN_BODY,
    COLUMN_DURATION,
    COLUMN_PRESENTATION,
    COLUMN_GIVEN,
    COLUMN_MIDDLE,
    COLUMN_FAMILY,
    COLUMN_NUMBERS,
    COLUMN_FIRST_NUMBER,
    COLUMN_EMAILS,
    COLUMN_NICKNAMES,
    COLUMN_GROUPS,
} Column;

static const struct {
    const gchar *name;
    Column column;
} names[] = {
    {"date", COLUMN_DATE},
    {"time", COLUMN_DATE},
    {"timestamp", COLUMN_DATE},
    {"date_sent", COLUMN_SENT},
    {"date sent", COLUMN_SENT},
    {"direction", COLUMN_DIRECTION},
    {"type", COLUMN_TYPE},
    {"address", COLUMN_ADDRESS},
    {"number", COLUMN_ADDRESS},
    {"phone_number", COLUMN_ADDRESS},
    {"phone number", COLUMN_ADDRESS},
    {"phone", COLUMN_ADDRESS},
    {"contact_name", COLUMN_CONTACT_NAME},
    {"contact name", COLUMN_CONTACT_NAME},
    {"display_name", COLUMN_CONTACT_NAME},
    {"display name", COLUMN_CONTACT_NAME},
    {"__display_name", COLUMN_CONTACT_NAME},
    {"display-name", COLUMN_CONTACT_NAME},
    {"full name", COLUMN_CONTACT_NAME},
    {"name", COLUMN_CONTACT_NAME},
    {"read", COLUMN_READ},
    {"status", COLUMN_STATUS},
    {"service_center", COLUMN_SMSC},
    {"service center", COLUMN_SMSC},
    {"subject", COLUMN_SUBJECT},
    {"locked", COLUMN_LOCKED},
    {"protocol", COLUMN_PROTOCOL},
    {"multimedia", COLUMN_MULTIMEDIA},
    {"sim", COLUMN_SIM},
    {"sub_id", COLUMN_SLOT},
    {"subscription_id", COLUMN_SLOT},
    {"body", COLUMN_BODY},
    {"text", COLUMN_BODY},
    {"message", COLUMN_BODY},
    {"content", COLUMN_BODY},
    {"duration", COLUMN_DURATION},
    {"presentation", COLUMN_PRESENTATION},
    {"given name", COLUMN_GIVEN},
    {"first name", COLUMN_GIVEN},
    {"additional name", COLUMN_MIDDLE},
    {"middle name", COLUMN_MIDDLE},
    {"family name", COLUMN_FAMILY},
    {"last name", COLUMN_FAMILY},
    {"mobile phone", COLUMN_FIRST_NUMBER},
    {"further_numbers", COLUMN_NUMBERS},
    {"e-mail address", COLUMN_EMAILS},
    {"email address", COLUMN_EMAILS},
    {"email", COLUMN_EMAILS},
    {"emails", COLUMN_EMAILS},
    {"nickname", COLUMN_NICKNAMES},
    {"nicknames", COLUMN_NICKNAMES},
    {"group membership", COLUMN_GROUPS},
    {"labels", COLUMN_GROUPS},
    {"categories", COLUMN_GROUPS},
    {"groups", COLUMN_GROUPS},
    /* Android's, which tell nothing here */
    {"_id", COLUMN_IGNORED},
    {"thread_id", COLUMN_IGNORED},
    {"person", COLUMN_IGNORED},
    {"seen", COLUMN_IGNORED},
    {"creator", COLUMN_IGNORED},
    {"error_code", COLUMN_IGNORED},
    {"reply_path_present", COLUMN_IGNORED},
    {"readable_date", COLUMN_IGNORED},
    {"storage", COLUMN_IGNORED},
    {"pdu", COLUMN_IGNORED},
    {"toa", COLUMN_IGNORED},
    {"sc_toa", COLUMN_IGNORED},
};

typedef struct {
    SimstowTextInput *text;
    SimstowLosses *losses;
    GString *row;
    /* where each cell begins in the row */
    gsize cells[CELLS];
    guint n_cells;
    gchar separator;
    guint64 line;
} Table;

typedef struct {
    SimstowFormatInput *input;
    Table *table;
    SimstowRecordKind kind;
    Column columns[CELLS];
    guint n_columns;
} Reader;

/* "Phone 2 - Value", "E-mail 1 - Value", "E-mail 2 Address", "Home Phone 2" */
static Column
find_numbered (const gchar *name)
{
    gboolean value = g_str_has_suffix (name, " - value");

    if (g_str_has_prefix (name, "phone ") && value)
        return COLUMN_NUMBERS;
    if (g_str_has_prefix (name, "e-mail ") && (value || g_str_has_suffix (name, " address")))
        return COLUMN_EMAILS;
    if ((g_str_has_prefix (name, "phone ") || g_str_has_prefix (name, "e-mail ")) &&
        (g_str_has_suffix (name, " - type") || g_str_has_suffix (name, " - label") ||
         g_str_has_suffix (name, " type") || g_str_has_suffix (name, " display name")))
        return COLUMN_IGNORED;
    if (g_str_has_suffix (name, " phone") || g_str_has_suffix (name, " phone 2"))
        return COLUMN_NUMBERS;
    return COLUMN_OTHER;
}

static Column
find_column (const gchar *cell)
{
    g_autofree gchar *lower = g_ascii_strdown (cell, -1);
    const gchar *name = g_strstrip (lower);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (names[i].name, name) == 0)
            return names[i].column;
    return find_numbered (name);
}

static gboolean
has (const Column *columns, guint count, Column column)
{
    guint i;

    for (i = 0; i < count; i++)
        if (columns[i] == column)
            return TRUE;
    return FALSE;
}

/* Which kind of records these columns tell of; FALSE when of none */
static gboolean
find_kind (const Column *columns, guint count, SimstowRecordKind *kind)
{
    gboolean number = has (columns, count, COLUMN_ADDRESS);
    gboolean date = has (columns, count, COLUMN_DATE);

    if (has (columns, count, COLUMN_BODY) && (number || date)) {
        *kind = SIMSTOW_RECORD_MESSAGE;
        return TRUE;
    }
    if (number &&
        (has (columns, count, COLUMN_DURATION) || (date && has (columns, count, COLUMN_TYPE)))) {
        *kind = SIMSTOW_RECORD_CALL;
        return TRUE;
    }
    *kind = SIMSTOW_RECORD_CONTACT;
    return number || has (columns, count, COLUMN_NUMBERS) ||
           has (columns, count, COLUMN_FIRST_NUMBER) || has (columns, count, COLUMN_EMAILS);
}

static gboolean
refuse (Table *table, GError **error, const gchar *reason)
{
    table->text->read_line = table->line;
    return simstow_text_input_refuse (table->text, error, "%s", reason);
}

/* Tables of old programs are in the code page of Windows where it is not UTF-8 */
static void
end_cell (Table *table, gsize from)
{
    gsize length = table->row->len - from;
    const gchar *cell = table->row->str + from;
    g_autofree gchar *converted = NULL;

    if (!g_utf8_validate_len (cell, length, NULL)) {
        gsize size = 0;

        converted = g_convert (cell, (gssize) length, "UTF-8", "WINDOWS-1252", NULL, &size, NULL);
        if (!converted || memchr (converted, 0, size)) {
            g_autoptr (GString) valid = g_string_new_len (cell, (gssize) length);

            simstow_text_make_valid (valid, table->losses);
            g_free (converted);
            converted = g_string_free (g_steal_pointer (&valid), FALSE);
        }
        g_string_truncate (table->row, from);
        g_string_append (table->row, converted);
    }
    g_string_append_c (table->row, '\0');
}

/* One cell of any kind; @ended is set at the end of the row */
static gboolean
read_cell (Table *table, gboolean *ended, GError **error)
{
    SimstowTextInput *text = table->text;
    gsize from = table->row->len;
    gboolean quoted = simstow_text_input_peek (text) == '"';
    gint byte;

    if (quoted)
        simstow_text_input_next (text);
    for (;;) {
        byte = simstow_text_input_next (text);
        if (quoted && byte == '"') {
            if (simstow_text_input_peek (text) != '"') {
                quoted = FALSE;
                byte = simstow_text_input_next (text);
                if (byte == '\r' && simstow_text_input_peek (text) == '\n')
                    byte = simstow_text_input_next (text);
                if (byte >= 0 && byte != '\n' && byte != '\r' && byte != table->separator)
                    return refuse (table, error, _ ("text behind a quoted cell"));
                break;
            }
            simstow_text_input_next (text);
        } else if (quoted && byte < 0) {
            text->read_line = 0;
            return simstow_text_input_end_early (text, error);
        } else if (!quoted) {
            if (byte == '\r' && simstow_text_input_peek (text) == '\n')
                byte = simstow_text_input_next (text);
            if (byte < 0 || byte == '\n' || byte == table->separator)
                break;
        }
        if (table->row->len - from >= SIMSTOW_TEXT_LIMIT)
            return refuse (table, error, _ ("a cell of more than 1 MiB"));
        g_string_append_c (table->row, (gchar) byte);
    }
    *ended = byte != table->separator;
    end_cell (table, from);
    return TRUE;
}

/* The next row that is not empty; none at the end */
static gboolean
read_row (Table *table, GError **error)
{
    gboolean ended = FALSE;

    do {
        g_string_truncate (table->row, 0);
        table->n_cells = 0;
        table->line = table->text->line;
        if (simstow_text_input_peek (table->text) < 0) {
            if (table->text->error)
                return simstow_text_input_end_early (table->text, error);
            return TRUE;
        }
        for (ended = FALSE; !ended;) {
            if (table->n_cells == CELLS)
                return refuse (table, error, _ ("more cells than any table has"));
            table->cells[table->n_cells++] = table->row->len;
            if (!read_cell (table, &ended, error))
                return FALSE;
        }
    } while (table->n_cells == 1 && table->row->len <= 1);
    return TRUE;
}

/* A cell; without the apostrophe that keeps spreadsheets from reckoning */
static const gchar *
get_cell (const Table *table, guint place)
{
    const gchar *cell = table->row->str + table->cells[place];
    gsize marks = strspn (cell, "'");

    return marks > 0 && cell[marks] != '\0' && strchr (FORMULA, cell[marks]) ? cell + 1 : cell;
}

static gboolean
refuse_cell (Table *table, GError **error, const gchar *cell)
{
    g_autofree gchar *reason =
        g_strdup_printf (_ ("\"%.64s\" in a cell where it means nothing"), cell);

    return refuse (table, error, reason);
}

/* Milliseconds, as Android has them, or a date */
static gboolean
parse_date (Table *table, const gchar *cell, gint64 *date, GError **error)
{
    if (!*cell || g_ascii_string_to_signed (cell, 10, 0, G_MAXINT64 / MS_A_SECOND, date, NULL) ||
        simstow_record_parse_time (cell, date))
        return TRUE;
    return refuse_cell (table, error, cell);
}

static gboolean
parse_flag (const gchar *cell)
{
    return strcmp (cell, "1") == 0 || g_ascii_strcasecmp (cell, "true") == 0 ||
           g_ascii_strcasecmp (cell, "yes") == 0;
}

static gboolean
parse_number (Table *table,
              const gchar *cell,
              gint64 minimum,
              gint64 maximum,
              gint64 *number,
              GError **error)
{
    if (!*cell || strcmp (cell, "null") == 0 ||
        g_ascii_string_to_signed (cell, 10, minimum, maximum, number, NULL))
        return TRUE;
    return refuse_cell (table, error, cell);
}

/* A word of ours, or one of Android's numbers */
static gboolean
parse_type (Table *table, const gchar *cell, SimstowRecord *record, GError **error)
{
    g_autofree gchar *word = g_ascii_strdown (cell, -1);
    gboolean call = record->kind == SIMSTOW_RECORD_CALL;
    guint known = call ? simstow_call_type_from_word (word) : simstow_folder_from_word (word);
    gint64 number = known;

    if (known == 0 && strcmp (word, "unknown") != 0 &&
        !parse_number (table,
                       cell,
                       0,
                       call ? SIMSTOW_CALL_ELSEWHERE : SIMSTOW_FOLDER_QUEUED,
                       &number,
                       error))
        return FALSE;
    if (call)
        record->type = (SimstowCallType) number;
    else if (number != 0)
        record->folder = (SimstowFolder) number;
    return TRUE;
}

static void
set_direction (SimstowRecord *record, const gchar *cell)
{
    static const gchar *const out[] = {"out", "outgoing", "sent", "o", NULL};
    g_autofree gchar *word = g_ascii_strdown (cell, -1);
    gboolean outgoing = g_strv_contains (out, word);

    if (!*word)
        return;
    if (record->kind == SIMSTOW_RECORD_MESSAGE && record->folder == SIMSTOW_FOLDER_UNKNOWN)
        record->folder = outgoing ? SIMSTOW_FOLDER_SENT : SIMSTOW_FOLDER_RECEIVED;
    if (record->kind == SIMSTOW_RECORD_CALL && record->type == SIMSTOW_CALL_UNKNOWN)
        record->type = outgoing ? SIMSTOW_CALL_OUTGOING : SIMSTOW_CALL_INCOMING;
}

static void
set_slot (SimstowRecord *record, const gchar *cell)
{
    if (*cell && strcmp (cell, "-1") != 0 && strcmp (cell, "null") != 0 && !record->sim)
        record->sim = g_strconcat (SIMSTOW_SIM_SLOT, cell, NULL);
}

static const gchar *
not_null (const gchar *cell)
{
    return strcmp (cell, "null") != 0 ? cell : "";
}

static gboolean
take_cell (Table *table, Column column, const gchar *cell, SimstowRecord *record, GError **error)
{
    gint64 number = -1;

    switch (column) {
    case COLUMN_DATE:
        return parse_date (table, cell, &record->date, error);
    case COLUMN_SENT:
        return parse_date (table, cell, &record->sent, error);
    case COLUMN_TYPE:
        return parse_type (table, cell, record, error);
    case COLUMN_DIRECTION:
        set_direction (record, cell);
        return TRUE;
    case COLUMN_ADDRESS:
        simstow_record_set (&record->address, cell);
        return TRUE;
    case COLUMN_CONTACT_NAME:
        simstow_record_set (&record->name, not_null (cell));
        return TRUE;
    case COLUMN_READ:
        record->unread = *cell && !parse_flag (cell);
        return TRUE;
    case COLUMN_STATUS:
        if (!parse_number (table, cell, -1, G_MAXINT, &number, error))
            return FALSE;
        record->status = (gint) number;
        return TRUE;
    case COLUMN_PROTOCOL:
        number = 0;
        if (!parse_number (table, cell, 0, 255, &number, error))
            return FALSE;
        record->protocol = (guint) number;
        return TRUE;
    case COLUMN_SMSC:
        simstow_record_set (&record->smsc, not_null (cell));
        return TRUE;
    case COLUMN_SUBJECT:
        simstow_record_set (&record->subject, not_null (cell));
        return TRUE;
    case COLUMN_LOCKED:
        record->locked = parse_flag (cell);
        return TRUE;
    case COLUMN_MULTIMEDIA:
        record->multimedia = parse_flag (cell);
        return TRUE;
    case COLUMN_SIM:
        simstow_record_set (&record->sim, cell);
        return TRUE;
    case COLUMN_SLOT:
        set_slot (record, cell);
        return TRUE;
    case COLUMN_BODY:
        simstow_record_set (&record->text, cell);
        return TRUE;
    case COLUMN_DURATION:
        return parse_number (table, cell, 0, G_MAXINT64, &record->duration, error);
    case COLUMN_PRESENTATION:
        number = 0;
        if (!parse_number (table, cell, 0, 4, &number, error))
            return FALSE;
        record->presentation = (guint) number;
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean
hand_over_row (Reader *reader, GError **error)
{
    SimstowRecord record;
    gboolean done = TRUE;
    guint i;

    simstow_record_init (&record, reader->kind);
    for (i = 0; done && i < reader->n_columns; i++)
        done = take_cell (reader->table,
                          reader->columns[i],
                          get_cell (reader->table, i),
                          &record,
                          error);
    if (done && record.kind == SIMSTOW_RECORD_MESSAGE && record.folder == SIMSTOW_FOLDER_UNKNOWN &&
        !has (reader->columns, reader->n_columns, COLUMN_TYPE))
        record.folder = SIMSTOW_FOLDER_RECEIVED;
    done = done && reader->input->func (&record, reader->input->user_data, error);
    simstow_record_clear (&record);
    return done;
}

/* "a ::: b" of Google's, "a;b" of Outlook's groups */
static void
add_each (SimstowContact *contact, const gchar *cell, Column column)
{
    gboolean groups = column == COLUMN_GROUPS;
    g_auto (GStrv) parts = g_strsplit (cell, groups && !strstr (cell, JOINT) ? ";" : JOINT, -1);
    guint i;

    for (i = 0; parts[i]; i++) {
        const gchar *part = g_strstrip (parts[i]);

        if (!*part)
            continue;
        if (column == COLUMN_EMAILS)
            g_ptr_array_add (contact->emails, g_strdup (part));
        else if (column == COLUMN_NICKNAMES)
            simstow_contact_add_second_name (contact, part);
        /* what Google puts in front of its own groups */
        else if (groups && !g_str_has_prefix (part, "* "))
            simstow_contact_add_group (contact, part);
    }
}

static void
add_numbers (GPtrArray *numbers, const gchar *cell, gboolean first)
{
    g_auto (GStrv) parts = g_strsplit (cell, JOINT, -1);
    guint i;

    for (i = 0; parts[i]; i++)
        if (*g_strstrip (parts[i]))
            g_ptr_array_insert (numbers, first ? (gint) i : -1, g_strdup (parts[i]));
}

static void
set_numbers (SimstowContact *contact, const GPtrArray *numbers)
{
    guint i;

    for (i = 0; i < numbers->len; i++) {
        guint type;
        g_autofree gchar *number = simstow_record_plain_number (numbers->pdata[i], &type);

        if (i > 0) {
            simstow_contact_add_number (contact, number, type);
            continue;
        }
        g_free (contact->number);
        contact->number = g_steal_pointer (&number);
        contact->type = type;
    }
}

static void
append_name (GString *name, const gchar *part)
{
    if (*part && name->len > 0)
        g_string_append_c (name, ' ');
    g_string_append (name, part);
}

static SimstowContact *
make_contact (Reader *reader)
{
    static const Column order[] = {COLUMN_GIVEN, COLUMN_MIDDLE, COLUMN_FAMILY};
    SimstowContact *contact = simstow_contact_new ("phonebook/sm", 0, "", SIMSTOW_TYPE_UNKNOWN, "");
    g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GString) name = g_string_new (NULL);
    gboolean named = FALSE;
    guint i, j;

    for (i = 0; i < reader->n_columns; i++) {
        const gchar *cell = get_cell (reader->table, i);
        Column column = reader->columns[i];

        if (column == COLUMN_CONTACT_NAME && *cell) {
            g_string_assign (name, cell);
            named = TRUE;
        }
        if (column == COLUMN_ADDRESS || column == COLUMN_FIRST_NUMBER)
            add_numbers (numbers, cell, TRUE);
        else if (column == COLUMN_NUMBERS)
            add_numbers (numbers, cell, FALSE);
        else if (column == COLUMN_SIM && *cell)
            contact->sim = g_strdup (cell);
        else if (column == COLUMN_EMAILS || column == COLUMN_NICKNAMES || column == COLUMN_GROUPS)
            add_each (contact, cell, column);
        else if (column == COLUMN_OTHER && *cell)
            reader->input->losses->counts[SIMSTOW_LOSS_PROPERTIES]++;
    }
    for (j = 0; !named && j < G_N_ELEMENTS (order); j++)
        for (i = 0; i < reader->n_columns; i++)
            if (reader->columns[i] == order[j])
                append_name (name, get_cell (reader->table, i));
    g_free (contact->name);
    contact->name = g_strdup (name->str);
    set_numbers (contact, numbers);
    return contact;
}

static gboolean
hand_over_contact (Reader *reader, GError **error)
{
    SimstowRecord record;
    gboolean done = TRUE;

    simstow_record_init (&record, SIMSTOW_RECORD_CONTACT);
    record.contact = make_contact (reader);
    simstow_record_set (&record.sim, record.contact->sim);
    if (*record.contact->name || *record.contact->number || record.contact->emails->len > 0)
        done = reader->input->func (&record, reader->input->user_data, error);
    else
        reader->input->losses->counts[SIMSTOW_LOSS_NAMELESS]++;
    simstow_record_clear (&record);
    return done;
}

/* number,1|2,"yyyy-MM-dd hh:mm:ss","text" */
static gboolean
is_meego (const Table *table)
{
    gint64 time;

    return table->n_cells == 4 &&
           (strcmp (get_cell (table, 1), "1") == 0 || strcmp (get_cell (table, 1), "2") == 0) &&
           simstow_record_parse_time (get_cell (table, 2), &time);
}

static gboolean
read_head (Reader *reader, gboolean *is_row, GError **error)
{
    static const Column meego[] = {COLUMN_ADDRESS, COLUMN_TYPE, COLUMN_DATE, COLUMN_BODY};
    Table *table = reader->table;
    guint i;

    *is_row = is_meego (table);
    reader->n_columns = table->n_cells;
    for (i = 0; i < table->n_cells; i++)
        reader->columns[i] = *is_row ? meego[i] : find_column (get_cell (table, i));
    if (find_kind (reader->columns, reader->n_columns, &reader->kind))
        return TRUE;
    return refuse (table, error, _ ("the names of the columns tell of no known table"));
}

/* Between which of the usual separators the first row has most cells */
static gchar
guess_separator (const gchar *head, gsize length)
{
    static const gchar separators[] = {',', ';', '\t'};
    guint counts[G_N_ELEMENTS (separators)] = {0};
    gboolean quoted = FALSE;
    guint best = 0;
    gsize at;
    guint i;

    for (at = 0; at < length && (quoted || head[at] != '\n'); at++) {
        quoted ^= head[at] == '"';
        for (i = 0; !quoted && i < G_N_ELEMENTS (separators); i++)
            counts[i] += head[at] == separators[i];
    }
    for (i = 1; i < G_N_ELEMENTS (separators); i++)
        if (counts[i] > counts[best])
            best = i;
    return counts[best] > 0 ? separators[best] : '\0';
}

static gboolean
take_row (Reader *reader, GError **error)
{
    if (reader->table->n_cells != reader->n_columns)
        return refuse (reader->table,
                       error,
                       _ ("a row that has not as many cells as the first one"));
    return reader->kind == SIMSTOW_RECORD_CONTACT ? hand_over_contact (reader, error)
                                                  : hand_over_row (reader, error);
}

static gboolean
read_table (Reader *reader, GError **error)
{
    gboolean is_row;

    if (!read_row (reader->table, error) || !read_head (reader, &is_row, error))
        return FALSE;
    if (is_row && !take_row (reader, error))
        return FALSE;
    for (;;) {
        if (!read_row (reader->table, error))
            return FALSE;
        if (reader->table->n_cells == 0)
            return TRUE;
        if (!take_row (reader, error))
            return FALSE;
    }
}

static gboolean
read_file (SimstowFormatInput *input, GError **error)
{
    g_autoptr (SimstowTextInput) text =
        simstow_text_input_new (input->stream, NULL, input->cancellable, error);
    g_autoptr (GString) row = g_string_new (NULL);
    g_autofree Table *table = g_new0 (Table, 1);
    g_autofree Reader *reader = g_new0 (Reader, 1);

    if (!text)
        return FALSE;
    table->text = text;
    table->losses = input->losses;
    table->row = row;
    simstow_text_input_peek (text);
    table->separator = guess_separator (text->at, (gsize) (text->end - text->at));
    reader->input = input;
    reader->table = table;
    return read_table (reader, error);
}

/* A first row whose cells are known */
static gboolean
sniff (const gchar *head, gsize length)
{
    gsize from = length >= 3 && memcmp (head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    g_autoptr (GInputStream) memory =
        g_memory_input_stream_new_from_data (head + from, (gssize) (length - from), NULL);
    g_autoptr (SimstowTextInput) text = simstow_text_input_new (memory, NULL, NULL, NULL);
    g_autoptr (GString) row = g_string_new (NULL);
    g_autofree Table *table = g_new0 (Table, 1);
    g_autofree Reader *reader = g_new0 (Reader, 1);
    SimstowLosses losses = {{0}};
    gboolean is_row;

    table->separator = guess_separator (head + from, length - from);
    if (!text || table->separator == '\0')
        return FALSE;
    table->text = text;
    table->losses = &losses;
    table->row = row;
    reader->table = table;
    return read_row (table, NULL) && table->n_cells > 1 && read_head (reader, &is_row, NULL);
}

static void
append_cell (const SimstowFormatOutput *output, GString *text, const gchar *cell, gboolean last)
{
    gsize marks;
    gboolean quoted;

    cell = cell ? cell : "";
    marks = strspn (cell, "'");
    quoted = cell[strcspn (cell, "\",\r\n")] != '\0';
    if (quoted)
        g_string_append_c (text, '"');
    if (cell[marks] != '\0' && strchr (FORMULA, cell[marks]) &&
        (marks > 0 || output->options->csv_safe))
        g_string_append_c (text, '\'');
    if (!strchr (cell, '"'))
        g_string_append (text, cell);
    else
        for (; *cell; cell++)
            g_string_append (text, (const gchar[]){*cell, *cell == '"' ? '"' : '\0', '\0'});
    if (quoted)
        g_string_append_c (text, '"');
    g_string_append (text, last ? "\r\n" : ",");
}

static void
append_number (const SimstowFormatOutput *output, GString *text, gint64 number)
{
    gchar digits[24];

    g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, number);
    append_cell (output, text, digits, FALSE);
}

/* ISO 8601 in UTC, with milliseconds where there are any */
static void
append_date (const SimstowFormatOutput *output, GString *text, gint64 date)
{
    gchar cell[SIMSTOW_TIME_SIZE + 4] = "";
    guint rest = (guint) (date % MS_A_SECOND);

    if (date != 0 && !simstow_time_format (date / MS_A_SECOND, 0, cell)) {
        append_number (output, text, date);
        return;
    }
    if (rest != 0)
        g_snprintf (cell + strlen (cell) - 1, 6, ".%03uZ", rest);
    append_cell (output, text, cell, FALSE);
}

static void
add_message (const SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    append_date (output, text, record->date);
    append_date (output, text, record->sent);
    append_cell (output, text, record->folder <= SIMSTOW_FOLDER_RECEIVED ? "in" : "out", FALSE);
    append_cell (output, text, simstow_folder_word (record->folder), FALSE);
    append_cell (output, text, record->address, FALSE);
    append_cell (output, text, record->name, FALSE);
    append_number (output, text, record->unread ? 0 : 1);
    append_number (output, text, record->status);
    append_number (output, text, record->locked ? 1 : 0);
    append_number (output, text, record->protocol);
    append_number (output, text, record->multimedia ? 1 : 0);
    append_cell (output, text, record->smsc, FALSE);
    append_cell (output, text, record->sim, FALSE);
    append_cell (output, text, record->subject, FALSE);
    append_cell (output, text, record->text, TRUE);
}

static void
add_call (const SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    append_date (output, text, record->date);
    append_cell (output, text, simstow_call_type_word (record->type), FALSE);
    append_cell (output, text, record->address, FALSE);
    append_cell (output, text, record->name, FALSE);
    if (record->duration >= 0)
        append_number (output, text, record->duration);
    else
        append_cell (output, text, "", FALSE);
    append_number (output, text, record->presentation);
    append_cell (output, text, record->sim, TRUE);
}

static void
append_joined (GString *cell, const gchar *text)
{
    if (text && cell->len > 0)
        g_string_append (cell, JOINT);
    g_string_append (cell, text ? text : "");
}

static void
append_list (const SimstowFormatOutput *output,
             GString *text,
             const gchar *first,
             const GPtrArray *further)
{
    g_autoptr (GString) cell = g_string_new (first);
    guint i;

    for (i = 0; i < further->len; i++)
        append_joined (cell, further->pdata[i]);
    append_cell (output, text, cell->str, FALSE);
}

/* What else there is of a contact, and has no column */
static void
count_properties (SimstowFormatOutput *output, const SimstowContact *contact)
{
    g_autoptr (GPtrArray) cards =
        contact->foreign ? simstow_vcard_parse (contact->foreign, strlen (contact->foreign), NULL)
                         : NULL;

    if (cards && cards->len == 1)
        output->losses->counts[SIMSTOW_LOSS_PROPERTIES] +=
            ((const SimstowVcard *) cards->pdata[0])->properties->len;
    output->losses->counts[SIMSTOW_LOSS_PROPERTIES] +=
        (contact->hidden ? 1 : 0) + (contact->sip_uri ? 1 : 0) + (contact->tel_uri ? 1 : 0);
}

static gboolean
add_contact (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    const SimstowContact *contact = record->contact;
    g_autofree gchar *number = simstow_record_dial_number (contact->number, contact->type);
    g_autoptr (GString) further = g_string_new (NULL);
    guint i;

    if (!*contact->name && !*number && contact->emails->len == 0) {
        output->losses->counts[SIMSTOW_LOSS_NAMELESS]++;
        return FALSE;
    }
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *other = contact->numbers->pdata[i];
        g_autofree gchar *dialled = simstow_record_dial_number (other->number, other->type);

        append_joined (further, dialled);
    }
    append_cell (output, text, contact->name, FALSE);
    append_cell (output, text, number, FALSE);
    append_cell (output, text, further->str, FALSE);
    append_list (output, text, NULL, contact->emails);
    append_list (output, text, contact->second_name, contact->second_names);
    append_list (output, text, contact->group, contact->groups);
    append_cell (output, text, record->sim ? record->sim : contact->sim, TRUE);
    count_properties (output, contact);
    return TRUE;
}

static gboolean
add (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    switch (record->kind) {
    case SIMSTOW_RECORD_MESSAGE:
        add_message (output, record, text);
        break;
    case SIMSTOW_RECORD_CONTACT:
        return add_contact (output, record, text);
    case SIMSTOW_RECORD_CALL:
        add_call (output, record, text);
        break;
    }
    return TRUE;
}

static void
begin (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    static const gchar *const heads[] = {
        [SIMSTOW_RECORD_MESSAGE] = "date,date_sent,direction,type,address,contact_name,read,status,"
                                   "locked,protocol,multimedia,service_center,sim,subject,body",
        [SIMSTOW_RECORD_CONTACT] = "name,number,further_numbers,emails,nicknames,groups,sim",
        [SIMSTOW_RECORD_CALL] = "date,type,number,contact_name,duration,presentation,sim",
    };

    g_string_append (text, heads[kind]);
    g_string_append (text, "\r\n");
}

static const gchar *const extensions[] = {".csv", NULL};

const SimstowFormat simstow_format_csv = {
    .name = "csv",
    .extensions = extensions,
    .sniff = sniff,
    .read = read_file,
    .kinds = SIMSTOW_FORMAT_ALL,
    .single = TRUE,
    .add = add,
    .begin = begin,
};
