/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and loading what was opened: below simstow-archive.h and
 * simstow-archive-file.h.
 */

#pragma once

#include "simstow-archive-file.h"
#include "simstow-input.h"

/**
 * simstow_archive_read_input:
 * @input: an archive of which nothing was read
 * @keys: (nullable): how to decrypt it
 * @visitor: (nullable): what to do with what is read
 * @user_data: for the visitor
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Reads an archive once, and checks it. What the visitor sees is known to be
 * whole only when this returns %TRUE.
 *
 * Returns: %FALSE with @error set when the archive is not whole
 */
gboolean
simstow_archive_read_input (const SimstowInput *input,
                            const SimstowArchiveKeys *keys,
                            const SimstowArchiveVisitor *visitor,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

/**
 * simstow_archive_load_input:
 * @input: an archive of which nothing was read
 * @keys: (nullable): how to decrypt it
 * @header: (out) (optional) (transfer full): its header
 * @func: (nullable): takes the messages instead of the snapshot
 * @user_data: for @func
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Reads and verifies a whole archive.
 *
 * Returns: (transfer full) (nullable): what it holds, or %NULL with @error set
 */
SimstowSnapshot *
simstow_archive_load_input (const SimstowInput *input,
                            const SimstowArchiveKeys *keys,
                            SimstowArchiveHeader **header,
                            SimstowMessageFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);
