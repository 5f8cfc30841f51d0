/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What contacts of the USIM phonebook have besides EF_ADN: raw on the bus, a
 * dictionary for each field, decoded and encoded here.
 */

#pragma once

#include "simstow-contact.h"

/**
 * simstow_record_usim_sets:
 * @sets: aa{sv}, "sets" of ListStores ()
 *
 * Returns: (transfer full) (element-type SimstowPhonebookSet): the sets; what makes no
 * sense is left out
 */
GPtrArray *
simstow_record_usim_sets (GVariant *sets);

/**
 * simstow_record_usim_decode:
 * @contact: a contact
 * @fields: aa{sv}, "fields" of a record
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Adds the fields to the contact. Those of kinds that are not known here are passed over.
 *
 * Returns: %FALSE with @error set when one of them is malformed
 */
gboolean
simstow_record_usim_decode (SimstowContact *contact, GVariant *fields, GError **error);

/**
 * simstow_record_usim_encode:
 * @contact: a contact
 * @set: the files of the place it goes to
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer floating) (nullable): aa{sv}, "fields" of a record for
 * WriteRecord (), or %NULL with @error set when the contact does not fit
 */
GVariant *
simstow_record_usim_encode (const SimstowContact *contact,
                            const SimstowPhonebookSet *set,
                            GError **error);
