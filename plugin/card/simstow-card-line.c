/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patience with the card behind AT commands.
 */

#include "simstow-card-line.h"

#include "simstow-patience.h"

/* How messages end in which a modem says that the card is busy: SIM busy, and a code of u-blox
 * and Sierra Wireless for a command that has to wait */
static const gchar *const busy_codes[] = {"(CME 14)", "(CME 515)", "(CMS 314)"};

/* Even a card that has fallen silent is told that a channel is not needed any more. */
#define CLOSING_AT   "+CCHC"
#define CLOSING_CARD "+CSIM=8,\"0070"

typedef struct {
    gchar *command;
    guint seconds;
} Line;

static void
line_free (gpointer data)
{
    Line *line = data;

    g_free (line->command);
    g_free (line);
}

static gboolean
is_busy (const GError *error)
{
    guint i;

    for (i = 0; error && i < G_N_ELEMENTS (busy_codes); i++) {
        if (g_str_has_suffix (error->message, busy_codes[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_closing (const Line *line)
{
    return g_str_has_prefix (line->command, CLOSING_AT) ||
           g_str_has_prefix (line->command, CLOSING_CARD);
}

static void
send_line (GTask *task);

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowPort *port = SIMSTOW_PORT (source);
    GError *error = NULL;
    gchar *reply = simstow_port_at_finish (port, result, &error);
    gboolean busy = is_busy (error);

    simstow_patience_note (port, SIMSTOW_PATIENCE_CARD, error, busy);
    if (reply)
        g_task_return_pointer (task, reply, g_free);
    else if (!busy)
        g_task_return_error (task, error);
    else if (simstow_patience_wait (port, SIMSTOW_PATIENCE_CARD, task, send_line))
        g_error_free (error);
    else
        g_task_return_error (task, simstow_patience_still_busy (error));
}

static void
send_line (GTask *task)
{
    SimstowPort *port = g_task_get_source_object (task);
    const Line *line = g_task_get_task_data (task);
    guint seconds = is_closing (line)
                        ? line->seconds
                        : simstow_patience_deadline (port, SIMSTOW_PATIENCE_CARD, line->seconds);

    if (seconds == 0)
        g_task_return_error (task, simstow_patience_silent_error ());
    else
        simstow_port_at_async (port,
                               line->command,
                               FALSE,
                               seconds,
                               g_task_get_cancellable (task),
                               on_line_ready,
                               g_object_ref (task));
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
    Line *line = g_new0 (Line, 1);

    g_task_set_source_tag (task, simstow_card_line_async);
    g_task_set_check_cancellable (task, FALSE);
    line->command = g_strdup (command);
    line->seconds = seconds;
    g_task_set_task_data (task, line, line_free);
    send_line (task);
}

gchar *
simstow_card_line_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, port), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
