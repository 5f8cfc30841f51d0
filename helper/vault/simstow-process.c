/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of others. What they write is read while they run, so that none waits for a full
 * pipe; what is too much is dropped.
 */

#include "config.h"

#include "simstow-process.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "simstow-error.h"

#define OUTPUT_LIMIT (16 * 1024 * 1024)
#define FAULT_LIMIT  (16 * 1024)
#define CHUNK        8192

/*
 * Stream:
 * @input: one of its outputs
 * @text: what came, its end where it is more than @limit
 * @limit: how much is kept
 * @last: whether it is the end that is kept, not the beginning
 * @ended: whether it was closed
 */
typedef struct {
    GInputStream *input;
    GString *text;
    gsize limit;
    gboolean last;
    gboolean ended;
    guint8 buffer[CHUNK];
} Stream;

gchar **
simstow_environment_load (const gchar *file, GError **error)
{
    g_auto (GStrv) environment = g_get_environ ();
    g_autofree gchar *text = NULL;
    g_auto (GStrv) lines = NULL;
    guint i;

    if (file == NULL)
        return g_steal_pointer (&environment);
    if (!g_file_get_contents (file, &text, NULL, error))
        return NULL;
    lines = g_strsplit (text, "\n", -1);
    for (i = 0; lines[i] != NULL; i++) {
        gchar *equals = strchr (g_strstrip (lines[i]), '=');

        if (*lines[i] == '\0' || *lines[i] == '#')
            continue;
        if (equals == NULL || equals == lines[i]) {
            /* what stands there may be a secret */
            simstow_error_set (error,
                               SIMSTOW_ERROR_USAGE,
                               _ ("%s: line %u is no NAME=VALUE"),
                               file,
                               i + 1);
            return NULL;
        }
        *equals = '\0';
        environment = g_environ_setenv (environment, lines[i], equals + 1, TRUE);
    }
    return g_steal_pointer (&environment);
}

static void
keep (Stream *stream, gsize size)
{
    gsize room = stream->limit - stream->text->len;

    if (stream->last && size > room)
        g_string_erase (stream->text, 0, (gssize) MIN (size - room, stream->text->len));
    else if (size > room)
        size = room;
    g_string_append_len (stream->text, (const gchar *) stream->buffer, (gssize) size);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Stream *stream = user_data;
    gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

    if (size <= 0) {
        stream->ended = TRUE;
        return;
    }
    keep (stream, (gsize) size);
    g_input_stream_read_async (stream->input, stream->buffer, CHUNK, 0, NULL, on_read, stream);
}

static void
stream_begin (Stream *stream, GInputStream *input, gsize limit, gboolean last)
{
    stream->input = input;
    stream->text = g_string_new (NULL);
    stream->limit = limit;
    stream->last = last;
    g_input_stream_read_async (input, stream->buffer, CHUNK, 0, NULL, on_read, stream);
}

static gboolean
on_timeout (gpointer user_data)
{
    gboolean *late = user_data;

    *late = TRUE;
    return G_SOURCE_REMOVE;
}

static void
on_exit_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
    gboolean *ended = user_data;

    *ended = g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL) || *ended;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
    return G_SOURCE_REMOVE;
}

static void
before_exec (gpointer user_data)
{
    /* of its own, so that its children end with it; and it ends with us */
    setpgid (0, 0);
    prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
end (GSubprocess *process)
{
    const gchar *id = g_subprocess_get_identifier (process);
    pid_t pid = id != NULL ? (pid_t) g_ascii_strtoll (id, NULL, 10) : 0;

    if (pid > 1)
        kill (-pid, SIGKILL);
    g_subprocess_force_exit (process);
}

static GSource *
attach (GSource *source, GMainContext *context, GSourceFunc func, gpointer data)
{
    g_source_set_callback (source, func, data, NULL);
    g_source_attach (source, context);
    return source;
}

/* Until it ended, and closed what it wrote to; or until it is ended */
static void
wait_for (GSubprocess *process,
          GMainContext *context,
          Stream streams[2],
          gboolean *late,
          GCancellable *cancellable)
{
    gboolean ended = FALSE;
    gboolean killed = FALSE;

    g_subprocess_wait_async (process, NULL, on_exit_status, &ended);
    while (!ended || !streams[0].ended || !streams[1].ended) {
        if (!killed && (*late || g_cancellable_is_cancelled (cancellable))) {
            end (process);
            killed = TRUE;
        }
        g_main_context_iteration (context, TRUE);
    }
}

static gint
status_of (GSubprocess *process)
{
    if (g_subprocess_get_if_exited (process))
        return g_subprocess_get_exit_status (process);
    return 128 + g_subprocess_get_term_sig (process);
}

static gboolean
run (GSubprocess *process,
     GMainContext *context,
     guint timeout,
     SimstowProcessResult *result,
     GCancellable *cancellable,
     GError **error)
{
    Stream streams[2] = {{NULL}, {NULL}};
    gboolean late = FALSE;
    g_autoptr (GSource) timer =
        attach (g_timeout_source_new_seconds (timeout), context, on_timeout, &late);
    g_autoptr (GSource) stop = attach (g_cancellable_source_new (cancellable),
                                       context,
                                       (GSourceFunc) (void (*) (void)) on_cancelled,
                                       NULL);

    stream_begin (&streams[0], g_subprocess_get_stdout_pipe (process), OUTPUT_LIMIT, FALSE);
    stream_begin (&streams[1], g_subprocess_get_stderr_pipe (process), FAULT_LIMIT, TRUE);
    wait_for (process, context, streams, &late, cancellable);
    g_source_destroy (timer);
    g_source_destroy (stop);
    result->status = status_of (process);
    result->output = g_string_free (streams[0].text, FALSE);
    result->fault = g_strstrip (g_string_free (streams[1].text, FALSE));
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
    if (!late)
        return TRUE;
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_TIMED_OUT,
                 _ ("did not end within %u seconds"),
                 timeout);
    return FALSE;
}

GPtrArray *
simstow_process_join (const gchar *const *head, const gchar *const *words)
{
    GPtrArray *argv = g_ptr_array_new ();

    for (; *head != NULL; head++)
        g_ptr_array_add (argv, (gpointer) *head);
    for (; *words != NULL; words++)
        g_ptr_array_add (argv, (gpointer) *words);
    g_ptr_array_add (argv, NULL);
    return argv;
}

gboolean
simstow_process_run (const gchar *const *argv,
                     const gchar *const *environment,
                     guint timeout,
                     SimstowProcessResult *result,
                     GCancellable *cancellable,
                     GError **error)
{
    g_autoptr (GMainContext) context = g_main_context_new ();
    g_autoptr (GSubprocessLauncher) launcher =
        g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr (GSubprocess) process = NULL;
    gboolean done = FALSE;

    memset (result, 0, sizeof *result);
    g_subprocess_launcher_set_environ (launcher, (gchar **) environment);
    g_subprocess_launcher_set_child_setup (launcher, before_exec, NULL, NULL);
    g_main_context_push_thread_default (context);
    process = g_subprocess_launcher_spawnv (launcher, argv, error);
    if (process != NULL)
        done = run (process, context, timeout, result, cancellable, error);
    g_clear_object (&process);
    while (g_main_context_iteration (context, FALSE))
        continue;
    g_main_context_pop_thread_default (context);
    if (!done)
        g_prefix_error (error, "%s: ", argv[0]);
    return done;
}

const gchar *
simstow_process_last_line (const SimstowProcessResult *result)
{
    const gchar *line = strrchr (result->fault, '\n');

    return line != NULL ? line + 1 : result->fault;
}

void
simstow_process_result_clear (SimstowProcessResult *result)
{
    g_clear_pointer (&result->output, g_free);
    g_clear_pointer (&result->fault, g_free);
}
