/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive with other activation codes.
 */

#pragma once

#include "simstow-archive.h"

/**
 * simstow_archive_set_codes:
 * @path: an archive of an eUICC
 * @codes: (element-type SimstowActivationCode): its activation codes from now on
 * @output: (nullable): where to, as simstow_archive_write () takes it
 * @options: how to write it; encrypted
 * @written: (out) (optional): the path written
 * @cancellable: (nullable): to stop it; nothing is left behind then
 *
 * Writes an archive once more, with other activation codes. All else stays as it
 * is, also what this program does not know.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_set_codes (const gchar *path,
                           const SimstowArchiveKeys *keys,
                           const GPtrArray *codes,
                           const gchar *output,
                           const SimstowArchiveWriteOptions *options,
                           gchar **written,
                           GCancellable *cancellable,
                           GError **error);
