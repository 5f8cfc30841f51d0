/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decompressed bytes of an archive, pulled in pieces. Knows gzip, zstd, xz
 * and no compression by their first bytes; holds back what swells too far;
 * checks the compressor's own checksums, and that nothing follows its end.
 *
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

typedef struct _SimstowStream SimstowStream;

/**
 * simstow_stream_new:
 * @input: the archive as it is stored
 *
 * Returns: (transfer full): the stream; nothing was read yet
 */
SimstowStream *
simstow_stream_new (GInputStream *input, GCancellable *cancellable);

void
simstow_stream_free (SimstowStream *stream);

/**
 * simstow_stream_peek:
 * @data: (out): the next bytes; valid until simstow_stream_peek () is called
 *     after all of them were skipped
 * @size: (out): how many there are at once, 0 at the end
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED,
 *     %SIMSTOW_ERROR_CUT_SHORT, or of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when the stream breaks
 */
gboolean
simstow_stream_peek (SimstowStream *stream, const guint8 **data, gsize *size, GError **error);

/**
 * simstow_stream_skip:
 * @size: how many of the bytes that were peeked at are used up
 */
void
simstow_stream_skip (SimstowStream *stream, gsize size);

/**
 * simstow_stream_is_sealed:
 * @stream: a stream that was read to its end
 *
 * Returns: whether it ended in a valid seal, or is of a kind that needs none
 */
gboolean
simstow_stream_is_sealed (const SimstowStream *stream);

/**
 * simstow_stream_set_ended:
 * @stream: a stream that was read to its end, and should hold more
 * @error: return location for a %SIMSTOW_ERROR_CUT_SHORT error, or
 *     %SIMSTOW_ERROR_DAMAGED when the last bytes of such a file are there
 *
 * Returns: %FALSE, with @error set
 */
gboolean
simstow_stream_set_ended (const SimstowStream *stream, GError **error);

/**
 * simstow_stream_set_cut_short:
 * @error: return location for the %SIMSTOW_ERROR_CUT_SHORT error of an archive
 *     that ends too early
 */
void
simstow_stream_set_cut_short (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowStream, simstow_stream_free)

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
