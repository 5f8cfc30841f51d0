/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The export of one modem, on a thread of its own, so that several modems are
 * saved at once: each has its own line.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-capture.h"
#include "simstow-modem.h"
#include "simstow-progress.h"

typedef struct _SimstowExportJob SimstowExportJob;

/**
 * simstow_export_job_start:
 * @modem: a modem; nobody else uses it until the job is waited for
 * @output: (nullable): where to, as simstow_archive_write () takes it
 * @previous: (nullable): an archive to merge with
 * @if_changed: whether to write nothing when the same is saved already
 * @flags: what to read
 * @options: how to write; copied
 * @track: where to show how it goes
 * @cancellable: to stop it
 *
 * Begins to save a modem.
 *
 * Returns: (transfer full): the job
 */
SimstowExportJob *
simstow_export_job_start (SimstowModem *modem,
                          const gchar *output,
                          const gchar *previous,
                          gboolean if_changed,
                          SimstowCaptureFlags flags,
                          const SimstowArchiveWriteOptions *options,
                          SimstowProgressTrack *track,
                          GCancellable *cancellable);

/**
 * simstow_export_job_wait:
 * @job: a job
 * @snapshot: (out) (transfer none): what was saved
 * @file: (out) (transfer none) (nullable): where, %NULL for standard output
 * @error: return location for an error of the capture or of the writing
 *
 * Waits for the end of a job.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_export_job_wait (SimstowExportJob *job,
                         const SimstowSnapshot **snapshot,
                         const gchar **file,
                         GError **error);

/**
 * simstow_export_job_is_unchanged:
 * @job: a job that was waited for
 *
 * Returns: whether nothing was written, as the file that simstow_export_job_wait ()
 * gave holds the same already
 */
gboolean
simstow_export_job_is_unchanged (const SimstowExportJob *job);

/**
 * simstow_export_job_free:
 * @job: (transfer full): a job; it is waited for
 */
void
simstow_export_job_free (SimstowExportJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowExportJob, simstow_export_job_free)
