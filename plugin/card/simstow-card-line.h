/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands that reach the card: no more of them are sent when it has fallen silent.
 */

#pragma once

#include "simstow-port.h"

/* What commands to the card itself say while it is busy, ETSI TS 102 221 10.2.1.5 */
#define SIMSTOW_SW_BUSY 0x9300

/**
 * simstow_card_line_async:
 * @port: the modem's line
 * @command: the command
 * @seconds: how long it may take
 * @cancellable: (nullable): to give up
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Sends a command.
 */
void
simstow_card_line_async (SimstowPort *port,
                         const gchar *command,
                         guint seconds,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_card_line_finish:
 * @port: the modem's line
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set
 */
gchar *
simstow_card_line_finish (SimstowPort *port, GAsyncResult *result, GError **error);
