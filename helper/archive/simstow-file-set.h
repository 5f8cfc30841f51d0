/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that one run reads, known by device and inode, so that no output is
 * ever put in the place of one, by whatever path, link or descriptor it is reached.
 */

#pragma once

#include <glib.h>
#include <sys/stat.h>

typedef struct _SimstowFileSet SimstowFileSet;

/**
 * simstow_file_set_new:
 *
 * Returns: (transfer full): no files yet
 */
SimstowFileSet *
simstow_file_set_new (void);

/**
 * simstow_file_set_free:
 * @set: (transfer full): files
 */
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
