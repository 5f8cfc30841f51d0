/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The base of all store drivers: holds the modem's line, and checks what callers
 * ask for before a driver sees it.
 */

#include "simstow-store-driver.h"

typedef struct {
    SimstowPort *port;
} SimstowStoreDriverPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SimstowStoreDriver, simstow_store_driver, G_TYPE_OBJECT)

enum {
    PROP_0,
    PROP_PORT,
    N_PROPS,
};

static void
simstow_store_driver_set_property (GObject *object,
                                   guint prop_id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
    SimstowStoreDriver *self = SIMSTOW_STORE_DRIVER (object);
    SimstowStoreDriverPrivate *priv = simstow_store_driver_get_instance_private (self);

    if (prop_id == PROP_PORT)
        priv->port = g_value_dup_object (value);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
simstow_store_driver_finalize (GObject *object)
{
    SimstowStoreDriver *self = SIMSTOW_STORE_DRIVER (object);
    SimstowStoreDriverPrivate *priv = simstow_store_driver_get_instance_private (self);

    g_clear_object (&priv->port);
    G_OBJECT_CLASS (simstow_store_driver_parent_class)->finalize (object);
}

/* What most drivers do: theirs is a GTask with the outcome */

static GVariant *
list_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

static guint
write_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    gssize index;

    g_return_val_if_fail (g_task_is_valid (result, self), 0);

    index = g_task_propagate_int (G_TASK (result), error);
    return index > 0 ? (guint) index : 0;
}

static gboolean
erase_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

/* Most keep nothing between two writes. */

static void
stay (SimstowStoreDriver *self)
{
}

static void
leave_async (SimstowStoreDriver *self, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, leave_async);
    g_task_return_boolean (task, TRUE);
}

static void
simstow_store_driver_class_init (SimstowStoreDriverClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->set_property = simstow_store_driver_set_property;
    object_class->finalize = simstow_store_driver_finalize;
    g_object_class_install_property (
        object_class,
        PROP_PORT,
        g_param_spec_object ("port",
                             NULL,
                             NULL,
                             SIMSTOW_TYPE_PORT,
                             G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
    klass->list_finish = list_finish;
    klass->write_finish = write_finish;
    klass->erase_finish = erase_finish;
    klass->stay = stay;
    klass->leave_async = leave_async;
}

static void
simstow_store_driver_init (SimstowStoreDriver *self)
{
}

SimstowPort *
simstow_store_driver_get_port (SimstowStoreDriver *self)
{
    SimstowStoreDriverPrivate *priv = simstow_store_driver_get_instance_private (self);

    g_return_val_if_fail (SIMSTOW_IS_STORE_DRIVER (self), NULL);

    return priv->port;
}

void
simstow_store_driver_list_async (SimstowStoreDriver *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_return_if_fail (SIMSTOW_IS_STORE_DRIVER (self));

    SIMSTOW_STORE_DRIVER_GET_CLASS (self)->list_async (self, cancellable, callback, user_data);
}

GVariant *
simstow_store_driver_list_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (SIMSTOW_IS_STORE_DRIVER (self), NULL);

    return SIMSTOW_STORE_DRIVER_GET_CLASS (self)->list_finish (self, result, error);
}

void
simstow_store_driver_read_async (SimstowStoreDriver *self,
                                 const gchar *store,
                                 guint first,
                                 guint count,
                                 SimstowStoreProgressFunc progress,
                                 gpointer progress_data,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_return_if_fail (SIMSTOW_IS_STORE_DRIVER (self));
    g_return_if_fail (store != NULL);

    SIMSTOW_STORE_DRIVER_GET_CLASS (self)->read_async (self,
                                                       store,
                                                       first,
                                                       count,
                                                       progress,
                                                       progress_data,
                                                       cancellable,
                                                       callback,
                                                       user_data);
}

GVariant *
simstow_store_driver_read_finish (SimstowStoreDriver *self,
                                  GAsyncResult *result,
                                  guint *next,
                                  GError **error)
{
    guint ignored;

    g_return_val_if_fail (SIMSTOW_IS_STORE_DRIVER (self), NULL);

    return SIMSTOW_STORE_DRIVER_GET_CLASS (self)->read_finish (self,
                                                               result,
                                                               next != NULL ? next : &ignored,
                                                               error);
}

void
simstow_store_driver_write_async (SimstowStoreDriver *self,
                                  const gchar *store,
                                  GVariant *record,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_return_if_fail (SIMSTOW_IS_STORE_DRIVER (self));
    g_return_if_fail (store != NULL);
    g_return_if_fail (g_variant_is_of_type (record, G_VARIANT_TYPE_VARDICT));

    SIMSTOW_STORE_DRIVER_GET_CLASS (self)
        ->write_async (self, store, record, cancellable, callback, user_data);
}

guint
simstow_store_driver_write_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (SIMSTOW_IS_STORE_DRIVER (self), 0);

    return SIMSTOW_STORE_DRIVER_GET_CLASS (self)->write_finish (self, result, error);
}

void
simstow_store_driver_erase_async (SimstowStoreDriver *self,
                                  const gchar *store,
                                  guint index,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_return_if_fail (SIMSTOW_IS_STORE_DRIVER (self));
    g_return_if_fail (store != NULL);

    SIMSTOW_STORE_DRIVER_GET_CLASS (self)
        ->erase_async (self, store, index, cancellable, callback, user_data);
}

gboolean
simstow_store_driver_erase_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (SIMSTOW_IS_STORE_DRIVER (self), FALSE);

    return SIMSTOW_STORE_DRIVER_GET_CLASS (self)->erase_finish (self, result, error);
}

void
simstow_store_driver_stay (SimstowStoreDriver *self)
{
    g_return_if_fail (SIMSTOW_IS_STORE_DRIVER (self));

    SIMSTOW_STORE_DRIVER_GET_CLASS (self)->stay (self);
}

void
simstow_store_driver_leave_async (SimstowStoreDriver *self,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_return_if_fail (SIMSTOW_IS_STORE_DRIVER (self));

    SIMSTOW_STORE_DRIVER_GET_CLASS (self)->leave_async (self, callback, user_data);
}
