/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tar headers, read strictly. Archives are plain ustar, so that everything else
 * that a tar can hold, links, devices, holes, is refused before it means anything;
 * and no byte of a header may be wrong, its checksum's own included. Only the
 * extended headers of pax are told, for what another program packed again.
 */

#pragma once

#include <gio/gio.h>

#define SIMSTOW_TAR_BLOCK 512

/**
 * SimstowTarHeader:
 * @name: the entry's path
 * @directory: whether it is a directory
 * @extended: whether it is an extended header of the entry that follows; a regular
 *     file when it is neither
 * @anonymous: whether it has neither owner nor group, as simstow writes it
 * @size: how many bytes of contents follow
 */
typedef struct {
    gchar name[101];
    gboolean directory;
    gboolean extended;
    gboolean anonymous;
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
 * simstow_tar_refuse_type:
 * @name: an entry's path
 * @type: its type flag
 * @error: return location for the %SIMSTOW_ERROR_DAMAGED error
 *
 * Returns: %FALSE, with @error set
 */
gboolean
simstow_tar_refuse_type (const gchar *name, gchar type, GError **error);
