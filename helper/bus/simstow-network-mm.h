/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network settings by ModemManager's own interfaces: read, written, and read
 * back after writing.
 */

#pragma once

#include "simstow-modem.h"
#include "simstow-plan.h"

/**
 * simstow_network_capture:
 * @modem: a modem
 * @snapshot: where to put the settings, and what could not be read
 * @cancellable: (nullable): to stop it
 * @error: return location for an error that ends all
 *
 * Reads profiles, modes, bands, preferred networks, locks and the initial EPS
 * bearer's settings. What this modem has no interface for is left out.
 *
 * Returns: %FALSE with @error set when the modem went away or it was cancelled
 */
gboolean
simstow_network_capture (SimstowModem *modem,
                         SimstowSnapshot *snapshot,
                         GCancellable *cancellable,
                         GError **error);

/**
 * simstow_network_apply:
 * @modem: a modem
 * @item: a step of a plan that writes a setting
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Writes a setting and reads it back. What the modem does not tell of a profile
 * that it took is no failure; the step's reason says so.
 *
 * Returns: %FALSE with @error set when it was not written, or reads back otherwise
 */
gboolean
simstow_network_apply (SimstowModem *modem,
                       SimstowPlanItem *item,
                       GCancellable *cancellable,
                       GError **error);
