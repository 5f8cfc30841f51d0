/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the daemon's authorisation provider, a singleton that is never kept.
 */

#include "simstow-host-authoriser.h"

#include "simstow-host-error.h"
#include "simstow-symbols.h"

struct _SimstowHostAuthoriser {
    GObject parent_instance;
};

static void
simstow_host_authoriser_iface_init (SimstowAuthoriserInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimstowHostAuthoriser,
                               simstow_host_authoriser,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIMSTOW_TYPE_AUTHORISER,
                                                      simstow_host_authoriser_iface_init))

static void
on_authorize_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;

    if (mm_auth_provider_authorize_finish (source, result, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, simstow_host_error_new (error));
}

static void
authorise_async (SimstowAuthoriser *self,
                 GDBusMethodInvocation *invocation,
                 const gchar *action,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, authorise_async);
    if (mm_context_get_test_session ())
        g_task_return_boolean (task, TRUE);
    else
        mm_auth_provider_authorize (mm_auth_provider_get (),
                                    invocation,
                                    action,
                                    cancellable,
                                    on_authorize_ready,
                                    g_steal_pointer (&task));
}

static gboolean
authorise_finish (SimstowAuthoriser *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

SimstowAuthoriser *
simstow_host_authoriser_new (void)
{
    return g_object_new (SIMSTOW_TYPE_HOST_AUTHORISER, NULL);
}

static void
simstow_host_authoriser_iface_init (SimstowAuthoriserInterface *iface)
{
    iface->authorise_async = authorise_async;
    iface->authorise_finish = authorise_finish;
}

static void
simstow_host_authoriser_class_init (SimstowHostAuthoriserClass *klass)
{
}

static void
simstow_host_authoriser_init (SimstowHostAuthoriser *self)
{
}
