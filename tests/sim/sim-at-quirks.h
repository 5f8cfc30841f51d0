/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sim-quirks.h does to AT commands: to lines, to commands, to their answers.
 */

#pragma once

#include "sim-at.h"

G_BEGIN_DECLS

/**
 * SimAtPlan:
 * @most: how many commands of the line are run
 * @then: what it ends with when it has more
 * @mute: whose answer is left out, %G_MAXUINT for none
 */
typedef struct {
    guint most;
    SimAtResult then;
    guint mute;
} SimAtPlan;

/**
 * sim_at_quirks_plan:
 * @store: what the modem holds
 * @commands: (element-type utf8): those of one line
 * @length: characters of the line
 *
 * Returns: what becomes of the line
 */
SimAtPlan
sim_at_quirks_plan (const SimStore *store, const GPtrArray *commands, gsize length);

/**
 * sim_at_quirks_refuse:
 * @store: what the modem holds
 * @command: a command
 * @result: (out): what it ends with
 *
 * Returns: whether the command is not run
 */
gboolean
sim_at_quirks_refuse (const SimStore *store, const SimAtCommand *command, SimAtResult *result);

/**
 * sim_at_quirks_shape:
 * @store: what the modem holds
 * @command: a command that was run
 * @result: (inout): what it ends with
 * @answer: what is sent
 * @start: where in it the command's information begins
 */
void
sim_at_quirks_shape (const SimStore *store,
                     const SimAtCommand *command,
                     SimAtResult *result,
                     GString *answer,
                     gsize start);

/**
 * sim_at_quirks_send:
 * @store: what the modem holds
 * @answer: all that is sent for a line
 */
void
sim_at_quirks_send (const SimStore *store, GString *answer);

G_END_DECLS
