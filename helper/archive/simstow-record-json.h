/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as JSON objects: the lines of messages.ndjson and calls.ndjson,
 * simstow.json and network.json, and what --json prints. Encode and decode
 * work on text.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_message_append_json:
 * @out: where to append an object, on one line without its end
 *
 * {"store", "index", "status", "pdu" (hex of SMSC
 * address and TPDU), "first_seen", "last_seen"}, and the decoded view: "smsc",
 * "tpdu" (hex of the TPDU), "type" ("deliver", "submit", "status-report"),
 * "address", "time" (ISO 8601 with its zone), "text" or "data", "class",
 * "concat" {"reference", "total", "part"} ..., or "fault" when the TPDU does
 * not decode; see simstow-archive(5)
 */
void
simstow_message_append_json (const SimstowMessage *message, GString *out);

/**
 * simstow_message_from_json:
 * @text: an object as above; only "store", "index", "status", "pdu" and the
 *     "seen" times are read, the view is not
 *
 * Returns: (transfer full) (nullable): the message, not decoded: simstow_message_decode ()
 */
SimstowMessage *
simstow_message_from_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_message_check_json:
 *
 * Checks what simstow_message_from_json () would, without decoding the TPDU.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_message_check_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_contact_append_json:
 * @out: where to append an object with the fields that are set, on one line without its end
 */
void
simstow_contact_append_json (const SimstowContact *contact, GString *out);

/**
 * simstow_contact_from_json:
 *
 * Returns: (transfer full) (nullable): the contact
 */
SimstowContact *
simstow_contact_from_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_call_append_json:
 * @out: where to append an object with the fields that are set, on one line without its end
 */
void
simstow_call_append_json (const SimstowCall *call, GString *out);

/**
 * simstow_call_from_json:
 *
 * Returns: (transfer full) (nullable): the call
 */
SimstowCall *
simstow_call_from_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_simfile_append_json:
 * @out: where to append its line of simfiles.ndjson, without the end of line
 */
void
simstow_simfile_append_json (const SimstowSimfile *simfile, GString *out);

/**
 * simstow_simfile_from_json:
 * @text: a line of simfiles.ndjson
 *
 * Returns: (transfer full) (nullable): the file
 */
SimstowSimfile *
simstow_simfile_from_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_unread_append_json:
 * @out: where to append its line of unread.ndjson, without the end of line
 */
void
simstow_unread_append_json (const SimstowUnread *unread, GString *out);

/**
 * simstow_unread_from_json:
 * @text: a line of unread.ndjson
 *
 * Returns: (transfer full) (nullable): the record
 */
SimstowUnread *
simstow_unread_from_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_network_json_knows:
 *
 * Returns: whether this program writes such a key to network.json
 */
gboolean
simstow_network_json_knows (const gchar *key, gsize length);

/**
 * simstow_network_append_json:
 * @pretty: whether to break it into lines, as in network.json, else on one line without its end
 */
void
simstow_network_append_json (const SimstowNetwork *network, gboolean pretty, GString *out);

/**
 * simstow_network_from_json:
 *
 * Returns: (transfer full) (nullable): the settings
 */
SimstowNetwork *
simstow_network_from_json (const gchar *text, gsize length, GError **error);

/**
 * simstow_snapshot_append_json:
 * @out: where to append an object, on one line without its end
 *
 * {"captured", "device", "sim", "stores", "problems"}: the part of simstow.json that the
 * snapshot knows; also what `simstow list --json` prints of a modem.
 */
void
simstow_snapshot_append_json (const SimstowSnapshot *snapshot, GString *out);
