/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The digests of an archive's members. What is large is hashed in a thread of its own, so that
 * reading a large archive takes no longer than its slowest part.
 */

#include "config.h"

#include "simstow-sums.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-layout.h"

#define CHUNK   (64 * 1024)
#define BUFFERS 4
/* Of files that are hashed as they are */
#define WHOLE_CHUNK (256 * 1024)
/* What is smaller is not worth a thread, nor is it where the processor has instructions for
 * SHA-256: with them, a MiB takes about 1 ms, without them 5 */
#define LARGE (16 * CHUNK)
#define SLOW  (2 * G_TIME_SPAN_MILLISECOND)

struct _SimstowHasher {
    SimstowSha256 *checksum;
    GByteArray *pending;
    guint64 size;
    gint64 spent; /* microseconds, on what came before a thread is worth it */
    /* full buffers on their way to the thread, and empty ones on their way back;
     * the checksum is the thread's while any is out */
    GThread *thread;
    GAsyncQueue *full;
    GAsyncQueue *empty;
};

static void
hash (SimstowHasher *hasher, GByteArray *buffer)
{
    simstow_sha256_update (hasher->checksum, buffer->data, buffer->len);
    g_byte_array_set_size (buffer, 0);
}

/* An empty buffer among the full ones is the end */
static gpointer
run (gpointer user_data)
{
    SimstowHasher *hasher = user_data;
    GByteArray *buffer;
    gboolean ended;

    do {
        buffer = g_async_queue_pop (hasher->full);
        ended = buffer->len == 0;
        hash (hasher, buffer);
        g_async_queue_push (hasher->empty, buffer);
    } while (!ended);
    return NULL;
}

SimstowHasher *
simstow_hasher_new (void)
{
    SimstowHasher *hasher = g_new0 (SimstowHasher, 1);

    hasher->checksum = simstow_sha256_new ();
    hasher->pending = g_byte_array_new ();
    hasher->full = g_async_queue_new ();
    hasher->empty = g_async_queue_new_full ((GDestroyNotify) g_byte_array_unref);
    return hasher;
}

static void
begin_thread (SimstowHasher *hasher)
{
    guint i;

    for (i = 1; i < BUFFERS; i++)
        g_async_queue_push (hasher->empty, g_byte_array_sized_new (CHUNK));
    hasher->thread = g_thread_new ("simstow-hasher", run, hasher);
}

static void
pass_on (SimstowHasher *hasher)
{
    if (!hasher->thread && (hasher->size <= LARGE || hasher->spent < SLOW)) {
        gint64 begin = g_get_monotonic_time ();

        hash (hasher, hasher->pending);
        if (hasher->size <= LARGE)
            hasher->spent += g_get_monotonic_time () - begin;
        return;
    }
    if (!hasher->thread)
        begin_thread (hasher);
    g_async_queue_push (hasher->full, hasher->pending);
    hasher->pending = g_async_queue_pop (hasher->empty);
}

/* Waits until no buffer is out: then the checksum is ours */
static void
wait_for_thread (SimstowHasher *hasher)
{
    GByteArray *buffers[BUFFERS - 1];
    guint i;

    if (!hasher->thread)
        return;
    for (i = 0; i < G_N_ELEMENTS (buffers); i++)
        buffers[i] = g_async_queue_pop (hasher->empty);
    for (i = 0; i < G_N_ELEMENTS (buffers); i++)
        g_async_queue_push (hasher->empty, buffers[i]);
}

void
simstow_hasher_update (SimstowHasher *hasher, const guint8 *data, gsize size)
{
    hasher->size += size;
    while (size > 0) {
        gsize room = MIN (size, CHUNK - hasher->pending->len);

        g_byte_array_append (hasher->pending, data, (guint) room);
        data += room;
        size -= room;
        if (hasher->pending->len == CHUNK)
            pass_on (hasher);
    }
}

gchar *
simstow_hasher_finish (SimstowHasher *hasher)
{
    gchar *digest;

    wait_for_thread (hasher);
    hash (hasher, hasher->pending);
    digest = simstow_sha256_dup_string (hasher->checksum);
    hasher->size = 0;
    hasher->spent = 0;
    return digest;
}

void
simstow_hasher_free (SimstowHasher *hasher)
{
    if (!hasher)
        return;
    if (hasher->thread) {
        g_byte_array_set_size (hasher->pending, 0);
        g_async_queue_push (hasher->full, g_steal_pointer (&hasher->pending));
        g_thread_join (hasher->thread);
    }
    g_clear_pointer (&hasher->pending, g_byte_array_unref);
    simstow_sha256_free (hasher->checksum);
    g_async_queue_unref (hasher->full);
    g_async_queue_unref (hasher->empty);
    g_free (hasher);
}

static void
sum_free (gpointer data)
{
    SimstowSum *sum = data;

    g_free (sum->name);
    g_free (sum->digest);
    g_free (sum);
}

GPtrArray *
simstow_sums_new (void)
{
    return g_ptr_array_new_with_free_func (sum_free);
}

void
simstow_sums_take (GPtrArray *sums, const gchar *name, gchar *digest)
{
    SimstowSum *sum = g_new0 (SimstowSum, 1);

    sum->name = g_strdup (name);
    sum->digest = digest;
    g_ptr_array_add (sums, sum);
}

void
simstow_sums_add (GPtrArray *sums, const gchar *name, SimstowSha256 *checksum)
{
    simstow_sums_take (sums, name, simstow_sha256_dup_string (checksum));
}

static gchar *
sum_to_line (const SimstowSum *sum)
{
    return g_strdup_printf ("%s  %s\n", sum->digest, sum->name);
}

gchar *
simstow_sums_to_text (const GPtrArray *sums)
{
    GString *text = g_string_new (NULL);
    guint i;

    for (i = 0; i < sums->len; i++) {
        g_autofree gchar *line = sum_to_line (g_ptr_array_index (sums, i));

        g_string_append (text, line);
    }
    return g_string_free (text, FALSE);
}

gboolean
simstow_sums_check (const GPtrArray *sums, const gchar *text, gsize length, GError **error)
{
    gsize offset = 0;
    guint i;

    for (i = 0; i < sums->len; i++) {
        const SimstowSum *sum = g_ptr_array_index (sums, i);
        g_autofree gchar *line = sum_to_line (sum);
        gsize size = strlen (line);

        if (length - offset < size || memcmp (text + offset, line, size) != 0)
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_DAMAGED,
                                      _ ("%s: damaged: its digest is not the one in SHA256SUMS"),
                                      sum->name);
        offset += size;
    }
    if (offset == length)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_DAMAGED,
                              _ ("SHA256SUMS: damaged: it lists members that are not there"));
}

gchar *
simstow_sums_content_id (const GPtrArray *sums)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    guint i;

    for (i = 0; i < sums->len; i++) {
        const SimstowSum *sum = g_ptr_array_index (sums, i);
        g_autofree gchar *line = sum_to_line (sum);

        if (simstow_layout_member_is_content (simstow_layout_member_kind (sum->name)))
            simstow_sha256_update (checksum, line, strlen (line));
    }
    return simstow_sha256_dup_string (checksum);
}

gchar *
simstow_digest_stream (GInputStream *stream,
                       guint64 *size,
                       GCancellable *cancellable,
                       GError **error)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    g_autofree guint8 *buffer = g_malloc (WHOLE_CHUNK);
    guint64 total = 0;
    gssize got;

    while ((got = g_input_stream_read (stream, buffer, WHOLE_CHUNK, cancellable, error)) > 0) {
        simstow_sha256_update (checksum, buffer, (gsize) got);
        total += (guint64) got;
    }
    if (size)
        *size = total;
    return got < 0 ? NULL : simstow_sha256_dup_string (checksum);
}

gchar *
simstow_digest_file (const gchar *path, guint64 *size, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);

    return stream ? simstow_digest_stream (G_INPUT_STREAM (stream), size, cancellable, error)
                  : NULL;
}
