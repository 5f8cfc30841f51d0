/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Callers, their grants with the time at which each ends, and the questions that wait for polkit.
 */

#include "simstow-callers.h"

#include "simstow-error.h"

struct _SimstowCaller {
    GObject parent_instance;

    gchar *name;
    guint watch_id;
    GHashTable *grants; /* action -> gint64, monotonic time of its end */
    gboolean identified;
    guint user;
};

struct _SimstowCallers {
    GObject parent_instance;

    SimstowCallersAsk ask;
    guint grant_seconds;
    GPtrArray *recent;    /* SimstowCaller, the latest last */
    GPtrArray *questions; /* Question, each owned by the answer it waits for */
};

G_DEFINE_FINAL_TYPE (SimstowCaller, simstow_caller, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (SimstowCallers, simstow_callers, G_TYPE_OBJECT)

static void
on_vanished (GDBusConnection *connection, const gchar *name, gpointer user_data)
{
    g_autoptr (SimstowCaller) self = g_object_ref (user_data);

    g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
    g_hash_table_remove_all (self->grants);
    g_signal_emit_by_name (self, "left");
}

static SimstowCaller *
caller_new (GDBusConnection *connection, const gchar *name)
{
    SimstowCaller *self = g_object_new (SIMSTOW_TYPE_CALLER, NULL);

    self->name = g_strdup (name);
    self->watch_id = g_bus_watch_name_on_connection (connection,
                                                     name,
                                                     G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                     NULL,
                                                     on_vanished,
                                                     self,
                                                     NULL);
    return self;
}

const gchar *
simstow_caller_get_name (SimstowCaller *self)
{
    return self->name;
}

guint
simstow_caller_get_user (SimstowCaller *self)
{
    return self->user;
}

static gboolean
has_grant (SimstowCaller *self, const gchar *action)
{
    const gint64 *end = g_hash_table_lookup (self->grants, action);

    return end && g_get_monotonic_time () < *end;
}

static void
simstow_caller_dispose (GObject *object)
{
    g_clear_handle_id (&SIMSTOW_CALLER (object)->watch_id, g_bus_unwatch_name);
    G_OBJECT_CLASS (simstow_caller_parent_class)->dispose (object);
}

static void
simstow_caller_finalize (GObject *object)
{
    SimstowCaller *self = SIMSTOW_CALLER (object);

    g_hash_table_unref (self->grants);
    g_free (self->name);
    G_OBJECT_CLASS (simstow_caller_parent_class)->finalize (object);
}

static void
simstow_caller_class_init (SimstowCallerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = simstow_caller_dispose;
    object_class->finalize = simstow_caller_finalize;
    g_signal_new ("left", SIMSTOW_TYPE_CALLER, 0, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
simstow_caller_init (SimstowCaller *self)
{
    self->grants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* Who is known */

static void
on_left (SimstowCaller *caller, gpointer user_data)
{
    g_ptr_array_remove (SIMSTOW_CALLERS (user_data)->recent, caller);
}

SimstowCaller *
simstow_callers_find (SimstowCallers *self, GDBusConnection *connection, const gchar *name)
{
    SimstowCaller *caller = NULL;

    for (guint i = 0; i < self->recent->len && !caller; i++)
        if (g_str_equal (simstow_caller_get_name (self->recent->pdata[i]), name))
            caller = g_ptr_array_steal_index (self->recent, i);
    if (!caller) {
        caller = caller_new (connection, name);
        g_signal_connect_object (caller, "left", G_CALLBACK (on_left), self, 0);
        if (self->recent->len == SIMSTOW_CALLERS_MAX)
            g_ptr_array_remove_index (self->recent, 0);
    }
    g_ptr_array_add (self->recent, caller);
    return g_object_ref (caller);
}

/* Questions: one for all calls of a caller that wait for the same action */

typedef struct {
    SimstowCallers *callers;
    SimstowCaller *caller;
    gchar *action;
    GCancellable *cancellable;
    GPtrArray *waiting; /* GTask */
} Question;

/* What a call asks for */
typedef struct {
    SimstowCaller *caller;
    GDBusMethodInvocation *invocation;
    GStrv actions;
    guint next;
} Wish;

static void
authorise_step (GTask *task);

static void
wish_free (gpointer data)
{
    Wish *wish = data;

    g_object_unref (wish->caller);
    g_object_unref (wish->invocation);
    g_strfreev (wish->actions);
    g_free (wish);
}

static void
question_free (Question *question)
{
    g_object_unref (question->callers);
    g_object_unref (question->caller);
    g_free (question->action);
    g_object_unref (question->cancellable);
    g_ptr_array_unref (question->waiting);
    g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static Question *
find_question (SimstowCallers *self, SimstowCaller *caller, const gchar *action)
{
    for (guint i = 0; i < self->questions->len; i++) {
        Question *question = self->questions->pdata[i];

        if (question->caller == caller && g_str_equal (question->action, action))
            return question;
    }
    return NULL;
}

static gboolean
may_ask (SimstowCallers *self, guint user)
{
    guint count = 0;

    for (guint i = 0; i < self->questions->len; i++)
        count += ((const Question *) self->questions->pdata[i])->caller->user == user;
    return count < SIMSTOW_CALLERS_QUESTIONS_MAX;
}

/* Whoever asks the same from now on gets a question of his own */
static void
on_unwanted (GCancellable *cancellable, gpointer user_data)
{
    Question *question = user_data;

    for (guint i = 0; i < question->waiting->len; i++)
        if (!g_cancellable_is_cancelled (g_task_get_cancellable (question->waiting->pdata[i])))
            return;
    g_ptr_array_remove (question->callers->questions, question);
    g_cancellable_cancel (question->cancellable);
}

static void
grant (Question *question)
{
    gint64 *end = g_new (gint64, 1);

    *end = g_get_monotonic_time () + question->callers->grant_seconds * G_USEC_PER_SEC;
    g_hash_table_replace (question->caller->grants, g_strdup (question->action), end);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (Question) question = user_data;
    g_autoptr (GError) error = NULL;
    gboolean granted = g_task_propagate_boolean (G_TASK (result), &error);

    g_ptr_array_remove (question->callers->questions, question);
    if (granted)
        grant (question);
    for (guint i = 0; i < question->waiting->len; i++) {
        GTask *task = question->waiting->pdata[i];
        Wish *wish = g_task_get_task_data (task);

        if (g_task_get_cancellable (task))
            g_signal_handlers_disconnect_by_data (g_task_get_cancellable (task), question);
        if (granted) {
            wish->next++;
            authorise_step (task);
        } else {
            g_task_return_new_error (task,
                                     SIMSTOW_ERROR,
                                     SIMSTOW_ERROR_DENIED,
                                     "not authorised: %s",
                                     error->message);
        }
    }
}

static void
wait_for (Question *question, GTask *task)
{
    GCancellable *cancellable = g_task_get_cancellable (task);

    g_ptr_array_add (question->waiting, g_object_ref (task));
    if (cancellable)
        g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_unwanted), question);
}

static void
ask (GTask *task)
{
    SimstowCallers *self = g_task_get_source_object (task);
    const Wish *wish = g_task_get_task_data (task);
    Question *question = g_new0 (Question, 1);

    question->callers = g_object_ref (self);
    question->caller = g_object_ref (wish->caller);
    question->action = g_strdup (wish->actions[wish->next]);
    question->cancellable = g_cancellable_new ();
    question->waiting = g_ptr_array_new_with_free_func (g_object_unref);
    g_ptr_array_add (self->questions, question);
    wait_for (question, task);
    self->ask (wish->invocation, question->action, question->cancellable, on_answered, question);
}

static void
authorise_step (GTask *task)
{
    SimstowCallers *self = g_task_get_source_object (task);
    Wish *wish = g_task_get_task_data (task);
    Question *question;

    if (g_task_return_error_if_cancelled (task))
        return;
    while (wish->actions[wish->next] && has_grant (wish->caller, wish->actions[wish->next]))
        wish->next++;
    if (!wish->actions[wish->next]) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    question = find_question (self, wish->caller, wish->actions[wish->next]);
    if (question)
        wait_for (question, task);
    else if (may_ask (self, wish->caller->user))
        ask (task);
    else
        g_task_return_new_error (task,
                                 G_DBUS_ERROR,
                                 G_DBUS_ERROR_LIMITS_EXCEEDED,
                                 "%d questions about this user wait for an answer already",
                                 SIMSTOW_CALLERS_QUESTIONS_MAX);
}

static void
on_user_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowCaller *caller = ((const Wish *) g_task_get_task_data (task))->caller;
    g_autoptr (GVariant) reply =
        g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

    if (!reply) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DENIED,
                                 "nobody knows who calls: %s",
                                 error->message);
        return;
    }
    g_variant_get (reply, "(u)", &caller->user);
    caller->identified = TRUE;
    authorise_step (task);
}

void
simstow_callers_authorise_async (SimstowCallers *self,
                                 SimstowCaller *caller,
                                 GDBusMethodInvocation *invocation,
                                 const gchar *const *actions,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Wish *wish = g_new0 (Wish, 1);

    g_task_set_source_tag (task, simstow_callers_authorise_async);
    wish->caller = g_object_ref (caller);
    wish->invocation = g_object_ref (invocation);
    wish->actions = g_strdupv ((gchar **) actions);
    g_task_set_task_data (task, wish, wish_free);
    if (caller->identified)
        authorise_step (task);
    else
        g_dbus_connection_call (g_dbus_method_invocation_get_connection (invocation),
                                "org.freedesktop.DBus",
                                "/org/freedesktop/DBus",
                                "org.freedesktop.DBus",
                                "GetConnectionUnixUser",
                                g_variant_new ("(s)", caller->name),
                                G_VARIANT_TYPE ("(u)"),
                                G_DBUS_CALL_FLAGS_NONE,
                                -1,
                                NULL,
                                on_user_ready,
                                g_steal_pointer (&task));
}

gboolean
simstow_callers_authorise_finish (SimstowCallers *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

SimstowCallers *
simstow_callers_new (SimstowCallersAsk ask_polkit, guint grant_seconds)
{
    SimstowCallers *self = g_object_new (SIMSTOW_TYPE_CALLERS, NULL);

    self->ask = ask_polkit;
    self->grant_seconds = grant_seconds;
    return self;
}

static void
simstow_callers_finalize (GObject *object)
{
    SimstowCallers *self = SIMSTOW_CALLERS (object);

    g_ptr_array_unref (self->recent);
    g_ptr_array_unref (self->questions);
    G_OBJECT_CLASS (simstow_callers_parent_class)->finalize (object);
}

static void
simstow_callers_class_init (SimstowCallersClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_callers_finalize;
}

static void
simstow_callers_init (SimstowCallers *self)
{
    self->recent = g_ptr_array_new_with_free_func (g_object_unref);
    self->questions = g_ptr_array_new ();
}
