/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many files of the card read whole by restricted access, all at once: first what
 * they are, then what is in them. No channel is opened, and few lines are needed.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-fcp.h"
#include "simstow-restricted.h"

G_BEGIN_DECLS

/**
 * SimstowBulkFile:
 * @path: hexadecimal digits, as simstow_files_select_async () takes it
 * @fcp: its shape, when the card told it
 * @contents: (element-type GBytes): the records in order, or the whole of a
 *     transparent file; not all of them when @error is set, and an empty one for each that
 *     could not be read
 * @error: (nullable): what went wrong
 *
 * A file that was read.
 */
typedef struct {
    gchar *path;
    SimstowFcp fcp;
    GPtrArray *contents;
    GError *error;
    /*< private >*/
    GBytes *steps;
    GByteArray *pieces;
    gboolean described;
    guint failed; /* records */
    GError *first_failure;
} SimstowBulkFile;

/**
 * simstow_bulk_partial_error:
 * @fault: why the first of them could not be read
 * @failed: how many records could not be read
 * @n_records: of how many
 *
 * Returns: (transfer full): the error that says so
 */
GError *
simstow_bulk_partial_error (const gchar *fault, guint failed, guint n_records);

/**
 * simstow_bulk_read_async:
 * @restricted: a way to the files
 * @paths: (element-type utf8): the files
 * @cancellable: (nullable): to give up between two lines
 * @callback: called with the files
 * @user_data: for @callback
 *
 * Reads files whole.
 */
void
simstow_bulk_read_async (SimstowRestricted *restricted,
                         GPtrArray *paths,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_bulk_read_finish:
 * @restricted: a way to the files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable) (element-type SimstowBulkFile): the files in
 * the order asked for, or %NULL with @error set
 */
GPtrArray *
simstow_bulk_read_finish (SimstowRestricted *restricted, GAsyncResult *result, GError **error);

G_END_DECLS
