/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences of contacts and calls: entries of both snapshots are paired, the
 * strictest likeness first; pairs that still differ, and entries without a
 * partner, are what is told.
 */

#include "simstow-diff.h"

#include <glib/gi18n.h>

#include "simstow-diff-change.h"
#include "simstow-diff-esim.h"
#include "simstow-diff-network.h"
#include "simstow-entries.h"

/* Type of number, 3GPP TS 24.008 10.5.4.7 */
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10

static const guint contact_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_IDENTITY,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX | SIMSTOW_MATCH_NAME,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX | SIMSTOW_MATCH_NUMBER,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_NAME,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_NUMBER,
};

/* A call list moves on with every call: there is nothing to pair but equals */
static const guint call_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY,
};

static void
item_free (SimstowDiffItem *item)
{
    g_free (item->what);
    g_free (item);
}

static gchar *
describe_entry (const SimstowEntry *entry)
{
    if (entry->contact)
        return g_strdup_printf ("%s %s", entry->contact->name, entry->contact->number);
    return g_strdup_printf ("%s %s", entry->call->number, entry->call->name);
}

static gchar *
describe_numbers (const GPtrArray *numbers)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (numbers, i);

        g_string_append_printf (text,
                                "%s%s%s%s",
                                i > 0 ? " " : "",
                                further->label ? further->label : "",
                                further->label ? " " : "",
                                further->number);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static gchar *
describe_texts (const gchar *first, const GPtrArray *further)
{
    g_autoptr (GString) text = g_string_new (first);
    guint i;

    for (i = 0; i < further->len; i++)
        g_string_append_printf (text,
                                "%s%s",
                                text->len > 0 ? " " : "",
                                (const gchar *) g_ptr_array_index (further, i));
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_texts_change (GString *what,
                  const gchar *field,
                  const gchar *first_a,
                  const GPtrArray *further_a,
                  const gchar *first_b,
                  const GPtrArray *further_b)
{
    g_autofree gchar *a = describe_texts (first_a, further_a);
    g_autofree gchar *b = describe_texts (first_b, further_b);

    simstow_diff_change_append (what, field, a, b);
}

/* Whether a number is international, by its type or by how it is written */
static gboolean
is_international (const gchar *number, guint type)
{
    return (type & TON_MASK) == TON_INTERNATIONAL || g_str_has_prefix (number, "+") ||
           g_str_has_prefix (number, "00");
}

static void
add_type_change (GString *what, const SimstowContact *a, const SimstowContact *b)
{
    g_autofree gchar *type_a = g_strdup_printf ("%u", a->type);
    g_autofree gchar *type_b = g_strdup_printf ("%u", b->type);

    if (a->type != 0 && b->type != 0 &&
        !(is_international (a->number, a->type) && is_international (b->number, b->type)))
        simstow_diff_change_append (what, _ ("type"), type_a, type_b);
}

/* Fields that differ in writing only, as a number with and without spaces, are
 * told when something else makes the contacts differ */
static void
add_contact_changes (GString *what, const SimstowContact *a, const SimstowContact *b)
{
    g_autofree gchar *numbers_a = describe_numbers (a->numbers);
    g_autofree gchar *numbers_b = describe_numbers (b->numbers);

    simstow_diff_change_append (what, _ ("number"), a->number, b->number);
    simstow_diff_change_append (what, _ ("name"), a->name, b->name);
    simstow_diff_change_append (what,
                                _ ("hidden"),
                                a->hidden ? _ ("yes") : NULL,
                                b->hidden ? _ ("yes") : NULL);
    add_texts_change (what, _ ("group"), a->group, a->groups, b->group, b->groups);
    add_texts_change (what,
                      _ ("second name"),
                      a->second_name,
                      a->second_names,
                      b->second_name,
                      b->second_names);
    simstow_diff_change_append (what, _ ("further numbers"), numbers_a, numbers_b);
    add_texts_change (what, _ ("email"), NULL, a->emails, NULL, b->emails);
    simstow_diff_change_append (what, _ ("SIP address"), a->sip_uri, b->sip_uri);
    simstow_diff_change_append (what, _ ("tel address"), a->tel_uri, b->tel_uri);
    if (what->len == 0)
        g_string_append (what, _ ("the name's bytes"));
}

/* What still differs between partners; empty when nothing */
static GString *
describe_changes (const SimstowEntry *a, const SimstowEntry *b)
{
    GString *what = g_string_new (NULL);

    simstow_diff_change_append (what, _ ("store"), a->store, b->store);
    if (a->contact)
        add_type_change (what, a->contact, b->contact);
    if (a->contact && g_strcmp0 (a->identity, b->identity) != 0)
        add_contact_changes (what, a->contact, b->contact);
    return what;
}

static void
add_item (GPtrArray *items, const gchar *category, SimstowEntry *a, SimstowEntry *b, gchar *what)
{
    SimstowDiffItem *item = g_new0 (SimstowDiffItem, 1);

    item->kind = a && b ? SIMSTOW_DIFF_CHANGED : a ? SIMSTOW_DIFF_ONLY_A : SIMSTOW_DIFF_ONLY_B;
    item->category = category;
    item->store = a ? a->store : b->store;
    item->index = a ? a->index : b->index;
    item->contact_a = a ? a->contact : NULL;
    item->contact_b = b ? b->contact : NULL;
    item->call_a = a ? a->call : NULL;
    item->call_b = b ? b->call : NULL;
    item->what = what;
    g_ptr_array_add (items, item);
}

static void
diff_entry (GPtrArray *items, const gchar *category, SimstowEntry *entry)
{
    g_autoptr (GString) what = NULL;

    if (!entry->partner) {
        add_item (items, category, entry, NULL, describe_entry (entry));
        return;
    }
    what = describe_changes (entry, entry->partner);
    if (what->len > 0)
        add_item (items,
                  category,
                  entry,
                  entry->partner,
                  g_string_free (g_steal_pointer (&what), FALSE));
}

/* Walks both in order, so that the result is by store and index */
static void
diff_kind (GPtrArray *items,
           const gchar *category,
           SimstowKinds kind,
           const SimstowSnapshot *snapshot_a,
           const SimstowSnapshot *snapshot_b,
           const guint *passes,
           guint n_passes)
{
    g_autoptr (GPtrArray) a = simstow_entries_new (snapshot_a, kind);
    g_autoptr (GPtrArray) b = simstow_entries_new (snapshot_b, kind);
    guint i = 0;
    guint j = 0;

    simstow_entries_pair (a, b, passes, n_passes);
    while (i < a->len || j < b->len) {
        SimstowEntry *left = i < a->len ? g_ptr_array_index (a, i) : NULL;
        SimstowEntry *right = j < b->len ? g_ptr_array_index (b, j) : NULL;

        if (left && (!right || simstow_entries_compare (left, right) <= 0)) {
            diff_entry (items, category, left);
            i++;
            continue;
        }
        if (!right->partner)
            add_item (items, category, NULL, right, describe_entry (right));
        j++;
    }
}

GPtrArray *
simstow_diff (const SimstowSnapshot *a, const SimstowSnapshot *b)
{
    g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);

    diff_kind (items,
               "contacts",
               SIMSTOW_KIND_CONTACTS,
               a,
               b,
               contact_passes,
               G_N_ELEMENTS (contact_passes));
    diff_kind (items, "calls", SIMSTOW_KIND_CALLS, a, b, call_passes, G_N_ELEMENTS (call_passes));
    simstow_diff_network (items, a->network, b->network);
    simstow_diff_esim (items, a->esim, b->esim);
    return g_steal_pointer (&items);
}
