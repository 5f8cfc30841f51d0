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
 * @run: selects, runs the commands, each of which gets its answer or its error, and puts back. It
 *     takes a task whose source are the #SimstowDoors and whose data is the #SimstowDoorCall, and
 *     which returns %TRUE at the end, come what may
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
                       SimstowDoorRequest *command,
                       const gchar **action,
                       GError **error);
    void (*run) (GTask *task);
};

/**
 * simstow_door_table_get:
 * @n_rows: (out): how many doors there are
 *
 * Returns: the table
 */
const SimstowDoorRow *
simstow_door_table_get (gsize *n_rows);

/* What there is in the rows */

/**
 * simstow_doors_messages_run:
 * @task: (transfer full): a call of the door "messages"
 *
 * Holds the daemon's storage lock for as long as the call takes, where a memory is named.
 */
void
simstow_doors_messages_run (GTask *task);

/**
 * simstow_doors_phonebook_run:
 * @task: (transfer full): a call of the door "phonebook"
 */
void
simstow_doors_phonebook_run (GTask *task);

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
 * simstow_door_mbim_run:
 * @task: (transfer full): a call of the door "mbim-messages" or "mbim-phonebook"
 *
 * A record is compared with what is there right before it is deleted; a place that is written to
 * is free right before.
 */
void
simstow_door_mbim_run (GTask *task);

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
                          SimstowDoorRequest *command,
                          const gchar **action,
                          GError **error);

/**
 * simstow_door_files_run:
 * @task: (transfer full): a call of the door "files"
 *
 * Reads and updates files of the card, by +CRSM or over one channel, which is closed.
 */
void
simstow_door_files_run (GTask *task);

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
                          SimstowDoorRequest *command,
                          const gchar **action,
                          GError **error);

/**
 * simstow_door_euicc_run:
 * @task: (transfer full): a call of the door "euicc"
 *
 * Has requests answered by the eUICC, over one channel, which is closed.
 */
void
simstow_door_euicc_run (GTask *task);
