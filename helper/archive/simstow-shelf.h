/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive that another program packed again: in whatever order they
 * come, in a directory of whatever name, below others, or in none, they are laid up in memory,
 * and then taken in the order in which SHA256SUMS lists them. What those programs add is
 * passed over: times with fractions, extended attributes, files that SHA256SUMS does not list, as
 * .DS_Store. A link or a device among the members is not taken, nor two of one name.
 */

#pragma once

#include "simstow-stream.h"
#include "simstow-tar.h"

/* How much of an archive may lie in memory */
#define SIMSTOW_SHELF_LIMIT (64 * 1024 * 1024)

typedef struct _SimstowShelf SimstowShelf;

/**
 * simstow_shelf_new:
 * @stream: a tar behind the first block that matters
 * @block: (array fixed-size=512): that block, a header
 * @taken: (nullable): the name of a member that was read before it
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED,
 *     %SIMSTOW_ERROR_CUT_SHORT, or of %G_IO_ERROR
 *
 * Reads a tar to its end. Nothing is known of its digests then.
 *
 * Returns: (transfer full) (nullable): its members, or %NULL with @error set
 */
SimstowShelf *
simstow_shelf_new (SimstowStream *stream, const guint8 *block, const gchar *taken, GError **error);

/**
 * simstow_shelf_free:
 * @shelf: (transfer full): members
 */
void
simstow_shelf_free (SimstowShelf *shelf);

/**
 * simstow_shelf_take:
 * @name: (out) (transfer none): the next member's name, %NULL behind SHA256SUMS, the last;
 *     valid as long as @shelf
 * @size: (out): how large it is
 *
 * Returns: (transfer none): its contents; valid as long as @shelf
 */
const guint8 *
simstow_shelf_take (SimstowShelf *shelf, const gchar **name, gsize *size);

/**
 * simstow_shelf_get_ignored:
 *
 * Returns: (transfer none) (array zero-terminated=1): the paths of the files that are not of
 * the archive
 */
const gchar *const *
simstow_shelf_get_ignored (const SimstowShelf *shelf);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowShelf, simstow_shelf_free)
