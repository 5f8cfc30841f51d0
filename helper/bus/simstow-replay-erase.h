/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Erasing for a restore: what is on the modem now is read anew, and only what the safety
 * archive holds, to the byte, is erased.
 */

#pragma once

#include "simstow-modem1.h"
#include "simstow-plan.h"

typedef struct _SimstowReplayErase SimstowReplayErase;

/**
 * simstow_replay_erase_new:
 *
 * Returns: (transfer full): nothing read yet
 */
SimstowReplayErase *
simstow_replay_erase_new (void);

/**
 * simstow_replay_erase_free:
 * @erase: what was read
 */
void
simstow_replay_erase_free (SimstowReplayErase *erase);

/**
 * simstow_replay_erase_run:
 * @erase: what was read so far; the item's store is read with its first item
 * @plugin: the plugin's interface
 * @item: what to erase
 * @begun: (out): whether it was read and the modem told to erase it
 * @cancellable: (nullable): to stop before it
 * @error: return location for a #SimstowError: NotFound when another record is there now
 *
 * Erases a record when it is what the plan was made for.
 *
 * Returns: %FALSE with @error set when it was not erased
 */
gboolean
simstow_replay_erase_run (SimstowReplayErase *erase,
                          SimstowDBusModem *plugin,
                          const SimstowPlanItem *item,
                          gboolean *begun,
                          GCancellable *cancellable,
                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowReplayErase, simstow_replay_erase_free)
