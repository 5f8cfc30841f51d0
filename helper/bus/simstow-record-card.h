/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of the card's files of numbers, as stores reached via "card" have them:
 * raw on the bus, decoded and encoded here.
 */

#pragma once

#include "simstow-contact.h"
#include "simstow-ef.h"

/**
 * simstow_record_card_to_contact:
 * @store: the store's id
 * @index: the record's place
 * @dict: a raw record
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the contact
 */
SimstowContact *
simstow_record_card_to_contact (const gchar *store, guint index, GVariant *dict, GError **error);

/**
 * simstow_record_card_to_call:
 * @store: the store's id, which says what follows the number
 * @index: the record's place
 * @dict: a raw record
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the call; its time is spelt as in 3GPP TS
 * 27.007 8.15
 */
SimstowCall *
simstow_record_card_to_call (const gchar *store, guint index, GVariant *dict, GError **error);

/**
 * simstow_record_card_add_extensions:
 * @entry: a number
 * @dict: a{sv} that may have "extensions"
 *
 * Adds the digits that are in the records of EF_EXT. A chain that breaks off leaves
 * what there was of the number.
 */
void
simstow_record_card_add_extensions (SimstowEfAdn *entry, GVariant *dict);

/**
 * simstow_record_card_number:
 * @entry: a number
 *
 * Returns: (transfer full): the number as modems show it: international with a "+"
 */
gchar *
simstow_record_card_number (const SimstowEfAdn *entry);

/**
 * simstow_record_card_entry:
 * @number: a number as modems show it
 * @type: its type
 * @name: (nullable): a name
 *
 * Returns: a record of it; it borrows both texts
 */
SimstowEfAdn
simstow_record_card_entry (const gchar *number, guint type, const gchar *name);

/**
 * simstow_record_card_extensions:
 * @entry: a number
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer floating) (nullable): aay, the rest of a long number, perhaps
 * nothing, without links; or %NULL with @error set when it is no number
 */
GVariant *
simstow_record_card_extensions (const SimstowEfAdn *entry, GError **error);

/**
 * simstow_record_card_from_contact:
 * @contact: a contact
 * @index: where to write it, 0 for a free record
 * @name_size: octets that the card's records have for the name
 * @set: (nullable): what the place can hold besides name and number, %NULL for nothing
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer floating) (nullable): a{sv} for WriteRecord (), or %NULL with
 * @error set when the contact does not fit
 */
GVariant *
simstow_record_card_from_contact (const SimstowContact *contact,
                                  guint index,
                                  guint name_size,
                                  const SimstowPhonebookSet *set,
                                  GError **error);
