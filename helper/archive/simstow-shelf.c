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

struct _SimstowShelf {
    /* name to contents, a GByteArray */
    GHashTable *members;
    gsize size;
    /* (element-type utf8): in order; the strings are the table's */
    GPtrArray *order;
    guint taken;
};

void
simstow_shelf_free (SimstowShelf *shelf)
{
    if (!shelf)
        return;
    g_hash_table_unref (shelf->members);
    g_ptr_array_unref (shelf->order);
    g_free (shelf);
}

/* The contents of an entry, and what fills up its last block */
static GByteArray *
read_contents (SimstowStream *stream, const SimstowTarHeader *header, GError **error)
{
    g_autoptr (GByteArray) contents = g_byte_array_new ();

    while (contents->len < header->size) {
        const guint8 *data;
        gsize size;

        if (!simstow_stream_peek (stream, &data, &size, error))
            return NULL;
        if (size == 0) {
            simstow_stream_set_ended (stream, error);
            g_prefix_error (error, "%s: ", header->name);
            return NULL;
        }
        size = MIN (size, header->size - contents->len);
        g_byte_array_append (contents, data, (guint) size);
        simstow_stream_skip (stream, size);
    }
    if (!simstow_blocks_skip_padding (stream, header->name, header->size, error))
        return NULL;
    return g_steal_pointer (&contents);
}

gboolean
simstow_shelf_pass_over (SimstowStream *stream, const SimstowTarHeader *header, GError **error)
{
    g_autoptr (GByteArray) contents = NULL;

    if (header->size > SIMSTOW_PAX_LIMIT)
        return simstow_blocks_refuse (header->name,
                                      _ ("not in a simstow archive: a huge extended header"),
                                      error);
    contents = read_contents (stream, header, error);
    return contents && simstow_pax_check (header->name, contents->data, contents->len, error);
}

static gboolean
lay_up (SimstowShelf *shelf,
        SimstowStream *stream,
        const SimstowTarHeader *header,
        const gchar *name,
        GError **error)
{
    g_autoptr (GByteArray) contents = NULL;

    if (g_hash_table_contains (shelf->members, name))
        return simstow_blocks_refuse (name,
                                      _ ("not in a simstow archive: a second member of this name"),
                                      error);
    if (g_hash_table_size (shelf->members) >= SIMSTOW_LIMIT_MEMBERS)
        return simstow_blocks_refuse (name,
                                      _ ("not in a simstow archive: too many members"),
                                      error);
    if (header->size > SIMSTOW_SHELF_LIMIT - shelf->size)
        return simstow_blocks_refuse (name,
                                      _ ("too large for an archive that another program packed "
                                         "again (simstow-archive(5) tells how to pack it so that "
                                         "it can be read)"),
                                      error);
    contents = read_contents (stream, header, error);
    if (!contents)
        return FALSE;
    shelf->size += contents->len;
    g_hash_table_insert (shelf->members, g_strdup (name), g_steal_pointer (&contents));
    return TRUE;
}

static gboolean
read_entry (SimstowShelf *shelf,
            SimstowStream *stream,
            const guint8 *block,
            const gchar *top,
            GError **error)
{
    SimstowTarHeader header;
    const gchar *name;

    if (!simstow_tar_header_decode (block, &header, error))
        return FALSE;
    if (header.extended)
        return simstow_shelf_pass_over (stream, &header, error);
    name = simstow_blocks_member_name (&header, top, error);
    return name && lay_up (shelf, stream, &header, name, error);
}

static gboolean
read_all (SimstowShelf *shelf, SimstowStream *stream, const gchar *top, GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];

    for (;;) {
        if (!simstow_blocks_read (stream, block, error))
            return FALSE;
        if (simstow_blocks_is_zero (block, sizeof block))
            return simstow_blocks_check_end (stream, error);
        if (!read_entry (shelf, stream, block, top, error))
            return FALSE;
    }
}

/* Lists the member that the text at @line names; its digest is compared later, as that of
 * every archive is */
static gboolean
list_line (SimstowShelf *shelf, const gchar *line, gsize length, GError **error)
{
    g_autofree gchar *name = NULL;
    gpointer key;

    if (length <= DIGEST_SIZE + 2)
        return simstow_blocks_refuse ("SHA256SUMS", _ ("damaged: a line too short"), error);
    name = g_strndup (line + DIGEST_SIZE + 2, length - DIGEST_SIZE - 2);
    if (!g_hash_table_lookup_extended (shelf->members, name, &key, NULL) ||
        g_ptr_array_find (shelf->order, key, NULL))
        return simstow_blocks_refuse ("SHA256SUMS",
                                      _ ("damaged: it lists members that are not there"),
                                      error);
    g_ptr_array_add (shelf->order, key);
    return TRUE;
}

static gboolean
check_all_listed (const SimstowShelf *shelf, GError **error)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, shelf->members);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        if (!g_ptr_array_find (shelf->order, key, NULL))
            return simstow_blocks_refuse (key,
                                          _ ("not in a simstow archive: not in SHA256SUMS"),
                                          error);
    return TRUE;
}

static gboolean
put_in_order (SimstowShelf *shelf, GError **error)
{
    const gchar *sums = simstow_layout_member_name (SIMSTOW_MEMBER_SUMS);
    const GByteArray *text;
    gpointer key;
    gsize offset = 0;

    if (!g_hash_table_lookup_extended (shelf->members, sums, &key, (gpointer *) &text))
        return simstow_blocks_refuse (sums, _ ("missing: the archive is damaged"), error);
    while (offset < text->len) {
        const guint8 *line = text->data + offset;
        const guint8 *end = memchr (line, '\n', text->len - offset);

        if (!end)
            return simstow_blocks_refuse (sums, _ ("damaged: the last line has no end"), error);
        if (!list_line (shelf, (const gchar *) line, (gsize) (end - line), error))
            return FALSE;
        offset += (gsize) (end - line) + 1;
    }
    g_ptr_array_add (shelf->order, key);
    return check_all_listed (shelf, error);
}

SimstowShelf *
simstow_shelf_new (SimstowStream *stream, const gchar *top, GError **error)
{
    g_autoptr (SimstowShelf) shelf = g_new0 (SimstowShelf, 1);

    shelf->members = g_hash_table_new_full (g_str_hash,
                                            g_str_equal,
                                            g_free,
                                            (GDestroyNotify) g_byte_array_unref);
    shelf->order = g_ptr_array_new ();
    if (!read_all (shelf, stream, top, error) || !put_in_order (shelf, error))
        return NULL;
    return g_steal_pointer (&shelf);
}

const guint8 *
simstow_shelf_take (SimstowShelf *shelf, const gchar **name, gsize *size)
{
    const GByteArray *contents;

    *name = NULL;
    *size = 0;
    if (shelf->taken == shelf->order->len)
        return NULL;
    *name = g_ptr_array_index (shelf->order, shelf->taken++);
    contents = g_hash_table_lookup (shelf->members, *name);
    *size = contents->len;
    return contents->data;
}
