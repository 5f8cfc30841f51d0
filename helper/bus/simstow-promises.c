/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was promised against what came.
 */

#include "simstow-promises.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-bus-error.h"
#include "simstow-messaging-mm.h"
#include "simstow-names.h"

/* Whether all of @store was handed over that the plugin had of it */
static gboolean
was_read (const SimstowStore *store)
{
    return store->came >= 0;
}

static gboolean
is_short (const SimstowStore *store)
{
    return was_read (store) && store->came < store->used;
}

gboolean
simstow_promises_has_broken (const SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->stores->len; i++)
        if (is_short (g_ptr_array_index (snapshot->stores, i)))
            return TRUE;
    return FALSE;
}

static gsize
kind_length (const gchar *id)
{
    const gchar *slash = strchr (id, '/');

    return slash ? (gsize) (slash - id) + 1 : strlen (id);
}

/* What came of all stores of a kind, as "sms/" */
static gint
count_kind (const SimstowSnapshot *snapshot, const gchar *id)
{
    gint came = 0;
    guint i;

    for (i = 0; i < snapshot->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        if (strncmp (store->id, id, kind_length (id)) == 0)
            came += MAX (store->came, 0);
    }
    return came;
}

/* Some modems count the card's messages with their own, or all of them everywhere: as much came of
 * all together then */
static gboolean
counts_all (const SimstowSnapshot *snapshot, const SimstowStore *store)
{
    gboolean same = TRUE;
    guint i;

    if (!g_str_has_prefix (store->id, SIMSTOW_PREFIX_SMS))
        return FALSE;
    for (i = 0; i < snapshot->stores->len; i++) {
        const SimstowStore *other = g_ptr_array_index (snapshot->stores, i);

        if (g_str_has_prefix (other->id, SIMSTOW_PREFIX_SMS))
            same = same && other->used == store->used;
    }
    return (same || !g_str_has_suffix (store->id, "/sm")) &&
           store->used == count_kind (snapshot, store->id);
}

static const SimstowStore *
find_store (const GPtrArray *stores, const gchar *id)
{
    guint i;

    for (i = 0; i < stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (stores, i);

        if (g_str_equal (store->id, id))
            return store;
    }
    return NULL;
}

void
simstow_promises_check_counts (SimstowSnapshot *snapshot, const GPtrArray *stores)
{
    guint i;

    for (i = 0; i < snapshot->stores->len; i++) {
        SimstowStore *store = g_ptr_array_index (snapshot->stores, i);
        const SimstowStore *now = find_store (stores, store->id);

        if (!is_short (store) || counts_all (snapshot, store) ||
            (now && now->used >= 0 && now->used <= store->came))
            continue;
        store->complete = FALSE;
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      _ ("the modem counts %d records there, but gives %d"),
                                      store->used,
                                      store->came);
    }
}

static gboolean
is_told (const SimstowSnapshot *snapshot, const gchar *where)
{
    guint i;

    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (problem->lost &&
            (g_str_equal (problem->where, where) || g_str_equal (problem->where, "sms") ||
             g_str_equal (problem->where, "messages")))
            return TRUE;
    }
    return FALSE;
}

/* Whether the modem itself counts what is there, and gave it all */
static gboolean
is_counted (const SimstowSnapshot *snapshot, const gchar *id)
{
    guint i;

    for (i = 0; i < snapshot->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        if (g_str_has_prefix (store->id, id) && store->used >= 0 && store->came >= store->used)
            return TRUE;
    }
    return FALSE;
}

void
simstow_promises_check_listed (SimstowSnapshot *snapshot, const gchar *store, guint listed)
{
    const SimstowStore *found = store ? simstow_snapshot_find_store (snapshot, store) : NULL;
    const gchar *id = found ? store : SIMSTOW_PREFIX_SMS;
    gint came = found ? found->came : count_kind (snapshot, id);

    /* what is nowhere by that name may be among the others: a modem's name for all of them */
    if ((store && !found) || came < 0 || (gint) listed <= came || is_told (snapshot, id))
        return;
    simstow_snapshot_add_problem (snapshot,
                                  found ? id : "messages",
                                  0,
                                  !is_counted (snapshot, id),
                                  _ ("ModemManager lists %u messages there, but %d came"),
                                  listed,
                                  came);
}

static gboolean
check_listed (SimstowModem *modem,
              SimstowSnapshot *snapshot,
              GCancellable *cancellable,
              GError **error)
{
    g_autoptr (GHashTable) counts =
        simstow_messaging_count (modem,
                                 (guint) count_kind (snapshot, SIMSTOW_PREFIX_SMS),
                                 cancellable,
                                 error);
    GHashTableIter iter;
    gpointer store;
    gpointer count;
    guint all = 0;

    if (!counts)
        return FALSE;
    g_hash_table_iter_init (&iter, counts);
    while (g_hash_table_iter_next (&iter, &store, &count)) {
        simstow_promises_check_listed (snapshot, store, GPOINTER_TO_UINT (count));
        all += GPOINTER_TO_UINT (count);
    }
    simstow_promises_check_listed (snapshot, NULL, all);
    return TRUE;
}

static gboolean
check_counts (SimstowModem *modem,
              SimstowSnapshot *snapshot,
              GCancellable *cancellable,
              GError **error)
{
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GError) local = NULL;

    if (!simstow_promises_has_broken (snapshot))
        return TRUE;
    simstow_driver_list (simstow_modem_peek_stores (modem), TRUE, listing, cancellable, &local);
    if (local && simstow_bus_error_ends_all (local)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    simstow_promises_check_counts (snapshot, local ? snapshot->stores : listing->stores);
    return TRUE;
}

gboolean
simstow_promises_check (SimstowModem *modem,
                        SimstowSnapshot *snapshot,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (GError) local = NULL;

    if (!check_counts (modem, snapshot, cancellable, error))
        return FALSE;
    if (simstow_modem_peek_played (modem) || check_listed (modem, snapshot, cancellable, &local))
        return TRUE;
    simstow_bus_error_translate (&local);
    if (!simstow_bus_error_ends_all (local))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}
