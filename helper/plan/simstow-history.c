/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Choosing from a history.
 */

#include "simstow-history.h"

#include "simstow-clock.h"

/* When a store's records must have been seen to stay */
typedef struct {
    const SimstowSnapshot *snapshot;
    gboolean latest;
    gint64 since;
    GHashTable *cutoffs;
} Choice;

typedef void (*Seen) (gconstpointer record, gint64 *first, gint64 *last);

void
simstow_history_get_message_seen (const SimstowMessage *message, gint64 *first, gint64 *last)
{
    *first = message->first_seen;
    *last = MAX (message->last_seen, message->rebuilt_last_seen);
    if (message->rebuilt_first_seen != 0)
        *first = MIN (*first, message->rebuilt_first_seen);
}

static void
message_seen (gconstpointer record, gint64 *first, gint64 *last)
{
    simstow_history_get_message_seen (record, first, last);
}

static void
contact_seen (gconstpointer record, gint64 *first, gint64 *last)
{
    const SimstowContact *contact = record;

    *first = contact->first_seen;
    *last = contact->last_seen;
}

static void
call_seen (gconstpointer record, gint64 *first, gint64 *last)
{
    const SimstowCall *call = record;

    *first = call->first_seen;
    *last = call->last_seen;
}

/* Each kind of record begins with its store's id */
static const gchar *
record_store (gconstpointer record)
{
    return *(const gchar *const *) record;
}

/* Where the clock was wrong when it was seen last and right before, it may be there still */
static gint64
record_seen (const Choice *choice, gconstpointer record, Seen get_seen, gboolean *uncertain)
{
    gint64 first;
    gint64 last;

    get_seen (record, &first, &last);
    *uncertain = last != 0 && !simstow_clock_is_likely (last) && simstow_clock_is_likely (first);
    return last != 0 ? last : choice->snapshot->captured;
}

static void
note_cutoff (const Choice *choice, gconstpointer record, Seen get_seen)
{
    const gchar *store = record_store (record);
    gboolean uncertain;
    gint64 seen = simstow_clock_rank_last (record_seen (choice, record, get_seen, &uncertain));
    gint64 *cutoff = g_hash_table_lookup (choice->cutoffs, store);

    if (!cutoff) {
        const SimstowStore *read = simstow_snapshot_find_store (choice->snapshot, store);

        cutoff = g_new (gint64, 1);
        *cutoff =
            read && read->complete ? simstow_clock_rank_last (choice->snapshot->captured) : seen;
        g_hash_table_insert (choice->cutoffs, g_strdup (store), cutoff);
    }
    *cutoff = MAX (*cutoff, seen);
}

static gboolean
is_wanted (const Choice *choice, gconstpointer record, Seen get_seen)
{
    gboolean uncertain;
    gint64 seen = record_seen (choice, record, get_seen, &uncertain);
    const gint64 *cutoff;

    if (!choice->latest)
        return seen >= choice->since || !simstow_clock_is_likely (seen);
    cutoff = g_hash_table_lookup (choice->cutoffs, record_store (record));
    return uncertain || simstow_clock_rank_last (seen) >= *cutoff;
}

static guint
keep (const Choice *choice, GPtrArray *records, Seen get_seen)
{
    g_autoptr (GPtrArray) kept = g_ptr_array_new ();
    guint left_out;
    guint i;

    for (i = 0; choice->latest && i < records->len; i++)
        note_cutoff (choice, g_ptr_array_index (records, i), get_seen);
    for (i = 0; i < records->len; i++) {
        gpointer *place = &g_ptr_array_index (records, i);

        if (is_wanted (choice, *place, get_seen))
            g_ptr_array_add (kept, g_steal_pointer (place));
    }
    left_out = records->len - kept->len;
    /* those that were taken out are NULL, which the free functions accept */
    g_ptr_array_set_size (records, 0);
    g_ptr_array_extend_and_steal (records, g_steal_pointer (&kept));
    return left_out;
}

static guint
keep_all_kinds (const Choice *choice)
{
    const SimstowSnapshot *snapshot = choice->snapshot;

    return keep (choice, snapshot->messages, message_seen) +
           keep (choice, snapshot->contacts, contact_seen) +
           keep (choice, snapshot->calls, call_seen);
}

guint
simstow_history_keep_latest (SimstowSnapshot *snapshot)
{
    g_autoptr (GHashTable) cutoffs =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    const Choice choice = {.snapshot = snapshot, .latest = TRUE, .cutoffs = cutoffs};

    return snapshot->first_captured != 0 ? keep_all_kinds (&choice) : 0;
}

guint
simstow_history_keep_since (SimstowSnapshot *snapshot, gint64 since)
{
    const Choice choice = {.snapshot = snapshot, .since = since};

    return keep_all_kinds (&choice);
}

static guint
count_unlikely (const GPtrArray *records, Seen get_seen)
{
    guint count = 0;
    guint i;

    for (i = 0; i < records->len; i++) {
        gint64 first;
        gint64 last;

        get_seen (g_ptr_array_index (records, i), &first, &last);
        count += last != 0 && !simstow_clock_is_likely (last);
    }
    return count;
}

guint
simstow_history_count_unlikely (const SimstowSnapshot *snapshot)
{
    return count_unlikely (snapshot->messages, message_seen) +
           count_unlikely (snapshot->contacts, contact_seen) +
           count_unlikely (snapshot->calls, call_seen);
}
