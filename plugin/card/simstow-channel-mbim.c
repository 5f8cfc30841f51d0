/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by MBIM's MS UICC Low Level Access. The modem builds the class byte
 * and fetches answers in parts itself; what it leaves over is done in the base
 * class. Modems differ in which P2 of SELECT they take, so all are tried until one
 * was taken. Each channel is a group of its own: one whose number never came is closed
 * by that.
 */

#include "simstow-channel-mbim.h"

#include <libmbim-glib.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-port-mbim.h"

#define OPEN_SECONDS  15
#define CLOSE_SECONDS 10
#define CID(name)     (1u << MBIM_CID_MS_UICC_LOW_LEVEL_ACCESS_##name)
#define WHOLE_GROUP   0 /* in place of a channel's number */

/* P2 of SELECT in the order to try: FCI or nothing said, FCP, no answer wanted */
static const guint32 select_p2[] = {0x00, 0x04, 0x0C};

/* Of the port, once the modem has taken a P2: its place in the list, counted from 1. It is tried
 * first then, and an application that is not found with it is not there. */
#define TAKES "simstow-takes-p2"

struct _SimstowChannelMbim {
    SimstowChannel parent_instance;
    SimstowPort *port;
    guint32 channel;
    guint32 group;
};

G_DEFINE_TYPE (SimstowChannelMbim, simstow_channel_mbim, SIMSTOW_TYPE_CHANNEL)

typedef struct {
    GBytes *aid;
    guint first;   /* which P2 was tried first */
    guint attempt; /* how many were tried before this one */
    gboolean again;
    GError *error; /* the most telling so far */
} Opening;

static void
opening_free (gpointer data)
{
    Opening *opening = data;

    g_bytes_unref (opening->aid);
    g_clear_error (&opening->error);
    g_free (opening);
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data);

static guint
place_of_p2 (const Opening *opening)
{
    return (opening->first + opening->attempt) % G_N_ELEMENTS (select_p2);
}

static guint32
current_p2 (const Opening *opening)
{
    return select_p2[place_of_p2 (opening)];
}

/* Asks for a channel with the next P2. */
static void
try_open (GTask *task)
{
    SimstowChannelMbim *self = g_task_get_source_object (task);
    Opening *opening = g_task_get_task_data (task);
    gsize size;
    const guint8 *aid = g_bytes_get_data (opening->aid, &size);

    /* Not cancelled on the way: a channel whose number never came could not be closed */
    simstow_port_mbim_async (
        self->port,
        mbim_message_ms_uicc_low_level_access_open_channel_set_new ((guint32) size,
                                                                    aid,
                                                                    current_p2 (opening),
                                                                    self->group,
                                                                    NULL),
        OPEN_SECONDS,
        NULL,
        on_open_ready,
        g_object_ref (task));
}

static void
send_close (SimstowChannelMbim *self,
            guint32 channel,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    simstow_port_mbim_async (
        self->port,
        mbim_message_ms_uicc_low_level_access_close_channel_set_new (channel, self->group, NULL),
        CLOSE_SECONDS,
        NULL,
        callback,
        user_data);
}

static void
on_group_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Opening *opening = g_task_get_task_data (task);
    g_autoptr (MbimMessage) response = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, NULL);
    if (opening->again)
        try_open (task);
    else
        g_task_return_error (task, g_steal_pointer (&opening->error));
}

/* That there is no such application says more than any other refusal. Takes @error. */
static void
keep_error (Opening *opening, GError *error)
{
    if (opening->error && !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        g_error_free (error);
        return;
    }
    g_clear_error (&opening->error);
    opening->error = error;
}

/* Whether another P2 may help: modems refuse one that they do not take in all sorts of ways. */
static gboolean
may_take_another (SimstowChannelMbim *self, Opening *opening, const GError *error)
{
    gboolean taken = g_object_get_data (G_OBJECT (self->port), TAKES) != NULL;

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
        (taken && g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)))
        return FALSE;
    return ++opening->attempt < G_N_ELEMENTS (select_p2);
}

/* Goes on with the next P2, or fails. Whether a channel was opened is not known when its answer
 * did not come or made no sense. Takes @error. */
static void
refuse (GTask *task, gboolean unsure, GError *error)
{
    SimstowChannelMbim *self = g_task_get_source_object (task);
    Opening *opening = g_task_get_task_data (task);

    opening->again = may_take_another (self, opening, error);
    keep_error (opening, error);
    if (unsure)
        send_close (self, WHOLE_GROUP, on_group_closed, g_object_ref (task));
    else if (opening->again)
        try_open (task);
    else
        g_task_return_error (task, g_steal_pointer (&opening->error));
}

/* A status word: SW1 in the low byte, SW2 in the next. */
static guint16
word_of (guint32 status)
{
    return (guint16) ((status & 0xFF) << 8 | ((status >> 8) & 0xFF));
}

/* Whether the modem opened a channel, and the card took the application. */
static gboolean
take_channel (SimstowChannelMbim *self,
              MbimMessage *response,
              guint32 *size,
              const guint8 **answer,
              GError **error)
{
    g_autoptr (GError) broken = NULL;
    guint32 status = 0;

    if (!mbim_message_ms_uicc_low_level_access_open_channel_response_parse (response,
                                                                            &status,
                                                                            &self->channel,
                                                                            size,
                                                                            answer,
                                                                            &broken)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "MBIM: answer to the opening of a channel: %s",
                     broken->message);
        return FALSE;
    }
    if (status == 0 || simstow_apdu_selected (word_of (status)))
        return TRUE;
    g_propagate_error (error, simstow_apdu_error (word_of (status)));
    return FALSE;
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannelMbim *self = g_task_get_source_object (task);
    Opening *opening = g_task_get_task_data (task);
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;
    const guint8 *answer = NULL;
    guint32 size = 0;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (!response || !take_channel (self, response, &size, &answer, &error)) {
        refuse (task,
                response || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT),
                error);
        return;
    }
    g_object_set_data (G_OBJECT (self->port), TAKES, GUINT_TO_POINTER (place_of_p2 (opening) + 1));
    g_task_return_pointer (task, g_bytes_new (answer, size), (GDestroyNotify) g_bytes_unref);
}

/* A modem is not asked for what it does not declare: not all of them refuse it in order. */
static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    const guint32 needed = CID (OPEN_CHANNEL) | CID (CLOSE_CHANNEL) | CID (APDU);
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    guint32 cids = 0;

    if (!simstow_services_mbim_ask_finish (SIMSTOW_PORT (source), result, &cids, &error))
        g_task_return_error (task, error);
    else if ((cids & needed) == needed)
        try_open (task);
    else
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "the modem does not offer access to the card");
}

static void
simstow_channel_mbim_open_async (SimstowChannel *channel,
                                 GBytes *aid,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    SimstowPort *port = SIMSTOW_CHANNEL_MBIM (channel)->port;
    g_autoptr (GTask) task = g_task_new (channel, NULL, callback, user_data);
    guint taken = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (port), TAKES));
    Opening *opening = g_new0 (Opening, 1);

    g_task_set_source_tag (task, simstow_channel_mbim_open_async);
    opening->aid = g_bytes_ref (aid);
    opening->first = taken > 0 ? taken - 1 : 0;
    g_task_set_task_data (task, opening, opening_free);
    simstow_services_mbim_ask_async (port,
                                     MBIM_SERVICE_MS_UICC_LOW_LEVEL_ACCESS,
                                     NULL,
                                     on_services_ready,
                                     g_object_ref (task));
}

static GBytes *
simstow_channel_mbim_open_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* The status of an APDU: SW1 in the low byte, SW2 in the next. */
static GBytes *
join_response (guint32 status, const guint8 *answer, guint32 size)
{
    GByteArray *response = g_byte_array_new ();
    const guint8 sw[] = {word_of (status) >> 8, word_of (status) & 0xFF};

    if (answer)
        g_byte_array_append (response, answer, size);
    g_byte_array_append (response, sw, sizeof (sw));
    return g_byte_array_free_to_bytes (response);
}

static void
on_exchange_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;
    const guint8 *answer = NULL;
    guint32 status = 0;
    guint32 size = 0;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (response && mbim_message_ms_uicc_low_level_access_apdu_response_parse (response,
                                                                               &status,
                                                                               &size,
                                                                               &answer,
                                                                               &error))
        g_task_return_pointer (task,
                               join_response (status, answer, size),
                               (GDestroyNotify) g_bytes_unref);
    else
        g_task_return_error (task, error);
}

static void
simstow_channel_mbim_exchange_async (SimstowChannel *channel,
                                     GBytes *apdu,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
    SimstowChannelMbim *self = SIMSTOW_CHANNEL_MBIM (channel);
    GTask *task = g_task_new (self, cancellable, callback, user_data);
    gsize size;
    const guint8 *command = g_bytes_get_data (apdu, &size);

    g_task_set_source_tag (task, simstow_channel_mbim_exchange_async);
    g_task_set_check_cancellable (task, FALSE);
    simstow_port_mbim_async (
        self->port,
        mbim_message_ms_uicc_low_level_access_apdu_set_new (self->channel,
                                                            MBIM_UICC_SECURE_MESSAGING_NONE,
                                                            MBIM_UICC_CLASS_BYTE_TYPE_EXTENDED,
                                                            (guint32) size,
                                                            command,
                                                            NULL),
        simstow_channel_get_patience (channel),
        cancellable,
        on_exchange_ready,
        task);
}

static GBytes *
simstow_channel_mbim_exchange_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (response)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

static void
simstow_channel_mbim_close_async (SimstowChannel *channel,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    SimstowChannelMbim *self = SIMSTOW_CHANNEL_MBIM (channel);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_mbim_close_async);
    send_close (self, self->channel, on_close_ready, task);
}

static gboolean
simstow_channel_mbim_close_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_channel_mbim_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_CHANNEL_MBIM (object)->port);
    G_OBJECT_CLASS (simstow_channel_mbim_parent_class)->finalize (object);
}

static void
simstow_channel_mbim_class_init (SimstowChannelMbimClass *klass)
{
    SimstowChannelClass *channel_class = SIMSTOW_CHANNEL_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_channel_mbim_finalize;
    channel_class->way = "mbim";
    channel_class->open_async = simstow_channel_mbim_open_async;
    channel_class->open_finish = simstow_channel_mbim_open_finish;
    channel_class->exchange_async = simstow_channel_mbim_exchange_async;
    channel_class->exchange_finish = simstow_channel_mbim_exchange_finish;
    channel_class->close_async = simstow_channel_mbim_close_async;
    channel_class->close_finish = simstow_channel_mbim_close_finish;
}

static void
simstow_channel_mbim_init (SimstowChannelMbim *self)
{
}

SimstowChannel *
simstow_channel_mbim_new (SimstowPort *port)
{
    SimstowChannelMbim *self = g_object_new (SIMSTOW_TYPE_CHANNEL_MBIM, NULL);

    self->port = g_object_ref (port);
    simstow_channel_set_port (SIMSTOW_CHANNEL (self), port);
    self->group = (guint32) g_random_int_range (1, G_MAXINT32);
    return SIMSTOW_CHANNEL (self);
}
