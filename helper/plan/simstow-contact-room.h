/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What room a phonebook on the card has for the fields of contacts besides name and
 * number: each field has files of its own, some with fewer records than there are
 * contacts, and the names of groups are few.
 */

#pragma once

#include "simstow-snapshot.h"

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

/**
 * simstow_contact_room_free:
 * @room: (transfer full): a room
 */
void
simstow_contact_room_free (SimstowContactRoom *room);

/**
 * simstow_contact_room_take:
 * @room: a room
 * @index: a place
 * @contact: the contact that is there, or is to be
 *
 * Takes what the contact needs from what is left.
 */
void
simstow_contact_room_take (SimstowContactRoom *room, guint index, const SimstowContact *contact);

/**
 * simstow_contact_room_give_back:
 * @room: a room
 * @index: a place
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
 * @room: a room
 * @index: the place the contact is to go to; any place when there is no such place
 * @contact: a contact
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
