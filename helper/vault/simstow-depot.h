/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A destination as simstow uses it: what it holds by its last listing, and the steps that
 * change that. Each step is such that whatever ends it leaves every good archive where it is.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-archive.h"
#include "simstow-destination.h"
#include "simstow-holdings.h"
#include "simstow-label.h"
#include "simstow-state.h"

/**
 * SimstowDepot:
 * @config: what is known of it
 * @destination: the way there
 * @state: what is remembered
 * @holdings: (nullable): what it holds; %NULL when that was never seen
 * @listed: when that was, seconds since 1970 UTC; 0 for now
 * @fault: (nullable): why it cannot be seen now
 */
typedef struct {
    const SimstowDestinationConfig *config;
    SimstowDestination *destination;
    const SimstowState *state;
    SimstowHoldings *holdings;
    gint64 listed;
    GError *fault;
} SimstowDepot;

/**
 * simstow_depot_open:
 * @config: what is known of it; outlives the depot
 * @state: what is remembered; outlives it, too
 * @cancellable: (nullable): to stop it
 *
 * Lists it. When that fails, @fault says why, and it holds what it held when it was last seen.
 * One that was used before and has lost its README is another disk, or none: that is a fault.
 *
 * Returns: (transfer full): the depot
 */
SimstowDepot *
simstow_depot_open (const SimstowDestinationConfig *config,
                    const SimstowState *state,
                    GCancellable *cancellable);

/**
 * simstow_depot_new_away:
 * @config: what is known of it; outlives the depot
 * @state: what is remembered; outlives it, too
 * @fault: (transfer full): why it is not to be seen now
 *
 * Returns: (transfer full): the depot as it was when it was last seen
 */
SimstowDepot *
simstow_depot_new_away (const SimstowDestinationConfig *config,
                        const SimstowState *state,
                        GError *fault);

void
simstow_depot_free (SimstowDepot *depot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDepot, simstow_depot_free)

/**
 * simstow_depots_open:
 * @configs: (element-type SimstowDestinationConfig): destinations
 * @state: what is remembered; outlives the depots
 * @labels: whether to read the label of the newest archive of each SIM, too
 * @cancellable: (nullable): to stop it
 *
 * Opens all at the same time.
 *
 * Returns: (transfer full) (element-type SimstowDepot): the depots, in the order of @configs
 */
GPtrArray *
simstow_depots_open (const GPtrArray *configs,
                     const SimstowState *state,
                     gboolean labels,
                     GCancellable *cancellable);

/**
 * simstow_depot_list:
 * @depot: one that can be seen
 * @cancellable: (nullable): to stop it
 *
 * Returns: %FALSE with @error set when it cannot be seen any more
 */
gboolean
simstow_depot_list (SimstowDepot *depot, GCancellable *cancellable, GError **error);

/**
 * simstow_depot_add:
 * @file: an archive
 * @label: its label
 * @cancellable: (nullable): to stop it
 *
 * Stores the archive and reads it back, then its label. One that is there already and was not
 * read back to its end, or is damaged, is replaced.
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_depot_add (SimstowDepot *depot,
                   const gchar *file,
                   const SimstowLabel *label,
                   GCancellable *cancellable,
                   GError **error);

/**
 * simstow_depot_mark:
 * @holding: one of its archives
 * @confirmed: when the SIM was last found to hold nothing else
 * @proof: how far it was read back
 * @proved: when
 * @cancellable: (nullable): to stop it
 *
 * Leaves one mark that says so, in place of all others.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_depot_mark (SimstowDepot *depot,
                    SimstowHolding *holding,
                    gint64 confirmed,
                    SimstowProof proof,
                    gint64 proved,
                    GCancellable *cancellable,
                    GError **error);

/**
 * simstow_depot_get_label:
 * @holding: one of its archives
 * @cancellable: (nullable): to stop it
 *
 * Returns: (transfer full) (nullable): its label, or %NULL with @error set
 */
SimstowLabel *
simstow_depot_get_label (SimstowDepot *depot,
                         const SimstowHolding *holding,
                         GCancellable *cancellable,
                         GError **error);

/**
 * simstow_depot_verify:
 * @holding: one of its archives
 * @keys: (nullable): what may open it
 * @now: when this is
 * @cancellable: (nullable): to stop it
 *
 * Reads it back in full and marks how far that proved it: its digest, and where @keys or nothing
 * are needed to open it, all that is in it. Damage is marked, too.
 *
 * Returns: %FALSE with @error set: %SIMSTOW_DESTINATION_ERROR_DAMAGED, or it could not be read
 */
gboolean
simstow_depot_verify (SimstowDepot *depot,
                      SimstowHolding *holding,
                      const SimstowArchiveKeys *keys,
                      gint64 now,
                      GCancellable *cancellable,
                      GError **error);

/**
 * simstow_depot_compare:
 * @holding: one of its archives
 * @now: when this is
 * @cancellable: (nullable): to stop it
 *
 * Reads it back in full and compares its digest, as simstow_depot_verify() does; but leaves a mark
 * only of damage.
 *
 * Returns: %FALSE with @error set: %SIMSTOW_DESTINATION_ERROR_DAMAGED, or it could not be read
 */
gboolean
simstow_depot_compare (SimstowDepot *depot,
                       SimstowHolding *holding,
                       gint64 now,
                       GCancellable *cancellable,
                       GError **error);

/**
 * simstow_depot_drop:
 * @holding: one of its archives
 * @cancellable: (nullable): to stop it
 *
 * Removes it, then what belongs to it.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_depot_drop (SimstowDepot *depot,
                    const SimstowHolding *holding,
                    GCancellable *cancellable,
                    GError **error);

/**
 * simstow_depot_clear:
 * @ids: (element-type utf8): SIMs of this machine
 * @now: when this is
 * @cancellable: (nullable): to stop it
 *
 * Removes what runs left there that were cut off: of this machine's SIMs at once, as no other
 * run is under way, of others what is older than a day.
 */
void
simstow_depot_clear (SimstowDepot *depot,
                     const GPtrArray *ids,
                     gint64 now,
                     GCancellable *cancellable);
