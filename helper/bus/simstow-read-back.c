/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparing what a store holds with what was written to it.
 */

#include "simstow-read-back.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-identity.h"
#include "simstow-names.h"

/* A record that is there now; nothing of it where it was not understood */
typedef struct {
    const SimstowMessage *message;
    const SimstowContact *contact;
    const SimstowCall *call;
} There;

/* One store: the steps that touched it, and what it holds now by index */
typedef struct {
    SimstowDriver *stores;
    const gchar *store;
    GPtrArray *items;
    SimstowSnapshot *read;
    GHashTable *there; /* index -> There, of @read */
} Touched;

static void
touched_free (Touched *touched)
{
    g_ptr_array_unref (touched->items);
    g_hash_table_unref (touched->there);
    g_clear_pointer (&touched->read, simstow_snapshot_free);
    g_free (touched);
}

static Touched *
touched_new (SimstowDriver *stores, const gchar *store)
{
    Touched *touched = g_new0 (Touched, 1);

    touched->stores = stores;
    touched->store = store;
    touched->items = g_ptr_array_new ();
    touched->there = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    return touched;
}

static GPtrArray *
group_by_store (SimstowDriver *modem, GPtrArray *items)
{
    GPtrArray *stores = g_ptr_array_new_with_free_func ((GDestroyNotify) touched_free);
    g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
    guint i;

    for (i = 0; i < items->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (items, i);
        Touched *touched = g_hash_table_lookup (by_id, item->store);

        if (!touched) {
            touched = touched_new (modem, item->store);
            g_hash_table_insert (by_id, item->store, touched);
            g_ptr_array_add (stores, touched);
        }
        g_ptr_array_add (touched->items, item);
    }
    return stores;
}

static There *
add_there (Touched *touched, guint index)
{
    There *there = g_new0 (There, 1);

    g_hash_table_replace (touched->there, GUINT_TO_POINTER (index), there);
    return there;
}

static void
index_records (Touched *touched, const SimstowSnapshot *read)
{
    for (guint i = 0; i < read->unread->len; i++)
        add_there (touched, ((const SimstowUnread *) read->unread->pdata[i])->index);
    for (guint i = 0; i < read->messages->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (read->messages, i);

        add_there (touched, message->index)->message = message;
    }
    for (guint i = 0; i < read->contacts->len; i++) {
        const SimstowContact *contact = g_ptr_array_index (read->contacts, i);

        add_there (touched, contact->index)->contact = contact;
    }
    for (guint i = 0; i < read->calls->len; i++) {
        const SimstowCall *call = g_ptr_array_index (read->calls, i);

        add_there (touched, call->index)->call = call;
    }
}

/* Messages can only be listed whole; of other stores the range that was touched */
static gboolean
read_store (Touched *touched, GError **error)
{
    guint first = G_MAXUINT;
    guint last = 0;
    guint i;

    g_hash_table_remove_all (touched->there);
    for (i = 0; i < touched->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (touched->items, i);

        first = MIN (first, item->index);
        last = MAX (last, item->index);
    }
    g_clear_pointer (&touched->read, simstow_snapshot_free);
    touched->read = simstow_snapshot_new ();
    if (!simstow_driver_read (touched->stores,
                              touched->store,
                              first,
                              last,
                              touched->read,
                              NULL,
                              NULL,
                              NULL,
                              error))
        return FALSE;
    index_records (touched, touched->read);
    return TRUE;
}

static void
settle (SimstowPlanItem *item, gchar *fault)
{
    item->fate = fault ? SIMSTOW_FATE_FAILED : SIMSTOW_FATE_DONE;
    g_free (item->fault);
    item->fault = fault;
}

static gchar *
describe_status (SimstowMessageStatus status)
{
    return g_strdup_printf (_ ("the modem gave it the status %s"),
                            _ (simstow_message_status_to_string (status)));
}

static gchar *
compare_message (const SimstowPlanItem *item, const SimstowMessage *there)
{
    SimstowMessageStatus wanted = simstow_plan_message_status (item->message);

    if (!there || !g_bytes_equal (there->pdu, item->message->pdu))
        return g_strdup (_ ("the modem made other bytes of it"));
    if (there->status != wanted)
        return describe_status (there->status);
    return NULL;
}

static gchar *
compare_contact (const SimstowPlanItem *item, const SimstowContact *there)
{
    g_autofree gchar *wanted = simstow_contact_identity (item->contact);
    g_autofree gchar *found = there ? simstow_contact_identity (there) : NULL;

    if (g_strcmp0 (wanted, found) == 0)
        return NULL;
    if (there && (g_strcmp0 (there->name, item->contact->name) != 0 ||
                  g_strcmp0 (there->number, item->contact->number) != 0))
        return g_strdup_printf (_ ("the modem made \"%s\" %s of it"), there->name, there->number);
    return g_strdup (_ ("reads back without one of its further fields"));
}

static gchar *
compare_call (const SimstowPlanItem *item, const SimstowCall *there)
{
    g_autofree gchar *wanted = simstow_call_identity (item->call);
    g_autofree gchar *found = there ? simstow_call_identity (there) : NULL;

    return g_strcmp0 (wanted, found) == 0 ? NULL : g_strdup (_ ("reads back otherwise"));
}

static gchar *
compare_record (const SimstowPlanItem *item, const There *there)
{
    if (!there)
        return g_strdup (_ ("was taken, but is not there when read back"));
    if (item->kind == SIMSTOW_KIND_MESSAGES)
        return compare_message (item, there->message);
    if (item->kind == SIMSTOW_KIND_CONTACTS)
        return compare_contact (item, there->contact);
    return compare_call (item, there->call);
}

static GHashTable *
written_indices (const Touched *touched)
{
    GHashTable *indices = g_hash_table_new (NULL, NULL);
    guint i;

    for (i = 0; i < touched->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (touched->items, i);

        if (item->action == SIMSTOW_ACTION_WRITE)
            g_hash_table_add (indices, GUINT_TO_POINTER (item->index));
    }
    return indices;
}

/* What only looks as if it had been read or sent meanwhile is remarked upon, as it will be when
 * it is found so later on */
static void
settle_write (SimstowPlanItem *item, const There *there)
{
    gchar *fault = compare_record (item, there);
    const SimstowMessage *message = fault && there ? there->message : NULL;

    if (message && item->kind == SIMSTOW_KIND_MESSAGES &&
        g_bytes_equal (message->pdu, item->message->pdu) &&
        !simstow_plan_is_altered_status (simstow_plan_message_status (item->message),
                                         message->status)) {
        g_free (item->reason);
        item->reason = g_steal_pointer (&fault);
        item->restamped = TRUE;
    }
    settle (item, fault);
}

static void
settle_all (const Touched *touched)
{
    g_autoptr (GHashTable) written = written_indices (touched);
    guint i;

    for (i = 0; i < touched->items->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (touched->items, i);
        gpointer index = GUINT_TO_POINTER (item->index);
        const There *record = g_hash_table_lookup (touched->there, index);

        if (item->action == SIMSTOW_ACTION_WRITE)
            settle_write (item, record);
        else if (record && !g_hash_table_contains (written, index))
            settle (item, g_strdup (_ ("was erased, but is there when read back")));
        else
            settle (item, NULL);
    }
}

static void
fail_all (const Touched *touched, const GError *error)
{
    guint i;

    for (i = 0; i < touched->items->len; i++)
        settle (g_ptr_array_index (touched->items, i),
                g_strdup_printf (_ ("was taken, but could not be read back: %s"), error->message));
}

static gboolean
was_unread (const SimstowPlanItem *item)
{
    return item->action == SIMSTOW_ACTION_WRITE && item->fate == SIMSTOW_FATE_DONE &&
           item->kind == SIMSTOW_KIND_MESSAGES && !item->restamped &&
           simstow_plan_message_status (item->message) == SIMSTOW_MESSAGE_STATUS_UNREAD;
}

static gboolean
has_unread (const Touched *touched)
{
    guint i;

    for (i = 0; i < touched->items->len; i++)
        if (was_unread (g_ptr_array_index (touched->items, i)))
            return TRUE;
    return FALSE;
}

/* Its bytes were seen to be right; only its mark is not any more */
static gboolean
write_unread (const Touched *touched, SimstowPlanItem *item, const There *there, GError **error)
{
    const SimstowDriverRecord old = {.message = there->message};
    const SimstowDriverRecord record = {.message = item->message,
                                        .status = SIMSTOW_MESSAGE_STATUS_UNREAD};
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    SimstowDriverOutcome *outcome;
    gboolean begun;

    if (!simstow_driver_erase (touched->stores, item->store, &old, &begun, NULL, error) ||
        !simstow_driver_write (touched->stores, item->store, &record, 1, outcomes, NULL, error))
        return FALSE;
    outcome = &g_array_index (outcomes, SimstowDriverOutcome, 0);
    if (outcome->error) {
        g_propagate_error (error, g_steal_pointer (&outcome->error));
        return FALSE;
    }
    item->index = outcome->index;
    return TRUE;
}

/* A second reading shows whether the first one marked the unread as read */
static gboolean
restore_unread (Touched *touched, GError **error)
{
    guint i;

    if (!read_store (touched, error))
        return FALSE;
    for (i = 0; i < touched->items->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (touched->items, i);
        const There *record = g_hash_table_lookup (touched->there, GUINT_TO_POINTER (item->index));
        g_autoptr (GError) local = NULL;
        g_autofree gchar *fault = NULL;

        if (!was_unread (item))
            continue;
        fault = compare_record (item, record);
        if (!fault || (record && record->message && write_unread (touched, item, record, &local)))
            continue;
        settle (item,
                g_strdup_printf (_ ("was marked as read by reading it back: %s"),
                                 local ? local->message : fault));
        if (local && simstow_bus_error_ends_all (local)) {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
read_back_store (Touched *touched, GError **error)
{
    g_autoptr (GError) local = NULL;

    if (!read_store (touched, &local)) {
        fail_all (touched, local);
    } else {
        settle_all (touched);
        if (!has_unread (touched) || restore_unread (touched, &local))
            return TRUE;
    }
    if (!simstow_bus_error_ends_all (local))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

gboolean
simstow_read_back (SimstowDriver *stores, GPtrArray *items, GError **error)
{
    g_autoptr (GPtrArray) touched = group_by_store (stores, items);
    g_autoptr (GError) first = NULL;
    guint i;

    for (i = 0; i < touched->len; i++) {
        if (first)
            fail_all (g_ptr_array_index (touched, i), first);
        else
            read_back_store (g_ptr_array_index (touched, i), &first);
    }
    if (!first)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&first));
    return FALSE;
}
