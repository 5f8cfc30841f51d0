/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decompressed bytes of an archive. gzip goes through zlib, by way of GIO,
 * because libarchive's own reader of it skips the checksum; zstd and xz through
 * libarchive. The last bytes of what is stored are held back until it is known
 * whether they are the seal.
 */

#include "config.h"

#include "simstow-stream.h"

#include <archive.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-layout.h"

#define INPUT_SIZE  (64 * 1024)
#define OUTPUT_SIZE (128 * 1024)

#define MAGIC_SIZE 6

/* The end of an xz file, with the flags of the stream, by the xz file format 2.1.2.3 */
#define FOOTER_SIZE 4

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

struct _SimstowStream {
    GInputStream *input;
    GCancellable *cancellable;
    /* as stored: what was read, what of it was not yet decompressed, and what
     * comes after that and may be the seal */
    guint8 *raw;
    gsize raw_offset;
    gsize raw_size;
    gsize held;
    gboolean raw_ended;
    gsize lent;
    SimstowCompression compression;
    SimstowSha256 *checksum;
    /* whether it ends in a seal, and in the right one */
    gboolean has_seal;
    gboolean sealed;
    guint8 tail[FOOTER_SIZE];
    /* decompressed */
    guint8 *plain;
    const guint8 *data;
    gsize size;
    gboolean ended;
    /* one of these, or none for a bare tar */
    GConverter *inflate;
    struct archive *filter;
    GError *filter_error;
    gboolean started;
    guint64 read;
    guint64 swollen;
};

gsize
simstow_seal_get_size (SimstowCompression compression)
{
    const Frame *frame = &frames[compression];

    return frame->front_size == 0 ? 0 : frame->front_size + TEXT_SIZE + frame->back_size;
}

/* Either mark will do, so that one that is spoiled does not hide the seal */
static gboolean
is_seal (SimstowCompression compression, const guint8 *tail)
{
    const Frame *frame = &frames[compression];

    return frame->front_size > 0 &&
           (memcmp (tail, frame->front, frame->front_size) == 0 ||
            memcmp (tail + frame->front_size, TEXT_PREFIX, strlen (TEXT_PREFIX)) == 0);
}

/* Whether what follows the compressed bytes, and is shorter, is the beginning of one */
static gboolean
begins_seal (SimstowCompression compression, const guint8 *data, gsize size)
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

SimstowStream *
simstow_stream_new (GInputStream *input, GCancellable *cancellable)
{
    SimstowStream *stream = g_new0 (SimstowStream, 1);

    stream->input = g_object_ref (input);
    stream->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
    stream->raw = g_malloc (INPUT_SIZE);
    stream->compression = SIMSTOW_COMPRESSION_NONE;
    stream->checksum = simstow_sha256_new ();
    return stream;
}

void
simstow_stream_free (SimstowStream *stream)
{
    if (!stream)
        return;
    g_clear_pointer (&stream->filter, archive_read_free);
    g_clear_error (&stream->filter_error);
    g_clear_object (&stream->inflate);
    g_free (stream->plain);
    g_free (stream->raw);
    simstow_sha256_free (stream->checksum);
    g_clear_object (&stream->cancellable);
    g_object_unref (stream->input);
    g_free (stream);
}

void
simstow_stream_set_cut_short (GError **error)
{
    simstow_error_set (error, SIMSTOW_ERROR_CUT_SHORT, _ ("the archive is cut short"));
}

static gboolean
set_damaged (GError **error, const gchar *what)
{
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_DAMAGED, /* TRANSLATORS: %s is a reason, perhaps of a library */
        _ ("the archive is damaged: %s"),
        what);
}

static gboolean
has_footer (const SimstowStream *stream)
{
    return stream->compression == SIMSTOW_COMPRESSION_XZ && stream->tail[0] == 0 &&
           stream->tail[1] < 16 && stream->tail[2] == 'Y' && stream->tail[3] == 'Z';
}

gboolean
simstow_stream_set_ended (const SimstowStream *stream, GError **error)
{
    if (stream->has_seal || has_footer (stream))
        return set_damaged (error, _ ("its end is there, but not all that comes before"));
    simstow_stream_set_cut_short (error);
    return FALSE;
}

/* Sets bytes free that cannot be the seal */
static void
release (SimstowStream *stream, gsize size)
{
    if (stream->compression != SIMSTOW_COMPRESSION_NONE)
        simstow_sha256_update (stream->checksum,
                               stream->raw + stream->raw_offset + stream->raw_size,
                               size);
    stream->raw_size += size;
    stream->held -= size;
}

/* At the end: what was held back is the seal, or is not */
static void
check_seal (SimstowStream *stream)
{
    guint8 seal[SIMSTOW_SEAL_SIZE];
    gsize size = simstow_seal_make (stream->compression, stream->checksum, seal);
    const guint8 *tail = stream->raw + stream->raw_offset + stream->raw_size;

    stream->sealed = stream->held == size && memcmp (seal, tail, size) == 0;
    stream->has_seal = stream->held == size && is_seal (stream->compression, tail);
    if (!stream->has_seal)
        stream->raw_size += stream->held;
    stream->held = 0;
}

static void
keep_tail (SimstowStream *stream, const guint8 *data, gsize size)
{
    gsize fresh = MIN (size, FOOTER_SIZE);

    memmove (stream->tail, stream->tail + fresh, FOOTER_SIZE - fresh);
    memcpy (stream->tail + FOOTER_SIZE - fresh, data + size - fresh, fresh);
}

/* Reads more behind what is left */
static gboolean
read_more (SimstowStream *stream, GError **error)
{
    gsize kept = stream->raw_size + stream->held;
    gsize hold = stream->started ? simstow_seal_get_size (stream->compression) : INPUT_SIZE;
    gssize got;

    memmove (stream->raw, stream->raw + stream->raw_offset, kept);
    stream->raw_offset = 0;
    got = g_input_stream_read (stream->input,
                               stream->raw + kept,
                               INPUT_SIZE - kept,
                               stream->cancellable,
                               error);
    if (got < 0)
        return FALSE;
    keep_tail (stream, stream->raw + kept, (gsize) got);
    stream->held += (gsize) got;
    stream->read += (guint64) got;
    stream->raw_ended = got == 0;
    if (stream->held > hold)
        release (stream, stream->held - hold);
    if (stream->raw_ended && stream->started)
        check_seal (stream);
    return TRUE;
}

static gboolean
fill (SimstowStream *stream, GError **error)
{
    do {
        if (!read_more (stream, error))
            return FALSE;
    } while (stream->raw_size == 0 && !stream->raw_ended);
    return TRUE;
}

static const guint8 *
raw_bytes (const SimstowStream *stream)
{
    return stream->raw + stream->raw_offset;
}

static void
use_raw (SimstowStream *stream, gsize size)
{
    stream->raw_offset += size;
    stream->raw_size -= size;
}

/* libarchive has used what it was lent last when it asks again */
static la_ssize_t
on_filter_read (struct archive *filter, gpointer user_data, const void **buffer)
{
    SimstowStream *stream = user_data;

    use_raw (stream, stream->lent);
    stream->lent = 0;
    if (stream->raw_size == 0 && !stream->raw_ended && !fill (stream, &stream->filter_error))
        return ARCHIVE_FATAL;
    *buffer = raw_bytes (stream);
    stream->lent = stream->raw_size;
    return (la_ssize_t) stream->lent;
}

static gboolean
set_filter_error (SimstowStream *stream, GError **error)
{
    const gchar *reason = archive_error_string (stream->filter);

    if (stream->filter_error)
        g_propagate_error (error, g_steal_pointer (&stream->filter_error));
    else if (stream->raw_ended && stream->lent == 0)
        simstow_stream_set_ended (stream, error);
    else
        set_damaged (error, reason ? reason : _ ("it cannot be decompressed"));
    return FALSE;
}

static gboolean
start_filter (SimstowStream *stream, GError **error)
{
    struct archive_entry *entry;

    stream->filter = archive_read_new ();
    archive_read_support_format_raw (stream->filter);
    if (stream->compression == SIMSTOW_COMPRESSION_ZSTD)
        archive_read_support_filter_zstd (stream->filter);
    else
        archive_read_support_filter_xz (stream->filter);
    if (archive_read_open (stream->filter, stream, NULL, on_filter_read, NULL) != ARCHIVE_OK ||
        archive_read_next_header (stream->filter, &entry) != ARCHIVE_OK)
        return set_filter_error (stream, error);
    return TRUE;
}

static const struct {
    SimstowCompression compression;
    gsize size;
    guint8 bytes[MAGIC_SIZE];
} magics[] = {
    {SIMSTOW_COMPRESSION_GZIP, 2, {0x1F, 0x8B}},
    {SIMSTOW_COMPRESSION_ZSTD, 4, {0x28, 0xB5, 0x2F, 0xFD}},
    {SIMSTOW_COMPRESSION_XZ, 6, {0xFD, '7', 'z', 'X', 'Z', 0x00}},
};

/* By the first bytes; @whole tells whether all of the mark is there, not only its beginning */
static SimstowCompression
recognize (const SimstowStream *stream, gboolean *whole)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (magics); i++) {
        gsize size = MIN (magics[i].size, stream->held);

        *whole = size == magics[i].size;
        if (memcmp (raw_bytes (stream), magics[i].bytes, size) == 0)
            return magics[i].compression;
    }
    *whole = TRUE;
    return SIMSTOW_COMPRESSION_NONE;
}

static gboolean
set_too_short (const SimstowStream *stream, GError **error)
{
    if (stream->held > 0)
        return simstow_stream_set_ended (stream, error);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_CUT_SHORT,
                              _ ("the archive is cut short: it is empty"));
}

/* Looks at the first bytes, which are all held back until now */
static gboolean
start (SimstowStream *stream, GError **error)
{
    gboolean whole;
    gsize hold;

    while (stream->held < MAGIC_SIZE && !stream->raw_ended)
        if (!read_more (stream, error))
            return FALSE;
    stream->compression = recognize (stream, &whole);
    if (!whole)
        return set_too_short (stream, error);
    stream->started = TRUE;
    hold = simstow_seal_get_size (stream->compression);
    if (stream->held > hold)
        release (stream, stream->held - hold);
    if (stream->raw_ended)
        check_seal (stream);
    if (stream->compression == SIMSTOW_COMPRESSION_GZIP) {
        stream->inflate = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
        stream->plain = g_malloc (OUTPUT_SIZE);
    }
    return stream->compression == SIMSTOW_COMPRESSION_GZIP ||
           stream->compression == SIMSTOW_COMPRESSION_NONE || start_filter (stream, error);
}

static gboolean
advance_bare (SimstowStream *stream, GError **error)
{
    use_raw (stream, stream->lent);
    stream->lent = 0;
    if (stream->raw_size == 0 && !stream->raw_ended && !fill (stream, error))
        return FALSE;
    stream->lent = stream->raw_size;
    stream->data = raw_bytes (stream);
    stream->size = stream->raw_size;
    stream->ended = stream->size == 0;
    return TRUE;
}

static gboolean
advance_filter (SimstowStream *stream, GError **error)
{
    const void *data;
    size_t size;
    la_int64_t offset;

    switch (archive_read_data_block (stream->filter, &data, &size, &offset)) {
    case ARCHIVE_OK:
        stream->data = data;
        stream->size = size;
        return TRUE;
    case ARCHIVE_EOF:
        stream->ended = TRUE;
        return TRUE;
    default:
        return set_filter_error (stream, error);
    }
}

static gboolean
check_nothing_behind (SimstowStream *stream, GError **error)
{
    gsize seal = simstow_seal_get_size (stream->compression);

    while (stream->raw_size < seal && !stream->raw_ended)
        if (!read_more (stream, error))
            return FALSE;
    if (stream->raw_size == 0)
        return TRUE;
    if (stream->raw_size >= seal ||
        !begins_seal (stream->compression, raw_bytes (stream), stream->raw_size))
        return set_damaged (error, _ ("something follows its end"));
    return simstow_stream_set_ended (stream, error);
}

static gboolean
set_inflate_error (SimstowStream *stream, const GError *reason, GError **error)
{
    if (!g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return set_damaged (error, reason->message);
    return stream->raw_ended ? simstow_stream_set_ended (stream, error) : fill (stream, error);
}

static gboolean
advance_inflate (SimstowStream *stream, GError **error)
{
    g_autoptr (GError) reason = NULL;
    gsize used;
    gsize made;
    GConverterResult result;

    if (stream->raw_size == 0 && !stream->raw_ended && !fill (stream, error))
        return FALSE;
    result = g_converter_convert (stream->inflate,
                                  raw_bytes (stream),
                                  stream->raw_size,
                                  stream->plain,
                                  OUTPUT_SIZE,
                                  stream->raw_ended ? G_CONVERTER_INPUT_AT_END : 0,
                                  &used,
                                  &made,
                                  &reason);
    if (result == G_CONVERTER_ERROR)
        return set_inflate_error (stream, reason, error);
    use_raw (stream, used);
    stream->data = stream->plain;
    stream->size = made;
    stream->ended = result == G_CONVERTER_FINISHED;
    return !stream->ended || check_nothing_behind (stream, error);
}

static gboolean
advance (SimstowStream *stream, GError **error)
{
    if (!stream->started && !start (stream, error))
        return FALSE;
    if (stream->inflate)
        return advance_inflate (stream, error);
    if (stream->filter)
        return advance_filter (stream, error);
    return advance_bare (stream, error);
}

gboolean
simstow_stream_peek (SimstowStream *stream, const guint8 **data, gsize *size, GError **error)
{
    while (stream->size == 0 && !stream->ended) {
        if (!advance (stream, error))
            return FALSE;
        stream->swollen += stream->size;
        if (stream->swollen > SIMSTOW_LIMIT_SLACK + SIMSTOW_LIMIT_RATIO * stream->read)
            return set_damaged (error, _ ("it swells far beyond what such data can"));
    }
    if (stream->size == 0 && stream->has_seal && !stream->sealed)
        return set_damaged (error, _ ("its seal is not that of these bytes"));
    *data = stream->data;
    *size = stream->size;
    return TRUE;
}

gboolean
simstow_stream_is_sealed (const SimstowStream *stream)
{
    return stream->sealed || simstow_seal_get_size (stream->compression) == 0;
}

void
simstow_stream_skip (SimstowStream *stream, gsize size)
{
    stream->data += size;
    stream->size -= size;
}
