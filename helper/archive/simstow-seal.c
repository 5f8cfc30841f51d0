/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seal at the end of a compressed archive.
 */

#include "simstow-seal.h"

#include <string.h>

/* "sha256:", the digits, and a NUL */
#define TEXT_PREFIX "sha256:"
#define TEXT_SIZE   (7 + 64 + 1)

/* A gzip member (RFC 1952 2.3): deflate, with a comment, no time, Unix */
static const guint8 gzip_front[] = {0x1F, 0x8B, 8, 0x10, 0, 0, 0, 0, 0, 3};
/* an empty last block; the CRC of nothing; the length of nothing */
static const guint8 gzip_back[] = {0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0};

/* A skippable frame (RFC 8878 3.1.2) */
static const guint8 zstd_front[] = {0x53, 0x2A, 0x4D, 0x18, TEXT_SIZE, 0, 0, 0};

typedef struct {
    const guint8 *front;
    gsize front_size;
    const guint8 *back;
    gsize back_size;
} Frame;

static const Frame frames[] = {
    [SIMSTOW_COMPRESSION_GZIP] = {gzip_front, sizeof gzip_front, gzip_back, sizeof gzip_back},
    [SIMSTOW_COMPRESSION_ZSTD] = {zstd_front, sizeof zstd_front, NULL, 0},
    [SIMSTOW_COMPRESSION_XZ] = {NULL, 0, NULL, 0},
    [SIMSTOW_COMPRESSION_NONE] = {NULL, 0, NULL, 0},
};

gsize
simstow_seal_get_size (SimstowCompression compression)
{
    const Frame *frame = &frames[compression];

    return frame->front_size == 0 ? 0 : frame->front_size + TEXT_SIZE + frame->back_size;
}

/* Either mark will do, so that one that is spoiled does not hide the seal */
gboolean
simstow_seal_is_there (SimstowCompression compression, const guint8 *tail)
{
    const Frame *frame = &frames[compression];

    return frame->front_size > 0 &&
           (memcmp (tail, frame->front, frame->front_size) == 0 ||
            memcmp (tail + frame->front_size, TEXT_PREFIX, strlen (TEXT_PREFIX)) == 0);
}

gboolean
simstow_seal_begins (SimstowCompression compression, const guint8 *data, gsize size)
{
    const Frame *frame = &frames[compression];

    return memcmp (data, frame->front, MIN (size, frame->front_size)) == 0;
}

gsize
simstow_seal_make (SimstowCompression compression, SimstowSha256 *checksum, guint8 *seal)
{
    const Frame *frame = &frames[compression];
    g_autofree gchar *digits = NULL;

    if (frame->front_size == 0)
        return 0;
    digits = simstow_sha256_dup_string (checksum);
    memcpy (seal, frame->front, frame->front_size);
    g_snprintf ((gchar *) seal + frame->front_size, TEXT_SIZE, TEXT_PREFIX "%s", digits);
    if (frame->back_size > 0)
        memcpy (seal + frame->front_size + TEXT_SIZE, frame->back, frame->back_size);
    return simstow_seal_get_size (compression);
}
