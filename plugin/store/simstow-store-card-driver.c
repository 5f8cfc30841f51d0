/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One card for all visits of a driver, and one visit for all writes of a batch.
 */

#include "simstow-store-card-driver.h"

#include "simstow-card.h"

typedef struct {
    SimstowCard *card;
    SimstowVisit *stay; /* %NULL outside of a batch */
} SimstowStoreCardDriverPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SimstowStoreCardDriver,
                                     simstow_store_card_driver,
                                     SIMSTOW_TYPE_STORE_DRIVER)

static SimstowStoreCardDriverPrivate *
get_private (gpointer self)
{
    return simstow_store_card_driver_get_instance_private (SIMSTOW_STORE_CARD_DRIVER (self));
}

SimstowVisit *
simstow_store_card_driver_visit (SimstowStoreCardDriver *self)
{
    SimstowStoreCardDriverPrivate *priv = get_private (self);

    return priv->stay ? g_object_ref (priv->stay) : simstow_visit_new (priv->card);
}

const gchar *
simstow_store_card_driver_get_way (SimstowStoreCardDriver *self)
{
    return simstow_card_get_way (get_private (self)->card);
}

static void
stay (SimstowStoreDriver *driver)
{
    SimstowStoreCardDriverPrivate *priv = get_private (driver);

    g_clear_object (&priv->stay);
    priv->stay = simstow_visit_new (priv->card);
    simstow_visit_set_staying (priv->stay, TRUE);
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;

    if (!simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error))
        g_debug ("could not leave the card: %s", error->message);
    g_task_return_boolean (task, TRUE);
}

static void
leave_async (SimstowStoreDriver *driver, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (driver, NULL, callback, user_data);
    g_autoptr (SimstowVisit) visit = g_steal_pointer (&get_private (driver)->stay);

    g_task_set_source_tag (task, leave_async);
    simstow_visit_set_staying (visit, FALSE);
    simstow_visit_run_for (visit, task, NULL, on_left);
}

static void
simstow_store_card_driver_constructed (GObject *object)
{
    SimstowPort *port = simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (object));

    get_private (object)->card = simstow_card_new (port);
    G_OBJECT_CLASS (simstow_store_card_driver_parent_class)->constructed (object);
}

static void
simstow_store_card_driver_finalize (GObject *object)
{
    SimstowStoreCardDriverPrivate *priv = get_private (object);

    g_clear_object (&priv->stay);
    g_clear_object (&priv->card);
    G_OBJECT_CLASS (simstow_store_card_driver_parent_class)->finalize (object);
}

static void
simstow_store_card_driver_class_init (SimstowStoreCardDriverClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->constructed = simstow_store_card_driver_constructed;
    G_OBJECT_CLASS (klass)->finalize = simstow_store_card_driver_finalize;
    driver_class->stay = stay;
    driver_class->leave_async = leave_async;
}

static void
simstow_store_card_driver_init (SimstowStoreCardDriver *self)
{
}
