/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was promised against what came: the modem's own counts, and ModemManager's list of
 * messages. Whatever is missing is a problem.
 */

#pragma once

#include "simstow-modem.h"

/**
 * simstow_promises_check_counts:
 * @snapshot: what was read of a modem
 * @stores: (element-type SimstowStore): what the modem says of its stores after all was read,
 *     or those of @snapshot
 *
 * Compares the records of each store with the count that the modem gave. A count that the
 * modem gives no longer is none: something was erased meanwhile. Nor is one a broken promise
 * that is exactly what all stores of a kind together hold: some modems count the card's
 * records with their own. A count that is otherwise too high is told; that the modem just
 * counts wrong cannot be known.
 */
void
simstow_promises_check_counts (SimstowSnapshot *snapshot, const GPtrArray *stores);

/**
 * simstow_promises_has_broken:
 * @snapshot: what was read of a modem
 *
 * Returns: whether fewer records came of a store than the modem counted before
 */
gboolean
simstow_promises_has_broken (const SimstowSnapshot *snapshot);

/**
 * simstow_promises_check_listed:
 * @snapshot: what was read of a modem
 * @store: (nullable): the store that messages are in, %NULL for all together
 * @listed: how many ModemManager lists there, each of one part or more
 *
 * Compares them with those that came. ModemManager lists what it saw when it enabled the modem
 * and since, and what was erased behind its back, as restore --replace does, stays on its list:
 * where the modem's own count was kept, what is more on the list is a remark.
 */
void
simstow_promises_check_listed (SimstowSnapshot *snapshot, const gchar *store, guint listed);

/**
 * simstow_promises_check:
 * @modem: a modem with the plugin
 * @snapshot: what was read of it
 * @cancellable: (nullable): to stop it
 * @error: return location for an error that ends all
 *
 * Checks all of that, asking the modem for its counts again where some were not kept.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_promises_check (SimstowModem *modem,
                        SimstowSnapshot *snapshot,
                        GCancellable *cancellable,
                        GError **error);
