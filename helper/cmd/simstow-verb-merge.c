/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow merge: one archive that keeps what several ever held.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-json.h"
#include "simstow-merge.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

typedef struct {
    gchar *compress;
    gboolean force;
    gboolean mix;
    gboolean json;
    SimstowArchiveWriteOptions write;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->compress);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check_inputs (const gchar *const *paths,
              const gchar *output,
              const Options *options,
              GError **error)
{
    for (; *paths; paths++) {
        if (!g_str_equal (*paths, "-"))
            continue;
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("archives are read more than once here: standard input cannot be "
               "merged"));
    }
    if (!options->json || !simstow_target_is_standard_output (output))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("- and --json would both write to standard output"));
}

static void
print_json (const gchar *path, const SimstowMergeCounts *counts)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    g_autofree gchar *display = g_filename_display_name (path);

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "archive", display);
    simstow_json_add_int (json, "messages", (gint64) counts->messages);
    simstow_json_add_int (json, "contacts", (gint64) counts->contacts);
    simstow_json_add_int (json, "calls", (gint64) counts->calls);
    simstow_json_end (json);
}

static void
print_result (const gchar *path, guint inputs, const SimstowMergeCounts *counts)
{
    g_autofree gchar *first = simstow_text_time_here (counts->first_captured);
    g_autofree gchar *last = simstow_text_time_here (counts->captured);
    g_autofree gchar *display = path != NULL ? g_filename_display_name (path) : NULL;
    g_autofree gchar *name = simstow_text_line (display);
    g_autofree gchar *records =
        simstow_text_counts (counts->messages, counts->contacts, counts->calls);

    if (path != NULL)
        simstow_terminal_print (
            ngettext ("Merged %u archive in\n%s\n", "Merged %u archives in\n%s\n", inputs),
            inputs,
            name);
    simstow_terminal_say (path == NULL, _ ("%s, seen from %s to %s\n"), records, first, last);
}

static gboolean
merge (const gchar *output,
       const gchar *const *paths,
       const Options *options,
       GCancellable *cancellable,
       GError **error)
{
    SimstowMergeCounts counts;
    g_autofree gchar *path = NULL;

    if (!simstow_archive_merge (paths,
                                &options->write.keys,
                                NULL,
                                options->mix,
                                output,
                                &options->write,
                                &counts,
                                &path,
                                cancellable,
                                error))
        return FALSE;
    if (counts.unlikely > 0)
        simstow_terminal_note (
            ngettext ("%u archive was captured by a clock that was wrong: its time is "
                      "not taken for the newest\n",
                      "%u archives were captured by a clock that was wrong: their "
                      "times are not taken for the newest\n",
                      counts.unlikely),
            counts.unlikely);
    if (options->json)
        print_json (path, &counts);
    else
        print_result (path, g_strv_length ((gchar **) paths), &counts);
    return TRUE;
}

SimstowExit
simstow_verb_merge (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"compress", 0, 0, G_OPTION_ARG_STRING, &options.compress,
         N_ ("Compress with gzip, zstd, xz or none (default: as the name says)"), N_ ("METHOD")},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {"mix", 0, 0, G_OPTION_ARG_NONE, &options.mix,
         N_ ("Merge archives of different SIMs or modems"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_autoptr (GPtrArray) paths = g_ptr_array_new ();
    const gchar *output;
    const gchar *path;
    gint i;

    invocation->takes_keys = TRUE;
    invocation->keyring.encrypts = TRUE;
    invocation->keyring.is_new = TRUE;
    invocation->grows = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 2, G_MAXINT - 2, error) ||
        !simstow_compression_parse (options.compress, &options.write.compression, error))
        return simstow_exit_failed (error);
    options.write.force = options.force;
    options.write.keys = invocation->keyring.keys;
    options.write.inputs = invocation->inputs;
    output = simstow_invocation_argument (invocation, 0);
    simstow_target_clear_stale (output);
    if (!simstow_archive_name_check (output,
                                     simstow_archive_is_encrypted (&options.write),
                                     &options.write.compression,
                                     error))
        return simstow_exit_failed (error);
    for (i = 1; (path = simstow_invocation_argument (invocation, i)) != NULL; i++)
        g_ptr_array_add (paths, (gpointer) path);
    g_ptr_array_add (paths, NULL);
    if (!check_inputs ((const gchar *const *) paths->pdata, output, &options, error) ||
        !merge (output,
                (const gchar *const *) paths->pdata,
                &options,
                invocation->cancellable,
                error))
        return simstow_exit_failed (error);
    return SIMSTOW_EXIT_DONE;
}
