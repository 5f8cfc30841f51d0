/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be written so that a place of the USIM phonebook holds a contact, or
 * none. Pure: from what was gathered to a list of records, in their order.
 */

#pragma once

#include "simstow-usim-contact.h"

/**
 * SimstowUsimUpdate:
 * @file: a file
 * @record: a record of it
 * @data: what to write to it
 * @frees: whether it only frees what the contact at the place no longer leads to
 *
 * A record to write.
 */
typedef struct {
    const SimstowUsimFile *file;
    guint record;
    GBytes *data;
    gboolean frees;
    /*< private >*/
    guint phase;
} SimstowUsimUpdate;

/**
 * simstow_usim_change_find_field:
 * @set: a set
 * @contact: (nullable): the contact, %NULL for none
 * @file: a file of the set
 *
 * Returns: (nullable): the field of the contact that goes to the file
 */
const SimstowUsimField *
simstow_usim_change_find_field (const SimstowUsimSet *set,
                                const SimstowUsimContact *contact,
                                const SimstowUsimFile *file);

/**
 * simstow_usim_change_is_usable:
 * @set: a set
 * @record: a contact's number in EF_ADN
 * @file: a linked file
 * @there: a record of it
 *
 * Returns: whether that record is free, or was the contact's before
 */
gboolean
simstow_usim_change_is_usable (const SimstowUsimSet *set,
                               guint record,
                               const SimstowUsimFile *file,
                               GBytes *there);

/**
 * simstow_usim_change_find_name:
 * @file: EF_GAS or EF_AAS
 * @name: a name
 *
 * Returns: the record that had it when the book was loaded, 0 for none
 */
guint
simstow_usim_change_find_name (const SimstowUsimFile *file, GBytes *name);

/**
 * simstow_usim_change_is_occupied:
 * @gather: what belongs to the place now
 * @set: its set
 * @record: its number in EF_ADN
 *
 * Returns: whether a contact is there
 */
gboolean
simstow_usim_change_is_occupied (const SimstowUsimGather *gather,
                                 const SimstowUsimSet *set,
                                 guint record);

/**
 * simstow_usim_change_find_linked:
 * @gather: what belongs to the place now
 * @set: its set
 * @record: its number in EF_ADN
 * @file: a linked file
 *
 * Returns: the record that EF_IAP names, when it is usable; else 0
 */
guint
simstow_usim_change_find_linked (const SimstowUsimGather *gather,
                                 const SimstowUsimSet *set,
                                 guint record,
                                 const SimstowUsimFile *file);

/**
 * simstow_usim_change_plan:
 * @gather: all that belongs to the place now; all of EF_GAS, EF_AAS and EF_EXT1 where
 *     the contact needs them
 * @set: its set
 * @record: its number in EF_ADN
 * @contact: (nullable): what is to be there, %NULL for nothing
 * @places: (element-type guint): for each file of the set the record that was found
 *     for a linked field, 0 to write over the one that the place has
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD or #SIMSTOW_ERROR_FULL error
 *
 * Records that are there already are left out.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowUsimUpdate): what to write, in
 * order, or %NULL with @error set when it does not fit
 */
GPtrArray *
simstow_usim_change_plan (const SimstowUsimGather *gather,
                          const SimstowUsimSet *set,
                          guint record,
                          const SimstowUsimContact *contact,
                          GArray *places,
                          GError **error);
