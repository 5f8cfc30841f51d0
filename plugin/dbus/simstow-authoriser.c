/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks an authoriser about a list of actions, one at a time.
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

/* A grant is theirs too; after a refusal, which may have been one for want of somebody to ask
 * or because its job was cancelled, each asks for itself */
static void
step_waiting (GPtrArray *waiting)
{
    guint i;

    for (i = 0; i < waiting->len; i++)
        grant_step (waiting->pdata[i]);
}

static void
on_authorise_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) waiting = NULL;
    Grant *grant = g_task_get_task_data (task);
    SimstowAuthoriser *self = SIMSTOW_AUTHORISER (source);

    waiting = simstow_caller_end_question (grant->caller, grant->actions[grant->next]);
    if (SIMSTOW_AUTHORISER_GET_IFACE (self)->authorise_finish (self, result, &error)) {
        simstow_caller_add_grant (grant->caller, grant->actions[grant->next]);
        g_ptr_array_add (grant->granted, g_strdup (grant->actions[grant->next]));
    } else {
        g_clear_error (&grant->refusal);
        grant->refusal = g_steal_pointer (&error);
    }
    grant->next++;
    grant_step (task);
    step_waiting (waiting);
}

static void
grant_step (GTask *task)
{
    SimstowAuthoriser *self = g_task_get_source_object (task);
    Grant *grant = g_task_get_task_data (task);

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
    if (simstow_caller_begin_question (grant->caller, grant->actions[grant->next], G_OBJECT (task)))
        SIMSTOW_AUTHORISER_GET_IFACE (self)->authorise_async (self,
                                                              grant->invocation,
                                                              grant->actions[grant->next],
                                                              g_task_get_cancellable (task),
                                                              on_authorise_ready,
                                                              g_object_ref (task));
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
    grant_step (task);
}

GStrv
simstow_authoriser_grant_finish (SimstowAuthoriser *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
