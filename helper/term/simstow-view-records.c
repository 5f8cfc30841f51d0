/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, contacts, calls and files of the SIM for people. The bytes of files are the
 * truth; what they mean is told of those that say something to a person.
 */

#include "config.h"

#include "simstow-view.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "simstow-alpha.h"
#include "simstow-bcd.h"
#include "simstow-ef.h"
#include "simstow-hex.h"
#include "simstow-history.h"
#include "simstow-pager.h"
#include "simstow-reader.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

static gchar *
format_date (gint64 utc)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (utc);

    return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("");
}

gchar *
simstow_view_seen (gint64 first, gint64 last)
{
    g_autofree gchar *from = NULL;
    g_autofree gchar *to = NULL;

    if (last == 0)
        return g_strdup ("");
    from = format_date (first);
    to = format_date (last);
    if (g_str_equal (from, to))
        return g_steal_pointer (&to);
    return g_strdup_printf (_ ("%s to %s"), from, to);
}

gchar *
simstow_view_seen_message (const SimstowMessage *message)
{
    gint64 first;
    gint64 last;

    simstow_history_get_message_seen (message, &first, &last);
    return simstow_view_seen (first, last);
}

#define BEGINNING 40

static gchar *
message_time (const SimstowMessage *message)
{
    gint zone;
    gint64 time = simstow_message_get_time (message, &zone);

    return time >= 0 ? simstow_text_time (time, zone) : g_strdup ("");
}

static const gchar *
message_address (const SimstowMessage *message)
{
    return message->tpdu != NULL ? message->tpdu->address.number : NULL;
}

static gchar *
origin_time (const SimstowOrigin *origin)
{
    return origin->time >= 0 ? simstow_text_time (origin->time, origin->zone) : g_strdup ("");
}

/* Columns beside the text, roughly: to see whether a pager is needed */
#define BESIDE 52

/* A table of messages; first measured, then printed */
typedef struct {
    SimstowTable *table;
    gboolean with_seen;
    const SimstowThread *thread;
    gboolean measured;
    guint width;
    guint64 lines;
} MessageTable;

static void
count_lines (MessageTable *messages, const gchar *text)
{
    guint room = MAX (messages->width, BESIDE + 20) - BESIDE;

    messages->lines += 1 + g_utf8_strlen (text, -1) / room;
}

static void
on_row (const SimstowJoined *joined,
        const SimstowOrigin *origin,
        const SimstowThread *thread,
        gpointer user_data)
{
    MessageTable *messages = user_data;
    SimstowTable *table = messages->table;
    g_autofree gchar *time = origin_time (origin);
    g_autofree gchar *text = simstow_joined_get_text (joined);

    count_lines (messages, text);
    simstow_table_add (table, time);
    simstow_table_add (table, origin->address);
    simstow_table_add (table, _ (simstow_message_status_to_string (joined->first->status)));
    simstow_table_add_format (table, "%s %u", joined->first->store, joined->first->index);
    if (messages->with_seen) {
        g_autofree gchar *seen = simstow_view_seen_message (joined->first);

        simstow_table_add (table, seen);
    }
    simstow_table_add (table, text);
}

static gboolean
print_messages (const SimstowTimeline *timeline,
                SimstowTimelineFunc func,
                MessageTable *messages,
                GError **error)
{
    g_autoptr (SimstowPager) pager = NULL;

    messages->width = simstow_terminal_width (STDOUT_FILENO);
    simstow_table_set_width (messages->table, messages->width);
    simstow_table_measure (messages->table);
    if (!simstow_timeline_each (timeline, func, messages, error))
        return FALSE;
    pager = simstow_pager_new (messages->lines + 1);
    messages->measured = TRUE;
    messages->thread = NULL;
    simstow_table_stream (messages->table, FALSE);
    return simstow_timeline_each (timeline, func, messages, error);
}

gboolean
simstow_view_messages (const SimstowTimeline *timeline, gboolean with_seen, GError **error)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    MessageTable messages = {.table = table, .with_seen = with_seen};

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("TIME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("FROM / TO"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("STATUS"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("PLACE"));
    if (with_seen)
        simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SEEN"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("TEXT"));
    return print_messages (timeline, on_row, &messages, error);
}

/* Who wrote it; with the number where the conversation has several */
static gchar *
message_author (const SimstowMessage *message,
                const SimstowOrigin *origin,
                const SimstowThread *thread)
{
    const gchar *address = thread->several ? origin->address : NULL;
    g_autofree gchar *label = simstow_thread_get_label (thread);
    g_autofree gchar *numbered =
        address != NULL ? g_strdup_printf ("%s (%s)", label, address) : g_strdup (label);

    if (message->status == SIMSTOW_MESSAGE_STATUS_UNSENT)
        return g_strdup (_ ("me, not sent"));
    if (message->tpdu != NULL && message->tpdu->type == SIMSTOW_TPDU_SUBMIT)
        return address != NULL ? g_strdup_printf (_ ("me, to %s"), address) : g_strdup (_ ("me"));
    if (message->status == SIMSTOW_MESSAGE_STATUS_UNREAD)
        return g_strdup_printf (_ ("%s, unread"), numbered);
    return g_steal_pointer (&numbered);
}

static void
print_thread_title (const SimstowThread *thread)
{
    g_autofree gchar *label = simstow_thread_get_label (thread);
    g_autofree gchar *count =
        g_strdup_printf (ngettext ("%u message", "%u messages", thread->count), thread->count);
    const gchar *address = thread->contact != NULL || thread->name != NULL ? thread->address : NULL;

    simstow_terminal_print ("%s%s%s%s, %s\n",
                            thread->number > 0 ? "\n" : "",
                            label,
                            address != NULL ? ", " : "",
                            address != NULL ? address : "",
                            count);
}

static void
on_said (const SimstowJoined *joined,
         const SimstowOrigin *origin,
         const SimstowThread *thread,
         gpointer user_data)
{
    MessageTable *messages = user_data;
    g_autofree gchar *time = origin_time (origin);
    g_autofree gchar *author = message_author (joined->first, origin, thread);
    g_autofree gchar *text = simstow_joined_get_text (joined);

    if (messages->thread != thread && messages->measured)
        print_thread_title (thread);
    messages->lines += messages->thread != thread ? 2 : 0;
    messages->thread = thread;
    count_lines (messages, text);
    simstow_table_add_format (messages->table, "  %s", time);
    simstow_table_add (messages->table, author);
    simstow_table_add (messages->table, text);
}

gboolean
simstow_view_conversations (const SimstowTimeline *timeline, GError **error)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    MessageTable messages = {.table = table};

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    return print_messages (timeline, on_said, &messages, error);
}

gchar *
simstow_view_list_extras (const SimstowContact *contact)
{
    g_autoptr (GPtrArray) extras = g_ptr_array_new_with_free_func (g_free);
    guint i;

    if (contact->second_name != NULL && *contact->second_name != '\0')
        g_ptr_array_add (extras, g_strdup (contact->second_name));
    for (i = 0; i < contact->second_names->len; i++)
        g_ptr_array_add (extras, g_strdup (g_ptr_array_index (contact->second_names, i)));
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *number = g_ptr_array_index (contact->numbers, i);
        g_autofree gchar *shown = simstow_text_number (number->number, number->type);

        g_ptr_array_add (extras,
                         number->label ? g_strdup_printf ("%s %s", number->label, shown)
                                       : g_strdup (shown));
    }
    for (i = 0; i < contact->emails->len; i++)
        g_ptr_array_add (extras, g_strdup (g_ptr_array_index (contact->emails, i)));
    if (contact->sip_uri != NULL)
        g_ptr_array_add (extras, g_strdup (contact->sip_uri));
    if (contact->tel_uri != NULL)
        g_ptr_array_add (extras, g_strdup (contact->tel_uri));
    if (contact->group != NULL && *contact->group != '\0')
        g_ptr_array_add (extras, g_strdup_printf (_ ("group %s"), contact->group));
    for (i = 0; i < contact->groups->len; i++)
        g_ptr_array_add (extras,
                         g_strdup_printf (_ ("group %s"),
                                          (const gchar *) g_ptr_array_index (contact->groups, i)));
    if (contact->hidden)
        g_ptr_array_add (extras, g_strdup (_ ("hidden")));
    g_ptr_array_add (extras, NULL);
    return g_strjoinv (", ", (gchar **) extras->pdata);
}

static void
add_contact (SimstowTable *table, const SimstowContact *contact, gboolean with_seen)
{
    g_autofree gchar *seen = simstow_view_seen (contact->first_seen, contact->last_seen);
    g_autofree gchar *number = simstow_text_number (contact->number, contact->type);
    g_autofree gchar *extras = simstow_view_list_extras (contact);

    simstow_table_add (table, contact->name);
    simstow_table_add (table, number);
    simstow_table_add_format (table, "%s %u", contact->store, contact->index);
    if (with_seen)
        simstow_table_add (table, seen);
    simstow_table_add (table, extras);
}

void
simstow_view_contacts (const GPtrArray *contacts)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    gboolean with_seen = contacts->len > 0 &&
                         ((const SimstowContact *) g_ptr_array_index (contacts, 0))->last_seen != 0;
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NAME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NUMBER"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("PLACE"));
    if (with_seen)
        simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SEEN"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("ALSO"));
    for (i = 0; i < contacts->len; i++)
        add_contact (table, g_ptr_array_index (contacts, i), with_seen);
    simstow_table_print (table, FALSE);
}

const gchar *
simstow_view_name_call (const SimstowCall *call)
{
    static const struct {
        const gchar *store;
        const gchar *word;
    } kinds[] = {
        {"calls/dialled", N_ ("dialled")},
        {"calls/received", N_ ("received")},
        {"calls/missed", N_ ("missed")},
        {"calls/last", N_ ("last dialled")},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (g_str_equal (kinds[i].store, call->store))
            return _ (kinds[i].word);
    }
    return call->store;
}

gchar *
simstow_view_number_call (const SimstowCall *call)
{
    return *call->number != '\0' ? simstow_text_number (call->number, call->type)
                                 : g_strdup (_ ("hidden number"));
}

/* Only simstow watch and other programs' files tell how long a call took */
static gboolean
has_durations (const GPtrArray *calls)
{
    guint i;

    for (i = 0; i < calls->len; i++)
        if (((const SimstowCall *) g_ptr_array_index (calls, i))->duration >= 0)
            return TRUE;
    return FALSE;
}

static void
add_duration (SimstowTable *table, gint seconds)
{
    if (seconds < 0)
        simstow_table_add (table, NULL);
    else
        simstow_table_add_format (table,
                                  "%d:%02d:%02d",
                                  seconds / 3600,
                                  seconds / 60 % 60,
                                  seconds % 60);
}

static void
add_call (SimstowTable *table, const SimstowCall *call, gboolean with_took, gboolean with_seen)
{
    g_autofree gchar *seen = simstow_view_seen (call->first_seen, call->last_seen);
    g_autofree gchar *number = simstow_view_number_call (call);

    simstow_table_add (table, simstow_view_name_call (call));
    if (call->index != 0)
        simstow_table_add_format (table, "%u", call->index);
    else
        simstow_table_add (table, NULL);
    simstow_table_add (table, number);
    simstow_table_add (table, call->name);
    simstow_table_add (table, call->time);
    if (with_took)
        add_duration (table, call->duration);
    if (with_seen)
        simstow_table_add (table, seen);
}

void
simstow_view_calls (const GPtrArray *calls)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    gboolean with_took = has_durations (calls);
    gboolean with_seen =
        calls->len > 0 && ((const SimstowCall *) g_ptr_array_index (calls, 0))->last_seen != 0;
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("CALL"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("NO"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NUMBER"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NAME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("TIME"));
    if (with_took)
        simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("TOOK"));
    if (with_seen)
        simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SEEN"));
    for (i = 0; i < calls->len; i++)
        add_call (table, g_ptr_array_index (calls, i), with_took, with_seen);
    simstow_table_print (table, FALSE);
}

/* Puts what is known of a record side by side. */
static gchar *
join_known (const gchar *first, const gchar *second, const gchar *third)
{
    const gchar *words[] = {first, second, third};
    g_autoptr (GString) out = g_string_new (NULL);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (words); i++) {
        if (words[i] != NULL && *words[i] != '\0')
            g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", words[i]);
    }
    return simstow_text_line (out->str);
}

gchar *
simstow_view_describe_message (const SimstowMessage *message)
{
    g_autofree gchar *time = message_time (message);
    g_autofree gchar *line = NULL;
    g_autofree gchar *beginning = NULL;
    g_autofree gchar *quoted = NULL;

    if (message->tpdu != NULL && message->tpdu->text != NULL) {
        line = simstow_text_line (message->tpdu->text);
        beginning = simstow_text_fit (line, BEGINNING);
        quoted = g_strdup_printf ("\"%s\"", beginning);
    }
    return join_known (message_address (message), time, quoted);
}

gchar *
simstow_view_describe_contact (const SimstowContact *contact)
{
    g_autofree gchar *number = simstow_text_number (contact->number, contact->type);

    return join_known (contact->name, number, NULL);
}

gchar *
simstow_view_describe_call (const SimstowCall *call)
{
    g_autofree gchar *number = simstow_view_number_call (call);

    return join_known (call->name, number, call->time);
}

#define PLMN_SIZE 3
#define ECC_SIZE  3

/* Of EF_SMSP: what follows the name, and in it the service centre, a length before it */
#define SMSP_FIXED_SIZE 28
#define SMSP_CENTRE     13
#define SMSP_CENTRE_MAX 11

typedef struct {
    const gchar *name;
    gchar *(*tell) (const guint8 *data, gsize size);
} Meaning;

static gboolean
is_empty (const guint8 *data, gsize size)
{
    gsize i;

    for (i = 0; i < size; i++) {
        if (data[i] != 0xFF)
            return FALSE;
    }
    return TRUE;
}

static gchar *
tell_iccid (const guint8 *data, gsize size)
{
    return simstow_bcd_decode_iccid (data, size, NULL);
}

static gchar *
tell_imsi (const guint8 *data, gsize size)
{
    return simstow_bcd_decode_imsi (data, size, NULL);
}

/* A name and a number side by side, those that there are */
static gchar *
join (const gchar *name, const gchar *number)
{
    g_autofree gchar *line =
        g_strdup_printf ("%s%s%s", name, *name != '\0' && *number != '\0' ? " " : "", number);

    return *line != '\0' ? simstow_text_line (line) : NULL;
}

static gchar *
tell_number (const guint8 *data, gsize size)
{
    g_auto (SimstowEfAdn) adn = {0};
    g_autofree gchar *number = NULL;

    if (!simstow_ef_adn_decode (data, size, &adn, NULL) || !adn.used)
        return NULL;
    number = simstow_text_number (adn.number, adn.type);
    return join (adn.name, number);
}

/* How to show the name comes first. */
static gchar *
tell_provider (const guint8 *data, gsize size)
{
    SimstowReader reader;
    const guint8 *text;
    guint8 condition;
    g_autofree gchar *name = NULL;

    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_u8 (&reader, &condition, NULL) ||
        !simstow_reader_take (&reader, size - 1, &text, NULL))
        return NULL;
    name = simstow_alpha_decode (text, size - 1, NULL);
    return join (name, "");
}

static gchar *
tell_emergency (const guint8 *data, gsize size)
{
    SimstowReader reader;
    const guint8 *code;
    const guint8 *text;
    g_autofree gchar *name = NULL;
    g_autofree gchar *number = NULL;

    simstow_reader_init (&reader, data, size);
    if (size <= ECC_SIZE || !simstow_reader_take (&reader, ECC_SIZE, &code, NULL) ||
        !simstow_reader_take (&reader, size - ECC_SIZE - 1, &text, NULL))
        return NULL;
    number = simstow_bcd_decode_dialling (code, ECC_SIZE);
    name = simstow_alpha_decode (text, size - ECC_SIZE - 1, NULL);
    return join (name, number);
}

/* The number of the service centre is all that phones use of it. */
static gchar *
tell_centre (const guint8 *data, gsize size)
{
    SimstowReader reader;
    const guint8 *unused;
    const guint8 *digits;
    guint8 length;
    guint8 type;
    g_autofree gchar *number = NULL;
    g_autofree gchar *centre = NULL;

    simstow_reader_init (&reader, data, size);
    if (size < SMSP_FIXED_SIZE ||
        !simstow_reader_take (&reader, size - SMSP_FIXED_SIZE + SMSP_CENTRE, &unused, NULL) ||
        !simstow_reader_u8 (&reader, &length, NULL) || length < 2 || length > SMSP_CENTRE_MAX ||
        !simstow_reader_u8 (&reader, &type, NULL) ||
        !simstow_reader_take (&reader, length - 1, &digits, NULL))
        return NULL;
    number = simstow_bcd_decode (digits, length - 1, G_MAXUINT);
    centre = simstow_text_number (number, type);
    return g_strdup_printf (_ ("service centre %s"), centre);
}

/* Entries of @step octets, a network in the first three of each. */
static gchar *
tell_networks (const guint8 *data, gsize size, gsize step)
{
    g_autoptr (GString) out = g_string_new (NULL);
    SimstowReader reader;
    const guint8 *entry;

    simstow_reader_init (&reader, data, size);
    while (simstow_reader_take (&reader, step, &entry, NULL)) {
        g_autofree gchar *plmn = simstow_bcd_decode_plmn (entry, PLMN_SIZE, NULL);

        if (plmn != NULL && *plmn != '\0')
            g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", plmn);
    }
    return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static gchar *
tell_plain_networks (const guint8 *data, gsize size)
{
    return tell_networks (data, size, PLMN_SIZE);
}

static gchar *
tell_networks_with_technologies (const guint8 *data, gsize size)
{
    return tell_networks (data, size, PLMN_SIZE + 2);
}

/* Two letters for each language, ISO 639 */
static gchar *
tell_languages (const guint8 *data, gsize size)
{
    g_autoptr (GString) out = g_string_new (NULL);
    SimstowReader reader;
    const guint8 *code;

    simstow_reader_init (&reader, data, size);
    while (simstow_reader_take (&reader, 2, &code, NULL)) {
        if (g_ascii_isalpha (code[0]) && g_ascii_isalpha (code[1]))
            g_string_append_printf (out, "%s%c%c", out->len > 0 ? ", " : "", code[0], code[1]);
    }
    return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static const Meaning meanings[] = {
    {"EF_ICCID", tell_iccid},
    {"EF_PL", tell_languages},
    {"EF_LI", tell_languages},
    {"EF_IMSI", tell_imsi},
    {"EF_SPN", tell_provider},
    {"EF_MSISDN", tell_number},
    {"EF_FDN", tell_number},
    {"EF_SDN", tell_number},
    {"EF_MBDN", tell_number},
    {"EF_SMSP", tell_centre},
    {"EF_ECC", tell_emergency},
    {"EF_PLMNwAcT", tell_networks_with_technologies},
    {"EF_OPLMNwAcT", tell_networks_with_technologies},
    {"EF_HPLMNwAcT", tell_networks_with_technologies},
    {"EF_EHPLMN", tell_plain_networks},
    {"EF_FPLMN", tell_plain_networks},
};

gchar *
simstow_view_simfile_meaning (const gchar *name, const guint8 *data, gsize size)
{
    guint i;

    if (is_empty (data, size))
        return NULL;
    for (i = 0; i < G_N_ELEMENTS (meanings); i++) {
        if (g_str_equal (meanings[i].name, name))
            return meanings[i].tell (data, size);
    }
    return NULL;
}

/* A row: @number is that of a record, 0 for none. */
static void
add_row (SimstowTable *table,
         const SimstowSimfile *simfile,
         guint number,
         const gchar *meaning,
         const gchar *contents)
{
    simstow_table_add (table, simfile->name);
    simstow_table_add (table, simfile->path);
    simstow_table_add (table, simfile->structure);
    if (number > 0)
        simstow_table_add_format (table, "%u", number);
    else
        simstow_table_add (table, NULL);
    simstow_table_add (table, meaning);
    simstow_table_add (table, contents);
}

/* Returns whether there was anything to show. */
static gboolean
add_contents (SimstowTable *table, const SimstowSimfile *simfile, guint number, GBytes *contents)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (contents, &size);
    g_autofree gchar *meaning = NULL;
    g_autofree gchar *hex = NULL;

    if (is_empty (data, size))
        return FALSE;
    meaning = simstow_view_simfile_meaning (simfile->name, data, size);
    hex = simstow_hex_encode_bytes (contents);
    add_row (table, simfile, number, meaning, hex);
    return TRUE;
}

static gboolean
add_records (SimstowTable *table, const SimstowSimfile *simfile)
{
    gboolean added = FALSE;
    guint i;

    for (i = 0; simfile->records[i] != NULL; i++) {
        g_autoptr (GBytes) record = simstow_hex_decode (simfile->records[i], -1, NULL);

        if (record != NULL)
            added = add_contents (table, simfile, i + 1, record) || added;
    }
    return added;
}

static void
add_simfile (SimstowTable *table, const SimstowSimfile *simfile)
{
    gboolean added = FALSE;

    if (simfile->fault != NULL) {
        add_row (table, simfile, 0, NULL, simfile->fault);
        return;
    }
    if (simfile->raw != NULL)
        added = add_contents (table, simfile, 0, simfile->raw);
    else if (simfile->records != NULL)
        added = add_records (table, simfile);
    if (!added)
        add_row (table, simfile, 0, _ ("empty"), NULL);
}

void
simstow_view_simfiles (const GPtrArray *simfiles)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("FILE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("PATH"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("STRUCTURE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("NO"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("MEANING"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("BYTES"));
    for (i = 0; i < simfiles->len; i++)
        add_simfile (table, g_ptr_array_index (simfiles, i));
    simstow_table_print (table, FALSE);
}
