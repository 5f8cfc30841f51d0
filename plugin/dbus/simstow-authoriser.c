/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks an authoriser about a list of actions, one at a time, and for all calls that wait for
 * the same answer once.
 */

#include "simstow-authoriser.h"

#include "simstow-error.h"

typedef struct {
    SimstowCaller *caller;
    GDBusMethodInvocation *invocation;
    GStrv actions;
    guint next;
    GPtrArray *granted;
    GError *refusal;
} Grant;

G_DEFINE_INTERFACE (SimstowAuthoriser, simstow_authoriser, G_TYPE_OBJECT)

static void
simstow_authoriser_default_init (SimstowAuthoriserInterface *iface)
{
}

static void
grant_free (gpointer data)
{
    Grant *grant = data;

    g_object_unref (grant->caller);
    g_object_unref (grant->invocation);
    g_strfreev (grant->actions);
    g_ptr_array_unref (grant->granted);
    g_clear_error (&grant->refusal);
    g_free (grant);
}

static void
grant_end (GTask *task)
{
    Grant *grant = g_task_get_task_data (task);

    if (grant->granted->len == 0) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DENIED,
                                 "not authorised: %s",
                                 grant->refusal ? grant->refusal->message : "nothing to grant");
        return;
    }
    g_ptr_array_add (grant->granted, NULL);
    g_task_return_pointer (task,
                           g_ptr_array_steal (grant->granted, NULL),
                           (GDestroyNotify) g_strfreev);
}

static void
grant_step (GTask *task);

/* Questions: one for all calls of a caller that wait for the same action */

typedef struct {
    SimstowAuthoriser *authoriser;
    SimstowCaller *caller;
    gchar *action;
    GCancellable *cancellable;
    GPtrArray *waiting; /* GTask */
} Question;

static void
question_free (gpointer data)
{
    Question *question = data;

    g_object_unref (question->authoriser);
    g_object_unref (question->caller);
    g_free (question->action);
    g_object_unref (question->cancellable);
    g_ptr_array_unref (question->waiting);
    g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* Those that wait for an answer, borrowed */
static GPtrArray *
questions_of (SimstowAuthoriser *self)
{
    static const gchar key[] = "simstow-questions";
    GPtrArray *questions = g_object_get_data (G_OBJECT (self), key);

    if (!questions) {
        questions = g_ptr_array_new ();
        g_object_set_data_full (G_OBJECT (self),
                                key,
                                questions,
                                (GDestroyNotify) g_ptr_array_unref);
    }
    return questions;
}

static Question *
find_question (SimstowAuthoriser *self, SimstowCaller *caller, const gchar *action)
{
    GPtrArray *questions = questions_of (self);

    for (guint i = 0; i < questions->len; i++) {
        Question *question = questions->pdata[i];

        if (question->caller == caller && g_str_equal (question->action, action))
            return question;
    }
    return NULL;
}

static gboolean
may_ask (SimstowAuthoriser *self, SimstowCaller *caller)
{
    GPtrArray *questions = questions_of (self);
    guint user = simstow_caller_get_user (caller);
    guint count = 0;

    for (guint i = 0; i < questions->len; i++)
        count += simstow_caller_get_user (((Question *) questions->pdata[i])->caller) == user;
    return count < SIMSTOW_AUTHORISER_QUESTIONS_MAX;
}

/* Whoever asks the same from now on gets a question of his own */
static void
on_unwanted (GCancellable *cancellable, gpointer user_data)
{
    Question *question = user_data;

    for (guint i = 0; i < question->waiting->len; i++)
        if (!g_cancellable_is_cancelled (g_task_get_cancellable (question->waiting->pdata[i])))
            return;
    g_ptr_array_remove (questions_of (question->authoriser), question);
    g_cancellable_cancel (question->cancellable);
}

static void
on_authorise_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (Question) question = user_data;
    g_autoptr (GError) error = NULL;
    SimstowAuthoriser *self = SIMSTOW_AUTHORISER (source);
    gboolean granted = SIMSTOW_AUTHORISER_GET_IFACE (self)->authorise_finish (self, result, &error);

    g_ptr_array_remove (questions_of (self), question);
    if (granted)
        simstow_caller_add_grant (question->caller, question->action);
    for (guint i = 0; i < question->waiting->len; i++) {
        GTask *task = question->waiting->pdata[i];
        GCancellable *cancellable = g_task_get_cancellable (task);
        Grant *grant = g_task_get_task_data (task);

        if (cancellable)
            g_signal_handlers_disconnect_by_data (cancellable, question);
        if (granted) {
            g_ptr_array_add (grant->granted, g_strdup (question->action));
        } else {
            g_clear_error (&grant->refusal);
            grant->refusal = g_error_copy (error);
        }
        grant->next++;
        grant_step (task);
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
    SimstowAuthoriser *self = g_task_get_source_object (task);
    const Grant *grant = g_task_get_task_data (task);
    Question *question = g_new0 (Question, 1);

    question->authoriser = g_object_ref (self);
    question->caller = g_object_ref (grant->caller);
    question->action = g_strdup (grant->actions[grant->next]);
    question->cancellable = g_cancellable_new ();
    question->waiting = g_ptr_array_new_with_free_func (g_object_unref);
    g_ptr_array_add (questions_of (self), question);
    wait_for (question, task);
    SIMSTOW_AUTHORISER_GET_IFACE (self)->authorise_async (self,
                                                          grant->invocation,
                                                          question->action,
                                                          question->cancellable,
                                                          on_authorise_ready,
                                                          question);
}

static void
grant_step (GTask *task)
{
    SimstowAuthoriser *self = g_task_get_source_object (task);
    Grant *grant = g_task_get_task_data (task);
    Question *question;

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_CANCELLED,
                                 "the call was cancelled");
        return;
    }
    for (; grant->actions[grant->next]; grant->next++) {
        if (!simstow_caller_has_grant (grant->caller, grant->actions[grant->next]))
            break;
        g_ptr_array_add (grant->granted, g_strdup (grant->actions[grant->next]));
    }
    if (!grant->actions[grant->next]) {
        grant_end (task);
        return;
    }
    question = find_question (self, grant->caller, grant->actions[grant->next]);
    if (question)
        wait_for (question, task);
    else if (may_ask (self, grant->caller))
        ask (task);
    else
        g_task_return_new_error (task,
                                 G_DBUS_ERROR,
                                 G_DBUS_ERROR_LIMITS_EXCEEDED,
                                 "%d questions about this user wait for an answer already",
                                 SIMSTOW_AUTHORISER_QUESTIONS_MAX);
}

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    if (simstow_caller_identify_finish (SIMSTOW_CALLER (source), result, &error))
        grant_step (task);
    else
        g_task_return_error (task, error);
}

void
simstow_authoriser_grant_async (SimstowAuthoriser *self,
                                SimstowCaller *caller,
                                GDBusMethodInvocation *invocation,
                                const gchar *const *actions,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Grant *grant = g_new0 (Grant, 1);

    g_task_set_source_tag (task, simstow_authoriser_grant_async);
    g_task_set_check_cancellable (task, FALSE);
    grant->caller = g_object_ref (caller);
    grant->invocation = g_object_ref (invocation);
    grant->actions = g_strdupv ((gchar **) actions);
    grant->granted = g_ptr_array_new_with_free_func (g_free);
    g_task_set_task_data (task, grant, grant_free);
    simstow_caller_identify_async (caller, on_identified, g_steal_pointer (&task));
}

GStrv
simstow_authoriser_grant_finish (SimstowAuthoriser *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
