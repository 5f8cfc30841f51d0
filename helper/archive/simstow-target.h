/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that appears whole or not at all: written under a private name beside
 * its place, flushed, then renamed. Whatever kills the program leaves the old
 * file or the new one; what it may leave under the private name, the next run
 * clears away.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowTarget SimstowTarget;

/**
 * simstow_target_new:
 * @path: where the file is to be
 * @force: whether a regular file there may be replaced
 * @error: return location for an error: %SIMSTOW_ERROR_EXISTS for a file that
 *     is in the way, or of %G_IO_ERROR
 *
 * Clears what dead runs left in that directory and begins a temporary of mode
 * 0600. It is locked for as long as the target lives, which is how others know
 * that it is not stale.
 *
 * Returns: (transfer full) (nullable): the target, or %NULL with @error set
 */
SimstowTarget *
simstow_target_new (const gchar *path, gboolean force, GError **error);

/**
 * simstow_target_free:
 * @target: (transfer full): a target; its temporary goes with it
 */
void
simstow_target_free (SimstowTarget *target);

/**
 * simstow_target_write:
 * @target: a target
 * @data: bytes
 * @size: how many
 * @error: return location for an error of %G_IO_ERROR, as %G_IO_ERROR_NO_SPACE
 *
 * Returns: %FALSE with @error set when not all could be written
 */
gboolean
simstow_target_write (SimstowTarget *target, gconstpointer data, gsize size, GError **error);

/**
 * simstow_target_flush:
 * @target: a target
 * @error: return location for an error of %G_IO_ERROR
 *
 * Waits until what was written is on the disk.
 *
 * Returns: %FALSE with @error set when it is not
 */
gboolean
simstow_target_flush (SimstowTarget *target, GError **error);

/**
 * simstow_target_get_fd:
 * @target: a target
 *
 * Returns: the temporary, to read and seek in
 */
gint
simstow_target_get_fd (const SimstowTarget *target);

/**
 * simstow_target_read_back:
 * @target: a target that was flushed
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): what was written, from the disk as far
 * as the system allows that, or %NULL with @error set
 */
GInputStream *
simstow_target_read_back (SimstowTarget *target, GError **error);

/**
 * simstow_target_publish:
 * @target: a target that was flushed
 * @error: return location for an error: %SIMSTOW_ERROR_EXISTS for a file that
 *     came in the way meanwhile, or of %G_IO_ERROR
 *
 * Puts the file into its place and flushes the directory.
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_target_publish (SimstowTarget *target, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTarget, simstow_target_free)
