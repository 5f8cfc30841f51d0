/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restricted access to the card's files, +CRSM of 3GPP TS 27.007 8.18: one command
 * a file access, the modem selects the file itself. Commands that read share a
 * line, V.250 5.2.1, as long as the modem takes that: reading many small files is
 * then a matter of a few lines.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-port.h"

G_BEGIN_DECLS

/**
 * SimstowRestrictedCommand:
 * @ins: READ BINARY, READ RECORD, GET RESPONSE, UPDATE BINARY or UPDATE RECORD
 * @path: the file's path from the MF, without the MF: two bytes a step
 * @parameters: P1, P2, P3
 * @data: (nullable): what to write
 * @answer: (nullable): the data that came with a status word of success
 * @error: (nullable): what went wrong instead
 *
 * A command and what came of it.
 */
typedef struct {
    guint8 ins;
    GBytes *path;
    guint8 parameters[3];
    GBytes *data;
    GBytes *answer;
    GError *error;
    /*< private >*/
    gboolean corrected;
} SimstowRestrictedCommand;

/**
 * simstow_restricted_command_new:
 * @ins: the instruction
 * @path: the file's path
 * @parameters: P1, P2, P3
 * @data: (nullable): what to write
 *
 * Returns: (transfer full): a command
 */
SimstowRestrictedCommand *
simstow_restricted_command_new (guint8 ins, GBytes *path, const guint8 parameters[3], GBytes *data);

/**
 * simstow_restricted_command_free:
 * @command: (transfer full) (nullable): a command
 */
void
simstow_restricted_command_free (SimstowRestrictedCommand *command);

#define SIMSTOW_TYPE_RESTRICTED (simstow_restricted_get_type ())
G_DECLARE_FINAL_TYPE (SimstowRestricted, simstow_restricted, SIMSTOW, RESTRICTED, GObject)

/**
 * simstow_restricted_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): a way to the files of the card behind it
 */
SimstowRestricted *
simstow_restricted_new (SimstowPort *port);

/**
 * simstow_restricted_run_async:
 * @self: a way to the files
 * @commands: (element-type SimstowRestrictedCommand): commands; those that write
 *     stand alone
 * @cancellable: (nullable): to give up between two lines
 * @callback: called when each has an answer or an error
 * @user_data: for @callback
 *
 * Carries out @commands. A line that the modem refuses is sent again in parts, down
 * to single commands: what it refuses may be one of them, or the line's length,
 * which is remembered. A command whose length the card corrects, 6Cxx or 67xx, is
 * sent once more with that.
 */
void
simstow_restricted_run_async (SimstowRestricted *self,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_restricted_run_finish:
 * @self: a way to the files
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when the modem fell silent, or it was cancelled;
 * errors of commands are in the commands
 */
gboolean
simstow_restricted_run_finish (SimstowRestricted *self, GAsyncResult *result, GError **error);

G_END_DECLS
