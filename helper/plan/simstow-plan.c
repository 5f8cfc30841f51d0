/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan itself: its life, its order, and what all kinds of records share.
 */

#include "simstow-plan.h"

#include <glib/gi18n.h>

#include "simstow-names.h"
#include "simstow-plan-private.h"

static void
item_free (SimstowPlanItem *item)
{
    g_free (item->store);
    g_free (item->before);
    g_free (item->after);
    g_free (item->reason);
    g_free (item->fault);
    g_free (item);
}

SimstowPlanItem *
simstow_plan_builder_add (SimstowPlanBuilder *builder,
                          SimstowAction action,
                          SimstowKinds kind,
                          const gchar *store,
                          gchar *reason)
{
    SimstowPlanItem *item = g_new0 (SimstowPlanItem, 1);

    item->action = action;
    item->kind = kind;
    item->store = g_strdup (store);
    item->reason = reason;
    g_ptr_array_add (builder->plan->items, item);
    return item;
}

void
simstow_plan_builder_add_entry (SimstowPlanBuilder *builder,
                                SimstowAction action,
                                const SimstowEntry *entry,
                                guint index,
                                gchar *reason)
{
    SimstowPlanItem *item =
        simstow_plan_builder_add (builder, action, entry->kind, entry->store, reason);

    item->index = index;
    if (entry->kind == SIMSTOW_KIND_MESSAGES)
        item->message = entry->message;
    else if (entry->kind == SIMSTOW_KIND_CONTACTS)
        item->contact = entry->contact;
    else
        item->call = entry->call;
    item->altered = action == SIMSTOW_ACTION_SKIP && entry->altered;
    if (item->altered)
        item->fault = g_strdup (entry->altered);
    item->target = simstow_snapshot_find_store (builder->modem, entry->store);
}

gchar *
simstow_plan_builder_why_unusable (const SimstowPlanBuilder *builder, const gchar *id)
{
    const SimstowSnapshot *modem = builder->modem;
    const SimstowStore *store = simstow_snapshot_find_store (modem, id);

    if (!store && simstow_sim_is_locked (modem->sim))
        return g_strdup_printf (_ ("the SIM is locked (%s)"), modem->sim->lock);
    if (!store && !modem->device->transport)
        return g_strdup_printf (_ ("%s cannot be written without the simstow plugin"), id);
    if (!store)
        return g_strdup_printf (_ ("this modem has no %s"), id);
    if (!store->writable)
        return g_strdup_printf (_ ("%s can only be read"), id);
    if (!store->complete)
        return g_strdup_printf (_ ("%s could not be read whole, so that what is there is unknown"),
                                id);
    return NULL;
}

gboolean
simstow_plan_builder_may_erase (const SimstowPlanBuilder *builder, const gchar *id)
{
    const SimstowStore *kept = simstow_snapshot_find_store (builder->archive, id);
    const SimstowStore *store = simstow_snapshot_find_store (builder->modem, id);

    return builder->replace && kept && kept->complete && store && store->complete &&
           store->writable && g_strcmp0 (store->via, SIMSTOW_VIA_MM) != 0;
}

SimstowMessageStatus
simstow_plan_message_status (const SimstowMessage *message)
{
    if (message->status != SIMSTOW_MESSAGE_STATUS_UNKNOWN)
        return message->status;
    return message->tpdu && message->tpdu->type == SIMSTOW_TPDU_SUBMIT
               ? SIMSTOW_MESSAGE_STATUS_UNSENT
               : SIMSTOW_MESSAGE_STATUS_READ;
}

/* Erasures make room and come first; all else keeps the order it was added in */
static void
move_erasures_first (SimstowPlan *plan)
{
    g_autoptr (GPtrArray) unordered = g_steal_pointer (&plan->items);
    guint i;

    plan->items = g_ptr_array_new_full (unordered->len, (GDestroyNotify) item_free);
    g_ptr_array_set_free_func (unordered, NULL);
    for (i = 0; i < unordered->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (unordered, i);

        if (item->action == SIMSTOW_ACTION_ERASE)
            g_ptr_array_add (plan->items, item);
    }
    for (i = 0; i < unordered->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (unordered, i);

        if (item->action != SIMSTOW_ACTION_ERASE)
            g_ptr_array_add (plan->items, item);
    }
}

SimstowPlan *
simstow_plan_new (const SimstowSnapshot *archive,
                  const SimstowSnapshot *modem,
                  SimstowKinds kinds,
                  gboolean replace)
{
    SimstowPlanBuilder builder = {.archive = archive,
                                  .modem = modem,
                                  .unasked = (kinds & SIMSTOW_KIND_UNASKED) != 0,
                                  .replace = replace};

    builder.plan = g_new0 (SimstowPlan, 1);
    builder.plan->other_sim = !simstow_sim_is_same (archive->sim, modem->sim);
    builder.plan->other_modem = !simstow_device_is_same (archive->device, modem->device);
    builder.plan->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
    builder.plan->reduced = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_contact_free);
    if (kinds & SIMSTOW_KIND_MESSAGES)
        simstow_plan_builder_add_messages (&builder);
    if (kinds & SIMSTOW_KIND_CONTACTS)
        simstow_plan_builder_add_entries (&builder, SIMSTOW_KIND_CONTACTS);
    if (kinds & SIMSTOW_KIND_CALLS)
        simstow_plan_builder_add_entries (&builder, SIMSTOW_KIND_CALLS);
    if (kinds & SIMSTOW_KIND_NETWORK)
        simstow_plan_builder_add_network (&builder);
    if (kinds & SIMSTOW_KIND_ESIM)
        simstow_plan_builder_add_esim (&builder);
    move_erasures_first (builder.plan);
    return builder.plan;
}

guint
simstow_plan_count_altered (const SimstowPlan *plan)
{
    guint count = 0;
    guint i;

    for (i = 0; i < plan->items->len; i++)
        count += ((const SimstowPlanItem *) g_ptr_array_index (plan->items, i))->altered;
    return count;
}

gboolean
simstow_plan_changes_settings (const SimstowPlan *plan)
{
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == SIMSTOW_ACTION_WRITE && item->before)
            return TRUE;
    }
    return FALSE;
}

guint
simstow_plan_count (const SimstowPlan *plan, SimstowAction action)
{
    guint count = 0;
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        count += item->action == action;
    }
    return count;
}

void
simstow_plan_free (SimstowPlan *plan)
{
    if (!plan)
        return;
    g_ptr_array_unref (plan->items);
    g_ptr_array_unref (plan->reduced);
    simstow_network_free (plan->merged);
    g_free (plan);
}

static void
recovery_free (SimstowRecovery *recovery)
{
    g_ptr_array_unref (recovery->codes);
    g_free (recovery->smdp);
    g_free (recovery);
}

static gboolean
is_for (const SimstowActivationCode *code, const SimstowEuiccProfile *profile)
{
    g_autofree gchar *server = NULL;

    if (code->iccid)
        return g_str_equal (code->iccid, profile->iccid);
    server = simstow_activation_code_dup_smdp (code);
    return g_strcmp0 (server, simstow_euicc_profile_get_address (profile)) == 0;
}

static GPtrArray *
find_codes (const SimstowEsim *esim, const SimstowEuiccProfile *profile)
{
    GPtrArray *codes = g_ptr_array_new ();
    guint i;

    for (i = esim->codes->len; i > 0; i--) {
        SimstowActivationCode *code = g_ptr_array_index (esim->codes, i - 1);

        if (is_for (code, profile))
            g_ptr_array_add (codes, code);
    }
    return codes;
}

static guint
count_waiting (const SimstowEsim *esim, const gchar *iccid, const gchar *operation)
{
    guint count = 0;
    guint i;

    for (i = 0; esim && i < esim->further->len; i++)
        count += count_waiting (g_ptr_array_index (esim->further, i), iccid, operation);
    for (i = 0; esim && i < esim->notifications->len; i++) {
        const SimstowEuiccNotification *notification = g_ptr_array_index (esim->notifications, i);

        count += g_strcmp0 (notification->iccid, iccid) == 0 &&
                 (!operation || g_str_equal (notification->operation, operation));
    }
    return count;
}

static SimstowRecovery *
recovery_new (const SimstowEsim *archive,
              const SimstowEsim *target,
              const SimstowEsim *element,
              const SimstowEuiccProfile *profile)
{
    SimstowRecovery *recovery = g_new0 (SimstowRecovery, 1);

    recovery->profile = profile;
    recovery->eid = element->eid;
    recovery->codes = find_codes (archive, profile);
    recovery->smdp = recovery->codes->len > 0
                         ? simstow_activation_code_dup_smdp (recovery->codes->pdata[0])
                         : g_strdup (simstow_euicc_profile_get_address (profile));
    recovery->waiting = count_waiting (archive, profile->iccid, NULL);
    recovery->deletion_waits = count_waiting (archive, profile->iccid, "delete") > 0 ||
                               count_waiting (target, profile->iccid, "delete") > 0;
    return recovery;
}

static void
add_element (GPtrArray *list,
             const SimstowEsim *archive,
             const SimstowEsim *target,
             const SimstowEsim *element)
{
    guint i;

    for (i = 0; i < element->profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (element->profiles, i);

        if (!target || !simstow_esim_find_on_any (target, profile->iccid))
            g_ptr_array_add (list, recovery_new (archive, target, element, profile));
    }
}

GPtrArray *
simstow_recovery_list (const SimstowEsim *archive, const SimstowEsim *target)
{
    GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) recovery_free);
    guint i;

    add_element (list, archive, target, archive);
    for (i = 0; i < archive->further->len; i++)
        add_element (list, archive, target, g_ptr_array_index (archive->further, i));
    return list;
}
