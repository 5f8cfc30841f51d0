/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replay: a plan, onto the modem.
 */

#pragma once

#include "simstow-capture.h"
#include "simstow-plan.h"

/**
 * simstow_replay:
 * @modem: the modem the plan was made for
 * @plan: the plan; each step's fate is filled in
 * @progress: (nullable) (scope call): told how it goes
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it between two records
 * @error: return location for an error that ended it early: the modem went
 *     away, access was denied, cancelled
 *
 * Carries the plan out in order, and reads every record back. A record that the
 * modem refuses fails alone; the rest goes on. Run again after an early end, a
 * new plan goes on where this one stopped.
 *
 * Returns: %FALSE with @error set when it ended early
 */
gboolean
simstow_replay (SimstowModem *modem,
                SimstowPlan *plan,
                SimstowProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error);
