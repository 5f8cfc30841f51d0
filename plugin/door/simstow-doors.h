/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors of one modem: its lines, and what was last seen selected behind them.
 */

#pragma once

#include "simstow-card.h"
#include "simstow-door.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_DOORS (simstow_doors_get_type ())
G_DECLARE_FINAL_TYPE (SimstowDoors, simstow_doors, SIMSTOW, DOORS, GObject)

/**
 * simstow_doors_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): the doors of a modem
 */
SimstowDoors *
simstow_doors_new (SimstowPort *port);

/**
 * simstow_doors_get_port:
 * @self: the doors of a modem
 *
 * Returns: the modem's line
 */
SimstowPort *
simstow_doors_get_port (SimstowDoors *self);

/**
 * simstow_doors_get_card:
 * @self: the doors of a modem
 *
 * Returns: (transfer none): the modem's card; it knows nothing of any other SIM than the one
 *     that is there now
 */
SimstowCard *
simstow_doors_get_card (SimstowDoors *self);

/**
 * simstow_doors_set_caller:
 * @self: the doors of a modem
 * @caller: who makes the calls that follow
 *
 * Whoever comes anew may ask what was silent before.
 */
void
simstow_doors_set_caller (SimstowDoors *self, const gchar *caller);

/**
 * simstow_doors_run_async:
 * @self: the doors of a modem
 * @call: a call, which stays alive until the end
 * @cancellable: (nullable): to stop between two lines; what was selected is put back
 * @callback: called when each command has its answer or its error
 * @user_data: for @callback
 *
 * Runs a call. One at a time.
 */
void
simstow_doors_run_async (SimstowDoors *self,
                         SimstowDoorCall *call,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_doors_run_finish:
 * @self: the doors of a modem
 * @result: what the callback got
 *
 * The answers are in the call.
 */
void
simstow_doors_run_finish (SimstowDoors *self, GAsyncResult *result);

/**
 * simstow_doors_describe:
 * @self: the doors of a modem
 *
 * Returns: (transfer floating): what Describe () says, of type a{sv}
 */
GVariant *
simstow_doors_describe (SimstowDoors *self);

G_END_DECLS
