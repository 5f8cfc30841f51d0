/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands that reach the card.
 */

#include "simstow-card-line.h"

#include "simstow-port.h"

/* What the modem answers without the card */
static gboolean
is_test (const gchar *command)
{
    return g_str_has_suffix (command, "=?");
}

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowPort *port = SIMSTOW_PORT (source);
    GError *error = NULL;
    gchar *reply = simstow_port_at_finish (port, result, &error);

    if (!is_test (g_task_get_task_data (task)))
        simstow_port_wait_note (port, SIMSTOW_PORT_PART_CARD, error);
    if (reply)
        g_task_return_pointer (task, reply, g_free);
    else
        g_task_return_error (task, error);
}

void
simstow_card_line_async (SimstowPort *port,
                         const gchar *command,
                         guint seconds,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (port, cancellable, callback, user_data);
    guint given = is_test (command)
                      ? seconds
                      : simstow_port_wait_seconds (port,
                                                   SIMSTOW_PORT_PART_CARD,
                                                   seconds,
                                                   simstow_port_closes_channel (command));

    g_task_set_source_tag (task, simstow_card_line_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, g_strdup (command), g_free);
    if (given == 0)
        g_task_return_error (task, simstow_port_wait_silent_error ());
    else
        simstow_port_at_async (port,
                               command,
                               FALSE,
                               given,
                               cancellable,
                               on_line_ready,
                               g_steal_pointer (&task));
}

gchar *
simstow_card_line_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, port), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
