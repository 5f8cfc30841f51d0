/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of simstow.json that a snapshot knows: device, SIM, stores, problems
 * and the time.
 */

#pragma once

#include "simstow-json-scanner.h"
#include "simstow-json-writer.h"
#include "simstow-snapshot.h"

/**
 * simstow_snapshot_write_json:
 *
 * Writes the members of an object that the caller has begun and will end.
 */
void
simstow_snapshot_write_json (const SimstowSnapshot *snapshot, SimstowJsonWriter *writer);

/**
 * simstow_snapshot_write_origin_json:
 *
 * Writes "device" and "sim" alone.
 */
void
simstow_snapshot_write_origin_json (const SimstowSnapshot *snapshot, SimstowJsonWriter *writer);

/**
 * simstow_snapshot_read_json:
 * @value: the object
 *
 * Returns: (transfer full) (nullable): a snapshot without records
 */
SimstowSnapshot *
simstow_snapshot_read_json (const SimstowJsonValue *value, GError **error);
