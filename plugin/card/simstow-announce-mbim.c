/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the terminal can do, told to the card by the modem.
 */

#include "simstow-announce-mbim.h"

#include "simstow-error.h"
#include "simstow-port-mbim.h"

#define SECONDS 10
#define NEEDED  (1u << MBIM_CID_MS_UICC_LOW_LEVEL_ACCESS_TERMINAL_CAPABILITY)

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
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

static MbimMessage *
request_of (GBytes *capability)
{
    gsize size;
    gconstpointer data = g_bytes_get_data (capability, &size);
    MbimTerminalCapabilityInfo info = {(guint32) size, (guint8 *) data};
    const MbimTerminalCapabilityInfo *const list[] = {&info, NULL};

    return mbim_message_ms_uicc_low_level_access_terminal_capability_set_new (1, list, NULL);
}

static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    guint32 cids = 0;
    GError *error = NULL;

    if (!simstow_services_mbim_ask_finish (SIMSTOW_PORT (source), result, &cids, &error))
        g_task_return_error (task, error);
    else if (cids & NEEDED)
        simstow_port_mbim_async (SIMSTOW_PORT (source),
                                 request_of (g_task_get_task_data (task)),
                                 SECONDS,
                                 NULL,
                                 on_sent,
                                 g_object_ref (task));
    else
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "the modem has no such command");
}

void
simstow_announce_mbim_async (SimstowPort *port,
                             GBytes *capability,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (port, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_announce_mbim_async);
    g_task_set_task_data (task, g_bytes_ref (capability), (GDestroyNotify) g_bytes_unref);
    simstow_services_mbim_ask_async (port,
                                     MBIM_SERVICE_MS_UICC_LOW_LEVEL_ACCESS,
                                     NULL,
                                     on_services_ready,
                                     g_object_ref (task));
}

gboolean
simstow_announce_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}
