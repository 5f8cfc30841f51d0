/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM_CID_DEVICE_SERVICES, MBIM 1.0 10.5.29, for one service.
 */

#include "simstow-services-mbim.h"

#include "simstow-error.h"
#include "simstow-mbim-elements.h"
#include "simstow-port-mbim.h"

#define SECONDS 10
#define CID_MAX 31

/* No command has the number 0: this bit says that the others are known */
#define KNOWN 1u

/* Where the pairs of offset and size of the services are: after count and MaxDssSessions */
#define OFFSET_SERVICES 8

/* Where in an element its commands are: after UUID, DssPayload and MaxDssInstances */
#define OFFSET_CIDS 24

/* A service that is declared, or may be, without its commands: all are worth asking for */
#define ALL_CIDS 0xFFFFFFFEu

static guint32
cids_of (GBytes *element)
{
    guint32 cids = 0;
    guint32 count = 0;
    guint32 cid;
    guint32 i;

    if (!simstow_mbim_u32 (element, OFFSET_CIDS, &count, NULL))
        return ALL_CIDS;
    for (i = 0; i < count; i++) {
        if (!simstow_mbim_u32 (element, OFFSET_CIDS + 4 * ((gsize) i + 1), &cid, NULL))
            return ALL_CIDS;
        if (cid > 0 && cid <= CID_MAX)
            cids |= (guint32) 1 << cid;
    }
    return cids ? cids : ALL_CIDS;
}

static MbimService
service_of (GBytes *element)
{
    gsize size;
    const MbimUuid *uuid = g_bytes_get_data (element, &size);

    return size < sizeof (MbimUuid) ? MBIM_SERVICE_INVALID : mbim_uuid_to_service (uuid);
}

/* What is missing of the list may be the service */
static guint32
find_service (GBytes *information, MbimService service)
{
    guint missing = 0;
    g_autoptr (GPtrArray) elements =
        simstow_mbim_split (information, 0, OFFSET_SERVICES, &missing, NULL);
    gboolean unsure = !elements || missing > 0;
    guint32 cids = 0;
    guint i;

    for (i = 0; elements && i < elements->len; i++) {
        const SimstowMbimElement *element = g_ptr_array_index (elements, i);

        if (!element->bytes || service_of (element->bytes) == MBIM_SERVICE_INVALID)
            unsure |= !element->bytes || g_bytes_get_size (element->bytes) < sizeof (MbimUuid);
        else if (service_of (element->bytes) == service)
            cids |= cids_of (element->bytes);
    }
    return cids == 0 && unsure ? ALL_CIDS : cids;
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
    g_autoptr (GBytes) information = NULL;
    MbimService service = (MbimService) GPOINTER_TO_UINT (g_task_get_task_data (task));
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (response) {
        information = simstow_port_mbim_dup_information (response);
        g_task_return_int (
            task,
            remember (SIMSTOW_PORT (source), service, find_service (information, service)));
    } else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
               g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
    } else {
        g_debug ("the modem does not tell its services: %s", error->message);
        g_error_free (error);
        g_task_return_int (task, ALL_CIDS);
    }
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
