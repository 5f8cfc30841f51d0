/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of an archive file as a compressed tar, decrypted on the way when
 * they are encrypted.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-input.h"

typedef struct _SimstowPlain SimstowPlain;

/**
 * simstow_plain_new:
 * @path: an archive
 * @keys: (nullable): how to decrypt it
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the archive, or %NULL with @error set
 */
SimstowPlain *
simstow_plain_new (const gchar *path,
                   const SimstowArchiveKeys *keys,
                   GCancellable *cancellable,
                   GError **error);

/**
 * simstow_plain_new_for_input:
 * @input: (transfer full): an archive of which nothing was read
 * @keys: (nullable): how to decrypt it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the archive, or %NULL with @error set
 */
SimstowPlain *
simstow_plain_new_for_input (SimstowInput *input, const SimstowArchiveKeys *keys, GError **error);

/**
 * simstow_plain_free:
 * @plain: (transfer full): an archive; it need not be read to its end
 */
void
simstow_plain_free (SimstowPlain *plain);

/**
 * simstow_plain_get_stream:
 * @plain: an archive
 *
 * Returns: (transfer none): its bytes
 */
GInputStream *
simstow_plain_get_stream (SimstowPlain *plain);

/**
 * simstow_plain_is_encrypted:
 * @plain: an archive
 *
 * Returns: whether it had to be decrypted
 */
gboolean
simstow_plain_is_encrypted (const SimstowPlain *plain);

/**
 * simstow_plain_finish:
 * @plain: an archive that was read to its end
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set when what was read is not all of it, as with a
 * wrong passphrase
 */
gboolean
simstow_plain_finish (SimstowPlain *plain, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPlain, simstow_plain_free)
