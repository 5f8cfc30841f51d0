/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC as tables: the card, its profiles, what waits to be delivered.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_view_esim:
 * @snapshot: a snapshot
 *
 * Prints what is known of the eUICC, for people.
 */
void
simstow_view_esim (const SimstowSnapshot *snapshot);

/**
 * simstow_view_esim_profiles:
 * @esim: an eUICC
 *
 * Prints its profiles, by operator and country, with state and nickname; those of each further
 * secure element behind its EID.
 */
void
simstow_view_esim_profiles (const SimstowEsim *esim);
