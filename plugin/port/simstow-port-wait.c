/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a SIM that is busy, and not for a modem or a card that is silent.
 */

#include "simstow-port-wait.h"

#include "simstow-error.h"
#include "simstow-port.h"

/* Of all that is asked in one go, not of each command */
#define BUSY_SECONDS   30
#define PAUSE_FIRST_MS 250
#define PAUSE_LAST_MS  4000

/* Whoever pauses for so long begins anew */
#define GAP_MICROSECONDS (5 * G_USEC_PER_SEC)

/* How long a modem that did not answer a bare AT is left alone */
#define SILENT_MICROSECONDS (30 * G_USEC_PER_SEC)
#define VAIN_MICROSECONDS   (60 * G_USEC_PER_SEC)
#define SETTLE_MS           500
#define CHECK_SECONDS       5
#define CHECK_COMMAND       "AT"

/* A part that was silent is asked once more, briefly, and is left alone then */
#define BRIEF_SECONDS      5
#define ALONE_MICROSECONDS (60 * G_USEC_PER_SEC)

/* What may take minutes, as the installation of a profile, is never hurried */
#define LONG_SECONDS 100

typedef struct {
    guint times; /* how often in a row it did not answer */
    gint64 last_at;
} Silence;

/* What is known of a line */
typedef struct {
    guint patience;    /* milliseconds */
    guint waited;      /* of them */
    gint64 last_at;    /* when it was last used */
    gboolean doubtful; /* the last command was not answered */
    gint64 silent_at;  /* nor a bare AT, 0 if it was */
    gint64 vain_at;    /* when a command was not answered the second time either */
    Silence parts[SIMSTOW_PORT_PARTS];
} State;

typedef struct {
    SimstowPortSend send;
    SimstowPortTake take;
    SimstowPortWaitFlags flags;
    GError *unanswered; /* where it is sent again: why */
    guint sent;         /* how often */
} Run;

static State *
get_state (gpointer port)
{
    static const gchar key[] = "simstow-port-wait";
    State *state = g_object_get_data (port, key);

    if (state == NULL) {
        state = g_new0 (State, 1);
        state->patience = BUSY_SECONDS * 1000;
        g_object_set_data_full (port, key, state, g_free);
    }
    return state;
}

void
simstow_port_wait_set_patience (gpointer port, guint milliseconds)
{
    get_state (port)->patience = milliseconds;
}

void
simstow_port_wait_renew (gpointer port)
{
    State *state = get_state (port);

    *state = (State){.patience = state->patience};
}

/* SIM busy, 3GPP TS 27.007 9.2.1 and 27.005 3.2.5, and what some modems say while they start */
static gboolean
is_busy (const GError *error)
{
    return simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CME, 14) ||
           simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CME, 515) ||
           simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CMS, 314);
}

GError *
simstow_port_wait_still_busy (GError *error)
{
    error->code = SIMSTOW_ERROR_BUSY;
    g_prefix_error (&error, "still busy after %u seconds: ", BUSY_SECONDS);
    return error;
}

GError *
simstow_port_wait_silent_error (void)
{
    return g_error_new_literal (SIMSTOW_ERROR,
                                SIMSTOW_ERROR_TIMEOUT,
                                "not asked any more, as there was no answer before");
}

typedef struct {
    GTask *task;
    SimstowPortAgain again;
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

/* Ends early when the task is cancelled */
static void
start_pause (guint milliseconds, GTask *task, SimstowPortAgain again)
{
    GCancellable *cancellable = g_task_get_cancellable (task);
    g_autoptr (GSource) source = g_timeout_source_new (milliseconds);
    Pause *pause = g_new0 (Pause, 1);

    if (cancellable != NULL) {
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
simstow_port_wait_pause (gpointer port, GTask *task, SimstowPortAgain again)
{
    State *state = get_state (port);
    guint pause = CLAMP (state->waited, PAUSE_FIRST_MS, PAUSE_LAST_MS);

    if (state->waited >= state->patience ||
        g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return FALSE;
    pause = MIN (pause, state->patience);
    state->waited += pause;
    start_pause (pause, task, again);
    return TRUE;
}

/* Another job has all the time anew */
static void
use_line (State *state)
{
    gint64 now = g_get_monotonic_time ();

    if (now - state->last_at > GAP_MICROSECONDS)
        state->waited = 0;
    state->last_at = now;
}

guint
simstow_port_wait_seconds (gpointer port, SimstowPortPart part, guint seconds, gboolean closes)
{
    State *state = get_state (port);
    const Silence *silence = &state->parts[part];

    use_line (state);
    if (seconds > LONG_SECONDS || silence->times == 0)
        return seconds;
    if (silence->times > 1 && !closes &&
        g_get_monotonic_time () - silence->last_at < ALONE_MICROSECONDS)
        return 0;
    return MIN (seconds, BRIEF_SECONDS);
}

void
simstow_port_wait_note (gpointer port, SimstowPortPart part, const GError *error)
{
    State *state = get_state (port);
    Silence *silence = &state->parts[part];

    state->last_at = g_get_monotonic_time ();
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        silence->times++;
        silence->last_at = state->last_at;
    } else if (!g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        silence->times = 0;
    }
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

static void
send_again (GTask *task)
{
    if (!return_cancelled (task))
        send (task);
}

/* Takes @error; ends the task, or comes back to it after a pause */
static void
refused_busy (GTask *task, GError *error)
{
    gpointer port = g_task_get_source_object (task);

    if (!(get_run (task)->flags & SIMSTOW_PORT_WAIT_BUSY))
        return_error (task, error);
    else if (simstow_port_wait_pause (port, task, send_again))
        g_error_free (error);
    else
        return_error (task, simstow_port_wait_still_busy (error));
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
    if (!done && is_busy (error)) {
        refused_busy (task, error);
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
                                              : simstow_port_wait_silent_error ());
        return;
    }
    state->doubtful = FALSE;
    /* what answered may have been the command before, too late: the answer to this one then
     * comes while nobody waits for it, and is not taken for that to the next */
    start_pause (MIN (SETTLE_MS, state->patience), task, send_again);
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
    use_line (state);
    if (!(flags & SIMSTOW_PORT_WAIT_CHECKS) || !state->doubtful)
        send (task);
    else if (state->silent_at != 0 && now - state->silent_at < SILENT_MICROSECONDS)
        return_error (task, simstow_port_wait_silent_error ());
    else
        check (task);
}
