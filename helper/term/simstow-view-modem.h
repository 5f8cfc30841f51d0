/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem and its SIM for people: what they are, what they hold, how they are set.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_view_title:
 * @snapshot: a snapshot
 *
 * Returns: (transfer full): modem and operator in a few words, as "Fibocom
 * L850-GL, Claro (732101)"
 */
gchar *
simstow_view_title (const SimstowSnapshot *snapshot);

/**
 * simstow_view_device:
 * @snapshot: a snapshot
 *
 * Prints what is known of the modem and its SIM.
 */
void
simstow_view_device (const SimstowSnapshot *snapshot);

/**
 * simstow_view_stores:
 * @snapshot: a snapshot
 *
 * Prints a table of the stores.
 */
void
simstow_view_stores (const SimstowSnapshot *snapshot);

/**
 * simstow_view_network:
 * @network: (nullable): network settings
 *
 * Prints the settings; of a password only that there is one.
 */
void
simstow_view_network (const SimstowNetwork *network);

/**
 * simstow_view_problems:
 * @snapshot: a snapshot
 * @aside: whether it goes to standard error
 *
 * Prints first what could not be saved and why, then the remarks.
 */
void
simstow_view_problems (const SimstowSnapshot *snapshot, gboolean aside);
