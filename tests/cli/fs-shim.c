/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program, stands between it and the file system, for what is below the
 * directory FS_ROOT. FS_LOG gets a line for each call and for what it changed: from that a
 * test works out what a disk may hold after a power cut at any point, as nothing is sure to be
 * there before it was flushed. FS_FAULT="N E" lets the N-th call fail once with errno E, or
 * write or read less than was asked for when E is 0. FS_MISSING="flock=38,linkat=1" takes calls
 * away as poorer file systems do. FS_APPEAR is a file that somebody else creates at the last
 * moment.
 */

#define _GNU_SOURCE

/* both names of each call are ours */
#undef _FILE_OFFSET_BITS

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VISIBLE   __attribute__ ((visibility ("default")))
#define PATH_ROOM (2 * PATH_MAX)
#define HEX_ROOM  4096
#define LOG_FD    200

/* What the program starts, as gpg, is spared */
__attribute__ ((constructor)) static void
keep_to_this_program (void)
{
    const char *path = getenv ("FS_LOG");
    int fd =
        path ? (int) syscall (SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

    unsetenv ("LD_PRELOAD");
    if (fd >= 0) {
        syscall (SYS_dup3, fd, LOG_FD, O_CLOEXEC);
        syscall (SYS_close, fd);
    }
}

static void
say (const char *format, ...)
{
    char line[PATH_ROOM + 256];
    va_list args;
    int size;

    va_start (args, format);
    size = vsnprintf (line, sizeof line, format, args);
    va_end (args);
    if (size > 0)
        syscall (SYS_write, LOG_FD, line, (size_t) size);
}

static int
is_below (const char *path)
{
    const char *root = getenv ("FS_ROOT");
    size_t size = root ? strlen (root) : 0;

    return root && strncmp (path, root, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static int
place_of (int fd, char *path)
{
    char *name = NULL;
    ssize_t size = -1;

    if (asprintf (&name, "/proc/self/fd/%d", fd) > 0)
        size = readlink (name, path, PATH_MAX - 1);
    free (name);
    path[size > 0 ? size : 0] = '\0';
    return size > 0;
}

/* Whether a call on a name below a directory is of interest */
static int
is_ours_at (int directory, const char *name)
{
    char path[PATH_ROOM];

    if (name[0] == '/')
        return is_below (name);
    if (directory == AT_FDCWD ? !getcwd (path, PATH_MAX) : !place_of (directory, path))
        return 0;
    return is_below (path);
}

static int
is_ours (int fd)
{
    char path[PATH_ROOM];

    return fd > 2 && fd != LOG_FD && place_of (fd, path) && is_below (path);
}

static unsigned long
inode_of (int fd)
{
    struct stat info;

    return syscall (SYS_fstat, fd, &info) == 0 ? (unsigned long) info.st_ino : 0;
}

/* Of the directory that holds a name; @base is its last part */
static unsigned long
folder_of (int directory, const char *name, const char **base)
{
    const char *slash = strrchr (name, '/');
    char *path = slash ? strndup (name, (size_t) (slash - name)) : strdup (".");
    struct stat info;
    long found = syscall (SYS_newfstatat, directory, path, &info, 0);

    *base = slash ? slash + 1 : name;
    free (path);
    return found == 0 ? (unsigned long) info.st_ino : 0;
}

static int
missing (const char *call)
{
    const char *list = getenv ("FS_MISSING");
    const char *found = list ? strstr (list, call) : NULL;
    size_t size = strlen (call);

    /* "renameat" is no part of "renameat2=22" */
    return found && found[size] == '=' ? atoi (found + size + 1) : 0;
}

/* Counts a call; tells with which errno it fails, -1 for doing less than it was asked to. A
 * signal, as a negative number, ends the program there */
static int
strike (const char *call)
{
    static long count;
    long number = __atomic_add_fetch (&count, 1, __ATOMIC_SEQ_CST);
    const char *fault = getenv ("FS_FAULT");
    long at = 0;
    int code = 0;

    say ("K %ld %s\n", number, call);
    if (fault && sscanf (fault, "%ld %d", &at, &code) == 2 && at == number)
        return code < 0 ? kill (getpid (), -code) : code == 0 ? -1 : code;
    return missing (call);
}

#define FAIL(call)                 \
    do {                           \
        int code_ = strike (call); \
        if (code_ > 0) {           \
            errno = code_;         \
            return -1;             \
        }                          \
    } while (0)

static void
appear (void)
{
    const char *path = getenv ("FS_APPEAR");
    int fd =
        path ? (int) syscall (SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;

    if (fd >= 0) {
        syscall (SYS_write, fd, "theirs", 6);
        syscall (SYS_close, fd);
    }
}

static int
do_open (int directory, const char *name, int flags, mode_t mode)
{
    const char *base;
    struct stat info;
    int existed;
    int fd;

    if (!is_ours_at (directory, name))
        return (int) syscall (SYS_openat, directory, name, flags, mode);
    FAIL (flags & O_CREAT ? "create" : "open");
    existed = syscall (SYS_newfstatat, directory, name, &info, 0) == 0;
    fd = (int) syscall (SYS_openat, directory, name, flags, mode);
    if (fd >= 0 && flags & O_CREAT && !existed) {
        unsigned long folder = folder_of (directory, name, &base);

        say ("C %lu %s %lu\n", folder, base, inode_of (fd));
    }
    if (fd >= 0 && flags & O_TRUNC && existed)
        say ("T %lu\n", inode_of (fd));
    return fd;
}

#define MODE_OF(mode, flags)                 \
    do {                                     \
        va_list args_;                       \
        va_start (args_, flags);             \
        if ((flags) & (O_CREAT | O_TMPFILE)) \
            mode = va_arg (args_, mode_t);   \
        va_end (args_);                      \
    } while (0)

VISIBLE int
open64 (const char *name, int flags, ...)
{
    mode_t mode = 0;

    MODE_OF (mode, flags);
    return do_open (AT_FDCWD, name, flags, mode);
}

VISIBLE int
open (const char *name, int flags, ...)
{
    mode_t mode = 0;

    MODE_OF (mode, flags);
    return do_open (AT_FDCWD, name, flags, mode);
}

VISIBLE int
openat64 (int directory, const char *name, int flags, ...)
{
    mode_t mode = 0;

    MODE_OF (mode, flags);
    return do_open (directory, name, flags, mode);
}

VISIBLE int
openat (int directory, const char *name, int flags, ...)
{
    mode_t mode = 0;

    MODE_OF (mode, flags);
    return do_open (directory, name, flags, mode);
}

static void
say_written (int fd, off_t offset, const unsigned char *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    unsigned long inode = inode_of (fd);
    char hex[2 * HEX_ROOM];
    size_t done;
    size_t i;

    for (done = 0; done < size; done += HEX_ROOM) {
        for (i = 0; i < HEX_ROOM && done + i < size; i++) {
            hex[2 * i] = digits[data[done + i] >> 4];
            hex[2 * i + 1] = digits[data[done + i] & 15];
        }
        say ("W %lu %lld ", inode, (long long) offset + (long long) done);
        syscall (SYS_write, LOG_FD, hex, 2 * i);
        say ("\n");
    }
}

VISIBLE ssize_t
write (int fd, const void *data, size_t size)
{
    off_t offset;
    ssize_t done;
    int code;

    if (!is_ours (fd))
        return syscall (SYS_write, fd, data, size);
    code = strike ("write");
    if (code > 0) {
        errno = code;
        return -1;
    }
    offset = (off_t) syscall (SYS_lseek, fd, 0, SEEK_CUR);
    done = syscall (SYS_write, fd, data, code < 0 && size > 1 ? size / 2 : size);
    if (done > 0)
        say_written (fd, offset, data, (size_t) done);
    return done;
}

VISIBLE ssize_t
read (int fd, void *data, size_t size)
{
    int code = is_ours (fd) ? strike ("read") : 0;

    if (code > 0) {
        errno = code;
        return -1;
    }
    return syscall (SYS_read, fd, data, code < 0 && size > 1 ? size / 2 : size);
}

VISIBLE ssize_t
pread64 (int fd, void *data, size_t size, off64_t offset)
{
    int code = is_ours (fd) ? strike ("pread") : 0;

    if (code > 0) {
        errno = code;
        return -1;
    }
    return syscall (SYS_pread64, fd, data, code < 0 && size > 1 ? size / 2 : size, offset);
}

VISIBLE int
fsync (int fd)
{
    int done;

    if (!is_ours (fd))
        return (int) syscall (SYS_fsync, fd);
    FAIL ("fsync");
    done = (int) syscall (SYS_fsync, fd);
    if (done == 0)
        say ("F %lu\n", inode_of (fd));
    return done;
}

VISIBLE int
fdatasync (int fd)
{
    return fsync (fd);
}

VISIBLE int
flock (int fd, int operation)
{
    if (is_ours (fd))
        FAIL ("flock");
    return (int) syscall (SYS_flock, fd, operation);
}

VISIBLE off64_t
lseek64 (int fd, off64_t offset, int whence)
{
    if (is_ours (fd))
        FAIL ("lseek");
    return syscall (SYS_lseek, fd, offset, whence);
}

VISIBLE int
fstat64 (int fd, struct stat64 *info)
{
    if (is_ours (fd))
        FAIL ("fstat");
    return (int) syscall (SYS_fstat, fd, info);
}

VISIBLE int
fstatat64 (int directory, const char *name, struct stat64 *info, int flags)
{
    if (is_ours_at (directory, name))
        FAIL ("fstatat");
    return (int) syscall (SYS_newfstatat, directory, name, info, flags);
}

VISIBLE int
stat64 (const char *name, struct stat64 *info)
{
    if (is_ours_at (AT_FDCWD, name))
        FAIL ("stat");
    return (int) syscall (SYS_newfstatat, AT_FDCWD, name, info, 0);
}

VISIBLE int
close (int fd)
{
    if (fd == LOG_FD)
        return 0;
    return (int) syscall (SYS_close, fd);
}

static int
do_rename (const char *call, int from, const char *old, int to, const char *new, unsigned int flags)
{
    const char *old_base;
    const char *new_base;
    int done;

    if (!is_ours_at (to, new))
        return (int) syscall (SYS_renameat2, from, old, to, new, flags);
    appear ();
    FAIL (call);
    done = (int) syscall (SYS_renameat2, from, old, to, new, flags);
    if (done == 0) {
        unsigned long old_folder = folder_of (from, old, &old_base);
        unsigned long new_folder = folder_of (to, new, &new_base);

        say ("R %lu %s %lu %s\n", old_folder, old_base, new_folder, new_base);
    }
    return done;
}

VISIBLE int
renameat (int from, const char *old, int to, const char *new)
{
    return do_rename ("renameat", from, old, to, new, 0);
}

VISIBLE int
renameat2 (int from, const char *old, int to, const char *new, unsigned int flags)
{
    return do_rename ("renameat2", from, old, to, new, flags);
}

VISIBLE int
rename (const char *old, const char *new)
{
    return do_rename ("rename", AT_FDCWD, old, AT_FDCWD, new, 0);
}

VISIBLE int
linkat (int from, const char *old, int to, const char *new, int flags)
{
    const char *old_base;
    const char *new_base;
    int done;

    if (!is_ours_at (to, new))
        return (int) syscall (SYS_linkat, from, old, to, new, flags);
    FAIL ("linkat");
    done = (int) syscall (SYS_linkat, from, old, to, new, flags);
    if (done == 0) {
        unsigned long old_folder = folder_of (from, old, &old_base);
        unsigned long new_folder = folder_of (to, new, &new_base);

        say ("L %lu %s %lu %s\n", old_folder, old_base, new_folder, new_base);
    }
    return done;
}

VISIBLE int
unlinkat (int directory, const char *name, int flags)
{
    const char *base;
    int done;

    if (!is_ours_at (directory, name))
        return (int) syscall (SYS_unlinkat, directory, name, flags);
    FAIL ("unlinkat");
    done = (int) syscall (SYS_unlinkat, directory, name, flags);
    if (done == 0) {
        unsigned long folder = folder_of (directory, name, &base);

        say ("U %lu %s\n", folder, base);
    }
    return done;
}
