/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The levels of verification, and the two that look at the file from outside.
 */

#include "config.h"

#include "simstow-level.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-regular.h"
#include "simstow-sha256.h"

#define DIGEST_LENGTH 64
#define CHUNK         (256 * 1024)

static const gchar *const levels[] = {"present", "digest", "whole", "restore"};

gboolean
simstow_level_parse (const gchar *text, SimstowLevel *level, GError **error)
{
    gsize i;

    *level = SIMSTOW_LEVEL_WHOLE;
    if (text == NULL)
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (levels); i++) {
        *level = (SimstowLevel) i;
        if (g_str_equal (levels[i], text))
            return TRUE;
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_USAGE,
                 _ ("there is no level \"%s\"; there are present, digest, whole and restore"),
                 text);
    return FALSE;
}

const gchar *
simstow_level_to_string (SimstowLevel level)
{
    return levels[level];
}

static gboolean
set_fault (GError **error, SimstowError code, const gchar *what)
{
    g_set_error_literal (error, SIMSTOW_ERROR, (gint) code, what);
    return FALSE;
}

gboolean
simstow_level_check_present (const gchar *path, guint64 *size, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileInfo) info =
        g_file_query_info (file,
                           G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE,
                           NULL,
                           error);

    if (!info)
        return FALSE;
    *size = (guint64) g_file_info_get_size (info);
    switch (g_file_info_get_file_type (info)) {
    case G_FILE_TYPE_REGULAR:
        return *size > 0 || set_fault (error,
                                       SIMSTOW_ERROR_CUT_SHORT,
                                       _ ("the archive is cut short: it is empty"));
    case G_FILE_TYPE_DIRECTORY:
        return set_fault (error, SIMSTOW_ERROR_DAMAGED, _ ("not an archive, but a directory"));
    default:
        return set_fault (error, SIMSTOW_ERROR_DAMAGED, _ ("not an archive, and no file"));
    }
}

static gchar *
compute_digest (const gchar *path, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    g_autofree guint8 *buffer = g_malloc (CHUNK);
    gssize size;

    if (!stream)
        return NULL;
    do {
        size = g_input_stream_read (G_INPUT_STREAM (stream), buffer, CHUNK, cancellable, error);
        if (size > 0)
            simstow_sha256_update (checksum, buffer, (gsize) size);
    } while (size > 0);
    return size < 0 ? NULL : simstow_sha256_dup_string (checksum);
}

gboolean
simstow_level_check_digest (const gchar *path, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *beside = g_strconcat (path, ".sha256", NULL);
    g_autoptr (GBytes) expected = simstow_regular_read (beside, CHUNK, NULL);
    g_autofree gchar *digest = NULL;

    if (!expected || g_bytes_get_size (expected) < DIGEST_LENGTH) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_NOT_FOUND,
                     _ ("there is no digest to compare with; make one, while the archive is good, "
                        "with: sha256sum ARCHIVE > ARCHIVE.sha256"));
        return FALSE;
    }
    digest = compute_digest (path, cancellable, error);
    if (!digest)
        return FALSE;
    if (g_ascii_strncasecmp (digest, g_bytes_get_data (expected, NULL), DIGEST_LENGTH) == 0)
        return TRUE;
    return set_fault (error,
                      SIMSTOW_ERROR_DAMAGED,
                      _ ("the file is not the one that its digest was made of"));
}
