/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow status: what the destinations hold of each SIM, read from there, and what of the
 * policy is not met. Its exit statuses are those that monitoring expects.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-alert.h"
#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-depot.h"
#include "simstow-json.h"
#include "simstow-layout.h"
#include "simstow-modem.h"
#include "simstow-parcel.h"
#include "simstow-sources.h"
#include "simstow-standing.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

/* How the backups stood when somebody looked last */
#define RISK "risk"

/* What monitoring expects; among them, no file and no list has changed */
#define STATUS_FINE ((SimstowExit) 0)
#define STATUS_RISK ((SimstowExit) 1)
#define STATUS_NONE ((SimstowExit) 2)

/*
 * Status:
 * @configured: what is configured
 * @depots: (element-type SimstowDepot): what the destinations hold
 * @here: (element-type utf8 utf8): ids of the SIMs in modems, and their titles
 * @standings: (element-type SimstowStanding): how each SIM stands
 * @now: when this is
 */
typedef struct {
    const SimstowConfigured *configured;
    GPtrArray *depots;
    GHashTable *here;
    GPtrArray *standings;
    gint64 now;
} Status;

/* A SIM that is locked may hide its number: it is not taken for another one */
static void
add_here (Status *status, SimstowModem *modem, GCancellable *cancellable)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    g_autofree gchar *number = simstow_source_name (modem);
    g_autoptr (GError) fault = NULL;

    if (!simstow_modem_describe_device (modem, snapshot, cancellable, &fault))
        simstow_terminal_note (_ ("modem %s: %s\n"), number, fault->message);
    else if (simstow_sim_is_locked (snapshot->sim) && snapshot->sim->iccid == NULL)
        simstow_terminal_note (_ ("modem %s: the SIM is locked, and which one it is cannot be "
                                  "seen\n"),
                               number);
    else
        g_hash_table_insert (status->here,
                             simstow_layout_id (snapshot),
                             simstow_parcel_title (snapshot));
}

static void
find_here (Status *status, GCancellable *cancellable)
{
    g_autoptr (GError) fault = NULL;
    g_autoptr (GPtrArray) modems = simstow_modem_list (cancellable, &fault);
    guint i;

    if (modems == NULL)
        simstow_terminal_note (_ ("which SIMs are in modems cannot be seen: %s\n"), fault->message);
    for (i = 0; modems != NULL && i < modems->len; i++)
        add_here (status, g_ptr_array_index (modems, i), cancellable);
}

static void
judge (Status *status, const gchar *id)
{
    const SimstowPolicy *policy = &status->configured->config->policy;
    g_autofree SimstowStandingPlace *places = g_new0 (SimstowStandingPlace, status->depots->len);
    const gchar *here = g_hash_table_lookup (status->here, id);
    g_autofree gchar *title =
        here != NULL ? g_strdup (here) : simstow_state_get_title (status->configured->state, id);
    guint i;

    if (policy->retired != NULL && g_strv_contains ((const gchar *const *) policy->retired, id))
        return;
    for (i = 0; i < status->depots->len; i++) {
        const SimstowDepot *depot = g_ptr_array_index (status->depots, i);

        places[i] = (SimstowStandingPlace){depot->config, depot->holdings, depot->fault};
    }
    g_ptr_array_add (status->standings,
                     simstow_standing_judge (id,
                                             title,
                                             here != NULL,
                                             policy,
                                             places,
                                             status->depots->len,
                                             status->now));
}

/* SIMs that are in a modem, and those that this machine has backed up before */
static void
judge_all (Status *status)
{
    g_autoptr (GPtrArray) ids = simstow_state_list_sims (status->configured->state);
    GHashTableIter iter;
    gpointer id;
    guint i;

    for (i = 0; i < ids->len; i++)
        judge (status, g_ptr_array_index (ids, i));
    g_hash_table_iter_init (&iter, status->here);
    while (g_hash_table_iter_next (&iter, &id, NULL))
        if (!g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
            judge (status, id);
}

static SimstowRisk
worst (const Status *status)
{
    SimstowRisk risk = SIMSTOW_RISK_FINE;
    guint i;

    for (i = 0; i < status->standings->len; i++) {
        const SimstowStanding *standing = g_ptr_array_index (status->standings, i);

        risk = MAX (risk, standing->risk);
    }
    /* nothing was ever saved, and no SIM is there to be saved */
    return status->standings->len > 0 ? risk : SIMSTOW_RISK_SOME;
}

static const gchar *
risk_word (SimstowRisk risk)
{
    static const gchar *const words[] = {
        N_ ("fine"),
        N_ ("at risk"),
        N_ ("no good copy"),
    };

    return _ (words[risk]);
}

static gchar *
format_since (const Status *status, gint64 time)
{
    return simstow_age_format (status->now - time);
}

static void
add_row (const Status *status,
         SimstowTable *table,
         const SimstowDepot *depot,
         const SimstowStanding *standing)
{
    const SimstowHolding *newest =
        depot->holdings != NULL ? simstow_holdings_newest (depot->holdings, standing->id) : NULL;
    g_autofree gchar *made = newest != NULL ? simstow_text_time_here (newest->made) : NULL;
    g_autofree gchar *seen = newest != NULL ? format_since (status, newest->confirmed) : NULL;
    g_autofree gchar *proved = newest != NULL ? format_since (status, newest->proved) : NULL;
    g_autofree gchar *size = newest != NULL ? g_format_size (newest->size) : NULL;
    const SimstowLabel *label = newest != NULL ? newest->label : NULL;
    g_autofree gchar *counts =
        label != NULL ? simstow_text_counts (label->messages, label->contacts, label->calls) : NULL;
    g_autofree gchar *proof =
        newest != NULL ? g_strdup_printf ("%s, %s", simstow_proof_name (newest->proof), proved)
                       : NULL;

    simstow_table_add_format (table, "  %s", depot->config->name);
    simstow_table_add (table, simstow_configured_state_word (depot->fault));
    simstow_table_add (table, made);
    simstow_table_add (table, seen);
    simstow_table_add (table, size);
    simstow_table_add (table, proof);
    simstow_table_add (table, counts);
}

static void
print_standing (const Status *status, const SimstowStanding *standing)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    g_autofree gchar *title = simstow_text_line (standing->title);
    guint i;

    simstow_terminal_print ("%s (%s): %s%s\n",
                            title,
                            standing->id,
                            risk_word (standing->risk),
                            standing->here ? "" : _ ("; it is in no modem now"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("  destination"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("state"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("newest archive"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("confirmed"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("size"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("read back"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("records"));
    for (i = 0; i < status->depots->len; i++)
        add_row (status, table, g_ptr_array_index (status->depots, i), standing);
    simstow_table_print (table, FALSE);
    for (i = 0; i < standing->clauses->len; i++) {
        g_autofree gchar *clause = simstow_text_line (g_ptr_array_index (standing->clauses, i));

        simstow_terminal_print ("  - %s\n", clause);
    }
}

static void
print_fault (const Status *status, const SimstowDepot *depot)
{
    g_autofree gchar *since = depot->listed > 0 ? format_since (status, depot->listed) : NULL;
    g_autofree gchar *text = NULL;

    if (depot->fault == NULL)
        return;
    text = simstow_text_line (depot->fault->message);
    simstow_terminal_print ("%s: %s; %s\n",
                            depot->config->name,
                            simstow_configured_state_word (depot->fault),
                            text);
    if (since != NULL)
        simstow_terminal_print (_ ("  what is told of it was seen %s ago\n"), since);
}

static void
print_status (const Status *status)
{
    guint i;

    for (i = 0; i < status->standings->len; i++)
        print_standing (status, g_ptr_array_index (status->standings, i));
    if (status->standings->len == 0)
        simstow_terminal_print ("%s\n", _ ("Nothing was ever backed up, and there is no SIM."));
    for (i = 0; i < status->depots->len; i++)
        print_fault (status, g_ptr_array_index (status->depots, i));
}

static void
add_place (SimstowJson *json, const SimstowDepot *depot, const SimstowStanding *standing)
{
    const SimstowHolding *newest =
        depot->holdings != NULL ? simstow_holdings_newest (depot->holdings, standing->id) : NULL;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "destination", depot->config->name);
    if (newest != NULL) {
        simstow_json_add_string (json, "archive", newest->name);
        simstow_json_add_int (json, "made", newest->made);
        simstow_json_add_int (json, "confirmed", newest->confirmed);
        simstow_json_add_int (json, "size", (gint64) newest->size);
        simstow_json_add_string (json, "level", simstow_proof_name (newest->proof));
        simstow_json_add_int (json, "verified", newest->proved);
    }
    if (newest != NULL && newest->label != NULL) {
        simstow_json_add_boolean (json, "complete", newest->label->complete);
        simstow_json_add_int (json, "messages", (gint64) newest->label->messages);
        simstow_json_add_int (json, "contacts", (gint64) newest->label->contacts);
        simstow_json_add_int (json, "calls", (gint64) newest->label->calls);
    }
    simstow_json_end (json);
}

static void
add_standing (SimstowJson *json, const Status *status, const SimstowStanding *standing)
{
    guint i;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "id", standing->id);
    simstow_json_add_string (json, "title", standing->title);
    simstow_json_add_boolean (json, "here", standing->here);
    simstow_json_add_int (json, "risk", standing->risk);
    simstow_json_add_int (json, "copies", standing->copies);
    simstow_json_add_int (json, "media", standing->media);
    simstow_json_add_int (json, "offsite", standing->offsite);
    simstow_json_begin (json, "clauses", '[');
    for (i = 0; i < standing->clauses->len; i++)
        simstow_json_add_string (json, NULL, g_ptr_array_index (standing->clauses, i));
    simstow_json_end (json);
    simstow_json_begin (json, "places", '[');
    for (i = 0; i < status->depots->len; i++)
        add_place (json, g_ptr_array_index (status->depots, i), standing);
    simstow_json_end (json);
    simstow_json_end (json);
}

static void
add_depot (SimstowJson *json, const SimstowDepot *depot)
{
    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "name", depot->config->name);
    simstow_json_add_string (json, "class", simstow_config_name_medium (depot->config->medium));
    simstow_json_add_boolean (json, "offsite", depot->config->offsite);
    simstow_json_add_string (json, "state", simstow_configured_state_key (depot->fault));
    simstow_json_add_string (json, "error", depot->fault != NULL ? depot->fault->message : NULL);
    if (depot->listed > 0)
        simstow_json_add_int (json, "seen", depot->listed);
    simstow_json_end (json);
}

static void
print_json (const Status *status)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    guint i;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_int (json, "risk", worst (status));
    simstow_json_begin (json, "sims", '[');
    for (i = 0; i < status->standings->len; i++)
        add_standing (json, status, g_ptr_array_index (status->standings, i));
    simstow_json_end (json);
    simstow_json_begin (json, "destinations", '[');
    for (i = 0; i < status->depots->len; i++)
        add_depot (json, g_ptr_array_index (status->depots, i));
    simstow_json_end (json);
    simstow_json_end (json);
}

static void
status_init (Status *status, const SimstowConfigured *configured, GPtrArray *depots)
{
    status->configured = configured;
    status->depots = depots;
    status->here = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    status->standings = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_standing_free);
    status->now = g_get_real_time () / G_USEC_PER_SEC;
}

static void
status_clear (Status *status)
{
    g_ptr_array_unref (status->depots);
    g_hash_table_unref (status->here);
    g_ptr_array_unref (status->standings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Status, status_clear)

/* The first clause of the first SIM that is not fine; the others are in simstow status */
static gchar *
summarize (const Status *status)
{
    guint i;

    for (i = 0; i < status->standings->len; i++) {
        const SimstowStanding *standing = g_ptr_array_index (status->standings, i);

        if (standing->clauses->len > 0)
            return g_strdup_printf ("%s: %s; %s",
                                    standing->title,
                                    risk_word (standing->risk),
                                    (const gchar *) g_ptr_array_index (standing->clauses, 0));
    }
    return g_strdup (_ ("All backups are as promised."));
}

/* Only a change is news */
static void
note_change (const Status *status, GCancellable *cancellable)
{
    const SimstowConfig *config = status->configured->config;
    const SimstowState *state = status->configured->state;
    g_autofree gchar *before = simstow_state_load_text (state, RISK);
    SimstowRisk risk = worst (status);
    g_autofree gchar *now = g_strdup_printf ("%d\n", (gint) risk);
    g_autofree gchar *text = summarize (status);
    g_autoptr (GError) fault = NULL;

    if (g_strcmp0 (before, now) == 0)
        return;
    simstow_state_save_text (state, RISK, now);
    /* that all is well from the beginning is none */
    if (before == NULL && risk == SIMSTOW_RISK_FINE)
        return;
    simstow_alert_tell (risk, text);
    if (risk != SIMSTOW_RISK_FINE &&
        !simstow_alert_run (config->on_risk, "risk", text, cancellable, &fault))
        simstow_terminal_note ("on-risk: %s\n", fault->message);
}

void
simstow_status_note (const SimstowConfigured *configured,
                     GPtrArray *depots,
                     GCancellable *cancellable)
{
    g_auto (Status) status = {0};

    status_init (&status, configured, g_ptr_array_ref (depots));
    find_here (&status, cancellable);
    judge_all (&status);
    note_change (&status, cancellable);
}

static SimstowExit
run (const SimstowConfigured *configured, gboolean json, GCancellable *cancellable)
{
    static const SimstowExit statuses[] = {STATUS_FINE, STATUS_RISK, STATUS_NONE};
    g_auto (Status) status = {0};

    status_init (&status,
                 configured,
                 simstow_depots_open (configured->config->destinations,
                                      configured->state,
                                      TRUE,
                                      cancellable));
    find_here (&status, cancellable);
    judge_all (&status);
    if (json)
        print_json (&status);
    else
        print_status (&status);
    note_change (&status, cancellable);
    return statuses[worst (&status)];
}

SimstowExit
simstow_verb_status (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *file = NULL;
    gboolean json = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &file,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the status as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (SimstowConfigured) configured = {0};

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error) ||
        !simstow_configured_open (file, FALSE, &configured, error))
        return simstow_exit_failed (error);
    return run (&configured, json, invocation->cancellable);
}
