/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets come from the controlling terminal, whatever standard input is.
 */

#include "config.h"

#include "simstow-ask.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-terminal.h"

#define LINE_SIZE 4096

static gchar *
read_line (gint fd)
{
    gchar *line = g_malloc0 (LINE_SIZE);
    gssize length = read (fd, line, LINE_SIZE - 1);

    line[MAX (length, 0)] = '\0';
    line[strcspn (line, "\r\n")] = '\0';
    return line;
}

/* Takes the line, and gives it back unless the key that interrupts is in it */
static gchar *
check_line (gchar *line, gchar interrupt, GError **error)
{
    if (interrupt == _POSIX_VDISABLE || !strchr (line, interrupt))
        return line;
    simstow_ask_wipe (line);
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, _ ("cancelled"));
    return NULL;
}

gchar *
simstow_ask_secret (const gchar *prompt, GError **error)
{
    struct termios shown;
    struct termios hidden;
    gint fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    gchar *line;

    if (fd < 0 || tcgetattr (fd, &shown) < 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("there is no terminal to ask on (see --help for how else to give "
                                "it)"));
        if (fd >= 0)
            close (fd);
        return NULL;
    }
    hidden = shown;
    /* a signal here would leave the terminal mute: its key ends the line instead */
    hidden.c_lflag &= ~(tcflag_t) (ECHO | ISIG);
    hidden.c_cc[VEOL] = shown.c_cc[VINTR];
    tcsetattr (fd, TCSAFLUSH, &hidden);
    simstow_terminal_note ("%s ", prompt);
    line = read_line (fd);
    tcsetattr (fd, TCSAFLUSH, &shown);
    simstow_terminal_note ("\n");
    close (fd);
    return check_line (line, (gchar) shown.c_cc[VINTR], error);
}

void
simstow_ask_wipe (gchar *secret)
{
    if (secret)
        explicit_bzero (secret, strlen (secret));
    g_free (secret);
}
