/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow export: what modems hold, into archives.
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-gather.h"
#include "simstow-journal.h"
#include "simstow-json.h"
#include "simstow-merge.h"
#include "simstow-modem.h"
#include "simstow-names.h"
#include "simstow-record-json.h"
#include "simstow-sources.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view.h"

typedef struct {
    const gchar *output;
    const gchar *previous;
    /* whether what simstow watch has kept goes into it */
    gboolean grows;
    guint kept;
    SimstowArchiveWriteOptions options;
    gchar *file;
    gboolean if_changed;
    gboolean unchanged;
    SimstowGather *gather;
} ExportJob;

static gboolean
merge_and_write (ExportJob *job,
                 SimstowSnapshot *snapshot,
                 GCancellable *cancellable,
                 GError **error)
{
    g_autofree gchar *folder = simstow_journal_folder ();
    g_autoptr (SimstowJournalTaken) taken = simstow_journal_take (folder, snapshot, error);
    SimstowMergeCounts counts = {0};

    if (taken == NULL)
        return FALSE;
    job->kept = taken->ids->len;
    if (!simstow_journal_merge (taken,
                                job->previous,
                                snapshot,
                                &job->options.keys,
                                job->output,
                                &job->options,
                                &counts,
                                &job->file,
                                cancellable,
                                error))
        return FALSE;
    simstow_journal_settle (taken, job->file, snapshot);
    if (counts.unlikely > 0)
        simstow_snapshot_add_problem (snapshot,
                                      "clock",
                                      0,
                                      FALSE,
                                      _ ("the previous archive was captured by a clock that was "
                                         "wrong: its time is not taken for the newest"));
    return TRUE;
}

/* A #SimstowGatherFunc */
static gboolean
write_snapshot (SimstowSnapshot *snapshot,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
    ExportJob *job = user_data;

    if (job->grows)
        return merge_and_write (job, snapshot, cancellable, error);
    if (job->if_changed && !simstow_unchanged_find (snapshot,
                                                    job->output,
                                                    &job->options,
                                                    &job->file,
                                                    cancellable,
                                                    error))
        return FALSE;
    job->unchanged = job->file != NULL;
    if (job->unchanged)
        return TRUE;
    return simstow_archive_write (snapshot,
                                  job->output,
                                  &job->options,
                                  &job->file,
                                  cancellable,
                                  error);
}

static void
export_job_free (ExportJob *job)
{
    simstow_gather_free (job->gather);
    g_free (job->file);
    g_free (job);
}

typedef struct {
    gchar *modem;
    gchar *trace;
    gchar *output;
    gchar *compress;
    gchar *merge;
    gboolean grows;
    gboolean journal;
    gboolean if_changed;
    gboolean simfiles;
    gboolean force;
    gboolean json;
    SimstowArchiveWriteOptions write;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->modem);
    g_free (options->trace);
    g_free (options->output);
    g_free (options->compress);
    g_free (options->merge);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
is_stream (const Options *options)
{
    return simstow_target_is_standard_output (options->output);
}

static gboolean
check_options (Options *options, GError **error)
{
    if (!simstow_compression_parse (options->compress, &options->write.compression, error))
        return FALSE;
    options->write.force = options->force;
    if (!simstow_archive_name_check (options->output,
                                     simstow_archive_is_encrypted (&options->write),
                                     &options->write.compression,
                                     error))
        return FALSE;
    if (g_strcmp0 (options->merge, "-") == 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("--merge: standard input cannot be merged"));
    if (options->journal && (options->modem != NULL || options->trace != NULL ||
                             options->if_changed || options->simfiles))
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("--journal asks no modem: it goes with none of -m, --from-trace, --if-changed and "
               "--simfiles"));
    if (options->if_changed && (options->merge != NULL || is_stream (options)))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("--if-changed goes neither with --merge nor with -o -"));
    if (is_stream (options) && options->json)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("-o - and --json would both write to standard output"));
    if (is_stream (options) && isatty (STDOUT_FILENO))
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("an archive is nothing for a terminal; send it into a pipe or a "
               "file"));
    return TRUE;
}

static gboolean
is_missing (const gchar *path)
{
    struct stat info;

    return path != NULL && lstat (path, &info) != 0 && errno == ENOENT;
}

/* The first time, an archive that is to grow is not there yet */
static gboolean
begins_history (const Options *options)
{
    g_autofree gchar *previous = NULL;
    g_autofree gchar *output = NULL;
    g_autofree gchar *previous_directory = NULL;
    g_autofree gchar *output_directory = NULL;
    struct stat a, b;

    if (!is_missing (options->merge) || !is_missing (options->output))
        return FALSE;
    previous = g_path_get_basename (options->merge);
    output = g_path_get_basename (options->output);
    previous_directory = g_path_get_dirname (options->merge);
    output_directory = g_path_get_dirname (options->output);
    return g_str_equal (previous, output) && stat (previous_directory, &a) == 0 &&
           stat (output_directory, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static SimstowModem *
find_modem (const Options *options, GCancellable *cancellable, GError **error)
{
    g_autoptr (GError) fault = NULL;
    SimstowModem *modem = options->trace != NULL
                              ? simstow_modem_new_played (options->trace, &fault)
                              : simstow_modem_find (options->modem, cancellable, &fault);

    if (modem != NULL)
        return modem;
    if (options->modem == NULL && g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_USAGE))
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("%s; or save all of them with -o DIRECTORY"),
                           fault->message);
    else
        g_propagate_error (error, g_steal_pointer (&fault));
    return NULL;
}

/* All modems when there is a directory for their archives, else the only one. */
static GPtrArray *
choose_modems (const Options *options, GCancellable *cancellable, GError **error)
{
    GPtrArray *modems;
    SimstowModem *modem;

    if (options->modem == NULL && options->trace == NULL && options->merge == NULL &&
        options->output != NULL && g_file_test (options->output, G_FILE_TEST_IS_DIR)) {
        modems = simstow_modem_list (cancellable, error);
        if (modems == NULL || modems->len > 0)
            return modems;
        g_ptr_array_unref (modems);
    }
    modem = find_modem (options, cancellable, error);
    if (modem == NULL)
        return NULL;
    modems = g_ptr_array_new_with_free_func (g_object_unref);
    g_ptr_array_add (modems, modem);
    return modems;
}

/* "sms/me 60, sms/sm 40": where the records were. */
static gchar *
spread (const GPtrArray *records)
{
    g_autoptr (GString) out = g_string_new (NULL);
    const gchar *store = NULL;
    guint count = 0;
    guint i;

    for (i = 0; i <= records->len; i++) {
        /* each kind of record begins with its store's id */
        const gchar *const *record = i < records->len ? g_ptr_array_index (records, i) : NULL;

        if (store != NULL && (record == NULL || !g_str_equal (store, *record))) {
            g_string_append_printf (out, "%s%s %u", out->len > 0 ? ", " : "", store, count);
            count = 0;
        }
        store = record != NULL ? *record : NULL;
        count++;
    }
    return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
add_count (SimstowTable *table, const GPtrArray *records, const gchar *what)
{
    g_autofree gchar *where = spread (records);

    simstow_table_add_format (table, "  %u", records->len);
    simstow_table_add (table, what);
    simstow_table_add (table, where);
}

static void
print_saved (const SimstowSnapshot *snapshot, gboolean aside)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();

    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    add_count (table,
               snapshot->messages,
               ngettext ("message", "messages", snapshot->messages->len));
    add_count (table,
               snapshot->contacts,
               ngettext ("contact", "contacts", snapshot->contacts->len));
    add_count (table, snapshot->calls, ngettext ("call", "calls", snapshot->calls->len));
    if (snapshot->simfiles->len > 0) {
        simstow_table_add_format (table, "  %u", snapshot->simfiles->len);
        simstow_table_add (
            table,
            ngettext ("file of the SIM", "files of the SIM", snapshot->simfiles->len));
        simstow_table_add (table, NULL);
    }
    if (snapshot->network != NULL) {
        const GPtrArray *profiles = snapshot->network->profiles;

        simstow_table_add_format (table, "  %u", profiles != NULL ? profiles->len : 0);
        simstow_table_add (
            table,
            ngettext ("network profile", "network profiles", profiles != NULL ? profiles->len : 0));
        simstow_table_add (table, _ ("with modes, bands, preferred networks and locks"));
    }
    simstow_table_print (table, aside);
}

static void
print_unchanged (const SimstowSnapshot *snapshot, const gchar *file)
{
    g_autofree gchar *title = simstow_view_title (snapshot);
    g_autofree gchar *display = g_filename_display_name (file);
    g_autofree gchar *name = simstow_text_line (display);

    simstow_terminal_print (_ ("Nothing has changed: %s is saved in\n%s\n"), title, name);
    simstow_view_problems (snapshot, FALSE);
}

/* Whether nothing was left out, be it on purpose. */
static gboolean
is_whole (const SimstowSnapshot *snapshot)
{
    const SimstowStore *store = simstow_snapshot_find_store (snapshot, SIMSTOW_STORE_SIMFILE);

    return store == NULL || store->complete;
}

static void
print_result (const SimstowSnapshot *snapshot,
              const gchar *file,
              const gchar *previous,
              guint kept,
              gboolean aside)
{
    g_autofree gchar *title = simstow_view_title (snapshot);
    g_autofree gchar *display = file != NULL ? g_filename_display_name (file) : NULL;
    g_autofree gchar *name = simstow_text_line (display);

    if (file != NULL)
        simstow_terminal_say (aside, _ ("Saved %s in\n%s\n"), title, name);
    else
        simstow_terminal_say (aside, _ ("Saved %s:\n"), title);
    print_saved (snapshot, aside);
    if (previous != NULL) {
        g_autofree gchar *previous_display = g_filename_display_name (previous);
        g_autofree gchar *previous_name = simstow_text_line (previous_display);

        simstow_terminal_say (aside, _ ("and all that %s held\n"), previous_name);
    }
    if (kept > 0)
        simstow_terminal_say (
            aside,
            ngettext ("and %u entry of the journal\n", "and %u entries of the journal\n", kept),
            kept);
    simstow_view_problems (snapshot, aside);
    if (simstow_snapshot_is_incomplete (snapshot))
        simstow_terminal_say (aside,
                              "%s\n",
                              _ ("Not everything could be saved; what is listed above is still on "
                                 "the modem."));
    else
        simstow_terminal_say (aside,
                              "%s\n",
                              is_whole (snapshot) ? _ ("Everything the modem gives was saved.")
                                                  : _ ("Everything else was saved."));
}

static void
add_json (SimstowJson *json, const SimstowSnapshot *snapshot, const gchar *file, gboolean unchanged)
{
    g_autofree gchar *display = g_filename_display_name (file);
    g_autoptr (GString) text = g_string_new (NULL);

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "archive", display);
    simstow_json_add_boolean (json, "complete", !simstow_snapshot_is_incomplete (snapshot));
    simstow_json_add_boolean (json, "unchanged", unchanged);
    simstow_json_add_int (json, "messages", snapshot->messages->len);
    simstow_json_add_int (json, "contacts", snapshot->contacts->len);
    simstow_json_add_int (json, "calls", snapshot->calls->len);
    simstow_json_add_int (json, "simfiles", snapshot->simfiles->len);
    simstow_json_add_int (json, "unread", snapshot->unread->len);
    simstow_snapshot_append_json (snapshot, text);
    simstow_json_add_text (json, "snapshot", text->str);
    simstow_json_end (json);
}

/* The status of all: the first failure when nothing was saved, incomplete when only some was. */
static SimstowExit
combine (SimstowExit failure, gboolean incomplete, guint saved)
{
    if (failure != SIMSTOW_EXIT_DONE)
        return saved > 0 ? SIMSTOW_EXIT_INCOMPLETE : failure;
    return incomplete ? SIMSTOW_EXIT_INCOMPLETE : SIMSTOW_EXIT_DONE;
}

/* Begins to save a modem. */
static ExportJob *
export_job_start (SimstowModem *modem,
                  const Options *options,
                  SimstowProgressTrack *track,
                  GCancellable *cancellable)
{
    ExportJob *job = g_new0 (ExportJob, 1);
    const SimstowGatherHow how = {
        .flags = options->simfiles ? SIMSTOW_CAPTURE_SIMFILES : SIMSTOW_CAPTURE_DEFAULT,
        .progress = simstow_progress_update,
        .track = track,
        .save = write_snapshot,
        .user_data = job,
    };

    job->output = options->output;
    job->previous = options->merge;
    job->grows = options->grows;
    job->if_changed = options->if_changed;
    job->options = options->write;
    job->gather = simstow_gather_start (modem, &how, cancellable);
    return job;
}

static SimstowExit
collect (GPtrArray *jobs, const Options *options, SimstowProgress *progress)
{
    g_autoptr (SimstowJson) json = options->json ? simstow_json_new () : NULL;
    SimstowExit failure = SIMSTOW_EXIT_DONE;
    gboolean incomplete = FALSE;
    guint saved = 0;
    guint i;

    if (json != NULL)
        simstow_json_begin (json, NULL, '[');
    for (i = 0; i < jobs->len; i++) {
        g_autoptr (GError) error = NULL;
        const ExportJob *job = g_ptr_array_index (jobs, i);
        const SimstowSnapshot *snapshot = simstow_gather_wait (job->gather, &error);

        simstow_progress_clear (progress);
        if (snapshot == NULL) {
            SimstowExit status = simstow_exit_report (error);

            failure = failure == SIMSTOW_EXIT_DONE ? status : failure;
            continue;
        }
        saved++;
        incomplete = incomplete || simstow_snapshot_is_incomplete (snapshot);
        if (json != NULL)
            add_json (json, snapshot, job->file, job->unchanged);
        else if (job->unchanged)
            print_unchanged (snapshot, job->file);
        else
            print_result (snapshot, job->file, options->merge, job->kept, is_stream (options));
    }
    return combine (failure, incomplete, saved);
}

static SimstowExit
export_modems (GPtrArray *modems, const Options *options, GCancellable *cancellable)
{
    g_autoptr (SimstowProgress) progress = simstow_progress_new ();
    g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) export_job_free);
    guint i;

    for (i = 0; i < modems->len; i++) {
        SimstowModem *modem = g_ptr_array_index (modems, i);
        g_autofree gchar *number = simstow_source_name (modem);
        SimstowProgressTrack *track =
            simstow_progress_add_track (progress, modems->len > 1 ? number : NULL);

        g_ptr_array_add (jobs, export_job_start (modem, options, track, cancellable));
    }
    return collect (jobs, options, progress);
}

static void
print_journal (const SimstowJournalTaken *taken, const gchar *file, gboolean aside)
{
    g_autofree gchar *title = simstow_view_title (taken->snapshot);
    g_autofree gchar *display = file != NULL ? g_filename_display_name (file) : NULL;
    g_autofree gchar *name = simstow_text_line (display);

    if (file != NULL)
        simstow_terminal_say (aside, _ ("Saved the journal of %s in\n%s\n"), title, name);
    else
        simstow_terminal_say (aside, _ ("Saved the journal of %s:\n"), title);
    print_saved (taken->snapshot, aside);
    simstow_view_problems (taken->snapshot, aside);
}

/* What was kept, without asking a modem; an archive for each SIM in each modem */
static SimstowExit
export_journals (const Options *options, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *folder = simstow_journal_folder ();
    g_autoptr (GPtrArray) all = simstow_journal_take_all (folder, error);
    g_autoptr (SimstowJson) json = NULL;
    SimstowExit failure = SIMSTOW_EXIT_DONE;
    guint i;

    if (all == NULL)
        return simstow_exit_failed (error);
    if (all->len == 0 && !options->json)
        simstow_terminal_note (_ ("The journal holds nothing that is not in an archive.\n"));
    json = options->json ? simstow_json_new () : NULL;
    if (json != NULL)
        simstow_json_begin (json, NULL, '[');
    for (i = 0; i < all->len; i++) {
        const SimstowJournalTaken *taken = g_ptr_array_index (all, i);
        g_autofree gchar *file = NULL;
        g_autoptr (GError) local = NULL;
        SimstowMergeCounts counts;

        if (!simstow_journal_merge (taken,
                                    options->merge,
                                    NULL,
                                    &options->write.keys,
                                    options->output,
                                    &options->write,
                                    &counts,
                                    &file,
                                    cancellable,
                                    &local)) {
            failure = simstow_exit_report (local);
            continue;
        }
        simstow_journal_settle (taken, file, taken->snapshot);
        if (json != NULL)
            add_json (json, taken->snapshot, file, FALSE);
        else
            print_journal (taken, file, is_stream (options));
    }
    return failure;
}

SimstowExit
simstow_verb_export (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &options.modem,
         N_ ("Save this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"from-trace", 0, 0, G_OPTION_ARG_FILENAME, &options.trace,
         N_ ("Save what this transcript of a modem says"), N_ ("FILE")},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         N_ ("Write to this file or into this directory; - is standard output"), N_ ("FILE|DIR|-")},
        {"compress", 0, 0, G_OPTION_ARG_STRING, &options.compress,
         N_ ("Compress with gzip, zstd, xz or none (default: as the name says)"), N_ ("METHOD")},
        {"merge", 0, 0, G_OPTION_ARG_FILENAME, &options.merge,
         N_ ("Keep also all that this archive holds"), N_ ("PREVIOUS")},
        {"if-changed", 0, 0, G_OPTION_ARG_NONE, &options.if_changed,
         N_ ("Write nothing when the archive there holds the same"), NULL},
        {"journal", 0, 0, G_OPTION_ARG_NONE, &options.journal,
         N_ ("Save what simstow watch has kept, and ask no modem"), NULL},
        {"simfiles", 0, 0, G_OPTION_ARG_NONE, &options.simfiles,
         N_ ("Save the SIM's own files, too, which takes longer"), NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_autoptr (GPtrArray) modems = NULL;

    invocation->takes_keys = TRUE;
    invocation->keyring.encrypts = TRUE;
    invocation->keyring.is_new = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 0, 0, error))
        return simstow_exit_failed (error);
    options.write.keys = invocation->keyring.keys;
    options.write.inputs = invocation->inputs;
    if (!check_options (&options, error))
        return simstow_exit_failed (error);
    simstow_target_clear_stale (options.output);
    options.grows = options.merge != NULL;
    if (begins_history (&options)) {
        g_clear_pointer (&options.merge, g_free);
        /* one that another run begins meanwhile is not lost */
        options.write.force = FALSE;
    }
    if (options.merge != NULL)
        simstow_file_set_add_path (invocation->inputs, options.merge, TRUE);
    if (options.journal)
        return export_journals (&options, invocation->cancellable, error);
    modems = choose_modems (&options, invocation->cancellable, error);
    if (modems == NULL)
        return simstow_exit_failed (error);
    return export_modems (modems, &options, invocation->cancellable);
}
