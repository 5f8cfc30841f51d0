/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors to the card.
 */

#pragma once

#include "simstow-doors.h"

/**
 * simstow_door_files_check:
 * @call: a call of the door "files"
 * @command: a command of it
 * @action: (out): the polkit action that it needs
 * @error: return location for a #SimstowError
 *
 * Returns: whether the command may pass: which files may be touched is in plugin/card
 */
gboolean
simstow_door_files_check (const SimstowDoorCall *call,
                          SimstowDoorCommand *command,
                          const gchar **action,
                          GError **error);

/**
 * simstow_door_files_async:
 * @doors: the doors of a modem
 * @call: a call of the door "files"
 * @cancellable: (nullable): to stop between two commands, before the first record is written
 * @callback: called at the end
 * @user_data: for @callback
 *
 * Reads and updates files of the card, by +CRSM or over one channel, which is closed.
 */
void
simstow_door_files_async (SimstowDoors *doors,
                          SimstowDoorCall *call,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * simstow_door_files_finish:
 * @doors: the doors of a modem
 * @result: what the callback got
 *
 * Each command of the call has its answer or its error.
 */
void
simstow_door_files_finish (SimstowDoors *doors, GAsyncResult *result);

/**
 * simstow_door_euicc_check:
 * @call: a call of the door "euicc"
 * @command: a command of it
 * @action: (out): the polkit action that it needs
 * @error: return location for a #SimstowError
 *
 * Returns: whether the command may pass: which requests there are is in plugin/card
 */
gboolean
simstow_door_euicc_check (const SimstowDoorCall *call,
                          SimstowDoorCommand *command,
                          const gchar **action,
                          GError **error);

/**
 * simstow_door_euicc_async:
 * @doors: the doors of a modem
 * @call: a call of the door "euicc"
 * @cancellable: (nullable): to stop between two commands
 * @callback: called at the end
 * @user_data: for @callback
 *
 * Has requests answered by the eUICC, over one channel, which is closed.
 */
void
simstow_door_euicc_async (SimstowDoors *doors,
                          SimstowDoorCall *call,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * simstow_door_euicc_finish:
 * @doors: the doors of a modem
 * @result: what the callback got
 *
 * Each command of the call has its answer or its error.
 */
void
simstow_door_euicc_finish (SimstowDoors *doors, GAsyncResult *result);
