/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive, pulled one after the other: the tar's shape, names,
 * order and padding are checked, and a digest kept of each member. Of what another program
 * packed again the members come in the order of SHA256SUMS, whatever that of the tar is.
 */

#pragma once

#include "simstow-layout.h"

typedef struct _SimstowUnpack SimstowUnpack;

/**
 * simstow_unpack_new:
 * @input: the archive as it is stored
 *
 * Returns: (transfer full): the archive before its first member
 */
SimstowUnpack *
simstow_unpack_new (GInputStream *input, GCancellable *cancellable);

void
simstow_unpack_free (SimstowUnpack *unpack);

/**
 * simstow_unpack_next:
 * @unpack: an archive; the member before was read to its end
 * @name: (out): the next member's name, %NULL behind the last; valid until the next call
 * @kind: (out): what it is
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED,
 *     %SIMSTOW_ERROR_CUT_SHORT, or of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when there is something that should not be
 */
gboolean
simstow_unpack_next (SimstowUnpack *unpack,
                     const gchar **name,
                     SimstowMemberKind *kind,
                     GError **error);

/**
 * simstow_unpack_get_size:
 *
 * Returns: how much of the member is left
 */
guint64
simstow_unpack_get_size (const SimstowUnpack *unpack);

/**
 * simstow_unpack_peek:
 * @data: (out): the next bytes of the member; valid until simstow_unpack_peek ()
 *     is called after all of them were skipped
 * @size: (out): how many there are at once, 0 at its end
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED,
 *     %SIMSTOW_ERROR_CUT_SHORT, or of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when they cannot be read
 */
gboolean
simstow_unpack_peek (SimstowUnpack *unpack, const guint8 **data, gsize *size, GError **error);

/**
 * simstow_unpack_skip:
 * @size: how many of the bytes that were peeked at are used up
 */
void
simstow_unpack_skip (SimstowUnpack *unpack, gsize size);

/**
 * simstow_unpack_is_original:
 * @unpack: an archive that was read to its end
 *
 * Returns: whether it is as it was written, as far as that can be seen: another program
 * that packs it again leaves its own marks, one that compresses it again leaves no seal
 */
gboolean
simstow_unpack_is_original (const SimstowUnpack *unpack);

/**
 * simstow_unpack_get_ignored:
 * @unpack: an archive that was read to its end
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the paths of the files in it that
 * are none of its members, where another program packed it again
 */
const gchar *const *
simstow_unpack_get_ignored (const SimstowUnpack *unpack);

/**
 * simstow_unpack_get_sums:
 *
 * Returns: (transfer none) (element-type SimstowSum): the digests of the
 * members that were read to their end, but for SHA256SUMS
 */
const GPtrArray *
simstow_unpack_get_sums (const SimstowUnpack *unpack);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUnpack, simstow_unpack_free)
