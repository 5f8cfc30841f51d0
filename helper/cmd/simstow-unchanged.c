/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what a modem holds is saved already.
 */

#include "config.h"

#include "simstow-unchanged.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-archive-write.h"
#include "simstow-input.h"
#include "simstow-layout.h"
#include "simstow-openpgp.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

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

/* Whether that archive will do: one that is as open or closed as the new one would be, as who
 * begins to encrypt is not told that what lies open is enough; and whole, as its name alone saves
 * nothing. What is encrypted to keys alone is not opened to see whether its name is right: nobody
 * may be there to unlock one. That its packets are all there can be seen without. */
static gboolean
will_do (const gchar *path,
         gboolean named,
         const gchar *content_id,
         const SimstowArchiveWriteOptions *options,
         GCancellable *cancellable)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, NULL);
    SimstowOpenpgpMessage message;

    if (!input || simstow_input_is_encrypted (input) != simstow_archive_is_encrypted (options))
        return FALSE;
    if (named && simstow_input_is_encrypted (input) && !options->keys.passphrase)
        return simstow_openpgp_check (simstow_input_get_fd (input), &message, NULL);
    return file_holds (path, content_id, &options->keys, cancellable);
}

/* What only has an archive's name, as a FIFO or a link to nothing, saves nothing */
static gboolean
check_regular (const gchar *directory, const gchar *name)
{
    g_autofree gchar *path = g_build_filename (directory, name, NULL);
    g_autofree gchar *display = g_filename_display_name (path);
    g_autofree gchar *line = simstow_text_line (display);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    simstow_terminal_note (_ ("%s is no regular file and is passed over\n"), line);
    return FALSE;
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
        if ((newest && strcmp (name, newest) <= 0) || !check_regular (directory, name))
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
    gboolean in_directory = g_file_test (target, G_FILE_TEST_IS_DIR);
    g_autofree gchar *id = simstow_layout_id (snapshot);
    g_autofree gchar *content_id = NULL;
    g_autofree gchar *found = NULL;

    *path = NULL;
    content_id = simstow_archive_compute_content_id (snapshot, options, cancellable, error);
    if (!content_id)
        return FALSE;
    if (in_directory)
        found = find_in (target, id, content_id);
    else if (g_file_test (target, G_FILE_TEST_IS_REGULAR))
        found = g_strdup (target);
    if (found && will_do (found, in_directory, content_id, options, cancellable))
        *path = g_steal_pointer (&found);
    return TRUE;
}
