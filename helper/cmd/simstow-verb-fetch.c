/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow fetch: the best archive over all destinations, for restore: from the configured ones,
 * or on a new laptop from one that is named.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-error.h"
#include "simstow-find.h"
#include "simstow-input.h"
#include "simstow-json.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

#define FROM "from"
/* An archive is kilobytes to a few megabytes; this is beyond any */
#define SIZE_LIMIT (1024 * 1024 * 1024)

typedef struct {
    gchar *config;
    gchar **from;
    gchar *sim;
    gchar *at;
    gchar *output;
    gboolean force;
    gboolean json;
    gint64 time;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->config);
    g_strfreev (options->from);
    g_free (options->sim);
    g_free (options->at);
    g_free (options->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static GPtrArray *
choose_places (const Options *options, const SimstowConfig *config)
{
    GPtrArray *places;
    guint i;

    if (options->from == NULL)
        return g_ptr_array_ref (config->destinations);
    places = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_config_free);
    for (i = 0; options->from[i] != NULL; i++) {
        g_autofree gchar *name = i > 0 ? g_strdup_printf (FROM "-%u", i + 1) : g_strdup (FROM);

        g_ptr_array_add (places, simstow_configured_place_new (name, options->from[i]));
    }
    return places;
}

/* Another place may have had that name before, and this one need not be there next time */
static void
forget_places (const Options *options, const SimstowState *state, const GPtrArray *places)
{
    guint i;

    for (i = 0; options->from != NULL && i < places->len; i++) {
        const SimstowDestinationConfig *spot = g_ptr_array_index (places, i);

        simstow_state_forget_list (state, spot->name);
    }
}

static gboolean
note_iccid (SimstowItem *item, gpointer user_data, GError **error)
{
    gchar **iccid = user_data;

    if (item->kind == SIMSTOW_ITEM_HEADER && item->header->snapshot->sim->iccid != NULL)
        *iccid = g_strdup (item->header->snapshot->sim->iccid);
    return TRUE;
}

static const SimstowCandidate *
first_of (const GArray *candidates, const gchar *id)
{
    guint i;

    for (i = 0; i < candidates->len; i++) {
        const SimstowCandidate *candidate = &g_array_index (candidates, SimstowCandidate, i);

        if (g_str_equal (candidate->holding->id, id))
            return candidate;
    }
    return NULL;
}

/* The ICCID stands in the archive alone */
static gboolean
has_iccid (const SimstowCandidate *candidate,
           const gchar *wanted,
           const SimstowArchiveKeys *keys,
           GCancellable *cancellable)
{
    g_autofree gchar *iccid = NULL;
    gboolean opened;
    g_autofree gchar *path = simstow_candidate_fetch (candidate, keys, &opened, cancellable, NULL);

    if (path == NULL)
        return FALSE;
    if (opened)
        simstow_archive_read (path,
                              keys,
                              1 << SIMSTOW_ITEM_HEADER,
                              note_iccid,
                              &iccid,
                              cancellable,
                              NULL);
    g_unlink (path);
    return iccid != NULL && g_str_has_suffix (iccid, wanted);
}

static gboolean
is_wanted (const Options *options,
           const SimstowConfigured *configured,
           const SimstowArchiveKeys *keys,
           const GArray *candidates,
           const gchar *id,
           GCancellable *cancellable)
{
    g_autofree gchar *title = simstow_state_get_title (configured->state, id);

    if (options->sim == NULL || g_str_has_prefix (id, options->sim) ||
        strstr (title, options->sim) != NULL)
        return TRUE;
    return strspn (options->sim, "0123456789") == strlen (options->sim) &&
           has_iccid (first_of (candidates, id), options->sim, keys, cancellable);
}

static gchar *
describe_ids (const SimstowState *state, const GPtrArray *ids, const GArray *candidates)
{
    GString *text = g_string_new (NULL);
    guint i;

    for (i = 0; i < ids->len; i++) {
        const gchar *id = g_ptr_array_index (ids, i);
        g_autofree gchar *title = simstow_state_get_title (state, id);
        g_autofree gchar *made = simstow_text_time_here (first_of (candidates, id)->holding->made);

        g_string_append_printf (text, "%s%s (%s, %s)", i > 0 ? ", " : "", id, title, made);
    }
    return g_string_free (text, FALSE);
}

/* The one SIM that fits */
static gchar *
choose_sim (const Options *options,
            const SimstowConfigured *configured,
            const SimstowArchiveKeys *keys,
            const GArray *candidates,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GPtrArray) ids = simstow_find_ids (candidates);
    g_autofree gchar *names = NULL;
    guint i;

    for (i = ids->len; i-- > 0;)
        if (!is_wanted (options,
                        configured,
                        keys,
                        candidates,
                        g_ptr_array_index (ids, i),
                        cancellable))
            g_ptr_array_remove_index (ids, i);
    if (ids->len == 1)
        return g_strdup (g_ptr_array_index (ids, 0));
    names = describe_ids (configured->state, ids, candidates);
    if (ids->len > 1)
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("there are archives of several SIMs; say of which with --sim: %s"),
                           names);
    else
        simstow_error_set (error,
                           SIMSTOW_ERROR_NOT_FOUND,
                           _ ("no destination has an archive like that"));
    return NULL;
}

static gchar *
make_output (const Options *options, const gchar *name)
{
    const gchar *output = options->output != NULL ? options->output : ".";

    return g_file_test (output, G_FILE_TEST_IS_DIR) ? g_build_filename (output, name, NULL)
                                                    : g_strdup (output);
}

static gboolean
copy (const gchar *path, const gchar *output, gboolean force, GError **error)
{
    g_autoptr (GBytes) bytes = simstow_regular_read (path, SIZE_LIMIT, error);
    g_autoptr (SimstowTarget) target =
        bytes != NULL ? simstow_target_new (output, force, NULL, error) : NULL;

    return target != NULL &&
           simstow_target_write (target,
                                 g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes),
                                 error) &&
           simstow_target_flush (target, error) && simstow_target_publish (target, error);
}

static void
print_result (const Options *options,
              const SimstowCandidate *candidate,
              const gchar *output,
              gboolean opened)
{
    g_autofree gchar *display = g_filename_display_name (output);
    g_autofree gchar *name = simstow_text_line (display);
    g_autofree gchar *made = simstow_text_time_here (candidate->holding->made);
    /* what somebody copied there, or was cut off, has no digest to hold it against */
    SimstowProof proof = opened                       ? SIMSTOW_PROOF_WHOLE
                         : candidate->holding->stored ? SIMSTOW_PROOF_DIGEST
                                                      : SIMSTOW_PROOF_NONE;

    if (options->json) {
        g_autoptr (SimstowJson) json = simstow_json_new ();

        simstow_json_begin (json, NULL, '{');
        simstow_json_add_string (json, "archive", display);
        simstow_json_add_string (json, "destination", candidate->depot->config->name);
        simstow_json_add_string (json, "id", candidate->holding->id);
        simstow_json_add_int (json, "made", candidate->holding->made);
        simstow_json_add_string (json, "level", simstow_proof_name (proof));
        simstow_json_end (json);
        return;
    }
    simstow_terminal_print (_ ("Fetched from %s, made %s:\n%s\n"),
                            candidate->depot->config->name,
                            made,
                            name);
    if (proof == SIMSTOW_PROOF_NONE)
        simstow_terminal_print ("%s\n",
                                _ ("Whether it is whole is not known: it was not stored there by "
                                   "simstow backup, and no key that opens it is at hand here: see "
                                   "the key sheet."));
    else if (!opened)
        simstow_terminal_print ("%s\n",
                                _ ("It is what was stored, but no key that opens it is at hand "
                                   "here: see the key sheet."));
    simstow_terminal_print (_ ("What would be put back: simstow restore %s --dry-run\n"), name);
}

/* The next one where one is damaged or cannot be had; a wrong passphrase is wrong for all */
static gboolean
fetch_best (const Options *options,
            const GArray *candidates,
            const gchar *id,
            const SimstowArchiveKeys *keys,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GError) fault = NULL;
    guint i;

    for (i = 0; i < candidates->len; i++) {
        const SimstowCandidate *candidate = &g_array_index (candidates, SimstowCandidate, i);
        g_autofree gchar *output = NULL;
        g_autofree gchar *path = NULL;
        gboolean opened = FALSE;
        gboolean done;

        if (!g_str_equal (candidate->holding->id, id))
            continue;
        if (fault != NULL)
            simstow_terminal_note ("simstow: %s\n", fault->message);
        g_clear_error (&fault);
        path = simstow_candidate_fetch (candidate, keys, &opened, cancellable, &fault);
        if (path == NULL) {
            if (g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_DECRYPT) ||
                g_cancellable_is_cancelled (cancellable))
                break;
            continue;
        }
        output = make_output (options, candidate->holding->name);
        done = copy (path, output, options->force, error);
        g_unlink (path);
        if (done)
            print_result (options, candidate, output, opened);
        return done;
    }
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
}

static gboolean
fetch (const Options *options,
       const SimstowConfigured *configured,
       const SimstowArchiveKeys *keys,
       const GPtrArray *places,
       GCancellable *cancellable,
       GError **error)
{
    g_autoptr (GPtrArray) depots =
        simstow_depots_open (places, configured->state, FALSE, cancellable);
    g_autoptr (GArray) candidates = simstow_find_candidates (depots, NULL, options->time);
    g_autofree gchar *id = NULL;
    guint i;

    for (i = 0; i < depots->len; i++) {
        const SimstowDepot *depot = g_ptr_array_index (depots, i);

        if (depot->fault != NULL)
            simstow_terminal_note ("%s: %s; %s\n",
                                   depot->config->name,
                                   simstow_configured_state_word (depot->fault),
                                   depot->fault->message);
    }
    id = choose_sim (options, configured, keys, candidates, cancellable, error);
    return id != NULL && fetch_best (options, candidates, id, keys, cancellable, error);
}

static gboolean
check_options (Options *options, GError **error)
{
    /* a date is the whole day */
    g_autofree gchar *text = options->at == NULL || strchr (options->at, 'T') != NULL
                                 ? g_strdup (options->at)
                                 : g_strconcat (options->at, "T23:59:59", NULL);

    options->time = G_MAXINT64;
    return simstow_date_check ("--at", text, &options->time, error);
}

SimstowExit
simstow_verb_fetch (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &options.config,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {"from", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.from,
         N_ ("Look here instead of in the configuration"), N_ ("DIR|URI|REMOTE:PATH")},
        {"sim", 0, 0, G_OPTION_ARG_STRING, &options.sim,
         N_ ("Of this SIM: its id, operator, or the end of its ICCID"), N_ ("SIM")},
        {"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
         N_ ("As it was then"), N_ ("DATE")},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         N_ ("Write to this file or into this directory"), N_ ("FILE|DIR")},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (SimstowConfigured) configured = {0};
    g_autoptr (GPtrArray) places = NULL;
    const SimstowArchiveKeys *keys;
    gboolean done;

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 0, 0, error) ||
        !check_options (&options, error))
        return simstow_exit_failed (error);
    if (options.from != NULL ? !simstow_configured_open_bare (&configured, error)
                             : !simstow_configured_open (options.config, FALSE, &configured, error))
        return simstow_exit_failed (error);
    keys =
        invocation->keyring.keys.passphrase != NULL ? &invocation->keyring.keys : &configured.keys;
    places = choose_places (&options, configured.config);
    forget_places (&options, configured.state, places);
    done = fetch (&options, &configured, keys, places, invocation->cancellable, error);
    forget_places (&options, configured.state, places);
    return done ? SIMSTOW_EXIT_DONE : simstow_exit_failed (error);
}
