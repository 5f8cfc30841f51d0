/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One store, read through the plugin into a snapshot.
 */

#pragma once

#include "simstow-capture.h"

/**
 * SimstowRecordFunc:
 * @record: a{sv}
 * @user_data: the caller's
 *
 * Takes a record.
 */
typedef void (*SimstowRecordFunc) (GVariant *record, gpointer user_data);

/**
 * simstow_store_read:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @first: the lowest index to read
 * @last: the highest, 0 for all there are
 * @record: (scope call): called for each record
 * @user_data: for @record
 * @progress: (nullable) (scope call): told how it goes
 * @progress_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Reads a range of records, chunk by chunk.
 *
 * Returns: %FALSE with @error set when not all could be read
 */
gboolean
simstow_store_read (SimstowDBusModem *plugin,
                    const gchar *store,
                    guint first,
                    guint last,
                    SimstowRecordFunc record,
                    gpointer user_data,
                    SimstowProgressFunc progress,
                    gpointer progress_data,
                    GCancellable *cancellable,
                    GError **error);

/**
 * simstow_store_capture:
 * @plugin: the plugin's interface
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
simstow_store_capture (SimstowDBusModem *plugin,
                       SimstowSnapshot *snapshot,
                       SimstowStore *store,
                       SimstowProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error);
