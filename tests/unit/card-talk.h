/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation with the card of the simulated modem, through the plugin's own code and
 * without a daemon: what the doors to the card do.
 */

#pragma once

#include "simstow-conversation.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define CARD_TYPE_TALK (card_talk_get_type ())
G_DECLARE_FINAL_TYPE (CardTalk, card_talk, CARD, TALK, SimstowConversation)

/**
 * card_talk_new:
 * @port: a modem's line
 *
 * Returns: (transfer full): a conversation with its card
 */
SimstowConversation *
card_talk_new (SimstowPort *port);

/**
 * card_talk_count_calls:
 * @self: a conversation
 *
 * Returns: how many calls there were
 */
guint
card_talk_count_calls (CardTalk *self);

G_END_DECLS
