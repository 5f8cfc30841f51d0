/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One store, read through the plugin into a snapshot.
 */

#pragma once

#include "simstow-capture.h"

/**
 * simstow_store_capture:
 * @stores: the modem's stores
 * @snapshot: where to put the records, and what could not be read
 * @store: one of the snapshot's stores
 * @progress: (nullable) (scope call): told how it goes
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: return location for an error that ends all
 *
 * Reads a whole store. One that cannot be read is a problem of the snapshot.
 *
 * Returns: %FALSE with @error set when the modem went away or it was cancelled
 */
gboolean
simstow_store_capture (SimstowDriver *stores,
                       SimstowSnapshot *snapshot,
                       SimstowStore *store,
                       SimstowProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error);
