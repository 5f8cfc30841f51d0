/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem and its SIM for people.
 */

#include "config.h"

#include "simstow-view-modem.h"

#include <glib/gi18n.h>

#include "simstow-table.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

/* A line of a list of facts; nothing when there is no fact. */
static void
add_fact (SimstowTable *table, const gchar *name, const gchar *value)
{
    if (value == NULL || *value == '\0')
        return;
    simstow_table_add_format (table, "  %s", name);
    simstow_table_add (table, value);
}

static void
add_fact_list (SimstowTable *table, const gchar *name, gchar **values)
{
    g_autofree gchar *joined = values != NULL ? g_strjoinv (", ", values) : NULL;

    add_fact (table, name, joined);
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
simstow_view_device (const SimstowSnapshot *snapshot)
{
    g_autoptr (SimstowTable) table = fact_table_new ();
    const SimstowDevice *device = snapshot->device;
    const SimstowSim *sim = snapshot->sim;
    g_autofree gchar *home = operator_label (sim->operator_name, sim->operator_id);
    g_autofree gchar *network = operator_label (sim->registered_name, sim->registered_id);

    add_fact (table, _ ("manufacturer"), device->manufacturer);
    add_fact (table, _ ("model"), device->model);
    add_fact (table, _ ("firmware"), device->revision);
    add_fact (table, _ ("hardware"), device->hardware_revision);
    add_fact (table, _ ("IMEI"), device->equipment_id);
    add_fact (table, _ ("driven by"), device->plugin);
    add_fact (table, _ ("reached over"), device->transport);
    add_fact (table, _ ("operator"), home);
    add_fact (table, _ ("registered with"), network);
    add_fact_list (table, _ ("own numbers"), device->own_numbers);
    add_fact (table, _ ("ICCID"), sim->iccid);
    add_fact (table, _ ("IMSI"), sim->imsi);
    add_fact (table, _ ("EID"), sim->eid);
    if (g_strcmp0 (sim->lock, "none") != 0)
        add_fact (table, _ ("waits for"), sim->lock);
    add_fact_list (table, _ ("emergency numbers"), sim->emergency_numbers);
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

static void
add_preferred_networks (SimstowTable *table, const GPtrArray *networks)
{
    g_autoptr (GString) text = g_string_new (NULL);
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
    add_fact (table, _ ("preferred networks"), text->str);
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
    add_fact_list (table, _ ("allowed modes"), network->allowed_modes);
    add_fact (table, _ ("preferred mode"), network->preferred_mode);
    add_fact_list (table, _ ("bands"), network->bands);
    if (network->preferred_networks != NULL)
        add_preferred_networks (table, network->preferred_networks);
    add_fact_list (table, _ ("locks"), network->facility_locks);
    if (network->initial_eps != NULL)
        add_fact (table, _ ("initial APN"), network->initial_eps->apn);
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
