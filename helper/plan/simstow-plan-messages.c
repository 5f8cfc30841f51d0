/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a plan about messages. They go to the store they came from, or to
 * another of the modem's when it has none such; the modem chooses the place.
 */

#include "simstow-plan-private.h"

#include <glib/gi18n.h>

#include "simstow-names.h"

/* Stores that take a message whose own store the modem lacks, best first */
static const gchar *const substitutes[] = {"sms/sm", "sms/me", "sms/mt"};

/* Merging: a message is there wherever it is, in its own store first */
static const guint merge_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_IDENTITY,
    SIMSTOW_MATCH_CONTENT | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_CONTENT,
};

/* Replacing: the store is to have what the archive's has */
static const guint replace_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_CONTENT | SIMSTOW_MATCH_STORE,
};

/* How many messages each store still takes, by id; absent: nobody knows */
static GHashTable *
count_room (const SimstowSnapshot *modem, GPtrArray *present)
{
    GHashTable *room = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    guint i;

    for (i = 0; i < modem->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (modem->stores, i);
        gint64 *left;

        if (store->capacity < 0)
            continue;
        left = g_new0 (gint64, 1);
        *left = (gint64) store->capacity - MAX (store->used, 0);
        g_hash_table_insert (room, store->id, left);
    }
    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);
        const SimstowStore *store = simstow_snapshot_find_store (modem, entry->store);
        gint64 *left = g_hash_table_lookup (room, entry->store);

        if (left && store->used < 0)
            (*left)--;
    }
    return room;
}

static gboolean
has_room (GHashTable *room, const gchar *store)
{
    const gint64 *left = g_hash_table_lookup (room, store);

    return !left || *left > 0;
}

static void
change_room (GHashTable *room, const gchar *store, gint change)
{
    gint64 *left = g_hash_table_lookup (room, store);

    if (left)
        *left += change;
}

/* Where a message of @store goes, or @store itself when nothing will do */
static const gchar *
choose_target (const SimstowPlanBuilder *builder, GHashTable *room, const gchar *store)
{
    g_autofree gchar *unusable = simstow_plan_builder_why_unusable (builder, store);
    const SimstowStore *own = simstow_snapshot_find_store (builder->modem, store);
    guint i;

    if (!unusable || (own && own->writable))
        return store;
    for (i = 0; i < G_N_ELEMENTS (substitutes); i++) {
        g_autofree gchar *why = simstow_plan_builder_why_unusable (builder, substitutes[i]);

        if (!why && has_room (room, substitutes[i]))
            return substitutes[i];
    }
    return store;
}

/* Sends every entry to its target, decided once for each store */
static void
choose_targets (const SimstowPlanBuilder *builder, GHashTable *room, GPtrArray *wanted)
{
    g_autoptr (GHashTable) targets = g_hash_table_new (g_str_hash, g_str_equal);
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const gchar *target = g_hash_table_lookup (targets, entry->store);

        if (!target) {
            target = choose_target (builder, room, entry->store);
            g_hash_table_insert (targets, (gpointer) entry->store, (gpointer) target);
        }
        entry->store = target;
    }
}

/* What ModemManager's own Create () and Store () cannot bring back as it was */
static gchar *
why_beyond_manager (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (!tpdu || tpdu->type != SIMSTOW_TPDU_SUBMIT)
        return g_strdup (_ ("without the simstow plugin only messages to be sent can be stored"));
    if (tpdu->udh && tpdu->udh->len > 0)
        return g_strdup (_ ("without the simstow plugin its user data header would be lost"));
    if (!tpdu->address.number || !*tpdu->address.number || (!tpdu->text && !tpdu->data))
        return g_strdup (_ ("without the simstow plugin a message without number or text "
                            "cannot be stored"));
    return NULL;
}

static gchar *
why_refused (const SimstowPlanBuilder *builder, GHashTable *room, const SimstowEntry *entry)
{
    const SimstowStore *store = simstow_snapshot_find_store (builder->modem, entry->store);
    gchar *why = simstow_plan_builder_why_unusable (builder, entry->store);

    if (!why && g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0)
        why = why_beyond_manager (entry->message);
    if (!why && !has_room (room, entry->store))
        why = g_strdup_printf (_ ("%s is full"), entry->store);
    return why;
}

static gchar *
describe_write (const SimstowPlanBuilder *builder, const SimstowEntry *entry)
{
    const SimstowStore *store = simstow_snapshot_find_store (builder->modem, entry->store);
    const SimstowMessage *message = entry->message;

    if (g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0)
        return g_strdup (_ ("without the simstow plugin it comes back as not sent, its other "
                            "fields as ModemManager sets them"));
    if (g_strcmp0 (message->store, entry->store) != 0)
        return g_strdup_printf (_ ("%s cannot be written on this modem: goes to %s"),
                                message->store,
                                entry->store);
    if (message->status == SIMSTOW_MESSAGE_STATUS_UNKNOWN)
        return g_strdup_printf (
            _ ("its status is unknown: written as %s"),
            _ (simstow_message_status_to_string (simstow_plan_message_status (message))));
    return NULL;
}

static gchar *
describe_skip (const SimstowEntry *entry)
{
    const SimstowMessage *there = entry->partner->message;

    if (g_strcmp0 (there->store, entry->message->store) != 0)
        return g_strdup_printf (_ ("there already, in %s"), there->store);
    if (there->status != entry->message->status)
        return g_strdup_printf (_ ("there already, its status is %s"),
                                _ (simstow_message_status_to_string (there->status)));
    return g_strdup (_ ("there already"));
}

static void
add_message (SimstowPlanBuilder *builder, GHashTable *room, SimstowEntry *entry)
{
    gchar *why;

    if (entry->partner) {
        entry->store = entry->partner->store;
        simstow_plan_builder_add_entry (builder,
                                        SIMSTOW_ACTION_SKIP,
                                        entry,
                                        entry->partner->index,
                                        describe_skip (entry));
        return;
    }
    why = why_refused (builder, room, entry);
    if (why) {
        simstow_plan_builder_add_entry (builder, SIMSTOW_ACTION_REFUSE, entry, entry->index, why);
        return;
    }
    change_room (room, entry->store, -1);
    simstow_plan_builder_add_entry (builder,
                                    SIMSTOW_ACTION_WRITE,
                                    entry,
                                    0,
                                    describe_write (builder, entry));
}

static void
add_erasures (SimstowPlanBuilder *builder, GHashTable *room, GPtrArray *present)
{
    guint i;

    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);

        if (entry->partner || !simstow_plan_builder_may_erase (builder, entry->store))
            continue;
        change_room (room, entry->store, 1);
        simstow_plan_builder_add_entry (builder, SIMSTOW_ACTION_ERASE, entry, entry->index, NULL);
    }
}

/* First those that go where they came from, so that they keep their places */
static void
add_wanted (SimstowPlanBuilder *builder, GHashTable *room, GPtrArray *wanted)
{
    g_autoptr (GPtrArray) moved = g_ptr_array_new ();
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);

        if (g_strcmp0 (entry->store, entry->message->store) == 0)
            add_message (builder, room, entry);
        else
            g_ptr_array_add (moved, entry);
    }
    for (i = 0; i < moved->len; i++)
        add_message (builder, room, g_ptr_array_index (moved, i));
}

/* Reading and sending change a status; what else is another was made so by the modem */
static void
note_statuses (const SimstowPlanBuilder *builder, GPtrArray *wanted)
{
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const SimstowEntry *there = entry->partner;
        const SimstowStore *store =
            there ? simstow_snapshot_find_store (builder->modem, there->store) : NULL;

        if (!store || g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0 || entry->rebuilt ||
            there->rebuilt || entry->altered ||
            !simstow_plan_is_altered_status (entry->message->status, there->message->status))
            continue;
        entry->altered =
            g_strdup_printf (_ ("the modem gave it the status %s"),
                             _ (simstow_message_status_to_string (there->message->status)));
    }
}

void
simstow_plan_builder_add_messages (SimstowPlanBuilder *builder)
{
    g_autoptr (GPtrArray) wanted = simstow_entries_new (builder->archive, SIMSTOW_KIND_MESSAGES);
    g_autoptr (GPtrArray) present = simstow_entries_new (builder->modem, SIMSTOW_KIND_MESSAGES);
    g_autoptr (GHashTable) room = count_room (builder->modem, present);

    if (!builder->replace)
        simstow_entries_pair (wanted, present, merge_passes, G_N_ELEMENTS (merge_passes));
    choose_targets (builder, room, wanted);
    if (builder->replace)
        simstow_entries_pair (wanted, present, replace_passes, G_N_ELEMENTS (replace_passes));
    simstow_altered_pair (wanted, present, builder->archive->captured);
    note_statuses (builder, wanted);
    add_erasures (builder, room, present);
    add_wanted (builder, room, wanted);
}
