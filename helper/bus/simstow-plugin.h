/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of the plugin's interface: with time enough for a slow modem, tried
 * again while the SIM is busy, and with errors of the program's own domain.
 */

#pragma once

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
 * simstow_plugin_list_stores:
 * @plugin: the plugin's interface
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): aa{sv}, or %NULL with @error set
 */
GVariant *
simstow_plugin_list_stores (SimstowDBusModem *plugin, GCancellable *cancellable, GError **error);

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
 * @index: the record's index
 * @cancellable: (nullable): as for simstow_plugin_write ()
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when it was not erased
 */
gboolean
simstow_plugin_erase (SimstowDBusModem *plugin,
                      const gchar *store,
                      guint index,
                      GCancellable *cancellable,
                      GError **error);

/* A write that was asked for and not yet waited for */
typedef struct _SimstowPluginWrite SimstowPluginWrite;

/**
 * simstow_plugin_write_begin:
 * @plugin: the plugin's interface
 * @store: a store's id
 * @record: a{sv}; a floating reference is consumed
 *
 * Asks for a write without waiting for it, so that the next ones are authorised and
 * queued while the modem is at work.
 *
 * Returns: (transfer full): to be given to simstow_plugin_write_end ()
 */
SimstowPluginWrite *
simstow_plugin_write_begin (SimstowDBusModem *plugin, const gchar *store, GVariant *record);

/**
 * simstow_plugin_write_end:
 * @write: (transfer full): a write that was begun
 * @index: (out): where it was written
 * @cancellable: (nullable): as for simstow_plugin_write ()
 * @error: return location for a #SimstowError
 *
 * Waits for it.
 *
 * Returns: %FALSE with @error set when it was not written
 */
gboolean
simstow_plugin_write_end (SimstowPluginWrite *write,
                          guint *index,
                          GCancellable *cancellable,
                          GError **error);
