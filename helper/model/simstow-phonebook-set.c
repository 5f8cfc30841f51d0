/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of files of a phonebook.
 */

#include "simstow-phonebook-set.h"

#include "simstow-alpha.h"

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
