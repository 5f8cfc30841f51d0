/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all ways to the card have in common: the state of the channel, and the
 * exchange that goes on until the card has said everything.
 */

#include "simstow-channel.h"

#include "simstow-apdu.h"
#include "simstow-card-line.h"
#include "simstow-error.h"
#include "simstow-port.h"

/* An answer of SIMSTOW_APDU_MAX_ANSWER bytes in parts of 128; more is a card gone wild */
#define MAX_ROUNDS 512

/* How long a command of ours may take: an eUICC takes seconds over some */
#define PATIENCE_SECONDS 30

typedef struct {
    gboolean open;
    guint patience;
    gboolean busy;  /* a command is on its way */
    GTask *closing; /* waits until it is answered */
    SimstowPort *port;
} SimstowChannelPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SimstowChannel, simstow_channel, G_TYPE_OBJECT)

/* One transmission: the command as it was last sent, and what has come so far. */
typedef struct {
    GBytes *apdu;
    GByteArray *answer;
    guint rounds;
} Transmission;

static void
transmission_free (gpointer data)
{
    Transmission *transmission = data;

    g_bytes_unref (transmission->apdu);
    g_byte_array_unref (transmission->answer);
    g_free (transmission);
}

guint
simstow_channel_get_patience (SimstowChannel *self)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    return priv->patience;
}

void
simstow_channel_set_patience (SimstowChannel *self, guint seconds)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    priv->patience = seconds;
}

/* Of the line: that a channel was open once */
static GQuark
opened_quark (void)
{
    return g_quark_from_static_string ("simstow-channel-opened");
}

static void
open_it (GTask *task);

/* Whether the card has channels at all: one that has none may say of the command that it does not
 * know it in the same words, but not by MBIM */
static gboolean
has_channels (SimstowChannel *self)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    return g_object_get_qdata (G_OBJECT (priv->port), opened_quark ()) ||
           g_str_equal (simstow_channel_get_way (self), "mbim");
}

/* Whether a channel that others have now is waited for. */
static gboolean
wait_for_channel (GTask *task, const GError *error)
{
    SimstowChannel *self = g_task_get_source_object (task);
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    return priv->port && g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL) &&
           has_channels (self) && simstow_port_wait_pause (priv->port, task, open_it);
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    SimstowChannel *self = SIMSTOW_CHANNEL (source);
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);
    g_autoptr (GTask) task = user_data;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GError) error = NULL;

    response = SIMSTOW_CHANNEL_GET_CLASS (self)->open_finish (self, result, &error);
    if (!response) {
        if (!wait_for_channel (task, error))
            g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (priv->port)
        g_object_set_qdata (G_OBJECT (priv->port), opened_quark (), GINT_TO_POINTER (TRUE));
    priv->open = TRUE;
    g_task_return_pointer (task, g_steal_pointer (&response), (GDestroyNotify) g_bytes_unref);
}

static void
open_it (GTask *task)
{
    SimstowChannel *self = g_task_get_source_object (task);

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_CANCELLED,
                                 "the job was cancelled");
        return;
    }
    SIMSTOW_CHANNEL_GET_CLASS (self)->open_async (self,
                                                  g_task_get_task_data (task),
                                                  g_task_get_cancellable (task),
                                                  on_open_ready,
                                                  g_object_ref (task));
}

void
simstow_channel_open_async (SimstowChannel *self,
                            GBytes *aid,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_open_async);
    /* A channel that did open has to be known as open, or nobody would close it */
    g_task_set_check_cancellable (task, FALSE);
    if (priv->open || g_bytes_get_size (aid) < 5 || g_bytes_get_size (aid) > 16) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 priv->open ? "the channel is open already"
                                            : "an application identifier has 5 to 16 bytes");
        return;
    }
    g_task_set_task_data (task, g_bytes_ref (aid), (GDestroyNotify) g_bytes_unref);
    open_it (task);
}

GBytes *
simstow_channel_open_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_exchange_ready (GObject *source, GAsyncResult *result, gpointer user_data);

/* Sends the transmission's command, or fails it when it has gone on for too long, or when
 * the channel was closed meanwhile: the rest would be fetched on a channel of somebody else. */
static void
exchange (GTask *task)
{
    SimstowChannel *self = g_task_get_source_object (task);
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);
    Transmission *transmission = g_task_get_task_data (task);

    if (!simstow_channel_is_open (self)) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_CANCELLED,
                                 "the channel was closed meanwhile");
        return;
    }
    if (++transmission->rounds > MAX_ROUNDS ||
        transmission->answer->len > SIMSTOW_APDU_MAX_ANSWER) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "the card's answer does not end");
        return;
    }
    priv->busy = TRUE;
    SIMSTOW_CHANNEL_GET_CLASS (self)->exchange_async (self,
                                                      transmission->apdu,
                                                      g_task_get_cancellable (task),
                                                      on_exchange_ready,
                                                      g_object_ref (task));
}

/* Whether the card wants something else before the answer is whole; sends it. */
static gboolean
go_on (GTask *task, Transmission *transmission, gboolean empty, guint16 sw)
{
    static const guint8 get_response[] = {0x00, 0xC0, 0x00, 0x00};
    GBytes *next;

    if ((sw & 0xFF00) == 0x6100 || (sw & 0xFF00) == 0x9F00)
        next = simstow_apdu_new (get_response, NULL, sw & 0x00FF);
    else if ((sw & 0xFF00) == 0x6C00 && empty)
        next = simstow_apdu_set_le (transmission->apdu, sw & 0x00FF);
    else
        return FALSE;
    g_bytes_unref (transmission->apdu);
    transmission->apdu = next;
    exchange (task);
    return TRUE;
}

/* Whether the same is asked again later. */
static gboolean
wait_while_busy (GTask *task, guint16 sw)
{
    SimstowChannelPrivate *priv =
        simstow_channel_get_instance_private (g_task_get_source_object (task));

    return sw == SIMSTOW_SW_BUSY && priv->port &&
           simstow_port_wait_pause (priv->port, task, exchange);
}

static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data);

static void
on_exchange_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    SimstowChannel *self = SIMSTOW_CHANNEL (source);
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);
    g_autoptr (GTask) task = user_data;
    Transmission *transmission = g_task_get_task_data (task);
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GBytes) data = NULL;
    GError *error = NULL;
    guint8 status[2];
    guint16 sw;

    response = SIMSTOW_CHANNEL_GET_CLASS (self)->exchange_finish (self, result, &error);
    priv->busy = FALSE;
    if (priv->closing)
        SIMSTOW_CHANNEL_GET_CLASS (self)->close_async (self,
                                                       on_close_ready,
                                                       g_steal_pointer (&priv->closing));
    if (!response || !simstow_apdu_split (response, &data, &sw, &error)) {
        g_task_return_error (task, error);
        return;
    }
    g_byte_array_append (transmission->answer,
                         g_bytes_get_data (data, NULL),
                         (guint) g_bytes_get_size (data));
    if (go_on (task, transmission, g_bytes_get_size (data) == 0, sw) || wait_while_busy (task, sw))
        return;
    status[0] = (guint8) (sw >> 8);
    status[1] = (guint8) sw;
    g_byte_array_append (transmission->answer, status, sizeof (status));
    g_task_return_pointer (task,
                           g_bytes_new (transmission->answer->data, transmission->answer->len),
                           (GDestroyNotify) g_bytes_unref);
}

void
simstow_channel_transmit_async (SimstowChannel *self,
                                GBytes *apdu,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Transmission *transmission;

    g_task_set_source_tag (task, simstow_channel_transmit_async);
    g_task_set_check_cancellable (task, FALSE);
    if (!priv->open || !simstow_apdu_is_command (apdu)) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 priv->open ? "this is no command APDU"
                                            : "the channel is not open");
        return;
    }
    transmission = g_new0 (Transmission, 1);
    transmission->apdu = g_bytes_ref (apdu);
    transmission->answer = g_byte_array_new ();
    g_task_set_task_data (task, transmission, transmission_free);
    exchange (task);
}

GBytes *
simstow_channel_transmit_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* A channel that stays open is lost to all until the card is reset: a failure may pass, and gets
 * a second attempt. The first one's error is the task's data then. */
static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    SimstowChannel *self = SIMSTOW_CHANNEL (source);
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    if (SIMSTOW_CHANNEL_GET_CLASS (self)->close_finish (self, result, &error)) {
        g_task_return_boolean (task, TRUE);
    } else if (g_task_get_task_data (task) ||
               g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
    } else {
        g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
        SIMSTOW_CHANNEL_GET_CLASS (self)->close_async (self, on_close_ready, g_object_ref (task));
    }
}

void
simstow_channel_close_async (SimstowChannel *self, GAsyncReadyCallback callback, gpointer user_data)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_close_async);
    if (!priv->open) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    priv->open = FALSE;
    /* what is on its way is answered first: the modem might answer neither */
    if (priv->busy)
        priv->closing = g_steal_pointer (&task);
    else
        SIMSTOW_CHANNEL_GET_CLASS (self)->close_async (self,
                                                       on_close_ready,
                                                       g_steal_pointer (&task));
}

gboolean
simstow_channel_close_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

const gchar *
simstow_channel_get_way (SimstowChannel *self)
{
    return SIMSTOW_CHANNEL_GET_CLASS (self)->way;
}

gboolean
simstow_channel_is_open (SimstowChannel *self)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    return priv->open;
}

void
simstow_channel_set_port (SimstowChannel *self, SimstowPort *port)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    g_set_object (&priv->port, port);
}

static void
simstow_channel_finalize (GObject *object)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (SIMSTOW_CHANNEL (object));

    g_clear_object (&priv->port);
    G_OBJECT_CLASS (simstow_channel_parent_class)->finalize (object);
}

static void
simstow_channel_class_init (SimstowChannelClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_channel_finalize;
}

static void
simstow_channel_init (SimstowChannel *self)
{
    SimstowChannelPrivate *priv = simstow_channel_get_instance_private (self);

    priv->patience = PATIENCE_SECONDS;
}
