/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors over MBIM: messages and the phonebook.
 */

#pragma once

#include "simstow-doors.h"

/**
 * simstow_door_mbim_is_entry:
 * @information: the information buffer of a PHONEBOOK_WRITE command
 * @index: the place that it is meant for
 *
 * Returns: whether it writes one entry to that place, and all of it is there: MBIM 1.0 10.5.38
 */
gboolean
simstow_door_mbim_is_entry (GBytes *information, guint index);

/**
 * simstow_door_mbim_async:
 * @doors: the doors of a modem
 * @call: a call of the door "mbim-messages" or "mbim-phonebook"
 * @cancellable: (nullable): to stop between two commands
 * @callback: called at the end
 * @user_data: for @callback
 *
 * Runs a call on the daemon's device. A record is compared with what is there right before it is
 * deleted; a place that is written to is free right before.
 */
void
simstow_door_mbim_async (SimstowDoors *doors,
                         SimstowDoorCall *call,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_door_mbim_finish:
 * @doors: the doors of a modem
 * @result: what the callback got
 *
 * Each command of the call has its answer or its error.
 */
void
simstow_door_mbim_finish (SimstowDoors *doors, GAsyncResult *result);
