/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is read: an archive in a file or a pipe, encrypted or not, and whatever else has a name
 * that may be anything's: a FIFO would be waited for, a device has no end, a socket cannot be read.
 * The pipe of a process substitution, which no directory holds, is as good as a file.
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

/**
 * simstow_regular_open:
 * @error: return location for an error of %G_IO_ERROR: %G_IO_ERROR_IS_DIRECTORY,
 *     %G_IO_ERROR_NOT_REGULAR_FILE for anything else that is neither a file nor an
 *     unnamed pipe, or what the system says
 *
 * Never waits for anybody.
 *
 * Returns: a file descriptor to read from, or -1 with @error set
 */
gint
simstow_regular_open (const gchar *path, GError **error);

/**
 * simstow_regular_read:
 * @limit: how much of it there may be
 * @error: return location for an error as above, or %G_IO_ERROR_NO_SPACE for more
 *     than @limit
 *
 * Returns: (transfer full) (nullable): all that is in it, or %NULL with @error set
 */
GBytes *
simstow_regular_read (const gchar *path, gsize limit, GError **error);
