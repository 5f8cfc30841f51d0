/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A restore that is only rehearsed: everything parses, a plan can be made, nothing
 * is written.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * SimstowRehearsal:
 * @write: records that would be written
 * @skip: records that are there already
 * @refuse: records that could not be written
 */
typedef struct {
    guint write;
    guint skip;
    guint refuse;
} SimstowRehearsal;

/**
 * simstow_rehearsal_run:
 * @archive: what would be restored
 * @present: (nullable): a modem as it is now; %NULL for one like the archive's,
 *     with nothing in it
 * @rehearsal: (out caller-allocates): what a restore would do
 */
void
simstow_rehearsal_run (const SimstowSnapshot *archive,
                       const SimstowSnapshot *present,
                       SimstowRehearsal *rehearsal);
