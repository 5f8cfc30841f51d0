/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow esim lpac: runs an installed lpac against the card of a modem that
 * ModemManager keeps.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-esim-verbs.h"
#include "simstow-lpac-bridge.h"
#include "simstow-terminal.h"

#define DEFAULT_SECONDS 1800
#define MAX_SECONDS     86400

/* Cancels @stop at the deadline, unless it is ended before */
typedef struct {
    GThread *thread;
    GMutex mutex;
    GCond changed;
    gint64 deadline;
    gboolean ended;
    gboolean late;
    GCancellable *stop;
} Watchdog;

static gpointer
watch (gpointer data)
{
    Watchdog *watchdog = data;

    g_mutex_lock (&watchdog->mutex);
    while (!watchdog->ended && !watchdog->late)
        watchdog->late =
            !g_cond_wait_until (&watchdog->changed, &watchdog->mutex, watchdog->deadline);
    if (watchdog->late)
        g_cancellable_cancel (watchdog->stop);
    g_mutex_unlock (&watchdog->mutex);
    return NULL;
}

static void
watchdog_start (Watchdog *watchdog, GCancellable *stop, gint seconds)
{
    g_mutex_init (&watchdog->mutex);
    g_cond_init (&watchdog->changed);
    watchdog->stop = stop;
    watchdog->deadline = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
    watchdog->thread = g_thread_new ("deadline", watch, watchdog);
}

static void
watchdog_end (Watchdog *watchdog)
{
    g_mutex_lock (&watchdog->mutex);
    watchdog->ended = TRUE;
    g_cond_signal (&watchdog->changed);
    g_mutex_unlock (&watchdog->mutex);
    g_thread_join (watchdog->thread);
    g_mutex_clear (&watchdog->mutex);
    g_cond_clear (&watchdog->changed);
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
    g_cancellable_cancel (user_data);
}

static GSubprocess *
start_lpac (const SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *program = g_find_program_in_path ("lpac");
    g_autoptr (GSubprocessLauncher) launcher = NULL;
    g_autoptr (GPtrArray) argv = g_ptr_array_new ();
    gint i;

    if (program == NULL) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("lpac is not installed: it is in the package lpac (Debian 13 and "
                                "later)"));
        return NULL;
    }
    g_ptr_array_add (argv, program);
    for (i = 1; i < invocation->argc; i++)
        g_ptr_array_add (argv, invocation->argv[i]);
    g_ptr_array_add (argv, NULL);
    launcher =
        g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_subprocess_launcher_setenv (launcher, "LPAC_APDU", "stdio", TRUE);
    g_subprocess_launcher_setenv (launcher, "LPAC_HTTP", "curl", FALSE);
    return g_subprocess_launcher_spawnv (launcher, (const gchar *const *) argv->pdata, error);
}

/* Until lpac closes its output: its result comes before its last requests.
 * Returns: whether there was a result */
static gboolean
converse (GSubprocess *lpac, SimstowLpacBridge *bridge, GCancellable *stop)
{
    g_autoptr (GDataInputStream) lines =
        g_data_input_stream_new (g_subprocess_get_stdout_pipe (lpac));
    GOutputStream *answers = g_subprocess_get_stdin_pipe (lpac);
    gboolean told = FALSE;

    while (TRUE) {
        g_autofree gchar *line = g_data_input_stream_read_line (lines, NULL, stop, NULL);
        g_autofree gchar *answer = line != NULL ? simstow_lpac_bridge_answer (bridge, line) : NULL;

        if (line == NULL)
            return told;
        if (answer == NULL) {
            simstow_terminal_print ("%s\n", line);
            told = told || strstr (line, "\"lpa\"") != NULL;
        } else if (!g_output_stream_printf (answers, NULL, stop, NULL, "%s\n", answer)) {
            g_debug ("lpac does not listen any more");
        }
    }
}

static gboolean
check_end (GSubprocess *lpac, gboolean told, const GError *modem_error, GError **error)
{
    if (g_subprocess_get_if_signaled (lpac))
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     _ ("lpac was ended by signal %d"),
                     g_subprocess_get_term_sig (lpac));
    else if (g_subprocess_get_exit_status (lpac) == 0 && told)
        return TRUE;
    else if (modem_error != NULL)
        g_propagate_error (error, g_error_copy (modem_error));
    else if (!told)
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             _ ("lpac ended without a result"));
    else
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     _ ("lpac failed, with exit status %d"),
                     g_subprocess_get_exit_status (lpac));
    return FALSE;
}

static gboolean
run_lpac (SimstowInvocation *invocation, SimstowModem *modem, gint seconds, GError **error)
{
    g_autoptr (GCancellable) stop = g_cancellable_new ();
    g_autoptr (SimstowLpacBridge) bridge = NULL;
    g_autoptr (GSubprocess) lpac = start_lpac (invocation, error);
    Watchdog watchdog = {NULL};
    gulong handler;
    gboolean told;

    if (lpac == NULL)
        return FALSE;
    bridge = simstow_lpac_bridge_new (modem, stop);
    handler =
        g_cancellable_connect (invocation->cancellable, G_CALLBACK (on_cancelled), stop, NULL);
    watchdog_start (&watchdog, stop, seconds);
    told = converse (lpac, bridge, stop);
    if (!g_subprocess_wait (lpac, stop, NULL)) {
        g_subprocess_force_exit (lpac);
        g_subprocess_wait (lpac, NULL, NULL);
    }
    watchdog_end (&watchdog);
    g_cancellable_disconnect (invocation->cancellable, handler);
    if (g_cancellable_is_cancelled (invocation->cancellable))
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_CANCELLED,
                             _ ("cancelled; lpac was ended"));
    else if (watchdog.late)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_TIMEOUT,
                     _ ("lpac was not done after %d seconds and was ended"),
                     seconds);
    else
        return check_end (lpac, told, simstow_lpac_bridge_peek_error (bridge), error);
    return FALSE;
}

/* Two at once would mix up each other's downloads */
static gint
take_lock (GError **error)
{
    g_autofree gchar *path =
        g_build_filename (g_get_user_runtime_dir (), "simstow-lpac.lock", NULL);
    gint fd = open (path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd < 0)
        g_set_error (error,
                     G_IO_ERROR,
                     g_io_error_from_errno (errno),
                     "%s: %s",
                     path,
                     g_strerror (errno));
    else
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_EXISTS,
                             _ ("another \"simstow esim lpac\" is running"));
    if (fd >= 0)
        close (fd);
    return -1;
}

static SimstowExit
run (SimstowInvocation *invocation, const gchar *selector, gint seconds, GError **error)
{
    g_autoptr (SimstowModem) modem = NULL;
    gboolean done;
    gint lock;

    modem = simstow_modem_find (selector, invocation->cancellable, error);
    if (modem == NULL)
        return SIMSTOW_EXIT_NO_MODEM;
    if (simstow_modem_peek_plugin (modem) == NULL) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("needs the simstow plugin"));
        return SIMSTOW_EXIT_FAILED;
    }
    lock = take_lock (error);
    if (lock < 0)
        return SIMSTOW_EXIT_FAILED;
    done = run_lpac (invocation, modem, seconds, error);
    close (lock);
    return done ? SIMSTOW_EXIT_DONE : SIMSTOW_EXIT_FAILED;
}

SimstowExit
simstow_esim_verb_lpac (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *selector = NULL;
    gint seconds = DEFAULT_SECONDS;
    const GOptionEntry entries[] = {
        {"modem",
         'm',
         0,
         G_OPTION_ARG_STRING,
         &selector,
         N_ ("The card of this modem: a number, IMEI, ICCID or path"),
         N_ ("MODEM")},
        {"timeout",
         0,
         0,
         G_OPTION_ARG_INT,
         &seconds,
         N_ ("End lpac after so many seconds (default: 1800)"),
         N_ ("SECONDS")},
        {NULL},
    };

    if (!simstow_invocation_parse (invocation, entries, 1, G_MAXINT, error))
        return SIMSTOW_EXIT_DONE;
    if (seconds < 1 || seconds > MAX_SECONDS) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("--timeout takes 1 to 86400 seconds"));
        return SIMSTOW_EXIT_USAGE;
    }
    return run (invocation, selector, seconds, error);
}
