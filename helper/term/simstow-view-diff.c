/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences for people.
 */

#include "config.h"

#include "simstow-view-diff.h"

#include <glib/gi18n.h>

#include "simstow-table.h"
#include "simstow-terminal.h"
#include "simstow-view-records.h"
#include "simstow-view-seen.h"

#define N_KINDS (SIMSTOW_DIFF_CHANGED + 1)

struct _SimstowDiffView {
    gchar *titles[N_KINDS];
    SimstowTable *tables[N_KINDS];
    gboolean printing;
    SimstowDiffKind kind;
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

gchar *
simstow_view_describe_difference (const SimstowDiffItem *item)
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
    }
    return view;
}

void
simstow_diff_view_free (SimstowDiffView *view)
{
    guint i;

    for (i = 0; i < N_KINDS; i++) {
        simstow_table_free (view->tables[i]);
        g_free (view->titles[i]);
    }
    g_free (view);
}

void
simstow_diff_view_add (const SimstowDiffItem *item, gpointer user_data)
{
    SimstowDiffView *view = user_data;
    SimstowTable *table = view->tables[item->kind];
    g_autofree gchar *text = NULL;

    if (view->printing && item->kind != view->kind)
        return;
    text = simstow_view_describe_difference (item);
    /* some modems count messages from 0 */
    if (item->store != NULL)
        simstow_table_add_format (table, "  %s %u", item->store, item->index);
    else
        simstow_table_add_format (table, "  %s", item->category);
    simstow_table_add (table, text);
}

gboolean
simstow_diff_view_begin (SimstowDiffView *view, SimstowDiffKind kind)
{
    view->printing = TRUE;
    view->kind = kind;
    if (simstow_table_is_empty (view->tables[kind]))
        return FALSE;
    simstow_terminal_print ("%s:\n", view->titles[kind]);
    simstow_table_stream (view->tables[kind], FALSE);
    return TRUE;
}
