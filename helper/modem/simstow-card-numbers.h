/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of the card's files of numbers: EF_ADN and its like, 3GPP TS 31.102 4.4.2.3, the call
 * lists EF_OCI and EF_ICI, which have the same fields first, and what goes on in EF_EXT. From
 * octets to contacts and calls, and back.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-contact.h"
#include "simstow-ef.h"

/* More digits than any number has: 20 in the record, 20 in each extension */
#define SIMSTOW_NUMBERS_MAX_CHAIN 10

/* Where a record of EF_EXT has its link, and one of EF_ANR */
#define SIMSTOW_NUMBERS_EXTENSION_LINK 12
#define SIMSTOW_NUMBERS_ANR_LINK       14

/* What unused octets hold; as a link, that there is none */
#define SIMSTOW_NUMBERS_FILLER 0xFF

/**
 * simstow_numbers_octet_at:
 * @record: a record
 * @offset: where
 *
 * Returns: an octet of it, filler where there is none
 */
guint8
simstow_numbers_octet_at (GBytes *record, gsize offset);

/**
 * simstow_numbers_is_link:
 * @octet: an octet that may name a record
 *
 * Returns: whether it does
 */
gboolean
simstow_numbers_is_link (guint8 octet);

/**
 * simstow_numbers_link_of:
 * @record: a record
 * @tail: how many octets follow what EF_ADN has
 *
 * Returns: the record of EF_EXT that goes on, filler for none
 */
guint8
simstow_numbers_link_of (GBytes *record, guint tail);

/**
 * simstow_numbers_is_free:
 * @record: a record
 * @tail: how many octets follow what EF_ADN has
 *
 * Returns: whether it has neither a name nor a number
 */
gboolean
simstow_numbers_is_free (GBytes *record, guint tail);

/**
 * simstow_numbers_chain:
 * @extensions: (nullable) (element-type GBytes): all records of EF_EXT, empty where one could
 *     not be read
 * @link: the first record of the chain
 * @broken: (out): whether it leads to a record that could not be read
 *
 * Links that lead nowhere, or in a circle, end the chain there.
 *
 * Returns: (transfer full) (element-type GBytes): the records of the chain
 */
GPtrArray *
simstow_numbers_chain (GPtrArray *extensions, guint8 link, gboolean *broken);

/**
 * simstow_numbers_add_chain:
 * @entry: a number
 * @chain: (nullable) (element-type GBytes): records of EF_EXT
 *
 * Adds the digits that are in them. A chain that breaks off leaves what there was of the number.
 */
void
simstow_numbers_add_chain (SimstowEfAdn *entry, GPtrArray *chain);

/**
 * simstow_numbers_dup_number:
 * @entry: a number
 *
 * Returns: (transfer full): the number as modems show it: international with a "+"
 */
gchar *
simstow_numbers_dup_number (const SimstowEfAdn *entry);

/**
 * simstow_numbers_entry:
 * @number: a number as modems show it
 * @type: its type
 * @name: (nullable): a name
 *
 * Returns: a record of it; it borrows both texts
 */
SimstowEfAdn
simstow_numbers_entry (const gchar *number, guint type, const gchar *name);

/**
 * simstow_numbers_to_contact:
 * @store: the store's id
 * @index: the record's place
 * @raw: the record
 * @chain: (nullable) (element-type GBytes): where it goes on
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the contact
 */
SimstowContact *
simstow_numbers_to_contact (const gchar *store,
                            guint index,
                            GBytes *raw,
                            GPtrArray *chain,
                            GError **error);

/**
 * simstow_numbers_to_call:
 * @store: the store's id
 * @index: the record's place
 * @raw: the record
 * @tail: how many octets follow what EF_ADN has, the time first
 * @chain: (nullable) (element-type GBytes): where it goes on
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): the call; its time is spelt as in 3GPP TS 27.007 8.15
 */
SimstowCall *
simstow_numbers_to_call (const gchar *store,
                         guint index,
                         GBytes *raw,
                         guint tail,
                         GPtrArray *chain,
                         GError **error);

/**
 * simstow_numbers_encode:
 * @contact: a contact
 * @size: octets of a record
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the record, without a link, or %NULL with @error set when
 * name or number do not fit
 */
GByteArray *
simstow_numbers_encode (const SimstowContact *contact, guint size, GError **error);

/**
 * simstow_numbers_encode_chain:
 * @entry: a number
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable) (element-type GBytes): the rest of a long number, perhaps
 * nothing, without links; or %NULL with @error set when it is no number
 */
GPtrArray *
simstow_numbers_encode_chain (const SimstowEfAdn *entry, GError **error);
