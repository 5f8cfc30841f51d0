/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow report: an archive as a page to look at, or as a transcript to print.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-report.h"
#include "simstow-sources.h"
#include "simstow-sums.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

typedef struct {
    gchar *output;
    gboolean force;
    gboolean transcript;
    SimstowMessageOptions messages;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->output);
    simstow_message_options_clear (&options->messages);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check (const Options *options, const gchar *path, GError **error)
{
    if (options->messages.is_some && !options->transcript)
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("--with, --grep, --since, --until and --limit go with --transcript"));
    if (options->transcript && g_str_equal (path, "-"))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("a transcript is made of a file, as it names its digest"));
    if (options->output != NULL || !isatty (STDOUT_FILENO))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("a page is nothing for the terminal; say where it goes with -o"));
}

static void
on_message (const SimstowMessage *message, const SimstowSnapshot *snapshot, gpointer user_data)
{
    simstow_joined_list_add (user_data, message);
}

static gboolean
drain (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    return simstow_target_write (user_data, data, size, error);
}

static gboolean
write_report (const SimstowReport *report,
              gboolean transcript,
              SimstowTarget *target,
              GCancellable *cancellable,
              GError **error)
{
    g_autoptr (GString) buffer = g_string_new (NULL);
    SimstowSink sink = {
        .buffer = buffer,
        .drain = drain,
        .user_data = target,
        .cancellable = cancellable,
    };
    gboolean done = transcript ? simstow_report_write_transcript (report, &sink, error)
                               : simstow_report_write_page (report, &sink, error);

    return done && simstow_target_flush (target, error) && simstow_target_publish (target, error);
}

/* The digest is that of the very file that was read */
static gboolean
check_digest (const gchar *path,
              const SimstowReport *report,
              GCancellable *cancellable,
              GError **error)
{
    guint64 size;
    g_autofree gchar *digest =
        report->digest != NULL ? simstow_digest_file (path, &size, cancellable, error) : NULL;

    if (report->digest == NULL || g_strcmp0 (digest, report->digest) == 0)
        return TRUE;
    if (digest == NULL)
        return FALSE;
    return simstow_error_set (error, SIMSTOW_ERROR_CHANGED, _ ("it was changed while it was read"));
}

static gboolean
make (const gchar *path,
      const Options *options,
      const SimstowInvocation *invocation,
      SimstowTarget *target,
      GError **error)
{
    GCancellable *cancellable = invocation->cancellable;
    g_autoptr (SimstowJoinedList) list = simstow_joined_list_new ();
    g_autoptr (SimstowArchiveHeader) header = NULL;
    g_autoptr (SimstowSnapshot) snapshot = NULL;
    g_autoptr (SimstowAddressBook) book = NULL;
    g_autoptr (SimstowTimeline) timeline = NULL;
    g_autofree gchar *base = g_path_get_basename (path);
    g_autofree gchar *name = g_filename_display_name (base);
    g_autofree gchar *digest = NULL;
    SimstowReport report = {.wanted = &options->messages.wanted, .name = name};

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
        digest = simstow_digest_file (path, &report.size, cancellable, error);
        if (digest == NULL)
            return FALSE;
    }
    snapshot = simstow_archive_load_besides (path,
                                             &invocation->keyring.keys,
                                             &header,
                                             FALSE,
                                             on_message,
                                             list,
                                             cancellable,
                                             error);
    if (snapshot == NULL)
        return FALSE;
    simstow_joined_list_join (list);
    book = simstow_address_book_new (snapshot->contacts);
    timeline = simstow_timeline_new (list, book, report.wanted, !options->transcript, error);
    if (timeline == NULL)
        return FALSE;
    report.header = header;
    report.snapshot = snapshot;
    report.timeline = timeline;
    report.book = book;
    report.digest = digest;
    if (!check_digest (path, &report, cancellable, error) ||
        !write_report (&report, options->transcript, target, cancellable, error))
        return FALSE;
    if (header->encrypted)
        simstow_terminal_note ("%s\n",
                               _ ("The archive is encrypted, this page is not: whoever has it "
                                  "reads all of it."));
    return TRUE;
}

SimstowExit
simstow_verb_report (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         N_ ("Write it to this file; standard output without it"), N_ ("FILE")},
        {"transcript", 0, 0, G_OPTION_ARG_NONE, &options.transcript,
         N_ ("Write numbered messages to print, with the archive's digest"), NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_autoptr (SimstowTarget) target = NULL;
    const gchar *path;

    invocation->takes_keys = TRUE;
    invocation->messages = &options.messages;
    if (!simstow_invocation_parse (invocation, entries, 1, 1, error))
        return simstow_exit_failed (error);
    path = simstow_invocation_argument (invocation, 0);
    if (!check (&options, path, error))
        return simstow_exit_failed (error);
    target = simstow_target_new (options.output != NULL ? options.output : "-",
                                 options.force,
                                 invocation->inputs,
                                 error);
    if (target == NULL)
        return simstow_exit_failed (error);
    if (make (path, &options, invocation, target, error))
        return SIMSTOW_EXIT_DONE;
    g_prefix_error (error, "%s: ", path);
    return simstow_exit_failed (error);
}
