/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose number it is: contacts found by their numbers, so that people see names. The number
 * is the truth and is always shown as well.
 */

#pragma once

#include "simstow-contact.h"

typedef struct _SimstowAddressBook SimstowAddressBook;

/**
 * simstow_address_book_new:
 * @contacts: (element-type SimstowContact): contacts, which outlive the book
 *
 * Returns: (transfer full): the contacts by number
 */
SimstowAddressBook *
simstow_address_book_new (const GPtrArray *contacts);

void
simstow_address_book_free (SimstowAddressBook *book);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowAddressBook, simstow_address_book_free)

/**
 * simstow_address_book_find:
 * @number: (nullable): a number
 * @type: its type, 0 unknown
 *
 * Looks for a contact with a name and this very number; where there is none, for the only one
 * whose number ends in the same nine digits or more as this, or begins this one's end, as
 * "3101234567" does for "+573101234567".
 *
 * Returns: (transfer none) (nullable): the contact
 */
const SimstowContact *
simstow_address_book_find (const SimstowAddressBook *book, const gchar *number, guint type);

/**
 * simstow_address_book_match:
 * @number: (nullable): the number of a message
 * @type: its type, 0 unknown
 * @wanted: what somebody typed: a number, or a part of a name
 *
 * A number is typed with or without what stands before it in other countries or towns, seven
 * digits at least or else all; a name in capitals or not, and without its accents.
 *
 * Returns: whether that number, or the contact that it is of, is meant
 */
gboolean
simstow_address_book_match (const SimstowAddressBook *book,
                            const gchar *number,
                            guint type,
                            const gchar *wanted);

/**
 * simstow_address_book_is_part:
 * @name: (nullable): a name
 * @wanted: what somebody typed
 *
 * Returns: whether it is a part of the name, as for simstow_address_book_match ()
 */
gboolean
simstow_address_book_is_part (const gchar *name, const gchar *wanted);
