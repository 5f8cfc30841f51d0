/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TERMINAL CAPABILITY by MBIM's MS UICC Low Level Access.
 */

#pragma once

#include "simstow-port.h"

/**
 * simstow_announce_mbim_async:
 * @port: the line of a modem in MBIM mode
 * @capability: what the terminal can do, BER-TLV
 * @callback: called when it was sent
 * @user_data: for @callback
 *
 * Sends it, where the modem has a command for it.
 */
void
simstow_announce_mbim_async (SimstowPort *port,
                             GBytes *capability,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * simstow_announce_mbim_finish:
 * @port: the line
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: whether the modem took it
 */
gboolean
simstow_announce_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error);
