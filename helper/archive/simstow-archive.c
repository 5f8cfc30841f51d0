/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door to archives: writing, reading, loading.
 */

#include "config.h"

#include "simstow-archive.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-archive-reader.h"
#include "simstow-error.h"
#include "simstow-pack.h"
#include "simstow-target.h"

#define ALL_ITEMS                                                                    \
    (1 << SIMSTOW_ITEM_HEADER | 1 << SIMSTOW_ITEM_CALL | 1 << SIMSTOW_ITEM_CONTACT | \
     1 << SIMSTOW_ITEM_ESIM | 1 << SIMSTOW_ITEM_MESSAGE | 1 << SIMSTOW_ITEM_NETWORK)

static const gchar *const extensions[] = {
    [SIMSTOW_COMPRESSION_GZIP] = ".tar.gz",
    [SIMSTOW_COMPRESSION_ZSTD] = ".tar.zst",
    [SIMSTOW_COMPRESSION_XZ] = ".tar.xz",
    [SIMSTOW_COMPRESSION_NONE] = ".tar",
};

static gboolean
is_standard (const gchar *path)
{
    return g_strcmp0 (path, "-") == 0;
}

static gboolean
on_write_standard (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    const guint8 *cursor = data;

    while (size > 0) {
        gssize written = write (STDOUT_FILENO, cursor, size);

        if (written < 0 && errno != EINTR) {
            g_set_error (error,
                         G_IO_ERROR,
                         g_io_error_from_errno (errno),
                         _ ("could not write to standard output: %s"),
                         g_strerror (errno));
            return FALSE;
        }
        if (written > 0) {
            cursor += written;
            size -= (gsize) written;
        }
    }
    return TRUE;
}

static gboolean
write_standard (SimstowPack *pack, const SimstowArchiveWriteOptions *options, GError **error)
{
    if (isatty (STDOUT_FILENO)) {
        g_set_error_literal (
            error,
            SIMSTOW_ERROR,
            SIMSTOW_ERROR_USAGE,
            _ ("an archive does not belong on a terminal: name a file, or pipe it"));
        return FALSE;
    }
    return simstow_pack_write (pack, options->compression, on_write_standard, NULL, error);
}

static gboolean
on_write_target (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    return simstow_target_write (user_data, data, size, error);
}

/* The path itself, or a name of ours in the directory it is */
static gchar *
resolve_output (const gchar *output, const SimstowPack *pack, SimstowCompression compression)
{
    g_autofree gchar *name = NULL;

    if (output && !g_file_test (output, G_FILE_TEST_IS_DIR))
        return g_strdup (output);
    name = g_strconcat (simstow_pack_get_name (pack), extensions[compression], NULL);
    return output ? g_build_filename (output, name, NULL) : g_strdup (name);
}

static gboolean
visit (const SimstowArchiveVisitor *visitor,
       const SimstowItem *item,
       gpointer user_data,
       GError **error)
{
    switch (item->kind) {
    case SIMSTOW_ITEM_HEADER:
        return !visitor->header || visitor->header (item->header, user_data, error);
    case SIMSTOW_ITEM_CALL:
        return !visitor->call || visitor->call (item->call, user_data, error);
    case SIMSTOW_ITEM_CONTACT:
        return !visitor->contact || visitor->contact (item->contact, user_data, error);
    case SIMSTOW_ITEM_ESIM:
        return !visitor->esim || visitor->esim (item->esim, user_data, error);
    case SIMSTOW_ITEM_MESSAGE:
        return !visitor->message || visitor->message (item->message, user_data, error);
    case SIMSTOW_ITEM_NETWORK:
        return !visitor->network || visitor->network (item->network, user_data, error);
    default:
        return TRUE;
    }
}

static gboolean
read_all (SimstowArchiveReader *reader,
          const SimstowArchiveVisitor *visitor,
          gpointer user_data,
          GError **error)
{
    g_auto (SimstowItem) item = {SIMSTOW_ITEM_END};

    do {
        if (!simstow_archive_reader_next (reader, &item, error) ||
            !visit (visitor, &item, user_data, error))
            return FALSE;
    } while (item.kind != SIMSTOW_ITEM_END);
    return TRUE;
}

static gboolean
verify_target (SimstowTarget *target, GCancellable *cancellable, GError **error)
{
    g_autoptr (GInputStream) input = simstow_target_read_back (target, error);
    g_autoptr (SimstowArchiveReader) reader = NULL;
    const SimstowArchiveVisitor nothing = {NULL};

    if (!input)
        return FALSE;
    reader = simstow_archive_reader_new (input, 0, cancellable);
    if (read_all (reader, &nothing, NULL, error))
        return TRUE;
    g_prefix_error (error, _ ("what was written cannot be read back: "));
    return FALSE;
}

static gboolean
write_file (SimstowPack *pack,
            const gchar *path,
            const SimstowArchiveWriteOptions *options,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (SimstowTarget) target = simstow_target_new (path, options->force, error);

    return target &&
           simstow_pack_write (pack, options->compression, on_write_target, target, error) &&
           simstow_target_flush (target, error) && verify_target (target, cancellable, error) &&
           simstow_target_publish (target, error);
}

gboolean
simstow_archive_write (SimstowSnapshot *snapshot,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error)
{
    g_autoptr (SimstowPack) pack = NULL;
    g_autofree gchar *resolved = NULL;

    if (path)
        *path = NULL;
    simstow_snapshot_sort (snapshot);
    pack = simstow_pack_new_for_snapshot (snapshot, FALSE, cancellable, error);
    if (!pack)
        return FALSE;
    if (is_standard (output))
        return write_standard (pack, options, error);
    resolved = resolve_output (output, pack, options->compression);
    if (!write_file (pack, resolved, options, cancellable, error))
        return FALSE;
    if (path)
        *path = g_steal_pointer (&resolved);
    return TRUE;
}

static guint
wanted_items (const SimstowArchiveVisitor *visitor)
{
    return (visitor->header ? 1 << SIMSTOW_ITEM_HEADER : 0) |
           (visitor->call ? 1 << SIMSTOW_ITEM_CALL : 0) |
           (visitor->contact ? 1 << SIMSTOW_ITEM_CONTACT : 0) |
           (visitor->esim ? 1 << SIMSTOW_ITEM_ESIM : 0) |
           (visitor->message ? 1 << SIMSTOW_ITEM_MESSAGE : 0) |
           (visitor->network ? 1 << SIMSTOW_ITEM_NETWORK : 0);
}

static GInputStream *
open_input (const gchar *path, GError **error)
{
    struct stat info;
    gint fd;

    if (is_standard (path))
        return g_unix_input_stream_new (STDIN_FILENO, FALSE);
    fd = open (path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat (fd, &info) == 0 && !S_ISDIR (info.st_mode))
        return g_unix_input_stream_new (fd, TRUE);
    if (fd >= 0) {
        close (fd);
        errno = EISDIR;
    }
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (errno),
                 _ ("could not open %s: %s"),
                 path,
                 g_strerror (errno));
    return NULL;
}

gboolean
simstow_archive_read (const gchar *path,
                      const SimstowArchiveVisitor *visitor,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (GInputStream) input = open_input (path, error);
    g_autoptr (SimstowArchiveReader) reader = NULL;

    if (!input)
        return FALSE;
    reader = simstow_archive_reader_new (input, wanted_items (visitor), cancellable);
    return read_all (reader, visitor, user_data, error);
}

/* Takes over what an item holds */
static void
keep (SimstowItem *item, SimstowSnapshot **snapshot, SimstowArchiveHeader **header)
{
    switch (item->kind) {
    case SIMSTOW_ITEM_HEADER:
        *header = g_steal_pointer (&item->header);
        *snapshot = g_steal_pointer (&(*header)->snapshot);
        break;
    case SIMSTOW_ITEM_CALL:
        g_ptr_array_add ((*snapshot)->calls, g_steal_pointer (&item->call));
        break;
    case SIMSTOW_ITEM_CONTACT:
        g_ptr_array_add ((*snapshot)->contacts, g_steal_pointer (&item->contact));
        break;
    case SIMSTOW_ITEM_ESIM:
        (*snapshot)->esim = g_steal_pointer (&item->esim);
        break;
    case SIMSTOW_ITEM_MESSAGE:
        g_ptr_array_add ((*snapshot)->messages, g_steal_pointer (&item->message));
        break;
    case SIMSTOW_ITEM_NETWORK:
        (*snapshot)->network = g_steal_pointer (&item->network);
        break;
    default:
        break;
    }
}

SimstowSnapshot *
simstow_archive_load (const gchar *path,
                      SimstowArchiveHeader **header,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (GInputStream) input = open_input (path, error);
    g_autoptr (SimstowArchiveReader) reader = NULL;
    g_autoptr (SimstowArchiveHeader) found = NULL;
    g_autoptr (SimstowSnapshot) snapshot = NULL;
    g_auto (SimstowItem) item = {SIMSTOW_ITEM_END};

    if (!input)
        return NULL;
    reader = simstow_archive_reader_new (input, ALL_ITEMS, cancellable);
    do {
        if (!simstow_archive_reader_next (reader, &item, error))
            return NULL;
        keep (&item, &snapshot, &found);
    } while (item.kind != SIMSTOW_ITEM_END);
    if (header)
        *header = g_steal_pointer (&found);
    return g_steal_pointer (&snapshot);
}
