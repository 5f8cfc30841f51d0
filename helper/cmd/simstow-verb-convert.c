/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow convert: archives from other programs' files, and files for other programs.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-command.h"
#include "simstow-convert.h"
#include "simstow-error.h"
#include "simstow-json.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

typedef struct {
    gchar *output;
    gchar *from;
    gchar *to;
    gchar *only;
    gchar *compress;
    gboolean csv_safe;
    gboolean strict;
    gboolean force;
    gboolean json;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->output);
    g_free (options->from);
    g_free (options->to);
    g_free (options->only);
    g_free (options->compress);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_kinds (const gchar *only, guint *kinds, GError **error)
{
    SimstowKinds wanted;

    if (!simstow_kinds_parse (only, &wanted, error))
        return FALSE;
    *kinds = (wanted & SIMSTOW_KIND_MESSAGES ? SIMSTOW_FORMAT_MESSAGES : 0) |
             (wanted & SIMSTOW_KIND_CONTACTS ? SIMSTOW_FORMAT_CONTACTS : 0) |
             (wanted & SIMSTOW_KIND_CALLS ? SIMSTOW_FORMAT_CALLS : 0);
    return TRUE;
}

static gboolean
check_options (const Options *options, GError **error)
{
    if (options->output == NULL)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("say with -o where to; see: simstow help convert"));
    if (!options->json || !simstow_target_is_standard_output (options->output))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("- and --json would both write to standard output"));
}

static void
print_json (const SimstowConverted *converted)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    g_autofree gchar *display = g_filename_display_name (converted->path);
    guint i;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "output", display);
    simstow_json_add_string (json, "format", converted->format);
    simstow_json_add_int (json, "messages", (gint64) converted->counts[SIMSTOW_RECORD_MESSAGE]);
    simstow_json_add_int (json, "contacts", (gint64) converted->counts[SIMSTOW_RECORD_CONTACT]);
    simstow_json_add_int (json, "calls", (gint64) converted->counts[SIMSTOW_RECORD_CALL]);
    simstow_json_begin (json, "losses", '{');
    for (i = 0; i < SIMSTOW_LOSS_COUNT; i++)
        if (converted->losses.counts[i] > 0)
            simstow_json_add_int (json,
                                  simstow_loss_word ((SimstowLoss) i),
                                  (gint64) converted->losses.counts[i]);
    simstow_json_end (json);
    simstow_json_end (json);
}

static void
print_result (const SimstowConverted *converted)
{
    const gboolean aside = converted->path == NULL;
    g_autofree gchar *display = aside ? NULL : g_filename_display_name (converted->path);
    g_autofree gchar *name = aside ? NULL : simstow_text_line (display);
    g_autofree gchar *records = simstow_text_counts (converted->counts[SIMSTOW_RECORD_MESSAGE],
                                                     converted->counts[SIMSTOW_RECORD_CONTACT],
                                                     converted->counts[SIMSTOW_RECORD_CALL]);
    guint i;

    if (!aside)
        simstow_terminal_print (_ ("Written to\n%s\n"), name);
    simstow_terminal_say (aside, _ ("%s, as %s\n"), records, converted->format);
    if (simstow_losses_any (&converted->losses))
        simstow_terminal_say (aside, _ ("Not taken along:\n"));
    for (i = 0; i < SIMSTOW_LOSS_COUNT; i++) {
        g_autofree gchar *text = simstow_losses_describe (&converted->losses, (SimstowLoss) i);

        if (text != NULL)
            simstow_terminal_say (aside, "  %s\n", text);
    }
}

static SimstowExit
convert (const SimstowConversion *conversion,
         const Options *options,
         GCancellable *cancellable,
         GError **error)
{
    SimstowConverted converted;
    SimstowExit status = SIMSTOW_EXIT_DONE;

    if (!simstow_convert (conversion, &converted, cancellable, error))
        return simstow_exit_failed (error);
    if (options->json)
        print_json (&converted);
    else
        print_result (&converted);
    if (options->strict && simstow_losses_any (&converted.losses))
        status = SIMSTOW_EXIT_INCOMPLETE;
    g_free (converted.path);
    return status;
}

SimstowExit
simstow_verb_convert (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
    SimstowConversion conversion = {NULL};
    gint i;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         N_ ("Where to; - for standard output"), N_ ("OUTPUT")},
        {"from", 0, 0, G_OPTION_ARG_STRING, &options.from,
         N_ ("The format that is read (default: recognised)"), N_ ("FORMAT")},
        {"to", 0, 0, G_OPTION_ARG_STRING, &options.to,
         N_ ("The format that is written (default: as the name says)"), N_ ("FORMAT")},
        {"only", 0, 0, G_OPTION_ARG_STRING, &options.only,
         N_ ("Only messages, contacts or calls, with commas between"), N_ ("KINDS")},
        {"csv-safe", 0, 0, G_OPTION_ARG_NONE, &options.csv_safe,
         N_ ("Keep spreadsheets from taking cells for formulas"), NULL},
        {"strict", 0, 0, G_OPTION_ARG_NONE, &options.strict,
         N_ ("End with status 3 when not all could be taken along"), NULL},
        {"compress", 0, 0, G_OPTION_ARG_STRING, &options.compress,
         N_ ("Compress with gzip, zstd, xz or none (default: as the name says)"), N_ ("METHOD")},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */

    invocation->takes_keys = TRUE;
    invocation->keyring.encrypts = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, G_MAXINT - 2, error) ||
        !simstow_compression_parse (options.compress, &conversion.write.compression, error) ||
        !parse_kinds (options.only, &conversion.kinds, error) || !check_options (&options, error))
        return simstow_exit_failed (error);
    for (i = 0; i + 1 < invocation->argc; i++)
        g_ptr_array_add (inputs, (gpointer) simstow_invocation_argument (invocation, i));
    g_ptr_array_add (inputs, NULL);
    conversion.inputs = (const gchar *const *) inputs->pdata;
    conversion.output = options.output;
    conversion.from = options.from;
    conversion.to = options.to;
    conversion.csv_safe = options.csv_safe;
    conversion.write.force = options.force;
    conversion.write.keys = invocation->keyring.keys;
    conversion.write.inputs = invocation->inputs;
    simstow_target_clear_stale (options.output);
    return convert (&conversion, &options, invocation->cancellable, error);
}
