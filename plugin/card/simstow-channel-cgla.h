/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card by +CCHO, +CGLA and +CCHC: the modem manages the channel.
 */

#pragma once

#include "simstow-channel.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CHANNEL_CGLA (simstow_channel_cgla_get_type ())
G_DECLARE_FINAL_TYPE (SimstowChannelCgla,
                      simstow_channel_cgla,
                      SIMSTOW,
                      CHANNEL_CGLA,
                      SimstowChannel)

/**
 * simstow_channel_cgla_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): a channel that is not open
 */
SimstowChannel *
simstow_channel_cgla_new (SimstowPort *port);

G_END_DECLS
