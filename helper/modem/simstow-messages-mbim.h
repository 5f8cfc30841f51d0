/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over MBIM, 1.0 10.5.26 to 10.5.30: the driver of "sms/sm" where the card itself is out
 * of reach. MBIM has no command to write one.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_MESSAGES_MBIM (simstow_messages_mbim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowMessagesMbim,
                      simstow_messages_mbim,
                      SIMSTOW,
                      MESSAGES_MBIM,
                      SimstowDriver)

/**
 * simstow_messages_mbim_new:
 * @conversation: what to talk through
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_messages_mbim_new (SimstowConversation *conversation);

G_END_DECLS
