/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's line, abstract: what is asked for is checked before an implementation sees it, and a
 * command that could run into a second one (a line end, an end of message, an escape within it)
 * never gets to the modem. Then it is sent, as often as it takes.
 */

#include "simstow-port.h"

#include <string.h>

#include "simstow-error.h"

/* What a command line must not hold: V.250's editing and terminating characters
 * and those that end or give up a message, 3GPP TS 27.005 3.5.1. */
#define FORBIDDEN "\b\n\r\x1a\x1b"

#define COMMAND_MAX   4096
#define STORAGE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

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

/* What is known of the line's manners */
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
    State state;
    GBytes *services;
} SimstowPortPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SimstowPort, simstow_port, G_TYPE_OBJECT)

/* What is sent: a command, or a lock on storages */
typedef struct {
    gchar *command;
    gboolean raw;
    gboolean for_card;
    guint timeout;
    gchar *mem1;
    gchar *mem2;
    gboolean waits;     /* sent again when the SIM was busy: the modem did nothing then */
    gboolean checks;    /* sent behind a bare AT where the last command was not answered */
    gboolean repeats;   /* sent again behind that AT when it was not answered: it only reads */
    GError *unanswered; /* where it is sent again: why */
    guint sent;         /* how often */
} Request;

static State *
get_state (gpointer port)
{
    SimstowPortPrivate *priv = simstow_port_get_instance_private (port);

    return &priv->state;
}

static void
request_free (gpointer data)
{
    Request *request = data;

    g_free (request->command);
    g_free (request->mem1);
    g_free (request->mem2);
    g_clear_error (&request->unanswered);
    g_free (request);
}

/* Waiting for what is busy, and not for what is silent */

void
simstow_port_wait_set_patience (SimstowPort *self, guint milliseconds)
{
    get_state (self)->patience = milliseconds;
}

void
simstow_port_wait_renew (SimstowPort *self)
{
    State *state = get_state (self);

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

static GError *
silent_error (void)
{
    return g_error_new (SIMSTOW_ERROR,
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
simstow_port_wait_pause (SimstowPort *self, GTask *task, SimstowPortAgain again)
{
    State *state = get_state (self);
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

gboolean
simstow_port_wait_check (SimstowPort *self,
                         SimstowPortPart part,
                         gboolean closes,
                         guint *seconds,
                         GError **error)
{
    State *state = get_state (self);
    const Silence *silence = &state->parts[part];

    use_line (state);
    if (*seconds > LONG_SECONDS || silence->times == 0)
        return TRUE;
    *seconds = MIN (*seconds, BRIEF_SECONDS);
    if (silence->times == 1 || closes ||
        g_get_monotonic_time () - silence->last_at >= ALONE_MICROSECONDS)
        return TRUE;
    g_propagate_error (error, silent_error ());
    return FALSE;
}

void
simstow_port_wait_note (SimstowPort *self, SimstowPortPart part, const GError *error)
{
    State *state = get_state (self);
    Silence *silence = &state->parts[part];

    state->last_at = g_get_monotonic_time ();
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        silence->times++;
        silence->last_at = state->last_at;
    } else if (!g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        silence->times = 0;
    }
}

/* Sending. The task of who asks is the callbacks' data and theirs; it returns the answer. */

static void
send (GTask *task);

static void
return_error (GTask *task, GError *error)
{
    g_task_return_error (task, error);
    g_object_unref (task);
}

static void
send_again (GTask *task)
{
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return_error (
            task,
            g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled"));
    else
        send (task);
}

/* Anything but silence is a sign of life */
static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    Request *request = g_task_get_task_data (task);
    State *state = get_state (g_task_get_source_object (task));
    g_autoptr (GError) error = NULL;
    g_autofree gchar *answer = g_task_propagate_pointer (G_TASK (result), &error);

    state->last_at = g_get_monotonic_time ();
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        state->silent_at = state->last_at;
        return_error (task,
                      request->unanswered != NULL ? g_steal_pointer (&request->unanswered)
                                                  : silent_error ());
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
    SimstowPort *self = g_task_get_source_object (task);

    SIMSTOW_PORT_GET_CLASS (self)
        ->at_async (self, CHECK_COMMAND, FALSE, CHECK_SECONDS, NULL, on_checked, task);
}

/* Whether what was not answered is sent a second time, as that does no harm and was not in vain
 * before */
static gboolean
is_repeated (const Request *request, State *state)
{
    if (request->unanswered != NULL)
        state->vain_at = state->last_at;
    return request->repeats && request->checks &&
           (state->vain_at == 0 || state->last_at - state->vain_at >= VAIN_MICROSECONDS);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    SimstowPort *self = g_task_get_source_object (task);
    Request *request = g_task_get_task_data (task);
    State *state = get_state (self);
    GError *error = NULL;
    gchar *answer = g_task_propagate_pointer (G_TASK (result), &error);

    state->last_at = g_get_monotonic_time ();
    state->doubtful = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
    state->silent_at = 0;
    if (request->for_card)
        simstow_port_wait_note (self, SIMSTOW_PORT_PART_CARD, error);
    if (error == NULL) {
        g_task_return_pointer (task, answer, g_free);
        g_object_unref (task);
    } else if (is_busy (error) && request->waits) {
        if (simstow_port_wait_pause (self, task, send_again))
            g_error_free (error);
        else
            return_error (task, simstow_port_wait_still_busy (error));
    } else if (state->doubtful && is_repeated (request, state)) {
        request->unanswered = error;
        check (task);
    } else {
        return_error (task, error);
    }
}

static void
send (GTask *task)
{
    SimstowPort *self = g_task_get_source_object (task);
    SimstowPortClass *klass = SIMSTOW_PORT_GET_CLASS (self);
    GCancellable *cancellable = g_task_get_cancellable (task);
    Request *request = g_task_get_task_data (task);

    request->sent++;
    if (request->command != NULL)
        klass->at_async (self,
                         request->command,
                         request->raw,
                         request->timeout,
                         cancellable,
                         on_answer,
                         task);
    else
        klass->lock_sms_async (self, request->mem1, request->mem2, cancellable, on_answer, task);
}

static void
start (GTask *task)
{
    const Request *request = g_task_get_task_data (task);
    State *state = get_state (g_task_get_source_object (task));

    use_line (state);
    if (!request->checks || !state->doubtful)
        send (task);
    else if (state->silent_at != 0 && state->last_at - state->silent_at < SILENT_MICROSECONDS)
        return_error (task, silent_error ());
    else
        check (task);
}

/* AT commands */

static gboolean
check_command (const gchar *command, gboolean raw, GError **error)
{
    gsize length = strlen (command);

    if (length == 0 || length > COMMAND_MAX) {
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_RECORD,
                                  "a command of %" G_GSIZE_FORMAT " characters cannot be sent",
                                  length);
    }
    if (!raw && strpbrk (command, FORBIDDEN) != NULL) {
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_RECORD,
                                  "a command with control characters cannot be sent");
    }
    return TRUE;
}

/* Whether a command does nothing but ask or select, so that it may be given twice */
static gboolean
only_reads (const gchar *command)
{
    static const gchar *const reading[] =
        {"+CPBR=", "+CMGR=", "+CMGL", "^SMGL", "+CPBS=", "+CSCS=", "+CMGF="};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (reading); i++) {
        if (g_str_has_prefix (command, reading[i]))
            return TRUE;
    }
    return g_str_has_suffix (command, "?");
}

static gboolean
all_only_read (const gchar *line)
{
    g_auto (GStrv) commands = g_strsplit (line, ";", -1);
    gsize i;

    for (i = 0; commands[i] != NULL; i++) {
        if (!only_reads (commands[i]))
            return FALSE;
    }
    return TRUE;
}

/* A line of several commands that is refused may have written by then */
static gboolean
may_have_written (const gchar *line)
{
    static const gchar *const writing[] = {"+CPBW=", "+CMGW=", "+CMGD="};
    gboolean quoted = FALSE;
    gboolean joined = FALSE;
    const gchar *c;
    gsize i;

    for (c = line; *c != '\0'; c++) {
        if (*c == '"')
            quoted = !quoted;
        joined = joined || (*c == ';' && !quoted);
    }
    for (i = 0; joined && i < G_N_ELEMENTS (writing); i++) {
        if (strstr (line, writing[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* A channel is given back to the card whatever it takes, 3GPP TS 27.007 8.44 and ETSI TS 102
 * 221 11.1.17 */
static gboolean
closes_channel (const gchar *command)
{
    return g_str_has_prefix (command, "+CCHC=") || g_str_has_prefix (command, "+CSIM=8,\"007080") ||
           g_str_has_prefix (command, "+CSIM=10,\"007080");
}

/* A test, as +CSIM=?, the modem answers without the card */
static gboolean
is_for_card (const gchar *command)
{
    static const gchar *const commands[] = {"+CSIM=", "+CRSM=", "+CGLA=", "+CCHO=", "+CCHC="};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (commands); i++) {
        if (g_str_has_prefix (command, commands[i]))
            return !g_str_has_suffix (command, "=?");
    }
    return FALSE;
}

void
simstow_port_at_async (SimstowPort *self,
                       const gchar *command,
                       gboolean raw,
                       guint timeout,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
    GTask *task = g_task_new (self, cancellable, callback, user_data);
    GError *error = NULL;
    Request *request;

    g_task_set_source_tag (task, simstow_port_at_async);
    /* an answer that came is handed over, wanted or not */
    g_task_set_check_cancellable (task, FALSE);
    if (!check_command (command, raw, &error)) {
        return_error (task, error);
        return;
    }
    request = g_new0 (Request, 1);
    request->command = g_strdup (command);
    request->raw = raw;
    request->for_card = !raw && is_for_card (command);
    request->timeout = CLAMP (timeout, 1, SIMSTOW_PORT_SECONDS_MAX);
    request->waits = !raw && !may_have_written (command);
    request->checks = !raw && !closes_channel (command) && simstow_port_has_at (self);
    request->repeats = !raw && all_only_read (command);
    g_task_set_task_data (task, request, request_free);
    if (request->for_card && !simstow_port_wait_check (self,
                                                       SIMSTOW_PORT_PART_CARD,
                                                       closes_channel (command),
                                                       &request->timeout,
                                                       &error))
        return_error (task, error);
    else
        start (task);
}

gchar *
simstow_port_at_finish (SimstowPort *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
simstow_port_at_was_repeated (SimstowPort *self, GAsyncResult *result)
{
    const Request *request;

    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    request = g_task_get_task_data (G_TASK (result));
    return request != NULL && request->sent > 1;
}

/* The storage lock */

static gboolean
is_storage (const gchar *storage)
{
    return strlen (storage) == 2 && strspn (storage, STORAGE_CHARS) == 2;
}

void
simstow_port_lock_sms_async (SimstowPort *self,
                             const gchar *mem1,
                             const gchar *mem2,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    GTask *task = g_task_new (self, cancellable, callback, user_data);
    Request *request;

    g_task_set_source_tag (task, simstow_port_lock_sms_async);
    /* a lock that was taken has to be heard of */
    g_task_set_check_cancellable (task, FALSE);
    /* the daemon aborts when asked to lock nothing */
    if ((mem1 == NULL && mem2 == NULL) || (mem1 != NULL && !is_storage (mem1)) ||
        (mem2 != NULL && !is_storage (mem2))) {
        return_error (
            task,
            g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no such message storage"));
        return;
    }
    request = g_new0 (Request, 1);
    request->mem1 = g_strdup (mem1);
    request->mem2 = g_strdup (mem2);
    request->waits = TRUE;
    request->checks = simstow_port_has_at (self);
    g_task_set_task_data (task, request, request_free);
    start (task);
}

gboolean
simstow_port_lock_sms_finish (SimstowPort *self, GAsyncResult *result, GError **error)
{
    g_autofree gchar *taken = NULL;

    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    taken = g_task_propagate_pointer (G_TASK (result), error);
    return taken != NULL;
}

void
simstow_port_unlock_sms (SimstowPort *self, gboolean mem1, gboolean mem2)
{
    if (mem1 || mem2)
        SIMSTOW_PORT_GET_CLASS (self)->unlock_sms (self, mem1, mem2);
}

/* What else there is */

gboolean
simstow_port_has_at (SimstowPort *self)
{
    return SIMSTOW_PORT_GET_CLASS (self)->has_at (self);
}

GObject *
simstow_port_peek_mbim (SimstowPort *self)
{
    return SIMSTOW_PORT_GET_CLASS (self)->peek_mbim (self);
}

SimstowPortSetup
simstow_port_get_setup (SimstowPort *self)
{
    return SIMSTOW_PORT_GET_CLASS (self)->get_setup (self);
}

gboolean
simstow_port_is_setup_still (SimstowPort *self, SimstowPortSetup before)
{
    return before != SIMSTOW_PORT_SETUP_RUNNING && simstow_port_get_setup (self) == before;
}

gchar *
simstow_port_dup_sim (SimstowPort *self, gboolean *locked)
{
    *locked = FALSE;
    return SIMSTOW_PORT_GET_CLASS (self)->dup_sim (self, locked);
}

GBytes *
simstow_port_get_services (SimstowPort *self)
{
    SimstowPortPrivate *priv = simstow_port_get_instance_private (self);

    return priv->services;
}

void
simstow_port_set_services (SimstowPort *self, GBytes *services)
{
    SimstowPortPrivate *priv = simstow_port_get_instance_private (self);

    g_clear_pointer (&priv->services, g_bytes_unref);
    priv->services = g_bytes_ref (services);
}

static GObject *
peek_nothing (SimstowPort *self)
{
    return NULL;
}

static SimstowPortSetup
get_no_setup (SimstowPort *self)
{
    return SIMSTOW_PORT_SETUP_NONE;
}

static gchar *
dup_no_sim (SimstowPort *self, gboolean *locked)
{
    return g_strdup ("");
}

static void
simstow_port_finalize (GObject *object)
{
    SimstowPortPrivate *priv = simstow_port_get_instance_private (SIMSTOW_PORT (object));

    g_clear_pointer (&priv->services, g_bytes_unref);
    G_OBJECT_CLASS (simstow_port_parent_class)->finalize (object);
}

static void
simstow_port_class_init (SimstowPortClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_port_finalize;
    klass->peek_mbim = peek_nothing;
    klass->get_setup = get_no_setup;
    klass->dup_sim = dup_no_sim;
}

static void
simstow_port_init (SimstowPort *self)
{
    get_state (self)->patience = BUSY_SECONDS * 1000;
}
