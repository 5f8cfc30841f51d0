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
 * @answer: (nullable): what came
 * @error: (nullable): a #SimstowError instead
 * @writes: whether it changes something
 *
 * A request and what came of it: neither where it was not needed.
 */
typedef struct {
    GBytes *answer;
    GError *error;
    gboolean writes;
    /*< private >*/
    GBytes *aid;     /* to be selected */
    GBytes *request; /* %NULL, and no @aid: to announce */
} SimstowEuiccCommand;

/**
 * simstow_euicc_command_parse:
 * @text: `select AID`, `announce`; `eid`, `addresses`, `info2`, `profiles`, `profiles-plain`,
 *     `notifications`; `nickname ICCID`, `default-smdp`, `enable ICCID` or `disable ICCID`
 * @data: (nullable): the nickname or the address, UTF-8
 *
 * Applications that may be selected are the USIM and those under which cards show their ISD-R.
 * There is deliberately no request that deletes a profile or resets the memory.
 *
 * Returns: (transfer full) (nullable): the command, or %NULL with @error set to
 *     %SIMSTOW_ERROR_INVALID_RECORD
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
 * @commands: (element-type SimstowEuiccCommand): commands
 *
 * Carries out commands in order, over one channel. What selects or announces is needed only as
 * long as none is open; without one a request ends with what the last selection did. What the card
 * lacks is known until another SIM is there, or it was told of an assistant for profiles, of which
 * it is told once: many an eUICC hides its ISD-R before.
 */
void
simstow_card_run_euicc_async (SimstowCard *self,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_card_run_euicc_finish:
 *
 * Ends it. All that went wrong is in the commands.
 */
void
simstow_card_run_euicc_finish (SimstowCard *self, GAsyncResult *result);

G_END_DECLS
