/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files without a name.
 */

#define _GNU_SOURCE /* memfd_create (), O_TMPFILE */

#include "config.h"

#include "simstow-spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>
#include <unistd.h>

gint
simstow_spool_new (gboolean encrypted, GError **error)
{
    gint fd = -1;

    /* a directory that takes no such file, be it full, is no reason to fail */
    if (encrypted)
        fd = open (g_getenv ("TMPDIR") ? g_get_tmp_dir () : "/var/tmp",
                   O_TMPFILE | O_RDWR | O_CLOEXEC,
                   0600);
    if (fd < 0)
        fd = memfd_create ("simstow", MFD_CLOEXEC);
    if (fd < 0)
        g_set_error (error,
                     G_IO_ERROR,
                     g_io_error_from_errno (errno),
                     _ ("no place to keep it meanwhile: %s"),
                     g_strerror (errno));
    return fd;
}

gboolean
simstow_spool_write (gint fd, gconstpointer data, gsize size)
{
    const guint8 *cursor = data;

    while (size > 0) {
        gssize written = write (fd, cursor, size);

        if (written < 0 && errno != EINTR)
            return FALSE;
        cursor += MAX (written, 0);
        size -= (gsize) MAX (written, 0);
    }
    return TRUE;
}
