/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive.
 */

#include "config.h"

#include "simstow-unpack.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-sums.h"
#include "simstow-tar.h"

/* How the directory of an archive is called, unless somebody renamed it */
#define NAME_PREFIX "simstow-"

/* A line of SHA256SUMS: the digest, two spaces, the name */
#define DIGEST_SIZE 64

/* How many files there may be, with those that are passed over */
#define LIMIT_FILES 4096

/* How much of what another program packed again may lie in memory */
#define REPACKED_LIMIT (64 * 1024 * 1024)

/* A file that lies in the tar; @contents is NULL for what is none, as a link */
typedef struct {
    gchar *path;
    gchar type;
    gboolean twice;
    gboolean ours;
    GByteArray *contents;
} File;

/*
 * The members of an archive that another program packed again: in whatever order they come, in a
 * directory of whatever name, below others, or in none, they are kept in memory, and then taken in
 * the order in which SHA256SUMS lists them. What those programs add is passed over: times with
 * fractions, extended attributes, files that SHA256SUMS does not list, as .DS_Store. A link or a
 * device among the members is not taken, nor two of one name.
 */
typedef struct {
    /* (element-type File): by path */
    GHashTable *files;
    /* the directory of the archive, "" or with a slash behind it */
    gchar *top;
    gsize size;
    /* the order of the members; the names are in SHA256SUMS's own text */
    GPtrArray *order;
    guint next;
    GPtrArray *ignored;
} Repacked;

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
    Repacked *repacked;
    const guint8 *rest;
    /* a header that was looked at already */
    guint8 ahead[SIMSTOW_TAR_BLOCK];
    gboolean is_ahead;
};

static void
file_free (gpointer data)
{
    File *file = data;

    g_clear_pointer (&file->contents, g_byte_array_unref);
    g_free (file->path);
    g_free (file);
}

static void
repacked_free (Repacked *repacked)
{
    if (!repacked)
        return;
    g_hash_table_unref (repacked->files);
    g_ptr_array_unref (repacked->order);
    g_ptr_array_unref (repacked->ignored);
    g_free (repacked->top);
    g_free (repacked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Repacked, repacked_free)

/* The contents of an entry, and what fills up its last block */
static GByteArray *
read_contents (SimstowStream *stream, const gchar *path, guint64 length, GError **error)
{
    g_autoptr (GByteArray) contents = g_byte_array_new ();

    while (contents->len < length) {
        const guint8 *data;
        gsize size;

        if (!simstow_stream_peek (stream, &data, &size, error))
            return NULL;
        if (size == 0) {
            simstow_stream_set_ended (stream, error);
            g_prefix_error (error, "%s: ", path);
            return NULL;
        }
        size = MIN (size, length - contents->len);
        g_byte_array_append (contents, data, (guint) size);
        simstow_stream_skip (stream, size);
    }
    if (!simstow_tar_skip_padding (stream, path, length, error))
        return NULL;
    return g_steal_pointer (&contents);
}

/* The path without what leads nowhere, "./DIR//x" as "DIR/x"; NULL when it leads upwards */
static gchar *
normalize (const gchar *path)
{
    g_auto (GStrv) parts = g_strsplit (path, "/", -1);
    g_autoptr (GPtrArray) kept = g_ptr_array_new ();
    gsize i;

    for (i = 0; parts[i]; i++) {
        if (strcmp (parts[i], "..") == 0)
            return NULL;
        if (*parts[i] && strcmp (parts[i], ".") != 0)
            g_ptr_array_add (kept, parts[i]);
    }
    g_ptr_array_add (kept, NULL);
    return g_strjoinv ("/", (gchar **) kept->pdata);
}

static const gchar *
base_of (const gchar *path)
{
    const gchar *slash = strrchr (path, '/');

    return slash ? slash + 1 : path;
}

/* What could be a member is kept; it is known only at the end where the archive is */
static gboolean
keep_entry (Repacked *repacked,
            SimstowStream *stream,
            const gchar *path,
            gchar type,
            guint64 size,
            GError **error)
{
    File *file = g_hash_table_lookup (repacked->files, path);
    g_autoptr (GByteArray) contents = NULL;

    if (g_hash_table_size (repacked->files) >= LIMIT_FILES)
        return simstow_tar_refuse (path, _ ("not in a simstow archive: too many members"), error);
    if (type == '0' && size > REPACKED_LIMIT - repacked->size)
        return simstow_tar_refuse (path,
                                   _ ("too large for an archive that another program packed "
                                      "again (simstow-archive(5) tells how to pack it so that "
                                      "it can be read)"),
                                   error);
    if (type == '0' && !(contents = read_contents (stream, path, size, error)))
        return FALSE;
    if (file) {
        file->twice = TRUE;
        return TRUE;
    }
    file = g_new0 (File, 1);
    file->path = g_strdup (path);
    file->type = type;
    file->contents = g_steal_pointer (&contents);
    repacked->size += file->contents ? file->contents->len : 0;
    g_hash_table_insert (repacked->files, file->path, file);
    return TRUE;
}

/* The header and name of an entry that others before it told of */
static gboolean
read_told (SimstowStream *stream, const SimstowTarHeader *header, SimstowPax *told, GError **error)
{
    g_autoptr (GByteArray) contents = NULL;
    SimstowPax nothing = {NULL};
    gboolean read = TRUE;

    if (header->size > SIMSTOW_PAX_LIMIT)
        return simstow_tar_refuse (header->name,
                                   _ ("not in a simstow archive: a huge extended header"),
                                   error);
    contents = read_contents (stream, header->name, header->size, error);
    if (!contents)
        return FALSE;
    if (header->type == 'x')
        return simstow_pax_read (told, header->name, contents->data, contents->len, error);
    /* one for all entries tells nothing of any */
    if (header->type == 'g')
        read = simstow_pax_read (&nothing, header->name, contents->data, contents->len, error);
    simstow_pax_clear (&nothing);
    if (header->type == 'L') {
        g_free (told->path);
        told->path = g_strndup ((const gchar *) contents->data, contents->len);
    }
    return read;
}

static gboolean
read_entry (Repacked *repacked,
            SimstowStream *stream,
            const guint8 *block,
            SimstowPax *told,
            GError **error)
{
    SimstowTarHeader header;
    g_autofree gchar *path = NULL;
    const gchar *name;
    gchar type;

    if (!simstow_tar_header_decode_any (block, &header, error))
        return FALSE;
    if (memchr ("xgLK", header.type, 4))
        return read_told (stream, &header, told, error);
    name = told->path ? told->path : header.name;
    path = normalize (name);
    if (!path) {
        g_autofree gchar *shown = g_strescape (name, NULL);

        return simstow_tar_refuse (
            shown,
            _ ("not in a simstow archive: a name outside its directory, or an odd one"),
            error);
    }
    type = header.type == '0' && told->sparse ? 'S' : header.type;
    if (type == 'S')
        return simstow_tar_refuse_type (name, type, error);
    if (told->has_size)
        header.size = told->size;
    simstow_pax_clear (told);
    return header.directory || keep_entry (repacked, stream, path, type, header.size, error);
}

static gboolean
read_all (Repacked *repacked, SimstowStream *stream, const guint8 *first, GError **error)
{
    g_auto (SimstowPax) told = {NULL};
    guint8 block[SIMSTOW_TAR_BLOCK];

    memcpy (block, first, sizeof block);
    while (!simstow_tar_is_zero (block, sizeof block))
        if (!read_entry (repacked, stream, block, &told, error) ||
            !simstow_tar_read_block (stream, block, error))
            return FALSE;
    return simstow_tar_check_end (stream, error);
}

/* Directories into which a program that knows no extended headers unpacks them, names and all */
static gboolean
is_of_headers (const gchar *path)
{
    return g_str_has_prefix (path, "PaxHeader") || strstr (path, "/PaxHeader");
}

static File *
find (const Repacked *repacked, const gchar *top, const gchar *name)
{
    g_autofree gchar *path = g_strconcat (top, name, NULL);

    return g_hash_table_lookup (repacked->files, path);
}

static gboolean
set_top (Repacked *repacked, const gchar *top, GError **error)
{
    if (!repacked->top)
        repacked->top = g_strdup (top);
    if (strcmp (repacked->top, top) == 0)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_DAMAGED,
                              _ ("not one simstow archive, but several: in %s and in %s"),
                              *repacked->top ? repacked->top : "./",
                              *top ? top : "./");
}

/* The archive is where SHA256SUMS and simstow.json are, or one of them when the other is gone */
static gboolean
find_top (Repacked *repacked, GError **error)
{
    const gchar *const marks[] = {simstow_layout_member_name (SIMSTOW_MEMBER_HEADER),
                                  simstow_layout_member_name (SIMSTOW_MEMBER_SUMS)};
    GHashTableIter iter;
    gpointer path;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (marks); i++) {
        g_hash_table_iter_init (&iter, repacked->files);
        while (g_hash_table_iter_next (&iter, &path, NULL)) {
            const gchar *base = base_of (path);
            g_autofree gchar *top = g_strndup (path, (gsize) (base - (const gchar *) path));

            if (strcmp (base, marks[i]) == 0 && !is_of_headers (top) &&
                !set_top (repacked, top, error))
                return FALSE;
        }
    }
    if (repacked->top)
        return TRUE;
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_DAMAGED,
        _ ("not a simstow archive: a tar without simstow.json and SHA256SUMS"));
}

/* Lists the member that the text at @line names; its digest is compared later, as that of
 * every archive is */
static gboolean
list_line (Repacked *repacked, const gchar *line, gsize length, const gchar *taken, GError **error)
{
    g_autofree gchar *name = NULL;
    File *file;

    if (length <= DIGEST_SIZE + 2)
        return simstow_tar_refuse ("SHA256SUMS", _ ("damaged: a line too short"), error);
    name = g_strndup (line + DIGEST_SIZE + 2, length - DIGEST_SIZE - 2);
    if (g_strcmp0 (name, taken) == 0)
        return TRUE;
    file = find (repacked, repacked->top, name);
    if (!file || (file->ours && !file->twice))
        return simstow_tar_refuse ("SHA256SUMS",
                                   _ ("damaged: it lists members that are not there"),
                                   error);
    if (file->twice)
        return simstow_tar_refuse (name,
                                   _ ("not in a simstow archive: a second member of this name"),
                                   error);
    if (!simstow_layout_is_safe_name (name)) {
        g_autofree gchar *shown = g_strescape (name, NULL);

        return simstow_tar_refuse (shown, _ ("not in a simstow archive: an odd name"), error);
    }
    file->ours = TRUE;
    g_ptr_array_add (repacked->order, file);
    return repacked->order->len <= SIMSTOW_LIMIT_MEMBERS ||
           simstow_tar_refuse (name, _ ("not in a simstow archive: too many members"), error);
}

/* A link or device among the members is no accident */
static gboolean
check_links (const Repacked *repacked, GError **error)
{
    gsize length = strlen (repacked->top);
    GHashTableIter iter;
    gpointer data;

    g_hash_table_iter_init (&iter, repacked->files);
    while (g_hash_table_iter_next (&iter, NULL, &data)) {
        const File *file = data;

        if (file->type != '0' && strncmp (file->path, repacked->top, length) == 0 &&
            !strchr (file->path + length, '/'))
            return simstow_tar_refuse_type (file->path, file->type, error);
    }
    return TRUE;
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

static void
list_ignored (Repacked *repacked)
{
    GHashTableIter iter;
    gpointer data;

    g_hash_table_iter_init (&iter, repacked->files);
    while (g_hash_table_iter_next (&iter, NULL, &data)) {
        const File *file = data;

        if (!file->ours)
            g_ptr_array_add (repacked->ignored, file->path);
    }
    g_ptr_array_sort (repacked->ignored, compare_paths);
    g_ptr_array_add (repacked->ignored, NULL);
}

static gboolean
put_in_order (Repacked *repacked, const gchar *taken, GError **error)
{
    const gchar *name = simstow_layout_member_name (SIMSTOW_MEMBER_SUMS);
    File *sums = find (repacked, repacked->top, name);
    gsize offset = 0;

    if (!sums || !sums->contents)
        return simstow_tar_refuse (name, _ ("missing: the archive is damaged"), error);
    if (sums->twice)
        return simstow_tar_refuse (name,
                                   _ ("not in a simstow archive: a second member of this name"),
                                   error);
    sums->ours = TRUE;
    while (offset < sums->contents->len) {
        const guint8 *line = sums->contents->data + offset;
        const guint8 *end = memchr (line, '\n', sums->contents->len - offset);

        if (!end)
            return simstow_tar_refuse (name, _ ("damaged: the last line has no end"), error);
        if (!list_line (repacked, (const gchar *) line, (gsize) (end - line), taken, error))
            return FALSE;
        offset += (gsize) (end - line) + 1;
    }
    g_ptr_array_add (repacked->order, sums);
    return TRUE;
}

static Repacked *
repacked_new (SimstowStream *stream, const guint8 *block, const gchar *taken, GError **error)
{
    g_autoptr (Repacked) repacked = g_new0 (Repacked, 1);

    repacked->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, file_free);
    repacked->order = g_ptr_array_new ();
    repacked->ignored = g_ptr_array_new ();
    if (!read_all (repacked, stream, block, error) || !find_top (repacked, error) ||
        !check_links (repacked, error) || !put_in_order (repacked, taken, error))
        return NULL;
    list_ignored (repacked);
    return g_steal_pointer (&repacked);
}

/* The contents of the next member in their order, NULL behind the last */
static const guint8 *
repacked_take (Repacked *repacked, const gchar **name, gsize *size)
{
    const File *file;

    *name = NULL;
    *size = 0;
    if (repacked->next == repacked->order->len)
        return NULL;
    file = g_ptr_array_index (repacked->order, repacked->next++);
    *name = base_of (file->path);
    *size = file->contents->len;
    return file->contents->data;
}

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
    repacked_free (unpack->repacked);
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
        return simstow_tar_refuse (unpack->name, _ ("damaged: something is left of it"), error);
    unpack->open = FALSE;
    digest = simstow_hasher_finish (unpack->hasher);
    if (unpack->kind != SIMSTOW_MEMBER_SUMS)
        simstow_sums_take (unpack->sums, unpack->name, g_steal_pointer (&digest));
    return unpack->repacked ||
           simstow_tar_skip_padding (unpack->stream, unpack->name, unpack->size, error);
}

/* Known members come in the order of the layout; none comes behind SHA256SUMS */
static gboolean
check_place (SimstowUnpack *unpack, const gchar *name, SimstowMemberKind kind, GError **error)
{
    SimstowMemberKind least = kind == SIMSTOW_MEMBER_OTHER ? SIMSTOW_MEMBER_SUMS : kind;

    if (g_hash_table_contains (unpack->names, name))
        return simstow_tar_refuse (name,
                                   _ ("not in a simstow archive: a second member of this name"),
                                   error);
    if (g_hash_table_size (unpack->names) >= SIMSTOW_LIMIT_MEMBERS)
        return simstow_tar_refuse (name, _ ("not in a simstow archive: too many members"), error);
    if (g_hash_table_size (unpack->names) <= SIMSTOW_MEMBER_HEADER &&
        (guint) kind != g_hash_table_size (unpack->names))
        return simstow_tar_refuse (
            name,
            _ ("not a simstow archive: README.txt and simstow.json must come first"),
            error);
    if (unpack->last == SIMSTOW_MEMBER_SUMS || unpack->last > least)
        return simstow_tar_refuse (name, _ ("not in a simstow archive: out of order"), error);
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

    if (simstow_tar_read_block (unpack->stream, block, &reason))
        return TRUE;
    if (g_error_matches (reason, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT) &&
        strncmp (text, NAME_PREFIX, MIN (strlen (text), strlen (NAME_PREFIX))) != 0)
        simstow_error_set (error, SIMSTOW_ERROR_DAMAGED, _ ("not a simstow archive, or damaged"));
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
take_repacked (SimstowUnpack *unpack, const guint8 *block, const gchar *taken, GError **error)
{
    unpack->repacked = repacked_new (unpack->stream, block, taken, error);
    return unpack->repacked != NULL;
}

/* Whether that entry is the member of this name */
static gboolean
is_member (const SimstowUnpack *unpack, const guint8 *block, SimstowMemberKind kind)
{
    SimstowTarHeader header;
    const gchar *name = NULL;

    if (simstow_tar_header_decode (block, &header, NULL))
        name = simstow_tar_member_name (&header, unpack->top, NULL);
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
        return take_repacked (unpack, block, NULL, error);
    if (!simstow_tar_read_block (unpack->stream, unpack->ahead, error))
        return FALSE;
    if (!is_member (unpack, unpack->ahead, SIMSTOW_MEMBER_README))
        return take_repacked (unpack, unpack->ahead, NULL, error);
    unpack->is_ahead = TRUE;
    return TRUE;
}

static gboolean
next_repacked (SimstowUnpack *unpack, GError **error)
{
    const gchar *name;
    gsize size;

    unpack->rest = repacked_take (unpack->repacked, &name, &size);
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
    else if (!simstow_tar_read_block (unpack->stream, block, error))
        return FALSE;
    unpack->is_ahead = FALSE;
    if (simstow_tar_is_zero (block, sizeof block)) {
        if (unpack->last != SIMSTOW_MEMBER_SUMS)
            return simstow_tar_refuse ("SHA256SUMS", _ ("missing: the archive is damaged"), error);
        return simstow_tar_check_end (unpack->stream, error);
    }
    if (!simstow_tar_header_decode (block, &header, error))
        return FALSE;
    if (g_hash_table_size (unpack->names) == SIMSTOW_MEMBER_HEADER &&
        !is_member (unpack, block, SIMSTOW_MEMBER_HEADER))
        return take_repacked (unpack,
                              block,
                              simstow_layout_member_name (SIMSTOW_MEMBER_README),
                              error) &&
               next_repacked (unpack, error);
    if (header.type == 'x')
        return simstow_tar_refuse_type (header.name, 'x', error);
    name = simstow_tar_member_name (&header, unpack->top, error);
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
    if (!(unpack->repacked ? next_repacked (unpack, error) : next_in_tar (unpack, error)))
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
    if (unpack->repacked) {
        *data = unpack->rest;
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
    const guint8 *data = unpack->rest;
    gsize available;

    unpack->left -= size;
    if (unpack->repacked) {
        simstow_hasher_update (unpack->hasher, data, size);
        unpack->rest += size;
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
    return !unpack->repacked && simstow_stream_is_sealed (unpack->stream);
}

const gchar *const *
simstow_unpack_get_ignored (const SimstowUnpack *unpack)
{
    return unpack->repacked ? (const gchar *const *) unpack->repacked->ignored->pdata : NULL;
}

const GPtrArray *
simstow_unpack_get_sums (const SimstowUnpack *unpack)
{
    return unpack->sums;
}
