/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive.
 */

#include "config.h"

#include "simstow-unpack.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-hasher.h"
#include "simstow-stream.h"
#include "simstow-sums.h"
#include "simstow-tar.h"

/* How the directory of an archive is called, unless somebody renamed it */
#define NAME_PREFIX "simstow-"

struct _SimstowUnpack {
    SimstowStream *stream;
    gchar *top;
    gchar *name;
    SimstowMemberKind kind;
    SimstowMemberKind last;
    guint64 size;
    guint64 left;
    gboolean open;
    SimstowHasher *hasher;
    GPtrArray *sums;
    GHashTable *names;
};

SimstowUnpack *
simstow_unpack_new (GInputStream *input, GCancellable *cancellable)
{
    SimstowUnpack *unpack = g_new0 (SimstowUnpack, 1);

    unpack->stream = simstow_stream_new (input, cancellable);
    unpack->hasher = simstow_hasher_new ();
    unpack->sums = simstow_sums_new ();
    unpack->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return unpack;
}

void
simstow_unpack_free (SimstowUnpack *unpack)
{
    if (!unpack)
        return;
    simstow_stream_free (unpack->stream);
    simstow_hasher_free (unpack->hasher);
    g_ptr_array_unref (unpack->sums);
    g_hash_table_unref (unpack->names);
    g_free (unpack->top);
    g_free (unpack->name);
    g_free (unpack);
}

static gboolean
refuse (GError **error, const gchar *name, const gchar *why)
{
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED, "%s: %s", name, why);
    return FALSE;
}

static gboolean
is_zero (const guint8 *data, gsize size)
{
    return size == 0 || (data[0] == 0 && memcmp (data, data + 1, size - 1) == 0);
}

/* What ends within its first header is the beginning of an archive, or something else */
static gboolean
set_ended (const SimstowUnpack *unpack, const guint8 *block, gsize filled, GError **error)
{
    if (unpack->top || memcmp (block, NAME_PREFIX, MIN (filled, strlen (NAME_PREFIX))) == 0)
        return simstow_stream_set_ended (unpack->stream, error);
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("not a simstow archive, or damaged"));
    return FALSE;
}

static gboolean
read_block (SimstowUnpack *unpack, guint8 *block, GError **error)
{
    gsize filled = 0;

    while (filled < SIMSTOW_TAR_BLOCK) {
        const guint8 *data;
        gsize size;

        if (!simstow_stream_peek (unpack->stream, &data, &size, error))
            return FALSE;
        if (size == 0)
            return set_ended (unpack, block, filled, error);
        size = MIN (size, SIMSTOW_TAR_BLOCK - filled);
        memcpy (block + filled, data, size);
        simstow_stream_skip (unpack->stream, size);
        filled += size;
    }
    return TRUE;
}

/* A member's last block is filled up with zeros */
static gboolean
skip_padding (SimstowUnpack *unpack, GError **error)
{
    gsize left = (SIMSTOW_TAR_BLOCK - unpack->size % SIMSTOW_TAR_BLOCK) % SIMSTOW_TAR_BLOCK;

    while (left > 0) {
        const guint8 *data;
        gsize size;

        if (!simstow_stream_peek (unpack->stream, &data, &size, error))
            return FALSE;
        if (size == 0)
            return simstow_stream_set_ended (unpack->stream, error);
        size = MIN (size, left);
        if (!is_zero (data, size))
            return refuse (error, unpack->name, _ ("damaged: its padding is not empty"));
        simstow_stream_skip (unpack->stream, size);
        left -= size;
    }
    return TRUE;
}

static gboolean
close_member (SimstowUnpack *unpack, GError **error)
{
    g_autofree gchar *digest = NULL;

    if (!unpack->open)
        return TRUE;
    if (unpack->left > 0)
        return refuse (error, unpack->name, _ ("damaged: something is left of it"));
    unpack->open = FALSE;
    digest = simstow_hasher_finish (unpack->hasher);
    if (unpack->kind != SIMSTOW_MEMBER_SUMS)
        simstow_sums_take (unpack->sums, unpack->name, g_steal_pointer (&digest));
    return skip_padding (unpack, error);
}

/* Behind the first block of zeros: at least one more, then nothing else */
static gboolean
check_end (SimstowUnpack *unpack, GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];
    const guint8 *data = block;
    gsize size = sizeof block;

    if (unpack->last != SIMSTOW_MEMBER_SUMS)
        return refuse (error, "SHA256SUMS", _ ("missing: the archive is damaged"));
    if (!read_block (unpack, block, error))
        return FALSE;
    while (size > 0) {
        if (!is_zero (data, size)) {
            g_set_error_literal (error,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DAMAGED,
                                 _ ("the archive is damaged: something follows its end"));
            return FALSE;
        }
        if (data != block)
            simstow_stream_skip (unpack->stream, size);
        if (!simstow_stream_peek (unpack->stream, &data, &size, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
enter_directory (SimstowUnpack *unpack, const SimstowTarHeader *header, GError **error)
{
    gsize length = strlen (header->name);
    g_autofree gchar *top = NULL;

    if (!header->directory || header->size != 0 || length < 2 || header->name[length - 1] != '/')
        return refuse (error,
                       header->name,
                       _ ("not a simstow archive: it does not begin with its directory"));
    top = g_strndup (header->name, length - 1);
    if (!simstow_layout_is_safe_name (top))
        return refuse (error, header->name, _ ("not in a simstow archive: an odd name"));
    unpack->top = g_steal_pointer (&top);
    return TRUE;
}

/* Known members come in the order of the layout; none comes behind SHA256SUMS */
static gboolean
check_place (SimstowUnpack *unpack, const gchar *name, SimstowMemberKind kind, GError **error)
{
    SimstowMemberKind least = kind == SIMSTOW_MEMBER_OTHER ? SIMSTOW_MEMBER_SUMS : kind;

    if (g_hash_table_contains (unpack->names, name))
        return refuse (error, name, _ ("not in a simstow archive: a second member of this name"));
    if (g_hash_table_size (unpack->names) >= SIMSTOW_LIMIT_MEMBERS)
        return refuse (error, name, _ ("not in a simstow archive: too many members"));
    if (g_hash_table_size (unpack->names) <= SIMSTOW_MEMBER_HEADER &&
        (guint) kind != g_hash_table_size (unpack->names))
        return refuse (error,
                       name,
                       _ ("not a simstow archive: README.txt and simstow.json must come first"));
    if (unpack->last == SIMSTOW_MEMBER_SUMS || unpack->last > least)
        return refuse (error, name, _ ("not in a simstow archive: out of order"));
    return TRUE;
}

static gboolean
open_member (SimstowUnpack *unpack, const SimstowTarHeader *header, GError **error)
{
    gsize top = strlen (unpack->top);
    const gchar *name = header->name + top + 1;
    SimstowMemberKind kind;

    if (header->directory || strncmp (header->name, unpack->top, top) != 0 ||
        header->name[top] != '/' || !simstow_layout_is_safe_name (name))
        return refuse (error,
                       header->name,
                       _ ("not in a simstow archive: a name outside its directory, or an odd one"));
    kind = simstow_layout_member_kind (name);
    if (!check_place (unpack, name, kind, error))
        return FALSE;
    g_free (unpack->name);
    unpack->name = g_strdup (name);
    unpack->kind = kind;
    if (kind != SIMSTOW_MEMBER_OTHER)
        unpack->last = kind;
    unpack->size = header->size;
    unpack->left = header->size;
    unpack->open = TRUE;
    g_hash_table_add (unpack->names, g_strdup (name));
    return TRUE;
}

gboolean
simstow_unpack_next (SimstowUnpack *unpack,
                     const gchar **name,
                     SimstowMemberKind *kind,
                     GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];
    SimstowTarHeader header;

    *name = NULL;
    if (!close_member (unpack, error) || !read_block (unpack, block, error))
        return FALSE;
    if (!unpack->top) {
        if (!simstow_tar_header_decode (block, &header, error) ||
            !enter_directory (unpack, &header, error) || !read_block (unpack, block, error))
            return FALSE;
    }
    if (is_zero (block, sizeof block))
        return check_end (unpack, error);
    if (!simstow_tar_header_decode (block, &header, error) || !open_member (unpack, &header, error))
        return FALSE;
    *name = unpack->name;
    *kind = unpack->kind;
    return TRUE;
}

guint64
simstow_unpack_get_size (const SimstowUnpack *unpack)
{
    return unpack->left;
}

gboolean
simstow_unpack_peek (SimstowUnpack *unpack, const guint8 **data, gsize *size, GError **error)
{
    *size = 0;
    if (unpack->left == 0)
        return TRUE;
    if (!simstow_stream_peek (unpack->stream, data, size, error)) {
        g_prefix_error (error, "%s: ", unpack->name);
        return FALSE;
    }
    if (*size == 0) {
        simstow_stream_set_ended (unpack->stream, error);
        g_prefix_error (error, "%s: ", unpack->name);
        return FALSE;
    }
    *size = (gsize) MIN (*size, unpack->left);
    return TRUE;
}

void
simstow_unpack_skip (SimstowUnpack *unpack, gsize size)
{
    const guint8 *data;
    gsize available;

    /* what is skipped was peeked at, so that this reads nothing */
    simstow_stream_peek (unpack->stream, &data, &available, NULL);
    simstow_hasher_update (unpack->hasher, data, size);
    simstow_stream_skip (unpack->stream, size);
    unpack->left -= size;
}

gboolean
simstow_unpack_is_sealed (const SimstowUnpack *unpack)
{
    return simstow_stream_is_sealed (unpack->stream);
}

const GPtrArray *
simstow_unpack_get_sums (const SimstowUnpack *unpack)
{
    return unpack->sums;
}
