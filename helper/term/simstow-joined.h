/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages as people wrote them: the parts of a concatenated message, which
 * modems store one by one, put together again.
 */

#pragma once

#include "simstow-message.h"

/**
 * SimstowJoined:
 * @parts: (element-type SimstowMessage) (nullable): the parts in order; %NULL
 *     where one is missing; one element for an ordinary message
 * @first: the first part when it is there, else the one that stands first;
 *     address and time are taken from it
 * @missing: how many parts are missing
 *
 * A message as it is shown.
 */
typedef struct {
    GPtrArray *parts;
    const SimstowMessage *first;
    guint missing;
} SimstowJoined;

/**
 * SimstowJoinedFunc:
 * @joined: a message as shown, borrowed for the call
 * @user_data: the caller's
 */
typedef void (*SimstowJoinedFunc) (const SimstowJoined *joined, gpointer user_data);

typedef struct _SimstowJoiner SimstowJoiner;

/**
 * simstow_joiner_new:
 *
 * What belongs together: same direction, address, reference and number of parts,
 * 3GPP TS 23.040 9.2.3.24.1. A part that is there twice begins another message:
 * references are used again. The parts may stand anywhere among other messages,
 * of which there may be more than fit into memory; some 24 bytes are kept for
 * each part.
 *
 * Returns: (transfer full): what puts parts together
 */
SimstowJoiner *
simstow_joiner_new (void);

/**
 * simstow_joiner_free:
 * @joiner: (transfer full): a joiner
 */
void
simstow_joiner_free (SimstowJoiner *joiner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJoiner, simstow_joiner_free)

/**
 * simstow_joiner_add:
 * @joiner: a joiner
 * @message: the next message, of which is noted whether it is a part
 */
void
simstow_joiner_add (SimstowJoiner *joiner, const SimstowMessage *message);

/**
 * simstow_joiner_join:
 * @joiner: a joiner to which all messages were added
 *
 * Finds out what belongs together.
 */
void
simstow_joiner_join (SimstowJoiner *joiner);

/**
 * simstow_joiner_each:
 * @joiner: a joiner that has joined
 * @source: the messages that were added
 * @func: called for each message as shown, where the first to come of its parts stands
 * @user_data: for @func
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set when the messages cannot be read
 */
gboolean
simstow_joiner_each (const SimstowJoiner *joiner,
                     SimstowMessageSource *source,
                     SimstowJoinedFunc func,
                     gpointer user_data,
                     GError **error);

/**
 * simstow_joined_get_text:
 * @joined: a message as shown
 *
 * Returns: (transfer full): the whole text, or what there is to say in its
 * place: 8 bit data, an undecodable message, missing parts
 */
gchar *
simstow_joined_get_text (const SimstowJoined *joined);
