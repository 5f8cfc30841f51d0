/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pager is a child between this program and the terminal. Ctrl-C is for the pager
 * meanwhile; when it ends early, the pipe breaks, and this program ends as any does.
 */

#include "config.h"

#include "simstow-pager.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixoutputstream.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What less is to do, where the user has no wishes: as git asks it to */
#define LESS "FRX"

/* @terminal: standard output as it was */
struct _SimstowPager {
    GSubprocess *process;
    gint terminal;
    struct sigaction before;
};

/* A command for the shell; %NULL for none */
static gchar *
find_pager (void)
{
    const gchar *pager = g_getenv ("SIMSTOW_PAGER");

    if (pager == NULL)
        pager = g_getenv ("PAGER");
    if (pager == NULL)
        return g_find_program_in_path ("less");
    return *pager != '\0' && !g_str_equal (pager, "cat") ? g_strdup (pager) : NULL;
}

static gboolean
is_needed (guint64 lines)
{
    struct winsize size = {0};
    const gchar *charset;

    /* a pager gets UTF-8; a terminal that takes something else gets that without one */
    return isatty (STDOUT_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0 &&
           g_get_charset (&charset) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
           size.ws_row > 0 && lines >= size.ws_row;
}

/* Between fork and exec: what this program does about signals is not for the child */
static void
on_child_setup (gpointer user_data)
{
    sigset_t none;

    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    signal (SIGINT, SIG_DFL);
}

static GSubprocess *
start (const gchar *command)
{
    g_autoptr (GSubprocessLauncher) launcher =
        g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);

    g_subprocess_launcher_setenv (launcher, "LESS", LESS, FALSE);
    g_subprocess_launcher_setenv (launcher, "LESSCHARSET", "utf-8", FALSE);
    g_subprocess_launcher_set_child_setup (launcher, on_child_setup, NULL, NULL);
    return g_subprocess_launcher_spawn (launcher, NULL, "/bin/sh", "-c", command, NULL);
}

SimstowPager *
simstow_pager_new (guint64 lines)
{
    g_autofree gchar *command = is_needed (lines) ? find_pager () : NULL;
    g_autoptr (GSubprocess) process = command != NULL ? start (command) : NULL;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    SimstowPager *pager;
    GOutputStream *pipe;

    if (process == NULL)
        return NULL;
    pipe = g_subprocess_get_stdin_pipe (process);
    pager = g_new0 (SimstowPager, 1);
    fflush (stdout);
    pager->terminal = dup (STDOUT_FILENO);
    sigaction (SIGINT, &ignore, &pager->before);
    dup2 (g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (pipe)), STDOUT_FILENO);
    g_output_stream_close (pipe, NULL, NULL);
    pager->process = g_steal_pointer (&process);
    return pager;
}

void
simstow_pager_free (SimstowPager *pager)
{
    fflush (stdout);
    dup2 (pager->terminal, STDOUT_FILENO);
    close (pager->terminal);
    g_subprocess_wait (pager->process, NULL, NULL);
    sigaction (SIGINT, &pager->before, NULL);
    g_object_unref (pager->process);
    g_free (pager);
}
