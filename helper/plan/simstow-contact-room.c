/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a contact a phonebook has room for, by set and file.
 */

#include "simstow-contact-room.h"

#include <glib/gi18n.h>

#include "simstow-alpha.h"
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

SimstowContact *
simstow_contact_reduce (const SimstowContact *contact, const SimstowStore *store, gchar **lost)
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

struct _SimstowContactRoom {
    const SimstowStore *store;
    GPtrArray *set_rooms;
};

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

SimstowContactRoom *
simstow_contact_room_new (const SimstowStore *store)
{
    SimstowContactRoom *room;
    guint i;

    if (!store->sets || store->sets->len == 0)
        return NULL;
    room = g_new0 (SimstowContactRoom, 1);
    room->store = store;
    room->set_rooms = g_ptr_array_new_with_free_func (set_room_free);
    for (i = 0; i < store->sets->len; i++)
        g_ptr_array_add (room->set_rooms, set_room_new (g_ptr_array_index (store->sets, i)));
    return room;
}

void
simstow_contact_room_free (SimstowContactRoom *room)
{
    if (!room)
        return;
    g_ptr_array_unref (room->set_rooms);
    g_free (room);
}

static SetRoom *
find_set_room (const SimstowContactRoom *room, guint index)
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

void
simstow_contact_room_give_back (SimstowContactRoom *room,
                                guint index,
                                const SimstowContact *contact)
{
    change_all_records (find_set_room (room, index), contact, TRUE);
}

static void
take_name (GHashTable *names, guint *vacant, const gchar *name)
{
    if (name && g_hash_table_add (names, g_strdup (name)) && *vacant > 0)
        --*vacant;
}

void
simstow_contact_room_take (SimstowContactRoom *room, guint index, const SimstowContact *contact)
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

SimstowContact *
simstow_contact_room_reduce (const SimstowContactRoom *room,
                             guint index,
                             const SimstowContact *contact,
                             gchar **lost)
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
