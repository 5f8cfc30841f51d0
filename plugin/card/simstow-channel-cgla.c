/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by +CCHO, +CGLA and +CCHC, 3GPP TS 27.007 8.43 to 8.46. The session
 * id is kept as the text that the modem gave; class bytes stay those of channel
 * 0, as the modem puts its own channel in.
 *
 * Some modems have no +CCHC, and a card has three channels. What cannot be closed
 * is set aside, and the next application is selected there.
 */

#include "simstow-channel-cgla.h"

#include "simstow-apdu.h"
#include "simstow-at-card.h"
#include "simstow-card-line.h"
#include "simstow-error.h"

#define OPEN_SECONDS  15
#define CLOSE_SECONDS 10

struct _SimstowChannelCgla {
    SimstowChannel parent_instance;
    SimstowPort *port;
    gchar *session;
};

G_DEFINE_TYPE (SimstowChannelCgla, simstow_channel_cgla, SIMSTOW_TYPE_CHANNEL)

static void
free_sessions (gpointer data)
{
    g_queue_free_full (data, g_free);
}

/* Sessions that could not be closed, on the modem's line: every channel of it may take one. */
static GQueue *
sessions_aside (SimstowPort *port)
{
    static const gchar key[] = "simstow-sessions-aside";
    GQueue *sessions = g_object_get_data (G_OBJECT (port), key);

    if (!sessions) {
        sessions = g_queue_new ();
        g_object_set_data_full (G_OBJECT (port), key, sessions, free_sessions);
    }
    return sessions;
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannelCgla *self = g_task_get_source_object (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, &error);

    if (reply)
        self->session = simstow_at_card_parse_open (reply, &error);
    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_pointer (task, g_bytes_new (NULL, 0), (GDestroyNotify) g_bytes_unref);
}

static void
open_session (GTask *task)
{
    SimstowChannelCgla *self = g_task_get_source_object (task);
    g_autofree gchar *command = simstow_at_card_open (g_task_get_task_data (task));

    /* Not cancelled on the way: a channel whose number never came could not be closed */
    simstow_card_line_async (self->port,
                             command,
                             OPEN_SECONDS,
                             NULL,
                             on_open_ready,
                             g_object_ref (task));
}

static void
on_select_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannelCgla *self = g_task_get_source_object (task);
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, NULL);
    g_autoptr (GBytes) response = reply ? simstow_at_card_parse_exchange (reply, NULL) : NULL;
    g_autoptr (GBytes) data = NULL;
    guint16 sw;

    /* The session is gone, as after a reset of the card */
    if (!response || !simstow_apdu_split (response, &data, &sw, NULL) || sw == 0x6881) {
        g_clear_pointer (&self->session, g_free);
        open_session (task);
        return;
    }
    /* 61xx: the answer to SELECT waits, and nobody here needs it */
    if (simstow_apdu_selected (sw)) {
        g_task_return_pointer (task, g_steal_pointer (&data), (GDestroyNotify) g_bytes_unref);
        return;
    }
    g_queue_push_tail (sessions_aside (self->port), g_steal_pointer (&self->session));
    g_task_return_error (task, simstow_apdu_error (sw));
}

/* Selects the application in the session. */
static void
select_application (GTask *task)
{
    static const guint8 select[] = {0x00, 0xA4, 0x04, 0x00};
    SimstowChannelCgla *self = g_task_get_source_object (task);
    g_autoptr (GBytes) apdu =
        simstow_apdu_new (select, g_task_get_task_data (task), SIMSTOW_APDU_LE_NONE);
    g_autofree gchar *command = simstow_at_card_exchange (self->session, apdu);

    simstow_card_line_async (self->port,
                             command,
                             OPEN_SECONDS,
                             NULL,
                             on_select_ready,
                             g_object_ref (task));
}

static void
simstow_channel_cgla_open_async (SimstowChannel *channel,
                                 GBytes *aid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    SimstowChannelCgla *self = SIMSTOW_CHANNEL_CGLA (channel);
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_cgla_open_async);
    g_task_set_task_data (task, g_bytes_ref (aid), (GDestroyNotify) g_bytes_unref);
    g_free (self->session);
    self->session = g_queue_pop_head (sessions_aside (self->port));
    if (self->session)
        select_application (task);
    else
        open_session (task);
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
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, &error);
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
    simstow_card_line_async (self->port,
                             command,
                             simstow_channel_get_patience (channel),
                             cancellable,
                             on_exchange_ready,
                             task);
}

static GBytes *
simstow_channel_cgla_exchange_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* A modem without +CCHC refuses it as it does any command that it does not know. */
static gboolean
knows_no_close (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED);
}

static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowPort *port = SIMSTOW_PORT (source);
    const gchar *session = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_card_line_finish (port, result, &error);

    if (error && !knows_no_close (error)) {
        g_task_return_error (task, error);
        return;
    }
    if (error) {
        g_debug ("the card's session %s is kept for later use: %s", session, error->message);
        g_error_free (error);
        g_queue_push_tail (sessions_aside (port), g_strdup (session));
    }
    g_task_return_boolean (task, TRUE);
}

static void
simstow_channel_cgla_close_async (SimstowChannel *channel,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    SimstowChannelCgla *self = SIMSTOW_CHANNEL_CGLA (channel);
    g_autofree gchar *command = g_strdup_printf ("+CCHC=%s", self->session);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_cgla_close_async);
    g_task_set_task_data (task, g_strdup (self->session), g_free);
    simstow_card_line_async (self->port, command, CLOSE_SECONDS, NULL, on_close_ready, task);
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
    simstow_channel_set_port (SIMSTOW_CHANNEL (self), port);
    return SIMSTOW_CHANNEL (self);
}
