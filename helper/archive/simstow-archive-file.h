/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive that is read several times: verified as a whole first, then shown
 * or compared piece by piece, in memory that does not grow with it.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-message.h"

typedef struct _SimstowArchiveFile SimstowArchiveFile;

/**
 * simstow_archive_file_open:
 * @path: an archive, or "-" for standard input
 * @keys: (nullable): how to decrypt it; borrowed
 * @cancellable: (nullable): to stop all that is done with it
 * @error: return location for an error of %G_IO_ERROR
 *
 * Opens an archive. One that comes from a pipe is kept, compressed as it is:
 * when it is encrypted in a file without a name, otherwise in memory.
 *
 * Returns: (transfer full) (nullable): the archive, or %NULL with @error set
 */
SimstowArchiveFile *
simstow_archive_file_open (const gchar *path,
                           const SimstowArchiveKeys *keys,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_archive_file_free:
 * @file: (transfer full): an archive
 */
void
simstow_archive_file_free (SimstowArchiveFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowArchiveFile, simstow_archive_file_free)

/**
 * SimstowMessageFunc:
 * @message: a message, in the archive's order
 * @snapshot: what the archive says of itself
 * @user_data: the caller's
 */
typedef void (*SimstowMessageFunc) (const SimstowMessage *message,
                                    const SimstowSnapshot *snapshot,
                                    gpointer user_data);

/**
 * simstow_archive_file_survey:
 * @file: an archive
 * @header: (out) (optional) (transfer full): its header, without a snapshot
 * @func: (nullable): called for each message, of which none is known to be whole yet
 * @user_data: for @func
 * @error: return location for an error, as for simstow_archive_read ()
 *
 * Reads and verifies the whole archive.
 *
 * Returns: (transfer full) (nullable): all it holds but its messages, or %NULL
 * with @error set
 */
SimstowSnapshot *
simstow_archive_file_survey (SimstowArchiveFile *file,
                             SimstowArchiveHeader **header,
                             SimstowMessageFunc func,
                             gpointer user_data,
                             GError **error);

/**
 * simstow_archive_file_read:
 * @file: an archive
 * @visitor: what to do with what is read
 * @user_data: for the visitor
 * @error: return location for an error, as for simstow_archive_read ()
 *
 * As simstow_archive_read (), twice: the visitor sees nothing of an archive that
 * is not whole.
 *
 * Returns: %FALSE with @error set when the archive is not whole
 */
gboolean
simstow_archive_file_read (SimstowArchiveFile *file,
                           const SimstowArchiveVisitor *visitor,
                           gpointer user_data,
                           GError **error);

/**
 * simstow_archive_file_get_messages:
 * @file: an archive that was surveyed
 *
 * Returns: (transfer none): its messages
 */
SimstowMessageSource *
simstow_archive_file_get_messages (SimstowArchiveFile *file);
