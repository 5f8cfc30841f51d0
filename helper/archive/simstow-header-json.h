/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow.json: what an archive says of itself, and of the modem and SIM it
 * came from.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-json-scanner.h"
#include "simstow-json-writer.h"

/* The value of "format": what tells simstow.json from any other file */
#define SIMSTOW_ARCHIVE_FORMAT "simstow-archive"

/* The newest version of the format this program knows */
#define SIMSTOW_ARCHIVE_VERSION 1

/**
 * simstow_archive_header_new:
 *
 * Returns: (transfer full): a header with an empty snapshot
 */
SimstowArchiveHeader *
simstow_archive_header_new (void);

/**
 * simstow_archive_header_append_json:
 * @out: where to append simstow.json, broken into lines
 */
void
simstow_archive_header_append_json (const SimstowArchiveHeader *header, GString *out);

/**
 * simstow_archive_header_from_json:
 * @error: return location for an error: %SIMSTOW_ERROR_TOO_NEW for a version
 *     this program does not know, else %SIMSTOW_ERROR_INVALID_DATA
 *
 * Returns: (transfer full) (nullable): the header
 */
SimstowArchiveHeader *
simstow_archive_header_from_json (const gchar *text, gsize length, GError **error);

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
 * simstow_snapshot_read_origin_json:
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Reads "device" and "sim" alone of an object.
 *
 * Returns: (transfer full) (nullable): a snapshot with nothing else
 */
SimstowSnapshot *
simstow_snapshot_read_origin_json (const SimstowJsonValue *value, GError **error);
