/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages as people wrote them: the parts of a concatenated message, which
 * modems store one by one, put together again.
 */

#pragma once

#include "simstow-messages.h"

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
 * @place: where it is shown, for simstow_joined_list_read ()
 * @user_data: the caller's
 */
typedef void (*SimstowJoinedFunc) (const SimstowJoined *joined, guint32 place, gpointer user_data);

typedef struct _SimstowJoinedList SimstowJoinedList;

/**
 * simstow_joined_list_new:
 *
 * What belongs together: same direction, address, reference and number of parts, 3GPP TS 23.040
 * 9.2.3.24.1; of messages that were rebuilt the time, too. A part that is there twice begins
 * another message: references are used again. The parts may stand anywhere among other messages,
 * of which there may be more than fit into memory; some 40 bytes of each part lie there.
 *
 * Returns: (transfer full): no messages yet
 */
SimstowJoinedList *
simstow_joined_list_new (void);

void
simstow_joined_list_free (SimstowJoinedList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJoinedList, simstow_joined_list_free)

/**
 * simstow_joined_list_add:
 * @list: messages that were not put together yet
 * @message: the next message, copied
 */
void
simstow_joined_list_add (SimstowJoinedList *list, const SimstowMessage *message);

/**
 * simstow_joined_list_join:
 * @list: all messages
 *
 * Finds out what belongs together.
 */
void
simstow_joined_list_join (SimstowJoinedList *list);

/**
 * simstow_joined_list_count:
 *
 * Returns: how many messages were added, parts included: where one is shown is less
 */
guint32
simstow_joined_list_count (const SimstowJoinedList *list);

/**
 * simstow_joined_list_read:
 * @list: messages that were put together
 * @place: how many were added before the first to come of a message's parts
 * @func: called for the message that is shown there; not, where another part stands
 * @user_data: for @func
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when the messages cannot be read
 */
gboolean
simstow_joined_list_read (const SimstowJoinedList *list,
                          guint32 place,
                          SimstowJoinedFunc func,
                          gpointer user_data,
                          GError **error);

/**
 * simstow_joined_list_each:
 * @list: messages that were put together
 * @func: called for each message as shown, where the first to come of its parts stands
 *
 * Returns: %FALSE with @error set when the messages cannot be read
 */
gboolean
simstow_joined_list_each (const SimstowJoinedList *list,
                          SimstowJoinedFunc func,
                          gpointer user_data,
                          GError **error);

/**
 * simstow_joined_get_text:
 *
 * Returns: (transfer full): the whole text, or what there is to say in its
 * place: 8 bit data, an undecodable message, missing parts
 */
gchar *
simstow_joined_get_text (const SimstowJoined *joined);
