/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the card: select by path, read, update. Over a logical channel to
 * the USIM where there is one, else by +CRSM, which can do files and no more. One
 * session at a time, and always closed.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-card.h"
#include "simstow-fcp.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_FILES (simstow_files_get_type ())
G_DECLARE_FINAL_TYPE (SimstowFiles, simstow_files, SIMSTOW, FILES, GObject)

/**
 * simstow_files_new:
 * @card: a card
 *
 * Returns: (transfer full): its files; no session is open yet
 */
SimstowFiles *
simstow_files_new (SimstowCard *card);

/**
 * simstow_files_get_way:
 * @self: files in an open session
 *
 * Returns: "cgla", "csim", "mbim" or "crsm"; "none" when no session is open
 */
const gchar *
simstow_files_get_way (SimstowFiles *self);

/**
 * simstow_files_open_async:
 * @self: files
 * @cancellable: (nullable): to give up
 * @callback: called when the session is open
 * @user_data: for @callback
 *
 * Opens a session.
 */
void
simstow_files_open_async (SimstowFiles *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * simstow_files_open_finish:
 * @self: files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %TRUE when open: then simstow_files_close_async () is called
 */
gboolean
simstow_files_open_finish (SimstowFiles *self, GAsyncResult *result, GError **error);

/**
 * simstow_files_select_async:
 * @self: files in an open session
 * @path: hexadecimal digits, four a step, from the MF on and without it, as
 *     "7F106F3A"; "7FFF" is the USIM
 * @cancellable: (nullable): to give up
 * @callback: called when it is selected
 * @user_data: for @callback
 *
 * Selects a file and learns its shape.
 */
void
simstow_files_select_async (SimstowFiles *self,
                            const gchar *path,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * simstow_files_select_finish:
 * @self: files
 * @result: what the callback got
 * @fcp: (out caller-allocates): the file's shape
 * @error: return location for a #SimstowError: NotFound when there is no such file
 *
 * Returns: %FALSE with @error set when it cannot be selected
 */
gboolean
simstow_files_select_finish (SimstowFiles *self,
                             GAsyncResult *result,
                             SimstowFcp *fcp,
                             GError **error);

/**
 * simstow_files_read_async:
 * @self: files, one of them selected
 * @record: a record's number from 1, or 0 for all of a transparent file
 * @cancellable: (nullable): to give up
 * @callback: called with the contents
 * @user_data: for @callback
 *
 * Reads a record, or a whole transparent file in pieces.
 */
void
simstow_files_read_async (SimstowFiles *self,
                          guint record,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * simstow_files_read_finish:
 * @self: files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): the contents, or %NULL with @error set
 */
GBytes *
simstow_files_read_finish (SimstowFiles *self, GAsyncResult *result, GError **error);

/**
 * simstow_files_read_some_async:
 * @self: files, one of them selected
 * @first: a record's number from 1, or 0 for all of a transparent file
 * @count: how many records are wanted, at least 1
 * @cancellable: (nullable): to give up
 * @callback: called with contents
 * @user_data: for @callback
 *
 * Reads records from @first on: as many as restricted access puts into its lines, a
 * single one over a channel.
 */
void
simstow_files_read_some_async (SimstowFiles *self,
                               guint first,
                               guint count,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * simstow_files_read_some_finish:
 * @self: files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable) (element-type GBytes): one record or more, in
 * order; or %NULL with @error set when the first could not be read
 */
GPtrArray *
simstow_files_read_some_finish (SimstowFiles *self, GAsyncResult *result, GError **error);

/**
 * simstow_files_update_async:
 * @self: files, one with records selected
 * @record: a record's number from 1; 0 writes the newest record of a cyclic file
 * @data: the record, as long as the file's records are
 * @cancellable: (nullable): to give up
 * @callback: called when it is written
 * @user_data: for @callback
 *
 * Writes a record.
 */
void
simstow_files_update_async (SimstowFiles *self,
                            guint record,
                            GBytes *data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * simstow_files_update_finish:
 * @self: files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when it was not written
 */
gboolean
simstow_files_update_finish (SimstowFiles *self, GAsyncResult *result, GError **error);

/**
 * simstow_files_close_async:
 * @self: files
 * @callback: called when the session is closed
 * @user_data: for @callback
 *
 * Closes the session, whatever happened in it. Not cancellable.
 */
void
simstow_files_close_async (SimstowFiles *self, GAsyncReadyCallback callback, gpointer user_data);

/**
 * simstow_files_close_finish:
 * @self: files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when the modem did not confirm; the session
 * counts as closed all the same
 */
gboolean
simstow_files_close_finish (SimstowFiles *self, GAsyncResult *result, GError **error);

G_END_DECLS
