/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files opened by a name that may be anything's.
 */

#include "config.h"

#include "simstow-regular.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static gboolean
set_errno (GError **error, gint code)
{
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
    return FALSE;
}

static gboolean
check (gint fd, GError **error)
{
    struct stat info;
    struct statfs system;

    if (fstat (fd, &info) != 0)
        return set_errno (error, errno);
    if (S_ISREG (info.st_mode))
        return TRUE;
    if (S_ISFIFO (info.st_mode) && fstatfs (fd, &system) == 0 && system.f_type == PIPEFS_MAGIC)
        return TRUE;
    if (S_ISDIR (info.st_mode))
        return set_errno (error, EISDIR);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("no regular file"));
    return FALSE;
}

gint
simstow_regular_open (const gchar *path, GError **error)
{
    gint fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0 && errno == ENXIO)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("no regular file"));
    else if (fd < 0)
        set_errno (error, errno);
    /* an unnamed pipe is waited for again, as its writer is at work */
    else if (check (fd, error) && fcntl (fd, F_SETFL, 0) == 0)
        return fd;
    if (fd >= 0)
        close (fd);
    return -1;
}

GBytes *
simstow_regular_read (const gchar *path, gsize limit, GError **error)
{
    gint fd = simstow_regular_open (path, error);
    g_autoptr (GInputStream) stream = fd >= 0 ? g_unix_input_stream_new (fd, TRUE) : NULL;
    g_autofree gchar *data = NULL;
    gsize size;

    if (!stream)
        return NULL;
    data = g_malloc (limit + 1);
    if (!g_input_stream_read_all (stream, data, limit + 1, &size, NULL, error))
        return NULL;
    if (size <= limit)
        return g_bytes_new (data, size);
    set_errno (error, EFBIG);
    return NULL;
}
