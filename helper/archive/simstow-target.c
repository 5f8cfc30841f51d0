/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that appears whole or not at all.
 */

#define _GNU_SOURCE /* renameat2 () */

#include "config.h"

#include "simstow-target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"

#define TEMPORARY_PREFIX ".simstow-"
#define TEMPORARY_SUFFIX ".part"

struct _SimstowTarget {
    gchar *path;
    gchar *name;
    gchar *temporary;
    gint directory;
    gint fd;
    gboolean force;
};

static gboolean
set_errno (GError **error, gint code, const gchar *what, const gchar *path)
{
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 "%s %s: %s",
                 what,
                 path,
                 g_strerror (code));
    return FALSE;
}

static gboolean
set_exists (GError **error, const gchar *path)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_EXISTS,
                 _ ("%s exists already, and is kept (--force replaces it)"),
                 path);
    return FALSE;
}

static gboolean
is_temporary (const gchar *name)
{
    return g_str_has_prefix (name, TEMPORARY_PREFIX) && g_str_has_suffix (name, TEMPORARY_SUFFIX);
}

/* A temporary that nobody holds the lock of was left by a run that died */
static void
clear_stale (gint directory, const gchar *name)
{
    gint fd = openat (directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;

    if (fd < 0)
        return;
    if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid () &&
        flock (fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat (directory, name, 0);
    close (fd);
}

static void
clear_all_stale (gint directory)
{
    gint fd = openat (directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd >= 0 ? fdopendir (fd) : NULL;
    const struct dirent *entry;

    if (!listing) {
        if (fd >= 0)
            close (fd);
        return;
    }
    while ((entry = readdir (listing)))
        if (is_temporary (entry->d_name))
            clear_stale (directory, entry->d_name);
    closedir (listing);
}

/* Whoever clears may have seen the fresh file before its lock: then it is gone
 * again, and the next name is tried */
static gboolean
begin_temporary (SimstowTarget *target)
{
    struct stat info;

    do {
        g_clear_pointer (&target->temporary, g_free);
        if (target->fd >= 0)
            close (target->fd);
        target->temporary = g_strdup_printf (TEMPORARY_PREFIX "%08x%08x" TEMPORARY_SUFFIX,
                                             g_random_int (),
                                             g_random_int ());
        target->fd = openat (target->directory,
                             target->temporary,
                             O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             0600);
        if (target->fd < 0 && errno != EEXIST)
            return FALSE;
    } while (target->fd < 0 || flock (target->fd, LOCK_EX) != 0 || fstat (target->fd, &info) != 0 ||
             info.st_nlink == 0);
    return TRUE;
}

/* A rename onto /dev/null would put a file in the place of what all programs need; a link to a
 * device, as /dev/stdout, is no better */
static gboolean
is_replaceable (const SimstowTarget *target, const struct stat *info)
{
    struct stat end;

    if (S_ISLNK (info->st_mode))
        return fstatat (target->directory, target->name, &end, 0) != 0 || S_ISREG (end.st_mode);
    return S_ISREG (info->st_mode);
}

/* What stands in the place now: nothing, or with force a regular file */
static gboolean
check_place (const SimstowTarget *target, GError **error)
{
    struct stat info;

    if (fstatat (target->directory, target->name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || set_errno (error, errno, _ ("could not look at"), target->path);
    if (!is_replaceable (target, &info)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_EXISTS,
                     _ ("%s is there, and is no regular file"),
                     target->path);
        return FALSE;
    }
    return target->force || set_exists (error, target->path);
}

SimstowTarget *
simstow_target_new (const gchar *path, gboolean force, GError **error)
{
    g_autoptr (SimstowTarget) target = g_new0 (SimstowTarget, 1);
    g_autofree gchar *directory = g_path_get_dirname (path);

    target->path = g_strdup (path);
    target->name = g_path_get_basename (path);
    target->force = force;
    target->fd = -1;
    target->directory = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (target->directory < 0) {
        set_errno (error, errno, _ ("could not open the directory"), directory);
        return NULL;
    }
    if (!check_place (target, error))
        return NULL;
    clear_all_stale (target->directory);
    if (!begin_temporary (target)) {
        set_errno (error, errno, _ ("could not create a file in"), directory);
        g_clear_pointer (&target->temporary, g_free);
        return NULL;
    }
    return g_steal_pointer (&target);
}

void
simstow_target_free (SimstowTarget *target)
{
    if (!target)
        return;
    if (target->temporary)
        unlinkat (target->directory, target->temporary, 0);
    if (target->fd >= 0)
        close (target->fd);
    if (target->directory >= 0)
        close (target->directory);
    g_free (target->path);
    g_free (target->name);
    g_free (target->temporary);
    g_free (target);
}

gboolean
simstow_target_write (SimstowTarget *target, gconstpointer data, gsize size, GError **error)
{
    const guint8 *cursor = data;

    while (size > 0) {
        gssize written = write (target->fd, cursor, size);

        if (written < 0 && errno != EINTR)
            return set_errno (error, errno, _ ("could not write"), target->path);
        if (written > 0) {
            cursor += written;
            size -= (gsize) written;
        }
    }
    return TRUE;
}

gboolean
simstow_target_flush (SimstowTarget *target, GError **error)
{
    return fsync (target->fd) == 0 || set_errno (error, errno, _ ("could not flush"), target->path);
}

gint
simstow_target_get_fd (const SimstowTarget *target)
{
    return target->fd;
}

GInputStream *
simstow_target_read_back (SimstowTarget *target, GError **error)
{
    /* advice: where it is taken, the disk is read and not the cache */
    posix_fadvise (target->fd, 0, 0, POSIX_FADV_DONTNEED);
    if (lseek (target->fd, 0, SEEK_SET) != 0) {
        set_errno (error, errno, _ ("could not read back"), target->path);
        return NULL;
    }
    return g_unix_input_stream_new (target->fd, FALSE);
}

/* Renames without replacing; file systems that cannot do it in one step make a
 * second link first */
static gint
rename_alone (const SimstowTarget *target)
{
    if (renameat2 (target->directory,
                   target->temporary,
                   target->directory,
                   target->name,
                   RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return -1;
    if (linkat (target->directory, target->temporary, target->directory, target->name, 0) != 0)
        return -1;
    return unlinkat (target->directory, target->temporary, 0);
}

static gint
put_in_place (const SimstowTarget *target)
{
    if (!target->force)
        return rename_alone (target);
    return renameat (target->directory, target->temporary, target->directory, target->name);
}

gboolean
simstow_target_publish (SimstowTarget *target, GError **error)
{
    if (!check_place (target, error))
        return FALSE;
    if (put_in_place (target) != 0)
        return errno == EEXIST ? set_exists (error, target->path)
                               : set_errno (error, errno, _ ("could not create"), target->path);
    g_clear_pointer (&target->temporary, g_free);
    /* some file systems have no way to flush a directory */
    return fsync (target->directory) == 0 || errno == EINVAL || errno == EROFS ||
           set_errno (error, errno, _ ("could not flush the directory of"), target->path);
}
