/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An entry of a phonebook store, and of a call list, as plain values; and what the
 * places of a phonebook on the card can hold besides a name and a number.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowContact:
 * @store: the store's id, as "phonebook/sm"
 * @index: the record's place in it
 * @number: the number, possibly empty, without a "+" of its own
 *     unless the modem gave one
 * @type: type of number and numbering plan, 3GPP TS 24.008 10.5.4.7 (145
 *     international, 129 unknown)
 * @name: the name in UTF-8, possibly empty
 * @name_raw: (nullable): the UTF-16BE bytes of a name that is not valid text
 * @name_alpha: (nullable): the octets of the name on the card without padding, when
 *     another of the card's codings is used than this program would
 * @hidden: whether the card marks the entry hidden
 * @group: (nullable): the group's name
 * @groups: (element-type utf8): the names of further groups, in order
 * @second_name: (nullable): the second name (EF_SNE)
 * @second_names: (element-type utf8): further ones, in order
 * @numbers: (element-type SimstowContactNumber): further numbers (EF_ANR), in order
 * @emails: (element-type utf8): e-mail addresses (EF_EMAIL), in order
 * @sip_uri: (nullable): 3GPP TS 27.007 8.12
 * @tel_uri: (nullable): 3GPP TS 27.007 8.12
 * @sim: (nullable): the SIM it came from, as in #SimstowMessage
 * @first_seen: when it was first seen on the modem, seconds since 1970 UTC, 0 unknown
 * @last_seen: when it was last seen on the modem, seconds since 1970 UTC, 0 unknown
 * @rest: (nullable): what a newer archive says of it that this program does not
 *     know, as JSON members
 * @foreign: (nullable): properties of its card that this program does not know,
 *     as a vCard
 */
typedef struct {
    gchar *store;
    guint index;
    gchar *number;
    guint type;
    gchar *name;
    GBytes *name_raw;
    GBytes *name_alpha;
    gboolean hidden;
    gchar *group;
    GPtrArray *groups;
    gchar *second_name;
    GPtrArray *second_names;
    GPtrArray *numbers;
    GPtrArray *emails;
    gchar *sip_uri;
    gchar *tel_uri;
    gchar *sim;
    gint64 first_seen;
    gint64 last_seen;
    gchar *rest;
    gchar *foreign;
} SimstowContact;

/**
 * SimstowContactNumber:
 * @number: the number
 * @type: its type, as in #SimstowContact
 * @label: (nullable): what the card calls this kind of number (EF_AAS)
 */
typedef struct {
    gchar *number;
    guint type;
    gchar *label;
} SimstowContactNumber;

/**
 * SimstowCall:
 * @store: the store's id, as "calls/missed"
 * @index: the record's place in it; 1 is usually the newest
 * @number: the number, empty when hidden
 * @type: type of number, as in #SimstowContact
 * @name: the name the modem knew, possibly empty
 * @name_raw: (nullable): the UTF-16BE bytes of a name that is not valid text
 * @time: (nullable): the time as the modem wrote it, where it does; ISO 8601 in UTC of a call that
 *     was not read from a modem
 * @duration: how many seconds it took since it was answered, -1 unknown
 * @sim: (nullable): as in #SimstowContact
 * @first_seen: when it was first seen on the modem, seconds since 1970 UTC, 0 unknown
 * @last_seen: when it was last seen on the modem, seconds since 1970 UTC, 0 unknown
 * @rest: (nullable): as in #SimstowContact
 */
typedef struct {
    gchar *store;
    guint index;
    gchar *number;
    guint type;
    gchar *name;
    GBytes *name_raw;
    gchar *time;
    gint duration;
    gchar *sim;
    gint64 first_seen;
    gint64 last_seen;
    gchar *rest;
} SimstowCall;

/**
 * simstow_contact_new:
 * @type: the number's type
 *
 * Returns: (transfer full): a contact with all else empty; its arrays are there and
 * own their elements
 */
SimstowContact *
simstow_contact_new (const gchar *store,
                     guint index,
                     const gchar *number,
                     guint type,
                     const gchar *name);

/**
 * simstow_contact_dup_entry:
 *
 * Returns: (transfer full): its place, number and name, without all else
 */
SimstowContact *
simstow_contact_dup_entry (const SimstowContact *contact);

void
simstow_contact_free (SimstowContact *contact);

/**
 * simstow_contact_add_number:
 * @type: its type
 *
 * Returns: (transfer none): the number as it was added
 */
SimstowContactNumber *
simstow_contact_add_number (SimstowContact *contact, const gchar *number, guint type);

/**
 * simstow_contact_add_group:
 * @group: the name of a group, not empty
 *
 * Adds it, as the first or as a further one.
 */
void
simstow_contact_add_group (SimstowContact *contact, const gchar *group);

/**
 * simstow_contact_add_second_name:
 * @name: a second name, not empty
 *
 * Adds it, as the first or as a further one.
 */
void
simstow_contact_add_second_name (SimstowContact *contact, const gchar *name);

/**
 * simstow_call_new:
 * @type: the number's type
 *
 * Returns: (transfer full): a call with no time
 */
SimstowCall *
simstow_call_new (const gchar *store,
                  guint index,
                  const gchar *number,
                  guint type,
                  const gchar *name);

void
simstow_call_free (SimstowCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowContact, simstow_contact_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowCall, simstow_call_free)

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
 *
 * Returns: (transfer full): a set without files
 */
SimstowPhonebookSet *
simstow_phonebook_set_new (guint first, guint last);

void
simstow_phonebook_set_free (SimstowPhonebookSet *set);

/**
 * simstow_phonebook_set_add:
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
 *
 * Returns: (transfer none) (nullable): the set that is for this place
 */
const SimstowPhonebookSet *
simstow_phonebook_sets_find (const GPtrArray *sets, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPhonebookSet, simstow_phonebook_set_free)
