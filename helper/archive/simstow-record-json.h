/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as JSON objects, the lines of messages.ndjson and calls.ndjson, and
 * what --json prints: encode and decode side by side.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "simstow-snapshot.h"

/**
 * simstow_message_to_json:
 * @message: a message
 *
 * Returns: (transfer full): {"store", "index", "status", "smsc", "tpdu" (hex of the
 * TPDU), "pdu" (hex of SMSC address and TPDU), and the decoded view: "type"
 * ("deliver", "submit", "status-report"), "address", "time" (ISO 8601 with its
 * zone), "text" or "data", "class", "concat" {"reference", "total", "part"} ...}
 */
JsonNode *
simstow_message_to_json (const SimstowMessage *message);

/**
 * simstow_message_from_json:
 * @node: an object as above; only "store", "index", "status", "pdu" and the
 *     "seen" times are read, the view is decoded anew
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the message
 */
SimstowMessage *
simstow_message_from_json (JsonNode *node, GError **error);

/**
 * simstow_contact_to_json:
 * @contact: a contact
 *
 * Returns: (transfer full): an object with the fields of #SimstowContact that are set
 */
JsonNode *
simstow_contact_to_json (const SimstowContact *contact);

/**
 * simstow_call_to_json:
 * @call: a call
 *
 * Returns: (transfer full): an object with the fields of #SimstowCall that are set
 */
JsonNode *
simstow_call_to_json (const SimstowCall *call);

/**
 * simstow_call_from_json:
 * @node: an object as above
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the call
 */
SimstowCall *
simstow_call_from_json (JsonNode *node, GError **error);

/**
 * simstow_network_to_json:
 * @network: network settings
 *
 * Returns: (transfer full): network.json
 */
JsonNode *
simstow_network_to_json (const SimstowNetwork *network);

/**
 * simstow_network_from_json:
 * @node: network.json
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the settings
 */
SimstowNetwork *
simstow_network_from_json (JsonNode *node, GError **error);

/**
 * simstow_snapshot_to_json:
 * @snapshot: a snapshot
 *
 * Returns: (transfer full): {"captured", "device", "sim", "stores", "problems"}:
 * the part of simstow.json that the snapshot knows; also what `simstow list
 * --json` prints of a modem
 */
JsonNode *
simstow_snapshot_to_json (const SimstowSnapshot *snapshot);

/**
 * simstow_snapshot_from_json:
 * @node: an object as above
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): a snapshot without records
 */
SimstowSnapshot *
simstow_snapshot_from_json (JsonNode *node, GError **error);
