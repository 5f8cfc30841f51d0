/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing a contact of the USIM phonebook, or erasing one: what has to be known is
 * read, all is planned, and only then the card is written to. What belongs to a
 * contact is written first and EF_ADN last, and what an old one had is freed behind
 * that; an entry that is erased loses its EF_ADN first. So a cut in the middle leaves
 * the old contact or the new one, and a later write to the same place cleans up.
 */

#pragma once

#include "simstow-store-usim-fields.h"

typedef struct _SimstowUsimWrite SimstowUsimWrite;

/**
 * simstow_usim_write_new:
 * @book: a book, which must outlive it
 * @contact: (transfer full): what to write
 *
 * Returns: (transfer full): a write that has yet to start
 */
SimstowUsimWrite *
simstow_usim_write_new (const SimstowUsimBook *book, SimstowUsimContact *contact);

/**
 * simstow_usim_write_new_erase:
 * @book: a book, which must outlive it
 * @index: the contact to erase
 *
 * Returns: (transfer full): an erasure that has yet to start
 */
SimstowUsimWrite *
simstow_usim_write_new_erase (const SimstowUsimBook *book, guint index);

/**
 * simstow_usim_write_free:
 * @self: (transfer full): a write
 */
void
simstow_usim_write_free (SimstowUsimWrite *self);

/**
 * simstow_usim_write_start:
 * @self: a write
 * @visit: a visit
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD or
 *     #SIMSTOW_ERROR_NOT_FOUND error
 *
 * Adds the first step. simstow_usim_write_take () is called for each step that is done.
 *
 * Returns: %FALSE with @error set when there is no such place
 */
gboolean
simstow_usim_write_start (SimstowUsimWrite *self, SimstowVisit *visit, GError **error);

/**
 * simstow_usim_write_take:
 * @self: a write
 * @visit: the visit
 * @done: what was done
 *
 * Takes what a step found out and adds the next one, if any.
 */
void
simstow_usim_write_take (SimstowUsimWrite *self, SimstowVisit *visit, SimstowVisitStep *done);

/**
 * simstow_usim_write_finish:
 * @self: a write whose visit is over
 * @error: return location for a #SimstowError: Full when there is no free record of
 *     one of the files, InvalidRecord when the set has no file for a field
 *
 * Returns: the index of the contact, 0 with @error set
 */
guint
simstow_usim_write_finish (SimstowUsimWrite *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUsimWrite, simstow_usim_write_free)
