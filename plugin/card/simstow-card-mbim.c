/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of MS UICC Low Level Access. The modem builds the class byte and fetches answers in
 * parts itself; what it leaves over is done by who asks.
 */

#include "simstow-card-mbim.h"

#include "simstow-error.h"
#include "simstow-port-mbim.h"

#define CID(name)    (1u << MBIM_CID_MS_UICC_LOW_LEVEL_ACCESS_##name)
#define FOR_CHANNELS (CID (OPEN_CHANNEL) | CID (CLOSE_CHANNEL) | CID (APDU))
#define SUCCESS      0x0090 /* SW1 in the low byte */

typedef struct {
    SimstowCardMbim what;
    GBytes *bytes;
    guint32 p2;
    guint32 group;
    guint32 channel;
    guint seconds;
} Request;

static void
request_free (gpointer data)
{
    Request *request = data;

    g_clear_pointer (&request->bytes, g_bytes_unref);
    g_free (request);
}

static MbimMessage *
build (const Request *request)
{
    gsize size = 0;
    const guint8 *bytes = request->bytes ? g_bytes_get_data (request->bytes, &size) : NULL;
    MbimTerminalCapabilityInfo info = {(guint32) size, (guint8 *) bytes};
    const MbimTerminalCapabilityInfo *const list[] = {&info, NULL};

    switch (request->what) {
    case SIMSTOW_CARD_MBIM_OPEN:
        return mbim_message_ms_uicc_low_level_access_open_channel_set_new ((guint32) size,
                                                                           bytes,
                                                                           request->p2,
                                                                           request->group,
                                                                           NULL);
    case SIMSTOW_CARD_MBIM_APDU:
        return mbim_message_ms_uicc_low_level_access_apdu_set_new (
            request->channel,
            MBIM_UICC_SECURE_MESSAGING_NONE,
            MBIM_UICC_CLASS_BYTE_TYPE_EXTENDED,
            (guint32) size,
            bytes,
            NULL);
    case SIMSTOW_CARD_MBIM_CLOSE:
        return mbim_message_ms_uicc_low_level_access_close_channel_set_new (request->channel,
                                                                            request->group,
                                                                            NULL);
    case SIMSTOW_CARD_MBIM_CAPABILITY:
    default:
        return mbim_message_ms_uicc_low_level_access_terminal_capability_set_new (1, list, NULL);
    }
}

/* Data, and the status word: SW1 is in the low byte, SW2 in the next; a modem that leaves it out
 * means success */
static gboolean
parse (Request *request,
       MbimMessage *response,
       guint32 *status,
       guint32 *size,
       const guint8 **data,
       GError **error)
{
    *status = SUCCESS;
    if (request->what == SIMSTOW_CARD_MBIM_APDU)
        return mbim_message_ms_uicc_low_level_access_apdu_response_parse (response,
                                                                          status,
                                                                          size,
                                                                          data,
                                                                          error);
    if (request->what != SIMSTOW_CARD_MBIM_OPEN)
        return TRUE;
    if (!mbim_message_ms_uicc_low_level_access_open_channel_response_parse (response,
                                                                            status,
                                                                            &request->channel,
                                                                            size,
                                                                            data,
                                                                            error))
        return FALSE;
    *status = *status ? *status : SUCCESS;
    return TRUE;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    g_autoptr (GError) broken = NULL;
    GError *error = NULL;
    const guint8 *data = NULL;
    guint32 status = 0;
    guint32 size = 0;
    GByteArray *joined;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (!response) {
        g_task_return_error (task, error);
        return;
    }
    if (!parse (g_task_get_task_data (task), response, &status, &size, &data, &broken)) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "MBIM: answer of the card: %s",
                                 broken->message);
        return;
    }
    joined = g_byte_array_new ();
    g_byte_array_append (joined, data, data ? size : 0);
    g_byte_array_append (joined, (const guint8[]){status & 0xFF, (status >> 8) & 0xFF}, 2);
    g_task_return_pointer (task,
                           g_byte_array_free_to_bytes (joined),
                           (GDestroyNotify) g_bytes_unref);
}

static void
send (GTask *task)
{
    const Request *request = g_task_get_task_data (task);

    simstow_port_mbim_async (g_task_get_source_object (task),
                             build (request),
                             request->seconds,
                             g_task_get_cancellable (task),
                             on_sent,
                             g_object_ref (task));
}

static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Request *request = g_task_get_task_data (task);
    guint32 needed =
        request->what == SIMSTOW_CARD_MBIM_OPEN ? FOR_CHANNELS : CID (TERMINAL_CAPABILITY);
    GError *error = NULL;
    guint32 cids = 0;

    if (!simstow_services_mbim_ask_finish (SIMSTOW_PORT (source), result, &cids, &error))
        g_task_return_error (task, error);
    else if ((cids & needed) == needed)
        send (task);
    else
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "the modem does not offer access to the card");
}

void
simstow_card_mbim_async (SimstowPort *port,
                         SimstowCardMbim what,
                         GBytes *bytes,
                         guint32 p2,
                         guint32 group,
                         guint32 channel,
                         guint seconds,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (port, cancellable, callback, user_data);
    Request *request = g_new0 (Request, 1);

    g_task_set_source_tag (task, simstow_card_mbim_async);
    g_task_set_check_cancellable (task, FALSE);
    *request = (Request){what, bytes ? g_bytes_ref (bytes) : NULL, p2, group, channel, seconds};
    g_task_set_task_data (task, request, request_free);
    if (what == SIMSTOW_CARD_MBIM_OPEN || what == SIMSTOW_CARD_MBIM_CAPABILITY)
        simstow_services_mbim_ask_async (port,
                                         MBIM_SERVICE_MS_UICC_LOW_LEVEL_ACCESS,
                                         NULL,
                                         on_services_ready,
                                         g_object_ref (task));
    else
        send (task);
}

GBytes *
simstow_card_mbim_finish (SimstowPort *port, GAsyncResult *result, guint32 *channel, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, port), NULL);

    if (channel)
        *channel = ((const Request *) g_task_get_task_data (G_TASK (result)))->channel;
    return g_task_propagate_pointer (G_TASK (result), error);
}
