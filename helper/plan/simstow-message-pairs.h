/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which message of one side is which of the other, for more messages than fit
 * into memory: a mark of 16 bytes stands for each. Messages are paired as
 * simstow-entries.h pairs what is in memory, the strictest likeness first.
 */

#pragma once

#include "simstow-message.h"

/* Of a message of the first side: the other side has it, the same; or does not have it */
#define SIMSTOW_PAIR_SAME  (G_MAXUINT32 - 1)
#define SIMSTOW_PAIR_ALONE G_MAXUINT32

typedef struct _SimstowMessagePairs SimstowMessagePairs;

/**
 * simstow_message_pairs_new:
 *
 * Returns: (transfer full): pairs of no messages yet
 */
SimstowMessagePairs *
simstow_message_pairs_new (void);

/**
 * simstow_message_pairs_free:
 * @pairs: (transfer full): pairs
 */
void
simstow_message_pairs_free (SimstowMessagePairs *pairs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMessagePairs, simstow_message_pairs_free)

/**
 * simstow_message_pairs_add:
 * @pairs: pairs that were not made yet
 * @side: 0 or 1
 * @message: the next message of that side
 * @rebuilt: whether its bytes were rebuilt from ModemManager's properties
 */
void
simstow_message_pairs_add (SimstowMessagePairs *pairs,
                           guint side,
                           const SimstowMessage *message,
                           gboolean rebuilt);

/**
 * simstow_message_pairs_make:
 * @pairs: pairs to which all messages were added
 * @sources: (array fixed-size=2): the messages of both sides
 * @error: return location for an error
 *
 * Pairs messages by their bytes; then, for what is left and was rebuilt, by what
 * they say, for which messages without a partner are read again.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_message_pairs_make (SimstowMessagePairs *pairs,
                            SimstowMessageSource *const *sources,
                            GError **error);

/**
 * simstow_message_pairs_count:
 * @pairs: pairs
 * @side: 0 or 1
 *
 * Returns: how many messages that side has
 */
guint32
simstow_message_pairs_count (const SimstowMessagePairs *pairs, guint side);

/**
 * simstow_message_pairs_get:
 * @pairs: pairs that were made
 * @place: a place on the first side
 *
 * Returns: the place of its partner, when it has another store or status;
 * %SIMSTOW_PAIR_SAME or %SIMSTOW_PAIR_ALONE
 */
guint32
simstow_message_pairs_get (const SimstowMessagePairs *pairs, guint32 place);

/**
 * simstow_message_pairs_is_alone:
 * @pairs: pairs that were made
 * @place: a place on the second side
 *
 * Returns: whether it has no partner
 */
gboolean
simstow_message_pairs_is_alone (const SimstowMessagePairs *pairs, guint32 place);
