/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One archive's share of a merged one: those of its records that stand in the
 * merged archive, in the order of archives.
 */

#pragma once

#include "simstow-merge-input.h"

/**
 * SimstowMergeLane:
 * @input: the archive
 * @item: the record that is next; of kind %SIMSTOW_ITEM_END behind the last
 * @sighting: what was joined for it
 */
typedef struct {
    const SimstowMergeInput *input;
    SimstowItem item;
    const SimstowSighting *sighting;
    /*< private >*/
    SimstowMergeCursor *cursor;
    const SimstowSighting *next;
    const SimstowSighting *end;
    GArray *held;
    guint n_taken;
} SimstowMergeLane;

/**
 * simstow_merge_lane_new:
 * @input: an archive that was surveyed
 * @number: which of the inputs it is
 * @kind: which records
 * @sightings: (element-type SimstowSighting): all sightings, sorted by place
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Records that are not sorted in the archive are taken into memory; no archive
 * of simstow's has such.
 *
 * Returns: (transfer full) (nullable): a lane at its first record, or %NULL with @error set
 */
SimstowMergeLane *
simstow_merge_lane_new (const SimstowMergeInput *input,
                        guint32 number,
                        SimstowItemKind kind,
                        const GArray *sightings,
                        GCancellable *cancellable,
                        GError **error);

/**
 * simstow_merge_lane_free:
 * @lane: (transfer full): a lane
 */
void
simstow_merge_lane_free (SimstowMergeLane *lane);

/**
 * simstow_merge_lane_next:
 * @lane: a lane
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set when the next record cannot be read
 */
gboolean
simstow_merge_lane_next (SimstowMergeLane *lane, GError **error);

/**
 * simstow_merge_lane_compare:
 * @a: a lane at a record
 * @b: another
 *
 * Returns: which record comes first, as strcmp (): by store, index, identity
 */
gint
simstow_merge_lane_compare (const SimstowMergeLane *a, const SimstowMergeLane *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMergeLane, simstow_merge_lane_free)
