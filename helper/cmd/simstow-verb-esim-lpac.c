/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow esim lpac: runs an installed lpac against the card of a modem that
 * ModemManager keeps. It is the other end of lpac's stdio backend: each request of a
 * line is answered by a line, the card's part of it through the plugin. lpac takes the
 * channel that it is told into the class byte of each command; the plugin puts its own
 * there.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "simstow-card-channel.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-json-scanner.h"
#include "simstow-modem.h"
#include "simstow-terminal.h"

/* What lpac is told; its own number is the plugin's affair */
#define LPAC_CHANNEL 1

typedef struct {
    SimstowModem *modem;
    GCancellable *cancellable;
    guint handle;
    GError *error;
} LpacBridge;

static LpacBridge *
lpac_bridge_new (SimstowModem *modem, GCancellable *cancellable)
{
    LpacBridge *bridge = g_new0 (LpacBridge, 1);

    bridge->modem = g_object_ref (modem);
    bridge->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
    return bridge;
}

static gchar *
answer_code (gint code)
{
    return g_strdup_printf ("{\"type\":\"apdu\",\"payload\":{\"ecode\":%d}}", code);
}

/* Keeps the first error; takes @error */
static gchar *
answer_failure (LpacBridge *bridge, GError *error)
{
    if (bridge->error)
        g_clear_error (&error);
    else
        bridge->error = error;
    return answer_code (-1);
}

/* A card that was reset has closed its channels itself */
static void
close_channel (LpacBridge *bridge)
{
    g_autoptr (GError) error = NULL;

    if (bridge->handle == 0)
        return;
    if (!simstow_card_channel_close (simstow_modem_peek_plugin (bridge->modem),
                                     bridge->handle,
                                     &error))
        g_debug ("the channel was closed before: %s", error->message);
    bridge->handle = 0;
}

static gchar *
answer_success (LpacBridge *bridge, const gchar *param)
{
    return answer_code (0);
}

static gchar *
answer_open (LpacBridge *bridge, const gchar *param)
{
    GError *error = NULL;
    g_autoptr (GBytes) aid = simstow_hex_decode (param, -1, &error);

    if (!aid)
        return answer_failure (bridge, error);
    close_channel (bridge);
    if (!simstow_card_channel_open (simstow_modem_peek_plugin (bridge->modem),
                                    aid,
                                    &bridge->handle,
                                    bridge->cancellable,
                                    &error))
        return answer_failure (bridge, error);
    return answer_code (LPAC_CHANNEL);
}

static gchar *
answer_transmit (LpacBridge *bridge, const gchar *param)
{
    GError *error = NULL;
    g_autoptr (GBytes) apdu = simstow_hex_decode (param, -1, &error);
    g_autoptr (GBytes) response = NULL;
    g_autofree gchar *hex = NULL;

    if (g_cancellable_set_error_if_cancelled (bridge->cancellable, &error))
        return answer_failure (bridge, error);
    if (!apdu || bridge->handle == 0)
        return error ? answer_failure (bridge, error) : answer_code (-1);
    response = simstow_card_channel_transmit (simstow_modem_peek_plugin (bridge->modem),
                                              bridge->handle,
                                              apdu,
                                              &error);
    if (!response)
        return answer_failure (bridge, error);
    hex = simstow_hex_encode_bytes (response);
    return g_strdup_printf ("{\"type\":\"apdu\",\"payload\":{\"ecode\":0,\"data\":\"%s\"}}", hex);
}

static gchar *
answer_close (LpacBridge *bridge, const gchar *param)
{
    close_channel (bridge);
    return answer_code (0);
}

static const struct {
    const gchar *function;
    gchar *(*answer) (LpacBridge *bridge, const gchar *param);
} functions[] = {
    {"connect", answer_success},
    {"disconnect", answer_close},
    {"logic_channel_open", answer_open},
    {"logic_channel_close", answer_close},
    {"transmit", answer_transmit},
};

static gchar *
dup_string (const SimstowJsonValue *object, const gchar *name)
{
    SimstowJsonValue member;

    return simstow_json_value_find (object, name, &member)
               ? simstow_json_value_dup_string (&member, NULL)
               : NULL;
}

static gchar *
answer_apdu (LpacBridge *bridge, const SimstowJsonValue *payload)
{
    g_autofree gchar *function = dup_string (payload, "func");
    g_autofree gchar *param = dup_string (payload, "param");
    gsize i;

    for (i = 0; function && i < G_N_ELEMENTS (functions); i++) {
        if (g_str_equal (function, functions[i].function))
            return functions[i].answer (bridge, param ? param : "");
    }
    return answer_code (-1);
}

static gchar *
lpac_bridge_answer (LpacBridge *bridge, const gchar *line)
{
    SimstowJsonValue request;
    SimstowJsonValue payload;
    g_autofree gchar *type = NULL;

    if (!simstow_json_value_parse (line, strlen (line), &request, NULL))
        return NULL;
    type = dup_string (&request, "type");
    if (g_strcmp0 (type, "apdu") == 0)
        return simstow_json_value_find (&request, "payload", &payload)
                   ? answer_apdu (bridge, &payload)
                   : answer_code (-1);
    /* Servers are lpac's own business, by its curl backend: here is no TLS */
    if (g_strcmp0 (type, "http") == 0)
        return g_strdup ("{\"type\":\"http\",\"payload\":{\"rcode\":501,\"rx\":\"\"}}");
    return NULL;
}

static const GError *
lpac_bridge_peek_error (const LpacBridge *bridge)
{
    return bridge->error;
}

static void
lpac_bridge_free (LpacBridge *bridge)
{
    close_channel (bridge);
    g_object_unref (bridge->modem);
    g_clear_object (&bridge->cancellable);
    g_clear_error (&bridge->error);
    g_free (bridge);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LpacBridge, lpac_bridge_free)

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
        simstow_error_set (error,
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
converse (GSubprocess *lpac, LpacBridge *bridge, GCancellable *stop)
{
    g_autoptr (GDataInputStream) lines =
        g_data_input_stream_new (g_subprocess_get_stdout_pipe (lpac));
    GOutputStream *answers = g_subprocess_get_stdin_pipe (lpac);
    gboolean told = FALSE;

    while (TRUE) {
        g_autofree gchar *line = g_data_input_stream_read_line (lines, NULL, stop, NULL);
        g_autofree gchar *answer = line != NULL ? lpac_bridge_answer (bridge, line) : NULL;

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
        simstow_error_set (error,
                           SIMSTOW_ERROR_MODEM_ERROR,
                           _ ("lpac was ended by signal %d"),
                           g_subprocess_get_term_sig (lpac));
    else if (g_subprocess_get_exit_status (lpac) == 0 && told)
        return TRUE;
    else if (modem_error != NULL)
        g_propagate_error (error, g_error_copy (modem_error));
    else if (!told)
        simstow_error_set (error, SIMSTOW_ERROR_MODEM_ERROR, _ ("lpac ended without a result"));
    else
        simstow_error_set (error,
                           SIMSTOW_ERROR_MODEM_ERROR,
                           _ ("lpac failed, with exit status %d"),
                           g_subprocess_get_exit_status (lpac));
    return FALSE;
}

static gboolean
run_lpac (SimstowInvocation *invocation, SimstowModem *modem, gint seconds, GError **error)
{
    g_autoptr (GCancellable) stop = g_cancellable_new ();
    g_autoptr (LpacBridge) bridge = NULL;
    g_autoptr (GSubprocess) lpac = start_lpac (invocation, error);
    Watchdog watchdog = {NULL};
    gulong handler;
    gboolean told;

    if (lpac == NULL)
        return FALSE;
    bridge = lpac_bridge_new (modem, stop);
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
        simstow_error_set (error, SIMSTOW_ERROR_CANCELLED, _ ("cancelled; lpac was ended"));
    else if (watchdog.late)
        simstow_error_set (error,
                           SIMSTOW_ERROR_TIMEOUT,
                           _ ("lpac was not done after %d seconds and was ended"),
                           seconds);
    else
        return check_end (lpac, told, lpac_bridge_peek_error (bridge), error);
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
        simstow_error_set (error,
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
        return simstow_exit_failed (error);
    if (simstow_modem_peek_plugin (modem) == NULL) {
        simstow_error_set (error, SIMSTOW_ERROR_UNSUPPORTED, _ ("needs the simstow plugin"));
        return simstow_exit_failed (error);
    }
    lock = take_lock (error);
    if (lock < 0)
        return simstow_exit_failed (error);
    done = run_lpac (invocation, modem, seconds, error);
    close (lock);
    return done ? SIMSTOW_EXIT_DONE : SIMSTOW_EXIT_FAILED;
}

SimstowExit
simstow_verb_esim_lpac (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *selector = NULL;
    gint seconds = DEFAULT_SECONDS;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &selector,
         N_ ("The card of this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"timeout", 0, 0, G_OPTION_ARG_INT, &seconds,
         N_ ("End lpac after so many seconds (default: 1800)"), N_ ("SECONDS")},
        {NULL},
    };
    /* clang-format on */

    if (!simstow_invocation_parse (invocation, entries, 1, G_MAXINT, error))
        return simstow_exit_failed (error);
    if (seconds < 1 || seconds > MAX_SECONDS) {
        simstow_error_set (error, SIMSTOW_ERROR_USAGE, _ ("--timeout takes 1 to 86400 seconds"));
        return simstow_exit_failed (error);
    }
    return run (invocation, selector, seconds, error);
}
