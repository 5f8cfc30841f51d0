/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selecting a file over a channel, in whatever way the card and the modem take it.
 */

#pragma once

#include "simstow-channel.h"

/**
 * simstow_select_async:
 * @channel: an open channel
 * @path: the steps to the file, two octets each, from the MF on and without it
 * @cancellable: (nullable): to stop between two commands
 * @callback: called when it is selected
 * @user_data: for @callback
 *
 * Selects a file. What was taken on this channel is tried first the next time.
 */
void
simstow_select_async (SimstowChannel *channel,
                      GBytes *path,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);

/**
 * simstow_select_finish:
 * @channel: the channel
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): the file's FCP template, or what a SIM of old tells of it;
 * where the card tells nothing, a template made of what reading the file shows. %NULL with @error
 * set when it cannot be selected
 */
GBytes *
simstow_select_finish (SimstowChannel *channel, GAsyncResult *result, GError **error);
