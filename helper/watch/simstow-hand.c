/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the command. What fails is tried again some seconds and then a minute later; meanwhile the
 * others go on.
 */

#include "config.h"

#include "simstow-hand.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "simstow-spool.h"

/* How long to wait after the first and the second failure, seconds */
static const guint delays[SIMSTOW_HAND_TRIES] = {10, 60, 0};

struct _SimstowHand {
    gchar *command;
    GPtrArray *journals;
    SimstowHandFunc func;
    gpointer user_data;
    GCancellable *cancellable;
    /* those that wait for another try, or are given up */
    GHashTable *waiting;
    guint retry;
    GSubprocess *running;
    SimstowJournal *journal;
    SimstowJournalId id;
    guint failures;
    guint patience;
    gboolean late;
};

static guint
id_hash (gconstpointer id)
{
    guint hash;

    memcpy (&hash, id, sizeof hash);
    return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, sizeof (SimstowJournalId)) == 0;
}

static gboolean
on_retry (gpointer user_data)
{
    SimstowHand *hand = user_data;

    hand->retry = 0;
    g_hash_table_remove_all (hand->waiting);
    simstow_hand_look (hand);
    return G_SOURCE_REMOVE;
}

static void
note (SimstowHand *hand, const gchar *what)
{
    g_autoptr (GError) error = NULL;

    if (!simstow_journal_note (hand->journal, what, &hand->id, &error))
        hand->func (error->message, error, hand->user_data);
}

/* Tells of a failure, and decides whether there is another try */
static void
take_failure (SimstowHand *hand, const gchar *why)
{
    g_autofree gchar *id = simstow_journal_id_dup_string (&hand->id);
    g_autofree gchar *text = NULL;
    guint failures = hand->failures + 1;
    guint delay = delays[MIN (failures, SIMSTOW_HAND_TRIES) - 1];

    note (hand, "failed");
    if (failures < SIMSTOW_HAND_TRIES) {
        text =
            g_strdup_printf (_ ("--exec: entry %s: %s; it is tried again in %u s"), id, why, delay);
        g_hash_table_add (hand->waiting, g_memdup2 (&hand->id, sizeof hand->id));
        if (hand->retry == 0)
            hand->retry = g_timeout_add_seconds (delay, on_retry, hand);
    } else {
        text = g_strdup_printf (_ ("--exec: entry %s: %s; given up, it stays in the journal"),
                                id,
                                why);
        note (hand, "handed");
    }
    hand->func (text, NULL, hand->user_data);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GSubprocess *process = G_SUBPROCESS (source);
    SimstowHand *hand;
    g_autofree gchar *why = NULL;

    /* cancelled: the one that ran it is not there any more */
    if (!g_subprocess_wait_finish (process, result, NULL))
        return;
    hand = user_data;
    g_clear_handle_id (&hand->patience, g_source_remove);
    g_clear_object (&hand->running);
    if (hand->late)
        why = g_strdup_printf (_ ("the command took more than %d s"), SIMSTOW_HAND_PATIENCE);
    else if (g_subprocess_get_if_signaled (process))
        why = g_strdup_printf (_ ("the command was ended by signal %d"),
                               g_subprocess_get_term_sig (process));
    else if (g_subprocess_get_exit_status (process) != 0)
        why = g_strdup_printf (_ ("the command failed with status %d"),
                               g_subprocess_get_exit_status (process));
    if (why)
        take_failure (hand, why);
    else
        note (hand, "handed");
    simstow_hand_look (hand);
}

static void
end_running (const SimstowHand *hand)
{
    const gchar *pid = g_subprocess_get_identifier (hand->running);

    /* with all that it started */
    if (pid)
        kill (-(pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL);
}

static gboolean
on_late (gpointer user_data)
{
    SimstowHand *hand = user_data;

    hand->patience = 0;
    hand->late = TRUE;
    end_running (hand);
    return G_SOURCE_REMOVE;
}

static void
set_up_child (gpointer user_data)
{
    setpgid (0, 0);
    signal (SIGPIPE, SIG_DFL);
}

/* A file, and no pipe, so that nobody cares whether the command reads it */
static gint
make_input (const gchar *text, GError **error)
{
    gint fd = simstow_spool_new (FALSE, error);

    if (fd < 0)
        return -1;
    if (simstow_spool_write (fd, text, strlen (text)) && simstow_spool_write (fd, "\n", 1) &&
        lseek (fd, 0, SEEK_SET) == 0)
        return fd;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror (errno));
    close (fd);
    return -1;
}

static void
run (SimstowHand *hand, const gchar *text)
{
    g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
    g_autoptr (GError) error = NULL;
    gint fd = make_input (text, &error);

    hand->late = FALSE;
    if (fd >= 0) {
        g_subprocess_launcher_take_stdin_fd (launcher, fd);
        g_subprocess_launcher_set_child_setup (launcher, set_up_child, NULL, NULL);
        hand->running =
            g_subprocess_launcher_spawn (launcher, &error, "/bin/sh", "-c", hand->command, NULL);
    }
    if (!hand->running) {
        take_failure (hand, error->message);
        return;
    }
    hand->patience = g_timeout_add_seconds (SIMSTOW_HAND_PATIENCE, on_late, hand);
    g_subprocess_wait_async (hand->running, hand->cancellable, on_ended, hand);
}

void
simstow_hand_look (SimstowHand *hand)
{
    guint i;

    for (i = 0; i < hand->journals->len && !hand->running; i++) {
        g_autoptr (GError) error = NULL;
        g_autofree gchar *text = NULL;

        hand->journal = g_ptr_array_index (hand->journals, i);
        text =
            simstow_journal_next (hand->journal, &hand->id, &hand->failures, hand->waiting, &error);
        if (error)
            hand->func (error->message, error, hand->user_data);
        if (text)
            run (hand, text);
    }
}

SimstowHand *
simstow_hand_new (const gchar *command,
                  GPtrArray *journals,
                  SimstowHandFunc func,
                  gpointer user_data)
{
    SimstowHand *hand = g_new0 (SimstowHand, 1);

    hand->command = g_strdup (command);
    hand->journals = journals;
    hand->func = func;
    hand->user_data = user_data;
    hand->cancellable = g_cancellable_new ();
    hand->waiting = g_hash_table_new_full (id_hash, id_equal, g_free, NULL);
    return hand;
}

void
simstow_hand_free (SimstowHand *hand)
{
    if (!hand)
        return;
    g_cancellable_cancel (hand->cancellable);
    if (hand->running)
        end_running (hand);
    g_clear_object (&hand->running);
    g_clear_handle_id (&hand->retry, g_source_remove);
    g_clear_handle_id (&hand->patience, g_source_remove);
    g_object_unref (hand->cancellable);
    g_hash_table_unref (hand->waiting);
    g_free (hand->command);
    g_free (hand);
}
