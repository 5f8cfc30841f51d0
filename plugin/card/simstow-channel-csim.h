/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by +CSIM: raw APDUs, the channel managed by ourselves.
 */

#pragma once

#include "simstow-channel.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CHANNEL_CSIM (simstow_channel_csim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowChannelCsim,
                      simstow_channel_csim,
                      SIMSTOW,
                      CHANNEL_CSIM,
                      SimstowChannel)

/**
 * simstow_channel_csim_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): a channel that is not open
 */
SimstowChannel *
simstow_channel_csim_new (SimstowPort *port);

G_END_DECLS
