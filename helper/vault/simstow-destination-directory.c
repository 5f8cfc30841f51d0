/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A directory as a destination: of this machine, of a removable disk by the UUID of its file
 * system, or what GIO knows by a URI (dav:, sftp:, smb: ... within the user's session).
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixmounts.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "simstow-destination.h"

static const struct {
    gint code;
    SimstowDestinationError state;
} states[] = {
    {G_IO_ERROR_NOT_FOUND, SIMSTOW_DESTINATION_ERROR_MISSING},
    {G_IO_ERROR_NO_SPACE, SIMSTOW_DESTINATION_ERROR_REFUSED},
    {G_IO_ERROR_READ_ONLY, SIMSTOW_DESTINATION_ERROR_REFUSED},
    {G_IO_ERROR_PERMISSION_DENIED, SIMSTOW_DESTINATION_ERROR_REFUSED},
    {G_IO_ERROR_NOT_DIRECTORY, SIMSTOW_DESTINATION_ERROR_REFUSED},
    {G_IO_ERROR_EXISTS, SIMSTOW_DESTINATION_ERROR_REFUSED},
    {G_IO_ERROR_NOT_SUPPORTED, SIMSTOW_DESTINATION_ERROR_REFUSED},
    {G_IO_ERROR_FAILED, SIMSTOW_DESTINATION_ERROR_REFUSED},
};

/* What the system says of it, as a state; what is in no row may pass */
static gboolean
fail (GError *fault, GError **error)
{
    guint code = SIMSTOW_DESTINATION_ERROR_PENDING;
    guint i;

    if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_propagate_error (error, fault);
        return FALSE;
    }
    for (i = 0; i < G_N_ELEMENTS (states); i++)
        if (g_error_matches (fault, G_IO_ERROR, states[i].code))
            code = states[i].state;
    g_set_error (error, SIMSTOW_DESTINATION_ERROR, (gint) code, "%s", fault->message);
    g_error_free (fault);
    return FALSE;
}

/* Where the file system with that UUID is mounted */
static gchar *
find_mount (const gchar *uuid, GError **error)
{
    g_autofree gchar *link = g_build_filename ("/dev/disk/by-uuid", uuid, NULL);
    g_autofree gchar *device = realpath (link, NULL);
    GList *mounts = g_unix_mounts_get (NULL);
    gchar *path = NULL;
    GList *i;

    for (i = mounts; device != NULL && i != NULL && path == NULL; i = i->next) {
        g_autofree gchar *other = realpath (g_unix_mount_get_device_path (i->data), NULL);

        if (g_strcmp0 (other, device) == 0)
            path = g_strdup (g_unix_mount_get_mount_path (i->data));
    }
    g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
    if (path == NULL)
        g_set_error (error,
                     SIMSTOW_DESTINATION_ERROR,
                     SIMSTOW_DESTINATION_ERROR_PENDING,
                     device == NULL ? _ ("the disk %s is not plugged in")
                                    : _ ("the disk %s is not mounted"),
                     uuid);
    return path;
}

/* Each time: the disk may have been changed */
static GFile *
find_directory (SimstowDestination *self, GError **error)
{
    const SimstowDestinationConfig *config = self->config;
    g_autofree gchar *mount = NULL;
    g_autofree gchar *path = NULL;

    if (config->uuid == NULL)
        return g_file_new_for_commandline_arg (config->path);
    mount = find_mount (config->uuid, error);
    if (mount == NULL)
        return NULL;
    path = g_build_filename (mount, config->path, NULL);
    return g_file_new_for_path (path);
}

static GFile *
find_file (SimstowDestination *self, const gchar *name, GError **error)
{
    g_autoptr (GFile) directory = find_directory (self, error);

    return directory != NULL ? g_file_get_child (directory, name) : NULL;
}

/* A crash must not take back what was said to be there */
static gboolean
sync_path (const gchar *path, gint flags, GError **error)
{
    gint fd = open (path, flags | O_CLOEXEC);

    if (fd >= 0 && fsync (fd) == 0) {
        close (fd);
        return TRUE;
    }
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (errno),
                 "%s: %s",
                 path,
                 g_strerror (errno));
    if (fd >= 0)
        close (fd);
    return FALSE;
}

static gboolean
sync_file (GFile *file, GError **error)
{
    const gchar *path = g_file_peek_path (file);

    return path == NULL || !g_file_is_native (file) || sync_path (path, O_RDONLY, error);
}

static gboolean
sync_parent (GFile *file, GError **error)
{
    g_autoptr (GFile) parent = g_file_get_parent (file);
    const gchar *path = g_file_peek_path (parent);

    return path == NULL || !g_file_is_native (file) ||
           sync_path (path, O_RDONLY | O_DIRECTORY, error);
}

/* The first time there is none yet. What lies there of a run that was killed goes first: in its
 * place a temporary would be begun beside it */
static gboolean
make_room (GFile *file, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFile) parent = g_file_get_parent (file);
    g_autoptr (GError) fault = NULL;

    g_file_delete (file, cancellable, NULL);
    if (g_file_make_directory_with_parents (parent, cancellable, &fault) ||
        g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_EXISTS) ||
        g_file_query_exists (parent, cancellable))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
}

static gboolean
write_file (GFile *source, GFile *file, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFileInputStream) input = g_file_read (source, cancellable, error);
    g_autoptr (GFileOutputStream) output = NULL;

    if (input == NULL)
        return FALSE;
    output = g_file_replace (file,
                             NULL,
                             FALSE,
                             G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                             cancellable,
                             error);
    return output != NULL && g_output_stream_splice (G_OUTPUT_STREAM (output),
                                                     G_INPUT_STREAM (input),
                                                     G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                                     cancellable,
                                                     error) >= 0;
}

static gboolean
put (SimstowDestination *self,
     const gchar *file,
     const gchar *name,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr (GFile) source = g_file_new_for_path (file);
    g_autoptr (GFile) target = find_file (self, name, error);
    GError *fault = NULL;

    if (target == NULL)
        return FALSE;
    if (make_room (target, cancellable, &fault) &&
        write_file (source, target, cancellable, &fault) && sync_file (target, &fault) &&
        sync_parent (target, &fault))
        return TRUE;
    return fail (fault, error);
}

static gboolean
get (SimstowDestination *self,
     const gchar *name,
     const gchar *file,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr (GFile) source = find_file (self, name, error);
    g_autoptr (GFile) target = g_file_new_for_path (file);
    GError *fault = NULL;

    if (source == NULL)
        return FALSE;
    if (write_file (source, target, cancellable, &fault))
        return TRUE;
    return fail (fault, error);
}

static gboolean
read_entries (GFile *directory, GPtrArray *entries, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFileEnumerator) enumerator = NULL;
    GFileInfo *info = NULL;

    enumerator = g_file_enumerate_children (directory,
                                            G_FILE_ATTRIBUTE_STANDARD_NAME
                                            "," G_FILE_ATTRIBUTE_STANDARD_TYPE
                                            "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                            G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS,
                                            cancellable,
                                            error);
    if (enumerator == NULL)
        return FALSE;
    while (g_file_enumerator_iterate (enumerator, &info, NULL, cancellable, error)) {
        if (info == NULL)
            return TRUE;
        if (g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR)
            g_ptr_array_add (entries,
                             simstow_destination_entry_new (g_file_info_get_name (info),
                                                            (guint64) g_file_info_get_size (info)));
    }
    return FALSE;
}

typedef struct {
    gboolean done;
    GError *error;
} Mounting;

static void
on_mounted (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Mounting *mounting = user_data;

    g_file_mount_enclosing_volume_finish (G_FILE (source), result, &mounting->error);
    mounting->done = TRUE;
}

/* What gvfs knows is mounted first, with what the keyring of the session knows */
static gboolean
mount (GFile *directory, GCancellable *cancellable, GError **error)
{
    g_autoptr (GMainContext) context = g_main_context_new ();
    g_autoptr (GMountOperation) operation = g_mount_operation_new ();
    Mounting mounting = {FALSE, NULL};

    g_main_context_push_thread_default (context);
    g_file_mount_enclosing_volume (directory,
                                   G_MOUNT_MOUNT_NONE,
                                   operation,
                                   cancellable,
                                   on_mounted,
                                   &mounting);
    while (!mounting.done)
        g_main_context_iteration (context, TRUE);
    g_main_context_pop_thread_default (context);
    if (mounting.error == NULL)
        return TRUE;
    g_propagate_error (error, mounting.error);
    return FALSE;
}

static GPtrArray *
list (SimstowDestination *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_entry_free);
    g_autoptr (GFile) directory = find_directory (self, error);
    GError *fault = NULL;

    if (directory == NULL)
        return NULL;
    if (read_entries (directory, entries, cancellable, &fault))
        return g_steal_pointer (&entries);
    if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_NOT_MOUNTED)) {
        g_clear_error (&fault);
        if (mount (directory, cancellable, &fault) &&
            read_entries (directory, entries, cancellable, &fault))
            return g_steal_pointer (&entries);
    }
    fail (fault, error);
    return NULL;
}

static gboolean
stat_file (SimstowDestination *self,
           const gchar *name,
           guint64 *size,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GFile) file = find_file (self, name, error);
    g_autoptr (GFileInfo) info = NULL;
    GError *fault = NULL;

    if (file == NULL)
        return FALSE;
    info = g_file_query_info (file,
                              G_FILE_ATTRIBUTE_STANDARD_SIZE,
                              G_FILE_QUERY_INFO_NONE,
                              cancellable,
                              &fault);
    if (info == NULL)
        return fail (fault, error);
    *size = (guint64) g_file_info_get_size (info);
    return TRUE;
}

static gboolean
remove_file (SimstowDestination *self, const gchar *name, GCancellable *cancellable, GError **error)
{
    g_autoptr (GFile) file = find_file (self, name, error);
    GError *fault = NULL;

    if (file == NULL)
        return FALSE;
    if (g_file_delete (file, cancellable, &fault))
        return TRUE;
    return fail (fault, error);
}

static gboolean
move_file (SimstowDestination *self,
           const gchar *from,
           const gchar *to,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GFile) source = find_file (self, from, error);
    g_autoptr (GFile) target = source != NULL ? find_file (self, to, error) : NULL;
    GError *fault = NULL;

    if (target == NULL)
        return FALSE;
    if (g_file_move (source,
                     target,
                     G_FILE_COPY_NO_FALLBACK_FOR_MOVE,
                     cancellable,
                     NULL,
                     NULL,
                     &fault) &&
        sync_parent (target, &fault))
        return TRUE;
    return fail (fault, error);
}

const SimstowDestinationClass simstow_destination_directory = {
    .put = put,
    .get = get,
    .list = list,
    .stat = stat_file,
    .remove = remove_file,
    .move = move_file,
};
