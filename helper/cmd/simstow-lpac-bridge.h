/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of lpac's stdio backend: each request of a line is answered by a
 * line, the card's part of it through the plugin.
 */

#pragma once

#include "simstow-modem.h"

typedef struct _SimstowLpacBridge SimstowLpacBridge;

/**
 * simstow_lpac_bridge_new:
 * @modem: a modem with the plugin
 * @cancellable: (nullable): stops it; a command that the card has is waited for
 *
 * Returns: (transfer full): a bridge with no channel open
 */
SimstowLpacBridge *
simstow_lpac_bridge_new (SimstowModem *modem, GCancellable *cancellable);

/**
 * simstow_lpac_bridge_answer:
 * @bridge: a bridge
 * @line: a line that lpac wrote
 *
 * Returns: (transfer full) (nullable): the line that answers it; %NULL when it is
 * no request, but for people or the program that reads lpac's output
 */
gchar *
simstow_lpac_bridge_answer (SimstowLpacBridge *bridge, const gchar *line);

/**
 * simstow_lpac_bridge_peek_error:
 * @bridge: a bridge
 *
 * Returns: (transfer none) (nullable): the first error of the modem or the bus
 */
const GError *
simstow_lpac_bridge_peek_error (const SimstowLpacBridge *bridge);

/**
 * simstow_lpac_bridge_free:
 * @bridge: (transfer full): a bridge; a channel that is open is closed
 */
void
simstow_lpac_bridge_free (SimstowLpacBridge *bridge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowLpacBridge, simstow_lpac_bridge_free)
