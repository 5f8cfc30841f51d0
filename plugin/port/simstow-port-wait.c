/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a SIM that is busy, and not for a modem that is silent.
 */

#include "simstow-port-wait.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-port.h"

#define PATIENCE_MILLISECONDS 30000

/* A job that is cancelled while it waits ends within one tick */
#define TICK_MILLISECONDS 250
#define TICKS_MAX         16

/* Whoever pauses for so long begins anew */
#define GAP_MICROSECONDS (5 * G_USEC_PER_SEC)

/* How long a modem that did not answer a bare AT is left alone */
#define SILENT_MICROSECONDS (30 * G_USEC_PER_SEC)
#define VAIN_MICROSECONDS   (60 * G_USEC_PER_SEC)
#define SETTLE_TICKS        2
#define CHECK_SECONDS       5
#define CHECK_COMMAND       "AT"

/* What is known of a line */
typedef struct {
    guint patience;
    guint waited;      /* milliseconds */
    gint64 last_at;    /* when it was last used */
    gboolean doubtful; /* the last command was not answered */
    gint64 silent_at;  /* nor a bare AT, 0 if it was */
    gint64 vain_at;    /* when a command was not answered the second time either */
} State;

typedef struct {
    SimstowPortSend send;
    SimstowPortTake take;
    SimstowPortWaitFlags flags;
    GError *unanswered; /* where it is sent again: why */
    guint ticks;        /* of the last pause */
    guint left;         /* of this one */
    guint sent;         /* how often */
} Run;

static State *
get_state (gpointer port)
{
    static const gchar key[] = "simstow-port-wait";
    State *state = g_object_get_data (port, key);

    if (state == NULL) {
        state = g_new0 (State, 1);
        state->patience = PATIENCE_MILLISECONDS;
        g_object_set_data_full (port, key, state, g_free);
    }
    return state;
}

void
simstow_port_wait_set_patience (gpointer port, guint milliseconds)
{
    get_state (port)->patience = milliseconds;
}

/* SIM busy, 3GPP TS 27.007 9.2.1 and 27.005 3.2.5, and what some modems say while they start */
gboolean
simstow_port_wait_is_busy (const GError *error)
{
    static const gchar *const endings[] = {"(CME 14)", "(CMS 314)", "(CME 515)"};
    g_autofree gchar *lower = NULL;
    gsize i;

    if (error->domain != SIMSTOW_ERROR || error->code != SIMSTOW_ERROR_MODEM_ERROR)
        return FALSE;
    for (i = 0; i < G_N_ELEMENTS (endings); i++) {
        if (g_str_has_suffix (error->message, endings[i]))
            return TRUE;
    }
    lower = g_ascii_strdown (error->message, -1);
    return strstr (lower, "sim busy") != NULL;
}

static Run *
get_run (GTask *task)
{
    return g_object_get_data (G_OBJECT (task), "simstow-port-run");
}

static void
run_free (gpointer data)
{
    Run *run = data;

    g_clear_error (&run->unanswered);
    g_free (run);
}

static void
send (GTask *task);

static void
return_error (GTask *task, GError *error)
{
    g_task_return_error (task, error);
    g_object_unref (task);
}

static gboolean
return_cancelled (GTask *task)
{
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return FALSE;
    return_error (
        task,
        g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled"));
    return TRUE;
}

static gboolean
on_tick (gpointer user_data)
{
    GTask *task = user_data;
    Run *run = get_run (task);

    if (return_cancelled (task))
        return G_SOURCE_REMOVE;
    if (--run->left > 0)
        return G_SOURCE_CONTINUE;
    send (task);
    return G_SOURCE_REMOVE;
}

/* Takes @error; ends the task, or comes back to it after a pause */
static void
refused_busy (GTask *task, State *state, GError *error)
{
    Run *run = get_run (task);

    if (state->waited >= state->patience || !(run->flags & SIMSTOW_PORT_WAIT_BUSY)) {
        if (run->flags & SIMSTOW_PORT_WAIT_BUSY)
            g_prefix_error (&error, "the SIM is still busy: ");
        return_error (task, error);
        return;
    }
    g_error_free (error);
    run->ticks = MIN (run->ticks == 0 ? 1 : 2 * run->ticks, TICKS_MAX);
    run->left = run->ticks;
    state->waited += run->ticks * TICK_MILLISECONDS;
    g_timeout_add (MIN (TICK_MILLISECONDS, MAX (state->patience, 1)), on_tick, task);
}

static void
check (GTask *task);

/* What was not answered is sent a second time, where that does no harm and was not in vain
 * before */
static gboolean
repeats (const Run *run, State *state)
{
    if (run->unanswered != NULL)
        state->vain_at = state->last_at;
    return run->flags & SIMSTOW_PORT_WAIT_REPEATS && run->flags & SIMSTOW_PORT_WAIT_CHECKS &&
           (state->vain_at == 0 || state->last_at - state->vain_at >= VAIN_MICROSECONDS);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Run *run = get_run (task);
    State *state = get_state (source);
    GError *error = NULL;
    gchar *answer = NULL;
    gboolean done = run->take (source, result, &answer, &error);

    state->last_at = g_get_monotonic_time ();
    state->doubtful = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
    state->silent_at = 0;
    if (!done && simstow_port_wait_is_busy (error)) {
        refused_busy (task, state, error);
    } else if (!done && state->doubtful && repeats (run, state)) {
        run->unanswered = error;
        check (task);
    } else if (!done) {
        return_error (task, error);
    } else {
        g_task_return_pointer (task, answer, g_free);
        g_object_unref (task);
    }
}

static void
send (GTask *task)
{
    get_run (task)->sent++;
    get_run (task)->send (g_task_get_source_object (task), task, on_answer);
}

gboolean
simstow_port_wait_was_repeated (GTask *task)
{
    const Run *run = get_run (task);

    return run != NULL && run->sent > 1;
}

static GError *
silent_error (void)
{
    return g_error_new_literal (SIMSTOW_ERROR,
                                SIMSTOW_ERROR_TIMEOUT,
                                "the modem does not answer any more");
}

/* Anything but silence is a sign of life */
static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Run *run = get_run (task);
    State *state = get_state (source);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *answer =
        SIMSTOW_PORT_GET_IFACE (source)->at_finish (SIMSTOW_PORT (source), result, &error);

    state->last_at = g_get_monotonic_time ();
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        state->silent_at = state->last_at;
        return_error (task,
                      run->unanswered != NULL ? g_steal_pointer (&run->unanswered)
                                              : silent_error ());
        return;
    }
    state->doubtful = FALSE;
    if (return_cancelled (task))
        return;
    /* what answered may have been the command before, too late: the answer to this one then
     * comes while nobody waits for it, and is not taken for that to the next */
    run->left = SETTLE_TICKS;
    g_timeout_add (MIN (TICK_MILLISECONDS, MAX (state->patience, 1)), on_tick, task);
}

static void
check (GTask *task)
{
    SimstowPort *port = g_task_get_source_object (task);

    SIMSTOW_PORT_GET_IFACE (port)
        ->at_async (port, CHECK_COMMAND, FALSE, CHECK_SECONDS, NULL, on_checked, task);
}

void
simstow_port_wait_run (GTask *task,
                       SimstowPortSend send_once,
                       SimstowPortTake take,
                       SimstowPortWaitFlags flags)
{
    SimstowPort *port = g_task_get_source_object (task);
    State *state = get_state (port);
    gint64 now = g_get_monotonic_time ();
    Run *run = g_new0 (Run, 1);

    run->send = send_once;
    run->take = take;
    run->flags = flags;
    g_object_set_data_full (G_OBJECT (task), "simstow-port-run", run, run_free);
    if (now - state->last_at > GAP_MICROSECONDS)
        state->waited = 0;
    if (!(flags & SIMSTOW_PORT_WAIT_CHECKS) || !state->doubtful)
        send (task);
    else if (state->silent_at != 0 && now - state->silent_at < SILENT_MICROSECONDS)
        return_error (task, silent_error ());
    else
        check (task);
}
