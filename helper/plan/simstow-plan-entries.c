/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a plan about contacts and calls: records that are written to a
 * place of their own in the store they came from.
 */

#include <glib/gi18n.h>

#include "simstow-alpha.h"
#include "simstow-contact-reduce.h"
#include "simstow-identity.h"
#include "simstow-names.h"
#include "simstow-plan-builder.h"

static const guint passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
};

/* The places of one store of the modem, as the plan fills them */
typedef struct {
    const SimstowStore *store;
    GHashTable *taken;
    guint candidate;
    gint64 room;
} Places;

static void
places_free (Places *places)
{
    g_hash_table_unref (places->taken);
    g_free (places);
}

static gboolean
is_taken (const Places *places, guint index)
{
    return g_hash_table_contains (places->taken, GUINT_TO_POINTER (index));
}

static void
take (Places *places, guint index)
{
    g_hash_table_add (places->taken, GUINT_TO_POINTER (index));
    places->room--;
}

/* The number of places by the range of indices, or the modem's own count */
static gint64
count_places (const SimstowStore *store)
{
    if (store->last > 0 && store->last >= store->first)
        return (gint64) store->last - MAX (store->first, 1) + 1;
    return store->capacity >= 0 ? store->capacity : G_MAXINT64;
}

static GHashTable *
places_table (const SimstowSnapshot *modem)
{
    GHashTable *table =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) places_free);
    guint i;

    for (i = 0; i < modem->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (modem->stores, i);
        Places *places = g_new0 (Places, 1);

        places->store = store;
        places->taken = g_hash_table_new (NULL, NULL);
        places->candidate = MAX (store->first, 1);
        places->room = count_places (store);
        g_hash_table_insert (table, store->id, places);
    }
    return table;
}

/* Marks what stays on the modem, and plans to erase what does not */
static void
add_present (SimstowPlanBuilder *builder, SimstowKinds kind, GHashTable *table, GPtrArray *present)
{
    guint i;

    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);
        Places *places = g_hash_table_lookup (table, entry->store);

        if (!entry->partner && simstow_plan_builder_may_erase (builder, entry->store))
            simstow_plan_builder_add_entry (builder,
                                            SIMSTOW_ACTION_ERASE,
                                            kind,
                                            entry,
                                            entry->index,
                                            NULL);
        else if (places)
            take (places, entry->index);
    }
}

static gboolean
in_range (const SimstowStore *store, guint index)
{
    return index > 0 && index >= store->first && (store->last == 0 || index <= store->last);
}

static gboolean
is_own_place_free (const Places *places, guint index)
{
    return in_range (places->store, index) && !is_taken (places, index) && places->room > 0;
}

/* Digits of a number; a "+" is the type of number, not a digit */
static gint
count_digits (const gchar *number)
{
    return (gint) g_utf8_strlen (number, -1) - (number[0] == '+');
}

/* Length of a name in 16 bit units: no modem counts a name as shorter than that */
static gint
count_units (const gchar *name, GBytes *raw)
{
    gint units = 0;

    if (raw)
        return (gint) (g_bytes_get_size (raw) / 2);
    for (; *name; name = g_utf8_next_char (name))
        units += g_utf8_get_char (name) > 0xFFFF ? 2 : 1;
    return units;
}

/* The card counts the octets that a name takes there; a modem in its own units */
static gint
measure_name (const SimstowStore *store, const gchar *name, GBytes *raw)
{
    if (!raw && g_strcmp0 (store->via, SIMSTOW_VIA_CARD) == 0)
        return (gint) simstow_alpha_measure (name);
    return count_units (name, raw);
}

static gchar *
why_too_long (const SimstowStore *store, const SimstowEntry *entry)
{
    const gchar *number = entry->contact ? entry->contact->number : entry->call->number;
    const gchar *name = entry->contact ? entry->contact->name : entry->call->name;
    GBytes *raw = entry->contact ? entry->contact->name_raw : entry->call->name_raw;
    gint digits = count_digits (number);
    gint units = measure_name (store, name, raw);

    if (store->number_length >= 0 && digits > store->number_length)
        return g_strdup_printf (_ ("its number has %d digits, %s takes %d"),
                                digits,
                                store->id,
                                store->number_length);
    if (store->name_length >= 0 && units > store->name_length)
        return g_strdup_printf (_ ("its name has %d characters, %s takes %d"),
                                units,
                                store->id,
                                store->name_length);
    return NULL;
}

static gchar *
why_refused (SimstowPlanBuilder *builder,
             SimstowKinds kind,
             const Places *places,
             const SimstowEntry *entry)
{
    gchar *why;

    if (kind == SIMSTOW_KIND_CALLS && places && !places->store->writable)
        return g_strdup_printf (_ ("the modem keeps %s itself: it can only be read"), entry->store);
    why = simstow_plan_builder_why_unusable (builder, entry->store);
    if (!why)
        why = why_too_long (places->store, entry);
    return why;
}

/* The lowest free place; 0 leaves the choice to the modem */
static guint
next_place (Places *places)
{
    if (places->store->last == 0)
        return 0;
    while (is_taken (places, places->candidate))
        places->candidate++;
    return places->candidate;
}

static gchar *
describe_write (const SimstowEntry *entry)
{
    return entry->lost ? g_strdup_printf (_ ("written without its %s: %s does not take that"),
                                          entry->lost,
                                          entry->store)
                       : NULL;
}

static gchar *
describe_displaced (const Places *places, const SimstowEntry *entry, guint to)
{
    guint from = entry->index;

    if (entry->lost)
        return describe_write (entry);
    if (!in_range (places->store, from))
        return g_strdup_printf (_ ("%s has no place %u: goes to another"), places->store->id, from);
    if (to == 0)
        return g_strdup_printf (_ ("place %u is taken: goes to the next free one"), from);
    return g_strdup_printf (_ ("place %u is taken: goes to %u"), from, to);
}

/* For a record whose own place is taken or does not exist */
static void
add_displaced (SimstowPlanBuilder *builder, SimstowKinds kind, Places *places, SimstowEntry *entry)
{
    guint index;

    if (places->room <= 0) {
        simstow_plan_builder_add_entry (builder,
                                        SIMSTOW_ACTION_REFUSE,
                                        kind,
                                        entry,
                                        entry->index,
                                        g_strdup_printf (_ ("%s is full"), entry->store));
        return;
    }
    index = next_place (places);
    if (index > 0)
        take (places, index);
    else
        places->room--;
    simstow_plan_builder_add_entry (builder,
                                    SIMSTOW_ACTION_WRITE,
                                    kind,
                                    entry,
                                    index,
                                    describe_displaced (places, entry, index));
}

/* Plans what is decided at once; entries that need another place go to @displaced */
static void
add_wanted (SimstowPlanBuilder *builder,
            SimstowKinds kind,
            GHashTable *table,
            SimstowEntry *entry,
            GPtrArray *displaced)
{
    Places *places = g_hash_table_lookup (table, entry->store);
    g_autofree gchar *why = NULL;

    if (entry->partner) {
        simstow_plan_builder_add_entry (
            builder,
            SIMSTOW_ACTION_SKIP,
            kind,
            entry,
            entry->partner->index,
            entry->lost ? g_strdup_printf (_ ("there already, without its %s"), entry->lost)
                        : g_strdup (_ ("there already")));
        return;
    }
    why = why_refused (builder, kind, places, entry);
    if (why) {
        simstow_plan_builder_add_entry (builder,
                                        SIMSTOW_ACTION_REFUSE,
                                        kind,
                                        entry,
                                        entry->index,
                                        g_steal_pointer (&why));
        return;
    }
    if (!is_own_place_free (places, entry->index)) {
        g_ptr_array_add (displaced, entry);
        return;
    }
    take (places, entry->index);
    simstow_plan_builder_add_entry (builder,
                                    SIMSTOW_ACTION_WRITE,
                                    kind,
                                    entry,
                                    entry->index,
                                    describe_write (entry));
}

/* What a store does not take must not make a contact look new each time */
static void
reduce_contacts (SimstowPlanBuilder *builder, GPtrArray *wanted)
{
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const SimstowStore *store = simstow_snapshot_find_store (builder->modem, entry->store);
        SimstowContact *reduced = store && entry->contact
                                      ? simstow_contact_reduce (entry->contact, store, &entry->lost)
                                      : NULL;

        if (!reduced)
            continue;
        g_ptr_array_add (builder->plan->reduced, reduced);
        entry->contact = reduced;
        g_free (entry->identity);
        entry->identity = simstow_contact_identity (reduced);
    }
}

void
simstow_plan_builder_add_entries (SimstowPlanBuilder *builder, SimstowKinds kind)
{
    g_autoptr (GPtrArray) wanted = simstow_entries_new (builder->archive, kind);
    g_autoptr (GPtrArray) present = simstow_entries_new (builder->modem, kind);
    g_autoptr (GPtrArray) displaced = g_ptr_array_new ();
    g_autoptr (GHashTable) table = places_table (builder->modem);
    guint i;

    reduce_contacts (builder, wanted);
    simstow_entries_pair (wanted, present, passes, G_N_ELEMENTS (passes));
    add_present (builder, kind, table, present);
    for (i = 0; i < wanted->len; i++)
        add_wanted (builder, kind, table, g_ptr_array_index (wanted, i), displaced);
    for (i = 0; i < displaced->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (displaced, i);

        add_displaced (builder, kind, g_hash_table_lookup (table, entry->store), entry);
    }
}
