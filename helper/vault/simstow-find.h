/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The best archive over all destinations: the newest, and of those the one that is proved best
 * and can be had fastest.
 */

#pragma once

#include "simstow-depot.h"

/**
 * SimstowCandidate:
 * @depot: where it is
 * @holding: the archive there
 */
typedef struct {
    SimstowDepot *depot;
    SimstowHolding *holding;
} SimstowCandidate;

/**
 * simstow_find_candidates:
 * @depots: (element-type SimstowDepot): destinations; those that cannot be seen are passed over
 * @id: (nullable): the beginning of a SIM's id
 * @at: archives that were made later do not count, seconds since 1970 UTC
 *
 * Archives that were not stored by simstow backup come last, those that are known to be damaged
 * not at all.
 *
 * Returns: (transfer full) (element-type SimstowCandidate): all that may do, the best first
 */
GArray *
simstow_find_candidates (const GPtrArray *depots, const gchar *id, gint64 at);

/**
 * simstow_find_ids:
 * @candidates: (element-type SimstowCandidate): such
 *
 * Returns: (transfer full) (element-type utf8): the ids of their SIMs
 */
GPtrArray *
simstow_find_ids (const GArray *candidates);

/**
 * simstow_candidate_fetch:
 * @candidate: an archive
 * @keys: what may open it
 * @opened: (out): whether it was opened, and everything in it is right
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: %SIMSTOW_ERROR_DECRYPT only where a passphrase is wrong
 *
 * Gets a copy and checks it: by its label, where there is one, and by opening it, where the keys
 * at hand do.
 *
 * Returns: (transfer full) (nullable): the path of a private copy, or %NULL with @error set
 */
gchar *
simstow_candidate_fetch (const SimstowCandidate *candidate,
                         const SimstowArchiveKeys *keys,
                         gboolean *opened,
                         GCancellable *cancellable,
                         GError **error);
