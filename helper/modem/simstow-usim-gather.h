/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers records of a set: those that are asked for, and those that they lead to. Each is read
 * once, with as many others in a call as can be; links that lead in a circle end where they began.
 */

#pragma once

#include "simstow-usim-book.h"

typedef struct _SimstowUsimGather SimstowUsimGather;

/**
 * simstow_usim_gather_new:
 * @set: a set, which must outlive it
 *
 * Returns: (transfer full): nothing gathered yet
 */
SimstowUsimGather *
simstow_usim_gather_new (const SimstowUsimSet *set);

/**
 * simstow_usim_gather_free:
 * @self: (transfer full): what was gathered
 */
void
simstow_usim_gather_free (SimstowUsimGather *self);

/**
 * simstow_usim_gather_want:
 * @self: what was gathered
 * @file: (nullable): a file of the set
 * @record: a record, from 1; one that there is not is nothing to want
 *
 * Asks for a record.
 */
void
simstow_usim_gather_want (SimstowUsimGather *self, const SimstowUsimFile *file, guint record);

/**
 * simstow_usim_gather_want_all:
 * @self: what was gathered
 * @file: (nullable): a file of the set
 *
 * Asks for all records of a file.
 */
void
simstow_usim_gather_want_all (SimstowUsimGather *self, const SimstowUsimFile *file);

/**
 * simstow_usim_gather_follow:
 * @self: what was gathered
 * @record: the number of a contact in EF_ADN
 *
 * Asks for what belongs to a contact, and from then on for all that this leads to.
 */
void
simstow_usim_gather_follow (SimstowUsimGather *self, guint record);

/**
 * simstow_usim_gather_run:
 * @self: what was gathered
 * @conversation: who talks with the plugin
 * @cancellable: (nullable): to stop between two commands
 * @error: return location for a #SimstowError
 *
 * Reads what is wanted, and what that leads to, until nothing is. Of a file that cannot be read
 * no more is wanted.
 *
 * Returns: %FALSE with @error set when the card fell silent, or it was cancelled
 */
gboolean
simstow_usim_gather_run (SimstowUsimGather *self,
                         SimstowConversation *conversation,
                         GCancellable *cancellable,
                         GError **error);

/**
 * simstow_usim_gather_put:
 * @self: what was gathered
 * @file: a file of the set
 * @record: a record of it
 * @data: what it holds now
 */
void
simstow_usim_gather_put (SimstowUsimGather *self,
                         const SimstowUsimFile *file,
                         guint record,
                         GBytes *data);

/**
 * simstow_usim_gather_peek:
 * @self: what was gathered
 * @file: (nullable): a file of the set
 * @record: a record, from 1
 *
 * Returns: (transfer none) (nullable): the record
 */
GBytes *
simstow_usim_gather_peek (const SimstowUsimGather *self, const SimstowUsimFile *file, guint record);

/**
 * simstow_usim_gather_get_error:
 * @self: what was gathered
 * @file: (nullable): a file of the set, %NULL for any
 *
 * Returns: (nullable): why it could not be read
 */
const GError *
simstow_usim_gather_get_error (const SimstowUsimGather *self, const SimstowUsimFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUsimGather, simstow_usim_gather_free)

/**
 * simstow_usim_gather_get_fault:
 * @self: what was gathered
 * @file: a file of the set
 * @record: the record's number
 *
 * Returns: (nullable): why that record could not be read
 */
const gchar *
simstow_usim_gather_get_fault (const SimstowUsimGather *self,
                               const SimstowUsimFile *file,
                               guint record);
