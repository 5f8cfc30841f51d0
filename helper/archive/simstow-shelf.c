/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive that another program packed again.
 */

#include "config.h"

#include "simstow-shelf.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-blocks.h"
#include "simstow-error.h"
#include "simstow-layout.h"
#include "simstow-pax.h"

/* A line of SHA256SUMS: the digest, two spaces, the name */
#define DIGEST_SIZE 64

/* How many files there may be, with those that are passed over */
#define LIMIT_FILES 4096

/* A file that lies in the tar; @contents is NULL for what is none, as a link */
typedef struct {
    gchar *path;
    gchar type;
    gboolean twice;
    gboolean ours;
    GByteArray *contents;
} File;

struct _SimstowShelf {
    /* (element-type File): by path */
    GHashTable *files;
    /* the directory of the archive, "" or with a slash behind it */
    gchar *top;
    gsize size;
    /* the order of the members; the names are in SHA256SUMS's own text */
    GPtrArray *order;
    guint next;
    GPtrArray *ignored;
};

static void
file_free (gpointer data)
{
    File *file = data;

    g_clear_pointer (&file->contents, g_byte_array_unref);
    g_free (file->path);
    g_free (file);
}

void
simstow_shelf_free (SimstowShelf *shelf)
{
    if (!shelf)
        return;
    g_hash_table_unref (shelf->files);
    g_ptr_array_unref (shelf->order);
    g_ptr_array_unref (shelf->ignored);
    g_free (shelf->top);
    g_free (shelf);
}

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
    if (!simstow_blocks_skip_padding (stream, path, length, error))
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

/* What could be a member is laid up; it is known only at the end where the archive is */
static gboolean
lay_up (SimstowShelf *shelf,
        SimstowStream *stream,
        const gchar *path,
        gchar type,
        guint64 size,
        GError **error)
{
    File *file = g_hash_table_lookup (shelf->files, path);
    g_autoptr (GByteArray) contents = NULL;

    if (g_hash_table_size (shelf->files) >= LIMIT_FILES)
        return simstow_blocks_refuse (path,
                                      _ ("not in a simstow archive: too many members"),
                                      error);
    if (type == '0' && size > SIMSTOW_SHELF_LIMIT - shelf->size)
        return simstow_blocks_refuse (path,
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
    shelf->size += file->contents ? file->contents->len : 0;
    g_hash_table_insert (shelf->files, file->path, file);
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
        return simstow_blocks_refuse (header->name,
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
read_entry (SimstowShelf *shelf,
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

        return simstow_blocks_refuse (
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
    return header.directory || lay_up (shelf, stream, path, type, header.size, error);
}

static gboolean
read_all (SimstowShelf *shelf, SimstowStream *stream, const guint8 *first, GError **error)
{
    g_auto (SimstowPax) told = {NULL};
    guint8 block[SIMSTOW_TAR_BLOCK];

    memcpy (block, first, sizeof block);
    while (!simstow_blocks_is_zero (block, sizeof block))
        if (!read_entry (shelf, stream, block, &told, error) ||
            !simstow_blocks_read (stream, block, error))
            return FALSE;
    return simstow_blocks_check_end (stream, error);
}

/* Directories into which a program that knows no extended headers unpacks them, names and all */
static gboolean
is_of_headers (const gchar *path)
{
    return g_str_has_prefix (path, "PaxHeader") || strstr (path, "/PaxHeader");
}

static File *
find (const SimstowShelf *shelf, const gchar *top, const gchar *name)
{
    g_autofree gchar *path = g_strconcat (top, name, NULL);

    return g_hash_table_lookup (shelf->files, path);
}

static gboolean
set_top (SimstowShelf *shelf, const gchar *top, GError **error)
{
    if (!shelf->top)
        shelf->top = g_strdup (top);
    if (strcmp (shelf->top, top) == 0)
        return TRUE;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_DAMAGED,
                 _ ("not one simstow archive, but several: in %s and in %s"),
                 *shelf->top ? shelf->top : "./",
                 *top ? top : "./");
    return FALSE;
}

/* The archive is where SHA256SUMS and simstow.json are, or one of them when the other is gone */
static gboolean
find_top (SimstowShelf *shelf, GError **error)
{
    const gchar *const marks[] = {simstow_layout_member_name (SIMSTOW_MEMBER_HEADER),
                                  simstow_layout_member_name (SIMSTOW_MEMBER_SUMS)};
    GHashTableIter iter;
    gpointer path;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (marks); i++) {
        g_hash_table_iter_init (&iter, shelf->files);
        while (g_hash_table_iter_next (&iter, &path, NULL)) {
            const gchar *base = base_of (path);
            g_autofree gchar *top = g_strndup (path, (gsize) (base - (const gchar *) path));

            if (strcmp (base, marks[i]) == 0 && !is_of_headers (top) &&
                !set_top (shelf, top, error))
                return FALSE;
        }
    }
    if (shelf->top)
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("not a simstow archive: a tar without simstow.json and SHA256SUMS"));
    return FALSE;
}

/* Lists the member that the text at @line names; its digest is compared later, as that of
 * every archive is */
static gboolean
list_line (SimstowShelf *shelf, const gchar *line, gsize length, const gchar *taken, GError **error)
{
    g_autofree gchar *name = NULL;
    File *file;

    if (length <= DIGEST_SIZE + 2)
        return simstow_blocks_refuse ("SHA256SUMS", _ ("damaged: a line too short"), error);
    name = g_strndup (line + DIGEST_SIZE + 2, length - DIGEST_SIZE - 2);
    if (g_strcmp0 (name, taken) == 0)
        return TRUE;
    file = find (shelf, shelf->top, name);
    if (!file || (file->ours && !file->twice))
        return simstow_blocks_refuse ("SHA256SUMS",
                                      _ ("damaged: it lists members that are not there"),
                                      error);
    if (file->twice)
        return simstow_blocks_refuse (name,
                                      _ ("not in a simstow archive: a second member of this name"),
                                      error);
    if (!simstow_layout_is_safe_name (name)) {
        g_autofree gchar *shown = g_strescape (name, NULL);

        return simstow_blocks_refuse (shown, _ ("not in a simstow archive: an odd name"), error);
    }
    file->ours = TRUE;
    g_ptr_array_add (shelf->order, file);
    return shelf->order->len <= SIMSTOW_LIMIT_MEMBERS ||
           simstow_blocks_refuse (name, _ ("not in a simstow archive: too many members"), error);
}

/* A link or device among the members is no accident */
static gboolean
check_links (const SimstowShelf *shelf, GError **error)
{
    gsize length = strlen (shelf->top);
    GHashTableIter iter;
    gpointer data;

    g_hash_table_iter_init (&iter, shelf->files);
    while (g_hash_table_iter_next (&iter, NULL, &data)) {
        const File *file = data;

        if (file->type != '0' && strncmp (file->path, shelf->top, length) == 0 &&
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
list_ignored (SimstowShelf *shelf)
{
    GHashTableIter iter;
    gpointer data;

    g_hash_table_iter_init (&iter, shelf->files);
    while (g_hash_table_iter_next (&iter, NULL, &data)) {
        const File *file = data;

        if (!file->ours)
            g_ptr_array_add (shelf->ignored, file->path);
    }
    g_ptr_array_sort (shelf->ignored, compare_paths);
    g_ptr_array_add (shelf->ignored, NULL);
}

static gboolean
put_in_order (SimstowShelf *shelf, const gchar *taken, GError **error)
{
    const gchar *name = simstow_layout_member_name (SIMSTOW_MEMBER_SUMS);
    File *sums = find (shelf, shelf->top, name);
    gsize offset = 0;

    if (!sums || !sums->contents)
        return simstow_blocks_refuse (name, _ ("missing: the archive is damaged"), error);
    if (sums->twice)
        return simstow_blocks_refuse (name,
                                      _ ("not in a simstow archive: a second member of this name"),
                                      error);
    sums->ours = TRUE;
    while (offset < sums->contents->len) {
        const guint8 *line = sums->contents->data + offset;
        const guint8 *end = memchr (line, '\n', sums->contents->len - offset);

        if (!end)
            return simstow_blocks_refuse (name, _ ("damaged: the last line has no end"), error);
        if (!list_line (shelf, (const gchar *) line, (gsize) (end - line), taken, error))
            return FALSE;
        offset += (gsize) (end - line) + 1;
    }
    g_ptr_array_add (shelf->order, sums);
    return TRUE;
}

SimstowShelf *
simstow_shelf_new (SimstowStream *stream, const guint8 *block, const gchar *taken, GError **error)
{
    g_autoptr (SimstowShelf) shelf = g_new0 (SimstowShelf, 1);

    shelf->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, file_free);
    shelf->order = g_ptr_array_new ();
    shelf->ignored = g_ptr_array_new ();
    if (!read_all (shelf, stream, block, error) || !find_top (shelf, error) ||
        !check_links (shelf, error) || !put_in_order (shelf, taken, error))
        return NULL;
    list_ignored (shelf);
    return g_steal_pointer (&shelf);
}

const guint8 *
simstow_shelf_take (SimstowShelf *shelf, const gchar **name, gsize *size)
{
    const File *file;

    *name = NULL;
    *size = 0;
    if (shelf->next == shelf->order->len)
        return NULL;
    file = g_ptr_array_index (shelf->order, shelf->next++);
    *name = base_of (file->path);
    *size = file->contents->len;
    return file->contents->data;
}

const gchar *const *
simstow_shelf_get_ignored (const SimstowShelf *shelf)
{
    return (const gchar *const *) shelf->ignored->pdata;
}
