/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by +CCHO, +CGLA and +CCHC, 3GPP TS 27.007 8.43 to 8.46. The session
 * id is kept as the text that the modem gave; class bytes stay those of channel
 * 0, as the modem puts its own channel in.
 */

#include "simstow-channel-cgla.h"

#include "simstow-at-card.h"
#include "simstow-error.h"

/* An eUICC takes seconds over some commands */
#define OPEN_SECONDS     15
#define EXCHANGE_SECONDS 30
#define CLOSE_SECONDS    10

struct _SimstowChannelCgla {
    SimstowChannel parent_instance;
    SimstowPort *port;
    gchar *session;
};

G_DEFINE_TYPE (SimstowChannelCgla, simstow_channel_cgla, SIMSTOW_TYPE_CHANNEL)

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannelCgla *self = g_task_get_source_object (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (reply)
        self->session = simstow_at_card_parse_open (reply, &error);
    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_pointer (task, g_bytes_new (NULL, 0), (GDestroyNotify) g_bytes_unref);
}

static void
simstow_channel_cgla_open_async (SimstowChannel *channel,
                                 GBytes *aid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    SimstowChannelCgla *self = SIMSTOW_CHANNEL_CGLA (channel);
    g_autofree gchar *command = simstow_at_card_open (aid);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_cgla_open_async);
    g_clear_pointer (&self->session, g_free);
    /* Not cancelled on the way: a channel whose number never came could not be closed */
    simstow_port_at_async (self->port, command, FALSE, OPEN_SECONDS, NULL, on_open_ready, task);
}

static GBytes *
simstow_channel_cgla_open_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_exchange_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);
    GBytes *response = reply ? simstow_at_card_parse_exchange (reply, &error) : NULL;

    if (response)
        g_task_return_pointer (task, response, (GDestroyNotify) g_bytes_unref);
    else
        g_task_return_error (task, error);
}

static void
simstow_channel_cgla_exchange_async (SimstowChannel *channel,
                                     GBytes *apdu,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
    SimstowChannelCgla *self = SIMSTOW_CHANNEL_CGLA (channel);
    g_autofree gchar *command = simstow_at_card_exchange (self->session, apdu);
    GTask *task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_cgla_exchange_async);
    g_task_set_check_cancellable (task, FALSE);
    simstow_port_at_async (self->port,
                           command,
                           FALSE,
                           EXCHANGE_SECONDS,
                           cancellable,
                           on_exchange_ready,
                           task);
}

static GBytes *
simstow_channel_cgla_exchange_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (reply)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

static void
simstow_channel_cgla_close_async (SimstowChannel *channel,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    SimstowChannelCgla *self = SIMSTOW_CHANNEL_CGLA (channel);
    g_autofree gchar *session = g_steal_pointer (&self->session);
    g_autofree gchar *command = g_strdup_printf ("+CCHC=%s", session);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_cgla_close_async);
    simstow_port_at_async (self->port, command, FALSE, CLOSE_SECONDS, NULL, on_close_ready, task);
}

static gboolean
simstow_channel_cgla_close_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_channel_cgla_finalize (GObject *object)
{
    SimstowChannelCgla *self = SIMSTOW_CHANNEL_CGLA (object);

    g_clear_object (&self->port);
    g_clear_pointer (&self->session, g_free);
    G_OBJECT_CLASS (simstow_channel_cgla_parent_class)->finalize (object);
}

static void
simstow_channel_cgla_class_init (SimstowChannelCglaClass *klass)
{
    SimstowChannelClass *channel_class = SIMSTOW_CHANNEL_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_channel_cgla_finalize;
    channel_class->way = "cgla";
    channel_class->open_async = simstow_channel_cgla_open_async;
    channel_class->open_finish = simstow_channel_cgla_open_finish;
    channel_class->exchange_async = simstow_channel_cgla_exchange_async;
    channel_class->exchange_finish = simstow_channel_cgla_exchange_finish;
    channel_class->close_async = simstow_channel_cgla_close_async;
    channel_class->close_finish = simstow_channel_cgla_close_finish;
}

static void
simstow_channel_cgla_init (SimstowChannelCgla *self)
{
}

SimstowChannel *
simstow_channel_cgla_new (SimstowPort *port)
{
    SimstowChannelCgla *self = g_object_new (SIMSTOW_TYPE_CHANNEL_CGLA, NULL);

    self->port = g_object_ref (port);
    return SIMSTOW_CHANNEL (self);
}
