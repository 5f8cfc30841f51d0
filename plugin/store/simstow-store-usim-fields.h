/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts of the USIM phonebook as the bus has them: the record of EF_ADN, and a
 * dictionary for each field beside it. Links stay behind: what a record leads to is
 * given in its place. Pure.
 */

#pragma once

#include "simstow-store-usim-gather.h"

/* What one contact may bring along */
#define SIMSTOW_USIM_MAX_FIELDS 32
#define SIMSTOW_USIM_MAX_NAMES  32

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
 * @index: where to write it, 0 for a free place
 * @raw: the record of EF_ADN
 * @extensions: (element-type GBytes): records of EF_EXT1 that it leads to
 * @fields: (element-type SimstowUsimField): its fields; the first of a kind goes to
 *     the first file of that kind, and so on
 *
 * A contact to write.
 */
typedef struct {
    guint index;
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
 * simstow_usim_fields_to_variant:
 * @gather: what was gathered
 * @set: its set
 * @record: the contact's number in EF_ADN
 *
 * Links that lead nowhere, or in a circle, end there; "fault" says so.
 *
 * Returns: (nullable): a floating a{sv}, or %NULL for a free place
 */
GVariant *
simstow_usim_fields_to_variant (const SimstowUsimGather *gather,
                                const SimstowUsimSet *set,
                                guint record);

/**
 * simstow_usim_fields_describe:
 * @set: a set
 *
 * Returns: a floating a{sv} as in "sets" of ListStores ()
 */
GVariant *
simstow_usim_fields_describe (const SimstowUsimSet *set);

/**
 * simstow_usim_contact_from_variant:
 * @record: a{sv} as ReadRecords () gives it
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the contact, or %NULL with @error set
 */
SimstowUsimContact *
simstow_usim_contact_from_variant (GVariant *record, GError **error);

/**
 * simstow_usim_contact_free:
 * @contact: (transfer full): a contact
 */
void
simstow_usim_contact_free (SimstowUsimContact *contact);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUsimContact, simstow_usim_contact_free)
