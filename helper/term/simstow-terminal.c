/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal: what is said on it, what is asked on it, and the signals that come
 * from it.
 */

#include "config.h"

#include "simstow-terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-text.h"

static gboolean
terminal_is (gint fd)
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

gboolean
simstow_confirm_check (gboolean yes, GError **error)
{
    if (yes || isatty (STDIN_FILENO))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("this asks before it goes on, and there is no terminal to ask on; "
                                 "give --yes to answer beforehand"));
}

/* Waits for input, so that Ctrl-C need not wait for the Enter key. */
static gboolean
wait_for_input (GCancellable *cancellable)
{
    GPollFD polled[2] = {{STDIN_FILENO, G_IO_IN | G_IO_HUP, 0}, {-1, G_IO_IN, 0}};
    guint count = 1;

    if (cancellable != NULL && g_cancellable_make_pollfd (cancellable, &polled[1]))
        count = 2;
    while (g_poll (polled, count, -1) < 0)
        continue;
    if (count == 2)
        g_cancellable_release_fd (cancellable);
    return !g_cancellable_is_cancelled (cancellable);
}

gboolean
simstow_confirm (const gchar *question, gboolean yes, GCancellable *cancellable, GError **error)
{
    gchar answer[64] = "";
    gssize length;

    if (!simstow_confirm_check (yes, error))
        return FALSE;
    if (yes)
        return TRUE;
    /* TRANSLATORS: the first letters of yes and no */
    simstow_terminal_note ("%s %s ", question, _ ("[y/N]"));
    if (!wait_for_input (cancellable))
        return !g_cancellable_set_error_if_cancelled (cancellable, error);
    length = read (STDIN_FILENO, answer, sizeof (answer) - 1);
    answer[MAX (length, 0)] = '\0';
    if (rpmatch (answer) == 1)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_CANCELLED,
                              _ ("not confirmed; nothing was changed"));
}

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
        simstow_error_set (error, SIMSTOW_ERROR_CANCELLED, _ ("cancelled"));
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
        simstow_error_set (error,
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

#define INTERVAL  (G_USEC_PER_SEC / 10)
#define BAR_WIDTH 24

struct _SimstowProgressTrack {
    SimstowProgress *progress;
    gchar *label;
    gchar *what;
    guint done;
    guint total;
};

struct _SimstowProgress {
    GMutex mutex;
    GPtrArray *tracks;
    gboolean visible;
    gboolean drawn;
    gint64 drawn_at;
};

static void
track_free (gpointer data)
{
    SimstowProgressTrack *track = data;

    g_free (track->label);
    g_free (track->what);
    g_free (track);
}

SimstowProgress *
simstow_progress_new (void)
{
    SimstowProgress *progress = g_new0 (SimstowProgress, 1);

    g_mutex_init (&progress->mutex);
    progress->tracks = g_ptr_array_new_with_free_func (track_free);
    progress->visible = terminal_is (STDERR_FILENO);
    return progress;
}

void
simstow_progress_free (SimstowProgress *progress)
{
    simstow_progress_clear (progress);
    g_ptr_array_unref (progress->tracks);
    g_mutex_clear (&progress->mutex);
    g_free (progress);
}

SimstowProgressTrack *
simstow_progress_add_track (SimstowProgress *progress, const gchar *label)
{
    SimstowProgressTrack *track = g_new0 (SimstowProgressTrack, 1);

    track->progress = progress;
    track->label = g_strdup (label);
    g_mutex_lock (&progress->mutex);
    g_ptr_array_add (progress->tracks, track);
    g_mutex_unlock (&progress->mutex);
    return track;
}

static void
append_bar (GString *line, guint done, guint total)
{
    guint filled = (guint) ((guint64) MIN (done, total) * BAR_WIDTH / total);
    guint i;

    g_string_append (line, " [");
    for (i = 0; i < BAR_WIDTH; i++)
        g_string_append_c (line, i < filled ? '#' : ' ');
    g_string_append_c (line, ']');
}

static void
append_track (GString *line, const SimstowProgressTrack *track, gboolean bar)
{
    if (track->what == NULL)
        return;
    if (line->len > 0)
        g_string_append (line, "  |  ");
    if (track->label != NULL)
        g_string_append_printf (line, "%s: ", track->label);
    g_string_append (line, track->what);
    if (bar && track->total > 0)
        append_bar (line, track->done, track->total);
    if (track->total > 0)
        g_string_append_printf (line, " %u/%u", track->done, track->total);
    else if (track->done > 0)
        g_string_append_printf (line, " %u", track->done);
}

static void
draw (SimstowProgress *progress)
{
    g_autoptr (GString) line = g_string_new (NULL);
    g_autofree gchar *safe = NULL;
    g_autofree gchar *fitted = NULL;
    guint i;

    for (i = 0; i < progress->tracks->len; i++)
        append_track (line, g_ptr_array_index (progress->tracks, i), progress->tracks->len == 1);
    safe = simstow_text_line (line->str);
    fitted = simstow_text_fit (safe, simstow_terminal_width (STDERR_FILENO) - 1);
    fprintf (stderr, "\r%s\033[K", fitted);
    fflush (stderr);
    progress->drawn = TRUE;
}

void
simstow_progress_update (const gchar *what, guint done, guint total, gpointer track)
{
    SimstowProgressTrack *self = track;
    SimstowProgress *progress = self->progress;
    gint64 now = g_get_monotonic_time ();

    if (!progress->visible)
        return;
    g_mutex_lock (&progress->mutex);
    if (g_strcmp0 (self->what, what) != 0) {
        g_free (self->what);
        self->what = g_strdup (what);
    }
    self->done = done;
    self->total = total;
    if (now - progress->drawn_at >= INTERVAL) {
        progress->drawn_at = now;
        draw (progress);
    }
    g_mutex_unlock (&progress->mutex);
}

void
simstow_progress_clear (SimstowProgress *progress)
{
    g_mutex_lock (&progress->mutex);
    if (progress->drawn)
        fputs ("\r\033[K", stderr);
    progress->drawn = FALSE;
    g_mutex_unlock (&progress->mutex);
}
