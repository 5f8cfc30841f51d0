/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of the card's files of numbers, as stores reached via "card" have them:
 * raw on the bus, decoded and encoded here.
 */

#pragma once

#include "simstow-contact.h"

/**
 * simstow_record_card_is:
 * @dict: a{sv}, as ReadRecords () gives
 *
 * Returns: whether it is a raw record
 */
gboolean
simstow_record_card_is (GVariant *dict);

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
 * simstow_record_card_from_contact:
 * @contact: a contact
 * @index: where to write it, 0 for a free record
 * @name_size: octets that the card's records have for the name
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer floating) (nullable): a{sv} for WriteRecord (), or %NULL with
 * @error set when the contact does not fit
 */
GVariant *
simstow_record_card_from_contact (const SimstowContact *contact,
                                  guint index,
                                  guint name_size,
                                  GError **error);
