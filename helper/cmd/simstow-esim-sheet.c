/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow esim recovery-sheet: what to do for each profile of an archive, for
 * the drawer.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-confirm.h"
#include "simstow-error.h"
#include "simstow-esim-verbs.h"
#include "simstow-output.h"
#include "simstow-recovery-sheet.h"
#include "simstow-recovery.h"
#include "simstow-sealed.h"
#include "simstow-target.h"
#include "simstow-terminal.h"

typedef struct {
    gchar *html;
    gboolean force;
    gboolean secrets;
    gboolean yes;
    const SimstowFileSet *inputs;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->html);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
deliver (const SimstowEsim *esim, const Options *options, GError **error)
{
    g_autoptr (GPtrArray) all = simstow_recovery_list (esim, NULL);
    g_autofree gchar *sheet = NULL;
    g_autoptr (SimstowOutput) output = NULL;

    if (options->html == NULL) {
        sheet = simstow_recovery_sheet_text (esim, all, options->secrets);
        simstow_terminal_print ("%s", sheet);
        return TRUE;
    }
    sheet = simstow_recovery_sheet_html (esim, all, options->secrets);
    output = simstow_output_new (options->html, options->force, options->inputs);
    return simstow_output_write (output, sheet, FALSE, error);
}

static gboolean
ask_first (SimstowSealed *sealed, const Options *options, GCancellable *cancellable, GError **error)
{
    if (simstow_sealed_is_encrypted (sealed))
        return TRUE;
    return simstow_confirm (_ ("This archive is not encrypted: whoever has it reads all of this. "
                               "Show the sheet?"),
                            options->yes,
                            cancellable,
                            error);
}

static SimstowExit
run (const gchar *path,
     const Options *options,
     const SimstowArchiveKeys *keys,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr (SimstowSealed) sealed = simstow_sealed_open (path, keys, cancellable, error);
    const SimstowEsim *esim;

    if (sealed == NULL)
        return SIMSTOW_EXIT_FAILED;
    esim = simstow_sealed_get_snapshot (sealed)->esim;
    if (esim == NULL || esim->profiles->len == 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_NOT_FOUND,
                             _ ("the archive holds no eSIM profiles"));
        return SIMSTOW_EXIT_FAILED;
    }
    if (!ask_first (sealed, options, cancellable, error) || !deliver (esim, options, error))
        return SIMSTOW_EXIT_FAILED;
    return SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_esim_verb_recovery_sheet (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    const GOptionEntry entries[] = {
        {"html",
         0,
         0,
         G_OPTION_ARG_FILENAME,
         &options.html,
         N_ ("Write it to this file, as a page to print"),
         N_ ("FILE")},
        {"secrets",
         0,
         0,
         G_OPTION_ARG_NONE,
         &options.secrets,
         N_ ("With activation and confirmation codes"),
         NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, N_ ("Do not ask"), NULL},
        {NULL},
    };

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, 1, error))
        return SIMSTOW_EXIT_DONE;
    options.inputs = invocation->inputs;
    if (options.html != NULL)
        simstow_target_clear_stale (options.html);
    return run (simstow_invocation_argument (invocation, 0),
                &options,
                &invocation->keyring.keys,
                invocation->cancellable,
                error);
}
