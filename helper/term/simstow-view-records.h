/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, contacts and calls for people: tables, and a record in a few words.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_view_messages:
 * @messages: (element-type SimstowMessage): messages
 *
 * Prints a table of messages, parts of one message joined.
 */
void
simstow_view_messages (const GPtrArray *messages);

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
