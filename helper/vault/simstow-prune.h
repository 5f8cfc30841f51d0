/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may go from a destination, and what keeps it: retention says which archives are over,
 * guards say no. Only what simstow wrote is ever looked at.
 */

#pragma once

#include "simstow-depot.h"
#include "simstow-retention.h"

/**
 * SimstowPrunePlan:
 * @depot: the destination
 * @drop: (element-type SimstowHolding): what goes; the depot's own
 * @held: (element-type utf8): why something that is over stays
 */
typedef struct {
    SimstowDepot *depot;
    GPtrArray *drop;
    GPtrArray *held;
} SimstowPrunePlan;

/**
 * simstow_prune_plan_new:
 * @depot: a destination that can be seen
 * @retention: how long archives are kept
 * @cancellable: (nullable): to stop it
 *
 * Nothing goes of a SIM that this machine has not saved; nothing of a SIM while its newest archive
 * is not known to be good, or has a time that cannot be; nothing that has more than twice the
 * records of the newest, or a kind of record that the newest has none of; and nothing of a history
 * that the newest does not go on with.
 *
 * Returns: (transfer full) (nullable): the plan, or %NULL with @error set when labels cannot be
 *     read
 */
SimstowPrunePlan *
simstow_prune_plan_new (SimstowDepot *depot,
                        const SimstowRetention *retention,
                        GCancellable *cancellable,
                        GError **error);

/**
 * simstow_prune_plan_run:
 * @cancellable: (nullable): to stop it
 *
 * Reads the newest archive of each SIM back, then removes what goes, the oldest first.
 *
 * Returns: %FALSE with @error set when something is still there
 */
gboolean
simstow_prune_plan_run (SimstowPrunePlan *plan, GCancellable *cancellable, GError **error);

void
simstow_prune_plan_free (SimstowPrunePlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPrunePlan, simstow_prune_plan_free)
