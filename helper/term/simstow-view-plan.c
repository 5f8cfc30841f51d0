/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A restore plan and differences for people.
 */

#include "config.h"

#include "simstow-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-kept.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

/* What it was, and what it is to be */
static gchar *
describe_setting (const SimstowPlanItem *item)
{
    return g_strdup_printf ("%s -> %s",
                            item->before != NULL ? item->before : _ ("none"),
                            *item->after != '\0' ? item->after : _ ("none"));
}

static gchar *
describe_profile (const SimstowProfile *profile)
{
    if (profile == NULL)
        return g_strdup ("");
    return g_strdup_printf ("%s %s",
                            profile->name != NULL ? profile->name : "",
                            profile->apn != NULL ? profile->apn : "");
}

/* What is set, and on which profile */
static gchar *
describe_card_profile (const SimstowPlanItem *item)
{
    const SimstowEuiccProfile *profile = item->esim.profile;
    g_autofree gchar *label = simstow_operator_label (profile->owner);
    g_autofree gchar *setting = NULL;
    const gchar *name = profile->nickname != NULL ? profile->nickname : profile->name;

    if (item->esim.text != NULL)
        name = item->esim.text;
    if (item->after != NULL)
        name = setting = describe_setting (item);
    return g_strjoin (", ",
                      profile->iccid,
                      label != NULL ? label : _ ("operator unknown"),
                      name,
                      NULL);
}

gchar *
simstow_view_describe_step (const SimstowPlanItem *item)
{
    switch (item->kind) {
    case SIMSTOW_KIND_MESSAGES:
        return simstow_view_describe_message (item->message);
    case SIMSTOW_KIND_CONTACTS:
        return simstow_view_describe_contact (item->contact);
    case SIMSTOW_KIND_CALLS:
        return simstow_view_describe_call (item->call);
    case SIMSTOW_KIND_NETWORK:
        return item->after != NULL ? describe_setting (item)
                                   : describe_profile (item->network.profile);
    default:
        if (item->esim.profile != NULL)
            return describe_card_profile (item);
        return item->after != NULL ? describe_setting (item) : g_strdup (item->esim.text);
    }
}

/* Lists of steps: by what is to be done, then by what became of it */
typedef enum {
    LIST_ERASURES,
    LIST_WRITES,
    LIST_NOTABLE,
    LIST_REFUSALS,
    LIST_LEFT,
    LIST_ALTERED,
    LIST_REMARKABLE,
    LIST_RESTAMPED,
    LIST_FAILED,
    LIST_UNKNOWN,
} List;

static gboolean
is_on_list (const SimstowPlanItem *item, List list)
{
    gboolean write = item->action == SIMSTOW_ACTION_WRITE;

    switch (list) {
    case LIST_ERASURES:
        return item->action == SIMSTOW_ACTION_ERASE;
    case LIST_WRITES:
        return write;
    case LIST_NOTABLE:
        /* what is written in another way than it was saved, and settings */
        return write && (item->reason != NULL || item->after != NULL);
    case LIST_REFUSALS:
        return item->action == SIMSTOW_ACTION_REFUSE;
    case LIST_LEFT:
        return item->action == SIMSTOW_ACTION_LEAVE;
    case LIST_ALTERED:
        return item->altered;
    case LIST_REMARKABLE:
        /* a setting of which the modem made something else */
        return write && item->reason != NULL && item->kind == SIMSTOW_KIND_NETWORK &&
               item->fate == SIMSTOW_FATE_DONE;
    case LIST_RESTAMPED:
        /* a message whose status the modem chose */
        return item->restamped;
    case LIST_FAILED:
        return item->fate == SIMSTOW_FATE_FAILED;
    case LIST_UNKNOWN:
        return item->fate == SIMSTOW_FATE_UNKNOWN;
    }
    return FALSE;
}

static const gchar *
step_reason (const SimstowPlanItem *item)
{
    if (item->fate == SIMSTOW_FATE_FAILED || item->fate == SIMSTOW_FATE_UNKNOWN || item->altered)
        return item->fault != NULL ? item->fault : "";
    return item->reason != NULL ? item->reason : "";
}

static void
add_step (SimstowTable *table, const SimstowPlanItem *item)
{
    g_autofree gchar *what = simstow_view_describe_step (item);

    if (item->index > 0)
        simstow_table_add_format (table, "  %s %u", item->store, item->index);
    else
        simstow_table_add_format (table, "  %s", item->store);
    simstow_table_add (table, what);
}

/* The steps that have one reason in common. */
static void
print_group (const GPtrArray *steps, const gchar *title, const gchar *reason, gboolean aside)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    g_autofree gchar *line = simstow_text_line (reason);
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    for (i = 0; i < steps->len; i++)
        add_step (table, g_ptr_array_index (steps, i));
    simstow_terminal_say (aside, "%s%s%s:\n", title, *line != '\0' ? ": " : "", line);
    simstow_table_print (table, aside);
}

/* Lists steps by reason, in the order in which the reasons come up. */
static void
list_steps (const SimstowPlan *plan, List list, const gchar *title, gboolean aside)
{
    g_autoptr (GHashTable) groups =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
    g_autoptr (GPtrArray) reasons = g_ptr_array_new ();
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (plan->items, i);
        gchar *reason = (gchar *) step_reason (item);
        GPtrArray *group = g_hash_table_lookup (groups, reason);

        if (!is_on_list (item, list))
            continue;
        if (group == NULL) {
            group = g_ptr_array_new ();
            g_hash_table_insert (groups, reason, group);
            g_ptr_array_add (reasons, reason);
        }
        g_ptr_array_add (group, item);
    }
    for (i = 0; i < reasons->len; i++) {
        const gchar *reason = g_ptr_array_index (reasons, i);

        print_group (g_hash_table_lookup (groups, reason), title, reason, aside);
    }
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
    list_steps (plan, LIST_ERASURES, _ ("To be erased"), aside);
    list_steps (plan, details ? LIST_WRITES : LIST_NOTABLE, _ ("To be written"), aside);
    list_steps (plan, LIST_REFUSALS, _ ("Not possible"), aside);
    list_steps (plan, LIST_LEFT, _ ("Left as it is"), aside);
    list_steps (plan, LIST_ALTERED, _ ("There, but not as it was saved"), aside);
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
    simstow_terminal_say (aside,
                          _ ("Restored: written and read back %u of %u, already there %u\n"),
                          count_fate (plan, SIMSTOW_ACTION_WRITE, SIMSTOW_FATE_DONE),
                          simstow_plan_count (plan, SIMSTOW_ACTION_WRITE),
                          simstow_plan_count (plan, SIMSTOW_ACTION_SKIP));
    if (simstow_plan_count (plan, SIMSTOW_ACTION_ERASE) > 0)
        simstow_terminal_say (aside,
                              _ ("Erased: %u of %u\n"),
                              count_fate (plan, SIMSTOW_ACTION_ERASE, SIMSTOW_FATE_DONE),
                              simstow_plan_count (plan, SIMSTOW_ACTION_ERASE));
    list_steps (plan, LIST_REMARKABLE, _ ("Written"), aside);
    list_steps (plan, LIST_RESTAMPED, _ ("Written"), aside);
    list_steps (plan, LIST_FAILED, _ ("Failed"), aside);
    list_steps (plan, LIST_UNKNOWN, _ ("Not known whether it was done"), aside);
}

#define N_KINDS (SIMSTOW_DIFF_CHANGED + 1)

struct _SimstowDiffView {
    gchar *titles[N_KINDS];
    SimstowTable *tables[N_KINDS];
    /* the cells of each table, each with its length before it */
    SimstowKept *cells[N_KINDS];
};

static gchar *
describe_record (const SimstowDiffItem *item)
{
    const SimstowMessage *message = item->message_a != NULL ? item->message_a : item->message_b;
    const SimstowContact *contact = item->contact_a != NULL ? item->contact_a : item->contact_b;
    const SimstowCall *call = item->call_a != NULL ? item->call_a : item->call_b;

    if (message != NULL)
        return simstow_view_describe_message (message);
    if (contact != NULL)
        return simstow_view_describe_contact (contact);
    return call != NULL ? simstow_view_describe_call (call) : NULL;
}

/* When a record of a merged archive was there */
static gchar *
describe_seen (const SimstowDiffItem *item)
{
    if (item->message_a != NULL && item->message_a->last_seen != 0)
        return simstow_view_seen_message (item->message_a);
    if (item->message_b != NULL)
        return simstow_view_seen_message (item->message_b);
    if (item->contact_a != NULL && item->contact_a->last_seen != 0)
        return simstow_view_seen (item->contact_a->first_seen, item->contact_a->last_seen);
    if (item->contact_b != NULL)
        return simstow_view_seen (item->contact_b->first_seen, item->contact_b->last_seen);
    if (item->call_a != NULL && item->call_a->last_seen != 0)
        return simstow_view_seen (item->call_a->first_seen, item->call_a->last_seen);
    if (item->call_b != NULL)
        return simstow_view_seen (item->call_b->first_seen, item->call_b->last_seen);
    return g_strdup ("");
}

static gchar *
describe_with_seen (const SimstowDiffItem *item, gchar *text)
{
    g_autofree gchar *seen = describe_seen (item);
    g_autofree gchar *owned = text;

    if (*seen == '\0')
        return g_steal_pointer (&owned);
    return g_strdup_printf (_ ("%s (seen %s)"), text, seen);
}

static gchar *
view_describe_difference (const SimstowDiffItem *item)
{
    g_autofree gchar *record = describe_record (item);

    if (record == NULL || *record == '\0')
        return g_strdup (item->what);
    if (item->kind != SIMSTOW_DIFF_CHANGED || item->what == NULL)
        return describe_with_seen (item, g_steal_pointer (&record));
    return describe_with_seen (item, g_strdup_printf ("%s: %s", record, item->what));
}

SimstowDiffView *
simstow_diff_view_new (const gchar *name_a, const gchar *name_b)
{
    SimstowDiffView *view = g_new0 (SimstowDiffView, 1);
    guint i;

    view->titles[SIMSTOW_DIFF_ONLY_A] = g_strconcat (_ ("Only in "), name_a, NULL);
    view->titles[SIMSTOW_DIFF_ONLY_B] = g_strconcat (_ ("Only in "), name_b, NULL);
    view->titles[SIMSTOW_DIFF_CHANGED] = g_strdup (_ ("Changed"));
    for (i = 0; i < N_KINDS; i++) {
        view->tables[i] = simstow_table_new ();
        simstow_table_add_column (view->tables[i], SIMSTOW_COLUMN_LEFT, "");
        simstow_table_add_column (view->tables[i], SIMSTOW_COLUMN_WRAP, "");
        simstow_table_measure (view->tables[i]);
        view->cells[i] = simstow_kept_new ();
    }
    return view;
}

void
simstow_diff_view_free (SimstowDiffView *view)
{
    guint i;

    for (i = 0; i < N_KINDS; i++) {
        simstow_table_free (view->tables[i]);
        simstow_kept_free (view->cells[i]);
        g_free (view->titles[i]);
    }
    g_free (view);
}

static void
add_cell (SimstowDiffView *view, SimstowDiffKind kind, const gchar *text)
{
    const guint32 length = (guint32) strlen (text);

    simstow_table_add (view->tables[kind], text);
    simstow_kept_append (view->cells[kind], &length, sizeof length);
    simstow_kept_append (view->cells[kind], text, length);
}

void
simstow_diff_view_add (const SimstowDiffItem *item, gpointer user_data)
{
    g_autofree gchar *text = view_describe_difference (item);
    /* some modems count messages from 0 */
    g_autofree gchar *place = item->store != NULL
                                  ? g_strdup_printf ("  %s %u", item->store, item->index)
                                  : g_strdup_printf ("  %s", item->category);

    add_cell (user_data, item->kind, place);
    add_cell (user_data, item->kind, text);
}

static gboolean
print_cells (SimstowKept *cells, SimstowTable *table, GError **error)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint64 at = 0;
    guint32 length;

    for (; at < simstow_kept_get_size (cells); at += sizeof length + length) {
        if (!simstow_kept_read (cells, at, &length, sizeof length, error))
            return FALSE;
        g_string_set_size (text, length);
        if (!simstow_kept_read (cells, at + sizeof length, text->str, length, error))
            return FALSE;
        simstow_table_add (table, text->str);
    }
    return TRUE;
}

gboolean
simstow_diff_view_print (SimstowDiffView *view, GError **error)
{
    guint i;

    for (i = 0; i < N_KINDS; i++) {
        if (simstow_table_is_empty (view->tables[i]))
            continue;
        simstow_terminal_print ("%s:\n", view->titles[i]);
        simstow_table_stream (view->tables[i], FALSE);
        if (!print_cells (view->cells[i], view->tables[i], error))
            return FALSE;
    }
    return TRUE;
}
