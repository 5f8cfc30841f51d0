/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what a modem holds is saved already, in the archive that would be
 * replaced or in the newest one beside which another would be put.
 */

#pragma once

#include "simstow-archive.h"

/**
 * simstow_unchanged_find:
 * @snapshot: what a modem holds
 * @output: (nullable): where it would be written, as simstow_archive_write () takes it
 * @options: how it would be written
 * @path: (out) (transfer full) (nullable): the archive that holds the same, %NULL
 *     when there is none
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Compares content ids: that of a file is read from it, as far as the keys of
 * @options open it; that of the newest archive of the same SIM in a directory
 * stands in its name, and is read from it, too, unless it is encrypted to keys
 * alone. An archive that is not whole counts as another, and so does one that is
 * encrypted where the new one would not be, or the other way round.
 *
 * Returns: %FALSE with @error set when the content id cannot be computed
 */
gboolean
simstow_unchanged_find (SimstowSnapshot *snapshot,
                        const gchar *output,
                        const SimstowArchiveWriteOptions *options,
                        gchar **path,
                        GCancellable *cancellable,
                        GError **error);
