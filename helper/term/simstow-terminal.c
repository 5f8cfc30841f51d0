/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way out to people.
 */

#include "simstow-terminal.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "simstow-text.h"

gboolean
simstow_terminal_is (gint fd)
{
    return isatty (fd) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

guint
simstow_terminal_width (gint fd)
{
    struct winsize size = {0};

    if (!isatty (fd))
        return 0;
    if (ioctl (fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* A terminal gets its own character set; a file or pipe UTF-8, whatever the locale. */
static void
write_text (FILE *stream, const gchar *text)
{
    g_autofree gchar *local = NULL;
    const gchar *charset;

    if (isatty (fileno (stream)) && !g_get_charset (&charset))
        local = g_convert_with_fallback (text, -1, charset, "UTF-8", "?", NULL, NULL, NULL);
    fputs (local != NULL ? local : text, stream);
}

static void
write_format (FILE *stream, const gchar *format, va_list args)
{
    g_autofree gchar *text = g_strdup_vprintf (format, args);
    g_autofree gchar *safe = simstow_text_safe (text);

    write_text (stream, safe);
}

void
simstow_terminal_print (const gchar *format, ...)
{
    va_list args;

    va_start (args, format);
    write_format (stdout, format, args);
    va_end (args);
}

void
simstow_terminal_note (const gchar *format, ...)
{
    va_list args;

    /* in the order in which it was said */
    fflush (stdout);
    va_start (args, format);
    write_format (stderr, format, args);
    va_end (args);
}

void
simstow_terminal_say (gboolean aside, const gchar *format, ...)
{
    va_list args;

    va_start (args, format);
    write_format (aside ? stderr : stdout, format, args);
    va_end (args);
}

/* What failed before has left no errno; a pipe knows whether somebody reads from it */
static gboolean
is_unread (void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll (&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

gboolean
simstow_terminal_finish (GError **error)
{
    gint code;

    if (fflush (stdout) == 0 && !ferror (stdout))
        return TRUE;
    code = is_unread () ? EPIPE : errno;
    g_set_error (error,
                 G_IO_ERROR,
                 (gint) g_io_error_from_errno (code),
                 _ ("cannot write to standard output: %s"),
                 g_strerror (code));
    return FALSE;
}
