/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing what may be set on an eUICC, each read back from the card.
 */

#pragma once

#include "simstow-modem.h"
#include "simstow-plan.h"

/**
 * simstow_esim_write:
 * @stores: the stores of a modem
 * @item: a step of kind %SIMSTOW_KIND_ESIM that writes a text
 * @cancellable: (nullable): to stop waiting for a busy card
 * @error: return location for a #SimstowError
 *
 * Sets a nickname or the default server, and reads it back.
 *
 * Returns: %FALSE with @error set when it was refused, or reads back otherwise
 */
gboolean
simstow_esim_write (SimstowDriver *stores,
                    const SimstowPlanItem *item,
                    GCancellable *cancellable,
                    GError **error);

/**
 * simstow_esim_enable:
 * @modem: the modem
 * @item: the step of simstow_plan_add_enable ()
 * @cancellable: (nullable): to stop waiting
 * @error: return location for a #SimstowError
 *
 * Enables a profile. The card has another identity then: ModemManager drops the
 * modem and finds it anew, which is waited for; where it does not notice by
 * itself, it is told to look again. The state is read from the new modem.
 *
 * Returns: (transfer full) (nullable): the modem as it came back, or %NULL with
 * @error set when the card refused or the modem did not come back in time
 */
SimstowModem *
simstow_esim_enable (SimstowModem *modem,
                     const SimstowPlanItem *item,
                     GCancellable *cancellable,
                     GError **error);
