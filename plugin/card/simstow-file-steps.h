/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on files of the card, each with the path of its file, in lists that are carried out
 * over a channel, or by +CRSM, which TS 27.007 8.18 calls restricted access.
 */

#pragma once

#include "simstow-card.h"

G_BEGIN_DECLS

/**
 * SimstowFileStep:
 * @owner: whoever wants it
 * @ins: READ BINARY, READ RECORD, UPDATE RECORD, or GET RESPONSE to learn what the file is; over a
 *     channel SEARCH RECORD, of which silence is just an error
 * @path: the file's path from the MF, without the MF: two bytes a step
 * @parameters: P1, P2, P3
 * @data: (nullable): what to write
 * @answer: (nullable): the data that came with a status word of success
 * @error: (nullable): what went wrong instead
 *
 * A command and what came of it.
 */
typedef struct {
    gpointer owner;
    guint8 ins;
    GBytes *path;
    guint8 parameters[3];
    GBytes *data;
    GBytes *answer;
    GError *error;
    /*< private >*/
    gboolean corrected;
} SimstowFileStep;

/**
 * simstow_file_step_new:
 * @owner: whoever wants it
 * @ins: the instruction
 * @path: the file's path
 * @p1: its first parameter
 * @p2: its second
 * @p3: the number of octets
 * @data: (nullable): what to write
 *
 * Returns: (transfer full): a command
 */
SimstowFileStep *
simstow_file_step_new (gpointer owner,
                       guint8 ins,
                       GBytes *path,
                       guint p1,
                       guint p2,
                       guint p3,
                       GBytes *data);

/**
 * simstow_file_step_free:
 * @step: (transfer full): a command
 */
void
simstow_file_step_free (SimstowFileStep *step);

/**
 * simstow_file_steps_by_channel:
 * @channel: an open channel
 * @steps: (element-type SimstowFileStep): commands
 *
 * Carries out commands. A file is selected once for those in a row that are about it, in whatever
 * form card and modem take it. Of one of which the card tells nothing a template is made of what
 * reading it shows.
 */
void
simstow_file_steps_by_channel (SimstowChannel *channel,
                               GPtrArray *steps,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * simstow_file_steps_by_crsm:
 * @steps: (element-type SimstowFileStep): commands; those that write stand alone
 *
 * Carries out commands, many in a line. A line that the modem refuses is sent again in parts, down
 * to single commands: what it refuses may be one of them, or the line's length, which is
 * remembered. A command whose length the card corrects, 6Cxx or 67xx, is sent once more with
 * that. As long as the card was not heard by +CRSM the first command goes alone, and where it is
 * not heard then what it was told goes for all.
 */
void
simstow_file_steps_by_crsm (SimstowCard *card,
                            GPtrArray *steps,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * simstow_file_steps_finish:
 *
 * Returns: %FALSE with @error set when the card fell silent, or it was cancelled; errors of
 * commands are in the commands
 */
gboolean
simstow_file_steps_finish (GAsyncResult *result, GError **error);

G_END_DECLS
