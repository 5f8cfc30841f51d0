/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow check: every archive at the destinations is read back in full.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-depot.h"
#include "simstow-json.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

/*
 * Check:
 * @keys: what opens archives
 * @cancellable: to stop it
 * @json: (nullable): where to print
 * @good: how many archives were read back and are right
 * @damaged: how many are not
 * @unread: how many archives or destinations could not be read
 */
typedef struct {
    const SimstowArchiveKeys *keys;
    GCancellable *cancellable;
    SimstowJson *json;
    guint good;
    guint damaged;
    guint unread;
} Check;

static void
tell (const Check *check,
      const SimstowDepot *depot,
      const SimstowHolding *holding,
      const GError *fault)
{
    const gchar *name = holding != NULL ? holding->name : NULL;
    g_autofree gchar *text = fault != NULL ? simstow_text_line (fault->message) : NULL;

    if (check->json != NULL) {
        simstow_json_begin (check->json, NULL, '{');
        simstow_json_add_string (check->json, "destination", depot->config->name);
        simstow_json_add_string (check->json, "archive", name);
        simstow_json_add_string (check->json, "state", simstow_configured_state_key (fault));
        simstow_json_add_string (
            check->json,
            "level",
            holding != NULL && fault == NULL ? simstow_proof_name (holding->proof) : NULL);
        simstow_json_add_string (check->json, "error", fault != NULL ? fault->message : NULL);
        simstow_json_end (check->json);
        return;
    }
    simstow_terminal_print ("%s: %s%s%s%s%s\n",
                            depot->config->name,
                            name != NULL && fault == NULL ? name : "",
                            name != NULL && fault == NULL ? ": " : "",
                            fault != NULL ? simstow_configured_state_word (fault)
                                          : simstow_proof_name (holding->proof),
                            fault != NULL ? "; " : "",
                            fault != NULL ? text : "");
}

static void
check_archive (Check *check, SimstowDepot *depot, SimstowHolding *holding)
{
    g_autoptr (GError) fault = NULL;
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;

    /* what was never read back to its end is nobody's copy yet */
    if (!holding->stored)
        return;
    if (simstow_depot_verify (depot, holding, check->keys, now, check->cancellable, &fault))
        check->good++;
    else if (holding->proof == SIMSTOW_PROOF_DAMAGED)
        check->damaged++;
    else
        check->unread++;
    tell (check, depot, holding, fault);
}

static void
check_depot (Check *check, SimstowDepot *depot)
{
    guint i;

    if (depot->fault != NULL) {
        check->unread++;
        tell (check, depot, NULL, depot->fault);
        return;
    }
    for (i = 0; i < depot->holdings->archives->len; i++)
        check_archive (check, depot, g_ptr_array_index (depot->holdings->archives, i));
    simstow_depot_list (depot, check->cancellable, NULL);
}

static SimstowExit
run (Check *check, const SimstowConfigured *configured, const GPtrArray *chosen)
{
    g_autoptr (GPtrArray) depots =
        simstow_depots_open (chosen, configured->state, FALSE, check->cancellable);
    guint i;

    for (i = 0; i < depots->len; i++)
        check_depot (check, g_ptr_array_index (depots, i));
    if (check->damaged > 0)
        return SIMSTOW_EXIT_DAMAGED;
    if (check->unread > 0)
        return check->good > 0 ? SIMSTOW_EXIT_INCOMPLETE : SIMSTOW_EXIT_FAILED;
    return SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_check (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *file = NULL;
    gboolean json = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &file,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (SimstowConfigured) configured = {0};
    g_autoptr (GPtrArray) chosen = NULL;
    g_autoptr (SimstowJson) out = NULL;
    Check check = {.cancellable = invocation->cancellable};

    if (!simstow_invocation_parse (invocation, entries, 0, G_MAXINT - 2, error) ||
        !simstow_configured_open (file, TRUE, &configured, error))
        return simstow_exit_failed (error);
    chosen =
        simstow_configured_choose (&configured, (const gchar *const *) invocation->argv + 1, error);
    if (chosen == NULL)
        return simstow_exit_failed (error);
    check.keys = &configured.keys;
    if (json) {
        out = simstow_json_new ();
        simstow_json_begin (out, NULL, '[');
    }
    check.json = out;
    return run (&check, &configured, chosen);
}
