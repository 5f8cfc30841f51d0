/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals, seen by a thread with a main loop of its own, because the verbs
 * themselves run without one.
 */

#include "config.h"

#include "simstow-interrupt.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

#include "simstow-terminal.h"

struct _SimstowInterrupt {
    GCancellable *cancellable;
    GMainContext *context;
    GMainLoop *loop;
    GThread *thread;
};

typedef struct {
    SimstowInterrupt *interrupt;
    gint number;
} Watch;

static gboolean
on_signal (gpointer user_data)
{
    Watch *watch = user_data;

    if (g_cancellable_is_cancelled (watch->interrupt->cancellable)) {
        signal (watch->number, SIG_DFL);
        kill (getpid (), watch->number);
        return G_SOURCE_CONTINUE;
    }
    if (isatty (STDERR_FILENO))
        simstow_terminal_note ("\n%s\n",
                               _ ("Stopping at the next safe place; once more stops at once."));
    g_cancellable_cancel (watch->interrupt->cancellable);
    return G_SOURCE_CONTINUE;
}

static void
watch_signal (SimstowInterrupt *interrupt, gint number)
{
    g_autoptr (GSource) source = NULL;
    struct sigaction action;
    Watch *watch;

    /* as of a program that nohup(1) started */
    if (sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        return;
    source = g_unix_signal_source_new (number);
    watch = g_new0 (Watch, 1);
    watch->interrupt = interrupt;
    watch->number = number;
    g_source_set_callback (source, on_signal, watch, g_free);
    g_source_attach (source, interrupt->context);
}

static gpointer
run_loop (gpointer data)
{
    SimstowInterrupt *interrupt = data;

    g_main_loop_run (interrupt->loop);
    return NULL;
}

SimstowInterrupt *
simstow_interrupt_new (void)
{
    SimstowInterrupt *interrupt = g_new0 (SimstowInterrupt, 1);
    sigset_t all;
    sigset_t before;

    /* signals are left to the thread that works, which may have to wait with them */
    sigfillset (&all);
    pthread_sigmask (SIG_SETMASK, &all, &before);
    interrupt->cancellable = g_cancellable_new ();
    interrupt->context = g_main_context_new ();
    interrupt->loop = g_main_loop_new (interrupt->context, FALSE);
    watch_signal (interrupt, SIGINT);
    watch_signal (interrupt, SIGTERM);
    watch_signal (interrupt, SIGHUP);
    interrupt->thread = g_thread_new ("interrupt", run_loop, interrupt);
    pthread_sigmask (SIG_SETMASK, &before, NULL);
    return interrupt;
}

static gboolean
on_quit (gpointer user_data)
{
    g_main_loop_quit (user_data);
    return G_SOURCE_REMOVE;
}

void
simstow_interrupt_free (SimstowInterrupt *interrupt)
{
    g_autoptr (GSource) quit = g_idle_source_new ();

    /* from inside the loop: the thread may not have entered it yet */
    g_source_set_callback (quit, on_quit, interrupt->loop, NULL);
    g_source_attach (quit, interrupt->context);
    g_thread_join (interrupt->thread);
    g_main_loop_unref (interrupt->loop);
    g_main_context_unref (interrupt->context);
    g_object_unref (interrupt->cancellable);
    g_free (interrupt);
}

GCancellable *
simstow_interrupt_peek_cancellable (SimstowInterrupt *interrupt)
{
    return interrupt->cancellable;
}
