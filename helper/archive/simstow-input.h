/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive opened for reading: a file or a pipe, encrypted or not.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowInput SimstowInput;

/**
 * simstow_input_new:
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED for a directory, a
 *     device, a FIFO or a socket that has the name, and for broken ASCII armor, or of %G_IO_ERROR
 *
 * Opens an archive and looks at its first bytes. Ciphertext that comes from a
 * pipe is spooled, since it has to be read more than once; plaintext never is. So is
 * ciphertext in ASCII armor, without it.
 *
 * Returns: (transfer full) (nullable): the archive, or %NULL with @error set
 */
SimstowInput *
simstow_input_new (const gchar *path, GCancellable *cancellable, GError **error);

/**
 * simstow_input_free:
 * @input: (transfer full): an archive
 */
void
simstow_input_free (SimstowInput *input);

/**
 * simstow_input_keep:
 * @input: an archive of which nothing was read
 *
 * Makes sure that it can be opened again. What comes from a pipe is kept as it
 * is stored, compressed; in memory when it is not encrypted.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_input_keep (SimstowInput *input, GCancellable *cancellable, GError **error);

/**
 * simstow_input_open_again:
 * @input: an archive that is kept
 *
 * Returns: (transfer full) (nullable): the same archive from its beginning,
 * even if another has taken its name; or %NULL with @error set
 */
SimstowInput *
simstow_input_open_again (const SimstowInput *input, GError **error);

/**
 * simstow_input_is_encrypted:
 *
 * Returns: whether it is an OpenPGP message
 */
gboolean
simstow_input_is_encrypted (const SimstowInput *input);

/**
 * simstow_input_get_stream:
 * @input: an archive that is not encrypted
 *
 * Returns: (transfer none): its bytes
 */
GInputStream *
simstow_input_get_stream (const SimstowInput *input);

/**
 * simstow_input_get_fd:
 * @input: an archive that is encrypted
 *
 * Returns: its ciphertext, in a file that can be sought
 */
gint
simstow_input_get_fd (const SimstowInput *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowInput, simstow_input_free)
