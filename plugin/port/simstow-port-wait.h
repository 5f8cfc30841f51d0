/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is waited for on the modem's line, and what no longer is.
 *
 * What is busy, as cards are after power-up, is asked again with growing pauses, whichever way it
 * says so, up to half a minute for all that is asked without a pause of the caller's own: a whole
 * export. Then the error is %SIMSTOW_ERROR_BUSY.
 *
 * A modem that let a command go unanswered is first asked with a bare AT, the shortest of all.
 * Where that is answered, a command that only reads is sent once more; a second time in vain, and
 * none is for a while. Where it is not answered either, everything else fails at once for a
 * while: a silent modem costs one timeout, not one for each command. A card behind it, or a modem
 * in MBIM mode, is asked once more for a few seconds instead.
 *
 * All of it is forgotten when somebody asks anew what there is.
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
 * SimstowPortPart:
 * @SIMSTOW_PORT_PART_CARD: the card, over whichever line
 * @SIMSTOW_PORT_PART_MBIM: the modem in MBIM mode
 *
 * What may be silent while the AT line is well.
 */
typedef enum {
    SIMSTOW_PORT_PART_CARD,
    SIMSTOW_PORT_PART_MBIM,
    SIMSTOW_PORT_PARTS,
} SimstowPortPart;

/**
 * SimstowPortAgain:
 * @task: the task that is waiting
 *
 * Asks again, or finds that @task is cancelled.
 */
typedef void (*SimstowPortAgain) (GTask *task);

/**
 * simstow_port_wait_pause:
 * @port: the line
 * @task: whose work it is that is busy; its cancellable ends the pause early
 * @again: called after the pause
 *
 * Returns: whether @again will be called: %FALSE when all was waited that there is, or @task is
 *     cancelled
 */
gboolean
simstow_port_wait_pause (gpointer port, GTask *task, SimstowPortAgain again);

/**
 * simstow_port_wait_still_busy:
 * @error: (transfer full): what was said last
 *
 * Returns: (transfer full): the %SIMSTOW_ERROR_BUSY of what was waited for in vain
 */
GError *
simstow_port_wait_still_busy (GError *error);

/**
 * simstow_port_wait_seconds:
 * @port: the line
 * @part: which part is to be asked
 * @seconds: how long it may take
 * @closes: whether a channel is given back, which is tried even where nothing answers
 *
 * Returns: how long to wait for it, 0 when it is not to be asked at all
 */
guint
simstow_port_wait_seconds (gpointer port, SimstowPortPart part, guint seconds, gboolean closes);

/**
 * simstow_port_wait_note:
 * @port: the line
 * @part: the part that was asked
 * @error: (nullable): what came of it
 *
 * Notes whether it answered.
 */
void
simstow_port_wait_note (gpointer port, SimstowPortPart part, const GError *error);

/**
 * simstow_port_wait_silent_error:
 *
 * Returns: (transfer full): the %SIMSTOW_ERROR_TIMEOUT of what was not asked any more
 */
GError *
simstow_port_wait_silent_error (void);

/**
 * simstow_port_wait_renew:
 * @port: the line
 *
 * Forgets what was busy or silent.
 */
void
simstow_port_wait_renew (gpointer port);

/**
 * simstow_port_wait_set_patience:
 * @port: the line
 * @milliseconds: how long what is busy is waited for in all
 *
 * For tests.
 */
void
simstow_port_wait_set_patience (gpointer port, guint milliseconds);
