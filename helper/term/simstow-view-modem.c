/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem, its SIM and its eUICC for people. Operators are named from the public
 * mobile-broadband-provider-info database: simstow has no table of its own.
 */

#include "config.h"

#include "simstow-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-names.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

/* Where the pass is: the names last seen on each level, and what is looked for. */
typedef struct {
    const gchar *plmn;
    gchar *country;
    gchar *provider;
    gboolean found;
} Search;

static void
on_start (GMarkupParseContext *context,
          const gchar *element,
          const gchar **names,
          const gchar **values,
          gpointer user_data,
          GError **error)
{
    Search *search = user_data;
    const gchar *mcc = NULL;
    const gchar *mnc = NULL;
    g_autofree gchar *plmn = NULL;
    guint i;

    if (!g_str_equal (element, "network-id"))
        return;
    for (i = 0; names[i]; i++) {
        if (g_str_equal (names[i], "mcc"))
            mcc = values[i];
        else if (g_str_equal (names[i], "mnc"))
            mnc = values[i];
    }
    plmn = g_strconcat (mcc ? mcc : "", mnc, NULL);
    search->found = g_str_equal (plmn, search->plmn);
    if (search->found)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "found");
}

static void
on_text (GMarkupParseContext *context,
         const gchar *text,
         gsize length,
         gpointer user_data,
         GError **error)
{
    Search *search = user_data;
    const GSList *stack = g_markup_parse_context_get_element_stack (context);
    gchar **field;

    if (!g_str_equal (stack->data, "name") || !stack->next)
        return;
    if (g_str_equal (stack->next->data, "country"))
        field = &search->country;
    else if (g_str_equal (stack->next->data, "provider"))
        field = &search->provider;
    else
        return;
    g_free (*field);
    *field = g_strndup (text, length);
}

gboolean
simstow_operator_lookup (const gchar *plmn, gchar **name, gchar **country)
{
    static const GMarkupParser parser = {.start_element = on_start, .text = on_text};
    Search search = {.plmn = plmn};
    g_autoptr (GMarkupParseContext) context =
        g_markup_parse_context_new (&parser, G_MARKUP_IGNORE_QUALIFIED, &search, NULL);
    g_autoptr (GMappedFile) file = g_mapped_file_new (SIMSTOW_PROVIDERS, FALSE, NULL);

    *name = NULL;
    *country = NULL;
    if (file)
        g_markup_parse_context_parse (context,
                                      g_mapped_file_get_contents (file),
                                      (gssize) g_mapped_file_get_length (file),
                                      NULL);
    if (search.found) {
        *name = g_steal_pointer (&search.provider);
        *country = g_steal_pointer (&search.country);
    }
    g_free (search.provider);
    g_free (search.country);
    return search.found;
}

gchar *
simstow_operator_label (const gchar *plmn)
{
    g_autofree gchar *name = NULL;
    g_autofree gchar *country = NULL;

    if (!plmn)
        return NULL;
    if (!simstow_operator_lookup (plmn, &name, &country) || !name || !country)
        return g_strdup (plmn);
    return g_strdup_printf ("%s, %s (%s)", name, country, plmn);
}

/* A line of a list of facts; nothing when there is no fact. A SimstowFactFunc */
static void
add_fact (const gchar *name, const gchar *value, gpointer user_data)
{
    SimstowTable *table = user_data;

    if (value == NULL || *value == '\0')
        return;
    simstow_table_add_format (table, "  %s", name);
    simstow_table_add (table, value);
}

static void
tell_list (SimstowFactFunc func, const gchar *name, gchar **values, gpointer user_data)
{
    g_autofree gchar *joined = values != NULL ? g_strjoinv (", ", values) : NULL;

    func (name, joined, user_data);
}

static SimstowTable *
fact_table_new (void)
{
    SimstowTable *table = simstow_table_new ();

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    return table;
}

static gchar *
operator_label (const gchar *name, const gchar *id)
{
    gboolean named = name != NULL && *name != '\0';

    if (id == NULL || *id == '\0')
        return g_strdup (named ? name : NULL);
    return named ? g_strdup_printf ("%s (%s)", name, id) : g_strdup (id);
}

gchar *
simstow_view_title (const SimstowSnapshot *snapshot)
{
    const SimstowDevice *device = snapshot->device;
    g_autofree gchar *operator=
        operator_label (snapshot->sim->operator_name, snapshot->sim->operator_id);
    g_autofree gchar *name = g_strjoin (" ",
                                        device->manufacturer != NULL ? device->manufacturer : "",
                                        device->model != NULL ? device->model : "",
                                        NULL);
    g_autofree gchar *title = NULL;

    g_strstrip (name);
    if (*name == '\0')
        title = g_strdup (_ ("unnamed modem"));
    else
        title = g_strdup (name);
    if (operator== NULL)
        return simstow_text_line (title);
    g_free (name);
    name = g_strconcat (title, ", ", operator, NULL);
    return simstow_text_line (name);
}

void
simstow_view_tell_device (const SimstowSnapshot *snapshot, SimstowFactFunc func, gpointer user_data)
{
    const SimstowDevice *device = snapshot->device;
    const SimstowSim *sim = snapshot->sim;
    g_autofree gchar *home = operator_label (sim->operator_name, sim->operator_id);
    g_autofree gchar *network = operator_label (sim->registered_name, sim->registered_id);

    func (_ ("manufacturer"), device->manufacturer, user_data);
    func (_ ("model"), device->model, user_data);
    func (_ ("firmware"), device->revision, user_data);
    func (_ ("hardware"), device->hardware_revision, user_data);
    func (_ ("IMEI"), device->equipment_id, user_data);
    func (_ ("driven by"), device->plugin, user_data);
    func (_ ("reached over"), device->transport, user_data);
    func (_ ("operator"), home, user_data);
    func (_ ("registered with"), network, user_data);
    tell_list (func, _ ("own numbers"), device->own_numbers, user_data);
    func (_ ("ICCID"), sim->iccid, user_data);
    func (_ ("IMSI"), sim->imsi, user_data);
    func (_ ("EID"), sim->eid, user_data);
    if (g_strcmp0 (sim->lock, "none") != 0)
        func (_ ("waits for"), sim->lock, user_data);
    tell_list (func, _ ("emergency numbers"), sim->emergency_numbers, user_data);
}

void
simstow_view_device (const SimstowSnapshot *snapshot)
{
    g_autoptr (SimstowTable) table = fact_table_new ();

    simstow_view_tell_device (snapshot, add_fact, table);
    simstow_table_print (table, FALSE);
}

static void
add_count (SimstowTable *table, gint count)
{
    if (count >= 0)
        simstow_table_add_format (table, "%d", count);
    else
        simstow_table_add (table, NULL);
}

void
simstow_view_stores (const SimstowSnapshot *snapshot)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("  STORE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("USED"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("ROOM FOR"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("RESTORABLE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("BY WAY OF"));
    for (i = 0; i < snapshot->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        simstow_table_add_format (table, "  %s", store->id);
        add_count (table, store->used);
        add_count (table, store->capacity);
        simstow_table_add (table, store->writable ? _ ("yes") : _ ("no"));
        if (store->way != NULL)
            simstow_table_add_format (table, "%s (%s)", store->via, store->way);
        else
            simstow_table_add (table, store->via);
    }
    if (!simstow_table_is_empty (table))
        simstow_table_print (table, FALSE);
}

static void
view_profiles (const GPtrArray *profiles)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("PROFILE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("NAME"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("APN"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("IP"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("USER"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("PASSWORD"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("FOR"));
    for (i = 0; i < profiles->len; i++) {
        const SimstowProfile *profile = g_ptr_array_index (profiles, i);
        g_autofree gchar *use =
            profile->apn_type != NULL ? g_strjoinv (", ", profile->apn_type) : NULL;

        add_count (table, profile->id);
        simstow_table_add (table, profile->name);
        simstow_table_add (table, profile->apn);
        simstow_table_add (table, profile->ip_type);
        simstow_table_add (table, profile->user);
        simstow_table_add (table, profile->password != NULL ? _ ("saved") : NULL);
        simstow_table_add (table, use);
    }
    simstow_table_print (table, FALSE);
}

static gchar *
list_preferred_networks (const GPtrArray *networks)
{
    GString *text = g_string_new (NULL);
    guint i;

    for (i = 0; i < networks->len; i++) {
        const SimstowPreferredNetwork *network = g_ptr_array_index (networks, i);
        g_autofree gchar *technologies = network->access_technologies != NULL
                                             ? g_strjoinv ("+", network->access_technologies)
                                             : NULL;

        g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", network->operator_id);
        if (technologies != NULL && *technologies != '\0')
            g_string_append_printf (text, " %s", technologies);
    }
    return g_string_free (text, FALSE);
}

void
simstow_view_tell_network (const SimstowNetwork *network, SimstowFactFunc func, gpointer user_data)
{
    g_autofree gchar *preferred = network->preferred_networks != NULL
                                      ? list_preferred_networks (network->preferred_networks)
                                      : NULL;

    tell_list (func, _ ("allowed modes"), network->allowed_modes, user_data);
    func (_ ("preferred mode"), network->preferred_mode, user_data);
    tell_list (func, _ ("bands"), network->bands, user_data);
    func (_ ("preferred networks"), preferred, user_data);
    tell_list (func, _ ("locks"), network->facility_locks, user_data);
    if (network->initial_eps != NULL)
        func (_ ("initial APN"), network->initial_eps->apn, user_data);
}

void
simstow_view_network (const SimstowNetwork *network)
{
    g_autoptr (SimstowTable) table = fact_table_new ();

    if (network == NULL) {
        simstow_terminal_print ("%s\n", _ ("No network settings are known."));
        return;
    }
    if (network->profiles != NULL && network->profiles->len > 0)
        view_profiles (network->profiles);
    simstow_view_tell_network (network, add_fact, table);
    simstow_table_print (table, FALSE);
}

static void
list_problems (const SimstowSnapshot *snapshot, gboolean lost, const gchar *title, gboolean aside)
{
    g_autoptr (SimstowTable) table = fact_table_new ();
    guint i;

    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (!problem->lost != !lost)
            continue;
        if (problem->index > 0)
            simstow_table_add_format (table, "  %s %u", problem->where, problem->index);
        else
            simstow_table_add_format (table, "  %s", problem->where);
        simstow_table_add (table, problem->text);
    }
    if (simstow_table_is_empty (table))
        return;
    simstow_terminal_say (aside, "%s\n", title);
    simstow_table_print (table, aside);
}

void
simstow_view_problems (const SimstowSnapshot *snapshot, gboolean aside)
{
    list_problems (snapshot, TRUE, _ ("Not saved:"), aside);
    list_problems (snapshot, FALSE, _ ("Remarks:"), aside);
}

void
simstow_view_tell_card (const SimstowSnapshot *snapshot, SimstowFactFunc func, gpointer user_data)
{
    const SimstowSim *sim = snapshot->sim;
    const SimstowEsim *esim = snapshot->esim;

    func (_ ("SIM type"), sim->type, user_data);
    func (_ ("EID"), esim && esim->eid ? esim->eid : sim->eid, user_data);
    func (_ ("eSIM state"), sim->esim_status, user_data);
    if (esim) {
        func (_ ("default SM-DP+"), esim->default_smdp, user_data);
        func (_ ("root SM-DS"), esim->root_smds, user_data);
    }
    if (esim && esim->info) {
        func (_ ("firmware"), esim->info->firmware, user_data);
        func (_ ("SGP.22 version"), esim->info->svn, user_data);
        func (_ ("platform"), esim->info->platform_label, user_data);
    }
}

static void
print_card (const SimstowSnapshot *snapshot)
{
    g_autoptr (SimstowTable) table = fact_table_new ();

    simstow_view_tell_card (snapshot, add_fact, table);
    if (simstow_table_is_empty (table))
        simstow_terminal_print ("%s\n", _ ("Nothing is known of an eSIM."));
    simstow_table_print (table, FALSE);
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
        simstow_table_add (table, simstow_euicc_profile_get_address (profile));
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

    print_card (snapshot);
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
