/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What verbs read and write: snapshots of modems with a progress line, archives that
 * may want a passphrase, and texts under the same law as an archive: whole or not at
 * all, and in the place of nothing that is not to be replaced.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-archive.h"
#include "simstow-modem.h"
#include "simstow-target.h"

/**
 * simstow_source_capture:
 * @cancellable: (nullable): to stop it
 *
 * Reads a modem while the progress line shows how it goes.
 *
 * Returns: (transfer full) (nullable): what it holds, or %NULL with @error set
 */
SimstowSnapshot *
simstow_source_capture (SimstowModem *modem, GCancellable *cancellable, GError **error);

/**
 * simstow_source_name:
 *
 * Returns: (transfer full): what -m takes and people call it: its number
 */
gchar *
simstow_source_name (SimstowModem *modem);

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
 *
 * Returns: (transfer none): what it holds
 */
SimstowSnapshot *
simstow_sealed_get_snapshot (SimstowSealed *sealed);

/**
 * simstow_sealed_is_encrypted:
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

void
simstow_sealed_free (SimstowSealed *sealed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSealed, simstow_sealed_free)

typedef struct _SimstowOutput SimstowOutput;

/**
 * simstow_output_new:
 * @path: the file to write; a pipe, a device, or "-" for standard output
 * @force: whether a file that is there may be replaced
 * @inputs: what is read meanwhile, and never replaced; outlives the output
 *
 * Returns: (transfer full): the output; nothing was looked at yet
 */
SimstowOutput *
simstow_output_new (const gchar *path, gboolean force, const SimstowFileSet *inputs);

/**
 * simstow_output_write:
 * @text: what goes into it
 * @draft: whether another text follows, which replaces this one; a pipe or device gets only that
 * @error: return location for an error, as for simstow_target_new ()
 *
 * Writes a file that only its owner may read, whole or not at all.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_output_write (SimstowOutput *output, const gchar *text, gboolean draft, GError **error);

void
simstow_output_free (SimstowOutput *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowOutput, simstow_output_free)

/**
 * simstow_unchanged_find:
 * @snapshot: what a modem holds
 * @output: (nullable): where it would be written, as simstow_archive_write () takes it
 * @options: how it would be written
 * @path: (out) (transfer full) (nullable): the archive that holds the same, %NULL
 *     when there is none
 * @cancellable: (nullable): to stop it
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
