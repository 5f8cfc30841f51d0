/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two records are the same record: the one rule for diff, merge and restore.
 */

#pragma once

#include "simstow-sha256.h"
#include "simstow-snapshot.h"

/**
 * simstow_address_identity:
 * @address: (nullable): a number, or the text of an alphanumeric address
 * @type: type of number, 0 unknown
 *
 * A number without spaces and dashes, with a leading "+" when it is international; a text in
 * NFC. National and international numbers are never taken for the same: that would need to
 * know the country.
 *
 * Returns: (transfer full): a key to compare and hash with
 */
gchar *
simstow_address_identity (const gchar *address, guint type);

/**
 * simstow_message_identity:
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
 * simstow_message_digest_identity:
 *
 * Adds to a digest what simstow_message_identity () is made of, for keys that
 * are smaller or hold more.
 */
void
simstow_message_digest_identity (const SimstowMessage *message, SimstowSha256 *sha256);

/**
 * simstow_message_content_identity:
 *
 * What the message says: direction, address, time in whole seconds, text or
 * data, which part of how many. For a message that ModemManager's own interface
 * gave, and that was rebuilt from its properties, the bytes say less than this.
 * The reference of a concatenated message is left out: it is lost there.
 *
 * Returns: (transfer full) (nullable): a key to compare and hash with; %NULL for
 * a message that does not decode
 */
gchar *
simstow_message_content_identity (const SimstowMessage *message);

/**
 * simstow_contact_identity:
 *
 * Every field but store, index and times; numbers normalised (spaces and dashes
 * stripped, leading 00 or type international -> "+"), names in NFC. Beyond that
 * the type of number is left out: modems do not all keep it, and a record that
 * came back without it must not be written once more.
 *
 * Returns: (transfer full): a key to compare and hash with
 */
gchar *
simstow_contact_identity (const SimstowContact *contact);

/**
 * simstow_call_identity:
 *
 * As simstow_contact_identity (), with the list, which is what tells a call made
 * from one missed, and the time.
 *
 * Returns: (transfer full): a key to compare and hash with
 */
gchar *
simstow_call_identity (const SimstowCall *call);
