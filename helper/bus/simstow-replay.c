/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replay: records in the plan's order, then one reading back of each store that
 * was touched, then settings.
 */

#include "simstow-replay.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-esim-replay.h"
#include "simstow-messaging-mm.h"
#include "simstow-names.h"
#include "simstow-network-mm.h"
#include "simstow-plugin.h"
#include "simstow-read-back.h"
#include "simstow-record-card.h"
#include "simstow-record-variant.h"

/* So many writes are under way at once: while the modem carries out one, the daemon
 * authorises the next */
#define AHEAD 4

typedef struct {
    SimstowPlanItem *item;
    SimstowPluginWrite *write;
} Pending;

typedef struct {
    SimstowModem *modem;
    SimstowPlan *plan;
    SimstowProgressFunc progress;
    gpointer progress_data;
    GCancellable *cancellable;
    GPtrArray *carried_out;
    GQueue pending;
    guint done;
    guint total;
} Replay;

/* What is left to simstow_esim_enable () ends the modem that this works on */
static gboolean
is_step (const SimstowPlanItem *item)
{
    return (item->action == SIMSTOW_ACTION_WRITE || item->action == SIMSTOW_ACTION_ERASE) &&
           g_strcmp0 (item->store, SIMSTOW_PLAN_ESIM_ENABLE) != 0;
}

static gboolean
is_setting (const SimstowPlanItem *item)
{
    return item->kind == SIMSTOW_KIND_NETWORK || item->kind == SIMSTOW_KIND_ESIM;
}

static void
fail_item (SimstowPlanItem *item, const GError *error)
{
    item->fate = SIMSTOW_FATE_FAILED;
    g_free (item->fault);
    item->fault = g_strdup (error->message);
}

static GVariant *
record_to_variant (const SimstowPlanItem *item, GError **error)
{
    if (item->message)
        return simstow_message_to_variant (item->message,
                                           simstow_plan_message_status (item->message));
    if (item->contact && g_strcmp0 (item->via, SIMSTOW_VIA_CARD) == 0)
        return simstow_record_card_from_contact (
            item->contact,
            item->index,
            (guint) MAX (item->name_length, 0),
            simstow_phonebook_sets_find (item->sets, item->index),
            error);
    if (item->contact)
        return simstow_contact_to_variant (item->contact, item->index);
    return simstow_call_to_variant (item->call, item->index);
}

/* Leaves the fate open until the record was read back */
static gboolean
erase_by_plugin (Replay *replay, SimstowPlanItem *item, GError **error)
{
    if (!simstow_plugin_erase (simstow_modem_peek_plugin (replay->modem),
                               item->store,
                               item->index,
                               replay->cancellable,
                               error))
        return FALSE;
    g_ptr_array_add (replay->carried_out, item);
    return TRUE;
}

static gboolean
check_plugin (Replay *replay, GError **error)
{
    if (simstow_modem_peek_plugin (replay->modem))
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_UNSUPPORTED,
                         _ ("needs the simstow plugin"));
    return FALSE;
}

/* What is written and read back in one */
static gboolean
run_alone (Replay *replay, SimstowPlanItem *item, GError **error)
{
    gboolean done;

    if (item->kind == SIMSTOW_KIND_NETWORK)
        done = simstow_network_apply (replay->modem, item, replay->cancellable, error);
    else if (item->kind == SIMSTOW_KIND_ESIM)
        done = check_plugin (replay, error) &&
               simstow_esim_write (simstow_modem_peek_plugin (replay->modem),
                                   item,
                                   replay->cancellable,
                                   error);
    else
        done = simstow_messaging_write (replay->modem, item, replay->cancellable, error);
    if (done)
        item->fate = SIMSTOW_FATE_DONE;
    return done;
}

static gboolean
is_alone (const SimstowPlanItem *item)
{
    return is_setting (item) || g_strcmp0 (item->via, SIMSTOW_VIA_MM) == 0;
}

/* The outcome of a step, %NULL when it was carried out; whether to go on. Takes @local */
static gboolean
end_item (Replay *replay, SimstowPlanItem *item, GError *local, GError **error)
{
    g_autoptr (GError) owned = local;

    if (owned && !g_error_matches (owned, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        fail_item (item, owned);
    if (owned && (simstow_bus_error_ends_all (owned) || simstow_bus_error_is_refusal (owned))) {
        g_propagate_error (error, g_steal_pointer (&owned));
        return FALSE;
    }
    replay->done++;
    if (replay->progress)
        replay->progress (item->store, replay->done, replay->total, replay->progress_data);
    return TRUE;
}

static gboolean
run_item (Replay *replay, SimstowPlanItem *item, GError **error)
{
    GError *local = NULL;

    if (is_alone (item))
        run_alone (replay, item, &local);
    else if (check_plugin (replay, &local))
        erase_by_plugin (replay, item, &local);
    return end_item (replay, item, local, error);
}

static gboolean
end_oldest_write (Replay *replay, GError **error)
{
    g_autofree Pending *pending = g_queue_pop_head (&replay->pending);
    GError *local = NULL;

    if (simstow_plugin_write_end (pending->write,
                                  &pending->item->index,
                                  replay->cancellable,
                                  &local))
        g_ptr_array_add (replay->carried_out, pending->item);
    return end_item (replay, pending->item, local, error);
}

/* All of them, also when one ends everything: the first such error is told */
static gboolean
end_writes (Replay *replay, GError **error)
{
    g_autoptr (GError) first = NULL;

    while (!g_queue_is_empty (&replay->pending))
        end_oldest_write (replay, first ? NULL : &first);
    if (!first)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&first));
    return FALSE;
}

static gboolean
begin_write (Replay *replay, SimstowPlanItem *item, GError **error)
{
    GError *local = NULL;
    GVariant *record = NULL;
    Pending *pending;

    if (check_plugin (replay, &local))
        record = record_to_variant (item, &local);
    if (!record)
        return end_item (replay, item, local, error);
    if (g_queue_get_length (&replay->pending) == AHEAD && !end_oldest_write (replay, error)) {
        g_variant_unref (g_variant_ref_sink (record));
        return FALSE;
    }
    pending = g_new0 (Pending, 1);
    pending->item = item;
    pending->write =
        simstow_plugin_write_begin (simstow_modem_peek_plugin (replay->modem), item->store, record);
    g_queue_push_tail (&replay->pending, pending);
    return TRUE;
}

/* Writes overtake nothing: any other step waits for them */
static gboolean
run_step (Replay *replay, SimstowPlanItem *item, GError **error)
{
    if (item->action == SIMSTOW_ACTION_WRITE && !is_alone (item))
        return begin_write (replay, item, error);
    return end_writes (replay, error) && run_item (replay, item, error);
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

        if (!is_step (item) || is_setting (item) != settings)
            continue;
        if (!check_cancelled (replay, error) || !run_step (replay, item, error))
            return FALSE;
    }
    return end_writes (replay, error);
}

/* Also after an early end: what was written has a fate */
static gboolean
run_records (Replay *replay, GError **error)
{
    g_autoptr (GError) early = NULL;
    g_autoptr (GError) late = NULL;

    if (!run_items (replay, FALSE, &early))
        end_writes (replay, NULL);
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
                     .pending = G_QUEUE_INIT,
                     .total = count_steps (plan)};

    return run_records (&replay, error) && run_items (&replay, TRUE, error);
}
