/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several AT commands in one line, V.250 5.2.1, or one after the other where the
 * modem does not take that. What a modem takes is learnt once: a line that failed
 * while its commands succeed one by one is too long for it, and is not tried again.
 *
 * A line has one more merit than speed: the daemon's own commands come before or
 * after it, never in between. What a script selects and puts back in one line
 * never shows.
 *
 * Commands are not given up while the modem works on them, as the answer would be
 * taken for that of the next command. A cancellable counts between commands.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-port.h"

G_BEGIN_DECLS

/**
 * SimstowStoreScriptFlags:
 * @SIMSTOW_STORE_SCRIPT_DEFAULT: stop at the first command that fails
 * @SIMSTOW_STORE_SCRIPT_TOLERANT: when a line fails, send all its commands one
 *     by one, and only fail when none succeeds
 * @SIMSTOW_STORE_SCRIPT_ONCE: never send a command a second time, as doing it
 *     twice is not the same as once
 * @SIMSTOW_STORE_SCRIPT_KEEP: more of the kind is to be expected: a phonebook may stay
 *     selected for it, see simstow-store-selector.h
 * @SIMSTOW_STORE_SCRIPT_READS: nothing is written: a phonebook need not be selected that the
 *     modem has just said is
 */
typedef enum {
    SIMSTOW_STORE_SCRIPT_DEFAULT = 0,
    SIMSTOW_STORE_SCRIPT_TOLERANT = 1 << 0,
    SIMSTOW_STORE_SCRIPT_ONCE = 1 << 1,
    SIMSTOW_STORE_SCRIPT_KEEP = 1 << 2,
    SIMSTOW_STORE_SCRIPT_READS = 1 << 3,
} SimstowStoreScriptFlags;

#define SIMSTOW_TYPE_STORE_SCRIPT (simstow_store_script_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreScript, simstow_store_script, SIMSTOW, STORE_SCRIPT, GObject)

/**
 * simstow_store_script_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): a runner that has learnt nothing yet
 */
SimstowStoreScript *
simstow_store_script_new (SimstowPort *port);

/**
 * simstow_store_script_run_async:
 * @self: a runner
 * @commands: commands without "AT", in order
 * @flags: what to do about failures
 * @timeout: how long each line may take, in seconds
 * @cancellable: (nullable): to stop between two lines
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Sends @commands.
 */
void
simstow_store_script_run_async (SimstowStoreScript *self,
                                const gchar *const *commands,
                                SimstowStoreScriptFlags flags,
                                guint timeout,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * simstow_store_script_run_finish:
 * @self: a runner
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): all answers, line by line in the order of
 * the commands; or %NULL with @error set, some commands having been carried out
 */
gchar *
simstow_store_script_run_finish (SimstowStoreScript *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_script_is_definite:
 * @error: an error
 *
 * Returns: whether saying it otherwise would not help: the modem is gone, silent,
 * locked or full, or has understood and refused
 */
gboolean
simstow_store_script_is_definite (const GError *error);

G_END_DECLS
