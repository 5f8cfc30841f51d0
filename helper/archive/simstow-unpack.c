/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive.
 */

#include "config.h"

#include "simstow-unpack.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-blocks.h"
#include "simstow-error.h"
#include "simstow-hasher.h"
#include "simstow-shelf.h"
#include "simstow-sums.h"

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
    gboolean begun;
    gboolean open;
    SimstowHasher *hasher;
    GPtrArray *sums;
    GHashTable *names;
    /* of what another program packed again: all members, and what is left of the open one */
    SimstowShelf *shelf;
    const guint8 *shelved;
    /* a header that was looked at already */
    guint8 ahead[SIMSTOW_TAR_BLOCK];
    gboolean is_ahead;
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
    simstow_shelf_free (unpack->shelf);
    simstow_hasher_free (unpack->hasher);
    g_ptr_array_unref (unpack->sums);
    g_hash_table_unref (unpack->names);
    g_free (unpack->top);
    g_free (unpack->name);
    g_free (unpack);
}

static gboolean
close_member (SimstowUnpack *unpack, GError **error)
{
    g_autofree gchar *digest = NULL;

    if (!unpack->open)
        return TRUE;
    if (unpack->left > 0)
        return simstow_blocks_refuse (unpack->name, _ ("damaged: something is left of it"), error);
    unpack->open = FALSE;
    digest = simstow_hasher_finish (unpack->hasher);
    if (unpack->kind != SIMSTOW_MEMBER_SUMS)
        simstow_sums_take (unpack->sums, unpack->name, g_steal_pointer (&digest));
    return unpack->shelf ||
           simstow_blocks_skip_padding (unpack->stream, unpack->name, unpack->size, error);
}

/* Known members come in the order of the layout; none comes behind SHA256SUMS */
static gboolean
check_place (SimstowUnpack *unpack, const gchar *name, SimstowMemberKind kind, GError **error)
{
    SimstowMemberKind least = kind == SIMSTOW_MEMBER_OTHER ? SIMSTOW_MEMBER_SUMS : kind;

    if (g_hash_table_contains (unpack->names, name))
        return simstow_blocks_refuse (name,
                                      _ ("not in a simstow archive: a second member of this name"),
                                      error);
    if (g_hash_table_size (unpack->names) >= SIMSTOW_LIMIT_MEMBERS)
        return simstow_blocks_refuse (name,
                                      _ ("not in a simstow archive: too many members"),
                                      error);
    if (g_hash_table_size (unpack->names) <= SIMSTOW_MEMBER_HEADER &&
        (guint) kind != g_hash_table_size (unpack->names))
        return simstow_blocks_refuse (
            name,
            _ ("not a simstow archive: README.txt and simstow.json must come first"),
            error);
    if (unpack->last == SIMSTOW_MEMBER_SUMS || unpack->last > least)
        return simstow_blocks_refuse (name, _ ("not in a simstow archive: out of order"), error);
    return TRUE;
}

static gboolean
open_member (SimstowUnpack *unpack, const gchar *name, guint64 size, GError **error)
{
    SimstowMemberKind kind = simstow_layout_member_kind (name);

    if (!check_place (unpack, name, kind, error))
        return FALSE;
    g_free (unpack->name);
    unpack->name = g_strdup (name);
    unpack->kind = kind;
    if (kind != SIMSTOW_MEMBER_OTHER)
        unpack->last = kind;
    unpack->size = size;
    unpack->left = size;
    unpack->open = TRUE;
    g_hash_table_add (unpack->names, g_strdup (name));
    return TRUE;
}

/* What ends within its first header is the beginning of an archive, or something else */
static gboolean
read_first (SimstowUnpack *unpack, guint8 *block, GError **error)
{
    g_autoptr (GError) reason = NULL;
    const gchar *text = (const gchar *) block;

    if (simstow_blocks_read (unpack->stream, block, &reason))
        return TRUE;
    if (g_error_matches (reason, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT) &&
        strncmp (text, NAME_PREFIX, MIN (strlen (text), strlen (NAME_PREFIX))) != 0)
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_DAMAGED,
                             _ ("not a simstow archive, or damaged"));
    else
        g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
}

/* The directory as simstow writes it, without an owner */
static gboolean
enter_directory (SimstowUnpack *unpack, const guint8 *block)
{
    SimstowTarHeader header;
    gsize length;
    g_autofree gchar *top = NULL;

    if (!simstow_tar_header_decode (block, &header, NULL) || !header.directory ||
        header.size != 0 || !header.anonymous)
        return FALSE;
    length = strlen (header.name);
    top = g_strndup (header.name, length > 0 ? length - 1 : 0);
    if (header.name[strlen (top)] != '/' || !simstow_layout_is_safe_name (top))
        return FALSE;
    unpack->top = g_steal_pointer (&top);
    return TRUE;
}

/* What another program packed again may have its members in any order */
static gboolean
put_on_shelf (SimstowUnpack *unpack, const guint8 *block, const gchar *taken, GError **error)
{
    unpack->shelf = simstow_shelf_new (unpack->stream, block, taken, error);
    return unpack->shelf != NULL;
}

/* Whether that entry is the member of this name */
static gboolean
is_member (const SimstowUnpack *unpack, const guint8 *block, SimstowMemberKind kind)
{
    SimstowTarHeader header;
    const gchar *name = NULL;

    if (simstow_tar_header_decode (block, &header, NULL))
        name = simstow_blocks_member_name (&header, unpack->top, NULL);
    return g_strcmp0 (name, simstow_layout_member_name (kind)) == 0;
}

/* Whoever keeps neither the way simstow names nobody, nor README.txt in front, is another
 * program */
static gboolean
begin (SimstowUnpack *unpack, GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];

    unpack->begun = TRUE;
    if (!read_first (unpack, block, error))
        return FALSE;
    if (!enter_directory (unpack, block))
        return put_on_shelf (unpack, block, NULL, error);
    if (!simstow_blocks_read (unpack->stream, unpack->ahead, error))
        return FALSE;
    if (!is_member (unpack, unpack->ahead, SIMSTOW_MEMBER_README))
        return put_on_shelf (unpack, unpack->ahead, NULL, error);
    unpack->is_ahead = TRUE;
    return TRUE;
}

static gboolean
next_on_shelf (SimstowUnpack *unpack, GError **error)
{
    const gchar *name;
    gsize size;

    unpack->shelved = simstow_shelf_take (unpack->shelf, &name, &size);
    return !name || open_member (unpack, name, size, error);
}

static gboolean
next_in_tar (SimstowUnpack *unpack, GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];
    SimstowTarHeader header;
    const gchar *name;

    if (unpack->is_ahead)
        memcpy (block, unpack->ahead, sizeof block);
    else if (!simstow_blocks_read (unpack->stream, block, error))
        return FALSE;
    unpack->is_ahead = FALSE;
    if (simstow_blocks_is_zero (block, sizeof block)) {
        if (unpack->last != SIMSTOW_MEMBER_SUMS)
            return simstow_blocks_refuse ("SHA256SUMS",
                                          _ ("missing: the archive is damaged"),
                                          error);
        return simstow_blocks_check_end (unpack->stream, error);
    }
    if (!simstow_tar_header_decode (block, &header, error))
        return FALSE;
    if (g_hash_table_size (unpack->names) == SIMSTOW_MEMBER_HEADER &&
        !is_member (unpack, block, SIMSTOW_MEMBER_HEADER))
        return put_on_shelf (unpack,
                             block,
                             simstow_layout_member_name (SIMSTOW_MEMBER_README),
                             error) &&
               next_on_shelf (unpack, error);
    if (header.extended)
        return simstow_tar_refuse_type (header.name, 'x', error);
    name = simstow_blocks_member_name (&header, unpack->top, error);
    return name && open_member (unpack, name, header.size, error);
}

gboolean
simstow_unpack_next (SimstowUnpack *unpack,
                     const gchar **name,
                     SimstowMemberKind *kind,
                     GError **error)
{
    *name = NULL;
    if (!close_member (unpack, error) || (!unpack->begun && !begin (unpack, error)))
        return FALSE;
    if (!(unpack->shelf ? next_on_shelf (unpack, error) : next_in_tar (unpack, error)))
        return FALSE;
    *name = unpack->open ? unpack->name : NULL;
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
    if (unpack->shelf) {
        *data = unpack->shelved;
        *size = unpack->left;
        return TRUE;
    }
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
    const guint8 *data = unpack->shelved;
    gsize available;

    unpack->left -= size;
    if (unpack->shelf) {
        simstow_hasher_update (unpack->hasher, data, size);
        unpack->shelved += size;
        return;
    }
    /* what is skipped was peeked at, so that this reads nothing */
    simstow_stream_peek (unpack->stream, &data, &available, NULL);
    simstow_hasher_update (unpack->hasher, data, size);
    simstow_stream_skip (unpack->stream, size);
}

gboolean
simstow_unpack_is_original (const SimstowUnpack *unpack)
{
    return !unpack->shelf && simstow_stream_is_sealed (unpack->stream);
}

const gchar *const *
simstow_unpack_get_ignored (const SimstowUnpack *unpack)
{
    return unpack->shelf ? simstow_shelf_get_ignored (unpack->shelf) : NULL;
}

const GPtrArray *
simstow_unpack_get_sums (const SimstowUnpack *unpack)
{
    return unpack->sums;
}
