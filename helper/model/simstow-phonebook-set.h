/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the places of a phonebook on the card can hold besides a name and a number:
 * a set of files of the USIM phonebook, as plain values.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowPhonebookField:
 * @SIMSTOW_PHONEBOOK_ENTRY: name and number
 * @SIMSTOW_PHONEBOOK_SECOND_NAME: a second name
 * @SIMSTOW_PHONEBOOK_NUMBER: a further number
 * @SIMSTOW_PHONEBOOK_EMAIL: an e-mail address
 * @SIMSTOW_PHONEBOOK_GROUPS: the groups
 * @SIMSTOW_PHONEBOOK_HIDDEN: the hidden mark
 * @SIMSTOW_PHONEBOOK_GROUP_NAME: what a group is called
 * @SIMSTOW_PHONEBOOK_LABEL: what a kind of further number is called
 *
 * What a file of a set holds a record of.
 */
typedef enum {
    SIMSTOW_PHONEBOOK_ENTRY,
    SIMSTOW_PHONEBOOK_SECOND_NAME,
    SIMSTOW_PHONEBOOK_NUMBER,
    SIMSTOW_PHONEBOOK_EMAIL,
    SIMSTOW_PHONEBOOK_GROUPS,
    SIMSTOW_PHONEBOOK_HIDDEN,
    SIMSTOW_PHONEBOOK_GROUP_NAME,
    SIMSTOW_PHONEBOOK_LABEL,
} SimstowPhonebookField;

/**
 * SimstowPhonebookFile:
 * @field: what it holds
 * @size: octets of a record
 * @capacity: how many records
 *
 * A file of a set.
 */
typedef struct {
    SimstowPhonebookField field;
    guint size;
    guint capacity;
} SimstowPhonebookFile;

/**
 * SimstowPhonebookSet:
 * @first: the lowest index of the store that it is for
 * @last: the highest
 * @files: (element-type SimstowPhonebookFile): its files
 * @groups: (element-type GBytes): the names of groups as the card has them, free
 *     records included
 * @labels: (element-type GBytes): the names of kinds of further numbers, likewise
 *
 * A set of files: some places of a store.
 */
typedef struct {
    guint first;
    guint last;
    GArray *files;
    GPtrArray *groups;
    GPtrArray *labels;
} SimstowPhonebookSet;

/**
 * simstow_phonebook_set_new:
 * @first: the lowest index
 * @last: the highest
 *
 * Returns: (transfer full): a set without files
 */
SimstowPhonebookSet *
simstow_phonebook_set_new (guint first, guint last);

/**
 * simstow_phonebook_set_free:
 * @set: (transfer full): a set
 */
void
simstow_phonebook_set_free (SimstowPhonebookSet *set);

/**
 * simstow_phonebook_set_add:
 * @set: a set
 * @field: what a file holds
 * @size: octets of a record
 * @capacity: how many records
 *
 * Adds a file.
 */
void
simstow_phonebook_set_add (SimstowPhonebookSet *set,
                           SimstowPhonebookField field,
                           guint size,
                           guint capacity);

/**
 * simstow_phonebook_set_find:
 * @set: a set
 * @field: what a file holds
 * @which: which of these files, from 0
 *
 * Returns: (nullable): the file
 */
const SimstowPhonebookFile *
simstow_phonebook_set_find (const SimstowPhonebookSet *set,
                            SimstowPhonebookField field,
                            guint which);

/**
 * simstow_phonebook_names_find:
 * @names: (element-type GBytes): names as the card has them
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the record that says @name
 */
GBytes *
simstow_phonebook_names_find (GPtrArray *names, const gchar *name);

/**
 * simstow_phonebook_names_count_free:
 * @names: (element-type GBytes): names as the card has them
 *
 * Returns: how many records say nothing
 */
guint
simstow_phonebook_names_count_free (GPtrArray *names);

/**
 * simstow_phonebook_sets_find:
 * @sets: (nullable) (element-type SimstowPhonebookSet): the sets of a store
 * @index: an index
 *
 * Returns: (transfer none) (nullable): the set that is for this place
 */
const SimstowPhonebookSet *
simstow_phonebook_sets_find (const GPtrArray *sets, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPhonebookSet, simstow_phonebook_set_free)
