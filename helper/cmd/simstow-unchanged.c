/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what a modem holds is saved already.
 */

#include "config.h"

#include "simstow-unchanged.h"

#include <string.h>

#include "simstow-layout.h"

/* simstow-ID-TIME- and the content id's first digits */
#define TIME_LENGTH    16
#define CONTENT_LENGTH 8

static gboolean
on_header (const SimstowArchiveHeader *header, gpointer user_data, GError **error)
{
    gchar **content_id = user_data;

    *content_id = g_strdup (header->content_id);
    return TRUE;
}

static gboolean
file_holds (const gchar *path,
            const gchar *content_id,
            const SimstowArchiveKeys *keys,
            GCancellable *cancellable)
{
    const SimstowArchiveVisitor visitor = {.header = on_header};
    g_autofree gchar *found = NULL;

    return simstow_archive_read (path, keys, &visitor, &found, cancellable, NULL) &&
           g_strcmp0 (found, content_id) == 0;
}

/* The newest archive of that SIM; names sort by time. */
static gchar *
newest_in (const gchar *directory, const gchar *prefix)
{
    g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
    const gchar *name;
    gchar *newest = NULL;

    while (dir && (name = g_dir_read_name (dir))) {
        const gchar *rest = name + strlen (prefix) + TIME_LENGTH + 1 + CONTENT_LENGTH;

        if (!g_str_has_prefix (name, prefix) || strlen (name) <= (gsize) (rest - name) ||
            !g_str_has_prefix (rest, ".tar") || g_str_has_suffix (name, ".sha256"))
            continue;
        if (newest && strcmp (name, newest) <= 0)
            continue;
        g_free (newest);
        newest = g_strdup (name);
    }
    return newest;
}

static gchar *
find_in (const gchar *directory, const gchar *id, const gchar *content_id)
{
    g_autofree gchar *prefix = g_strdup_printf ("simstow-%s-", id);
    g_autofree gchar *name = newest_in (directory, prefix);

    if (!name ||
        strncmp (name + strlen (prefix) + TIME_LENGTH + 1, content_id, CONTENT_LENGTH) != 0)
        return NULL;
    return g_build_filename (directory, name, NULL);
}

gboolean
simstow_unchanged_find (SimstowSnapshot *snapshot,
                        const gchar *output,
                        const SimstowArchiveWriteOptions *options,
                        gchar **path,
                        GCancellable *cancellable,
                        GError **error)
{
    const gchar *target = output ? output : ".";
    g_autofree gchar *id = simstow_layout_id (snapshot);
    g_autofree gchar *content_id = NULL;

    *path = NULL;
    content_id = simstow_archive_compute_content_id (snapshot, options, cancellable, error);
    if (!content_id)
        return FALSE;
    if (g_file_test (target, G_FILE_TEST_IS_DIR))
        *path = find_in (target, id, content_id);
    else if (g_file_test (target, G_FILE_TEST_IS_REGULAR) &&
             file_holds (target, content_id, &options->keys, cancellable))
        *path = g_strdup (target);
    return TRUE;
}
