/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where any output goes, an archive, a report or a page. A file appears whole or not at
 * all: written under a private name beside its place, flushed, then renamed. Whatever
 * kills the program leaves the old file or the new one; what it may leave under the
 * private name, the next run clears away. Standard output, a pipe or a device as
 * /dev/null is written to as it is.
 */

#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

/* The files that one run reads, known by device and inode, so that no output is ever put in the
 * place of one, by whatever path, link or descriptor it is reached */
typedef struct _SimstowFileSet SimstowFileSet;

/**
 * simstow_file_set_new:
 *
 * Returns: (transfer full): no files yet
 */
SimstowFileSet *
simstow_file_set_new (void);

void
simstow_file_set_free (SimstowFileSet *set);

/**
 * simstow_file_set_add_path:
 * @path: a file that is read, "-" for standard input; what is no regular file is
 *     not noted
 * @grows: whether it may be replaced by what grows out of it, as a merged archive
 */
void
simstow_file_set_add_path (SimstowFileSet *set, const gchar *path, gboolean grows);

/**
 * simstow_file_set_add_fd:
 * @fd: a descriptor that is read from, or -1
 */
void
simstow_file_set_add_fd (SimstowFileSet *set, gint fd);

/**
 * simstow_file_set_keeps:
 * @set: (nullable): files
 * @info: what stands where an output is to go
 * @in_place: whether it would be written into, and not replaced as a whole
 *
 * Returns: whether it is one of the files, and has to be left alone
 */
gboolean
simstow_file_set_keeps (const SimstowFileSet *set, const struct stat *info, gboolean in_place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowFileSet, simstow_file_set_free)

typedef struct _SimstowTarget SimstowTarget;

/**
 * simstow_target_new:
 * @path: where it is to be; "-" is standard output, /dev/fd/N an open descriptor. A
 *     symbolic link is followed, and stays
 * @force: whether a regular file there may be replaced
 * @inputs: (nullable): what is read meanwhile, and never replaced; outlives the target
 * @error: return location for an error: %SIMSTOW_ERROR_EXISTS for a file that
 *     is in the way, %SIMSTOW_ERROR_USAGE for one of @inputs or a directory, or of
 *     %G_IO_ERROR
 *
 * Clears what dead runs left in that directory and begins a temporary of mode
 * 0600. Where the file system can lock, it is locked for as long as the target lives,
 * which is how others know that it is not stale.
 *
 * Returns: (transfer full) (nullable): the target, or %NULL with @error set
 */
SimstowTarget *
simstow_target_new (const gchar *path,
                    gboolean force,
                    const SimstowFileSet *inputs,
                    GError **error);

/**
 * simstow_target_clear_stale:
 * @path: (nullable): where something is to be written later on, a file or a directory; the
 *     current directory without it
 *
 * Clears what dead runs left there, whether it comes to the writing or not: it may lie open.
 */
void
simstow_target_clear_stale (const gchar *path);

/**
 * simstow_target_is_standard_output:
 * @path: (nullable): where something is to be
 *
 * Returns: whether that is standard output, as "-" or by another path: nothing else belongs there
 * then
 */
gboolean
simstow_target_is_standard_output (const gchar *path);

/**
 * simstow_target_is_stream:
 *
 * Returns: whether it is no file that is put in its place, and what is written there is
 * there at once and cannot be read back
 */
gboolean
simstow_target_is_stream (const SimstowTarget *target);

/**
 * simstow_target_free:
 * @target: (transfer full): a target; its temporary goes with it
 */
void
simstow_target_free (SimstowTarget *target);

/**
 * simstow_target_write:
 * @error: return location for an error of %G_IO_ERROR, as %G_IO_ERROR_NO_SPACE
 *
 * Returns: %FALSE with @error set when not all could be written
 */
gboolean
simstow_target_write (SimstowTarget *target, gconstpointer data, gsize size, GError **error);

/**
 * simstow_target_flush:
 *
 * Waits until what was written is on the disk, where it is a file.
 *
 * Returns: %FALSE with @error set when it is not
 */
gboolean
simstow_target_flush (SimstowTarget *target, GError **error);

/**
 * simstow_target_get_fd:
 *
 * Returns: the temporary, to read and seek in
 */
gint
simstow_target_get_fd (const SimstowTarget *target);

/**
 * simstow_target_read_back:
 * @target: a target that was flushed
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
 * Returns: %FALSE with @error set when it is not there, or may not be there any more
 * after a crash
 */
gboolean
simstow_target_publish (SimstowTarget *target, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTarget, simstow_target_free)
