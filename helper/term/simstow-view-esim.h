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
