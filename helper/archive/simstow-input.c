/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive opened for reading.
 */

#include "config.h"

#include "simstow-input.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-openpgp.h"
#include "simstow-spool.h"

static gboolean
set_plain_errno (GError **error, gint code)
{
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
    return FALSE;
}

static gboolean
check_regular (gint fd, GError **error)
{
    struct stat info;
    struct statfs system;

    if (fstat (fd, &info) != 0)
        return set_plain_errno (error, errno);
    if (S_ISREG (info.st_mode))
        return TRUE;
    if (S_ISFIFO (info.st_mode) && fstatfs (fd, &system) == 0 && system.f_type == PIPEFS_MAGIC)
        return TRUE;
    if (S_ISDIR (info.st_mode))
        return set_plain_errno (error, EISDIR);
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
        set_plain_errno (error, errno);
    /* an unnamed pipe is waited for again, as its writer is at work */
    else if (check_regular (fd, error) && fcntl (fd, F_SETFL, 0) == 0)
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
    set_plain_errno (error, EFBIG);
    return NULL;
}

struct _SimstowInput {
    gint fd;
    gboolean encrypted;
    gboolean armored;
    gboolean rereadable;
    GInputStream *stream;
};

static gboolean
set_errno (GError **error, gint code)
{
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 _ ("it cannot be opened: %s"),
                 g_strerror (code));
    return FALSE;
}

static gboolean
set_directory (GError **error)
{
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_DAMAGED,
        _ ("not an archive, but a directory (who has unpacked one packs it again with tar)"));
}

/* A directory of archives may hold anything under such a name */
static gboolean
open_named (SimstowInput *input, const gchar *path, GError **error)
{
    g_autoptr (GError) reason = NULL;

    input->fd = simstow_regular_open (path, &reason);
    if (input->fd >= 0)
        return TRUE;
    if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
        set_directory (error);
    else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE))
        simstow_error_set (error,
                           SIMSTOW_ERROR_DAMAGED,
                           _ ("not an archive, and no file (what comes from a pipe is read from "
                              "standard input: -)"));
    else
        g_set_error (error,
                     G_IO_ERROR,
                     reason->code,
                     _ ("it cannot be opened: %s"),
                     reason->message);
    return FALSE;
}

static gboolean
open_path (SimstowInput *input, const gchar *path, struct stat *info, GError **error)
{
    if (!g_str_equal (path, "-")) {
        if (!open_named (input, path, error))
            return FALSE;
    } else {
        input->fd = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    }
    if (input->fd < 0 || fstat (input->fd, info) != 0)
        return set_errno (error, errno);
    return !S_ISDIR (info->st_mode) || set_directory (error);
}

static gboolean
look (SimstowInput *input, GCancellable *cancellable, GError **error)
{
    GBufferedInputStream *buffered = G_BUFFERED_INPUT_STREAM (input->stream);
    const void *data;
    gsize size = 0;
    gssize got;

    do {
        got = g_buffered_input_stream_fill (buffered,
                                            SIMSTOW_OPENPGP_MAGIC_SIZE - (gssize) size,
                                            cancellable,
                                            error);
        if (got < 0)
            return FALSE;
        data = g_buffered_input_stream_peek_buffer (buffered, &size);
    } while (got > 0 && size < SIMSTOW_OPENPGP_MAGIC_SIZE);
    input->armored = simstow_armor_is_there (data, size);
    input->encrypted = input->armored || simstow_openpgp_is_message (data, size);
    return TRUE;
}

static void
replace_fd (SimstowInput *input, gint fd)
{
    close (input->fd);
    input->fd = fd;
    input->rereadable = TRUE;
}

/* Nothing but the message in it is of use; it lies there as it would have been written */
static gboolean
remove_armor (SimstowInput *input, GCancellable *cancellable, GError **error)
{
    gint fd = simstow_spool_new (TRUE, error);

    if (fd < 0)
        return FALSE;
    if (!simstow_armor_remove (G_BUFFERED_INPUT_STREAM (input->stream), fd, cancellable, error)) {
        close (fd);
        return FALSE;
    }
    replace_fd (input, fd);
    return TRUE;
}

static gboolean
spool (SimstowInput *input, GCancellable *cancellable, GError **error)
{
    g_autoptr (GOutputStream) output = NULL;
    gint fd = simstow_spool_new (input->encrypted, error);

    if (fd < 0)
        return FALSE;
    output = g_unix_output_stream_new (fd, FALSE);
    if (g_output_stream_splice (output,
                                input->stream,
                                G_OUTPUT_STREAM_SPLICE_NONE,
                                cancellable,
                                error) < 0) {
        close (fd);
        return FALSE;
    }
    replace_fd (input, fd);
    return TRUE;
}

SimstowInput *
simstow_input_new (const gchar *path, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowInput) input = g_new0 (SimstowInput, 1);
    g_autoptr (GInputStream) raw = NULL;
    struct stat info;

    if (!open_path (input, path, &info, error))
        return NULL;
    raw = g_unix_input_stream_new (input->fd, FALSE);
    input->stream = g_buffered_input_stream_new (raw);
    if (!look (input, cancellable, error))
        return NULL;
    input->rereadable = S_ISREG (info.st_mode) && lseek (input->fd, 0, SEEK_CUR) >= 0;
    if (input->armored && !remove_armor (input, cancellable, error))
        return NULL;
    if (input->encrypted && !simstow_input_keep (input, cancellable, error))
        return NULL;
    return g_steal_pointer (&input);
}

gboolean
simstow_input_keep (SimstowInput *input, GCancellable *cancellable, GError **error)
{
    return input->rereadable || spool (input, cancellable, error);
}

SimstowInput *
simstow_input_open_again (const SimstowInput *input, GError **error)
{
    g_autofree gchar *path = g_strdup_printf ("/proc/self/fd/%d", input->fd);

    return simstow_input_new (path, NULL, error);
}

void
simstow_input_free (SimstowInput *input)
{
    if (!input)
        return;
    g_clear_object (&input->stream);
    if (input->fd >= 0)
        close (input->fd);
    g_free (input);
}

gboolean
simstow_input_is_encrypted (const SimstowInput *input)
{
    return input->encrypted;
}

GInputStream *
simstow_input_get_stream (const SimstowInput *input)
{
    return input->stream;
}

gint
simstow_input_get_fd (const SimstowInput *input)
{
    return input->fd;
}
