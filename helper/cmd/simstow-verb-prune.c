/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow prune: removes from the destinations what is over, or says what would go.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-error.h"
#include "simstow-prune.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

static void
tell_plan (const SimstowPrunePlan *plan, gboolean dry_run)
{
    const gchar *place = plan->depot->config->name;
    guint i;

    for (i = 0; i < plan->drop->len; i++) {
        const SimstowHolding *holding = g_ptr_array_index (plan->drop, i);

        simstow_terminal_print (dry_run ? _ ("%s: would remove %s\n") : _ ("%s: removes %s\n"),
                                place,
                                holding->name);
    }
    for (i = 0; i < plan->held->len; i++)
        simstow_terminal_print ("%s: %s\n",
                                place,
                                (const gchar *) g_ptr_array_index (plan->held, i));
    if (plan->drop->len == 0)
        simstow_terminal_print (_ ("%s: nothing to remove\n"), place);
}

static gboolean
prune (SimstowDepot *depot,
       const SimstowConfig *config,
       gboolean dry_run,
       GCancellable *cancellable,
       GError **error)
{
    g_autoptr (SimstowPrunePlan) plan = NULL;

    if (depot->fault != NULL) {
        g_propagate_error (error, g_error_copy (depot->fault));
        return FALSE;
    }
    plan = simstow_prune_plan_new (depot, &config->retention, cancellable, error);
    if (plan == NULL)
        return FALSE;
    tell_plan (plan, dry_run);
    if (dry_run)
        return TRUE;
    return simstow_prune_plan_run (plan, cancellable, error) &&
           simstow_depot_list (depot, cancellable, error);
}

static SimstowExit
run (const SimstowConfigured *configured,
     const GPtrArray *chosen,
     gboolean dry_run,
     GCancellable *cancellable)
{
    g_autoptr (GPtrArray) depots =
        simstow_depots_open (chosen, configured->state, FALSE, cancellable);
    guint failed = 0;
    guint i;

    for (i = 0; i < depots->len; i++) {
        SimstowDepot *depot = g_ptr_array_index (depots, i);
        g_autoptr (GError) fault = NULL;

        if (prune (depot, configured->config, dry_run, cancellable, &fault))
            continue;
        failed++;
        simstow_terminal_print ("%s: %s; %s\n",
                                depot->config->name,
                                simstow_configured_state_word (fault),
                                fault->message);
    }
    if (failed == 0)
        return SIMSTOW_EXIT_DONE;
    return failed < depots->len ? SIMSTOW_EXIT_INCOMPLETE : SIMSTOW_EXIT_FAILED;
}

SimstowExit
simstow_verb_prune (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *file = NULL;
    gboolean dry_run = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &file,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, N_ ("Only print what would go"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (SimstowConfigured) configured = {0};
    g_autoptr (GPtrArray) chosen = NULL;

    if (!simstow_invocation_parse (invocation, entries, 0, G_MAXINT - 2, error) ||
        !simstow_configured_open (file, TRUE, &configured, error))
        return simstow_exit_failed (error);
    chosen =
        simstow_configured_choose (&configured, (const gchar *const *) invocation->argv + 1, error);
    if (chosen != NULL && !configured.config->prunes)
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("the configuration has no [retention]: everything is kept"));
    if (chosen == NULL || !configured.config->prunes)
        return simstow_exit_failed (error);
    return run (&configured, chosen, dry_run, invocation->cancellable);
}
