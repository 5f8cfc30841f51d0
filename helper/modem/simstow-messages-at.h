/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over AT, 3GPP TS 27.005, in PDU mode: the stores "sms/...".
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_MESSAGES_AT (simstow_messages_at_get_type ())
G_DECLARE_FINAL_TYPE (SimstowMessagesAt, simstow_messages_at, SIMSTOW, MESSAGES_AT, SimstowDriver)

/**
 * simstow_messages_at_new:
 * @conversation: a conversation with a modem that has an AT port
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_messages_at_new (SimstowConversation *conversation);

G_END_DECLS
