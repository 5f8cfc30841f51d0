/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, contacts and calls for people.
 */

#include "config.h"

#include "simstow-view-records.h"

#include <glib/gi18n.h>

#include "simstow-table.h"
#include "simstow-text.h"
#include "simstow-view-seen.h"

#define BEGINNING 40

static gchar *
message_time (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (tpdu == NULL || tpdu->type == SIMSTOW_TPDU_SUBMIT || tpdu->timestamp.utc < 0)
        return g_strdup ("");
    return simstow_text_time (tpdu->timestamp.utc, tpdu->timestamp.zone);
}

static const gchar *
message_address (const SimstowMessage *message)
{
    return message->tpdu != NULL ? message->tpdu->address.number : NULL;
}

typedef struct {
    SimstowTable *table;
    gboolean with_seen;
} MessageTable;

static void
on_joined (const SimstowJoined *joined, gpointer user_data)
{
    const MessageTable *messages = user_data;
    SimstowTable *table = messages->table;
    g_autofree gchar *time = message_time (joined->first);
    g_autofree gchar *text = simstow_joined_get_text (joined);

    simstow_table_add (table, time);
    simstow_table_add (table, message_address (joined->first));
    simstow_table_add (table, _ (simstow_message_status_to_string (joined->first->status)));
    simstow_table_add_format (table, "%s %u", joined->first->store, joined->first->index);
    if (messages->with_seen) {
        g_autofree gchar *seen = simstow_view_seen_message (joined->first);

        simstow_table_add (table, seen);
    }
    simstow_table_add (table, text);
}

gboolean
simstow_view_messages (SimstowMessageSource *source,
                       const SimstowJoiner *joiner,
                       gboolean with_seen,
                       GError **error)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    MessageTable messages = {table, with_seen};

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("TIME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("FROM / TO"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("STATUS"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("PLACE"));
    if (with_seen)
        simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SEEN"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("TEXT"));
    simstow_table_measure (table);
    if (!simstow_joiner_each (joiner, source, on_joined, &messages, error))
        return FALSE;
    simstow_table_stream (table, FALSE);
    return simstow_joiner_each (joiner, source, on_joined, &messages, error);
}

/* All that a contact has beyond a name and a number. */
static gchar *
contact_extras (const SimstowContact *contact)
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
    g_autofree gchar *extras = contact_extras (contact);

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

static const gchar *
call_kind (const gchar *store)
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
        if (g_str_equal (kinds[i].store, store))
            return _ (kinds[i].word);
    }
    return store;
}

/* A caller may withhold the number */
static gchar *
call_number (const SimstowCall *call)
{
    return *call->number != '\0' ? simstow_text_number (call->number, call->type)
                                 : g_strdup (_ ("hidden number"));
}

static void
add_call (SimstowTable *table, const SimstowCall *call, gboolean with_seen)
{
    g_autofree gchar *seen = simstow_view_seen (call->first_seen, call->last_seen);
    g_autofree gchar *number = call_number (call);

    simstow_table_add (table, call_kind (call->store));
    simstow_table_add_format (table, "%u", call->index);
    simstow_table_add (table, number);
    simstow_table_add (table, call->name);
    simstow_table_add (table, call->time);
    if (with_seen)
        simstow_table_add (table, seen);
}

void
simstow_view_calls (const GPtrArray *calls)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    gboolean with_seen =
        calls->len > 0 && ((const SimstowCall *) g_ptr_array_index (calls, 0))->last_seen != 0;
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("CALL"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("NO"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NUMBER"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NAME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("TIME"));
    if (with_seen)
        simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SEEN"));
    for (i = 0; i < calls->len; i++)
        add_call (table, g_ptr_array_index (calls, i), with_seen);
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
    g_autofree gchar *number = call_number (call);

    return join_known (call->name, number, call->time);
}
