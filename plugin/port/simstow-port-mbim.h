/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM commands on the device that the daemon holds open.
 */

#pragma once

#include <libmbim-glib.h>

#include "simstow-port.h"

/**
 * simstow_port_mbim_async:
 * @request: (transfer full) (nullable): a request; %NULL fails
 * @timeout: how long to wait for the response, in seconds
 * @callback: called with the response
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

/**
 * simstow_services_mbim_ask_async:
 * @service: a device service
 * @callback: called with the answer
 *
 * Asks the modem, once, which commands of @service it has. A modem without an MBIM device has
 * none. Of one that refuses to tell, the service is taken to be there, as by
 * simstow_mbim_find_commands ().
 */
void
simstow_services_mbim_ask_async (SimstowPort *self,
                                 MbimService service,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_services_mbim_ask_finish:
 * @cids: (out): a set bit for each command, bit 1 for CID 1 and so on up to 31
 *
 * Returns: %FALSE with @error set when the modem did not say
 */
gboolean
simstow_services_mbim_ask_finish (SimstowPort *self,
                                  GAsyncResult *result,
                                  guint32 *cids,
                                  GError **error);
