/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A contact without what a store does not take.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_contact_reduce:
 * @contact: a contact
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
