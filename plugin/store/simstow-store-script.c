/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several AT commands in one line, or one after the other.
 */

#include "simstow-store-script.h"

#include "simstow-error.h"

/* More than any modem's documentation promises to take */
#define LINE_MAX_LENGTH 1000

/* An answer is some rows of text; a modem that goes on and on is cut off */
#define REPLY_MAX (4 * 1024 * 1024)

struct _SimstowStoreScript {
    GObject parent_instance;

    SimstowPort *port;
    gsize proven; /* the longest line of several commands that succeeded */
    gsize limit;  /* lines of several commands are no longer than this */
};

G_DEFINE_FINAL_TYPE (SimstowStoreScript, simstow_store_script, G_TYPE_OBJECT)

typedef struct {
    GStrv commands;
    SimstowStoreScriptFlags flags;
    guint timeout;
    gsize joined_length; /* of the line that failed before its commands are tried alone */
    guint next;
    guint failures;
    GString *reply;
    GError *first_error;
} Run;

static void
run_free (gpointer data)
{
    Run *run = data;

    g_strfreev (run->commands);
    g_string_free (run->reply, TRUE);
    g_clear_error (&run->first_error);
    g_free (run);
}

gboolean
simstow_store_script_is_definite (const GError *error)
{
    return error->domain == SIMSTOW_ERROR && error->code != SIMSTOW_ERROR_UNSUPPORTED &&
           error->code != SIMSTOW_ERROR_INVALID_RECORD && error->code != SIMSTOW_ERROR_MODEM_ERROR;
}

/* After these there is nobody to send another command to */
static gboolean
is_fatal (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);
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

/* One by one all went well: the line was too much for this modem */
static void
singles_done (SimstowStoreScript *self, GTask *task)
{
    Run *run = g_task_get_task_data (task);

    if (run->failures == 0 && run->joined_length > 0)
        self->limit = MIN (self->limit, run->joined_length - 1);
    if (run->failures > 0 && run->failures == g_strv_length (run->commands))
        g_task_return_error (task, g_steal_pointer (&run->first_error));
    else
        return_reply (task);
}

static void
on_single_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreScript *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (reply == NULL && (!(run->flags & SIMSTOW_STORE_SCRIPT_TOLERANT) || is_fatal (error))) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (reply == NULL) {
        run->failures++;
        if (run->first_error == NULL)
            run->first_error = g_steal_pointer (&error);
    } else if (!take_reply (task, reply)) {
        return;
    }
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
                           NULL,
                           on_single_ready,
                           g_object_ref (task));
}

static void
on_joined_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreScript *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);
    gboolean too_much_perhaps =
        run->joined_length > self->proven || run->flags & SIMSTOW_STORE_SCRIPT_TOLERANT;

    if (reply != NULL) {
        self->proven = MAX (self->proven, run->joined_length);
        if (take_reply (task, reply))
            return_reply (task);
        return;
    }
    if (run->flags & SIMSTOW_STORE_SCRIPT_ONCE || !too_much_perhaps ||
        simstow_store_script_is_definite (error))
        g_task_return_error (task, g_steal_pointer (&error));
    else
        single_step (task);
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
    run->timeout = timeout;
    run->reply = g_string_new (NULL);
    g_task_set_source_tag (task, simstow_store_script_run_async);
    /* an answer that came is handed over, even when it is no longer wanted */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, run, run_free);
    line = g_strjoinv (";", run->commands);
    if (commands[1] == NULL || strlen (line) > self->limit) {
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
                           NULL,
                           on_joined_ready,
                           g_steal_pointer (&task));
}

gchar *
simstow_store_script_run_finish (SimstowStoreScript *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
simstow_store_script_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_STORE_SCRIPT (object)->port);
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
    SimstowStoreScript *self = g_object_new (SIMSTOW_TYPE_STORE_SCRIPT, NULL);

    self->port = g_object_ref (port);
    return self;
}
