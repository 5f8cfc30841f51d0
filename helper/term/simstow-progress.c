/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The progress line.
 */

#include "simstow-progress.h"

#include <stdio.h>
#include <unistd.h>

#include "simstow-terminal.h"
#include "simstow-text.h"

#define INTERVAL  (G_USEC_PER_SEC / 10)
#define BAR_WIDTH 24

struct _SimstowProgressTrack {
    SimstowProgress *progress;
    gchar *label;
    gchar *what;
    guint done;
    guint total;
};

struct _SimstowProgress {
    GMutex mutex;
    GPtrArray *tracks;
    gboolean visible;
    gboolean drawn;
    gint64 drawn_at;
};

static void
track_free (gpointer data)
{
    SimstowProgressTrack *track = data;

    g_free (track->label);
    g_free (track->what);
    g_free (track);
}

SimstowProgress *
simstow_progress_new (void)
{
    SimstowProgress *progress = g_new0 (SimstowProgress, 1);

    g_mutex_init (&progress->mutex);
    progress->tracks = g_ptr_array_new_with_free_func (track_free);
    progress->visible = simstow_terminal_is (STDERR_FILENO);
    return progress;
}

void
simstow_progress_free (SimstowProgress *progress)
{
    simstow_progress_clear (progress);
    g_ptr_array_unref (progress->tracks);
    g_mutex_clear (&progress->mutex);
    g_free (progress);
}

SimstowProgressTrack *
simstow_progress_add_track (SimstowProgress *progress, const gchar *label)
{
    SimstowProgressTrack *track = g_new0 (SimstowProgressTrack, 1);

    track->progress = progress;
    track->label = g_strdup (label);
    g_mutex_lock (&progress->mutex);
    g_ptr_array_add (progress->tracks, track);
    g_mutex_unlock (&progress->mutex);
    return track;
}

static void
append_bar (GString *line, guint done, guint total)
{
    guint filled = (guint) ((guint64) MIN (done, total) * BAR_WIDTH / total);
    guint i;

    g_string_append (line, " [");
    for (i = 0; i < BAR_WIDTH; i++)
        g_string_append_c (line, i < filled ? '#' : ' ');
    g_string_append_c (line, ']');
}

static void
append_track (GString *line, const SimstowProgressTrack *track, gboolean bar)
{
    if (track->what == NULL)
        return;
    if (line->len > 0)
        g_string_append (line, "  |  ");
    if (track->label != NULL)
        g_string_append_printf (line, "%s: ", track->label);
    g_string_append (line, track->what);
    if (bar && track->total > 0)
        append_bar (line, track->done, track->total);
    if (track->total > 0)
        g_string_append_printf (line, " %u/%u", track->done, track->total);
    else if (track->done > 0)
        g_string_append_printf (line, " %u", track->done);
}

static void
draw (SimstowProgress *progress)
{
    g_autoptr (GString) line = g_string_new (NULL);
    g_autofree gchar *safe = NULL;
    g_autofree gchar *fitted = NULL;
    guint i;

    for (i = 0; i < progress->tracks->len; i++)
        append_track (line, g_ptr_array_index (progress->tracks, i), progress->tracks->len == 1);
    safe = simstow_text_line (line->str);
    fitted = simstow_text_fit (safe, simstow_terminal_width (STDERR_FILENO) - 1);
    fprintf (stderr, "\r%s\033[K", fitted);
    fflush (stderr);
    progress->drawn = TRUE;
}

void
simstow_progress_update (const gchar *what, guint done, guint total, gpointer track)
{
    SimstowProgressTrack *self = track;
    SimstowProgress *progress = self->progress;
    gint64 now = g_get_monotonic_time ();

    if (!progress->visible)
        return;
    g_mutex_lock (&progress->mutex);
    if (g_strcmp0 (self->what, what) != 0) {
        g_free (self->what);
        self->what = g_strdup (what);
    }
    self->done = done;
    self->total = total;
    if (now - progress->drawn_at >= INTERVAL) {
        progress->drawn_at = now;
        draw (progress);
    }
    g_mutex_unlock (&progress->mutex);
}

void
simstow_progress_clear (SimstowProgress *progress)
{
    g_mutex_lock (&progress->mutex);
    if (progress->drawn)
        fputs ("\r\033[K", stderr);
    progress->drawn = FALSE;
    g_mutex_unlock (&progress->mutex);
}
