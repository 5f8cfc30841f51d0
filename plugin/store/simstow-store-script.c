/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several AT commands in one line, or one after the other.
 */

#include "simstow-store-script.h"

#include <string.h>

#include "simstow-at-lines.h"
#include "simstow-error.h"

/* More than any modem's documentation promises to take */
#define LINE_MAX_LENGTH 1000

/* An answer is some rows of text; a modem that goes on and on is cut off */
#define REPLY_MAX (4 * 1024 * 1024)

/* What a modem takes is learnt once, for all who use its line */
#define PORT_KEY "simstow-store-script"

/* So many lines refused, whose commands then succeed one by one, and none that was taken: the
 * modem takes no lines of several commands */
#define STRIKES 2

struct _SimstowStoreScript {
    GObject parent_instance;

    SimstowPort *port;
    gsize proven; /* the longest line of several commands that succeeded */
    gsize limit;  /* lines of several commands are no longer than this */
    guint strikes;
};

G_DEFINE_FINAL_TYPE (SimstowStoreScript, simstow_store_script, G_TYPE_OBJECT)

typedef struct {
    GStrv commands;
    SimstowStoreScriptFlags flags;
    SimstowPortSetup setup; /* as it began */
    guint timeout;
    gsize joined_length; /* of the line that failed before its commands are tried alone */
    guint next;
    gboolean repeated; /* something may have been carried out before */
    GString *reply;
    GHashTable *faults;  /* command -> GError */
    GError *first_error; /* of a command */
} Run;

static void
run_free (gpointer data)
{
    Run *run = data;

    g_strfreev (run->commands);
    g_string_free (run->reply, TRUE);
    g_hash_table_unref (run->faults);
    g_clear_error (&run->first_error);
    g_free (run);
}

gboolean
simstow_store_script_is_definite (const GError *error)
{
    return error->domain == SIMSTOW_ERROR && error->code != SIMSTOW_ERROR_UNSUPPORTED &&
           error->code != SIMSTOW_ERROR_INVALID_RECORD && error->code != SIMSTOW_ERROR_MODEM_ERROR;
}

gboolean
simstow_store_script_is_plain (const GError *error)
{
    return simstow_error_is_plain (error);
}

gboolean
simstow_store_script_is_absent (const GError *error)
{
    static const struct {
        const gchar *domain;
        guint number;
    } codes[] = {
        {SIMSTOW_ERROR_DOMAIN_CME, 3},
        {SIMSTOW_ERROR_DOMAIN_CME, 4},
        {SIMSTOW_ERROR_DOMAIN_CME, 100},
        {SIMSTOW_ERROR_DOMAIN_CMS, 302},
        {SIMSTOW_ERROR_DOMAIN_CMS, 303},
        {SIMSTOW_ERROR_DOMAIN_CMS, 500},
    };
    gsize i;

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ||
        simstow_store_script_is_plain (error))
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        if (simstow_error_has_code (error, codes[i].domain, codes[i].number))
            return TRUE;
    }
    return FALSE;
}

gboolean
simstow_store_script_is_mute (const GError *error)
{
    return simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_RESULT, SIMSTOW_RESULT_OK);
}

gboolean
simstow_store_script_is_fatal (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);
}

/* Whether a command is never carried out without an information text: those that ask */
static gboolean
owes_answer (const gchar *command)
{
    return g_str_has_suffix (command, "?");
}

/* What the information text begins with: "+CPBS" of +CPBS=? and +CPBS? */
static gchar *
dup_prefix (const gchar *command)
{
    return g_strndup (command, strcspn (command, "=?"));
}

/* Whether there is a line for each command that owes one, in the order of the commands */
static gboolean
answers_all (gchar **commands, const gchar *reply)
{
    SimstowReader lines;
    guint i;

    simstow_at_lines_init (&lines, reply);
    for (i = 0; commands[i] != NULL; i++) {
        g_autofree gchar *prefix = dup_prefix (commands[i]);
        SimstowReader line;

        if (owes_answer (commands[i]) && !simstow_at_lines_find (&lines, prefix, &line))
            return FALSE;
    }
    return TRUE;
}

/* Some modems leave out what an information text begins with */
static gchar *
with_prefix (const gchar *command, gchar *reply)
{
    const gchar *alone[] = {command, NULL};
    g_autofree gchar *given = reply;
    g_autofree gchar *prefix = dup_prefix (command);
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, given);
    if (!owes_answer (command) || answers_all ((gchar **) alone, given) ||
        !simstow_at_lines_next (&lines, &line))
        return g_steal_pointer (&given);
    return g_strdup_printf ("%s: %s", prefix, g_strchug (given));
}

/* Keeps an answer, or ends the task where there is too much of it. */
static gboolean
take_reply (GTask *task, const gchar *reply)
{
    Run *run = g_task_get_task_data (task);

    if (run->reply->len + strlen (reply) > REPLY_MAX) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "the modem's answer is too long");
        return FALSE;
    }
    g_string_append (run->reply, reply);
    g_string_append_c (run->reply, '\n');
    return TRUE;
}

static void
return_reply (GTask *task)
{
    Run *run = g_task_get_task_data (task);

    g_task_return_pointer (task, g_strdup (run->reply->str), g_free);
}

static gboolean
check_cancelled (GTask *task)
{
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return FALSE;
    g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
    return TRUE;
}

static void
single_step (GTask *task);

/* Whether a command on its own would undo what the daemon has set since, as it set up the modem:
 * PDU mode, which all of ours want as well, or its character set, to be put back in the end */
static gboolean
is_undoing (SimstowStoreScript *self, const Run *run)
{
    const gchar *const *rest = (const gchar *const *) run->commands + run->next;

    if (g_str_equal (*rest, "+CMGF=1"))
        return !simstow_port_is_setup_still (self->port, run->setup);
    if (simstow_port_get_setup (self->port) == run->setup || !g_str_has_prefix (*rest, "+CSCS=\""))
        return FALSE;
    while (*rest != NULL &&
           (g_str_has_prefix (*rest, "+CSCS=\"") || g_str_has_prefix (*rest, "+CPBS=\"")))
        rest++;
    return *rest == NULL;
}

/* One by one all went well: the line was too much for this modem */
static void
singles_done (SimstowStoreScript *self, GTask *task)
{
    Run *run = g_task_get_task_data (task);
    guint n_faults = g_hash_table_size (run->faults);

    if (n_faults == 0 && run->joined_length > 0) {
        self->limit = MIN (self->limit, run->joined_length - 1);
        if (self->proven == 0 && ++self->strikes >= STRIKES)
            self->limit = 0;
    }
    if (n_faults > 0 && n_faults == g_strv_length (run->commands))
        g_task_return_error (task, g_steal_pointer (&run->first_error));
    else
        return_reply (task);
}

/* What came of a command sent on its own. Takes @reply. */
static gchar *
check_single (const gchar *command, gchar *reply, GError **error)
{
    const gchar *alone[] = {command, NULL};
    g_autofree gchar *whole = reply != NULL ? with_prefix (command, reply) : NULL;
    GError *mute;

    if (whole == NULL || answers_all ((gchar **) alone, whole))
        return g_steal_pointer (&whole);
    mute = g_error_new (SIMSTOW_ERROR,
                        SIMSTOW_ERROR_MODEM_ERROR,
                        "the modem answers %s with nothing (OK)",
                        command);
    simstow_error_set_modem_code (mute, SIMSTOW_ERROR_DOMAIN_RESULT, SIMSTOW_RESULT_OK);
    g_propagate_error (error, mute);
    return NULL;
}

static void
on_single_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreScript *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    const gchar *command = run->commands[run->next];
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    run->repeated = run->repeated || simstow_port_at_was_repeated (SIMSTOW_PORT (source), result);
    reply = check_single (command, g_steal_pointer (&reply), &error);
    if (reply == NULL &&
        (!(run->flags & SIMSTOW_STORE_SCRIPT_TOLERANT) || simstow_store_script_is_fatal (error))) {
        g_hash_table_insert (run->faults, g_strdup (command), g_error_copy (error));
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (reply == NULL) {
        if (run->first_error == NULL)
            run->first_error = g_error_copy (error);
        g_hash_table_insert (run->faults, g_strdup (command), g_steal_pointer (&error));
    } else if (!take_reply (task, reply)) {
        return;
    }
    run->next++;
    while (run->commands[run->next] != NULL && is_undoing (self, run))
        run->next++;
    if (run->commands[run->next] == NULL)
        singles_done (self, task);
    else
        single_step (task);
}

static void
single_step (GTask *task)
{
    SimstowStoreScript *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);

    if (check_cancelled (task))
        return;
    simstow_port_at_async (self->port,
                           run->commands[run->next],
                           FALSE,
                           run->timeout,
                           g_task_get_cancellable (task),
                           on_single_ready,
                           g_object_ref (task));
}

static void
return_not_joined (GTask *task, SimstowError code)
{
    g_task_return_new_error (task,
                             SIMSTOW_ERROR,
                             code,
                             "the modem does not take so many commands in one line");
}

static void
on_joined_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreScript *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    run->repeated = simstow_port_at_was_repeated (SIMSTOW_PORT (source), result);
    if (reply != NULL && answers_all (run->commands, reply)) {
        self->proven = MAX (self->proven, run->joined_length);
        if (take_reply (task, reply))
            return_reply (task);
        return;
    }
    if (reply != NULL && run->flags & SIMSTOW_STORE_SCRIPT_ONCE) {
        if (take_reply (task, reply))
            return_reply (task);
        return;
    }
    /* which command was refused, and in what words, only the commands alone tell: the code of a
     * line may be that of any of them, or of none */
    if (error != NULL &&
        (run->flags & SIMSTOW_STORE_SCRIPT_ONCE || simstow_store_script_is_fatal (error))) {
        g_task_return_error (task, g_steal_pointer (&error));
    } else if (run->flags & SIMSTOW_STORE_SCRIPT_JOINED) {
        return_not_joined (task, SIMSTOW_ERROR_MODEM_ERROR);
    } else {
        run->repeated = TRUE;
        single_step (task);
    }
}

void
simstow_store_script_run_async (SimstowStoreScript *self,
                                const gchar *const *commands,
                                SimstowStoreScriptFlags flags,
                                guint timeout,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    g_autofree gchar *line = NULL;
    Run *run = g_new0 (Run, 1);

    g_return_if_fail (SIMSTOW_IS_STORE_SCRIPT (self));
    g_return_if_fail (commands != NULL && commands[0] != NULL);

    run->commands = g_strdupv ((gchar **) commands);
    run->flags = flags;
    run->setup = simstow_port_get_setup (self->port);
    run->timeout = timeout;
    run->reply = g_string_new (NULL);
    run->faults =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_error_free);
    g_task_set_source_tag (task, simstow_store_script_run_async);
    /* an answer that came is handed over, even when it is no longer wanted */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, run, run_free);
    line = g_strjoinv (";", run->commands);
    if (commands[1] == NULL || strlen (line) > self->limit) {
        if (flags & SIMSTOW_STORE_SCRIPT_JOINED && commands[1] != NULL)
            return_not_joined (task, SIMSTOW_ERROR_UNSUPPORTED);
        else
            single_step (task);
        return;
    }
    if (check_cancelled (task))
        return;
    run->joined_length = strlen (line);
    simstow_port_at_async (self->port,
                           line,
                           FALSE,
                           timeout,
                           cancellable,
                           on_joined_ready,
                           g_steal_pointer (&task));
}

gchar *
simstow_store_script_run_finish (SimstowStoreScript *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

gchar *
simstow_store_script_run_finish_each (SimstowStoreScript *self,
                                      GAsyncResult *result,
                                      GHashTable **faults,
                                      GError **error)
{
    const Run *run;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    run = g_task_get_task_data (G_TASK (result));
    *faults = g_hash_table_ref (run->faults);
    return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
simstow_store_script_was_repeated (SimstowStoreScript *self, GAsyncResult *result)
{
    const Run *run;

    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    run = g_task_get_task_data (G_TASK (result));
    return run->repeated;
}

static void
simstow_store_script_finalize (GObject *object)
{
    SimstowStoreScript *self = SIMSTOW_STORE_SCRIPT (object);

    if (self->port != NULL)
        g_object_set_data (G_OBJECT (self->port), PORT_KEY, NULL);
    g_clear_object (&self->port);
    G_OBJECT_CLASS (simstow_store_script_parent_class)->finalize (object);
}

static void
simstow_store_script_class_init (SimstowStoreScriptClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_store_script_finalize;
}

static void
simstow_store_script_init (SimstowStoreScript *self)
{
    self->limit = LINE_MAX_LENGTH;
}

SimstowStoreScript *
simstow_store_script_new (SimstowPort *port)
{
    SimstowStoreScript *self = g_object_get_data (G_OBJECT (port), PORT_KEY);

    if (self != NULL)
        return g_object_ref (self);
    self = g_object_new (SIMSTOW_TYPE_STORE_SCRIPT, NULL);
    self->port = g_object_ref (port);
    g_object_set_data (G_OBJECT (port), PORT_KEY, self);
    return self;
}
