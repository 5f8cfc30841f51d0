/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patience with a modem: what is busy is asked again after growing pauses, for half a
 * minute in all; what has fallen silent is asked once more, briefly, and then no more.
 * Both are known for each part of a modem by its name, as "card", and forgotten when
 * somebody asks anew what there is.
 */

#pragma once

#include "simstow-port.h"

/* The parts that are told apart */
#define SIMSTOW_PATIENCE_CARD "card"
#define SIMSTOW_PATIENCE_MBIM "mbim"

/**
 * SimstowPatienceFunc:
 * @task: the task that is waiting
 *
 * Asks again.
 */
typedef void (*SimstowPatienceFunc) (GTask *task);

/**
 * simstow_patience_wait:
 * @port: a modem's line
 * @part: which part of it is busy
 * @task: whose work it is; its cancellable ends the pause early
 * @again: called after the pause
 *
 * Returns: whether @again will be called: %FALSE when the part was busy for too long, or the
 * task is cancelled
 */
gboolean
simstow_patience_wait (SimstowPort *port,
                       const gchar *part,
                       GTask *task,
                       SimstowPatienceFunc again);

/**
 * simstow_patience_deadline:
 * @port: a modem's line
 * @part: which part of it is to be asked
 * @seconds: how long it may take
 *
 * Returns: how long to wait for it: less when it was silent the last time, 0 when it is not
 * to be asked at all
 */
guint
simstow_patience_deadline (SimstowPort *port, const gchar *part, guint seconds);

/**
 * simstow_patience_note:
 * @port: a modem's line
 * @part: the part that was asked
 * @error: (nullable): what came of it
 * @busy: whether it said that it is busy
 *
 * Notes whether it answered.
 */
void
simstow_patience_note (SimstowPort *port, const gchar *part, const GError *error, gboolean busy);

/**
 * simstow_patience_set_limit:
 * @port: a modem's line
 * @milliseconds: how long each part of the modem is waited for while it is busy
 */
void
simstow_patience_set_limit (SimstowPort *port, guint milliseconds);

/**
 * simstow_patience_silent_error:
 *
 * Returns: (transfer full): the %SIMSTOW_ERROR_TIMEOUT of what was not asked any more
 */
GError *
simstow_patience_silent_error (void);

/**
 * simstow_patience_still_busy:
 * @error: (transfer full): what it said last
 *
 * Returns: (transfer full): the same, saying that it was waited for
 */
GError *
simstow_patience_still_busy (GError *error);

/**
 * simstow_patience_renew:
 * @port: a modem's line
 *
 * Forgets what was busy or silent.
 */
void
simstow_patience_renew (SimstowPort *port);
