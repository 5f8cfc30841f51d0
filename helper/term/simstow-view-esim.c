/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC as tables.
 */

#include "simstow-view-esim.h"

#include <glib/gi18n.h>

#include "simstow-names.h"
#include "simstow-operator.h"
#include "simstow-table.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view-seen.h"

static void
add_fact (SimstowTable *table, const gchar *label, const gchar *value)
{
    if (!value || !*value)
        return;
    simstow_table_add_format (table, "  %s", label);
    simstow_table_add (table, value);
}

static void
print_card (const SimstowSim *sim, const SimstowEsim *esim)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    add_fact (table, _ ("SIM type"), sim->type);
    add_fact (table, _ ("EID"), esim && esim->eid ? esim->eid : sim->eid);
    add_fact (table, _ ("eSIM state"), sim->esim_status);
    if (esim) {
        add_fact (table, _ ("default SM-DP+"), esim->default_smdp);
        add_fact (table, _ ("root SM-DS"), esim->root_smds);
    }
    if (esim && esim->info) {
        add_fact (table, _ ("firmware"), esim->info->firmware);
        add_fact (table, _ ("SGP.22 version"), esim->info->svn);
        add_fact (table, _ ("platform"), esim->info->platform_label);
    }
    if (simstow_table_is_empty (table))
        simstow_terminal_print ("%s\n", _ ("Nothing is known of an eSIM."));
    simstow_table_print (table, FALSE);
}

/* The address that a profile was downloaded from, as far as it tells: where it is to
 * send its notifications. */
static const gchar *
first_address (const SimstowEuiccProfile *profile)
{
    const SimstowEuiccAddress *address;

    if (profile->addresses->len == 0)
        return NULL;
    address = g_ptr_array_index (profile->addresses, 0);
    return address->address;
}

static void
print_profiles (const SimstowEsim *esim)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    const gchar *unread = simstow_esim_get_unread (esim, "profiles");
    guint i;

    if (unread && *unread)
        simstow_terminal_print (_ ("The eUICC's list of profiles could not be read: %s\n"), unread);
    else if (unread)
        simstow_terminal_print ("%s\n", _ ("The eUICC's list of profiles was not read."));
    else if (esim->profiles->len == 0 && esim->faults->len == 0)
        simstow_terminal_print ("%s\n", _ ("The eUICC holds no profiles."));
    else if (esim->profiles->len == 0)
        simstow_terminal_print ("%s\n", _ ("No profile of the eUICC could be read."));
    if (esim->profiles->len == 0)
        return;
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("  ICCID"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("STATE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("NICKNAME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("PROFILE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("OPERATOR"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SM-DP+"));
    for (i = 0; i < esim->profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (esim->profiles, i);
        g_autofree gchar *operator= simstow_operator_label (profile->owner);

        simstow_table_add_format (table, "  %s", profile->iccid);
        simstow_table_add (table, profile->enabled ? _ ("enabled") : _ ("disabled"));
        simstow_table_add (table, profile->nickname);
        simstow_table_add (table, profile->name ? profile->name : profile->provider);
        simstow_table_add (table, operator);
        simstow_table_add (table, first_address (profile));
    }
    simstow_table_print (table, FALSE);
}

void
simstow_view_esim_profiles (const SimstowEsim *esim)
{
    guint i;

    print_profiles (esim);
    for (i = 0; i < esim->further->len; i++) {
        const SimstowEsim *further = g_ptr_array_index (esim->further, i);

        simstow_terminal_print (_ ("Secure element %u of the card, EID %s:\n"),
                                i + 2,
                                further->eid ? further->eid : _ ("unknown"));
        print_profiles (further);
    }
}

static void
print_notifications (const SimstowEsim *esim)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    guint i;

    if (esim->notifications->len == 0)
        return;
    simstow_terminal_print ("%s\n", _ ("Waiting to be delivered to the operator:"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("  NUMBER"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("OPERATION"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("ICCID"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("RECEIVER"));
    for (i = 0; i < esim->notifications->len; i++) {
        const SimstowEuiccNotification *notification = g_ptr_array_index (esim->notifications, i);

        simstow_table_add_format (table, "  %u", notification->sequence);
        simstow_table_add (table, notification->operation);
        simstow_table_add (table, notification->iccid);
        simstow_table_add (table, notification->address);
    }
    simstow_table_print (table, FALSE);
}

static void
print_codes (const SimstowEsim *esim)
{
    if (esim->codes->len == 0)
        return;
    simstow_terminal_print (g_dngettext (NULL,
                                         "%u activation code is kept.\n",
                                         "%u activation codes are kept.\n",
                                         esim->codes->len),
                            esim->codes->len);
}

/* A profile that was on an eUICC once, in some of the states of a history */
typedef struct {
    const SimstowEsim *esim;
    const SimstowEuiccProfile *profile;
    gint64 first;
    gint64 last;
} Past;

static Past *
find_past (GArray *pasts, const SimstowEsim *state, const SimstowEuiccProfile *profile)
{
    guint i;

    for (i = 0; i < pasts->len; i++) {
        Past *past = &g_array_index (pasts, Past, i);

        if (g_strcmp0 (past->esim->eid, state->eid) == 0 &&
            g_str_equal (past->profile->iccid, profile->iccid))
            return past;
    }
    return NULL;
}

static void
add_state (GArray *pasts, const SimstowEsim *state)
{
    guint i;

    for (i = 0; i < state->profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (state->profiles, i);
        Past *past = find_past (pasts, state, profile);
        const Past fresh = {state, profile, state->first_seen, state->last_seen};

        if (!past) {
            g_array_append_val (pasts, fresh);
            continue;
        }
        past->first = MIN (past->first, state->first_seen);
        past->last = MAX (past->last, state->last_seen);
    }
}

/* What a merged archive keeps of eUICCs and profiles that are not there any more */
static void
print_history (const SimstowEsim *esim)
{
    g_autoptr (GArray) pasts = g_array_new (FALSE, FALSE, sizeof (Past));
    g_autoptr (SimstowTable) table = simstow_table_new ();
    guint i;

    for (i = 0; esim->history && i < esim->history->len; i++)
        add_state (pasts, g_ptr_array_index (esim->history, i));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("  EID"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("ICCID"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("PROFILE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, _ ("OPERATOR"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SEEN"));
    for (i = 0; i < pasts->len; i++) {
        const Past *past = &g_array_index (pasts, Past, i);
        const SimstowEuiccProfile *profile = past->profile;
        g_autofree gchar *operator= simstow_operator_label (profile->owner);
        g_autofree gchar *seen = simstow_view_seen (past->first, past->last);

        if (g_strcmp0 (past->esim->eid, esim->eid) == 0 &&
            simstow_esim_find_profile (esim, profile->iccid))
            continue;
        simstow_table_add_format (table, "  %s", past->esim->eid ? past->esim->eid : "");
        simstow_table_add (table, profile->iccid);
        simstow_table_add (table, profile->name ? profile->name : profile->provider);
        simstow_table_add (table, operator);
        simstow_table_add (table, seen);
    }
    if (simstow_table_is_empty (table))
        return;
    simstow_terminal_print ("%s\n", _ ("Seen earlier:"));
    simstow_table_print (table, FALSE);
}

/* Why nothing is known of an eUICC, or not all */
static void
print_problems (const SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (problem->lost && g_str_has_prefix (problem->where, SIMSTOW_STORE_EUICC))
            simstow_terminal_print (_ ("Not saved: %s\n"), problem->text);
    }
}

void
simstow_view_esim (const SimstowSnapshot *snapshot)
{
    const SimstowEsim *esim = snapshot->esim;
    guint i;

    print_card (snapshot->sim, esim);
    print_problems (snapshot);
    if (!esim)
        return;
    simstow_view_esim_profiles (esim);
    print_notifications (esim);
    for (i = 0; i < esim->further->len; i++)
        print_notifications (g_ptr_array_index (esim->further, i));
    print_history (esim);
    print_codes (esim);
}
