/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts of the USIM phonebook: from the records that were gathered to plain values, and from
 * these to the record of EF_ADN and a field for each file beside it. Links stay behind: what a
 * record leads to is given in its place. Pure.
 */

#pragma once

#include "simstow-snapshot.h"
#include "simstow-usim-gather.h"

/* Names of groups that one contact may lead to */
#define SIMSTOW_USIM_MAX_NAMES 32

/**
 * SimstowUsimField:
 * @tag: the kind of file
 * @raw: (nullable): the record, without what leads back
 * @extensions: (element-type GBytes): records of EF_EXT1 that it leads to
 * @names: (element-type GBytes): records of EF_GAS or EF_AAS that it leads to
 *
 * A field of a contact.
 */
typedef struct {
    SimstowPbrTag tag;
    GBytes *raw;
    GPtrArray *extensions;
    GPtrArray *names;
} SimstowUsimField;

/**
 * SimstowUsimContact:
 * @raw: the record of EF_ADN
 * @extensions: (element-type GBytes): records of EF_EXT1 that it leads to
 * @fields: (element-type SimstowUsimField): its fields; the first of a kind goes to
 *     the first file of that kind, and so on
 *
 * A contact to write.
 */
typedef struct {
    GBytes *raw;
    GPtrArray *extensions;
    GPtrArray *fields;
} SimstowUsimContact;

/**
 * simstow_usim_fields_is_free:
 * @file: a file
 * @record: a record of it
 *
 * Returns: whether it says nothing
 */
gboolean
simstow_usim_fields_is_free (const SimstowUsimFile *file, GBytes *record);

/**
 * simstow_usim_contact_read:
 * @gather: what was gathered
 * @set: its set
 * @record: the contact's number in EF_ADN
 * @store: the store's id
 * @into: where the contact goes, or the record that could not be understood, and what is wrong
 *
 * Links that lead nowhere, or in a circle, end there; a problem says so. A free place is nothing.
 */
void
simstow_usim_contact_read (const SimstowUsimGather *gather,
                           const SimstowUsimSet *set,
                           guint record,
                           const gchar *store,
                           SimstowSnapshot *into);

/**
 * simstow_usim_contact_describe:
 * @set: a set
 *
 * Returns: (transfer full): what its places can hold
 */
SimstowPhonebookSet *
simstow_usim_contact_describe (const SimstowUsimSet *set);

/**
 * simstow_usim_contact_new:
 * @contact: a contact
 * @set: the set that it is to be written to
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the contact as the card has it, or %NULL with @error set
 * when it does not fit
 */
SimstowUsimContact *
simstow_usim_contact_new (const SimstowContact *contact, const SimstowUsimSet *set, GError **error);

/**
 * simstow_usim_contact_free:
 * @contact: (transfer full): a contact
 */
void
simstow_usim_contact_free (SimstowUsimContact *contact);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUsimContact, simstow_usim_contact_free)
