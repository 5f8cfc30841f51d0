/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists all messages of a memory, in PDU mode, under the daemon's storage lock.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-store-memories.h"

/**
 * simstow_store_messages_list_async:
 * @memories: knows how the modem lists
 * @memory: the memory, with its counts as far as they are known
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Lists a memory. A modem in text mode is put back to it. Where it refuses to list in PDU mode,
 * or lists nothing of what it counts, the messages are read one by one, 3GPP TS 27.005 3.4.3.
 */
void
simstow_store_messages_list_async (SimstowStoreMemories *memories,
                                   const SimstowStoreMemory *memory,
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
