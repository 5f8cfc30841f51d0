/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Erases records that are still what they were when they were read: each place is read
 * right before it is erased, in the same job. Whatever came there meanwhile stays.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

/**
 * simstow_store_erase_async:
 * @driver: a driver
 * @store: one of its stores
 * @records: aa{sv}, each as ReadRecords () gives it
 * @cancellable: (nullable): to stop between two records
 * @callback: called when it has ended and the driver has let go of the modem
 * @user_data: for @callback
 *
 * Erases records. It ends early, between two of them, when it has taken as long as a batch
 * of writes may.
 */
void
simstow_store_erase_async (SimstowStoreDriver *driver,
                           const gchar *store,
                           GVariant *records,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/**
 * simstow_store_erase_finish:
 * @driver: a driver
 * @result: what the callback got
 *
 * Returns: (transfer full) (element-type GError): the outcome of each of the first records,
 * %NULL for one that was erased; of those that are missing nothing was tried
 */
GPtrArray *
simstow_store_erase_finish (SimstowStoreDriver *driver, GAsyncResult *result);

G_END_DECLS
