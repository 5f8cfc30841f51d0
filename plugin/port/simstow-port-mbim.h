/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM commands on the device that the daemon holds open.
 */

#pragma once

#include <libmbim-glib.h>

#include "simstow-port.h"

/**
 * simstow_port_mbim_async:
 * @self: a port
 * @request: (transfer full) (nullable): a request; %NULL fails
 * @timeout: how long to wait for the response, in seconds
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the response
 * @user_data: for @callback
 *
 * Sends a request beside the daemon's own.
 */
void
simstow_port_mbim_async (SimstowPort *self,
                         MbimMessage *request,
                         guint timeout,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_port_mbim_finish:
 * @self: a port
 * @result: what the callback got
 * @status: (out) (optional): the MBIM status, 0 when it did not come to that
 * @error: return location for a #SimstowError; the message ends in "(MBIM n)"
 *     where the device gave a status
 *
 * Returns: (transfer full) (nullable): a command-done message with status
 * Success, or %NULL with @error set
 */
MbimMessage *
simstow_port_mbim_finish (SimstowPort *self, GAsyncResult *result, guint *status, GError **error);

/**
 * simstow_port_mbim_dup_information:
 * @response: an answer to a command
 *
 * Returns: (transfer full): its information, no more than really came
 */
GBytes *
simstow_port_mbim_dup_information (MbimMessage *response);
