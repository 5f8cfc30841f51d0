/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which message memories a modem has, how full they are, and how it lists them.
 *
 * The modem counts only the memories that are selected. Those that are not are
 * selected two at a time through the daemon's storage lock, one for reading and
 * one for writing, so that one lock and one question tell both.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-port.h"
#include "simstow-store-script.h"

G_BEGIN_DECLS

/**
 * SimstowStorePeek:
 * @SIMSTOW_STORE_PEEK_NONE: listing turns unread into read, 3GPP TS 27.005 3.4.2
 * @SIMSTOW_STORE_PEEK_CMGL: +CMGL has a second parameter that prevents it
 * @SIMSTOW_STORE_PEEK_SMGL: ^SMGL lists without it (Siemens, Cinterion, Telit Cinterion)
 *
 * How messages can be listed with their status left alone. Only what the modem
 * itself declares by its answer to +CMGL=? or ^SMGL=? is used: a parameter tried
 * at random could mean anything.
 */
typedef enum {
    SIMSTOW_STORE_PEEK_NONE,
    SIMSTOW_STORE_PEEK_CMGL,
    SIMSTOW_STORE_PEEK_SMGL,
} SimstowStorePeek;

/**
 * SimstowStoreMemory:
 * @store: the store's id, as "sms/sm"
 * @name: the modem's name for it, as "SM"
 * @writable: whether messages can be written to it
 * @counted: whether @used and @total are known
 * @used: how many messages it holds
 * @total: how many fit
 * @instead: (nullable): what the modem selects when it is told to select this one
 */
typedef struct {
    gchar *store;
    gchar *name;
    gboolean writable;
    gboolean counted;
    guint used;
    guint total;
    gchar *instead;
} SimstowStoreMemory;

#define SIMSTOW_TYPE_STORE_MEMORIES (simstow_store_memories_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreMemories,
                      simstow_store_memories,
                      SIMSTOW,
                      STORE_MEMORIES,
                      GObject)

/**
 * simstow_store_memories_new:
 * @port: the modem's line
 * @script: runs the commands
 *
 * Returns: (transfer full): memories of a modem that was not asked yet
 */
SimstowStoreMemories *
simstow_store_memories_new (SimstowPort *port, SimstowStoreScript *script);

/**
 * simstow_store_memories_get_port:
 * @self: the memories
 *
 * Returns: (transfer none): the modem's line
 */
SimstowPort *
simstow_store_memories_get_port (SimstowStoreMemories *self);

/**
 * simstow_store_memories_get_script:
 * @self: the memories
 *
 * Returns: (transfer none): what runs the commands
 */
SimstowStoreScript *
simstow_store_memories_get_script (SimstowStoreMemories *self);

/**
 * simstow_store_memories_load_async:
 * @self: the memories
 * @count: whether to count messages
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks the modem once for its memories, and each time that @count is set how full
 * they are.
 */
void
simstow_store_memories_load_async (SimstowStoreMemories *self,
                                   gboolean count,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * simstow_store_memories_load_finish:
 * @self: the memories
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when the modem tells of no memory, or the job
 * was cancelled
 */
gboolean
simstow_store_memories_load_finish (SimstowStoreMemories *self,
                                    GAsyncResult *result,
                                    GError **error);

/**
 * simstow_store_memories_find:
 * @self: the memories
 * @store: a store's id
 *
 * Returns: (transfer none) (nullable): the memory, or %NULL when there is none
 */
const SimstowStoreMemory *
simstow_store_memories_find (SimstowStoreMemories *self, const gchar *store);

/**
 * simstow_store_memories_dup_list:
 * @self: the memories
 *
 * Returns: (transfer full): its stores as ListStores () has them, aa{sv}
 */
GVariant *
simstow_store_memories_dup_list (SimstowStoreMemories *self);

/**
 * simstow_store_memories_get_peek:
 * @self: the memories
 *
 * Returns: how to list without changing a status
 */
SimstowStorePeek
simstow_store_memories_get_peek (SimstowStoreMemories *self);

/**
 * simstow_store_memories_no_peek:
 * @self: the memories
 *
 * To be called when the modem does not keep what it declared.
 */
void
simstow_store_memories_no_peek (SimstowStoreMemories *self);

/**
 * simstow_store_memories_get_text_mode:
 * @self: the memories
 *
 * Returns: whether the modem was last seen in text mode (+CMGF=1)
 */
gboolean
simstow_store_memories_get_text_mode (SimstowStoreMemories *self);

/**
 * simstow_store_memories_set_text_mode:
 * @self: the memories
 * @text_mode: whether the modem is in text mode
 */
void
simstow_store_memories_set_text_mode (SimstowStoreMemories *self, gboolean text_mode);

G_END_DECLS
