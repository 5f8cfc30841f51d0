/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation with the plugin: Run () and Describe () of org.simstow.Modem1.
 */

#pragma once

#include "simstow-conversation.h"
#include "simstow-modem1.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CONVERSATION_DBUS (simstow_conversation_dbus_get_type ())
G_DECLARE_FINAL_TYPE (SimstowConversationDBus,
                      simstow_conversation_dbus,
                      SIMSTOW,
                      CONVERSATION_DBUS,
                      SimstowConversation)

/**
 * simstow_conversation_dbus_new:
 * @plugin: the plugin's interface
 *
 * Returns: (transfer full): a conversation
 */
SimstowConversation *
simstow_conversation_dbus_new (SimstowDBusModem *plugin);

G_END_DECLS
