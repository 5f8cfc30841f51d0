/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canonical text of what a modem holds, to be compared with diff.
 */

#pragma once

#include "sim-store.h"

G_BEGIN_DECLS

/**
 * sim_dump:
 * @store: what the modem holds
 * @what: (nullable): words, separated by spaces: `messages`, `phonebooks` (call lists are among
 *     them), `profiles`, `preferred-networks`, `locks`, `selected`; none of them means all.
 *     `content` leaves the indices of messages out and sorts them, since a modem chooses the
 *     place itself; empty memories and phonebooks are then left out too
 *
 * Returns: (transfer full): the groups of a scenario file (sim-scenario.h)
 */
gchar *
sim_dump (SimStore *store, const gchar *what);

G_END_DECLS
