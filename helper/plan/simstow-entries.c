/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries, and pairing them by keys in a hash table: never all against all.
 */

#include "simstow-entries.h"

#include "simstow-identity.h"

static void
entry_free (SimstowEntry *entry)
{
    g_free (entry->identity);
    g_free (entry->lost);
    g_free (entry->altered);
    g_free (entry);
}

static SimstowEntry *
add_entry (GPtrArray *entries, SimstowKinds kind, const gchar *store, guint index)
{
    SimstowEntry *entry = g_new0 (SimstowEntry, 1);

    entry->kind = kind;
    entry->store = store;
    entry->index = index;
    g_ptr_array_add (entries, entry);
    return entry;
}

gint
simstow_entries_compare (const SimstowEntry *a, const SimstowEntry *b)
{
    gint order = g_strcmp0 (a->store, b->store);

    if (order == 0)
        order = (a->index > b->index) - (a->index < b->index);
    if (order == 0)
        order = g_strcmp0 (a->identity, b->identity);
    return order;
}

static gint
compare_pointers (gconstpointer a, gconstpointer b)
{
    return simstow_entries_compare (*(const SimstowEntry *const *) a,
                                    *(const SimstowEntry *const *) b);
}

static void
add_message (GPtrArray *entries, const SimstowSnapshot *snapshot, const SimstowMessage *message)
{
    SimstowEntry *entry =
        add_entry (entries, SIMSTOW_KIND_MESSAGES, message->store, message->index);

    entry->message = message;
    entry->identity = simstow_message_identity (message);
    entry->rebuilt = simstow_snapshot_is_rebuilt (snapshot, message);
}

static void
add_contact (GPtrArray *entries, const SimstowContact *contact)
{
    SimstowEntry *entry =
        add_entry (entries, SIMSTOW_KIND_CONTACTS, contact->store, contact->index);

    entry->contact = contact;
    entry->name = contact->name;
    entry->number = contact->number;
    entry->identity = simstow_contact_identity (contact);
}

static void
add_call (GPtrArray *entries, const SimstowCall *call)
{
    SimstowEntry *entry = add_entry (entries, SIMSTOW_KIND_CALLS, call->store, call->index);

    entry->call = call;
    entry->name = call->name;
    entry->number = call->number;
    entry->identity = simstow_call_identity (call);
}

GPtrArray *
simstow_entries_new (const SimstowSnapshot *snapshot, SimstowKinds kind)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
    guint i;

    for (i = 0; kind == SIMSTOW_KIND_MESSAGES && i < snapshot->messages->len; i++)
        add_message (entries, snapshot, g_ptr_array_index (snapshot->messages, i));
    for (i = 0; kind == SIMSTOW_KIND_CONTACTS && i < snapshot->contacts->len; i++)
        add_contact (entries, g_ptr_array_index (snapshot->contacts, i));
    for (i = 0; kind == SIMSTOW_KIND_CALLS && i < snapshot->calls->len; i++)
        add_call (entries, g_ptr_array_index (snapshot->calls, i));
    g_ptr_array_sort (entries, compare_pointers);
    return entries;
}

/* Puts the key of one pass together; %NULL: the entry takes no part in it */
static gchar *
entry_key (const SimstowEntry *entry, guint flags)
{
    g_autoptr (GString) key = g_string_new (NULL);
    gboolean is_message = entry->kind == SIMSTOW_KIND_MESSAGES;

    if (flags & SIMSTOW_MATCH_STORE)
        g_string_append_printf (key, "%s\n", entry->store);
    if (flags & SIMSTOW_MATCH_INDEX)
        g_string_append_printf (key, "%u\n", entry->index);
    if (flags & SIMSTOW_MATCH_STATUS)
        g_string_append_printf (key, "%d\n", is_message ? (gint) entry->message->status : -1);
    if (flags & SIMSTOW_MATCH_IDENTITY)
        g_string_append (key, entry->identity);
    if (flags & SIMSTOW_MATCH_CONTENT) {
        g_autofree gchar *content =
            is_message ? simstow_message_content_identity (entry->message) : NULL;

        if (!content)
            return NULL;
        g_string_append (key, content);
    }
    if (flags & SIMSTOW_MATCH_NAME) {
        if (!entry->name || !*entry->name)
            return NULL;
        g_string_append (key, entry->name);
    }
    if (flags & SIMSTOW_MATCH_NUMBER) {
        if (!entry->number || !*entry->number)
            return NULL;
        g_string_append (key, entry->number);
    }
    return g_string_free (g_steal_pointer (&key), FALSE);
}

/* Which entries of @b wait for a partner, by key, first come first served */
static GHashTable *
index_entries (GPtrArray *b, guint flags, gboolean rebuilt_only)
{
    GHashTable *waiting =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_queue_free);
    guint i;

    for (i = 0; i < b->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (b, i);
        GQueue *queue;
        gchar *key;

        if (entry->partner || (rebuilt_only && !entry->rebuilt))
            continue;
        key = entry_key (entry, flags);
        if (!key)
            continue;
        queue = g_hash_table_lookup (waiting, key);
        if (queue) {
            g_free (key);
        } else {
            queue = g_queue_new ();
            g_hash_table_insert (waiting, key, queue);
        }
        g_queue_push_tail (queue, entry);
    }
    return waiting;
}

static void
pair_pass (GPtrArray *a, GPtrArray *b, guint flags, gboolean rebuilt_a, gboolean rebuilt_b)
{
    g_autoptr (GHashTable) waiting = index_entries (b, flags, rebuilt_b);
    guint i;

    for (i = 0; i < a->len && g_hash_table_size (waiting) > 0; i++) {
        SimstowEntry *entry = g_ptr_array_index (a, i);
        g_autofree gchar *key = NULL;
        GQueue *queue;

        if (entry->partner || (rebuilt_a && !entry->rebuilt))
            continue;
        key = entry_key (entry, flags);
        queue = key ? g_hash_table_lookup (waiting, key) : NULL;
        entry->partner = queue ? g_queue_pop_head (queue) : NULL;
        if (entry->partner)
            entry->partner->partner = entry;
    }
}

void
simstow_entries_pair (GPtrArray *a, GPtrArray *b, const guint *passes, guint n_passes)
{
    guint i;

    for (i = 0; i < n_passes; i++) {
        if (passes[i] & SIMSTOW_MATCH_CONTENT) {
            pair_pass (a, b, passes[i], TRUE, FALSE);
            pair_pass (a, b, passes[i], FALSE, TRUE);
        } else {
            pair_pass (a, b, passes[i], FALSE, FALSE);
        }
    }
}
