/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets come from the controlling terminal, whatever standard input is.
 */

#include "config.h"

#include "simstow-ask.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-terminal.h"

#define LINE_SIZE 4096

/* A terminal that shows nothing, and the signals that would leave it so: they wait until it shows
 * what is typed again. The threads of simstow-interrupt.c leave them to this one */
typedef struct {
    gint fd;
    gint signals;
    sigset_t caught;
    sigset_t before;
    struct termios shown;
} Mute;

static void
choose_signals (sigset_t *caught)
{
    static const gint numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
    gsize i;

    sigemptyset (caught);
    for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
        struct sigaction action;

        /* as of a program that nohup(1) started */
        if (sigaction (numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset (caught, numbers[i]);
    }
}

static void
hide (const Mute *mute, const gchar *prompt)
{
    struct termios hidden = mute->shown;

    hidden.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr (mute->fd, TCSAFLUSH, &hidden);
    simstow_terminal_note ("%s ", prompt);
}

static void
show (const Mute *mute)
{
    tcsetattr (mute->fd, TCSAFLUSH, &mute->shown);
    simstow_terminal_note ("\n");
}

/* Stops as Ctrl-Z says, until the shell lets it go on */
static void
stop (const Mute *mute, const gchar *prompt)
{
    show (mute);
    pthread_sigmask (SIG_SETMASK, &mute->before, NULL);
    raise (SIGTSTP);
    pthread_sigmask (SIG_BLOCK, &mute->caught, NULL);
    hide (mute, prompt);
}

/* The signal that came, 0 for a line that waits; what stops and goes on is seen to here */
static gint
wait_for_line (const Mute *mute, const gchar *prompt)
{
    for (;;) {
        struct pollfd polled[] = {{mute->fd, POLLIN, 0}, {mute->signals, POLLIN, 0}};
        struct signalfd_siginfo info;

        if (poll (polled, G_N_ELEMENTS (polled), -1) < 0)
            continue;
        if (read (mute->signals, &info, sizeof info) != (gssize) sizeof info) {
            if (polled[0].revents != 0)
                return 0;
        } else if (info.ssi_signo == SIGTSTP) {
            stop (mute, prompt);
        } else if (info.ssi_signo == SIGCONT) {
            hide (mute, prompt);
        } else {
            return (gint) info.ssi_signo;
        }
    }
}

static gchar *
read_line (gint fd)
{
    gchar *line = g_malloc0 (LINE_SIZE);
    gssize length = read (fd, line, LINE_SIZE - 1);

    if (length < 0) {
        g_free (line);
        return NULL;
    }
    line[strcspn (line, "\r\n")] = '\0';
    return line;
}

static gchar *
ask (const Mute *mute, const gchar *prompt, GError **error)
{
    gint number;
    gchar *line;

    hide (mute, prompt);
    number = wait_for_line (mute, prompt);
    line = number == 0 ? read_line (mute->fd) : NULL;
    show (mute);
    if (number == SIGQUIT) {
        pthread_sigmask (SIG_SETMASK, &mute->before, NULL);
        raise (SIGQUIT);
    }
    if (!line)
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, _ ("cancelled"));
    return line;
}

gchar *
simstow_ask_secret (const gchar *prompt, GError **error)
{
    Mute mute = {.fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    gchar *line = NULL;

    choose_signals (&mute.caught);
    mute.signals = signalfd (-1, &mute.caught, SFD_CLOEXEC | SFD_NONBLOCK);
    if (mute.fd < 0 || mute.signals < 0 || tcgetattr (mute.fd, &mute.shown) < 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("there is no terminal to ask on (see --help for how else to give "
                                "it)"));
    } else {
        pthread_sigmask (SIG_BLOCK, &mute.caught, &mute.before);
        line = ask (&mute, prompt, error);
        pthread_sigmask (SIG_SETMASK, &mute.before, NULL);
    }
    if (mute.signals >= 0)
        close (mute.signals);
    if (mute.fd >= 0)
        close (mute.fd);
    return line;
}

void
simstow_ask_wipe (gchar *secret)
{
    if (secret)
        explicit_bzero (secret, strlen (secret));
    g_free (secret);
}
