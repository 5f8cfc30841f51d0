/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as the dictionaries of org.simstow.Modem1: decode and encode side by
 * side. What comes over the bus is checked key by key; keys that this version
 * does not know are passed over.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_store_from_variant:
 * @record: a{sv}, as ListStores () gives
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the store, not read yet
 */
SimstowStore *
simstow_store_from_variant (GVariant *record, GError **error);

/**
 * simstow_simfile_from_variant:
 * @record: a{sv}, as ReadRecords () gives
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the file of the card
 */
SimstowSimfile *
simstow_simfile_from_variant (GVariant *record, GError **error);

/**
 * simstow_message_from_variant:
 * @store: the store's id
 * @record: a{sv}, as ReadRecords () gives
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the message
 */
SimstowMessage *
simstow_message_from_variant (const gchar *store, GVariant *record, GError **error);

/**
 * simstow_message_to_variant:
 * @message: a message
 * @status: the status to write it with
 *
 * Returns: (transfer floating): a{sv} for WriteRecord (), without an index
 */
GVariant *
simstow_message_to_variant (const SimstowMessage *message, SimstowMessageStatus status);

/**
 * simstow_contact_from_variant:
 * @store: the store's id
 * @record: a{sv}, as ReadRecords () gives
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the contact
 */
SimstowContact *
simstow_contact_from_variant (const gchar *store, GVariant *record, GError **error);

/**
 * simstow_contact_to_variant:
 * @contact: a contact
 * @index: where to write it, 0 for the next free place
 *
 * Returns: (transfer floating): a{sv} for WriteRecord ()
 */
GVariant *
simstow_contact_to_variant (const SimstowContact *contact, guint index);

/**
 * simstow_call_from_variant:
 * @store: the store's id
 * @record: a{sv}, as ReadRecords () gives
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the call
 */
SimstowCall *
simstow_call_from_variant (const gchar *store, GVariant *record, GError **error);

/**
 * simstow_call_to_variant:
 * @call: a call
 * @index: where to write it, 0 for the next free place
 *
 * Returns: (transfer floating): a{sv} for WriteRecord ()
 */
GVariant *
simstow_call_to_variant (const SimstowCall *call, guint index);

/**
 * simstow_unread_from_variant:
 * @store: the store's id
 * @record: a{sv}, as ReadRecords () gives
 *
 * Returns: (transfer full) (nullable): the record that the plugin could not understand, or
 * %NULL when @record is no such one
 */
SimstowUnread *
simstow_unread_from_variant (const gchar *store, GVariant *record);

/**
 * simstow_esim_add_variant:
 * @esim: an eUICC
 * @record: a{sv}, as ReadRecords () gives of the store "euicc"
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Adds one answer of the card.
 *
 * Returns: %FALSE with @error set when the record has no name, or neither an
 * answer nor the reason why there is none
 */
gboolean
simstow_esim_add_variant (SimstowEsim *esim, GVariant *record, GError **error);
