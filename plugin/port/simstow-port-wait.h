/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is waited for on the modem's line, and what no longer is.
 *
 * A SIM that is busy, as cards are after power-up, is asked again with growing pauses, up to
 * half a minute for all that is asked without a pause of the caller's own: a whole export. Then
 * the error says that it is still busy.
 *
 * A modem that let a command go unanswered is first asked with a bare AT, the shortest of all.
 * Where that is answered, a command that only reads is sent once more; a second time in vain, and
 * none is for a while. Where it is not answered either, everything else fails at once for a
 * while: a silent modem costs one timeout, not one for each command.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowPortSend:
 * @port: the line, a #SimstowPort
 * @task: whose data is what is to be sent
 * @callback: called with the answer, and @task
 *
 * Sends once.
 */
typedef void (*SimstowPortSend) (gpointer port, GTask *task, GAsyncReadyCallback callback);

/**
 * SimstowPortTake:
 * @port: the line
 * @result: what the callback of a #SimstowPortSend got
 * @answer: (out): the answer
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set
 */
typedef gboolean (*SimstowPortTake) (gpointer port,
                                     GAsyncResult *result,
                                     gchar **answer,
                                     GError **error);

/**
 * SimstowPortWaitFlags:
 * @SIMSTOW_PORT_WAIT_BUSY: send again what ended because the SIM is busy: the modem did nothing
 * then
 * @SIMSTOW_PORT_WAIT_CHECKS: ask a modem that did not answer the last command with a bare AT first
 * @SIMSTOW_PORT_WAIT_REPEATS: send again, after such an AT, what was not answered: it only reads
 */
typedef enum {
    SIMSTOW_PORT_WAIT_BUSY = 1 << 0,
    SIMSTOW_PORT_WAIT_CHECKS = 1 << 1,
    SIMSTOW_PORT_WAIT_REPEATS = 1 << 2,
} SimstowPortWaitFlags;

/**
 * simstow_port_wait_run:
 * @task: (transfer full): the task of who asks, whose source is the line; it returns the answer
 * @send: sends
 * @take: takes the answer
 * @flags: what is done with what is not answered well
 *
 * Sends as often as it takes.
 */
void
simstow_port_wait_run (GTask *task,
                       SimstowPortSend send,
                       SimstowPortTake take,
                       SimstowPortWaitFlags flags);

/**
 * simstow_port_wait_was_repeated:
 * @task: a task that was run
 *
 * Returns: whether what it sent was sent more than once
 */
gboolean
simstow_port_wait_was_repeated (GTask *task);

/**
 * simstow_port_wait_set_patience:
 * @port: the line
 * @milliseconds: how long a busy SIM is waited for in all
 *
 * For tests.
 */
void
simstow_port_wait_set_patience (gpointer port, guint milliseconds);

/**
 * simstow_port_wait_is_busy:
 * @error: an error of the line
 *
 * Returns: whether the SIM or the modem says that it is busy
 */
gboolean
simstow_port_wait_is_busy (const GError *error);
