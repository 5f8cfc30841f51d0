/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes in memory and, beyond a limit, in a file: AES in counter mode, so that any block can be
 * read by itself. Each byte is written once, so no part of the key stream is used twice.
 */

#include "config.h"

#include "simstow-kept.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <string.h>
#include <unistd.h>

#include "simstow-random.h"
#include "simstow-spool.h"

#define IN_MEMORY (256 * 1024)
#define BLOCK     (8 * 1024)
#define N_BLOCKS  32

/* A block of the file as it was before it was encrypted */
typedef struct {
    guint64 number;
    gboolean there;
    guint8 data[BLOCK];
} Block;

struct _SimstowKept {
    gint fd;
    /* what is in the file, whole blocks; the rest is in memory */
    guint64 in_file;
    GByteArray *rest;
    struct aes256_ctx key;
    /* the file takes no more */
    gboolean full;
    Block *blocks;
};

SimstowKept *
simstow_kept_new (void)
{
    SimstowKept *kept = g_new0 (SimstowKept, 1);

    kept->fd = -1;
    kept->rest = g_byte_array_new ();
    return kept;
}

void
simstow_kept_free (SimstowKept *kept)
{
    if (!kept)
        return;
    if (kept->fd >= 0)
        close (kept->fd);
    g_byte_array_unref (kept->rest);
    g_free (kept->blocks);
    g_free (kept);
}

guint64
simstow_kept_get_size (const SimstowKept *kept)
{
    return kept->in_file + kept->rest->len;
}

static gboolean
open_file (SimstowKept *kept)
{
    guint8 key[AES256_KEY_SIZE];

    kept->fd = simstow_spool_new (TRUE, NULL);
    if (kept->fd < 0)
        return FALSE;
    simstow_random_fill (key, sizeof key);
    aes256_set_encrypt_key (&kept->key, key);
    kept->blocks = g_new0 (Block, N_BLOCKS);
    return TRUE;
}

static void
crypt_block (const SimstowKept *kept, guint64 number, guint8 *data)
{
    guint64 first = GUINT64_TO_BE (number * (BLOCK / AES_BLOCK_SIZE));
    guint8 counter[AES_BLOCK_SIZE] = {0};

    memcpy (counter + sizeof counter - sizeof first, &first, sizeof first);
    ctr_crypt (&kept->key,
               (nettle_cipher_func *) aes256_encrypt,
               AES_BLOCK_SIZE,
               counter,
               BLOCK,
               data,
               data);
}

static void
crypt_rest (SimstowKept *kept, guint size)
{
    guint at;

    for (at = 0; at < size; at += BLOCK)
        crypt_block (kept, (kept->in_file + at) / BLOCK, kept->rest->data + at);
}

/* Moves all whole blocks into the file */
static void
flush (SimstowKept *kept)
{
    guint size = kept->rest->len / BLOCK * BLOCK;

    if (kept->fd < 0 && !open_file (kept)) {
        kept->full = TRUE;
        return;
    }
    crypt_rest (kept, size);
    kept->full = lseek (kept->fd, (off_t) kept->in_file, SEEK_SET) < 0 ||
                 !simstow_spool_write (kept->fd, kept->rest->data, size);
    if (kept->full) {
        crypt_rest (kept, size);
        return;
    }
    kept->in_file += size;
    g_byte_array_remove_range (kept->rest, 0, size);
}

void
simstow_kept_append (SimstowKept *kept, gconstpointer data, gsize size)
{
    g_byte_array_append (kept->rest, data, (guint) size);
    if (!kept->full && kept->rest->len >= (kept->fd < 0 ? IN_MEMORY : 8 * BLOCK))
        flush (kept);
}

static const guint8 *
load_block (SimstowKept *kept, guint64 number, GError **error)
{
    Block *block = &kept->blocks[number % N_BLOCKS];
    gssize got;

    if (block->there && block->number == number)
        return block->data;
    block->there = FALSE;
    do
        got = pread (kept->fd, block->data, BLOCK, (off_t) (number * BLOCK));
    while (got < 0 && errno == EINTR);
    if (got != BLOCK) {
        gint code = got < 0 ? errno : EIO;

        g_set_error (error,
                     G_IO_ERROR,
                     g_io_error_from_errno (code),
                     _ ("no place to keep it meanwhile: %s"),
                     g_strerror (code));
        return NULL;
    }
    crypt_block (kept, number, block->data);
    block->number = number;
    block->there = TRUE;
    return block->data;
}

gboolean
simstow_kept_read (SimstowKept *kept, guint64 offset, gpointer data, gsize size, GError **error)
{
    guint8 *out = data;

    g_return_val_if_fail (offset + size <= simstow_kept_get_size (kept), FALSE);
    while (size > 0 && offset < kept->in_file) {
        const guint8 *block = load_block (kept, offset / BLOCK, error);
        gsize part = MIN (size, BLOCK - offset % BLOCK);

        if (!block)
            return FALSE;
        memcpy (out, block + offset % BLOCK, part);
        out += part;
        offset += part;
        size -= part;
    }
    if (size > 0)
        memcpy (out, kept->rest->data + (offset - kept->in_file), size);
    return TRUE;
}
