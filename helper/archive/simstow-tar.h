/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tar headers, read strictly. Archives are plain ustar, so that everything else
 * that a tar can hold, links, devices, holes, extended headers that rename and
 * resize, is refused before it means anything; and no byte of a header may be
 * wrong, its checksum's own included.
 */

#pragma once

#include <gio/gio.h>

#define SIMSTOW_TAR_BLOCK 512

/**
 * SimstowTarHeader:
 * @name: the entry's path
 * @directory: whether it is a directory, else a regular file
 * @size: how many bytes of contents follow
 */
typedef struct {
    gchar name[101];
    gboolean directory;
    guint64 size;
} SimstowTarHeader;

/**
 * simstow_tar_header_decode:
 * @block: (array fixed-size=512): a header block
 * @header: (out caller-allocates): what it says
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the entry
 *
 * Decodes the header of a directory or regular file.
 *
 * Returns: %FALSE with @error set for all else
 */
gboolean
simstow_tar_header_decode (const guint8 *block, SimstowTarHeader *header, GError **error);
