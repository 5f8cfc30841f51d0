/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A progress line on standard error, there only when that is a terminal. It has
 * a track for each modem that is at work; tracks may be updated from any thread.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowProgress SimstowProgress;
typedef struct _SimstowProgressTrack SimstowProgressTrack;

/**
 * simstow_progress_new:
 *
 * Returns: (transfer full): a line that shows nothing yet
 */
SimstowProgress *
simstow_progress_new (void);

/**
 * simstow_progress_free:
 * @progress: (transfer full): a line; it is wiped
 */
void
simstow_progress_free (SimstowProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowProgress, simstow_progress_free)

/**
 * simstow_progress_add_track:
 * @progress: a line
 * @label: (nullable): what the track is about, %NULL when it is the only one
 *
 * Returns: (transfer none): a track, valid as long as the line
 */
SimstowProgressTrack *
simstow_progress_add_track (SimstowProgress *progress, const gchar *label);

/**
 * simstow_progress_update:
 * @what: what is under way
 * @done: how much of it is done
 * @total: how much there is, 0 unknown
 * @track: a #SimstowProgressTrack
 *
 * Shows how it goes, at most ten times a second.
 */
void
simstow_progress_update (const gchar *what, guint done, guint total, gpointer track);

/**
 * simstow_progress_clear:
 * @progress: a line
 *
 * Wipes the line, so that something else can be printed.
 */
void
simstow_progress_clear (SimstowProgress *progress);
