/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A restore that is only rehearsed.
 */

#include "simstow-rehearsal.h"

#include "simstow-plan.h"

/* A modem with the stores that the archive's modem had, and room in all of them. */
static SimstowSnapshot *
empty_modem_new (const SimstowSnapshot *archive)
{
    SimstowSnapshot *modem = simstow_snapshot_new ();
    guint i;

    for (i = 0; i < archive->stores->len; i++) {
        const SimstowStore *saved = g_ptr_array_index (archive->stores, i);
        SimstowStore *store = simstow_store_new (saved->id);

        store->used = 0;
        store->capacity = saved->capacity;
        store->first = saved->first;
        store->last = saved->last;
        store->number_length = saved->number_length;
        store->name_length = saved->name_length;
        store->writable = saved->writable;
        store->plain = saved->plain;
        store->complete = TRUE;
        store->via = g_strdup (saved->via);
        store->way = g_strdup (saved->way);
        g_ptr_array_add (modem->stores, store);
    }
    return modem;
}

void
simstow_rehearsal_run (const SimstowSnapshot *archive,
                       const SimstowSnapshot *present,
                       SimstowRehearsal *rehearsal)
{
    g_autoptr (SimstowSnapshot) empty = present ? NULL : empty_modem_new (archive);
    g_autoptr (SimstowPlan) plan =
        simstow_plan_new (archive,
                          present ? present : empty,
                          SIMSTOW_KIND_MESSAGES | SIMSTOW_KIND_CONTACTS | SIMSTOW_KIND_CALLS,
                          FALSE);

    rehearsal->write = simstow_plan_count (plan, SIMSTOW_ACTION_WRITE);
    rehearsal->skip = simstow_plan_count (plan, SIMSTOW_ACTION_SKIP);
    rehearsal->refuse = simstow_plan_count (plan, SIMSTOW_ACTION_REFUSE);
}
