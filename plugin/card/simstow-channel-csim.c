/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by +CSIM, 3GPP TS 27.007 8.17: MANAGE CHANNEL and SELECT by our own
 * hand, and the channel's number in every class byte. Never on channel 0, which
 * is the modem's.
 */

#include "simstow-channel-csim.h"

#include "simstow-apdu.h"
#include "simstow-at-card.h"
#include "simstow-card-line.h"
#include "simstow-error.h"
#include "simstow-reader.h"

#define LAST_CHANNEL 19

/* What MANAGE CHANNEL is answered then, ETSI TS 102 221 11.1.17 */
#define SW_NO_CHANNEL 0x6A81

struct _SimstowChannelCsim {
    SimstowChannel parent_instance;
    SimstowPort *port;
    guint8 channel;
    gboolean abandoned; /* the channel was to be closed before it was used */
};

G_DEFINE_TYPE (SimstowChannelCsim, simstow_channel_csim, SIMSTOW_TYPE_CHANNEL)

/* Sends @apdu as it is. */
static void
send (SimstowChannelCsim *self,
      GBytes *apdu,
      GCancellable *cancellable,
      GAsyncReadyCallback callback,
      gpointer user_data)
{
    g_autofree gchar *command = simstow_at_card_exchange (NULL, apdu);

    simstow_card_line_async (self->port,
                             command,
                             simstow_channel_get_patience (SIMSTOW_CHANNEL (self)),
                             cancellable,
                             callback,
                             user_data);
}

static GBytes *
receive (GObject *source, GAsyncResult *result, GError **error)
{
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, error);

    return reply ? simstow_at_card_parse_exchange (reply, error) : NULL;
}

/* MANAGE CHANNEL: closes @channel. */
static GBytes *
close_command (guint8 channel)
{
    const guint8 header[] = {0x00, 0x70, 0x80, channel};

    return simstow_apdu_new (header, NULL, SIMSTOW_APDU_LE_NONE);
}

/* Whether a channel that MANAGE CHANNEL was to close is closed. */
static gboolean
closed (GObject *source, GAsyncResult *result, GError **error)
{
    g_autoptr (GBytes) response = receive (source, result, error);
    guint16 sw;

    if (!response || !simstow_apdu_split (response, NULL, &sw, error))
        return FALSE;
    if (sw == 0x9000)
        return TRUE;
    g_propagate_error (error, simstow_apdu_error (sw));
    return FALSE;
}

static void
on_abandon_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannelCsim *self = g_task_get_source_object (task);
    g_autoptr (GBytes) command = close_command (self->channel);
    gboolean tried = self->abandoned;

    self->abandoned = TRUE;
    if (!closed (source, result, NULL) && !tried) {
        send (self, command, NULL, on_abandon_ready, g_steal_pointer (&task));
        return;
    }
    /* Whatever came of closing, the error to tell is the one of opening */
    g_task_return_error (task, g_error_copy (g_task_get_task_data (task)));
}

/* Gives back a channel whose application could not be selected, as any other is closed: what
 * fails once is tried again. Takes @error. */
static void
abandon (GTask *task, GError *error)
{
    SimstowChannelCsim *self = g_task_get_source_object (task);
    g_autoptr (GBytes) command = close_command (self->channel);

    g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
    self->abandoned = FALSE;
    send (self, command, NULL, on_abandon_ready, g_object_ref (task));
}

/* The way is there, whatever the card says of the application. */
static GError *
selection_error (guint16 sw)
{
    GError *error = simstow_apdu_error (sw);

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
        error->code = SIMSTOW_ERROR_NOT_FOUND;
    return error;
}

static void
on_select_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GBytes) response = receive (source, result, &error);
    g_autoptr (GBytes) data = NULL;
    guint16 sw;

    if (!response || !simstow_apdu_split (response, &data, &sw, &error)) {
        abandon (task, error);
        return;
    }
    /* 61xx: the answer to SELECT waits, and nobody here needs it */
    if (!simstow_apdu_selected (sw)) {
        abandon (task, selection_error (sw));
        return;
    }
    g_task_return_pointer (task, g_steal_pointer (&data), (GDestroyNotify) g_bytes_unref);
}

/* Reads the number of the channel that MANAGE CHANNEL opened. */
static gboolean
parse_channel (SimstowChannelCsim *self, GBytes *response, GError **error)
{
    g_autoptr (GBytes) data = NULL;
    SimstowReader reader;
    GError *full;
    guint16 sw;

    if (!simstow_apdu_split (response, &data, &sw, error))
        return FALSE;
    if (sw == SW_NO_CHANNEL) {
        full = g_error_new (SIMSTOW_ERROR,
                            SIMSTOW_ERROR_FULL,
                            "the card has no free channel (SW %04X)",
                            sw);
        simstow_error_set_modem_code (full, SIMSTOW_ERROR_DOMAIN_SW, sw);
        g_propagate_error (error, full);
        return FALSE;
    }
    if (!simstow_apdu_succeeded (sw)) {
        g_propagate_error (error, simstow_apdu_error (sw));
        return FALSE;
    }
    simstow_reader_init_bytes (&reader, data);
    if (!simstow_reader_u8 (&reader, &self->channel, error))
        return FALSE;
    if (self->channel == 0 || self->channel > LAST_CHANNEL) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the card opened channel %u, which cannot be",
                     self->channel);
        return FALSE;
    }
    return TRUE;
}

static void
on_manage_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    static const guint8 select[] = {0x00, 0xA4, 0x04, 0x00};
    g_autoptr (GTask) task = user_data;
    SimstowChannelCsim *self = g_task_get_source_object (task);
    GBytes *aid = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GBytes) response = receive (source, result, &error);
    g_autoptr (GBytes) command = NULL;
    g_autoptr (GBytes) addressed = NULL;

    if (!response || !parse_channel (self, response, &error)) {
        g_task_return_error (task, error);
        return;
    }
    command = simstow_apdu_new (select, aid, SIMSTOW_APDU_LE_NONE);
    addressed = simstow_apdu_set_channel (command, self->channel);
    send (self, addressed, NULL, on_select_ready, g_steal_pointer (&task));
}

static void
simstow_channel_csim_open_async (SimstowChannel *channel,
                                 GBytes *aid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    static const guint8 open[] = {0x00, 0x70, 0x00, 0x00};
    SimstowChannelCsim *self = SIMSTOW_CHANNEL_CSIM (channel);
    g_autoptr (GBytes) command = simstow_apdu_new (open, NULL, 1);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_csim_open_async);
    g_task_set_task_data (task, g_bytes_ref (aid), (GDestroyNotify) g_bytes_unref);
    /* Not cancelled on the way: a channel whose number never came could not be closed */
    send (self, command, NULL, on_manage_ready, task);
}

static GBytes *
simstow_channel_csim_open_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_exchange_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    GBytes *response = receive (source, result, &error);

    if (response)
        g_task_return_pointer (task, response, (GDestroyNotify) g_bytes_unref);
    else
        g_task_return_error (task, error);
}

static void
simstow_channel_csim_exchange_async (SimstowChannel *channel,
                                     GBytes *apdu,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
    SimstowChannelCsim *self = SIMSTOW_CHANNEL_CSIM (channel);
    g_autoptr (GBytes) addressed = simstow_apdu_set_channel (apdu, self->channel);
    GTask *task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_csim_exchange_async);
    g_task_set_check_cancellable (task, FALSE);
    send (self, addressed, cancellable, on_exchange_ready, task);
}

static GBytes *
simstow_channel_csim_exchange_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    if (closed (source, result, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

static void
simstow_channel_csim_close_async (SimstowChannel *channel,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    SimstowChannelCsim *self = SIMSTOW_CHANNEL_CSIM (channel);
    g_autoptr (GBytes) command = close_command (self->channel);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_csim_close_async);
    send (self, command, NULL, on_close_ready, task);
}

static gboolean
simstow_channel_csim_close_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_channel_csim_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_CHANNEL_CSIM (object)->port);
    G_OBJECT_CLASS (simstow_channel_csim_parent_class)->finalize (object);
}

static void
simstow_channel_csim_class_init (SimstowChannelCsimClass *klass)
{
    SimstowChannelClass *channel_class = SIMSTOW_CHANNEL_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_channel_csim_finalize;
    channel_class->way = "csim";
    channel_class->open_async = simstow_channel_csim_open_async;
    channel_class->open_finish = simstow_channel_csim_open_finish;
    channel_class->exchange_async = simstow_channel_csim_exchange_async;
    channel_class->exchange_finish = simstow_channel_csim_exchange_finish;
    channel_class->close_async = simstow_channel_csim_close_async;
    channel_class->close_finish = simstow_channel_csim_close_finish;
}

static void
simstow_channel_csim_init (SimstowChannelCsim *self)
{
}

SimstowChannel *
simstow_channel_csim_new (SimstowPort *port)
{
    SimstowChannelCsim *self = g_object_new (SIMSTOW_TYPE_CHANNEL_CSIM, NULL);

    self->port = g_object_ref (port);
    simstow_channel_set_port (SIMSTOW_CHANNEL (self), port);
    return SIMSTOW_CHANNEL (self);
}
