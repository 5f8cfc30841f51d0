/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long each part of a modem was busy, and how often it was silent, with its line.
 */

#include "simstow-patience.h"

#include "simstow-error.h"

/* Of all that is asked of a part, not of each command: what was waited for in vain, or again and
 * again, is not waited for once more before it was left alone for a while */
#define BUSY_SECONDS   30
#define ALONE_SECONDS  60
#define PAUSE_FIRST_MS 250
#define PAUSE_LAST_MS  4000

/* How long to wait for what was silent the last time, how often, and for how long it is left
 * alone then */
#define BRIEF_SECONDS  5
#define SILENT_TIMES   2
#define SILENT_SECONDS 60

/* What may take minutes, as the installation of a profile, is never hurried */
#define LONG_SECONDS 100

typedef struct {
    gint64 busy_last;
    guint paused_ms; /* in all, since it was left alone for a while */
    guint pause_ms;  /* the next one */
    guint silent;    /* how often in a row */
    gint64 silent_last;
} Part;

static GQuark
parts_quark (void)
{
    return g_quark_from_static_string ("simstow-patience");
}

static Part *
find_part (SimstowPort *port, const gchar *name)
{
    GHashTable *parts = g_object_get_qdata (G_OBJECT (port), parts_quark ());
    Part *part;

    if (!parts) {
        parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
        g_object_set_qdata_full (G_OBJECT (port),
                                 parts_quark (),
                                 parts,
                                 (GDestroyNotify) g_hash_table_unref);
    }
    part = g_hash_table_lookup (parts, name);
    if (!part) {
        part = g_new0 (Part, 1);
        g_hash_table_insert (parts, g_strdup (name), part);
    }
    return part;
}

static GQuark
limit_quark (void)
{
    return g_quark_from_static_string ("simstow-patience-limit");
}

static guint
limit_of (SimstowPort *port)
{
    guint limit = GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (port), limit_quark ()));

    return limit > 0 ? limit : BUSY_SECONDS * 1000;
}

void
simstow_patience_set_limit (SimstowPort *port, guint milliseconds)
{
    g_object_set_qdata (G_OBJECT (port), limit_quark (), GUINT_TO_POINTER (milliseconds));
}

typedef struct {
    GTask *task;
    SimstowPatienceFunc again;
} Pause;

static void
pause_free (gpointer data)
{
    Pause *pause = data;

    g_object_unref (pause->task);
    g_free (pause);
}

static gboolean
on_pause_over (gpointer user_data)
{
    Pause *pause = user_data;

    pause->again (pause->task);
    return G_SOURCE_REMOVE;
}

static void
start_pause (guint ms, GTask *task, SimstowPatienceFunc again)
{
    GCancellable *cancellable = g_task_get_cancellable (task);
    g_autoptr (GSource) source = g_timeout_source_new (ms);
    Pause *pause = g_new0 (Pause, 1);

    if (cancellable) {
        g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

        g_source_set_dummy_callback (cancelled);
        g_source_add_child_source (source, cancelled);
    }
    pause->task = g_object_ref (task);
    pause->again = again;
    g_source_set_callback (source, on_pause_over, pause, pause_free);
    g_source_attach (source, g_task_get_context (task));
}

gboolean
simstow_patience_wait (SimstowPort *port,
                       const gchar *part_name,
                       GTask *task,
                       SimstowPatienceFunc again)
{
    Part *part = find_part (port, part_name);
    gint64 now = g_get_monotonic_time ();

    if (now - part->busy_last > ALONE_SECONDS * G_USEC_PER_SEC) {
        part->paused_ms = 0;
        part->pause_ms = PAUSE_FIRST_MS;
    }
    part->busy_last = now;
    if (part->paused_ms >= limit_of (port) ||
        g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return FALSE;
    start_pause (part->pause_ms, task, again);
    part->paused_ms += part->pause_ms;
    part->pause_ms = MIN (2 * part->pause_ms, PAUSE_LAST_MS);
    return TRUE;
}

guint
simstow_patience_deadline (SimstowPort *port, const gchar *part_name, guint seconds)
{
    Part *part = find_part (port, part_name);

    if (g_get_monotonic_time () - part->silent_last > SILENT_SECONDS * G_USEC_PER_SEC)
        part->silent = 0;
    if (seconds > LONG_SECONDS)
        return seconds;
    if (part->silent >= SILENT_TIMES)
        return 0;
    return part->silent > 0 ? MIN (seconds, BRIEF_SECONDS) : seconds;
}

void
simstow_patience_note (SimstowPort *port,
                       const gchar *part_name,
                       const GError *error,
                       gboolean busy)
{
    Part *part = find_part (port, part_name);

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        part->silent++;
        part->silent_last = g_get_monotonic_time ();
    } else if (!g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        part->silent = 0;
    }
    if (!busy)
        part->pause_ms = PAUSE_FIRST_MS;
}

GError *
simstow_patience_silent_error (void)
{
    return g_error_new_literal (SIMSTOW_ERROR,
                                SIMSTOW_ERROR_TIMEOUT,
                                "not asked any more, as there was no answer before");
}

GError *
simstow_patience_still_busy (GError *error)
{
    g_prefix_error (&error, "still busy after %u seconds: ", BUSY_SECONDS);
    return error;
}

void
simstow_patience_renew (SimstowPort *port)
{
    g_object_set_qdata (G_OBJECT (port), parts_quark (), NULL);
}
