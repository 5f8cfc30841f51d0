/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes messages to a memory, one after the other under one storage lock.
 *
 * A lock costs a command, and a restore is many writes, so the lock is kept over a
 * run of them: until none came for a moment, or for a second at most. Meanwhile the
 * daemon cannot store a message of its own and says so to who asked; what arrives
 * is not touched, as only the memory for writing is locked.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-message.h"
#include "simstow-store-memories.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_WRITER (simstow_store_writer_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreWriter, simstow_store_writer, SIMSTOW, STORE_WRITER, GObject)

/**
 * simstow_store_writer_new:
 * @memories: knows how the modem is set
 *
 * Returns: (transfer full): a writer that holds no lock
 */
SimstowStoreWriter *
simstow_store_writer_new (SimstowStoreMemories *memories);

/**
 * simstow_store_writer_write_async:
 * @self: a writer
 * @name: the memory, as "SM"
 * @message: (transfer full): what to write; its index is not looked at
 * @cancellable: (nullable): to stop before the message is begun
 * @callback: called when done
 * @user_data: for @callback
 *
 * Writes one message with its status, 3GPP TS 27.005 4.3. Once the modem waits for
 * the PDU it gets it, whatever becomes of the job: it would take the daemon's next
 * command for it.
 */
void
simstow_store_writer_write_async (SimstowStoreWriter *self,
                                  const gchar *name,
                                  SimstowAtMessage *message,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * simstow_store_writer_write_finish:
 * @self: a writer
 * @result: what the callback got
 * @index: (out): where the modem put it
 * @error: return location for a #SimstowError
 *
 * Returns: whether it was written
 */
gboolean
simstow_store_writer_write_finish (SimstowStoreWriter *self,
                                   GAsyncResult *result,
                                   guint *index,
                                   GError **error);

/**
 * simstow_store_writer_release:
 * @self: a writer
 *
 * Gives the lock back at once, as before an operation that needs one of its own.
 */
void
simstow_store_writer_release (SimstowStoreWriter *self);

G_END_DECLS
