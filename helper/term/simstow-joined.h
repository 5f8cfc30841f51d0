/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages as people wrote them: the parts of a concatenated message, which
 * modems store one by one, put together again.
 */

#pragma once

#include "simstow-message.h"

/**
 * SimstowJoined:
 * @parts: (element-type SimstowMessage) (nullable): the parts, borrowed, in
 *     order; %NULL where one is missing; one element for an ordinary message
 * @first: the first part that is there; address and time are taken from it
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
 * simstow_joined_list:
 * @messages: (element-type SimstowMessage): messages; must outlive the result
 *
 * Puts together what belongs together: same direction, address, reference and
 * number of parts, 3GPP TS 23.040 9.2.3.24.1. A part that is there twice begins
 * another message: references are used again.
 *
 * Returns: (transfer full) (element-type SimstowJoined): the messages, each
 * where its first part stood
 */
GPtrArray *
simstow_joined_list (const GPtrArray *messages);

/**
 * simstow_joined_free:
 * @joined: (transfer full): a message as shown
 */
void
simstow_joined_free (SimstowJoined *joined);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJoined, simstow_joined_free)

/**
 * simstow_joined_get_text:
 * @joined: a message as shown
 *
 * Returns: (transfer full): the whole text, or what there is to say in its
 * place: 8 bit data, an undecodable message, missing parts
 */
gchar *
simstow_joined_get_text (const SimstowJoined *joined);
