/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the operations of a store driver to their end, for tests.
 */

#pragma once

#include "simstow-store-driver.h"

/**
 * store_run_list:
 * @driver: a driver
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the list
 */
GVariant *
store_run_list (SimstowStoreDriver *driver, GCancellable *cancellable, GError **error);

/**
 * store_run_read:
 * @driver: a driver
 * @store: a store
 * @first: where to begin
 * @count: how many places
 * @next: (out): where to go on
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * What the driver told of its progress is in its data "done" and "total" then.
 *
 * Returns: (transfer full) (nullable): the records
 */
GVariant *
store_run_read (SimstowStoreDriver *driver,
                const gchar *store,
                guint first,
                guint count,
                guint *next,
                GCancellable *cancellable,
                GError **error);

/**
 * store_run_write:
 * @driver: a driver
 * @store: a store
 * @record: the record as g_variant_parse () reads it
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Returns: the index
 */
guint
store_run_write (SimstowStoreDriver *driver,
                 const gchar *store,
                 const gchar *record,
                 GCancellable *cancellable,
                 GError **error);

/**
 * store_run_erase:
 * @driver: a driver
 * @store: a store
 * @index: the index
 * @error: return location for an error
 *
 * Returns: whether it was erased
 */
gboolean
store_run_erase (SimstowStoreDriver *driver, const gchar *store, guint index, GError **error);

/**
 * store_run_check:
 * @value: (transfer full): what an operation gave
 * @wanted: what it should be, as g_variant_parse () reads it
 *
 * Asserts that each dictionary of @wanted is in the same place of @value and that
 * its keys have these values there; keys that @wanted does not name are not looked at.
 */
void
store_run_check (GVariant *value, const gchar *wanted);
