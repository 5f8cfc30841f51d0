/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A logical channel to the card, lent by the plugin.
 */

#pragma once

#include "simstow-modem1.h"

/**
 * simstow_card_channel_open:
 * @plugin: the plugin's interface
 * @aid: an application identifier
 * @handle: (out): names the channel, 1 or more
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when none was opened
 */
gboolean
simstow_card_channel_open (SimstowDBusModem *plugin,
                           GBytes *aid,
                           guint *handle,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_card_channel_transmit:
 * @plugin: the plugin's interface
 * @handle: a channel
 * @apdu: a command
 * @error: return location for a #SimstowError
 *
 * Sends a command. Not cancellable: the card carries it out in any case.
 *
 * Returns: (transfer full) (nullable): data and status word, or %NULL with @error set
 */
GBytes *
simstow_card_channel_transmit (SimstowDBusModem *plugin,
                               guint handle,
                               GBytes *apdu,
                               GError **error);

/**
 * simstow_card_channel_close:
 * @plugin: the plugin's interface
 * @handle: a channel
 * @error: return location for a #SimstowError
 *
 * Closes a channel, also while all else is being cancelled.
 *
 * Returns: %FALSE with @error set when the card may not have closed it
 */
gboolean
simstow_card_channel_close (SimstowDBusModem *plugin, guint handle, GError **error);
