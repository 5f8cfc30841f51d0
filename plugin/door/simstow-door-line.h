/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AT commands of a call as lines of several, V.250 5.2.1, each with what it needs selected
 * before them and what was selected put back behind them. So nothing of it ever shows outside:
 * the daemon's own commands come before or after a line, never in between.
 *
 * A line that is refused, or that is said to be carried out while answers are missing, is followed
 * by its commands one by one: each then has its own answer or its own error. What changes
 * anything is never sent a second time. What lines a modem takes is learnt.
 *
 * What is put back is what the modem itself said was selected. Each line asks for that, and what
 * it was the last time is put back in the same line; where it was something else this time, that
 * is put back then, and the line is repeated if it needed the other thing.
 */

#pragma once

#include "simstow-door.h"
#include "simstow-port.h"

G_BEGIN_DECLS

/* How a phonebook is selected */
#define SIMSTOW_DOOR_SELECT "+CPBS="

typedef struct _SimstowDoorLine SimstowDoorLine;

/**
 * simstow_door_line_new:
 * @port: the modem's line, which has to outlive it
 *
 * Returns: (transfer full): what runs commands on it, and knows nothing of it yet
 */
SimstowDoorLine *
simstow_door_line_new (SimstowPort *port);

/**
 * simstow_door_line_free:
 * @self: (transfer full): a modem's line
 */
void
simstow_door_line_free (SimstowDoorLine *self);

/**
 * simstow_door_line_run:
 * @self: a modem's line
 * @call: a call
 * @messages: whether it is one about messages, in PDU mode where a memory is named, or about a
 *     phonebook and a character set
 * @cancellable: (nullable): to stop between two lines
 * @done: called at the end, when each command of the call has its answer or its error
 * @user_data: for @done
 *
 * Runs all commands of a call.
 */
void
simstow_door_line_run (SimstowDoorLine *self,
                       SimstowDoorCall *call,
                       gboolean messages,
                       GCancellable *cancellable,
                       void (*done) (gpointer user_data),
                       gpointer user_data);

G_END_DECLS
