/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a plan about records. Contacts and calls are written to a place of their own in the
 * store they came from. Messages go to the store they came from, or to another of the modem's when
 * it has none such; the modem chooses the place.
 */

#include "simstow-plan-private.h"

#include <glib/gi18n.h>

#include "simstow-alpha.h"
#include "simstow-identity.h"
#include "simstow-names.h"

/* Without its number it is not worth telling */
static gboolean
has_label (const SimstowContact *contact)
{
    const SimstowContactNumber *first =
        contact->numbers->len > 0 ? g_ptr_array_index (contact->numbers, 0) : NULL;

    return first && first->label;
}

static void
keep_first (SimstowContact *reduced, const SimstowContact *contact, GStrvBuilder *lost)
{
    if (contact->numbers->len > 0) {
        const SimstowContactNumber *first = g_ptr_array_index (contact->numbers, 0);

        simstow_contact_add_number (reduced, first->number, first->type);
    }
    if (contact->emails->len > 0)
        g_ptr_array_add (reduced->emails, g_strdup (g_ptr_array_index (contact->emails, 0)));
    reduced->hidden = contact->hidden;
    reduced->group = g_strdup (contact->group);
    reduced->second_name = g_strdup (contact->second_name);
    reduced->sip_uri = g_strdup (contact->sip_uri);
    reduced->tel_uri = g_strdup (contact->tel_uri);
    if (contact->numbers->len > 1)
        g_strv_builder_add (lost, _ ("third number"));
    if (contact->emails->len > 1)
        g_strv_builder_add (lost, _ ("second e-mail"));
    if (contact->groups->len > 0)
        g_strv_builder_add (lost, _ ("second group"));
    if (contact->second_names->len > 0)
        g_strv_builder_add (lost, _ ("third name"));
    if (has_label (contact))
        g_strv_builder_add (lost, _ ("kind of number"));
}

static void
name_further (const SimstowContact *contact, GStrvBuilder *lost)
{
    if (contact->numbers->len > 0)
        g_strv_builder_add (lost, _ ("further numbers"));
    if (contact->emails->len > 0)
        g_strv_builder_add (lost, _ ("e-mail"));
    if (contact->group)
        g_strv_builder_add (lost, _ ("group"));
    if (contact->second_name)
        g_strv_builder_add (lost, _ ("second name"));
    if (contact->sip_uri)
        g_strv_builder_add (lost, _ ("SIP address"));
    if (contact->tel_uri)
        g_strv_builder_add (lost, _ ("tel address"));
    if (contact->hidden)
        g_strv_builder_add (lost, _ ("hidden mark"));
}

static SimstowContact *
reduce_contact (const SimstowContact *contact, const SimstowStore *store, gchar **lost)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_autoptr (SimstowContact) reduced = NULL;
    g_auto (GStrv) words = NULL;

    /* of a phonebook on a card that is known from an archive only, not what it can hold */
    if (!store->plain && g_strcmp0 (store->via, SIMSTOW_VIA_CARD) == 0)
        return NULL;
    reduced = simstow_contact_dup_entry (contact);
    if (store->plain)
        name_further (contact, builder);
    else
        keep_first (reduced, contact, builder);
    words = g_strv_builder_end (builder);
    if (!words[0])
        return NULL;
    *lost = g_strjoinv (", ", words);
    return g_steal_pointer (&reduced);
}

/* What is left of a set */
typedef struct {
    const SimstowPhonebookSet *set;
    GArray *left;       /* guint: free records of each file */
    GHashTable *groups; /* names that are there or are to be */
    GHashTable *labels;
    guint free_groups;
    guint free_labels;
} SetRoom;

/* What room a phonebook has for the fields of contacts besides name and number: on the card each
 * field has files of its own, some with fewer records than there are contacts, and the names of
 * groups are few */
typedef struct {
    const SimstowStore *store;
    GPtrArray *set_rooms;
} ContactRoom;

/* A contact that is cut down to what a set has room for */
typedef struct {
    const SimstowStore *store;
    const SetRoom *set_room;
    const SimstowContact *contact;
    SimstowContact *reduced;
    GPtrArray *lost;
    guint new_groups;
    guint new_labels;
} Fitting;

static GHashTable *
index_names (GPtrArray *records)
{
    GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint i;

    for (i = 0; i < records->len; i++) {
        gsize size;
        const guint8 *data = g_bytes_get_data (g_ptr_array_index (records, i), &size);

        g_hash_table_add (names, simstow_alpha_decode (data, size, NULL));
    }
    return names;
}

static SetRoom *
set_room_new (const SimstowPhonebookSet *set)
{
    SetRoom *set_room = g_new0 (SetRoom, 1);
    guint i;

    set_room->set = set;
    set_room->left = g_array_new (FALSE, FALSE, sizeof (guint));
    for (i = 0; i < set->files->len; i++)
        g_array_append_val (set_room->left,
                            g_array_index (set->files, SimstowPhonebookFile, i).capacity);
    set_room->groups = index_names (set->groups);
    set_room->labels = index_names (set->labels);
    set_room->free_groups = simstow_phonebook_names_count_free (set->groups);
    set_room->free_labels = simstow_phonebook_names_count_free (set->labels);
    return set_room;
}

static void
set_room_free (gpointer data)
{
    SetRoom *set_room = data;

    g_array_unref (set_room->left);
    g_hash_table_unref (set_room->groups);
    g_hash_table_unref (set_room->labels);
    g_free (set_room);
}

/* All the room there is in an empty store, but for the names of groups that it has; NULL when it
 * has no sets */
static ContactRoom *
room_new (const SimstowStore *store)
{
    ContactRoom *room;
    guint i;

    if (!store->sets || store->sets->len == 0)
        return NULL;
    room = g_new0 (ContactRoom, 1);
    room->store = store;
    room->set_rooms = g_ptr_array_new_with_free_func (set_room_free);
    for (i = 0; i < store->sets->len; i++)
        g_ptr_array_add (room->set_rooms, set_room_new (g_ptr_array_index (store->sets, i)));
    return room;
}

static void
room_free (ContactRoom *room)
{
    if (!room)
        return;
    g_ptr_array_unref (room->set_rooms);
    g_free (room);
}

static SetRoom *
find_set_room (const ContactRoom *room, guint index)
{
    guint i;

    for (i = 0; i < room->set_rooms->len; i++) {
        SetRoom *set_room = g_ptr_array_index (room->set_rooms, i);

        if (index >= set_room->set->first && index <= set_room->set->last)
            return set_room;
    }
    return g_ptr_array_index (room->set_rooms, 0);
}

/* What is left in a file of the set, NULL when there is no such file */
static guint *
find_left (const SetRoom *set_room, SimstowPhonebookField field, guint which)
{
    const SimstowPhonebookFile *file = simstow_phonebook_set_find (set_room->set, field, which);
    const SimstowPhonebookFile *files = (const SimstowPhonebookFile *) set_room->set->files->data;

    return file ? &g_array_index (set_room->left, guint, file - files) : NULL;
}

static void
change_records (SetRoom *set_room, SimstowPhonebookField field, guint count, gboolean give)
{
    guint i;

    for (i = 0; i < count; i++) {
        guint *left = find_left (set_room, field, i);

        if (left && give)
            ++*left;
        else if (left && *left > 0)
            --*left;
    }
}

static void
change_all_records (SetRoom *set_room, const SimstowContact *contact, gboolean give)
{
    change_records (set_room,
                    SIMSTOW_PHONEBOOK_SECOND_NAME,
                    contact->second_name ? contact->second_names->len + 1 : 0,
                    give);
    change_records (set_room, SIMSTOW_PHONEBOOK_NUMBER, contact->numbers->len, give);
    change_records (set_room, SIMSTOW_PHONEBOOK_EMAIL, contact->emails->len, give);
}

/* Undoes room_take (), but for the names of groups and kinds of numbers, which stay */
static void
room_give_back (ContactRoom *room, guint index, const SimstowContact *contact)
{
    change_all_records (find_set_room (room, index), contact, TRUE);
}

static void
take_name (GHashTable *names, guint *vacant, const gchar *name)
{
    if (name && g_hash_table_add (names, g_strdup (name)) && *vacant > 0)
        --*vacant;
}

static void
room_take (ContactRoom *room, guint index, const SimstowContact *contact)
{
    SetRoom *set_room = find_set_room (room, index);
    guint i;

    change_all_records (set_room, contact, FALSE);
    take_name (set_room->groups, &set_room->free_groups, contact->group);
    for (i = 0; i < contact->groups->len; i++)
        take_name (set_room->groups,
                   &set_room->free_groups,
                   g_ptr_array_index (contact->groups, i));
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, i);

        take_name (set_room->labels, &set_room->free_labels, further->label);
    }
}

static void
add_lost (Fitting *fitting, const gchar *what)
{
    if (!g_ptr_array_find_with_equal_func (fitting->lost, what, g_str_equal, NULL))
        g_ptr_array_add (fitting->lost, g_strdup (what));
}

/* Whether the next record of a field fits */
static gboolean
fits (const Fitting *fitting, SimstowPhonebookField field, guint which, const gchar *text)
{
    const SimstowPhonebookFile *file =
        simstow_phonebook_set_find (fitting->set_room->set, field, which);
    const guint *left = find_left (fitting->set_room, field, which);

    return file && *left > 0 && (!text || simstow_alpha_measure (text) <= file->size);
}

static void
fit_second_name (Fitting *fitting, const gchar *name)
{
    const SimstowContact *reduced = fitting->reduced;
    guint which = reduced->second_name ? reduced->second_names->len + 1 : 0;

    if (fits (fitting, SIMSTOW_PHONEBOOK_SECOND_NAME, which, name))
        simstow_contact_add_second_name (fitting->reduced, name);
    else
        add_lost (fitting, _ ("second name"));
}

static gboolean
fits_name (const Fitting *fitting,
           SimstowPhonebookField field,
           GHashTable *names,
           guint vacant,
           const gchar *name)
{
    const SimstowPhonebookFile *file =
        simstow_phonebook_set_find (fitting->set_room->set, field, 0);

    return g_hash_table_contains (names, name) ||
           (file && vacant > 0 && simstow_alpha_measure (name) <= file->size);
}

static void
fit_group (Fitting *fitting, const gchar *group)
{
    const SetRoom *set_room = fitting->set_room;
    const SimstowPhonebookFile *file =
        simstow_phonebook_set_find (set_room->set, SIMSTOW_PHONEBOOK_GROUPS, 0);
    guint count = fitting->reduced->group ? fitting->reduced->groups->len + 1 : 0;
    guint vacant = set_room->free_groups - MIN (fitting->new_groups, set_room->free_groups);

    if (file && count < file->size &&
        fits_name (fitting, SIMSTOW_PHONEBOOK_GROUP_NAME, set_room->groups, vacant, group)) {
        simstow_contact_add_group (fitting->reduced, group);
        fitting->new_groups += !g_hash_table_contains (set_room->groups, group);
    } else {
        g_autofree gchar *what = g_strdup_printf (_ ("group %s"), group);

        add_lost (fitting, what);
    }
}

static void
fit_label (Fitting *fitting, SimstowContactNumber *further, const gchar *label)
{
    const SetRoom *set_room = fitting->set_room;
    guint vacant = set_room->free_labels - MIN (fitting->new_labels, set_room->free_labels);

    if (!fits_name (fitting, SIMSTOW_PHONEBOOK_LABEL, set_room->labels, vacant, label)) {
        add_lost (fitting, _ ("kind of number"));
        return;
    }
    further->label = g_strdup (label);
    fitting->new_labels += !g_hash_table_contains (set_room->labels, label);
}

static gboolean
is_too_long (const SimstowStore *store, const gchar *number)
{
    glong digits = g_utf8_strlen (number, -1) - (number[0] == '+');

    return store->number_length >= 0 && digits > store->number_length;
}

static void
fit_number (Fitting *fitting, const SimstowContactNumber *number)
{
    SimstowContactNumber *further;

    if (is_too_long (fitting->store, number->number) ||
        !fits (fitting, SIMSTOW_PHONEBOOK_NUMBER, fitting->reduced->numbers->len, NULL)) {
        add_lost (fitting, _ ("further number"));
        return;
    }
    further = simstow_contact_add_number (fitting->reduced, number->number, number->type);
    if (number->label)
        fit_label (fitting, further, number->label);
}

static void
fit_email (Fitting *fitting, const gchar *email)
{
    if (fits (fitting, SIMSTOW_PHONEBOOK_EMAIL, fitting->reduced->emails->len, email))
        g_ptr_array_add (fitting->reduced->emails, g_strdup (email));
    else
        add_lost (fitting, _ ("e-mail"));
}

static void
fit_lists (Fitting *fitting)
{
    const SimstowContact *contact = fitting->contact;
    guint i;

    if (contact->second_name)
        fit_second_name (fitting, contact->second_name);
    for (i = 0; i < contact->second_names->len; i++)
        fit_second_name (fitting, g_ptr_array_index (contact->second_names, i));
    for (i = 0; i < contact->numbers->len; i++)
        fit_number (fitting, g_ptr_array_index (contact->numbers, i));
    for (i = 0; i < contact->emails->len; i++)
        fit_email (fitting, g_ptr_array_index (contact->emails, i));
    if (contact->group)
        fit_group (fitting, contact->group);
    for (i = 0; i < contact->groups->len; i++)
        fit_group (fitting, g_ptr_array_index (contact->groups, i));
}

static SimstowContact *
room_reduce (const ContactRoom *room, guint index, const SimstowContact *contact, gchar **lost)
{
    g_autoptr (SimstowContact) reduced = simstow_contact_dup_entry (contact);
    g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
    Fitting fitting = {room->store, find_set_room (room, index), contact, reduced, words, 0, 0};

    fit_lists (&fitting);
    reduced->hidden = contact->hidden && fits (&fitting, SIMSTOW_PHONEBOOK_HIDDEN, 0, NULL);
    if (contact->hidden && !reduced->hidden)
        add_lost (&fitting, _ ("hidden mark"));
    if (contact->sip_uri)
        add_lost (&fitting, _ ("SIP address"));
    if (contact->tel_uri)
        add_lost (&fitting, _ ("tel address"));
    if (words->len == 0)
        return NULL;
    g_ptr_array_add (words, NULL);
    *lost = g_strjoinv (", ", (gchar **) words->pdata);
    return g_steal_pointer (&reduced);
}

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
    ContactRoom *all;  /* for further fields, were the store empty; NULL where that */
    ContactRoom *left; /* does not matter */
} Places;

static void
places_free (Places *places)
{
    g_hash_table_unref (places->taken);
    room_free (places->all);
    room_free (places->left);
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
        places->all = room_new (store);
        places->left = room_new (store);
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
            reduced = room_reduce (places->left, index, entry->contact, &lost);
        if (reduced)
            index = 0;
        else if (index > 0)
            room_take (places->left, index, entry->contact);
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
        reduced = places->all ? room_reduce (places->all, entry->index, entry->contact, &lost)
                              : reduce_contact (entry->contact, places->store, &lost);
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
        room_give_back (places->left, there->index, there->contact);
        reduced = room_reduce (places->left, there->index, entry->contact, lost);
        room_take (places->left, there->index, there->contact);
        identity = reduced ? simstow_contact_identity (reduced) : NULL;
        if (g_strcmp0 (identity, there->identity) == 0)
            return g_steal_pointer (&reduced);
        g_clear_pointer (lost, g_free);
    }
    return room_reduce (places->left, entry->index, entry->contact, lost);
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
            room_take (places->left, entry->index, entry->contact);
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
            room_take (places->left, entry->index, entry->contact);
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

/* Stores that take a message whose own store the modem lacks, best first */
static const gchar *const substitutes[] = {"sms/sm", "sms/me", "sms/mt"};

/* Merging: a message is there wherever it is, in its own store first */
static const guint merge_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_IDENTITY,
    SIMSTOW_MATCH_CONTENT | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_CONTENT,
};

/* Replacing: the store is to have what the archive's has */
static const guint replace_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_CONTENT | SIMSTOW_MATCH_STORE,
};

/* How many messages each store still takes, by id; absent: nobody knows */
static GHashTable *
count_room (const SimstowSnapshot *modem, GPtrArray *present)
{
    GHashTable *room = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    guint i;

    for (i = 0; i < modem->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (modem->stores, i);
        gint64 *left;

        if (store->capacity < 0)
            continue;
        left = g_new0 (gint64, 1);
        *left = (gint64) store->capacity - MAX (store->used, 0);
        g_hash_table_insert (room, store->id, left);
    }
    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);
        const SimstowStore *store = simstow_snapshot_find_store (modem, entry->store);
        gint64 *left = g_hash_table_lookup (room, entry->store);

        if (left && store->used < 0)
            (*left)--;
    }
    return room;
}

static gboolean
has_room (GHashTable *room, const gchar *store)
{
    const gint64 *left = g_hash_table_lookup (room, store);

    return !left || *left > 0;
}

static void
change_room (GHashTable *room, const gchar *store, gint change)
{
    gint64 *left = g_hash_table_lookup (room, store);

    if (left)
        *left += change;
}

/* Where a message of @store goes, or @store itself when nothing will do */
static const gchar *
choose_target (const SimstowPlanBuilder *builder, GHashTable *room, const gchar *store)
{
    g_autofree gchar *unusable = simstow_plan_builder_why_unusable (builder, store);
    const SimstowStore *own = simstow_snapshot_find_store (builder->modem, store);
    guint i;

    if (!unusable || (own && own->writable))
        return store;
    for (i = 0; i < G_N_ELEMENTS (substitutes); i++) {
        g_autofree gchar *why = simstow_plan_builder_why_unusable (builder, substitutes[i]);

        if (!why && has_room (room, substitutes[i]))
            return substitutes[i];
    }
    return store;
}

/* Sends every entry to its target, decided once for each store */
static void
choose_targets (const SimstowPlanBuilder *builder, GHashTable *room, GPtrArray *wanted)
{
    g_autoptr (GHashTable) targets = g_hash_table_new (g_str_hash, g_str_equal);
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const gchar *target = g_hash_table_lookup (targets, entry->store);

        if (!target) {
            target = choose_target (builder, room, entry->store);
            g_hash_table_insert (targets, (gpointer) entry->store, (gpointer) target);
        }
        entry->store = target;
    }
}

/* What ModemManager's own Create () and Store () cannot bring back as it was */
static gchar *
why_beyond_manager (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (!tpdu || tpdu->type != SIMSTOW_TPDU_SUBMIT)
        return g_strdup (_ ("without the simstow plugin only messages to be sent can be stored"));
    if (tpdu->udh && tpdu->udh->len > 0)
        return g_strdup (_ ("without the simstow plugin its user data header would be lost"));
    if (!tpdu->address.number || !*tpdu->address.number || (!tpdu->text && !tpdu->data))
        return g_strdup (_ ("without the simstow plugin a message without number or text "
                            "cannot be stored"));
    return NULL;
}

static gchar *
why_message_refused (const SimstowPlanBuilder *builder, GHashTable *room, const SimstowEntry *entry)
{
    const SimstowStore *store = simstow_snapshot_find_store (builder->modem, entry->store);
    gchar *why = simstow_plan_builder_why_unusable (builder, entry->store);

    if (!why && g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0)
        why = why_beyond_manager (entry->message);
    if (!why && !has_room (room, entry->store))
        why = g_strdup_printf (_ ("%s is full"), entry->store);
    return why;
}

static gchar *
describe_message_write (const SimstowPlanBuilder *builder, const SimstowEntry *entry)
{
    const SimstowStore *store = simstow_snapshot_find_store (builder->modem, entry->store);
    const SimstowMessage *message = entry->message;

    if (g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0)
        return g_strdup (_ ("without the simstow plugin it comes back as not sent, its other "
                            "fields as ModemManager sets them"));
    if (g_strcmp0 (message->store, entry->store) != 0)
        return g_strdup_printf (_ ("%s cannot be written on this modem: goes to %s"),
                                message->store,
                                entry->store);
    if (message->status == SIMSTOW_MESSAGE_STATUS_UNKNOWN)
        return g_strdup_printf (
            _ ("its status is unknown: written as %s"),
            _ (simstow_message_status_to_string (simstow_plan_message_status (message))));
    return NULL;
}

static gchar *
describe_skip (const SimstowEntry *entry)
{
    const SimstowMessage *there = entry->partner->message;

    if (g_strcmp0 (there->store, entry->message->store) != 0)
        return g_strdup_printf (_ ("there already, in %s"), there->store);
    if (there->status != entry->message->status)
        return g_strdup_printf (_ ("there already, its status is %s"),
                                _ (simstow_message_status_to_string (there->status)));
    return g_strdup (_ ("there already"));
}

static void
add_message (SimstowPlanBuilder *builder, GHashTable *room, SimstowEntry *entry)
{
    gchar *why;

    if (entry->partner) {
        entry->store = entry->partner->store;
        simstow_plan_builder_add_entry (builder,
                                        SIMSTOW_ACTION_SKIP,
                                        entry,
                                        entry->partner->index,
                                        describe_skip (entry));
        return;
    }
    why = why_message_refused (builder, room, entry);
    if (why) {
        simstow_plan_builder_add_entry (builder, SIMSTOW_ACTION_REFUSE, entry, entry->index, why);
        return;
    }
    change_room (room, entry->store, -1);
    simstow_plan_builder_add_entry (builder,
                                    SIMSTOW_ACTION_WRITE,
                                    entry,
                                    0,
                                    describe_message_write (builder, entry));
}

static void
add_erasures (SimstowPlanBuilder *builder, GHashTable *room, GPtrArray *present)
{
    guint i;

    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);

        if (entry->partner || !simstow_plan_builder_may_erase (builder, entry->store))
            continue;
        change_room (room, entry->store, 1);
        simstow_plan_builder_add_entry (builder, SIMSTOW_ACTION_ERASE, entry, entry->index, NULL);
    }
}

/* First those that go where they came from, so that they keep their places */
static void
add_messages (SimstowPlanBuilder *builder, GHashTable *room, GPtrArray *wanted)
{
    g_autoptr (GPtrArray) moved = g_ptr_array_new ();
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);

        if (g_strcmp0 (entry->store, entry->message->store) == 0)
            add_message (builder, room, entry);
        else
            g_ptr_array_add (moved, entry);
    }
    for (i = 0; i < moved->len; i++)
        add_message (builder, room, g_ptr_array_index (moved, i));
}

/* Reading and sending change a status; what else is another was made so by the modem */
static void
note_statuses (const SimstowPlanBuilder *builder, GPtrArray *wanted)
{
    guint i;

    for (i = 0; i < wanted->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (wanted, i);
        const SimstowEntry *there = entry->partner;
        const SimstowStore *store =
            there ? simstow_snapshot_find_store (builder->modem, there->store) : NULL;

        if (!store || g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0 || entry->rebuilt ||
            there->rebuilt || entry->altered ||
            !simstow_plan_is_altered_status (entry->message->status, there->message->status))
            continue;
        entry->altered =
            g_strdup_printf (_ ("the modem gave it the status %s"),
                             _ (simstow_message_status_to_string (there->message->status)));
    }
}

void
simstow_plan_builder_add_messages (SimstowPlanBuilder *builder)
{
    g_autoptr (GPtrArray) wanted = simstow_entries_new (builder->archive, SIMSTOW_KIND_MESSAGES);
    g_autoptr (GPtrArray) present = simstow_entries_new (builder->modem, SIMSTOW_KIND_MESSAGES);
    g_autoptr (GHashTable) room = count_room (builder->modem, present);

    if (!builder->replace)
        simstow_entries_pair (wanted, present, merge_passes, G_N_ELEMENTS (merge_passes));
    choose_targets (builder, room, wanted);
    if (builder->replace)
        simstow_entries_pair (wanted, present, replace_passes, G_N_ELEMENTS (replace_passes));
    simstow_altered_pair (wanted, present, builder->archive->captured);
    note_statuses (builder, wanted);
    add_erasures (builder, room, present);
    add_messages (builder, room, wanted);
}
