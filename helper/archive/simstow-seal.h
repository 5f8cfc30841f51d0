/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seal at the end of a compressed archive: a digest of every byte before it.
 * Compressors can say the same in more than one way, and leave bytes that nothing
 * checks; with the seal no byte of an archive can change unnoticed. It is made
 * of what decompressors pass over: an empty member with a comment for gzip (RFC 1952),
 * a skippable frame for zstd (RFC 8878); either holds "sha256:" and the digest in
 * hexadecimal. xz checks itself.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-sha256.h"

/* The size of the longest seal */
#define SIMSTOW_SEAL_SIZE 96

/**
 * simstow_seal_make:
 * @compression: how the archive is compressed
 * @checksum: the SHA-256 of all before; closed by this
 * @seal: (out caller-allocates): %SIMSTOW_SEAL_SIZE bytes: the seal
 *
 * Returns: how long the seal is, 0 when such archives have none
 */
gsize
simstow_seal_make (SimstowCompression compression, SimstowSha256 *checksum, guint8 *seal);

/**
 * simstow_seal_get_size:
 *
 * Returns: how long its seal is, 0 when such archives have none
 */
gsize
simstow_seal_get_size (SimstowCompression compression);

/**
 * simstow_seal_is_there:
 * @tail: its last bytes, as many as simstow_seal_get_size () tells
 *
 * Returns: whether they are a seal, a right one or a wrong one
 */
gboolean
simstow_seal_is_there (SimstowCompression compression, const guint8 *tail);

/**
 * simstow_seal_begins:
 * @data: what follows its compressed bytes
 * @size: how many bytes, fewer than a seal has
 *
 * Returns: whether it is the beginning of a seal
 */
gboolean
simstow_seal_begins (SimstowCompression compression, const guint8 *data, gsize size);
