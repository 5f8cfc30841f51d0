/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Callers, their grants with the time at which each ends, and the questions that wait for polkit.
 */

#include "simstow-callers.h"

#include "simstow-error.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

struct _SimstowCallers {
    GObject parent_instance;

    SimstowCallersAsk ask;
    guint grant_seconds;
    GDBusConnection *connection;
    guint watch_id;       /* of all who leave, while any caller is there */
    GHashTable *callers;  /* unique name -> Caller */
    GPtrArray *questions; /* Question, each owned by the answer it waits for */
};

typedef struct {
    gboolean identified;
    guint user;
    GHashTable *grants; /* action -> gint64, monotonic time of its end */
} Caller;

G_DEFINE_FINAL_TYPE (SimstowCallers, simstow_callers, G_TYPE_OBJECT)

/* Who is there */

static void
caller_free (gpointer data)
{
    Caller *caller = data;

    g_hash_table_unref (caller->grants);
    g_free (caller);
}

static void
forget (SimstowCallers *self, const gchar *name)
{
    g_hash_table_remove (self->callers, name);
    if (g_hash_table_size (self->callers) > 0 || self->watch_id == 0)
        return;
    g_dbus_connection_signal_unsubscribe (self->connection, self->watch_id);
    self->watch_id = 0;
}

static void
on_owner_changed (GDBusConnection *connection,
                  const gchar *sender,
                  const gchar *path,
                  const gchar *interface,
                  const gchar *signal,
                  GVariant *parameters,
                  gpointer user_data)
{
    g_autoptr (SimstowCallers) self = g_object_ref (user_data);
    const gchar *name, *before, *after;

    g_variant_get (parameters, "(&s&s&s)", &name, &before, &after);
    if (*after != '\0' || !g_hash_table_contains (self->callers, name))
        return;
    forget (self, name);
    g_signal_emit_by_name (self, "left", name);
}

/* One match rule on the bus is enough for all; it is there before the bus is asked about the
 * first of them, so that nobody leaves unseen */
static Caller *
find_caller (SimstowCallers *self, GDBusMethodInvocation *invocation)
{
    const gchar *name = g_dbus_method_invocation_get_sender (invocation);
    Caller *caller = g_hash_table_lookup (self->callers, name);

    if (caller)
        return caller;
    g_set_object (&self->connection, g_dbus_method_invocation_get_connection (invocation));
    if (self->watch_id == 0)
        self->watch_id = g_dbus_connection_signal_subscribe (self->connection,
                                                             BUS_NAME,
                                                             BUS_NAME,
                                                             "NameOwnerChanged",
                                                             BUS_PATH,
                                                             NULL,
                                                             G_DBUS_SIGNAL_FLAGS_NONE,
                                                             on_owner_changed,
                                                             self,
                                                             NULL);
    caller = g_new0 (Caller, 1);
    caller->grants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert (self->callers, g_strdup (name), caller);
    return caller;
}

static gboolean
has_grant (SimstowCallers *self, const gchar *name, const gchar *action)
{
    const Caller *caller = g_hash_table_lookup (self->callers, name);
    const gint64 *end = caller ? g_hash_table_lookup (caller->grants, action) : NULL;

    return end && g_get_monotonic_time () < *end;
}

static void
add_grant (SimstowCallers *self, const gchar *name, const gchar *action)
{
    const Caller *caller = g_hash_table_lookup (self->callers, name);
    gint64 *end;

    if (!caller)
        return;
    end = g_new (gint64, 1);
    *end = g_get_monotonic_time () + self->grant_seconds * G_USEC_PER_SEC;
    g_hash_table_replace (caller->grants, g_strdup (action), end);
}

/* Questions: one for all calls of a caller that wait for the same action */

typedef struct {
    SimstowCallers *callers;
    gchar *name;
    guint user;
    gchar *action;
    GCancellable *cancellable;
    GPtrArray *waiting; /* GTask */
} Question;

/* What a call asks for */
typedef struct {
    GDBusMethodInvocation *invocation;
    gchar *name;
    guint user;
    GStrv actions;
    guint next;
} Wish;

static void
authorise_step (GTask *task);

static void
wish_free (gpointer data)
{
    Wish *wish = data;

    g_object_unref (wish->invocation);
    g_free (wish->name);
    g_strfreev (wish->actions);
    g_free (wish);
}

static void
question_free (Question *question)
{
    g_object_unref (question->callers);
    g_free (question->name);
    g_free (question->action);
    g_object_unref (question->cancellable);
    g_ptr_array_unref (question->waiting);
    g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static Question *
find_question (SimstowCallers *self, const gchar *name, const gchar *action)
{
    for (guint i = 0; i < self->questions->len; i++) {
        Question *question = self->questions->pdata[i];

        if (g_str_equal (question->name, name) && g_str_equal (question->action, action))
            return question;
    }
    return NULL;
}

static gboolean
may_ask (SimstowCallers *self, guint user)
{
    guint count = 0;

    for (guint i = 0; i < self->questions->len; i++)
        count += ((const Question *) self->questions->pdata[i])->user == user;
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
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (Question) question = user_data;
    g_autoptr (GError) error = NULL;
    gboolean granted = g_task_propagate_boolean (G_TASK (result), &error);

    g_ptr_array_remove (question->callers->questions, question);
    if (granted)
        add_grant (question->callers, question->name, question->action);
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
    question->name = g_strdup (wish->name);
    question->user = wish->user;
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
    while (wish->actions[wish->next] && has_grant (self, wish->name, wish->actions[wish->next]))
        wish->next++;
    if (!wish->actions[wish->next]) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    question = find_question (self, wish->name, wish->actions[wish->next]);
    if (question)
        wait_for (question, task);
    else if (may_ask (self, wish->user))
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
    SimstowCallers *self = g_task_get_source_object (task);
    Wish *wish = g_task_get_task_data (task);
    Caller *caller = g_hash_table_lookup (self->callers, wish->name);
    g_autoptr (GVariant) reply =
        g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

    if (!reply || !caller) {
        forget (self, wish->name);
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DENIED,
                                 "nobody knows who calls: %s",
                                 error ? error->message : "gone");
        return;
    }
    g_variant_get (reply, "(u)", &caller->user);
    caller->identified = TRUE;
    wish->user = caller->user;
    authorise_step (task);
}

void
simstow_callers_authorise_async (SimstowCallers *self,
                                 GDBusMethodInvocation *invocation,
                                 const gchar *const *actions,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    const Caller *caller = find_caller (self, invocation);
    Wish *wish = g_new0 (Wish, 1);

    g_task_set_source_tag (task, simstow_callers_authorise_async);
    wish->invocation = g_object_ref (invocation);
    wish->name = g_strdup (g_dbus_method_invocation_get_sender (invocation));
    wish->user = caller->user;
    wish->actions = g_strdupv ((gchar **) actions);
    g_task_set_task_data (task, wish, wish_free);
    if (caller->identified)
        authorise_step (task);
    else
        g_dbus_connection_call (self->connection,
                                BUS_NAME,
                                BUS_PATH,
                                BUS_NAME,
                                "GetConnectionUnixUser",
                                g_variant_new ("(s)", wish->name),
                                G_VARIANT_TYPE ("(u)"),
                                G_DBUS_CALL_FLAGS_NONE,
                                -1,
                                NULL,
                                on_user_ready,
                                g_steal_pointer (&task));
}

gboolean
simstow_callers_authorise_finish (SimstowCallers *self,
                                  GAsyncResult *result,
                                  guint *user,
                                  GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    *user = ((const Wish *) g_task_get_task_data (G_TASK (result)))->user;
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

    if (self->watch_id > 0)
        g_dbus_connection_signal_unsubscribe (self->connection, self->watch_id);
    g_clear_object (&self->connection);
    g_hash_table_unref (self->callers);
    g_ptr_array_unref (self->questions);
    G_OBJECT_CLASS (simstow_callers_parent_class)->finalize (object);
}

static void
simstow_callers_class_init (SimstowCallersClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_callers_finalize;

    /**
     * SimstowCallers::left:
     * @name: the unique name of a caller that has left the bus
     */
    g_signal_new ("left",
                  SIMSTOW_TYPE_CALLERS,
                  0,
                  0,
                  NULL,
                  NULL,
                  NULL,
                  G_TYPE_NONE,
                  1,
                  G_TYPE_STRING);
}

static void
simstow_callers_init (SimstowCallers *self)
{
    self->callers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, caller_free);
    self->questions = g_ptr_array_new ();
}
