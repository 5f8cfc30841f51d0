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
#include "simstow-read-back.h"

typedef struct {
    SimstowModem *modem;
    SimstowPlan *plan;
    SimstowProgressFunc progress;
    gpointer progress_data;
    GCancellable *cancellable;
    GPtrArray *carried_out;
    GPtrArray *batch; /* items that are written with one call, all to one store */
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

/* Nothing is said of what nobody has tried: whoever may not has not begun */
static void
fail_item (SimstowPlanItem *item, const GError *error, gboolean begun)
{
    if (simstow_bus_error_is_refusal (error) || (!begun && simstow_bus_error_ends_all (error)))
        return;
    item->fate =
        begun && simstow_bus_error_leaves_open (error) ? SIMSTOW_FATE_UNKNOWN : SIMSTOW_FATE_FAILED;
    g_free (item->fault);
    item->fault = g_strdup (error->message);
}

static SimstowDriverRecord
item_record (const SimstowPlanItem *item)
{
    SimstowDriverRecord record = {.index = item->index};

    if (item->kind == SIMSTOW_KIND_MESSAGES) {
        record.message = item->message;
        record.status = simstow_plan_message_status (item->message);
    } else if (item->kind == SIMSTOW_KIND_CONTACTS) {
        record.contact = item->contact;
    } else {
        record.call = item->call;
    }
    return record;
}

/* Leaves the fate open until the record was read back */
static gboolean
erase_item (Replay *replay, SimstowPlanItem *item, gboolean *begun, GError **error)
{
    const SimstowDriverRecord record = item_record (item);
    GError *local = NULL;

    if (simstow_driver_erase (simstow_modem_peek_stores (replay->modem),
                              item->store,
                              &record,
                              begun,
                              replay->cancellable,
                              &local)) {
        g_ptr_array_add (replay->carried_out, item);
        return TRUE;
    }
    if (g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED)) {
        g_free (local->message);
        local->message =
            g_strdup (_ ("it was changed on the modem since it was saved, and is left as it is"));
    }
    g_propagate_error (error, local);
    return FALSE;
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
               simstow_esim_write (simstow_modem_peek_stores (replay->modem),
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
    return is_setting (item) || g_strcmp0 (item->target->via, SIMSTOW_VIA_MM) == 0;
}

/* The outcome of a step, %NULL when it was carried out; whether to go on. Takes @local */
static gboolean
end_item (Replay *replay, SimstowPlanItem *item, gboolean begun, GError *local, GError **error)
{
    g_autoptr (GError) owned = local;

    if (owned)
        fail_item (item, owned, begun);
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
    gboolean begun = is_alone (item);

    if (is_alone (item))
        run_alone (replay, item, &local);
    else if (check_plugin (replay, &local))
        erase_item (replay, item, &begun, &local);
    return end_item (replay, item, begun, local, error);
}

/* A SIM that is busy for a moment is waited for */
#define BUSY_ATTEMPTS 5
#define BUSY_PAUSE_MS 250

static gboolean
is_busy (const SimstowDriverOutcome *outcome)
{
    return outcome->error && !outcome->open && simstow_bus_error_is_busy (outcome->error);
}

/* The outcome of an item of the batch; whether to go on */
static gboolean
take_outcome (Replay *replay, SimstowPlanItem *item, SimstowDriverOutcome *outcome, GError **error)
{
    gboolean good;

    if (!outcome->error) {
        item->index = outcome->index;
        g_ptr_array_add (replay->carried_out, item);
    }
    good = end_item (replay, item, TRUE, g_steal_pointer (&outcome->error), error);
    if (outcome->open)
        item->fate = SIMSTOW_FATE_UNKNOWN;
    return good;
}

/* Each of them may be written; a second attempt might write it twice */
static gboolean
end_open (Replay *replay, const GError *cause, GError **error)
{
    gboolean good = TRUE;

    for (guint i = 0; i < replay->batch->len; i++) {
        SimstowDriverOutcome outcome = {.error = g_error_copy (cause), .open = TRUE};

        good =
            take_outcome (replay, replay->batch->pdata[i], &outcome, good ? error : NULL) && good;
    }
    g_ptr_array_set_size (replay->batch, 0);
    return good;
}

/* What is left of a batch goes with the next call */
static gboolean
write_some (Replay *replay, guint *attempts, GError **error)
{
    const SimstowPlanItem *first = g_ptr_array_index (replay->batch, 0);
    SimstowDriverRecord records[SIMSTOW_DRIVER_WRITE_RECORDS];
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    g_autoptr (GPtrArray) again = g_ptr_array_new ();
    g_autoptr (GError) local = NULL;
    gboolean good = TRUE;

    for (guint i = 0; i < replay->batch->len; i++)
        records[i] = item_record (replay->batch->pdata[i]);
    if (!simstow_driver_write (simstow_modem_peek_stores (replay->modem),
                               first->store,
                               records,
                               replay->batch->len,
                               outcomes,
                               replay->cancellable,
                               &local)) {
        if (simstow_bus_error_leaves_open (local))
            return end_open (replay, local, error);
        simstow_driver_outcomes_add (outcomes, 0, g_steal_pointer (&local));
    }
    for (guint i = 0; i < outcomes->len; i++) {
        SimstowDriverOutcome *outcome = &g_array_index (outcomes, SimstowDriverOutcome, i);
        SimstowPlanItem *item = g_ptr_array_index (replay->batch, i);

        if (is_busy (outcome) && *attempts + 1 < BUSY_ATTEMPTS)
            g_ptr_array_add (again, item);
        else
            good = take_outcome (replay, item, outcome, good ? error : NULL) && good;
    }
    g_ptr_array_remove_range (replay->batch, 0, outcomes->len);
    for (guint i = 0; i < again->len; i++)
        g_ptr_array_insert (replay->batch, (gint) i, again->pdata[i]);
    *attempts = again->len > 0 ? *attempts + 1 : 0;
    if (again->len > 0)
        simstow_modem_pause (BUSY_PAUSE_MS << *attempts, replay->cancellable);
    return good;
}

static gboolean
check_cancelled (Replay *replay, GError **error);

static gboolean
end_writes (Replay *replay, GError **error)
{
    gboolean good = TRUE;
    guint attempts = 0;

    while (good && replay->batch->len > 0)
        good = check_cancelled (replay, error) && write_some (replay, &attempts, error);
    g_ptr_array_set_size (replay->batch, 0);
    return good;
}

static gboolean
has_room (const Replay *replay, const SimstowPlanItem *item)
{
    const SimstowPlanItem *first = replay->batch->len > 0 ? replay->batch->pdata[0] : item;

    return g_str_equal (first->store, item->store) &&
           replay->batch->len < SIMSTOW_DRIVER_WRITE_RECORDS;
}

static gboolean
begin_write (Replay *replay, SimstowPlanItem *item, GError **error)
{
    GError *local = NULL;

    if (!check_plugin (replay, &local))
        return end_item (replay, item, FALSE, local, error);
    if (!has_room (replay, item) && !end_writes (replay, error))
        return FALSE;
    g_ptr_array_add (replay->batch, item);
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

    run_items (replay, FALSE, &early);
    if (replay->carried_out->len > 0)
        simstow_read_back (simstow_modem_peek_stores (replay->modem), replay->carried_out, &late);
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
    g_autoptr (GPtrArray) batch = g_ptr_array_new ();
    Replay replay = {.modem = modem,
                     .plan = plan,
                     .progress = progress,
                     .progress_data = user_data,
                     .cancellable = cancellable,
                     .carried_out = carried_out,
                     .batch = batch,
                     .total = count_steps (plan)};

    return run_records (&replay, error) && run_items (&replay, TRUE, error);
}
