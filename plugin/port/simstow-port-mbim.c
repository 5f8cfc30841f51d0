/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM commands on the daemon's open device, MBIM statuses as errors, and what the modem declares.
 */

#include "simstow-port-mbim.h"

#include "simstow-error.h"
#include "simstow-mbim-elements.h"

/* For the question which services there are */
#define SERVICES_SECONDS 10

/* Before the information of MBIM_COMMAND_DONE, MBIM 1.0 9.4.5 */
#define HEADER_SIZE 48

/* Microsoft's statuses of the UICC low level access service; libmbim names them from 1.32 on */
#define STATUS_NO_LOGICAL_CHANNELS     0x87430001
#define STATUS_SELECT_FAILED           0x87430002
#define STATUS_INVALID_LOGICAL_CHANNEL 0x87430003

/* Statuses that say more than "it failed"; MBIM 1.0, 9.4.5 */
static const struct {
    guint status;
    SimstowError code;
    const gchar *text;
} statuses[] = {
    {MBIM_STATUS_ERROR_BUSY, SIMSTOW_ERROR_MODEM_ERROR, "the modem is busy"},
    {MBIM_STATUS_ERROR_SIM_NOT_INSERTED, SIMSTOW_ERROR_LOCKED, "there is no SIM"},
    {MBIM_STATUS_ERROR_BAD_SIM, SIMSTOW_ERROR_LOCKED, "the SIM is bad"},
    {MBIM_STATUS_ERROR_PIN_REQUIRED, SIMSTOW_ERROR_LOCKED, "the SIM wants a PIN first"},
    {MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT,
     SIMSTOW_ERROR_UNSUPPORTED,
     "the modem does not offer that"},
    {MBIM_STATUS_ERROR_NOT_INITIALIZED, SIMSTOW_ERROR_LOCKED, "the modem is not ready"},
    {MBIM_STATUS_ERROR_INVALID_PARAMETERS,
     SIMSTOW_ERROR_INVALID_RECORD,
     "the modem refuses the parameters"},
    {MBIM_STATUS_ERROR_NO_PHONEBOOK, SIMSTOW_ERROR_UNSUPPORTED, "there is no phonebook"},
    {MBIM_STATUS_ERROR_PARAMETER_TOO_LONG,
     SIMSTOW_ERROR_INVALID_RECORD,
     "something is too long for the modem"},
    {MBIM_STATUS_ERROR_OPERATION_NOT_ALLOWED,
     SIMSTOW_ERROR_DENIED,
     "the modem does not allow that"},
    {MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX,
     SIMSTOW_ERROR_NOT_FOUND,
     "there is nothing at that place"},
    {MBIM_STATUS_ERROR_MEMORY_FULL, SIMSTOW_ERROR_FULL, "the memory is full"},
    {STATUS_NO_LOGICAL_CHANNELS, SIMSTOW_ERROR_FULL, "the card has no free channel"},
    {STATUS_SELECT_FAILED, SIMSTOW_ERROR_NOT_FOUND, "the card has no such application"},
    {STATUS_INVALID_LOGICAL_CHANNEL, SIMSTOW_ERROR_MODEM_ERROR, "the channel is not open"},
};

static GError *
status_error (guint status)
{
    SimstowError code = SIMSTOW_ERROR_MODEM_ERROR;
    const gchar *text = "the modem refused";
    GError *error;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (statuses); i++) {
        if (statuses[i].status == status) {
            code = statuses[i].code;
            text = statuses[i].text;
        }
    }
    error = g_error_new (SIMSTOW_ERROR, code, "%s (MBIM %u)", text, status);
    simstow_error_set_modem_code (error, SIMSTOW_ERROR_DOMAIN_MBIM, status);
    return error;
}

/* libmbim's own errors, in our words. */
static GError *
translate (const GError *error)
{
    SimstowError code = SIMSTOW_ERROR_MODEM_ERROR;

    if (error->domain == MBIM_STATUS_ERROR)
        return status_error ((guint) error->code);
    if (g_error_matches (error, MBIM_CORE_ERROR, MBIM_CORE_ERROR_TIMEOUT))
        code = SIMSTOW_ERROR_TIMEOUT;
    else if (g_error_matches (error, MBIM_CORE_ERROR, MBIM_CORE_ERROR_ABORTED) ||
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        code = SIMSTOW_ERROR_CANCELLED;
    return g_error_new (SIMSTOW_ERROR, code, "MBIM: %s", error->message);
}

/* A request under way */
typedef struct {
    MbimMessage *request;
    SimstowPortPart part;
    guint timeout;
    guint status;
} Exchange;

static void
exchange_free (gpointer data)
{
    Exchange *exchange = data;

    mbim_message_unref (exchange->request);
    g_free (exchange);
}

static void
send_request (GTask *task);

/* A modem that has just started is not initialised for a while */
static gboolean
is_busy (guint status)
{
    return status == MBIM_STATUS_ERROR_BUSY || status == MBIM_STATUS_ERROR_NOT_INITIALIZED;
}

/* Whether the request is sent again later. */
static gboolean
wait_while_busy (GTask *task, GError **error)
{
    const Exchange *exchange = g_task_get_task_data (task);

    if (!is_busy (exchange->status))
        return FALSE;
    if (simstow_port_wait_pause (g_task_get_source_object (task), task, send_request))
        return TRUE;
    *error = simstow_port_wait_still_busy (*error);
    return FALSE;
}

static void
on_command_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Exchange *exchange = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) told = NULL;
    g_autoptr (MbimMessage) response = NULL;

    response = mbim_device_command_finish (MBIM_DEVICE (source), result, &error);
    if (response)
        mbim_message_response_get_result (response, MBIM_MESSAGE_TYPE_COMMAND_DONE, &error);
    exchange->status = error && error->domain == MBIM_STATUS_ERROR ? (guint) error->code : 0;
    told = error ? translate (error) : NULL;
    simstow_port_wait_note (g_task_get_source_object (task), exchange->part, told);
    if (!told)
        g_task_return_pointer (task,
                               g_steal_pointer (&response),
                               (GDestroyNotify) mbim_message_unref);
    else if (!wait_while_busy (task, &told))
        g_task_return_error (task, g_steal_pointer (&told));
}

static gboolean
is_for_card (MbimMessage *request)
{
    return mbim_message_command_get_service (request) == MBIM_SERVICE_MS_UICC_LOW_LEVEL_ACCESS;
}

static gboolean
closes_channel (MbimMessage *request)
{
    return is_for_card (request) && mbim_message_command_get_cid (request) ==
                                        MBIM_CID_MS_UICC_LOW_LEVEL_ACCESS_CLOSE_CHANNEL;
}

/* Sends a copy, as a request has the number of its transaction. */
static void
send_request (GTask *task)
{
    SimstowPort *self = g_task_get_source_object (task);
    const Exchange *exchange = g_task_get_task_data (task);
    GObject *device = simstow_port_peek_mbim (self);
    guint timeout = exchange->timeout;
    GError *error = NULL;
    g_autoptr (MbimMessage) copy = NULL;

    if (!device)
        simstow_error_set (&error, SIMSTOW_ERROR_UNSUPPORTED, "the modem has no open MBIM device");
    else if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        simstow_error_set (&error, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
    else
        simstow_port_wait_check (self,
                                 exchange->part,
                                 closes_channel (exchange->request),
                                 &timeout,
                                 &error);
    if (error) {
        g_task_return_error (task, error);
        return;
    }
    /* once it is on its way its answer is waited for: the modem does it all the same */
    copy = mbim_message_dup (exchange->request);
    mbim_device_command (MBIM_DEVICE (device),
                         copy,
                         timeout,
                         NULL,
                         on_command_ready,
                         g_object_ref (task));
}

void
simstow_port_mbim_async (SimstowPort *self,
                         MbimMessage *request,
                         guint timeout,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Exchange *exchange;

    g_task_set_source_tag (task, simstow_port_mbim_async);
    g_task_set_check_cancellable (task, FALSE);
    if (!request) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 "no MBIM request can be made of that");
        return;
    }
    exchange = g_new0 (Exchange, 1);
    exchange->request = request;
    exchange->part = is_for_card (request) ? SIMSTOW_PORT_PART_CARD : SIMSTOW_PORT_PART_MBIM;
    exchange->timeout = timeout;
    g_task_set_task_data (task, exchange, exchange_free);
    send_request (task);
}

MbimMessage *
simstow_port_mbim_finish (SimstowPort *self, GAsyncResult *result, guint *status, GError **error)
{
    const Exchange *exchange = g_task_get_task_data (G_TASK (result));

    if (status)
        *status = exchange ? exchange->status : 0;
    return g_task_propagate_pointer (G_TASK (result), error);
}

GBytes *
simstow_port_mbim_dup_information (MbimMessage *response)
{
    guint32 length = 0;
    guint32 promised = 0;
    const guint8 *data = mbim_message_get_raw (response, &length, NULL);

    if (!data || length <= HEADER_SIZE)
        return g_bytes_new (NULL, 0);
    mbim_message_command_done_get_raw_information_buffer (response, &promised);
    return g_bytes_new (data + HEADER_SIZE, MIN (promised, length - HEADER_SIZE));
}

static guint32
find_commands (GBytes *services, MbimService service)
{
    return simstow_mbim_find_commands (services, (const guint8 *) mbim_uuid_from_service (service));
}

static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowPort *self = SIMSTOW_PORT (source);
    MbimService service = (MbimService) GPOINTER_TO_UINT (g_task_get_task_data (task));
    GError *error = NULL;
    g_autoptr (MbimMessage) response = simstow_port_mbim_finish (self, result, NULL, &error);
    g_autoptr (GBytes) services = NULL;

    if (response) {
        services = simstow_port_mbim_dup_information (response);
        simstow_port_set_services (self, services);
        g_task_return_int (task, find_commands (services, service));
    } else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
               g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
    } else {
        g_debug ("the modem does not tell its services: %s", error->message);
        g_error_free (error);
        g_task_return_int (task, SIMSTOW_MBIM_ALL_COMMANDS);
    }
}

void
simstow_services_mbim_ask_async (SimstowPort *self,
                                 MbimService service,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    GBytes *known = simstow_port_get_services (self);

    g_task_set_source_tag (task, simstow_services_mbim_ask_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, GUINT_TO_POINTER (service), NULL);
    if (!simstow_port_peek_mbim (self))
        g_task_return_int (task, 0);
    else if (known)
        g_task_return_int (task, find_commands (known, service));
    else
        simstow_port_mbim_async (self,
                                 mbim_message_device_services_query_new (NULL),
                                 SERVICES_SECONDS,
                                 cancellable,
                                 on_services_ready,
                                 g_steal_pointer (&task));
}

gboolean
simstow_services_mbim_ask_finish (SimstowPort *self,
                                  GAsyncResult *result,
                                  guint32 *cids,
                                  GError **error)
{
    GError *local = NULL;
    gssize value;

    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    value = g_task_propagate_int (G_TASK (result), &local);
    *cids = local ? 0 : (guint32) value;
    if (!local)
        return TRUE;
    g_propagate_error (error, local);
    return FALSE;
}
