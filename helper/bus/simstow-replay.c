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
#include "simstow-replay-erase.h"

typedef struct {
    SimstowModem *modem;
    SimstowPlan *plan;
    SimstowProgressFunc progress;
    gpointer progress_data;
    GCancellable *cancellable;
    GPtrArray *carried_out;
    GPtrArray *batch;   /* items that are written with one call, all to one store */
    GPtrArray *records; /* and the records they are written as */
    gsize octets;       /* of these */
    SimstowReplayErase *erase;
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

static GVariant *
record_to_variant (const SimstowPlanItem *item, GError **error)
{
    const SimstowStore *target = item->target;

    if (item->kind == SIMSTOW_KIND_MESSAGES)
        return simstow_message_to_variant (item->message,
                                           simstow_plan_message_status (item->message));
    if (item->kind == SIMSTOW_KIND_CALLS)
        return simstow_call_to_variant (item->call, item->index);
    if (g_strcmp0 (target->via, SIMSTOW_VIA_CARD) == 0)
        return simstow_record_card_from_contact (
            item->contact,
            item->index,
            (guint) MAX (target->name_length, 0),
            simstow_phonebook_sets_find (target->sets, item->index),
            error);
    return simstow_contact_to_variant (item->contact, item->index);
}

/* Leaves the fate open until the record was read back */
static gboolean
erase_by_plugin (Replay *replay, SimstowPlanItem *item, gboolean *begun, GError **error)
{
    if (!simstow_replay_erase_run (replay->erase,
                                   simstow_modem_peek_plugin (replay->modem),
                                   item,
                                   begun,
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
        erase_by_plugin (replay, item, &begun, &local);
    return end_item (replay, item, begun, local, error);
}

/* Each of them may be written; a second attempt might write it twice */
static gboolean
end_open (Replay *replay, const GError *cause, GError **error)
{
    gboolean good = TRUE;
    guint i;

    for (i = 0; i < replay->batch->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (replay->batch, i);

        good = end_item (replay, item, TRUE, g_error_copy (cause), good ? error : NULL) && good;
        item->fate = SIMSTOW_FATE_UNKNOWN;
    }
    return good;
}

/* The items that were written, and the one after them that was not */
static gboolean
end_written (Replay *replay, const GArray *indices, GError *failure, GError **error)
{
    guint count = indices->len;
    guint i;

    for (i = 0; i < count; i++) {
        SimstowPlanItem *item = g_ptr_array_index (replay->batch, i);

        item->index = g_array_index (indices, guint, i);
        g_ptr_array_add (replay->carried_out, item);
        end_item (replay, item, TRUE, NULL, NULL);
    }
    if (failure &&
        !end_item (replay, g_ptr_array_index (replay->batch, count), TRUE, failure, error))
        return FALSE;
    count += failure ? 1 : 0;
    g_ptr_array_remove_range (replay->batch, 0, count);
    g_ptr_array_remove_range (replay->records, 0, count);
    return TRUE;
}

/* What is left of a batch goes with the next call */
static gboolean
write_some (Replay *replay, GError **error)
{
    const SimstowPlanItem *first = g_ptr_array_index (replay->batch, 0);
    g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));
    g_autoptr (GError) failure = NULL;
    gboolean open;

    if (simstow_plugin_write_some (simstow_modem_peek_plugin (replay->modem),
                                   first->store,
                                   replay->records,
                                   indices,
                                   &open,
                                   replay->cancellable,
                                   &failure) ||
        !open)
        return end_written (replay, indices, g_steal_pointer (&failure), error);
    if (!end_open (replay, failure, error))
        return FALSE;
    g_ptr_array_set_size (replay->batch, 0);
    return TRUE;
}

static gboolean
check_cancelled (Replay *replay, GError **error);

static gboolean
end_writes (Replay *replay, GError **error)
{
    gboolean good = TRUE;

    while (good && replay->batch->len > 0)
        good = check_cancelled (replay, error) && write_some (replay, error);
    g_ptr_array_set_size (replay->batch, 0);
    g_ptr_array_set_size (replay->records, 0);
    replay->octets = 0;
    return good;
}

static gboolean
has_room (const Replay *replay, const SimstowPlanItem *item, gsize octets)
{
    const SimstowPlanItem *first = replay->batch->len > 0 ? replay->batch->pdata[0] : item;

    return g_str_equal (first->store, item->store) &&
           replay->batch->len < SIMSTOW_PLUGIN_WRITE_RECORDS &&
           (replay->batch->len == 0 || replay->octets + octets <= SIMSTOW_PLUGIN_WRITE_OCTETS);
}

static gboolean
begin_write (Replay *replay, SimstowPlanItem *item, GError **error)
{
    g_autoptr (GVariant) record = NULL;
    GError *local = NULL;

    if (check_plugin (replay, &local))
        record = record_to_variant (item, &local);
    if (!record)
        return end_item (replay, item, FALSE, local, error);
    g_variant_ref_sink (record);
    if (!has_room (replay, item, g_variant_get_size (record)) && !end_writes (replay, error))
        return FALSE;
    replay->octets += g_variant_get_size (record);
    g_ptr_array_add (replay->batch, item);
    g_ptr_array_add (replay->records, g_steal_pointer (&record));
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
    g_autoptr (GPtrArray) batch = g_ptr_array_new ();
    g_autoptr (GPtrArray) records =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    g_autoptr (SimstowReplayErase) erase = simstow_replay_erase_new ();
    Replay replay = {.modem = modem,
                     .plan = plan,
                     .progress = progress,
                     .progress_data = user_data,
                     .cancellable = cancellable,
                     .carried_out = carried_out,
                     .batch = batch,
                     .records = records,
                     .erase = erase,
                     .total = count_steps (plan)};

    return run_records (&replay, error) && run_items (&replay, TRUE, error);
}
