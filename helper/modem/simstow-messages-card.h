/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages in EF_SMS, 3GPP TS 31.102 4.2.25. Reading leaves their status alone.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_MESSAGES_CARD (simstow_messages_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowMessagesCard,
                      simstow_messages_card,
                      SIMSTOW,
                      MESSAGES_CARD,
                      SimstowDriver)

/**
 * simstow_messages_card_new:
 * @conversation: who talks with the plugin
 *
 * Returns: (transfer full): the driver of the store "sms/sm" where the card is read itself
 */
SimstowDriver *
simstow_messages_card_new (SimstowConversation *conversation);

G_END_DECLS
