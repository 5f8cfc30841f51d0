/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists all messages of a memory with one command, in PDU mode, under the
 * daemon's storage lock.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-store-memories.h"

/**
 * simstow_store_messages_list_async:
 * @memories: knows how the modem lists
 * @name: the memory, as "SM"
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Lists a memory. A modem in text mode is put back to it.
 */
void
simstow_store_messages_list_async (SimstowStoreMemories *memories,
                                   const gchar *name,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * simstow_store_messages_list_finish:
 * @memories: the memories
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable) (element-type SimstowAtMessage): the messages
 * by rising index, or %NULL with @error set
 */
GPtrArray *
simstow_store_messages_list_finish (SimstowStoreMemories *memories,
                                    GAsyncResult *result,
                                    GError **error);
