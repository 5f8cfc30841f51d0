/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the simulated card.
 */

#include "sim-card-file.h"

#include <string.h>

static SimCardFile *
file_alloc (SimCardFile *parent, SimCardFileKind kind, guint16 fid, const gchar *name)
{
    SimCardFile *file = g_new0 (SimCardFile, 1);

    file->kind = kind;
    file->fid = fid;
    file->name = g_strdup (name);
    file->parent = parent;
    if (parent != NULL) {
        g_ptr_array_add (parent->children, file);
    }
    return file;
}

SimCardFile *
sim_card_file_new (SimCardFile *parent,
                   SimCardFileKind kind,
                   guint16 fid,
                   const gchar *name,
                   gsize size,
                   gsize records)
{
    SimCardFile *file = file_alloc (parent, kind, fid, name);

    if (sim_card_file_is_directory (file)) {
        file->children = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_card_file_free);
        return file;
    }
    file->data = g_byte_array_new ();
    g_byte_array_set_size (file->data, size * records);
    memset (file->data->data, 0xFF, file->data->len);
    if (kind != SIM_CARD_FILE_TRANSPARENT) {
        file->record_size = size;
    }
    return file;
}

SimCardFile *
sim_card_file_link (SimCardFile *parent, guint16 fid, SimCardFile *target)
{
    SimCardFile *file = file_alloc (parent, target->kind, fid, target->name);

    file->sfi = target->sfi;
    file->read = target->read;
    file->update = target->update;
    file->data = g_byte_array_ref (target->data);
    file->record_size = target->record_size;
    file->tail = target->tail;
    return file;
}

void
sim_card_file_free (SimCardFile *file)
{
    g_clear_pointer (&file->children, g_ptr_array_unref);
    g_clear_pointer (&file->data, g_byte_array_unref);
    g_clear_pointer (&file->aid, g_bytes_unref);
    g_free (file->name);
    g_free (file);
}

gboolean
sim_card_file_is_directory (const SimCardFile *file)
{
    return file->kind == SIM_CARD_FILE_DIRECTORY || file->kind == SIM_CARD_FILE_APPLICATION;
}

SimCardFile *
sim_card_file_child (SimCardFile *directory, guint16 fid)
{
    for (guint i = 0; i < directory->children->len; i++) {
        SimCardFile *file = g_ptr_array_index (directory->children, i);

        if (file->fid == fid) {
            return file;
        }
    }
    return NULL;
}

SimCardFile *
sim_card_file_find (SimCardFile *root, const gchar *path)
{
    g_auto (GStrv) names = g_strsplit (path, "/", -1);
    SimCardFile *file = root;

    for (guint i = 0; names[i] != NULL && file != NULL; i++) {
        guint16 fid = (guint16) g_ascii_strtoull (names[i], NULL, 16);

        if (i == 0 && fid == root->fid) {
            continue;
        }
        file = sim_card_file_is_directory (file) ? sim_card_file_child (file, fid) : NULL;
    }
    return file;
}

gchar *
sim_card_file_path (const SimCardFile *file)
{
    g_autofree gchar *above = NULL;

    if (file->parent == NULL) {
        return g_strdup_printf ("%04X", file->fid);
    }
    above = sim_card_file_path (file->parent);
    return g_strdup_printf ("%s/%04X", above, file->fid);
}

guint
sim_card_file_count (const SimCardFile *file)
{
    return file->record_size == 0 ? 0 : file->data->len / file->record_size;
}

guint8 *
sim_card_file_record (SimCardFile *file, guint number)
{
    if (number < 1 || number > sim_card_file_count (file)) {
        return NULL;
    }
    return file->data->data + (number - 1) * file->record_size;
}

gboolean
sim_card_file_set (SimCardFile *file, guint number, const guint8 *data, gsize size)
{
    guint8 *place = number == 0 ? file->data->data : sim_card_file_record (file, number);
    gsize room = number == 0 ? file->data->len : file->record_size;

    if (place == NULL || size > room || (number == 0) != (file->record_size == 0)) {
        return FALSE;
    }
    memset (place, 0xFF, room);
    if (size > 0) {
        memcpy (place, data, size);
    }
    return TRUE;
}

void
sim_card_file_push (SimCardFile *file, const guint8 *data)
{
    g_autofree guint8 *copy = g_memdup2 (data, file->record_size);

    memmove (file->data->data + file->record_size,
             file->data->data,
             file->data->len - file->record_size);
    memcpy (file->data->data, copy, file->record_size);
}
