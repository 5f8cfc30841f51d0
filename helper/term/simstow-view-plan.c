/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A restore plan for people.
 */

#include "config.h"

#include "simstow-view-plan.h"

#include <glib/gi18n.h>

#include "simstow-table.h"
#include "simstow-terminal.h"
#include "simstow-view-records.h"

gchar *
simstow_view_describe_step (const SimstowPlanItem *item)
{
    if (item->message != NULL)
        return simstow_view_describe_message (item->message);
    if (item->contact != NULL)
        return simstow_view_describe_contact (item->contact);
    if (item->call != NULL)
        return simstow_view_describe_call (item->call);
    if (item->profile != NULL)
        return g_strdup_printf ("%s %s",
                                item->profile->name != NULL ? item->profile->name : "",
                                item->profile->apn != NULL ? item->profile->apn : "");
    return g_strdup ("");
}

static SimstowTable *
step_table_new (void)
{
    SimstowTable *table = simstow_table_new ();

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    return table;
}

static void
add_step (SimstowTable *table, const SimstowPlanItem *item, const gchar *reason)
{
    g_autofree gchar *what = simstow_view_describe_step (item);

    if (item->index > 0)
        simstow_table_add_format (table, "  %s %u", item->store, item->index);
    else
        simstow_table_add_format (table, "  %s", item->store);
    simstow_table_add (table, what);
    simstow_table_add (table, reason);
}

static void
print_steps (const SimstowTable *table, const gchar *title, gboolean aside)
{
    if (simstow_table_is_empty (table))
        return;
    simstow_terminal_say (aside, "%s\n", title);
    simstow_table_print (table, aside);
}

static void
list_action (const SimstowPlan *plan, SimstowAction action, const gchar *title, gboolean aside)
{
    g_autoptr (SimstowTable) table = step_table_new ();
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == action)
            add_step (table, item, item->reason);
    }
    print_steps (table, title, aside);
}

/* What is written in another way than it was saved. */
static void
list_losses (const SimstowPlan *plan, gboolean aside)
{
    g_autoptr (SimstowTable) table = step_table_new ();
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == SIMSTOW_ACTION_WRITE && item->reason != NULL)
            add_step (table, item, item->reason);
    }
    print_steps (table, _ ("To be written with a difference:"), aside);
}

void
simstow_view_plan (const SimstowPlan *plan, gboolean details, gboolean aside)
{
    simstow_terminal_say (aside,
                          _ ("Plan: write %u, already there %u, not possible %u, erase %u\n"),
                          simstow_plan_count (plan, SIMSTOW_ACTION_WRITE),
                          simstow_plan_count (plan, SIMSTOW_ACTION_SKIP),
                          simstow_plan_count (plan, SIMSTOW_ACTION_REFUSE),
                          simstow_plan_count (plan, SIMSTOW_ACTION_ERASE));
    list_action (plan, SIMSTOW_ACTION_ERASE, _ ("To be erased:"), aside);
    if (details)
        list_action (plan, SIMSTOW_ACTION_WRITE, _ ("To be written:"), aside);
    else
        list_losses (plan, aside);
    list_action (plan, SIMSTOW_ACTION_REFUSE, _ ("Not possible:"), aside);
}

static guint
count_fate (const SimstowPlan *plan, SimstowAction action, SimstowFate fate)
{
    guint count = 0;
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == action && item->fate == fate)
            count++;
    }
    return count;
}

void
simstow_view_outcome (const SimstowPlan *plan, gboolean aside)
{
    g_autoptr (SimstowTable) failed = step_table_new ();
    guint erased = count_fate (plan, SIMSTOW_ACTION_ERASE, SIMSTOW_FATE_DONE);
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->fate == SIMSTOW_FATE_FAILED)
            add_step (failed, item, item->fault);
    }
    simstow_terminal_say (aside,
                          _ ("Restored: written and read back %u of %u, already there %u\n"),
                          count_fate (plan, SIMSTOW_ACTION_WRITE, SIMSTOW_FATE_DONE),
                          simstow_plan_count (plan, SIMSTOW_ACTION_WRITE),
                          simstow_plan_count (plan, SIMSTOW_ACTION_SKIP));
    if (simstow_plan_count (plan, SIMSTOW_ACTION_ERASE) > 0)
        simstow_terminal_say (aside, _ ("Erased: %u\n"), erased);
    print_steps (failed, _ ("Failed:"), aside);
}
