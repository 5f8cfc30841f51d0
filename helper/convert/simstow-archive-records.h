/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives as one more format: their records go out as all programs have them, with the parts of
 * messages put together; and the records of a foreign file come in as a whole archive.
 */

#pragma once

#include "simstow-format.h"
#include "simstow-pack.h"

/**
 * simstow_archive_records_read:
 * @path: an archive, or "-" for standard input
 * @keys: (nullable): how to decrypt it
 * @input: where its records go; its stream is not used
 * @error: return location for an error as for simstow_archive_read ()
 *
 * Returns: %FALSE with @error set when the archive is not whole
 */
gboolean
simstow_archive_records_read (const gchar *path,
                              const SimstowArchiveKeys *keys,
                              SimstowFormatInput *input,
                              GError **error);

typedef struct _SimstowArchiveRecords SimstowArchiveRecords;

/**
 * simstow_archive_records_new:
 *
 * Returns: (transfer full): an archive without records, about to be written
 */
SimstowArchiveRecords *
simstow_archive_records_new (void);

void
simstow_archive_records_free (SimstowArchiveRecords *records);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowArchiveRecords, simstow_archive_records_free)

/**
 * simstow_archive_records_add:
 * @record: a record
 * @losses: where what does not fit is counted
 *
 * Adds a record; it is kept as the line that it will be.
 *
 * Returns: whether it could be held
 */
gboolean
simstow_archive_records_add (SimstowArchiveRecords *records,
                             const SimstowRecord *record,
                             SimstowLosses *losses);

/**
 * simstow_archive_records_write:
 * @captured: when the files say that they were made, 0 unknown
 * @modified: when they were written to, for records that have no times either
 * @losses: what was lost on the way, which the archive tells
 * @output: where to, as simstow_archive_write () takes it
 * @options: how
 * @path: (out): the path written, %NULL for standard output
 * @cancellable: (nullable): to stop it
 * @error: return location for an error as for simstow_archive_write ()
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_records_write (SimstowArchiveRecords *records,
                               gint64 captured,
                               gint64 modified,
                               const SimstowLosses *losses,
                               const gchar *output,
                               const SimstowArchiveWriteOptions *options,
                               gchar **path,
                               GCancellable *cancellable,
                               GError **error);
