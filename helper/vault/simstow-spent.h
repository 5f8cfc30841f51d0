/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which messages may go from a SIM that has them in its archives, so that there is room for
 * others. Pure: a snapshot and a rule in, messages out.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * SimstowSpentRule:
 * @free_places: of each store so many places are to be free, 0 for no such rule
 * @before: what the service centre had before that goes, seconds since 1970 UTC, 0 for no such
 *     rule
 */
typedef struct {
    guint free_places;
    gint64 before;
} SimstowSpentRule;

/**
 * simstow_spent_choose:
 * @snapshot: what a modem holds
 * @rule: which go
 *
 * Only messages whose time is known and that were read, of stores that were read whole and can be
 * written to; the oldest first; a long message goes with all its parts, which all have to be there,
 * or not at all.
 *
 * Returns: (transfer full) (element-type SimstowMessage): those that may go; borrowed from
 *     @snapshot
 */
GPtrArray *
simstow_spent_choose (const SimstowSnapshot *snapshot, const SimstowSpentRule *rule);
