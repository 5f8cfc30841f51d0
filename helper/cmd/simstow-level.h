/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How thoroughly an archive is verified.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowLevel:
 * @SIMSTOW_LEVEL_PRESENT: the file is there and is not empty
 * @SIMSTOW_LEVEL_DIGEST: its SHA-256 is that of the file ARCHIVE.sha256 beside it;
 *     needs no key
 * @SIMSTOW_LEVEL_WHOLE: every digest and every record inside
 * @SIMSTOW_LEVEL_RESTORE: and a restore can be planned
 *
 * Each holds what the one before does, but the digest, for which there may be
 * nothing to compare with.
 */
typedef enum {
    SIMSTOW_LEVEL_PRESENT,
    SIMSTOW_LEVEL_DIGEST,
    SIMSTOW_LEVEL_WHOLE,
    SIMSTOW_LEVEL_RESTORE,
} SimstowLevel;

/**
 * simstow_level_parse:
 * @text: (nullable): "present", "digest", "whole" or "restore"; %NULL for "whole"
 * @level: (out): the level
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Returns: %FALSE with @error set for another word
 */
gboolean
simstow_level_parse (const gchar *text, SimstowLevel *level, GError **error);

/**
 * simstow_level_to_string:
 * @level: a level
 *
 * Returns: its word
 */
const gchar *
simstow_level_to_string (SimstowLevel level);

/**
 * simstow_level_check_present:
 * @path: an archive
 * @size: (out): how large it is, in bytes
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT when it is empty,
 *     %SIMSTOW_ERROR_DAMAGED when it is no file, or of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when it is not there, is no file, or is empty
 */
gboolean
simstow_level_check_present (const gchar *path, guint64 *size, GError **error);

/**
 * simstow_level_check_digest:
 * @path: an archive
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: %SIMSTOW_ERROR_NOT_FOUND when there is no
 *     digest to compare with, %SIMSTOW_ERROR_DAMAGED when it is another
 *
 * Compares the file with ARCHIVE.sha256, in the format of sha256sum(1).
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_level_check_digest (const gchar *path, GCancellable *cancellable, GError **error);
