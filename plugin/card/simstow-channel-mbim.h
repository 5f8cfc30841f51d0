/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by MBIM's MS UICC Low Level Access: the modem manages the channel.
 */

#pragma once

#include "simstow-channel.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CHANNEL_MBIM (simstow_channel_mbim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowChannelMbim,
                      simstow_channel_mbim,
                      SIMSTOW,
                      CHANNEL_MBIM,
                      SimstowChannel)

/**
 * simstow_channel_mbim_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): a channel that is not open
 */
SimstowChannel *
simstow_channel_mbim_new (SimstowPort *port);

G_END_DECLS
