/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of phonebooks and call lists as plain values.
 */

#include "simstow-contact.h"

#include "simstow-alpha.h"

static void
contact_number_free (gpointer data)
{
    SimstowContactNumber *number = data;

    g_free (number->number);
    g_free (number->label);
    g_free (number);
}

SimstowContact *
simstow_contact_new (const gchar *store,
                     guint index,
                     const gchar *number,
                     guint type,
                     const gchar *name)
{
    SimstowContact *contact = g_new0 (SimstowContact, 1);

    contact->store = g_strdup (store);
    contact->index = index;
    contact->number = g_strdup (number ? number : "");
    contact->type = type;
    contact->name = g_strdup (name ? name : "");
    contact->numbers = g_ptr_array_new_with_free_func (contact_number_free);
    contact->emails = g_ptr_array_new_with_free_func (g_free);
    contact->groups = g_ptr_array_new_with_free_func (g_free);
    contact->second_names = g_ptr_array_new_with_free_func (g_free);
    return contact;
}

SimstowContact *
simstow_contact_dup_entry (const SimstowContact *contact)
{
    SimstowContact *entry = simstow_contact_new (contact->store,
                                                 contact->index,
                                                 contact->number,
                                                 contact->type,
                                                 contact->name);

    entry->name_raw = contact->name_raw ? g_bytes_ref (contact->name_raw) : NULL;
    entry->name_alpha = contact->name_alpha ? g_bytes_ref (contact->name_alpha) : NULL;
    return entry;
}

void
simstow_contact_free (SimstowContact *contact)
{
    if (!contact)
        return;
    g_free (contact->store);
    g_free (contact->number);
    g_free (contact->name);
    g_clear_pointer (&contact->name_raw, g_bytes_unref);
    g_clear_pointer (&contact->name_alpha, g_bytes_unref);
    g_free (contact->group);
    g_ptr_array_unref (contact->groups);
    g_free (contact->second_name);
    g_ptr_array_unref (contact->second_names);
    g_ptr_array_unref (contact->numbers);
    g_ptr_array_unref (contact->emails);
    g_free (contact->sip_uri);
    g_free (contact->tel_uri);
    g_free (contact->sim);
    g_free (contact->rest);
    g_free (contact->foreign);
    g_free (contact);
}

SimstowContactNumber *
simstow_contact_add_number (SimstowContact *contact, const gchar *number, guint type)
{
    SimstowContactNumber *further = g_new0 (SimstowContactNumber, 1);

    further->number = g_strdup (number);
    further->type = type;
    g_ptr_array_add (contact->numbers, further);
    return further;
}

static void
add_text (gchar **first, GPtrArray *further, const gchar *text)
{
    if (*first)
        g_ptr_array_add (further, g_strdup (text));
    else
        *first = g_strdup (text);
}

void
simstow_contact_add_group (SimstowContact *contact, const gchar *group)
{
    add_text (&contact->group, contact->groups, group);
}

void
simstow_contact_add_second_name (SimstowContact *contact, const gchar *name)
{
    add_text (&contact->second_name, contact->second_names, name);
}

SimstowCall *
simstow_call_new (const gchar *store,
                  guint index,
                  const gchar *number,
                  guint type,
                  const gchar *name)
{
    SimstowCall *call = g_new0 (SimstowCall, 1);

    call->store = g_strdup (store);
    call->index = index;
    call->number = g_strdup (number ? number : "");
    call->type = type;
    call->name = g_strdup (name ? name : "");
    call->duration = -1;
    return call;
}

void
simstow_call_free (SimstowCall *call)
{
    if (!call)
        return;
    g_free (call->store);
    g_free (call->number);
    g_free (call->name);
    g_clear_pointer (&call->name_raw, g_bytes_unref);
    g_free (call->time);
    g_free (call->sim);
    g_free (call->rest);
    g_free (call);
}

SimstowPhonebookSet *
simstow_phonebook_set_new (guint first, guint last)
{
    SimstowPhonebookSet *set = g_new0 (SimstowPhonebookSet, 1);

    set->first = first;
    set->last = last;
    set->files = g_array_new (FALSE, FALSE, sizeof (SimstowPhonebookFile));
    set->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    set->labels = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    return set;
}

void
simstow_phonebook_set_free (SimstowPhonebookSet *set)
{
    g_array_unref (set->files);
    g_ptr_array_unref (set->groups);
    g_ptr_array_unref (set->labels);
    g_free (set);
}

void
simstow_phonebook_set_add (SimstowPhonebookSet *set,
                           SimstowPhonebookField field,
                           guint size,
                           guint capacity)
{
    const SimstowPhonebookFile file = {field, size, capacity};

    g_array_append_val (set->files, file);
}

const SimstowPhonebookFile *
simstow_phonebook_set_find (const SimstowPhonebookSet *set,
                            SimstowPhonebookField field,
                            guint which)
{
    guint i;

    for (i = 0; i < set->files->len; i++) {
        const SimstowPhonebookFile *file = &g_array_index (set->files, SimstowPhonebookFile, i);

        if (file->field == field && which-- == 0)
            return file;
    }
    return NULL;
}

static gchar *
decode_name (GBytes *record)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (record, &size);

    return simstow_alpha_decode (data, size, NULL);
}

GBytes *
simstow_phonebook_names_find (GPtrArray *names, const gchar *name)
{
    guint i;

    for (i = 0; i < names->len; i++) {
        g_autofree gchar *said = decode_name (g_ptr_array_index (names, i));

        if (g_str_equal (said, name))
            return g_ptr_array_index (names, i);
    }
    return NULL;
}

guint
simstow_phonebook_names_count_free (GPtrArray *names)
{
    guint count = 0;
    guint i;

    for (i = 0; i < names->len; i++) {
        g_autofree gchar *said = decode_name (g_ptr_array_index (names, i));

        count += *said == '\0';
    }
    return count;
}

const SimstowPhonebookSet *
simstow_phonebook_sets_find (const GPtrArray *sets, guint index)
{
    guint i;

    for (i = 0; sets && i < sets->len; i++) {
        const SimstowPhonebookSet *set = g_ptr_array_index (sets, i);

        if (index >= set->first && index <= set->last)
            return set;
    }
    return NULL;
}
