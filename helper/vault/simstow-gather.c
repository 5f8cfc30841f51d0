/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving modems, each on a thread of its own.
 */

#include "config.h"

#include "simstow-gather.h"

struct _SimstowGather {
    SimstowModem *modem;
    SimstowGatherHow how;
    GCancellable *cancellable;
    GThread *thread;
    SimstowSnapshot *snapshot;
    GError *error;
};

static gboolean
capture (SimstowGather *gather)
{
    g_clear_pointer (&gather->snapshot, simstow_snapshot_free);
    gather->snapshot = simstow_capture (gather->modem,
                                        gather->how.flags,
                                        gather->how.progress,
                                        gather->how.track,
                                        gather->cancellable,
                                        &gather->error);
    return gather->snapshot != NULL;
}

/* A SIM that is locked may be unlocked meanwhile, and one that was busy be ready */
static gboolean
may_be_better (const SimstowGather *gather)
{
    return gather->how.retry > 0 && (simstow_sim_is_locked (gather->snapshot->sim) ||
                                     simstow_snapshot_is_incomplete (gather->snapshot));
}

static void
save (SimstowGather *gather)
{
    if (!capture (gather))
        return;
    if (may_be_better (gather) &&
        simstow_modem_pause (gather->how.retry * 1000, gather->cancellable) && !capture (gather))
        return;
    gather->how.save (gather->snapshot, gather->how.user_data, gather->cancellable, &gather->error);
}

static gpointer
run (gpointer data)
{
    /* the proxies of this thread must not wait for the main loop of another */
    g_autoptr (GMainContext) context = g_main_context_new ();

    g_main_context_push_thread_default (context);
    save (data);
    /* GDBus frees what it held for the proxies from their context */
    while (g_main_context_iteration (context, FALSE))
        continue;
    g_main_context_pop_thread_default (context);
    return NULL;
}

SimstowGather *
simstow_gather_start (SimstowModem *modem, const SimstowGatherHow *how, GCancellable *cancellable)
{
    SimstowGather *gather = g_new0 (SimstowGather, 1);

    gather->modem = g_object_ref (modem);
    gather->how = *how;
    gather->cancellable = g_object_ref (cancellable);
    gather->thread = g_thread_new ("gather", run, gather);
    return gather;
}

SimstowSnapshot *
simstow_gather_wait (SimstowGather *gather, GError **error)
{
    g_clear_pointer (&gather->thread, g_thread_join);
    if (gather->error == NULL)
        return gather->snapshot;
    g_propagate_error (error, g_steal_pointer (&gather->error));
    return NULL;
}

void
simstow_gather_free (SimstowGather *gather)
{
    g_clear_pointer (&gather->thread, g_thread_join);
    g_clear_pointer (&gather->snapshot, simstow_snapshot_free);
    g_clear_error (&gather->error);
    g_object_unref (gather->cancellable);
    g_object_unref (gather->modem);
    g_free (gather);
}
