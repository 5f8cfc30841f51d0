/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of doors: the security boundary of org.simstow.Modem1.
 */

#pragma once

#include "simstow-doors.h"

/**
 * SimstowDoorOption:
 * @key: its name, %NULL behind the last one
 * @type: of the value
 * @check: (nullable): whether a value of that type will do
 *
 * What may be selected for a call.
 */
typedef struct {
    const gchar *key;
    const gchar *type;
    gboolean (*check) (GVariant *value);
} SimstowDoorOption;

/**
 * SimstowDoorRow:
 * @name: of the door
 * @options: what may be selected
 * @shapes: (nullable): the AT commands that may pass, up to one without text
 * @read_action: the polkit action that commands need which only read
 * @write_action: the one of those that write
 * @check: whether a command may pass, and which action it needs. It looks at nothing but its
 *     arguments
 * @run_async: selects, runs the commands, each of which gets its answer or its error, and puts
 *     back; it never fails as a whole
 * @run_finish: the end of it
 *
 * A door.
 */
struct _SimstowDoorRow {
    const gchar *name;
    const SimstowDoorOption *options;
    const SimstowDoorShape *shapes;
    const gchar *read_action;
    const gchar *write_action;
    gboolean (*check) (const SimstowDoorCall *call,
                       SimstowDoorCommand *command,
                       const gchar **action,
                       GError **error);
    void (*run_async) (SimstowDoors *doors,
                       SimstowDoorCall *call,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
    void (*run_finish) (SimstowDoors *doors, GAsyncResult *result);
};

/**
 * simstow_door_table_get:
 * @n_rows: (out): how many doors there are
 *
 * Returns: the table
 */
const SimstowDoorRow *
simstow_door_table_get (gsize *n_rows);

/**
 * simstow_doors_messages_async:
 *
 * The door "messages": holds the daemon's storage lock for as long as the call takes, where a
 * memory is named.
 */
void
simstow_doors_messages_async (SimstowDoors *doors,
                              SimstowDoorCall *call,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_doors_phonebook_async:
 *
 * The door "phonebook".
 */
void
simstow_doors_phonebook_async (SimstowDoors *doors,
                               SimstowDoorCall *call,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * simstow_doors_at_finish:
 *
 * The end of either.
 */
void
simstow_doors_at_finish (SimstowDoors *doors, GAsyncResult *result);
