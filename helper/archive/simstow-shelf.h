/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive that another program packed again: in whatever order
 * they come, they are laid up in memory, and then taken in the order in which
 * SHA256SUMS lists them. What that program adds, such as times with fractions in
 * extended headers, is passed over; what would change a member's name, size or
 * kind is not taken.
 */

#pragma once

#include "simstow-stream.h"
#include "simstow-tar.h"

/* How much of an archive may lie in memory */
#define SIMSTOW_SHELF_LIMIT (64 * 1024 * 1024)

typedef struct _SimstowShelf SimstowShelf;

/**
 * simstow_shelf_new:
 * @stream: a tar behind the entry of its directory
 * @top: the directory's name
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED,
 *     %SIMSTOW_ERROR_CUT_SHORT, or of %G_IO_ERROR
 *
 * Reads a tar to its end. Nothing is known of its digests then.
 *
 * Returns: (transfer full) (nullable): its members, or %NULL with @error set
 */
SimstowShelf *
simstow_shelf_new (SimstowStream *stream, const gchar *top, GError **error);

/**
 * simstow_shelf_pass_over:
 * @stream: a tar behind an extended header
 * @header: the header
 * @error: return location for an error as of simstow_shelf_new ()
 *
 * Reads what such a header tells.
 *
 * Returns: %FALSE with @error set when it is more than times and owners
 */
gboolean
simstow_shelf_pass_over (SimstowStream *stream, const SimstowTarHeader *header, GError **error);

/**
 * simstow_shelf_free:
 * @shelf: (transfer full): members
 */
void
simstow_shelf_free (SimstowShelf *shelf);

/**
 * simstow_shelf_take:
 * @shelf: members
 * @name: (out) (transfer none): the next member's name, %NULL behind SHA256SUMS, the last;
 *     valid as long as @shelf
 * @size: (out): how large it is
 *
 * Returns: (transfer none): its contents; valid as long as @shelf
 */
const guint8 *
simstow_shelf_take (SimstowShelf *shelf, const gchar **name, gsize *size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowShelf, simstow_shelf_free)
