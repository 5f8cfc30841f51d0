/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a tar, pulled from the decompressed bytes: headers, paddings and
 * the zeros at the end; and the names of its members. What reads a tar in its own
 * order and what takes one in any order share them.
 */

#pragma once

#include "simstow-stream.h"
#include "simstow-tar.h"

/**
 * simstow_blocks_read:
 * @stream: a tar before a block
 * @block: (out caller-allocates) (array fixed-size=512): the block; filled up with
 *     zeros when the tar ends in it
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT,
 *     %SIMSTOW_ERROR_DAMAGED, or of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_blocks_read (SimstowStream *stream, guint8 *block, GError **error);

/**
 * simstow_blocks_is_zero:
 *
 * Returns: whether all of them are zero
 */
gboolean
simstow_blocks_is_zero (const guint8 *data, gsize size);

/**
 * simstow_blocks_skip_padding:
 * @stream: a tar behind a member's contents
 * @size: the member's size
 *
 * A member's last block is filled up with zeros.
 *
 * Returns: %FALSE with @error set when it is not
 */
gboolean
simstow_blocks_skip_padding (SimstowStream *stream,
                             const gchar *name,
                             guint64 size,
                             GError **error);

/**
 * simstow_blocks_check_end:
 * @stream: a tar behind its first block of zeros
 *
 * Returns: %FALSE with @error set unless one more block of zeros follows, and then
 * nothing else
 */
gboolean
simstow_blocks_check_end (SimstowStream *stream, GError **error);

/**
 * simstow_blocks_member_name:
 * @header: an entry behind the directory
 * @top: the directory's name
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the entry
 *
 * Returns: (transfer none) (nullable): the name of a regular file in the directory,
 * in @header; %NULL with @error set for anything else
 */
const gchar *
simstow_blocks_member_name (const SimstowTarHeader *header, const gchar *top, GError **error);

/**
 * simstow_blocks_refuse:
 * @why: what is wrong with it
 *
 * Returns: %FALSE, with @error set
 */
gboolean
simstow_blocks_refuse (const gchar *name, const gchar *why, GError **error);
