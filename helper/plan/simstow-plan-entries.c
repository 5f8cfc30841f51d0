/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a plan about contacts and calls: records that are written to a
 * place of their own in the store they came from.
 */

#include "simstow-plan-private.h"

#include <glib/gi18n.h>

#include "simstow-alpha.h"
#include "simstow-contact-room.h"
#include "simstow-identity.h"
#include "simstow-names.h"

/* Types of number, 3GPP TS 24.008 10.5.4.7 */
#define TYPE_UNKNOWN       129
#define TYPE_INTERNATIONAL 145

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
    SimstowContactRoom *all;  /* for further fields, were the store empty; NULL where that */
    SimstowContactRoom *left; /* does not matter */
} Places;

static void
places_free (Places *places)
{
    g_hash_table_unref (places->taken);
    simstow_contact_room_free (places->all);
    simstow_contact_room_free (places->left);
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
        places->all = simstow_contact_room_new (store);
        places->left = simstow_contact_room_new (store);
        g_hash_table_insert (table, store->id, places);
    }
    return table;
}

static gboolean
is_to_go (const SimstowPlanBuilder *builder, const SimstowEntry *entry)
{
    return !entry->partner && simstow_plan_builder_may_erase (builder, entry->store);
}

/* Marks what stays on the modem, and plans to erase what does not */
static void
add_present (SimstowPlanBuilder *builder, GHashTable *table, GPtrArray *present)
{
    guint i;

    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);
        Places *places = g_hash_table_lookup (table, entry->store);

        if (is_to_go (builder, entry))
            simstow_plan_builder_add_entry (builder,
                                            SIMSTOW_ACTION_ERASE,
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
measure_name (const SimstowStore *store, const gchar *name, GBytes *raw, GBytes *alpha)
{
    if (raw || g_strcmp0 (store->via, SIMSTOW_VIA_CARD) != 0)
        return count_units (name, raw);
    if (alpha)
        return (gint) MIN (g_bytes_get_size (alpha), simstow_alpha_measure (name));
    return (gint) simstow_alpha_measure (name);
}

static gchar *
why_too_long (const SimstowStore *store, const SimstowEntry *entry)
{
    gboolean is_contact = entry->kind == SIMSTOW_KIND_CONTACTS;
    GBytes *raw = is_contact ? entry->contact->name_raw : entry->call->name_raw;
    GBytes *alpha = is_contact ? entry->contact->name_alpha : NULL;
    gint digits = count_digits (entry->number);
    gint units = measure_name (store, entry->name, raw, alpha);

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

/* MBIM 1.0, 10.5.34: a name, and a number whose type is told by its "+" alone */
static gchar *
why_beyond_mbim (const SimstowStore *store, const SimstowEntry *entry)
{
    const SimstowContact *contact = entry->contact;

    if (entry->kind != SIMSTOW_KIND_CONTACTS || g_strcmp0 (store->via, SIMSTOW_VIA_MBIM) != 0)
        return NULL;
    if (contact->name_raw)
        return g_strdup (_ ("its name is no valid text, which MBIM does not take"));
    if (*contact->number && contact->type != TYPE_UNKNOWN && contact->type != TYPE_INTERNATIONAL)
        return g_strdup_printf (_ ("MBIM knows no numbers of type %u"), contact->type);
    return NULL;
}

static gchar *
why_refused (SimstowPlanBuilder *builder, const Places *places, const SimstowEntry *entry)
{
    gchar *why;

    if (entry->kind == SIMSTOW_KIND_CALLS && places && !places->store->writable)
        return g_strdup_printf (_ ("the modem keeps %s itself: it can only be read"), entry->store);
    why = simstow_plan_builder_why_unusable (builder, entry->store);
    if (!why)
        why = why_too_long (places->store, entry);
    if (!why)
        why = why_beyond_mbim (places->store, entry);
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

static guint
first_free (const Places *places, const SimstowPhonebookSet *set)
{
    guint index = set->first;

    while (index <= set->last && is_taken (places, index))
        index++;
    return index <= set->last ? index : 0;
}

/* A free place that takes all of the contact: of the set that was reckoned with, else of
 * another one that has room for it; 0 when there is none */
static guint
next_place_in_sets (Places *places, const SimstowEntry *entry)
{
    const GPtrArray *sets = places->store->sets;
    const SimstowPhonebookSet *own = simstow_phonebook_sets_find (sets, entry->index);
    guint index;
    guint i;

    if (!own)
        own = g_ptr_array_index (sets, 0);
    index = first_free (places, own);
    for (i = 0; index == 0 && i < sets->len; i++) {
        g_autoptr (SimstowContact) reduced = NULL;
        g_autofree gchar *lost = NULL;

        index = first_free (places, g_ptr_array_index (sets, i));
        if (index > 0)
            reduced = simstow_contact_room_reduce (places->left, index, entry->contact, &lost);
        if (reduced)
            index = 0;
        else if (index > 0)
            simstow_contact_room_take (places->left, index, entry->contact);
    }
    return index;
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
add_displaced (SimstowPlanBuilder *builder, Places *places, SimstowEntry *entry)
{
    gboolean in_sets = places->left && entry->kind == SIMSTOW_KIND_CONTACTS;
    guint index = in_sets && places->room > 0 ? next_place_in_sets (places, entry) : 0;

    if (places->room <= 0 || (in_sets && index == 0)) {
        simstow_plan_builder_add_entry (builder,
                                        SIMSTOW_ACTION_REFUSE,
                                        entry,
                                        entry->index,
                                        places->room <= 0
                                            ? g_strdup_printf (_ ("%s is full"), entry->store)
                                            : g_strdup_printf (_ ("%s has no free place that takes "
                                                                  "all of it"),
                                                               entry->store));
        return;
    }
    if (!in_sets)
        index = next_place (places);
    if (index > 0)
        take (places, index);
    else
        places->room--;
    simstow_plan_builder_add_entry (builder,
                                    SIMSTOW_ACTION_WRITE,
                                    entry,
                                    index,
                                    describe_displaced (places, entry, index));
}

/* Plans what is decided at once; entries that need another place go to @displaced */
static void
add_wanted (SimstowPlanBuilder *builder,
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
            entry,
            entry->partner->index,
            entry->lost ? g_strdup_printf (_ ("there already, without its %s"), entry->lost)
                        : g_strdup (_ ("there already")));
        return;
    }
    why = why_refused (builder, places, entry);
    if (why) {
        simstow_plan_builder_add_entry (builder,
                                        SIMSTOW_ACTION_REFUSE,
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
                                    entry,
                                    entry->index,
                                    describe_write (entry));
}

/* Takes @lost. */
static void
set_reduced (SimstowPlanBuilder *builder, SimstowEntry *entry, SimstowContact *reduced, gchar *lost)
{
    g_autofree gchar *before = entry->lost;

    g_ptr_array_add (builder->plan->reduced, reduced);
    entry->contact = reduced;
    entry->lost = before ? g_strdup_printf ("%s, %s", before, lost) : g_strdup (lost);
    g_free (lost);
    g_free (entry->identity);
    entry->identity = simstow_contact_identity (reduced);
}

/* What a store does not take must not make a contact look new each time */
static void
reduce_contacts (SimstowPlanBuilder *builder, GHashTable *table, GPtrArray *wanted)
{
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const Places *places = g_hash_table_lookup (table, entry->store);
        SimstowContact *reduced = NULL;
        gchar *lost = NULL;

        if (!places || entry->kind != SIMSTOW_KIND_CONTACTS)
            continue;
        reduced =
            places->all
                ? simstow_contact_room_reduce (places->all, entry->index, entry->contact, &lost)
                : simstow_contact_reduce (entry->contact, places->store, &lost);
        if (reduced)
            set_reduced (builder, entry, reduced, lost);
    }
}

static gchar *
entry_key (const SimstowEntry *entry)
{
    g_autoptr (SimstowContact) bare = simstow_contact_dup_entry (entry->contact);
    g_autofree gchar *identity = simstow_contact_identity (bare);

    return g_strconcat (entry->store, "\n", identity, NULL);
}

/* Of contacts that have no partner, those that stay by store, number and name */
static GHashTable *
index_present (const SimstowPlanBuilder *builder, GPtrArray *present)
{
    GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint i;

    for (i = 0; i < present->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (present, i);

        if (entry->kind == SIMSTOW_KIND_CONTACTS && !entry->partner && !is_to_go (builder, entry))
            g_hash_table_insert (index, entry_key (entry), entry);
    }
    return index;
}

/* What is left for a contact: with what the same one has already, should it be there in part,
 * left without what found no room when it was written */
static SimstowContact *
reduce_to_room (GHashTable *index, const Places *places, const SimstowEntry *entry, gchar **lost)
{
    g_autofree gchar *key = entry_key (entry);
    const SimstowEntry *there = g_hash_table_lookup (index, key);
    g_autoptr (SimstowContact) reduced = NULL;
    g_autofree gchar *identity = NULL;

    if (there) {
        simstow_contact_room_give_back (places->left, there->index, there->contact);
        reduced = simstow_contact_room_reduce (places->left, there->index, entry->contact, lost);
        simstow_contact_room_take (places->left, there->index, there->contact);
        identity = reduced ? simstow_contact_identity (reduced) : NULL;
        if (g_strcmp0 (identity, there->identity) == 0)
            return g_steal_pointer (&reduced);
        g_clear_pointer (lost, g_free);
    }
    return simstow_contact_room_reduce (places->left, entry->index, entry->contact, lost);
}

static gboolean
is_there (GHashTable *index, const SimstowEntry *entry)
{
    g_autofree gchar *key = entry_key (entry);
    const SimstowEntry *there = g_hash_table_lookup (index, key);

    return there && g_str_equal (there->identity, entry->identity);
}

static void
take_present (const SimstowPlanBuilder *builder, GHashTable *table, GPtrArray *present)
{
    guint i;

    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);
        const Places *places = g_hash_table_lookup (table, entry->store);

        if (places && places->left && entry->kind == SIMSTOW_KIND_CONTACTS &&
            !is_to_go (builder, entry))
            simstow_contact_room_take (places->left, entry->index, entry->contact);
    }
}

/* What those that stay leave is for the others, first come first served. One that is there
 * already without what found no room finds its partner now, and takes none of it. */
static void
share_room (SimstowPlanBuilder *builder, GHashTable *table, GPtrArray *wanted, GPtrArray *present)
{
    g_autoptr (GHashTable) index = index_present (builder, present);
    guint i;

    take_present (builder, table, present);
    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const Places *places = g_hash_table_lookup (table, entry->store);
        SimstowContact *reduced;
        gchar *lost = NULL;

        if (!places || !places->left || entry->kind != SIMSTOW_KIND_CONTACTS || entry->partner)
            continue;
        reduced = reduce_to_room (index, places, entry, &lost);
        if (reduced)
            set_reduced (builder, entry, reduced, lost);
        if (!is_there (index, entry))
            simstow_contact_room_take (places->left, entry->index, entry->contact);
    }
    simstow_entries_pair (wanted, present, passes, G_N_ELEMENTS (passes));
}

void
simstow_plan_builder_add_entries (SimstowPlanBuilder *builder, SimstowKinds kind)
{
    g_autoptr (GPtrArray) wanted = simstow_entries_new (builder->archive, kind);
    g_autoptr (GPtrArray) present = simstow_entries_new (builder->modem, kind);
    g_autoptr (GPtrArray) displaced = g_ptr_array_new ();
    g_autoptr (GHashTable) table = places_table (builder->modem);
    guint i;

    reduce_contacts (builder, table, wanted);
    simstow_entries_pair (wanted, present, passes, G_N_ELEMENTS (passes));
    share_room (builder, table, wanted, present);
    simstow_altered_pair (wanted, present, builder->archive->captured);
    add_present (builder, table, present);
    for (i = 0; i < wanted->len; i++)
        add_wanted (builder, table, g_ptr_array_index (wanted, i), displaced);
    for (i = 0; i < displaced->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (displaced, i);

        add_displaced (builder, g_hash_table_lookup (table, entry->store), entry);
    }
}
