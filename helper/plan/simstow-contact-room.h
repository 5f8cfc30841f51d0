/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What room a phonebook has for the fields of contacts besides name and number: on
 * the card each field has files of its own, some with fewer records than there are
 * contacts, and the names of groups are few.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_contact_reduce:
 * @store: the store it is to go to
 * @lost: (out): what is left out, for people: "group, e-mail"
 *
 * A plain store takes number, type and name; any other one further number and one
 * e-mail address besides the fields that are there once (3GPP TS 27.007 8.14). For
 * one on a card that has sets of files, simstow_contact_room_reduce () says more.
 *
 * Returns: (transfer full) (nullable): what can be written; %NULL when that is all
 * of @contact
 */
SimstowContact *
simstow_contact_reduce (const SimstowContact *contact, const SimstowStore *store, gchar **lost);

typedef struct _SimstowContactRoom SimstowContactRoom;

/**
 * simstow_contact_room_new:
 * @store: a store, which must outlive the room
 *
 * Returns: (transfer full) (nullable): all the room there is in an empty one, but for
 * the names of groups that it has; %NULL when the store has no sets
 */
SimstowContactRoom *
simstow_contact_room_new (const SimstowStore *store);

void
simstow_contact_room_free (SimstowContactRoom *room);

/**
 * simstow_contact_room_take:
 * @contact: the contact that is there, or is to be
 *
 * Takes what the contact needs from what is left.
 */
void
simstow_contact_room_take (SimstowContactRoom *room, guint index, const SimstowContact *contact);

/**
 * simstow_contact_room_give_back:
 * @contact: a contact that was taken into account
 *
 * Undoes simstow_contact_room_take (), but for the names of groups and kinds of numbers,
 * which stay.
 */
void
simstow_contact_room_give_back (SimstowContactRoom *room,
                                guint index,
                                const SimstowContact *contact);

/**
 * simstow_contact_room_reduce:
 * @index: the place the contact is to go to; any place when there is no such place
 * @lost: (out): what is left out, for people: "group Family, e-mail"
 *
 * Returns: (transfer full) (nullable): what there is room for; %NULL when that is all of
 * @contact
 */
SimstowContact *
simstow_contact_room_reduce (const SimstowContactRoom *room,
                             guint index,
                             const SimstowContact *contact,
                             gchar **lost);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowContactRoom, simstow_contact_room_free)
