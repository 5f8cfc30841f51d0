/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where any output goes.
 */

#define _GNU_SOURCE /* renameat2 () */

#include "config.h"

#include "simstow-target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-random.h"

#define TEMPORARY_PREFIX ".simstow-"
#define TEMPORARY_SUFFIX ".part"

/* How many names are tried, and links followed; no run needs so many */
#define TRIES 40

/* Where nothing can be locked, what was not written to for a day is stale */
#define STALE_SECONDS (24 * 60 * 60)

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
add_file (SimstowFileSet *set, const struct stat *info, gboolean grows)
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
        add_file (set, &info, grows);
}

void
simstow_file_set_add_fd (SimstowFileSet *set, gint fd)
{
    struct stat info;

    if (fd >= 0 && fstat (fd, &info) == 0)
        add_file (set, &info, FALSE);
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

struct _SimstowTarget {
    /* as it was given, for messages */
    gchar *path;
    const SimstowFileSet *inputs;
    gboolean force;
    /* a file: its place, and its private name until it is there */
    gint directory;
    gchar *name;
    gchar *temporary;
    gint fd;
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
    return simstow_error_set (error,
                              SIMSTOW_ERROR_EXISTS,
                              _ ("%s exists already, and is kept (--force replaces it)"),
                              path);
}

static gboolean
set_no_file (GError **error, const gchar *path)
{
    return simstow_error_set (error,
                              SIMSTOW_ERROR_EXISTS,
                              _ ("%s is there, and is no regular file"),
                              path);
}

static gboolean
check_input (const SimstowTarget *target,
             const struct stat *info,
             gboolean in_place,
             GError **error)
{
    if (!simstow_file_set_keeps (target->inputs, info, in_place))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("%s is what is read here: writing there would destroy it"),
                              target->path);
}

static gboolean
is_temporary (const gchar *name)
{
    return g_str_has_prefix (name, TEMPORARY_PREFIX) && g_str_has_suffix (name, TEMPORARY_SUFFIX);
}

/* Nobody's lock is on it; where there are no locks, nobody has written to it for long */
static gboolean
is_left (gint fd, const struct stat *info)
{
    if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
    return errno != EWOULDBLOCK && errno != EINTR && info->st_mtime < time (NULL) - STALE_SECONDS;
}

/* A temporary that nobody holds was left by a run that died. Some file systems lock only what is
 * open for writing */
static void
clear_stale (gint directory, const gchar *name)
{
    gint fd = openat (directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;

    if (fd < 0)
        return;
    if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid () &&
        is_left (fd, &info))
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

/* The lock only tells others that the file is in use. Where there is none to be had, nobody else
 * gets one either, and nobody takes the file for stale */
static gboolean
is_still_there (gint fd)
{
    struct stat info;

    while (flock (fd, LOCK_EX) != 0 && errno == EINTR)
        continue;
    return fstat (fd, &info) == 0 && info.st_nlink > 0;
}

static gchar *
make_name (void)
{
    guint64 number;

    simstow_random_fill (&number, sizeof number);
    return g_strdup_printf (TEMPORARY_PREFIX "%016" G_GINT64_MODIFIER "x" TEMPORARY_SUFFIX, number);
}

/* Whoever clears may have seen the fresh file before its lock: then it is gone
 * again, and the next name is tried */
static gboolean
begin_temporary (SimstowTarget *target)
{
    guint tries;

    for (tries = 0; tries < TRIES; tries++) {
        g_autofree gchar *name = make_name ();
        gint fd = openat (target->directory,
                          name,
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          0600);

        if (fd < 0 && errno != EEXIST && errno != EINTR)
            return FALSE;
        if (fd >= 0 && is_still_there (fd)) {
            target->temporary = g_steal_pointer (&name);
            target->fd = fd;
            return TRUE;
        }
        if (fd >= 0) {
            unlinkat (target->directory, name, 0);
            close (fd);
        }
    }
    errno = EEXIST;
    return FALSE;
}

/* What stands in the place now: nothing, or with force a regular file that is not read from */
static gboolean
check_place (const SimstowTarget *target, GError **error)
{
    struct stat info;

    if (fstatat (target->directory, target->name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || set_errno (error, errno, _ ("could not look at"), target->path);
    if (!S_ISREG (info.st_mode))
        return set_no_file (error, target->path);
    return check_input (target, &info, FALSE, error) &&
           (target->force || set_exists (error, target->path));
}

/* "/dev/fd/3": the descriptor, -1 for any other path */
static gint
own_descriptor (const gchar *path)
{
    static const gchar *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    guint64 fd;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (folders); i++)
        if (g_str_has_prefix (path, folders[i]) &&
            g_ascii_string_to_unsigned (path + strlen (folders[i]), 10, 0, G_MAXINT, &fd, NULL))
            return (gint) fd;
    return -1;
}

/* What is at the end of all symbolic links; @fd is a descriptor of our own that it stands for,
 * else -1 */
static gchar *
follow (const gchar *path, gint *fd)
{
    gchar *end = g_strdup (path);
    guint tries;

    *fd = own_descriptor (end);
    for (tries = 0; tries < TRIES && *fd < 0; tries++) {
        g_autofree gchar *link = g_file_read_link (end, NULL);
        g_autofree gchar *folder = g_path_get_dirname (end);

        if (!link)
            break;
        g_free (end);
        end = g_path_is_absolute (link) ? g_strdup (link) : g_build_filename (folder, link, NULL);
        *fd = own_descriptor (end);
    }
    return end;
}

static gboolean
begin_file (SimstowTarget *target, const gchar *path, GError **error)
{
    g_autofree gchar *directory = g_path_get_dirname (path);

    target->name = g_path_get_basename (path);
    do
        target->directory = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (target->directory < 0 && errno == EINTR);
    if (target->directory < 0)
        return set_errno (error, errno, _ ("could not open the directory"), directory);
    if (!check_place (target, error))
        return FALSE;
    clear_all_stale (target->directory);
    return begin_temporary (target) ||
           set_errno (error, errno, _ ("could not create a file in"), directory);
}

/* What others opened for us, the shell as a rule */
static gboolean
begin_descriptor (SimstowTarget *target, gint fd, GError **error)
{
    struct stat info;

    target->fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
    if (target->fd < 0 || fstat (target->fd, &info) != 0)
        return set_errno (error, errno, _ ("could not open"), target->path);
    return check_input (target, &info, TRUE, error);
}

/* A device of characters, or a pipe that somebody reads from. A disk is not written over, nor does
 * anything wait for a reader who may never come */
static gboolean
begin_stream (SimstowTarget *target, const struct stat *info, GError **error)
{
    gint flags;

    if (!S_ISCHR (info->st_mode) && !S_ISFIFO (info->st_mode))
        return set_no_file (error, target->path);
    target->fd = open (target->path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (target->fd < 0 && errno == ENXIO) {
        g_set_error (error,
                     G_IO_ERROR,
                     G_IO_ERROR_BROKEN_PIPE,
                     _ ("could not open %s: nobody reads from it"),
                     target->path);
        return FALSE;
    }
    flags = target->fd >= 0 ? fcntl (target->fd, F_GETFL) : -1;
    return (flags >= 0 && fcntl (target->fd, F_SETFL, flags & ~O_NONBLOCK) == 0) ||
           set_errno (error, errno, _ ("could not open"), target->path);
}

static gboolean
begin (SimstowTarget *target, const gchar *path, GError **error)
{
    g_autofree gchar *end = NULL;
    struct stat info;
    gint fd = -1;

    if (g_str_equal (path, "-"))
        return begin_descriptor (target, STDOUT_FILENO, error);
    end = follow (path, &fd);
    if (fd >= 0)
        return begin_descriptor (target, fd, error);
    if (stat (path, &info) != 0)
        /* a link to what is not there yet is in the way, too */
        return (target->force || strcmp (end, path) == 0 || set_exists (error, path)) &&
               begin_file (target, end, error);
    if (S_ISREG (info.st_mode))
        return begin_file (target, end, error);
    if (!S_ISDIR (info.st_mode))
        return begin_stream (target, &info, error);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("%s is a directory; name a file in it"),
                              path);
}

SimstowTarget *
simstow_target_new (const gchar *path, gboolean force, const SimstowFileSet *inputs, GError **error)
{
    g_autoptr (SimstowTarget) target = g_new0 (SimstowTarget, 1);

    target->path = g_strdup (g_str_equal (path, "-") ? _ ("standard output") : path);
    target->inputs = inputs;
    target->force = force;
    target->fd = -1;
    target->directory = -1;
    return begin (target, path, error) ? g_steal_pointer (&target) : NULL;
}

void
simstow_target_clear_stale (const gchar *path)
{
    g_autofree gchar *end = NULL;
    g_autofree gchar *directory = NULL;
    gint fd = -1;

    if (g_strcmp0 (path, "-") == 0)
        return;
    end = follow (path ? path : ".", &fd);
    directory = g_file_test (end, G_FILE_TEST_IS_DIR) ? g_strdup (end) : g_path_get_dirname (end);
    /* a descriptor that is open already has no directory of its own */
    if (fd >= 0)
        return;
    fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    clear_all_stale (fd);
    close (fd);
}

gboolean
simstow_target_is_standard_output (const gchar *path)
{
    g_autofree gchar *end = NULL;
    struct stat info;
    struct stat standard;
    gint fd;

    if (!path || g_str_equal (path, "-"))
        return path != NULL;
    end = follow (path, &fd);
    if (fd >= 0)
        return fd == STDOUT_FILENO;
    return stat (path, &info) == 0 && (S_ISCHR (info.st_mode) || S_ISFIFO (info.st_mode)) &&
           fstat (STDOUT_FILENO, &standard) == 0 && info.st_dev == standard.st_dev &&
           info.st_ino == standard.st_ino;
}

gboolean
simstow_target_is_stream (const SimstowTarget *target)
{
    return target->directory < 0;
}

void
simstow_target_free (SimstowTarget *target)
{
    if (!target)
        return;
    /* when it was renamed, nothing has this name any more */
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

/* Whoever shares a pipe with us may have made it one that does not wait */
static void
wait_for_room (gint fd)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};

    poll (&room, 1, -1);
}

gboolean
simstow_target_write (SimstowTarget *target, gconstpointer data, gsize size, GError **error)
{
    const guint8 *cursor = data;

    while (size > 0) {
        gssize written = write (target->fd, cursor, size);

        if (written > 0) {
            cursor += written;
            size -= (gsize) written;
        } else if (written < 0 && errno == EAGAIN) {
            wait_for_room (target->fd);
        } else if (written == 0 || errno != EINTR) {
            return set_errno (error,
                              written == 0 ? ENOSPC : errno,
                              _ ("could not write"),
                              target->path);
        }
    }
    return TRUE;
}

static gint
flush (gint fd)
{
    gint flushed;

    do
        flushed = fsync (fd);
    while (flushed != 0 && errno == EINTR);
    return flushed;
}

gboolean
simstow_target_flush (SimstowTarget *target, GError **error)
{
    /* a pipe has nothing to flush */
    return flush (target->fd) == 0 ||
           (simstow_target_is_stream (target) && (errno == EINVAL || errno == EROFS)) ||
           set_errno (error, errno, _ ("could not flush"), target->path);
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

/* What file systems say that do not know a call, FUSE, vfat and NFS each in its own way */
static gboolean
is_unknown_call (gint code)
{
    return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP || code == EPERM ||
           code == EMLINK || code == ENOTTY;
}

static gint
rename_over (const SimstowTarget *target)
{
    return renameat (target->directory, target->temporary, target->directory, target->name);
}

/* An empty file that only one can create holds the place until the whole one is renamed over it */
static gint
rename_onto_reservation (const SimstowTarget *target)
{
    gint reason;
    gint fd = openat (target->directory,
                      target->name,
                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                      0600);

    if (fd < 0)
        return -1;
    close (fd);
    if (rename_over (target) == 0)
        return 0;
    reason = errno;
    unlinkat (target->directory, target->name, 0);
    errno = reason;
    return -1;
}

/* Renames without replacing: in one step, or with a second link, or onto a reservation, whichever
 * the file system can do */
static gint
rename_alone (const SimstowTarget *target)
{
    if (renameat2 (target->directory,
                   target->temporary,
                   target->directory,
                   target->name,
                   RENAME_NOREPLACE) == 0)
        return 0;
    if (!is_unknown_call (errno))
        return -1;
    if (linkat (target->directory, target->temporary, target->directory, target->name, 0) == 0)
        return 0;
    return is_unknown_call (errno) ? rename_onto_reservation (target) : -1;
}

/* Some file systems have no way to flush a directory */
static gboolean
flush_directory (const SimstowTarget *target)
{
    return flush (target->directory) == 0 || errno == EINVAL || errno == EROFS || errno == ENOSYS ||
           errno == EOPNOTSUPP;
}

gboolean
simstow_target_publish (SimstowTarget *target, GError **error)
{
    if (simstow_target_is_stream (target))
        return TRUE;
    if (!check_place (target, error))
        return FALSE;
    if ((target->force ? rename_over (target) : rename_alone (target)) != 0)
        return errno == EEXIST ? set_exists (error, target->path)
                               : set_errno (error, errno, _ ("could not create"), target->path);
    return flush_directory (target) ||
           set_errno (error,
                      errno,
                      _ ("it is written, but may be gone after a power cut: could not flush the "
                         "directory of"),
                      target->path);
}
