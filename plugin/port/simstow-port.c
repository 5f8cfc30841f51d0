/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's line, abstract: wrappers that check what a store asks for before
 * an implementation sees it. A command that could run into a second one (a line
 * end, an end of message, an escape within it) never gets to the modem.
 */

#include "simstow-port.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-port-wait.h"

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

/* Whether a command does nothing but ask or select, so that it may be given twice */
static gboolean
only_reads (const gchar *command)
{
    static const gchar *const reading[] =
        {"+CPBR=", "+CMGR=", "+CMGL", "^SMGL", "+CPBS=", "+CSCS=", "+CMGF="};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (reading); i++) {
        if (g_str_has_prefix (command, reading[i]))
            return TRUE;
    }
    return g_str_has_suffix (command, "?");
}

static gboolean
all_only_read (const gchar *line)
{
    g_auto (GStrv) commands = g_strsplit (line, ";", -1);
    gsize i;

    for (i = 0; commands[i] != NULL; i++) {
        if (!only_reads (commands[i]))
            return FALSE;
    }
    return TRUE;
}

/* A line of several commands that is refused may have written by then */
static gboolean
may_repeat (const gchar *command, gboolean raw)
{
    static const gchar *const writing[] = {"+CPBW=", "+CMGW=", "+CMGD="};
    gboolean quoted = FALSE;
    gboolean joined = FALSE;
    const gchar *c;
    gsize i;

    for (c = command; *c != '\0'; c++) {
        if (*c == '"')
            quoted = !quoted;
        joined = joined || (*c == ';' && !quoted);
    }
    for (i = 0; joined && i < G_N_ELEMENTS (writing); i++) {
        if (strstr (command, writing[i]) != NULL)
            return FALSE;
    }
    return !raw;
}

/* A channel is given back to the card whatever it takes, 3GPP TS 27.007 8.44 and ETSI TS 102
 * 221 11.1.17 */
gboolean
simstow_port_closes_channel (const gchar *command)
{
    return g_str_has_prefix (command, "+CCHC=") || g_str_has_prefix (command, "+CSIM=8,\"007080") ||
           g_str_has_prefix (command, "+CSIM=10,\"007080");
}

typedef struct {
    gchar *command;
    gboolean raw;
    guint timeout;
} Command;

static void
command_free (gpointer data)
{
    Command *command = data;

    g_free (command->command);
    g_free (command);
}

static void
send_command (gpointer port, GTask *task, GAsyncReadyCallback callback)
{
    const Command *command = g_task_get_task_data (task);

    SIMSTOW_PORT_GET_IFACE (port)->at_async (port,
                                             command->command,
                                             command->raw,
                                             command->timeout,
                                             g_task_get_cancellable (task),
                                             callback,
                                             task);
}

static gboolean
take_answer (gpointer port, GAsyncResult *result, gchar **answer, GError **error)
{
    *answer = SIMSTOW_PORT_GET_IFACE (port)->at_finish (port, result, error);
    return *answer != NULL;
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
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    SimstowPortWaitFlags flags = 0;
    GError *error = NULL;
    Command *kept;

    g_return_if_fail (SIMSTOW_IS_PORT (self));
    g_return_if_fail (command != NULL);
    g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

    g_task_set_source_tag (task, simstow_port_at_async);
    /* an answer that came is handed over, wanted or not */
    g_task_set_check_cancellable (task, FALSE);
    if (!check_command (command, raw, &error)) {
        g_task_return_error (task, error);
        return;
    }
    kept = g_new0 (Command, 1);
    kept->command = g_strdup (command);
    kept->raw = raw;
    kept->timeout = CLAMP (timeout, 1, TIMEOUT_MAX);
    g_task_set_task_data (task, kept, command_free);
    if (may_repeat (command, raw))
        flags |= SIMSTOW_PORT_WAIT_BUSY;
    if (!raw && !simstow_port_closes_channel (command) && simstow_port_has_at (self))
        flags |= SIMSTOW_PORT_WAIT_CHECKS;
    if (!raw && all_only_read (command))
        flags |= SIMSTOW_PORT_WAIT_REPEATS;
    simstow_port_wait_run (g_steal_pointer (&task), send_command, take_answer, flags);
}

gchar *
simstow_port_at_finish (SimstowPort *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (SIMSTOW_IS_PORT (self), NULL);
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
simstow_port_at_was_repeated (SimstowPort *self, GAsyncResult *result)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return simstow_port_wait_was_repeated (G_TASK (result));
}

static gboolean
is_storage (const gchar *storage)
{
    return strlen (storage) == 2 && strspn (storage, STORAGE_CHARS) == 2;
}

typedef struct {
    gchar *mem1;
    gchar *mem2;
} Storages;

static void
storages_free (gpointer data)
{
    Storages *storages = data;

    g_free (storages->mem1);
    g_free (storages->mem2);
    g_free (storages);
}

static void
send_lock (gpointer port, GTask *task, GAsyncReadyCallback callback)
{
    const Storages *storages = g_task_get_task_data (task);

    SIMSTOW_PORT_GET_IFACE (port)->lock_sms_async (port,
                                                   storages->mem1,
                                                   storages->mem2,
                                                   g_task_get_cancellable (task),
                                                   callback,
                                                   task);
}

static gboolean
take_lock (gpointer port, GAsyncResult *result, gchar **answer, GError **error)
{
    if (!SIMSTOW_PORT_GET_IFACE (port)->lock_sms_finish (port, result, error))
        return FALSE;
    *answer = g_strdup ("");
    return TRUE;
}

void
simstow_port_lock_sms_async (SimstowPort *self,
                             const gchar *mem1,
                             const gchar *mem2,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Storages *storages;

    g_return_if_fail (SIMSTOW_IS_PORT (self));
    g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

    g_task_set_source_tag (task, simstow_port_lock_sms_async);
    /* a lock that was taken has to be heard of */
    g_task_set_check_cancellable (task, FALSE);
    /* the daemon aborts when asked to lock nothing */
    if ((mem1 == NULL && mem2 == NULL) || (mem1 != NULL && !is_storage (mem1)) ||
        (mem2 != NULL && !is_storage (mem2))) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "no such message storage");
        return;
    }
    storages = g_new0 (Storages, 1);
    storages->mem1 = g_strdup (mem1);
    storages->mem2 = g_strdup (mem2);
    g_task_set_task_data (task, storages, storages_free);
    simstow_port_wait_run (g_steal_pointer (&task),
                           send_lock,
                           take_lock,
                           SIMSTOW_PORT_WAIT_BUSY |
                               (simstow_port_has_at (self) ? SIMSTOW_PORT_WAIT_CHECKS : 0));
}

gboolean
simstow_port_lock_sms_finish (SimstowPort *self, GAsyncResult *result, GError **error)
{
    g_autofree gchar *taken = NULL;

    g_return_val_if_fail (SIMSTOW_IS_PORT (self), FALSE);
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    taken = g_task_propagate_pointer (G_TASK (result), error);
    return taken != NULL;
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

SimstowPortSetup
simstow_port_get_setup (SimstowPort *self)
{
    SimstowPortInterface *iface = SIMSTOW_PORT_GET_IFACE (self);

    return iface->get_setup != NULL ? iface->get_setup (self) : SIMSTOW_PORT_SETUP_NONE;
}

gboolean
simstow_port_is_setup_still (SimstowPort *self, SimstowPortSetup before)
{
    return before != SIMSTOW_PORT_SETUP_RUNNING && simstow_port_get_setup (self) == before;
}

gchar *
simstow_port_dup_sim (SimstowPort *self, gboolean *locked)
{
    SimstowPortInterface *iface = SIMSTOW_PORT_GET_IFACE (self);

    *locked = FALSE;
    return iface->dup_sim != NULL ? iface->dup_sim (self, locked) : g_strdup ("");
}
