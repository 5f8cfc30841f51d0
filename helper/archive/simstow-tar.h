/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tar headers, read strictly. Archives are plain ustar, so that everything else
 * that a tar can hold, links, devices, holes, is refused before it means anything;
 * and no byte of a header may be wrong, its checksum's own included. What another program
 * packed again is decoded as it comes.
 */

#pragma once

#include <gio/gio.h>

#define SIMSTOW_TAR_BLOCK 512

/* A name of 100 octets, a prefix of 155, what joins them and ends them */
#define SIMSTOW_TAR_NAME 257

/**
 * SimstowTarHeader:
 * @name: the entry's path
 * @directory: whether it is a directory
 * @extended: whether it is an extended header of the entry that follows; a regular
 *     file when it is neither
 * @anonymous: whether it has neither owner nor group, as simstow writes it
 * @type: its type flag
 * @size: how many bytes of contents follow
 */
typedef struct {
    gchar name[SIMSTOW_TAR_NAME];
    gboolean directory;
    gboolean extended;
    gboolean anonymous;
    gchar type;
    guint64 size;
} SimstowTarHeader;

/**
 * simstow_tar_header_decode:
 * @block: (array fixed-size=512): a header block
 * @header: (out caller-allocates): what it says
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
 * @block: (array fixed-size=512): a header block
 * @header: (out caller-allocates): what it says
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the entry
 *
 * Decodes the header of an entry of any kind and name, as any program writes it.
 *
 * Returns: %FALSE with @error set when it is none
 */
gboolean
simstow_tar_header_decode_any (const guint8 *block, SimstowTarHeader *header, GError **error);

/**
 * simstow_tar_refuse_type:
 * @type: its type flag
 *
 * Returns: %FALSE, with @error set
 */
gboolean
simstow_tar_refuse_type (const gchar *name, gchar type, GError **error);
