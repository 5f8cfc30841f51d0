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

static void
view_kind (const GPtrArray *items, SimstowDiffKind kind, const gchar *format, const gchar *name)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "");
    for (i = 0; i < items->len; i++) {
        const SimstowDiffItem *item = g_ptr_array_index (items, i);
        g_autofree gchar *text = NULL;

        if (item->kind != kind)
            continue;
        text = simstow_view_describe_difference (item);
        if (item->store != NULL && item->index > 0)
            simstow_table_add_format (table, "  %s %u", item->store, item->index);
        else
            simstow_table_add_format (table, "  %s", item->category);
        simstow_table_add (table, text);
    }
    if (simstow_table_is_empty (table))
        return;
    simstow_terminal_print ("%s%s:\n", format, name);
    simstow_table_print (table, FALSE);
}

void
simstow_view_diff (const GPtrArray *items, const gchar *name_a, const gchar *name_b)
{
    view_kind (items, SIMSTOW_DIFF_ONLY_A, _ ("Only in "), name_a);
    view_kind (items, SIMSTOW_DIFF_ONLY_B, _ ("Only in "), name_b);
    view_kind (items, SIMSTOW_DIFF_CHANGED, _ ("Changed"), "");
}
