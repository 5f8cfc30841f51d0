/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The export of one modem on a thread of its own.
 */

#include "simstow-export-job.h"

#include <glib/gi18n.h>

#include "simstow-merge.h"
#include "simstow-unchanged.h"

struct _SimstowExportJob {
    SimstowModem *modem;
    gchar *output;
    gchar *previous;
    SimstowCaptureFlags flags;
    SimstowArchiveWriteOptions options;
    SimstowProgressTrack *track;
    GCancellable *cancellable;
    GThread *thread;
    SimstowSnapshot *snapshot;
    gchar *file;
    gboolean if_changed;
    gboolean unchanged;
    GError *error;
};

static gboolean
merge_and_write (SimstowExportJob *job)
{
    const gchar *const paths[] = {job->previous, NULL};
    SimstowMergeCounts counts;

    if (!simstow_archive_merge (paths,
                                &job->options.keys,
                                job->snapshot,
                                FALSE,
                                job->output,
                                &job->options,
                                &counts,
                                &job->file,
                                job->cancellable,
                                &job->error))
        return FALSE;
    if (counts.unlikely > 0)
        simstow_snapshot_add_problem (job->snapshot,
                                      "clock",
                                      0,
                                      FALSE,
                                      _ ("the previous archive was captured by a clock that was "
                                         "wrong: its time is not taken for the newest"));
    return TRUE;
}

static gboolean
capture_and_write (SimstowExportJob *job)
{
    job->snapshot = simstow_capture (job->modem,
                                     job->flags,
                                     simstow_progress_update,
                                     job->track,
                                     job->cancellable,
                                     &job->error);
    if (job->snapshot == NULL)
        return FALSE;
    if (job->previous != NULL)
        return merge_and_write (job);
    if (job->if_changed && !simstow_unchanged_find (job->snapshot,
                                                    job->output,
                                                    &job->options,
                                                    &job->file,
                                                    job->cancellable,
                                                    &job->error))
        return FALSE;
    job->unchanged = job->file != NULL;
    if (job->unchanged)
        return TRUE;
    return simstow_archive_write (job->snapshot,
                                  job->output,
                                  &job->options,
                                  &job->file,
                                  job->cancellable,
                                  &job->error);
}

static gpointer
run (gpointer data)
{
    /* the proxies of this thread must not wait for the main loop of another */
    g_autoptr (GMainContext) context = g_main_context_new ();

    g_main_context_push_thread_default (context);
    capture_and_write (data);
    /* GDBus frees what it held for the proxies from their context */
    while (g_main_context_iteration (context, FALSE))
        continue;
    g_main_context_pop_thread_default (context);
    return NULL;
}

SimstowExportJob *
simstow_export_job_start (SimstowModem *modem,
                          const gchar *output,
                          const gchar *previous,
                          gboolean if_changed,
                          SimstowCaptureFlags flags,
                          const SimstowArchiveWriteOptions *options,
                          SimstowProgressTrack *track,
                          GCancellable *cancellable)
{
    SimstowExportJob *job = g_new0 (SimstowExportJob, 1);

    job->modem = g_object_ref (modem);
    job->output = g_strdup (output);
    job->previous = g_strdup (previous);
    job->if_changed = if_changed;
    job->flags = flags;
    job->options = *options;
    job->track = track;
    job->cancellable = g_object_ref (cancellable);
    job->thread = g_thread_new ("export", run, job);
    return job;
}

gboolean
simstow_export_job_wait (SimstowExportJob *job,
                         const SimstowSnapshot **snapshot,
                         const gchar **file,
                         GError **error)
{
    g_clear_pointer (&job->thread, g_thread_join);
    *snapshot = job->snapshot;
    *file = job->file;
    if (job->error == NULL)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&job->error));
    return FALSE;
}

gboolean
simstow_export_job_is_unchanged (const SimstowExportJob *job)
{
    return job->unchanged;
}

void
simstow_export_job_free (SimstowExportJob *job)
{
    g_clear_pointer (&job->thread, g_thread_join);
    g_clear_pointer (&job->snapshot, simstow_snapshot_free);
    g_clear_error (&job->error);
    g_object_unref (job->cancellable);
    g_object_unref (job->modem);
    g_free (job->output);
    g_free (job->previous);
    g_free (job->file);
    g_free (job);
}
