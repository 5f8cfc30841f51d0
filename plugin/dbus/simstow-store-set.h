/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stores of one modem: which drivers serve it, and what they have.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-store-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_SET (simstow_store_set_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreSet, simstow_store_set, SIMSTOW, STORE_SET, GObject)

/**
 * simstow_store_set_new:
 * @port: the modem's line
 * @table: (array length=n_entries): the drivers there are, best first; it stays
 *     valid for ever
 * @n_entries: how many
 *
 * Returns: (transfer full): a set with one driver of each type
 */
SimstowStoreSet *
simstow_store_set_new (SimstowPort *port, const SimstowStoreEntry *table, guint n_entries);

/**
 * simstow_store_set_dup_actions:
 * @self: a set
 * @store: (nullable): the id of a store, %NULL for all stores
 * @writes: whether it is to be written
 *
 * Returns: (transfer full): the polkit actions that guard @store, each once; empty
 * when no driver is for it
 */
GStrv
simstow_store_set_dup_actions (SimstowStoreSet *self, const gchar *store, gboolean writes);

/**
 * simstow_store_set_list_async:
 * @self: a set
 * @actions: the polkit actions that the caller may do
 * @kinds: (nullable): the prefixes of the stores that are wanted, %NULL for all
 * @cancellable: (nullable): to stop
 * @callback: called with the list
 * @user_data: for @callback
 *
 * Asks the modem for its stores, as far as @actions guard them. For each prefix
 * the first driver whose list is not empty serves the modem from now on.
 */
void
simstow_store_set_list_async (SimstowStoreSet *self,
                              const gchar *const *actions,
                              const gchar *const *kinds,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_store_set_list_finish:
 * @self: a set
 * @result: what the callback got
 * @error: return location for the first driver's error, when no driver had a store
 *
 * Returns: (transfer full) (nullable): the stores, of type aa{sv}
 */
GVariant *
simstow_store_set_list_finish (SimstowStoreSet *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_set_find_async:
 * @self: a set
 * @store: the id of a store
 * @cancellable: (nullable): to stop
 * @callback: called with the driver
 * @user_data: for @callback
 *
 * Finds the driver that serves a store; asks the modem when it is not known yet.
 */
void
simstow_store_set_find_async (SimstowStoreSet *self,
                              const gchar *store,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_store_set_find_finish:
 * @self: a set
 * @result: what the callback got
 * @error: return location for a #SIMSTOW_ERROR_UNSUPPORTED or a driver's error
 *
 * Returns: (transfer full) (nullable): the driver
 */
SimstowStoreDriver *
simstow_store_set_find_finish (SimstowStoreSet *self, GAsyncResult *result, GError **error);

G_END_DECLS
