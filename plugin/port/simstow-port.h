/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's line, abstract: what a door or the card may ask of a modem. plugin/host implements it
 * on ModemManager's objects, the unit tests have scripted ones. The modem behind it may vanish at
 * any time; every call then ends with an error.
 *
 * What is busy, as cards are after power-up, is asked again with growing pauses, whichever way it
 * says so, up to half a minute for all that is asked without a pause of the caller's own: a whole
 * export. Then the error is %SIMSTOW_ERROR_BUSY.
 *
 * A modem that let a command go unanswered is first asked with a bare AT, the shortest of all.
 * Where that is answered, a command that only reads is sent once more; a second time in vain, and
 * none is for a while. Where it is not answered either, everything else fails at once for a
 * while: a silent modem costs one timeout, not one for each command. A card behind it, or a modem
 * in MBIM mode, is asked once more for a few seconds instead.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* No command takes longer, whoever asks */
#define SIMSTOW_PORT_SECONDS_MAX 240

#define SIMSTOW_TYPE_PORT (simstow_port_get_type ())
G_DECLARE_DERIVABLE_TYPE (SimstowPort, simstow_port, SIMSTOW, PORT, GObject)

/**
 * SimstowPortSetup:
 * @SIMSTOW_PORT_SETUP_NONE: the daemon has not set the modem up: it is disabled or locked
 * @SIMSTOW_PORT_SETUP_RUNNING: it does so now, and sets the mode and the character set it wants
 * @SIMSTOW_PORT_SETUP_DONE: it has done so, and sets them no more
 *
 * How far the daemon is with enabling the modem.
 */
typedef enum {
    SIMSTOW_PORT_SETUP_NONE,
    SIMSTOW_PORT_SETUP_RUNNING,
    SIMSTOW_PORT_SETUP_DONE,
} SimstowPortSetup;

/**
 * SimstowPortPart:
 * @SIMSTOW_PORT_PART_CARD: the card, over whichever line
 * @SIMSTOW_PORT_PART_MBIM: the modem in MBIM mode
 *
 * What may be silent while the AT line is well.
 */
typedef enum {
    SIMSTOW_PORT_PART_CARD,
    SIMSTOW_PORT_PART_MBIM,
    SIMSTOW_PORT_PARTS,
} SimstowPortPart;

/**
 * SimstowPortClass:
 * @has_at: whether AT commands can be sent
 * @at_async: sends a command
 * @lock_sms_async: takes the daemon's SMS storage lock
 * @unlock_sms: gives it back
 * @peek_mbim: the daemon's open MbimDevice, as a GObject
 * @get_setup: how far the daemon is with enabling the modem
 * @dup_sim: which SIM it is, and whether it is locked
 *
 * What an implementation has to give. The callbacks get a #GTask of a string: the answer, which is
 * empty for a lock.
 */
struct _SimstowPortClass {
    GObjectClass parent_class;

    gboolean (*has_at) (SimstowPort *self);
    void (*at_async) (SimstowPort *self,
                      const gchar *command,
                      gboolean raw,
                      guint timeout,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
    void (*lock_sms_async) (SimstowPort *self,
                            const gchar *mem1,
                            const gchar *mem2,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
    void (*unlock_sms) (SimstowPort *self, gboolean mem1, gboolean mem2);
    GObject *(*peek_mbim) (SimstowPort *self);
    SimstowPortSetup (*get_setup) (SimstowPort *self);
    gchar *(*dup_sim) (SimstowPort *self, gboolean *locked);
};

/**
 * simstow_port_has_at:
 *
 * Returns: whether the modem has an AT port
 */
gboolean
simstow_port_has_at (SimstowPort *self);

/**
 * simstow_port_at_async:
 * @command: the command without the leading "AT", as `+CPBS=?`; with @raw the
 *     very bytes, as a PDU and its Ctrl-Z
 * @raw: whether @command is sent as it is
 * @timeout: how long to wait for the answer, in seconds
 * @callback: called with the answer
 *
 * Sends a command in turn with the daemon's own. One for a card that has fallen silent is not sent
 * any more for a while, unless it gives a channel back.
 */
void
simstow_port_at_async (SimstowPort *self,
                       const gchar *command,
                       gboolean raw,
                       guint timeout,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);

/**
 * simstow_port_at_finish:
 * @error: return location for a #SimstowError, which carries the modem's own code, if any
 *
 * Returns: (transfer full) (nullable): the answer without its final OK, possibly
 * empty, or %NULL with @error set
 */
gchar *
simstow_port_at_finish (SimstowPort *self, GAsyncResult *result, GError **error);

/**
 * simstow_port_at_was_repeated:
 *
 * Returns: whether the command was sent more than once, as it was not answered or the SIM busy:
 *     what it does it may have done before
 */
gboolean
simstow_port_at_was_repeated (SimstowPort *self, GAsyncResult *result);

/**
 * simstow_port_lock_sms_async:
 * @mem1: (nullable): the storage to read and delete from, as "SM"; %NULL leaves it
 * @mem2: (nullable): the storage to write to; %NULL leaves it
 * @callback: called when it is taken
 *
 * Takes the daemon's SMS storage lock, which sends +CPMS. Where the daemon holds
 * it itself, waits a while for it. At least one of @mem1 and @mem2 is given. Hold
 * it in short batches: while it is held the daemon drops +CMTI notifications.
 */
void
simstow_port_lock_sms_async (SimstowPort *self,
                             const gchar *mem1,
                             const gchar *mem2,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * simstow_port_lock_sms_finish:
 *
 * Returns: %TRUE when taken: then simstow_port_unlock_sms () is called exactly once
 */
gboolean
simstow_port_lock_sms_finish (SimstowPort *self, GAsyncResult *result, GError **error);

/**
 * simstow_port_unlock_sms:
 * @mem1: whether mem1 was locked
 * @mem2: whether mem2 was locked
 *
 * Gives the storage lock back. Does nothing when the modem is gone.
 */
void
simstow_port_unlock_sms (SimstowPort *self, gboolean mem1, gboolean mem2);

/**
 * simstow_port_peek_mbim:
 *
 * Returns: (transfer none) (nullable): the daemon's open MbimDevice; %NULL when
 * the modem has none
 */
GObject *
simstow_port_peek_mbim (SimstowPort *self);

/**
 * simstow_port_get_services:
 *
 * Returns: (transfer none) (nullable): what the modem answered to MBIM_CID_DEVICE_SERVICES; it
 *     declares the same as long as it is there
 */
GBytes *
simstow_port_get_services (SimstowPort *self);

/**
 * simstow_port_set_services:
 * @services: what the modem answered
 */
void
simstow_port_set_services (SimstowPort *self, GBytes *services);

/**
 * simstow_port_get_setup:
 *
 * Returns: how far the daemon is with enabling the modem
 */
SimstowPortSetup
simstow_port_get_setup (SimstowPort *self);

/**
 * simstow_port_is_setup_still:
 * @before: what simstow_port_get_setup () said when something was looked up
 *
 * The daemon's commands wait in line with ours: where this holds when a command is sent, the
 * daemon has set nothing since and will not before that command.
 *
 * Returns: whether what was found then may be put back: the daemon has not begun to set the
 * modem up since
 */
gboolean
simstow_port_is_setup_still (SimstowPort *self, SimstowPortSetup before);

/**
 * simstow_port_dup_sim:
 * @locked: (out): whether the modem waits for a PIN or PUK
 *
 * Returns: (transfer full): a name of the SIM and its lock state, which means nothing and is
 *     another one when either changes
 */
gchar *
simstow_port_dup_sim (SimstowPort *self, gboolean *locked);

/* For those who say in other ways than an AT answer that something is busy or silent */

/**
 * SimstowPortAgain:
 * @task: the task that is waiting
 *
 * Asks again, or finds that @task is cancelled.
 */
typedef void (*SimstowPortAgain) (GTask *task);

/**
 * simstow_port_wait_pause:
 * @task: whose work it is that is busy; its cancellable ends the pause early
 * @again: called after the pause
 *
 * Returns: whether @again will be called: %FALSE when all was waited that there is, or @task is
 *     cancelled
 */
gboolean
simstow_port_wait_pause (SimstowPort *self, GTask *task, SimstowPortAgain again);

/**
 * simstow_port_wait_still_busy:
 * @error: (transfer full): what was said last
 *
 * Returns: (transfer full): the %SIMSTOW_ERROR_BUSY of what was waited for in vain
 */
GError *
simstow_port_wait_still_busy (GError *error);

/**
 * simstow_port_wait_check:
 * @part: which part is to be asked
 * @closes: whether a channel is given back, which is tried even where nothing answers
 * @seconds: (inout): how long it may take, which is less where it was silent before
 * @error: return location for a %SIMSTOW_ERROR_TIMEOUT error
 *
 * Returns: %FALSE with @error set when it is not to be asked any more
 */
gboolean
simstow_port_wait_check (SimstowPort *self,
                         SimstowPortPart part,
                         gboolean closes,
                         guint *seconds,
                         GError **error);

/**
 * simstow_port_wait_note:
 * @part: the part that was asked
 * @error: (nullable): what came of it
 *
 * Notes whether it answered.
 */
void
simstow_port_wait_note (SimstowPort *self, SimstowPortPart part, const GError *error);

/**
 * simstow_port_wait_renew:
 *
 * Forgets what was busy or silent: somebody asks anew what there is.
 */
void
simstow_port_wait_renew (SimstowPort *self);

/**
 * simstow_port_wait_set_patience:
 * @milliseconds: how long what is busy is waited for in all
 *
 * For tests.
 */
void
simstow_port_wait_set_patience (SimstowPort *self, guint milliseconds);

G_END_DECLS
