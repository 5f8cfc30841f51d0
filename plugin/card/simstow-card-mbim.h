/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of MBIM's MS UICC Low Level Access, all answered in the same form.
 */

#pragma once

#include "simstow-port.h"

/* In place of a channel's number, to close the whole group */
#define SIMSTOW_CARD_MBIM_GROUP 0

/**
 * SimstowCardMbim:
 * @SIMSTOW_CARD_MBIM_OPEN: open a channel in a group, and select an application
 * @SIMSTOW_CARD_MBIM_APDU: send a command on a channel
 * @SIMSTOW_CARD_MBIM_CLOSE: close a channel of a group
 * @SIMSTOW_CARD_MBIM_CAPABILITY: tell the card what the terminal can do
 */
typedef enum {
    SIMSTOW_CARD_MBIM_OPEN,
    SIMSTOW_CARD_MBIM_APDU,
    SIMSTOW_CARD_MBIM_CLOSE,
    SIMSTOW_CARD_MBIM_CAPABILITY,
} SimstowCardMbim;

/**
 * simstow_card_mbim_async:
 * @what: the command
 * @bytes: (nullable): the application's identifier, the APDU, or the capability
 * @p2: of SELECT, to open
 * @group: the group, to open and to close
 * @channel: the channel's number
 * @seconds: how long it may take
 *
 * Sends a command, unless the modem does not declare it: not all of them refuse it in order.
 */
void
simstow_card_mbim_async (SimstowPort *port,
                         SimstowCardMbim what,
                         GBytes *bytes,
                         guint32 p2,
                         guint32 group,
                         guint32 channel,
                         guint seconds,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_card_mbim_finish:
 * @channel: (out) (optional): the number of the channel that was opened
 *
 * Returns: (transfer full) (nullable): data and status word, or %NULL with @error set
 */
GBytes *
simstow_card_mbim_finish (SimstowPort *port,
                          GAsyncResult *result,
                          guint32 *channel,
                          GError **error);
