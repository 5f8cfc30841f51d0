/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of the plugin's interface: with time enough for a slow modem, tried
 * again while the SIM is busy, and with errors of the program's own domain.
 */

#pragma once

#include "simstow-driver.h"
#include "simstow-modem1.h"

/**
 * simstow_plugin_pause:
 * @milliseconds: how long
 * @cancellable: (nullable): ends it early
 *
 * Returns: %FALSE when cancelled meanwhile
 */
gboolean
simstow_plugin_pause (guint milliseconds, GCancellable *cancellable);

/**
 * SimstowRecordFunc:
 * @record: a{sv}
 * @user_data: the caller's
 */
typedef void (*SimstowRecordFunc) (GVariant *record, gpointer user_data);

/**
 * simstow_plugin_read:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @first: the index to begin with, 0 for the beginning
 * @count: how many places to look at, 0 leaves it to the plugin
 * @next: (out): the index to go on with, 0 at the end
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Reads a run of records.
 *
 * Returns: (transfer full) (nullable): aa{sv}, or %NULL with @error set
 */
GVariant *
simstow_plugin_read (SimstowDBusModem *plugin,
                     const gchar *store,
                     guint first,
                     guint count,
                     guint *next,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_plugin_read_range:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @first: the lowest index to read, 0 for the beginning
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
simstow_plugin_read_range (SimstowDBusModem *plugin,
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
 * simstow_plugin_write:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @record: a{sv}; a floating reference is consumed
 * @index: (out): where it was written
 * @cancellable: (nullable): to stop waiting for a busy SIM; a write under way is
 *     always waited for
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when it was not written
 */
gboolean
simstow_plugin_write (SimstowDBusModem *plugin,
                      const gchar *store,
                      GVariant *record,
                      guint *index,
                      GCancellable *cancellable,
                      GError **error);

/**
 * simstow_plugin_erase:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @record: a{sv}, as ReadRecords () gave it
 * @cancellable: (nullable): as for simstow_plugin_write ()
 * @error: return location for a #SimstowError
 *
 * Erases a record that is still there as it is given.
 *
 * Returns: %FALSE with @error set when it was not erased
 */
gboolean
simstow_plugin_erase (SimstowDBusModem *plugin,
                      const gchar *store,
                      GVariant *record,
                      GCancellable *cancellable,
                      GError **error);

/* So many records, and octets in them, go into one call; the plugin takes some more */
#define SIMSTOW_PLUGIN_WRITE_RECORDS 16
#define SIMSTOW_PLUGIN_WRITE_OCTETS  (32 * 1024)

/**
 * simstow_plugin_write_some:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @records: (element-type GVariant): a{sv}, at least one and no more than
 *     %SIMSTOW_PLUGIN_WRITE_RECORDS
 * @indices: (element-type guint): where they were written: empty, and filled up
 * @open: (out): whether nobody knows if more were written than @indices tells
 * @cancellable: (nullable): ends it after the record that is being written
 * @error: return location for a #SimstowError
 *
 * Writes records in order, as one job of the plugin. It may end before the last, so that
 * others get their turn.
 *
 * Returns: %FALSE with @error set when the record after those of @indices was not written
 */
gboolean
simstow_plugin_write_some (SimstowDBusModem *plugin,
                           const gchar *store,
                           GPtrArray *records,
                           GArray *indices,
                           gboolean *open,
                           GCancellable *cancellable,
                           GError **error);
