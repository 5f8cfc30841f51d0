/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watch: what happens at the modems goes into journals, and when it is safe there, to whoever
 * waits for it.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowWatchFuncs:
 * @kept: (nullable): an entry, as it stands in the journal, is on the disk
 * @problem: something went wrong that needs no end
 */
typedef struct {
    void (*kept) (const gchar *entry, gpointer user_data);
    void (*problem) (const gchar *text, gpointer user_data);
} SimstowWatchFuncs;

/**
 * simstow_watch_run:
 * @folder: where journals are
 * @command: (nullable): what each entry is handed to, for sh -c
 * @funcs: who is told
 * @user_data: for @funcs
 * @cancellable: ends it
 * @error: return location for an error: %SIMSTOW_ERROR_BUSY when there is another watch,
 *     %SIMSTOW_ERROR_NO_MODEM when there is no bus, or of %G_IO_ERROR when a journal cannot be
 *     written
 *
 * Watches until it is cancelled.
 *
 * Returns: %FALSE with @error set when something else ended it
 */
gboolean
simstow_watch_run (const gchar *folder,
                   const gchar *command,
                   const SimstowWatchFuncs *funcs,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error);
