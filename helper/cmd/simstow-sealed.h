/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive opened by somebody who may have to give a passphrase, and written
 * again in the same way.
 */

#pragma once

#include "simstow-archive.h"

typedef struct _SimstowSealed SimstowSealed;

/**
 * simstow_sealed_open:
 * @path: an archive's path
 * @keys: how to decrypt it, and to whom to encrypt it anew; they must outlive the result
 * @cancellable: (nullable): to stop it
 * @error: return location for an error, as for simstow_archive_load ()
 *
 * Loads an archive. Where it is encrypted and the user's own keys do not open it,
 * a passphrase is asked for.
 *
 * Returns: (transfer full) (nullable): the archive, or %NULL with @error set
 */
SimstowSealed *
simstow_sealed_open (const gchar *path,
                     const SimstowArchiveKeys *keys,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_sealed_get_snapshot:
 * @sealed: an archive
 *
 * Returns: (transfer none): what it holds
 */
SimstowSnapshot *
simstow_sealed_get_snapshot (SimstowSealed *sealed);

/**
 * simstow_sealed_is_encrypted:
 * @sealed: an archive
 *
 * Returns: whether it was encrypted
 */
gboolean
simstow_sealed_is_encrypted (const SimstowSealed *sealed);

/**
 * simstow_sealed_write:
 * @sealed: an archive that was encrypted, its snapshot possibly changed
 * @output: (nullable): a file or a directory; %NULL for a new name beside the old one
 * @inputs: (nullable): what was read, and is never replaced
 * @path: (out): the path written
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE when it is not known
 *     to whom to encrypt
 *
 * Writes it anew: to the recipients of the command line, else with the passphrase
 * that opened it. Nothing is replaced.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_sealed_write (SimstowSealed *sealed,
                      const gchar *output,
                      const SimstowFileSet *inputs,
                      gchar **path,
                      GCancellable *cancellable,
                      GError **error);

/**
 * simstow_sealed_free:
 * @sealed: (transfer full): an archive
 */
void
simstow_sealed_free (SimstowSealed *sealed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSealed, simstow_sealed_free)
