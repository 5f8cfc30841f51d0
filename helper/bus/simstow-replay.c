/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replay: records in the plan's order, then one reading back of each store that
 * was touched, then settings.
 */

#include "simstow-replay.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-messaging-mm.h"
#include "simstow-names.h"
#include "simstow-network-mm.h"
#include "simstow-plugin.h"
#include "simstow-read-back.h"
#include "simstow-record-variant.h"

typedef struct {
    SimstowModem *modem;
    SimstowPlan *plan;
    SimstowProgressFunc progress;
    gpointer progress_data;
    GCancellable *cancellable;
    GPtrArray *carried_out;
    guint done;
    guint total;
} Replay;

static gboolean
is_step (const SimstowPlanItem *item)
{
    return item->action == SIMSTOW_ACTION_WRITE || item->action == SIMSTOW_ACTION_ERASE;
}

static void
fail_item (SimstowPlanItem *item, const GError *error)
{
    item->fate = SIMSTOW_FATE_FAILED;
    g_free (item->fault);
    item->fault = g_strdup (error->message);
}

static GVariant *
record_to_variant (const SimstowPlanItem *item)
{
    if (item->message)
        return simstow_message_to_variant (item->message,
                                           simstow_plan_message_status (item->message));
    if (item->contact)
        return simstow_contact_to_variant (item->contact, item->index);
    return simstow_call_to_variant (item->call, item->index);
}

/* Leaves the fate open until the record was read back */
static gboolean
run_by_plugin (Replay *replay, SimstowPlanItem *item, GError **error)
{
    SimstowDBusModem *plugin = simstow_modem_peek_plugin (replay->modem);
    gboolean carried_out;

    if (!plugin) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("needs the simstow plugin"));
        return FALSE;
    }
    carried_out =
        item->action == SIMSTOW_ACTION_ERASE
            ? simstow_plugin_erase (plugin, item->store, item->index, replay->cancellable, error)
            : simstow_plugin_write (plugin,
                                    item->store,
                                    record_to_variant (item),
                                    &item->index,
                                    replay->cancellable,
                                    error);
    if (carried_out)
        g_ptr_array_add (replay->carried_out, item);
    return carried_out;
}

static gboolean
run_by_manager (Replay *replay, SimstowPlanItem *item, GError **error)
{
    if (item->kind == SIMSTOW_KIND_NETWORK
            ? !simstow_network_apply (replay->modem, item, replay->cancellable, error)
            : !simstow_messaging_write (replay->modem, item, replay->cancellable, error))
        return FALSE;
    item->fate = SIMSTOW_FATE_DONE;
    return TRUE;
}

static gboolean
run_item (Replay *replay, SimstowPlanItem *item, GError **error)
{
    g_autoptr (GError) local = NULL;
    gboolean by_manager =
        item->kind == SIMSTOW_KIND_NETWORK || g_strcmp0 (item->via, SIMSTOW_VIA_MM) == 0;

    if (by_manager ? run_by_manager (replay, item, &local) : run_by_plugin (replay, item, &local))
        return TRUE;
    if (!g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        fail_item (item, local);
    if (!simstow_bus_error_ends_all (local) && !simstow_bus_error_is_refusal (local))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

static gboolean
check_cancelled (Replay *replay, GError **error)
{
    if (!g_cancellable_is_cancelled (replay->cancellable))
        return TRUE;
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, _ ("cancelled"));
    return FALSE;
}

/* Runs the records, or the settings */
static gboolean
run_items (Replay *replay, gboolean settings, GError **error)
{
    guint i;

    for (i = 0; i < replay->plan->items->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (replay->plan->items, i);

        if (!is_step (item) || (item->kind == SIMSTOW_KIND_NETWORK) != settings)
            continue;
        if (!check_cancelled (replay, error) || !run_item (replay, item, error))
            return FALSE;
        replay->done++;
        if (replay->progress)
            replay->progress (item->store, replay->done, replay->total, replay->progress_data);
    }
    return TRUE;
}

/* Also after an early end: what was written has a fate */
static gboolean
run_records (Replay *replay, GError **error)
{
    g_autoptr (GError) early = NULL;
    g_autoptr (GError) late = NULL;

    run_items (replay, FALSE, &early);
    if (replay->carried_out->len > 0)
        simstow_read_back (simstow_modem_peek_plugin (replay->modem), replay->carried_out, &late);
    if (!early && !late)
        return TRUE;
    g_propagate_error (error, early ? g_steal_pointer (&early) : g_steal_pointer (&late));
    return FALSE;
}

static guint
count_steps (const SimstowPlan *plan)
{
    return simstow_plan_count (plan, SIMSTOW_ACTION_WRITE) +
           simstow_plan_count (plan, SIMSTOW_ACTION_ERASE);
}

gboolean
simstow_replay (SimstowModem *modem,
                SimstowPlan *plan,
                SimstowProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
    g_autoptr (GPtrArray) carried_out = g_ptr_array_new ();
    Replay replay = {.modem = modem,
                     .plan = plan,
                     .progress = progress,
                     .progress_data = user_data,
                     .cancellable = cancellable,
                     .carried_out = carried_out,
                     .total = count_steps (plan)};

    return run_records (&replay, error) && run_items (&replay, TRUE, error);
}
