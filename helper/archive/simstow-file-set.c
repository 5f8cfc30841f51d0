/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that one run reads.
 */

#include "simstow-file-set.h"

#include <unistd.h>

typedef struct {
    dev_t device;
    ino_t inode;
    gboolean grows;
} File;

struct _SimstowFileSet {
    GArray *files;
};

SimstowFileSet *
simstow_file_set_new (void)
{
    SimstowFileSet *set = g_new0 (SimstowFileSet, 1);

    set->files = g_array_new (FALSE, FALSE, sizeof (File));
    return set;
}

void
simstow_file_set_free (SimstowFileSet *set)
{
    if (!set)
        return;
    g_array_unref (set->files);
    g_free (set);
}

static void
add (SimstowFileSet *set, const struct stat *info, gboolean grows)
{
    const File file = {info->st_dev, info->st_ino, grows};

    if (S_ISREG (info->st_mode))
        g_array_append_val (set->files, file);
}

void
simstow_file_set_add_path (SimstowFileSet *set, const gchar *path, gboolean grows)
{
    struct stat info;

    if (g_str_equal (path, "-"))
        simstow_file_set_add_fd (set, STDIN_FILENO);
    else if (stat (path, &info) == 0)
        add (set, &info, grows);
}

void
simstow_file_set_add_fd (SimstowFileSet *set, gint fd)
{
    struct stat info;

    if (fd >= 0 && fstat (fd, &info) == 0)
        add (set, &info, FALSE);
}

gboolean
simstow_file_set_keeps (const SimstowFileSet *set, const struct stat *info, gboolean in_place)
{
    guint i;

    for (i = 0; set && i < set->files->len; i++) {
        const File *file = &g_array_index (set->files, File, i);

        if (file->device == info->st_dev && file->inode == info->st_ino &&
            (in_place || !file->grows))
            return TRUE;
    }
    return FALSE;
}
