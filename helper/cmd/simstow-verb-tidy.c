/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow tidy: makes room on a SIM. A message goes only when the archive that holds just what the
 * modem holds now was read back, now, from as many destinations as the policy promises copies.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-depot.h"
#include "simstow-error.h"
#include "simstow-layout.h"
#include "simstow-plan.h"
#include "simstow-replay.h"
#include "simstow-sources.h"
#include "simstow-spent.h"
#include "simstow-terminal.h"
#include "simstow-view.h"

#define DAY (24 * 60 * 60)

/*
 * Tidy:
 * @configured: what is configured
 * @cancellable: to stop it
 * @modem: the modem
 * @present: what it holds
 * @label: of the archive that holds just that
 */
typedef struct {
    const SimstowConfigured *configured;
    GCancellable *cancellable;
    SimstowModem *modem;
    SimstowSnapshot *present;
    SimstowLabel *label;
} Tidy;

static void
tidy_clear (Tidy *tidy)
{
    g_clear_object (&tidy->modem);
    g_clear_pointer (&tidy->present, simstow_snapshot_free);
    g_clear_pointer (&tidy->label, simstow_label_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tidy, tidy_clear)

/* The archive that was made of what the modem holds now: the content id is a digest over each byte
 * of each record */
static gboolean
find_archive (Tidy *tidy, GError **error)
{
    const SimstowArchiveWriteOptions options = {.keys = tidy->configured->keys};
    g_autofree gchar *id = simstow_layout_id (tidy->present);
    g_autofree gchar *content =
        simstow_archive_compute_content_id (tidy->present, &options, tidy->cancellable, error);

    if (content == NULL)
        return FALSE;
    tidy->label = simstow_state_load_label (tidy->configured->state, id);
    if (tidy->label != NULL && g_strcmp0 (tidy->label->content, content) == 0 &&
        tidy->label->history != NULL && tidy->label->complete &&
        !simstow_snapshot_is_incomplete (tidy->present))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_FAILED,
                              _ ("no archive is known to hold just what the modem holds now; "
                                 "first: simstow backup"));
}

static gboolean
is_read_back (const Tidy *tidy, SimstowDepot *depot)
{
    const SimstowHolding *holding =
        depot->fault == NULL ? simstow_holdings_find (depot->holdings, tidy->label->name) : NULL;
    g_autofree gchar *digest = NULL;
    g_autofree gchar *path = NULL;

    if (holding == NULL || !simstow_holding_is_good (holding))
        return FALSE;
    path = simstow_destination_fetch (depot->destination,
                                      holding->name,
                                      simstow_state_get_scratch (tidy->configured->state),
                                      &digest,
                                      tidy->cancellable,
                                      NULL);
    if (path == NULL)
        return FALSE;
    g_unlink (path);
    return g_str_equal (digest, tidy->label->digest);
}

static gboolean
check_copies (const Tidy *tidy, GError **error)
{
    const SimstowConfig *config = tidy->configured->config;
    g_autoptr (GPtrArray) depots = simstow_depots_open (config->destinations,
                                                        tidy->configured->state,
                                                        FALSE,
                                                        tidy->cancellable);
    guint wanted = MAX (config->policy.min_copies, 1);
    guint copies = 0;
    guint i;

    for (i = 0; i < depots->len && copies < wanted; i++)
        copies += is_read_back (tidy, g_ptr_array_index (depots, i)) ? 1 : 0;
    if (copies >= wanted)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_FAILED,
                              _ ("the archive of what is on the modem could be read back from %u "
                                 "destinations, and min-copies is %u: nothing is erased"),
                              copies,
                              wanted);
}

/* What the modem is to hold: all that it holds, but for those. Borrowed from @present */
static SimstowSnapshot *
leave_out (const SimstowSnapshot *present, const GPtrArray *chosen)
{
    SimstowSnapshot *wanted = simstow_snapshot_new ();
    guint i;

    g_ptr_array_unref (wanted->stores);
    wanted->stores = g_ptr_array_ref (present->stores);
    g_ptr_array_unref (wanted->messages);
    wanted->messages = g_ptr_array_new ();
    for (i = 0; i < present->messages->len; i++) {
        gpointer message = g_ptr_array_index (present->messages, i);

        if (!g_ptr_array_find ((GPtrArray *) chosen, message, NULL))
            g_ptr_array_add (wanted->messages, message);
    }
    return wanted;
}

/* Erasing those, and nothing else */
static gboolean
check_plan (const SimstowPlan *plan, guint chosen, GError **error)
{
    if (simstow_plan_count (plan, SIMSTOW_ACTION_ERASE) == chosen &&
        simstow_plan_count (plan, SIMSTOW_ACTION_WRITE) == 0)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_FAILED,
                              _ ("there is no plan that erases those messages and nothing else"));
}

static SimstowExit
carry_out (const Tidy *tidy, SimstowPlan *plan, GError **error)
{
    g_autoptr (SimstowProgress) progress = simstow_progress_new ();
    gboolean done = simstow_replay (tidy->modem,
                                    plan,
                                    simstow_progress_update,
                                    simstow_progress_add_track (progress, NULL),
                                    tidy->cancellable,
                                    error);
    gboolean whole = done;
    guint i;

    simstow_progress_clear (progress);
    simstow_view_outcome (plan, FALSE);
    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == SIMSTOW_ACTION_ERASE && item->fate != SIMSTOW_FATE_DONE)
            whole = FALSE;
    }
    if (!done)
        return simstow_exit_failed (error);
    return whole ? SIMSTOW_EXIT_DONE : SIMSTOW_EXIT_INCOMPLETE;
}

static SimstowExit
tidy_up (Tidy *tidy, const GPtrArray *chosen, gboolean dry_run, gboolean yes, GError **error)
{
    g_autoptr (SimstowSnapshot) wanted = leave_out (tidy->present, chosen);
    g_autoptr (SimstowPlan) plan =
        simstow_plan_new (wanted, tidy->present, SIMSTOW_KIND_MESSAGES, TRUE);
    g_autofree gchar *question = NULL;

    if (!check_plan (plan, chosen->len, error))
        return simstow_exit_failed (error);
    simstow_view_plan (plan, TRUE, FALSE);
    if (dry_run)
        return SIMSTOW_EXIT_DONE;
    question = g_strdup_printf (ngettext ("Erase %u message from the modem?",
                                          "Erase %u messages from the modem?",
                                          chosen->len),
                                chosen->len);
    if (!simstow_confirm (question, yes, tidy->cancellable, error))
        return simstow_exit_failed (error);
    return carry_out (tidy, plan, error);
}

static SimstowExit
run (Tidy *tidy,
     const gchar *selector,
     const SimstowSpentRule *rule,
     gboolean dry_run,
     gboolean yes,
     GError **error)
{
    g_autoptr (GPtrArray) chosen = NULL;

    tidy->modem = simstow_modem_find (selector, tidy->cancellable, error);
    if (tidy->modem == NULL)
        return simstow_exit_failed (error);
    tidy->present = simstow_source_capture (tidy->modem, tidy->cancellable, error);
    if (tidy->present == NULL || !find_archive (tidy, error))
        return simstow_exit_failed (error);
    chosen = simstow_spent_choose (tidy->present, rule);
    if (chosen->len == 0) {
        simstow_terminal_print ("%s\n", _ ("There is nothing to erase."));
        return SIMSTOW_EXIT_DONE;
    }
    if (!check_copies (tidy, error))
        return simstow_exit_failed (error);
    return tidy_up (tidy, chosen, dry_run, yes, error);
}

static gboolean
check_rule (gint when_full, gint older_than, SimstowSpentRule *rule, GError **error)
{
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;

    if (when_full < 0 || older_than < 0 || (when_full == 0 && older_than == 0))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("nothing is erased unasked: say --when-full=PLACES or "
                                     "--older-than=DAYS"));
    rule->free_places = (guint) when_full;
    rule->before = older_than > 0 ? now - (gint64) older_than * DAY : 0;
    return TRUE;
}

SimstowExit
simstow_verb_tidy (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *file = NULL;
    g_autofree gchar *selector = NULL;
    gint when_full = 0;
    gint older_than = 0;
    gboolean dry_run = FALSE;
    gboolean yes = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &file,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &selector,
         N_ ("Tidy this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"when-full", 0, 0, G_OPTION_ARG_INT, &when_full,
         N_ ("Erase the oldest until so many places are free"), N_ ("PLACES")},
        {"older-than", 0, 0, G_OPTION_ARG_INT, &older_than,
         N_ ("Erase what is older than so many days"), N_ ("DAYS")},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, N_ ("Only print what would go"), NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_ ("Do not ask"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (SimstowConfigured) configured = {0};
    g_auto (Tidy) tidy = {.configured = &configured, .cancellable = invocation->cancellable};
    SimstowSpentRule rule;

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error) ||
        !check_rule (when_full, older_than, &rule, error) ||
        (!dry_run && !simstow_confirm_check (yes, error)) ||
        !simstow_configured_open (file, TRUE, &configured, error))
        return simstow_exit_failed (error);
    if (!configured.config->history) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("without a history, later archives would not hold what is erased "
                              "now: history=false excludes tidy"));
        return simstow_exit_failed (error);
    }
    return run (&tidy, selector, &rule, dry_run, yes, error);
}
