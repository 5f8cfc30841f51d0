/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch: records written one after the other, between which a driver may keep what
 * the next one needs, as a channel to the card. It ends with the first record that is
 * not written, and when it has taken long, so that others get their turn.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

/* After so many seconds a batch begins no further record */
#define SIMSTOW_STORE_BATCH_SECONDS 10

/**
 * simstow_store_batch_async:
 * @driver: a driver
 * @store: one of its stores
 * @records: aa{sv}, each as in WriteRecord ()
 * @cancellable: (nullable): to stop between commands
 * @callback: called when it has ended and the driver has let go of the modem
 * @user_data: for @callback
 *
 * Writes records.
 */
void
simstow_store_batch_async (SimstowStoreDriver *driver,
                           const gchar *store,
                           GVariant *records,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/**
 * simstow_store_batch_finish:
 * @driver: a driver
 * @result: what the callback got
 * @failure: (out): why the record after the last index was not written; %NULL when it was
 *     not tried, or there is none
 *
 * Returns: (transfer full) (element-type guint): the indices of the records that were
 * written, the first ones
 */
GArray *
simstow_store_batch_finish (SimstowStoreDriver *driver, GAsyncResult *result, GError **failure);

G_END_DECLS
