/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots of modems and archives for the verbs.
 */

#include "config.h"

#include "simstow-source.h"

#include <string.h>

#include "simstow-capture.h"
#include "simstow-progress.h"

SimstowSnapshot *
simstow_source_capture (SimstowModem *modem, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowProgress) progress = simstow_progress_new ();
    SimstowProgressTrack *track = simstow_progress_add_track (progress, NULL);

    return simstow_capture (modem,
                            SIMSTOW_CAPTURE_DEFAULT,
                            simstow_progress_update,
                            track,
                            cancellable,
                            error);
}

SimstowSnapshot *
simstow_source_load (const gchar *path,
                     const SimstowArchiveKeys *keys,
                     GCancellable *cancellable,
                     GError **error)
{
    SimstowSnapshot *snapshot = simstow_archive_load (path, keys, NULL, cancellable, error);

    if (snapshot == NULL) {
        g_autofree gchar *name = g_filename_display_name (path);

        g_prefix_error (error, "%s: ", name);
    }
    return snapshot;
}

gchar *
simstow_source_name (SimstowModem *modem)
{
    const gchar *slash = strrchr (simstow_modem_get_path (modem), '/');

    return g_strdup (slash != NULL ? slash + 1 : simstow_modem_get_path (modem));
}
