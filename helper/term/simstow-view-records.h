/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, contacts and calls for people: tables, and a record in a few words.
 */

#pragma once

#include "simstow-joined.h"
#include "simstow-snapshot.h"

/**
 * simstow_view_messages:
 * @source: messages that can be read again and again
 * @joiner: a joiner that has joined them
 * @with_seen: whether they are of a merged archive
 * @error: return location for an error
 *
 * Prints a table of messages, parts of one message joined, in memory that does
 * not grow with the messages.
 *
 * Returns: %FALSE with @error set when they cannot be read
 */
gboolean
simstow_view_messages (SimstowMessageSource *source,
                       const SimstowJoiner *joiner,
                       gboolean with_seen,
                       GError **error);

/**
 * simstow_view_contacts:
 * @contacts: (element-type SimstowContact): contacts
 *
 * Prints a table of contacts.
 */
void
simstow_view_contacts (const GPtrArray *contacts);

/**
 * simstow_view_calls:
 * @calls: (element-type SimstowCall): calls
 *
 * Prints a table of calls.
 */
void
simstow_view_calls (const GPtrArray *calls);

/**
 * simstow_view_describe_message:
 * @message: a message
 *
 * Returns: (transfer full): the message in a few words: who, when, how it begins
 */
gchar *
simstow_view_describe_message (const SimstowMessage *message);

/**
 * simstow_view_describe_contact:
 * @contact: a contact
 *
 * Returns: (transfer full): name and number
 */
gchar *
simstow_view_describe_contact (const SimstowContact *contact);

/**
 * simstow_view_describe_call:
 * @call: a call
 *
 * Returns: (transfer full): name, number and time, as far as known
 */
gchar *
simstow_view_describe_call (const SimstowCall *call);
