/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tars, block by block: headers, paddings, and the zeros at the end. Archives are plain ustar,
 * read strictly, so that everything else that a tar can hold, links, devices, holes, is refused
 * before it means anything; and no byte of a header may be wrong, its checksum's own included.
 * What another program packed again is decoded as it comes. Of its extended headers that matters
 * which tells of contents: times, owners, attributes and whatever else a program adds do not.
 */

#pragma once

#include "simstow-stream.h"

#define SIMSTOW_TAR_BLOCK 512

/* A name of 100 octets, a prefix of 155, what joins them and ends them */
#define SIMSTOW_TAR_NAME 257

/* Far more than names need; extended attributes may be large */
#define SIMSTOW_PAX_LIMIT (1024 * 1024)

/**
 * SimstowTarHeader:
 * @name: the entry's path
 * @directory: whether it is a directory
 * @anonymous: whether it has neither owner nor group, as simstow writes it
 * @type: its type flag
 * @size: how many bytes of contents follow
 */
typedef struct {
    gchar name[SIMSTOW_TAR_NAME];
    gboolean directory;
    gboolean anonymous;
    gchar type;
    guint64 size;
} SimstowTarHeader;

/**
 * SimstowPax:
 * @path: (nullable): the name of the entry that follows
 * @size: its size, when @has_size
 * @has_size: whether its size is told
 * @sparse: whether it has holes
 */
typedef struct {
    gchar *path;
    guint64 size;
    gboolean has_size;
    gboolean sparse;
} SimstowPax;

/**
 * simstow_tar_header_decode:
 * @block: (array fixed-size=512): a header block
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the entry
 *
 * Decodes the header of a directory or regular file, or an extended header.
 *
 * Returns: %FALSE with @error set for all else
 */
gboolean
simstow_tar_header_decode (const guint8 *block, SimstowTarHeader *header, GError **error);

/**
 * simstow_tar_header_decode_any:
 *
 * Decodes the header of an entry of any kind and name, as any program writes it.
 *
 * Returns: %FALSE with @error set when it is none
 */
gboolean
simstow_tar_header_decode_any (const guint8 *block, SimstowTarHeader *header, GError **error);

/**
 * simstow_tar_member_name:
 * @header: an entry behind the directory
 * @top: the directory's name
 *
 * Returns: (transfer none) (nullable): the name of a regular file in the directory,
 * in @header; %NULL with @error set for anything else
 */
const gchar *
simstow_tar_member_name (const SimstowTarHeader *header, const gchar *top, GError **error);

/**
 * simstow_tar_refuse:
 *
 * Returns: %FALSE, with a %SIMSTOW_ERROR_DAMAGED error
 */
gboolean
simstow_tar_refuse (const gchar *name, const gchar *why, GError **error);

/**
 * simstow_tar_refuse_type:
 *
 * Returns: %FALSE, with an error that tells what the type flag means
 */
gboolean
simstow_tar_refuse_type (const gchar *name, gchar type, GError **error);

/**
 * simstow_tar_read_block:
 * @block: (out caller-allocates) (array fixed-size=512): the block; filled up with
 *     zeros when the tar ends in it
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT,
 *     %SIMSTOW_ERROR_DAMAGED, or of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_tar_read_block (SimstowStream *stream, guint8 *block, GError **error);

/**
 * simstow_tar_is_zero:
 *
 * Returns: whether all bytes are zero
 */
gboolean
simstow_tar_is_zero (const guint8 *data, gsize size);

/**
 * simstow_tar_skip_padding:
 *
 * The last block of the member that was read is filled up with zeros.
 *
 * Returns: %FALSE with @error set when it is not
 */
gboolean
simstow_tar_skip_padding (SimstowStream *stream, const gchar *name, guint64 size, GError **error);

/**
 * simstow_tar_check_end:
 * @stream: a tar behind its first block of zeros
 *
 * Returns: %FALSE with @error set unless one more block of zeros follows, and then
 * nothing else
 */
gboolean
simstow_tar_check_end (SimstowStream *stream, GError **error);

/**
 * simstow_pax_read:
 * @pax: what headers before the same entry told; gets what this one tells
 * @name: the name of the header's entry
 * @data: the header's records
 *
 * Returns: %FALSE with a %SIMSTOW_ERROR_DAMAGED error that names the entry when it is malformed
 */
gboolean
simstow_pax_read (SimstowPax *pax,
                  const gchar *name,
                  const guint8 *data,
                  gsize size,
                  GError **error);

void
simstow_pax_clear (SimstowPax *pax);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowPax, simstow_pax_clear)
