/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several AT commands in one line, V.250 5.2.1, or one after the other where the
 * modem does not take that: whatever it refuses a line with, and where it says OK and
 * yet leaves out answers, as one that carries out nothing but the first command. Each
 * command then has its own answer or its own error. What a modem takes is learnt once for
 * a port: a line that failed while its commands succeed one by one is too long for it, or
 * where no line ever succeeded it takes none.
 *
 * A line has one more merit than speed: the daemon's own commands come before or
 * after it, never in between. What a script selects and puts back in one line
 * never shows. One by one, what was set before is not put back where the daemon has begun
 * meanwhile to set up the modem.
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
 * @SIMSTOW_STORE_SCRIPT_TOLERANT: go on behind a command that fails, and only fail when none
 *     succeeds; a modem that is silent or a card that is locked ends it all the same
 * @SIMSTOW_STORE_SCRIPT_ONCE: never send a command a second time, as doing it
 *     twice is not the same as once; what a line that failed has done is to be looked up
 * @SIMSTOW_STORE_SCRIPT_JOINED: in one line or not at all: who asks has a smaller line to try;
 *     %SIMSTOW_ERROR_UNSUPPORTED is what is known to be too long, and was not sent
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
    SIMSTOW_STORE_SCRIPT_JOINED = 1 << 4,
} SimstowStoreScriptFlags;

#define SIMSTOW_TYPE_STORE_SCRIPT (simstow_store_script_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreScript, simstow_store_script, SIMSTOW, STORE_SCRIPT, GObject)

/**
 * simstow_store_script_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): the runner of @port, which all share and which keeps what it learns
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
 * simstow_store_script_run_finish_each:
 * @self: a runner
 * @result: what the callback of a tolerant run got
 * @faults: (out) (transfer full) (element-type utf8 GError): the error of each command that
 *     failed, by the command; also where all of them did
 * @error: return location for a #SimstowError
 *
 * A command that asks and is not answered has failed, whatever the modem says in the end.
 *
 * Returns: (transfer full) (nullable): the answers, as simstow_store_script_run_finish ()
 */
gchar *
simstow_store_script_run_finish_each (SimstowStoreScript *self,
                                      GAsyncResult *result,
                                      GHashTable **faults,
                                      GError **error);

/**
 * simstow_store_script_was_repeated:
 * @self: a runner
 * @result: what the callback got
 *
 * Returns: whether a line was sent again, or its commands one by one: what was asked first of all
 *     may tell what the line itself had done before
 */
gboolean
simstow_store_script_was_repeated (SimstowStoreScript *self, GAsyncResult *result);

/**
 * simstow_store_script_is_definite:
 * @error: an error
 *
 * Returns: whether saying it otherwise would not help: the modem is gone, silent,
 * locked or full, or has understood and refused
 */
gboolean
simstow_store_script_is_definite (const GError *error);

/**
 * simstow_store_script_is_fatal:
 * @error: an error
 *
 * Returns: whether there is nobody to send another command to: the modem is silent or locked, or
 * the job was cancelled
 */
gboolean
simstow_store_script_is_fatal (const GError *error);

/**
 * simstow_store_script_is_mute:
 * @error: an error of a command
 *
 * Returns: whether the modem said OK and nothing else to a command that asks
 */
gboolean
simstow_store_script_is_mute (const GError *error);

/**
 * simstow_store_script_is_absent:
 * @error: the error of a command in its test form, as +CPBS=?
 *
 * The test form tells whether there is such a command at all, 3GPP TS 27.007 4.2 and V.250
 * 5.4.3.3: one that a modem does not know is answered by a plain ERROR, or the codes for
 * "operation not allowed", "operation not supported" and "unknown". So do all data-only
 * modems with phonebooks and messages. No such answer to a command that selects or reads
 * what had been offered means that; nor does an error of the SIM.
 *
 * Returns: whether the modem says that it has nothing of the kind
 */
gboolean
simstow_store_script_is_absent (const GError *error);

/**
 * simstow_store_script_is_plain:
 * @error: an error
 *
 * Returns: whether it is a plain ERROR, without a code
 */
gboolean
simstow_store_script_is_plain (const GError *error);

G_END_DECLS
