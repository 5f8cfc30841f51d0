/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two records are the same record: the one rule for diff, merge and restore.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_message_identity:
 * @message: a message
 *
 * The message's own bytes: kind of store, and SMSC address and TPDU. Two
 * messages with the same identity are one message, wherever they are stored.
 * The status is not part of it: reading a message changes it.
 *
 * Returns: (transfer full): a key to compare and hash with
 */
gchar *
simstow_message_identity (const SimstowMessage *message);

/**
 * simstow_contact_identity:
 * @contact: a contact
 *
 * Every field but store, index and times; numbers normalised (spaces and dashes
 * stripped, leading 00 or type international -> "+"), names in NFC.
 *
 * Returns: (transfer full): a key to compare and hash with
 */
gchar *
simstow_contact_identity (const SimstowContact *contact);

/**
 * simstow_call_identity:
 * @call: a call
 *
 * Returns: (transfer full): a key to compare and hash with
 */
gchar *
simstow_call_identity (const SimstowCall *call);
