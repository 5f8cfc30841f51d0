/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM_CID_DEVICE_SERVICES, MBIM 1.0 10.5.29, for one service.
 */

#include "simstow-services-mbim.h"

#include "simstow-error.h"
#include "simstow-port-mbim.h"

#define SECONDS 10
#define CID_MAX 31

/* No command has the number 0: this bit says that the others are known */
#define KNOWN 1u

static guint32
cids_of (const MbimDeviceServiceElement *element)
{
    guint32 cids = 0;
    guint32 i;

    for (i = 0; i < element->cids_count; i++) {
        if (element->cids[i] <= CID_MAX)
            cids |= (guint32) 1 << element->cids[i];
    }
    return cids;
}

static guint32
find_service (MbimDeviceServiceElementArray *elements, guint32 n_elements, MbimService service)
{
    guint32 cids = 0;
    guint32 i;

    for (i = 0; i < n_elements; i++) {
        if (mbim_uuid_to_service (&elements[i]->device_service_id) == service)
            cids |= cids_of (elements[i]);
    }
    return cids;
}

/* What a modem declares does not change: it is kept with its line. */
static GQuark
service_key (MbimService service)
{
    g_autofree gchar *key = g_strdup_printf ("simstow-mbim-service-%u", service);

    return g_quark_from_string (key);
}

static guint32
recall (SimstowPort *port, MbimService service)
{
    return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (port), service_key (service)));
}

static guint32
remember (SimstowPort *port, MbimService service, guint32 cids)
{
    g_object_set_qdata (G_OBJECT (port), service_key (service), GUINT_TO_POINTER (cids | KNOWN));
    return cids;
}

static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    g_autoptr (MbimDeviceServiceElementArray) elements = NULL;
    g_autoptr (GError) broken = NULL;
    MbimService service = (MbimService) GPOINTER_TO_UINT (g_task_get_task_data (task));
    guint32 n_elements = 0;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (!response)
        g_task_return_error (task, error);
    else if (!mbim_message_device_services_response_parse (response,
                                                           &n_elements,
                                                           NULL,
                                                           &elements,
                                                           &broken))
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "MBIM device services: %s",
                                 broken->message);
    else
        g_task_return_int (task,
                           remember (SIMSTOW_PORT (source),
                                     service,
                                     find_service (elements, n_elements, service)));
}

void
simstow_services_mbim_ask_async (SimstowPort *port,
                                 MbimService service,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (port, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_services_mbim_ask_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, GUINT_TO_POINTER (service), NULL);
    if (!simstow_port_peek_mbim (port) || recall (port, service)) {
        g_task_return_int (task, recall (port, service) & ~KNOWN);
        return;
    }
    simstow_port_mbim_async (port,
                             mbim_message_device_services_query_new (NULL),
                             SECONDS,
                             cancellable,
                             on_services_ready,
                             g_steal_pointer (&task));
}

gboolean
simstow_services_mbim_ask_finish (SimstowPort *port,
                                  GAsyncResult *result,
                                  guint32 *cids,
                                  GError **error)
{
    g_autoptr (GError) local = NULL;
    gssize value;

    g_return_val_if_fail (g_task_is_valid (result, port), FALSE);

    value = g_task_propagate_int (G_TASK (result), &local);
    *cids = (guint32) value;
    if (!local)
        return TRUE;
    *cids = 0;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}
