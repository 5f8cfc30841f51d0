/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last step of writing, whatever the archive is made of.
 */

#pragma once

#include "simstow-pack.h"

/**
 * simstow_archive_is_encrypted:
 * @options: how to write
 *
 * Returns: whether that encrypts
 */
gboolean
simstow_archive_is_encrypted (const SimstowArchiveWriteOptions *options);

/**
 * simstow_archive_write_pack:
 * @output: (nullable): where to, as simstow_archive_write () takes it
 * @options: how
 * @path: (out) (optional): the path written, %NULL for standard output
 * @cancellable: (nullable): to stop it; nothing is left behind then
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_write_pack (SimstowPack *pack,
                            const gchar *output,
                            const SimstowArchiveWriteOptions *options,
                            gchar **path,
                            GCancellable *cancellable,
                            GError **error);
