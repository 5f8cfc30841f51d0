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
} Shelf;

struct _SimstowContactRoom {
    const SimstowStore *store;
    GPtrArray *shelves;
};

/* A contact on its way through a shelf */
typedef struct {
    const SimstowStore *store;
    const Shelf *shelf;
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

static Shelf *
shelf_new (const SimstowPhonebookSet *set)
{
    Shelf *shelf = g_new0 (Shelf, 1);
    guint i;

    shelf->set = set;
    shelf->left = g_array_new (FALSE, FALSE, sizeof (guint));
    for (i = 0; i < set->files->len; i++)
        g_array_append_val (shelf->left,
                            g_array_index (set->files, SimstowPhonebookFile, i).capacity);
    shelf->groups = index_names (set->groups);
    shelf->labels = index_names (set->labels);
    shelf->free_groups = simstow_phonebook_names_count_free (set->groups);
    shelf->free_labels = simstow_phonebook_names_count_free (set->labels);
    return shelf;
}

static void
shelf_free (gpointer data)
{
    Shelf *shelf = data;

    g_array_unref (shelf->left);
    g_hash_table_unref (shelf->groups);
    g_hash_table_unref (shelf->labels);
    g_free (shelf);
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
    room->shelves = g_ptr_array_new_with_free_func (shelf_free);
    for (i = 0; i < store->sets->len; i++)
        g_ptr_array_add (room->shelves, shelf_new (g_ptr_array_index (store->sets, i)));
    return room;
}

void
simstow_contact_room_free (SimstowContactRoom *room)
{
    if (!room)
        return;
    g_ptr_array_unref (room->shelves);
    g_free (room);
}

static Shelf *
find_shelf (const SimstowContactRoom *room, guint index)
{
    guint i;

    for (i = 0; i < room->shelves->len; i++) {
        Shelf *shelf = g_ptr_array_index (room->shelves, i);

        if (index >= shelf->set->first && index <= shelf->set->last)
            return shelf;
    }
    return g_ptr_array_index (room->shelves, 0);
}

/* What is left in a file of the set, NULL when there is no such file */
static guint *
find_left (const Shelf *shelf, SimstowPhonebookField field, guint which)
{
    const SimstowPhonebookFile *file = simstow_phonebook_set_find (shelf->set, field, which);
    const SimstowPhonebookFile *files = (const SimstowPhonebookFile *) shelf->set->files->data;

    return file ? &g_array_index (shelf->left, guint, file - files) : NULL;
}

static void
change_records (Shelf *shelf, SimstowPhonebookField field, guint count, gboolean give)
{
    guint i;

    for (i = 0; i < count; i++) {
        guint *left = find_left (shelf, field, i);

        if (left && give)
            ++*left;
        else if (left && *left > 0)
            --*left;
    }
}

static void
change_all_records (Shelf *shelf, const SimstowContact *contact, gboolean give)
{
    change_records (shelf,
                    SIMSTOW_PHONEBOOK_SECOND_NAME,
                    contact->second_name ? contact->second_names->len + 1 : 0,
                    give);
    change_records (shelf, SIMSTOW_PHONEBOOK_NUMBER, contact->numbers->len, give);
    change_records (shelf, SIMSTOW_PHONEBOOK_EMAIL, contact->emails->len, give);
}

void
simstow_contact_room_give_back (SimstowContactRoom *room,
                                guint index,
                                const SimstowContact *contact)
{
    change_all_records (find_shelf (room, index), contact, TRUE);
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
    Shelf *shelf = find_shelf (room, index);
    guint i;

    change_all_records (shelf, contact, FALSE);
    take_name (shelf->groups, &shelf->free_groups, contact->group);
    for (i = 0; i < contact->groups->len; i++)
        take_name (shelf->groups, &shelf->free_groups, g_ptr_array_index (contact->groups, i));
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, i);

        take_name (shelf->labels, &shelf->free_labels, further->label);
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
        simstow_phonebook_set_find (fitting->shelf->set, field, which);
    const guint *left = find_left (fitting->shelf, field, which);

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
    const SimstowPhonebookFile *file = simstow_phonebook_set_find (fitting->shelf->set, field, 0);

    return g_hash_table_contains (names, name) ||
           (file && vacant > 0 && simstow_alpha_measure (name) <= file->size);
}

static void
fit_group (Fitting *fitting, const gchar *group)
{
    const Shelf *shelf = fitting->shelf;
    const SimstowPhonebookFile *file =
        simstow_phonebook_set_find (shelf->set, SIMSTOW_PHONEBOOK_GROUPS, 0);
    guint count = fitting->reduced->group ? fitting->reduced->groups->len + 1 : 0;
    guint vacant = shelf->free_groups - MIN (fitting->new_groups, shelf->free_groups);

    if (file && count < file->size &&
        fits_name (fitting, SIMSTOW_PHONEBOOK_GROUP_NAME, shelf->groups, vacant, group)) {
        simstow_contact_add_group (fitting->reduced, group);
        fitting->new_groups += !g_hash_table_contains (shelf->groups, group);
    } else {
        g_autofree gchar *what = g_strdup_printf (_ ("group %s"), group);

        add_lost (fitting, what);
    }
}

static void
fit_label (Fitting *fitting, SimstowContactNumber *further, const gchar *label)
{
    const Shelf *shelf = fitting->shelf;
    guint vacant = shelf->free_labels - MIN (fitting->new_labels, shelf->free_labels);

    if (!fits_name (fitting, SIMSTOW_PHONEBOOK_LABEL, shelf->labels, vacant, label)) {
        add_lost (fitting, _ ("kind of number"));
        return;
    }
    further->label = g_strdup (label);
    fitting->new_labels += !g_hash_table_contains (shelf->labels, label);
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
    Fitting fitting = {room->store, find_shelf (room, index), contact, reduced, words, 0, 0};

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
