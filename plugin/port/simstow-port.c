/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's line, abstract: wrappers that check what a store asks for before
 * an implementation sees it. A command that could run into a second one (a line
 * end, an end of message, an escape within it) never gets to the modem.
 */

#include "simstow-port.h"

#include <string.h>

#include "simstow-error.h"

/* What a command line must not hold: V.250's editing and terminating characters
 * and those that end or give up a message, 3GPP TS 27.005 3.5.1. */
#define FORBIDDEN "\b\n\r\x1a\x1b"

#define COMMAND_MAX   4096
#define TIMEOUT_MAX   600
#define STORAGE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

G_DEFINE_INTERFACE (SimstowPort, simstow_port, G_TYPE_OBJECT)

static void
simstow_port_default_init (SimstowPortInterface *iface)
{
}

gboolean
simstow_port_has_at (SimstowPort *self)
{
    g_return_val_if_fail (SIMSTOW_IS_PORT (self), FALSE);

    return SIMSTOW_PORT_GET_IFACE (self)->has_at (self);
}

static gboolean
check_command (const gchar *command, gboolean raw, GError **error)
{
    gsize length = strlen (command);

    if (length == 0 || length > COMMAND_MAX) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "a command of %" G_GSIZE_FORMAT " characters cannot be sent",
                     length);
        return FALSE;
    }
    if (!raw && strpbrk (command, FORBIDDEN) != NULL) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "a command with control characters cannot be sent");
        return FALSE;
    }
    return TRUE;
}

void
simstow_port_at_async (SimstowPort *self,
                       const gchar *command,
                       gboolean raw,
                       guint timeout,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
    g_autoptr (GError) error = NULL;

    g_return_if_fail (SIMSTOW_IS_PORT (self));
    g_return_if_fail (command != NULL);
    g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

    if (!check_command (command, raw, &error)) {
        g_task_report_error (self,
                             callback,
                             user_data,
                             simstow_port_at_async,
                             g_steal_pointer (&error));
        return;
    }
    SIMSTOW_PORT_GET_IFACE (self)->at_async (self,
                                             command,
                                             raw,
                                             CLAMP (timeout, 1, TIMEOUT_MAX),
                                             cancellable,
                                             callback,
                                             user_data);
}

gchar *
simstow_port_at_finish (SimstowPort *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (SIMSTOW_IS_PORT (self), NULL);
    g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

    if (g_async_result_is_tagged (result, simstow_port_at_async))
        return g_task_propagate_pointer (G_TASK (result), error);
    return SIMSTOW_PORT_GET_IFACE (self)->at_finish (self, result, error);
}

static gboolean
is_storage (const gchar *storage)
{
    return strlen (storage) == 2 && strspn (storage, STORAGE_CHARS) == 2;
}

void
simstow_port_lock_sms_async (SimstowPort *self,
                             const gchar *mem1,
                             const gchar *mem2,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_return_if_fail (SIMSTOW_IS_PORT (self));
    g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

    /* the daemon aborts when asked to lock nothing */
    if ((mem1 == NULL && mem2 == NULL) || (mem1 != NULL && !is_storage (mem1)) ||
        (mem2 != NULL && !is_storage (mem2))) {
        g_task_report_new_error (self,
                                 callback,
                                 user_data,
                                 simstow_port_lock_sms_async,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "no such message storage");
        return;
    }
    SIMSTOW_PORT_GET_IFACE (self)
        ->lock_sms_async (self, mem1, mem2, cancellable, callback, user_data);
}

gboolean
simstow_port_lock_sms_finish (SimstowPort *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (SIMSTOW_IS_PORT (self), FALSE);
    g_return_val_if_fail (G_IS_ASYNC_RESULT (result), FALSE);

    if (g_async_result_is_tagged (result, simstow_port_lock_sms_async))
        return g_task_propagate_boolean (G_TASK (result), error);
    return SIMSTOW_PORT_GET_IFACE (self)->lock_sms_finish (self, result, error);
}

void
simstow_port_unlock_sms (SimstowPort *self, gboolean mem1, gboolean mem2)
{
    g_return_if_fail (SIMSTOW_IS_PORT (self));

    if (mem1 || mem2)
        SIMSTOW_PORT_GET_IFACE (self)->unlock_sms (self, mem1, mem2);
}

GObject *
simstow_port_peek_mbim (SimstowPort *self)
{
    g_return_val_if_fail (SIMSTOW_IS_PORT (self), NULL);

    return SIMSTOW_PORT_GET_IFACE (self)->peek_mbim (self);
}
