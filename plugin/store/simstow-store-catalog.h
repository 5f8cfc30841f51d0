/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which phonebooks and call lists a modem has and what it tells of each: range of
 * places, lengths, how many are used. Four are asked for in one line, and one by
 * one where some of them refuse.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-phonebook.h"
#include "simstow-store-selector.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_CATALOG (simstow_store_catalog_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreCatalog, simstow_store_catalog, SIMSTOW, STORE_CATALOG, GObject)

/**
 * simstow_store_catalog_new:
 * @selector: runs the commands
 *
 * Returns: (transfer full): a catalog with nothing in it yet
 */
SimstowStoreCatalog *
simstow_store_catalog_new (SimstowStoreSelector *selector);

/**
 * simstow_store_catalog_load_async:
 * @self: a catalog
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks the modem for its phonebooks and their limits.
 */
void
simstow_store_catalog_load_async (SimstowStoreCatalog *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * simstow_store_catalog_load_finish:
 * @self: a catalog
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set, and an empty catalog, when the modem tells of no
 * phonebooks, is silent, or the job was cancelled
 */
gboolean
simstow_store_catalog_load_finish (SimstowStoreCatalog *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_catalog_is_loaded:
 * @self: a catalog
 *
 * Returns: whether it was loaded, so that a store not in it does not exist
 */
gboolean
simstow_store_catalog_is_loaded (SimstowStoreCatalog *self);

/**
 * simstow_store_catalog_is_fresh:
 * @self: a catalog
 *
 * Returns: whether it was loaded so short a time ago that the counts in it are those of now
 */
gboolean
simstow_store_catalog_is_fresh (SimstowStoreCatalog *self);

/**
 * simstow_store_catalog_is_current:
 * @self: a catalog
 *
 * Returns: whether nothing was written or erased since it was loaded
 */
gboolean
simstow_store_catalog_is_current (SimstowStoreCatalog *self);

/**
 * simstow_store_catalog_is_last:
 * @self: a catalog that is loaded
 * @store: the id of a store
 *
 * Returns: whether it is the last of those that are listed
 */
gboolean
simstow_store_catalog_is_last (SimstowStoreCatalog *self, const gchar *store);

/**
 * simstow_store_catalog_outdate:
 * @self: a catalog
 *
 * Something is about to be written or erased: its counts are no longer those of now.
 */
void
simstow_store_catalog_outdate (SimstowStoreCatalog *self);

/**
 * simstow_store_catalog_find:
 * @self: a catalog
 * @store: a store's id, as "phonebook/sm"
 *
 * Returns: (transfer none) (nullable): the phonebook, valid until the catalog is
 * loaded again; %NULL when the modem has no such store or the catalog is not loaded
 */
const SimstowAtPhonebook *
simstow_store_catalog_find (SimstowStoreCatalog *self, const gchar *store);

/**
 * simstow_store_catalog_dup_list:
 * @self: a catalog
 *
 * Returns: (transfer full): its stores as ListStores () has them, aa{sv}
 */
GVariant *
simstow_store_catalog_dup_list (SimstowStoreCatalog *self);

G_END_DECLS
