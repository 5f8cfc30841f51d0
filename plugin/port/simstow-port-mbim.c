/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM commands on the daemon's open device, and MBIM statuses as errors.
 */

#include "simstow-port-mbim.h"

#include "simstow-error.h"

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
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (statuses); i++) {
        if (statuses[i].status == status)
            return g_error_new (SIMSTOW_ERROR,
                                statuses[i].code,
                                "%s (MBIM %u)",
                                statuses[i].text,
                                status);
    }
    return g_error_new (SIMSTOW_ERROR,
                        SIMSTOW_ERROR_MODEM_ERROR,
                        "the modem refused (MBIM %u)",
                        status);
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

static void
on_command_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (MbimMessage) response = NULL;

    response = mbim_device_command_finish (MBIM_DEVICE (source), result, &error);
    if (response &&
        mbim_message_response_get_result (response, MBIM_MESSAGE_TYPE_COMMAND_DONE, &error)) {
        g_task_return_pointer (task,
                               g_steal_pointer (&response),
                               (GDestroyNotify) mbim_message_unref);
        return;
    }
    if (error->domain == MBIM_STATUS_ERROR)
        g_task_set_task_data (task, GUINT_TO_POINTER ((guint) error->code), NULL);
    g_task_return_error (task, translate (error));
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
    g_autoptr (MbimMessage) sent = request;
    GObject *device = simstow_port_peek_mbim (self);

    g_task_set_source_tag (task, simstow_port_mbim_async);
    g_task_set_check_cancellable (task, FALSE);
    if (!device || !sent) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 device ? SIMSTOW_ERROR_INVALID_RECORD : SIMSTOW_ERROR_UNSUPPORTED,
                                 device ? "no MBIM request can be made of that"
                                        : "the modem has no open MBIM device");
        return;
    }
    mbim_device_command (MBIM_DEVICE (device),
                         sent,
                         timeout,
                         cancellable,
                         on_command_ready,
                         g_steal_pointer (&task));
}

MbimMessage *
simstow_port_mbim_finish (SimstowPort *self, GAsyncResult *result, guint *status, GError **error)
{
    if (status)
        *status = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
    return g_task_propagate_pointer (G_TASK (result), error);
}
