/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an MBIM modem says it can do: its device services and their commands.
 */

#pragma once

#include <libmbim-glib.h>

#include "simstow-port.h"

/**
 * simstow_services_mbim_ask_async:
 * @port: a port
 * @service: a device service
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks the modem which commands of @service it has. A modem without an MBIM
 * device has none. Of one that refuses to tell, or whose list is not whole, the service
 * is taken to be there: what it refuses when it is asked for that is said by itself.
 */
void
simstow_services_mbim_ask_async (SimstowPort *port,
                                 MbimService service,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_services_mbim_ask_finish:
 * @port: the port
 * @result: what the callback got
 * @cids: (out): a set bit for each command, bit 1 for CID 1 and so on up to 31
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when the modem did not say
 */
gboolean
simstow_services_mbim_ask_finish (SimstowPort *port,
                                  GAsyncResult *result,
                                  guint32 *cids,
                                  GError **error);
