/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan in the making: what the parts of simstow_plan_new () share. Each part
 * knows one family of things and adds its steps.
 */

#pragma once

#include "simstow-entries.h"

/**
 * SimstowPlanBuilder:
 * @archive: what to restore
 * @modem: the modem as it is
 * @unasked: whether nobody asked for settings by name
 * @replace: whether to erase what the archive does not have
 * @plan: the plan so far
 *
 * Lives on the stack of simstow_plan_new ().
 */
typedef struct {
    const SimstowSnapshot *archive;
    const SimstowSnapshot *modem;
    gboolean unasked;
    gboolean replace;
    SimstowPlan *plan;
} SimstowPlanBuilder;

/**
 * simstow_plan_builder_add:
 * @action: what to do
 * @kind: with what kind of thing
 * @store: the target store's id
 * @reason: (nullable) (transfer full): why
 *
 * Adds a step at the end.
 *
 * Returns: (transfer none): the step
 */
SimstowPlanItem *
simstow_plan_builder_add (SimstowPlanBuilder *builder,
                          SimstowAction action,
                          SimstowKinds kind,
                          const gchar *store,
                          gchar *reason);

/**
 * simstow_plan_builder_add_entry:
 * @action: what to do
 * @entry: the record and its target store
 * @index: where in that store
 * @reason: (nullable) (transfer full): why
 *
 * Adds a step for a record.
 */
void
simstow_plan_builder_add_entry (SimstowPlanBuilder *builder,
                                SimstowAction action,
                                const SimstowEntry *entry,
                                guint index,
                                gchar *reason);

/**
 * simstow_plan_builder_why_unusable:
 *
 * Returns: (transfer full) (nullable): why nothing can be written to the modem's
 * store of that id; %NULL when it can
 */
gchar *
simstow_plan_builder_why_unusable (const SimstowPlanBuilder *builder, const gchar *id);

/**
 * simstow_plan_builder_may_erase:
 *
 * Returns: whether records that the archive lacks are to be erased from the
 * modem's store of that id: only when replacing, and when both were read whole;
 * never by ModemManager's own interface, which does not know the records' places
 */
gboolean
simstow_plan_builder_may_erase (const SimstowPlanBuilder *builder, const gchar *id);

/**
 * simstow_plan_builder_add_messages:
 *
 * Adds the steps for messages.
 */
void
simstow_plan_builder_add_messages (SimstowPlanBuilder *builder);

/**
 * simstow_plan_builder_add_entries:
 * @kind: %SIMSTOW_KIND_CONTACTS or %SIMSTOW_KIND_CALLS
 *
 * Adds the steps for records that are written to a place of their own.
 */
void
simstow_plan_builder_add_entries (SimstowPlanBuilder *builder, SimstowKinds kind);

/**
 * simstow_plan_builder_add_network:
 *
 * Adds the steps for network settings.
 */
void
simstow_plan_builder_add_network (SimstowPlanBuilder *builder);

/**
 * simstow_plan_builder_add_esim:
 *
 * Adds the steps for an eUICC.
 */
void
simstow_plan_builder_add_esim (SimstowPlanBuilder *builder);
