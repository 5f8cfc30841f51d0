/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The eUICC of a card: requests by name, carried out as one job over one channel to the ISD-R of
 * one of its secure elements. Nothing here looks into an answer.
 */

#pragma once

#include "simstow-card.h"

G_BEGIN_DECLS

/**
 * SimstowEuiccCommand:
 * @answer: (nullable): what came: of "select" the identifier of the ISD-R, else the answer to the
 *     request
 * @error: (nullable): a #SimstowError instead
 * @writes: whether it changes something
 *
 * A request and what came of it.
 */
typedef struct {
    GBytes *answer;
    GError *error;
    gboolean writes;
    /*< private >*/
    GBytes *request; /* %NULL: no more than to select the ISD-R */
} SimstowEuiccCommand;

/**
 * simstow_euicc_command_parse:
 * @text: `select`, `eid`, `addresses`, `info2`, `profiles`, `profiles-plain`, `notifications`, or
 *     `nickname ICCID`, `default-smdp`, `enable ICCID`, `disable ICCID`
 * @data: (nullable): the nickname or the address, UTF-8
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * There is deliberately no request that deletes a profile or resets the memory.
 *
 * Returns: (transfer full) (nullable): the command, or %NULL with @error set
 */
SimstowEuiccCommand *
simstow_euicc_command_parse (const gchar *text, GBytes *data, GError **error);

/**
 * simstow_euicc_command_free:
 * @command: (transfer full): a command
 */
void
simstow_euicc_command_free (SimstowEuiccCommand *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEuiccCommand, simstow_euicc_command_free)

/**
 * simstow_card_run_euicc_async:
 * @self: a card
 * @element: which of its secure elements, from 1
 * @commands: (element-type SimstowEuiccCommand): commands
 * @cancellable: (nullable): to stop between two commands
 * @callback: called when each command has its outcome
 * @user_data: for @callback
 *
 * Carries out requests. A card that has no such element leaves each with NotFound; what is known
 * of its elements is known until another SIM is there.
 */
void
simstow_card_run_euicc_async (SimstowCard *self,
                              guint element,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_card_run_euicc_finish:
 * @self: a card
 * @result: what the callback got
 *
 * Ends it. All that went wrong is in the commands.
 */
void
simstow_card_run_euicc_finish (SimstowCard *self, GAsyncResult *result);

G_END_DECLS
