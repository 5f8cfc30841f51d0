/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of messages of which there may be more than fit into memory: eight bytes of each lie
 * there, the messages themselves in simstow-kept.h. A message is known by its place: how many
 * stand before it.
 */

#pragma once

#include "simstow-kept.h"
#include "simstow-message.h"

typedef struct _SimstowMessages SimstowMessages;

/**
 * simstow_messages_new:
 *
 * Returns: (transfer full): a list of no messages
 */
SimstowMessages *
simstow_messages_new (void);

void
simstow_messages_free (SimstowMessages *messages);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMessages, simstow_messages_free)

/**
 * simstow_messages_append:
 * @message: a message, copied
 */
void
simstow_messages_append (SimstowMessages *messages, const SimstowMessage *message);

/**
 * simstow_messages_count:
 *
 * Returns: how many messages it has
 */
guint32
simstow_messages_count (const SimstowMessages *messages);

/**
 * simstow_messages_read:
 *
 * Returns: (transfer full) (nullable): the message there, or %NULL with @error set
 */
SimstowMessage *
simstow_messages_read (const SimstowMessages *messages, guint32 place, GError **error);

/**
 * simstow_message_keep:
 */
void
simstow_message_keep (const SimstowMessage *message, SimstowKept *kept);

/**
 * simstow_message_take:
 * @kept: where messages were appended
 * @offset: how large it was before the one wanted
 *
 * Returns: (transfer full) (nullable): the message, or %NULL with @error set
 */
SimstowMessage *
simstow_message_take (SimstowKept *kept, guint64 offset, GError **error);
