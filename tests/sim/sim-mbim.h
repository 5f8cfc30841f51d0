/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MBIM front of the simulated modem: services and commands over the store
 * and the card, by the Mobile Broadband Interface Model 1.0 and Microsoft's
 * extensions. It knows no socket: sim-mbim-line.h carries its messages.
 *
 * Faults of sim-knobs.h hit a command by its name, as `mbim sms-read`; `cme N`
 * ends it with the MBIM status N; `truncate N`, `cut`, `garbage N` and `huge N` spoil the
 * answer's information, `reply` is no fault here.
 */

#pragma once

#include "sim-knobs.h"
#include "sim-mbim-buffer.h"
#include "sim-store.h"

G_BEGIN_DECLS

typedef struct _SimMbim SimMbim;

/**
 * SimMbimIndicate:
 * @user_data: the line's
 * @uuid: the service
 * @cid: the command
 * @data: the information
 * @size: its length
 *
 * Sends an indication.
 */
typedef void (*SimMbimIndicate) (gpointer user_data,
                                 const guint8 *uuid,
                                 guint32 cid,
                                 const guint8 *data,
                                 gsize size);

/**
 * SimMbimOutcome:
 * @SIM_MBIM_ANSWER: an answer is sent
 * @SIM_MBIM_SILENCE: none is
 * @SIM_MBIM_UNPLUG: the modem goes away
 *
 * What becomes of a command.
 */
typedef enum {
    SIM_MBIM_ANSWER,
    SIM_MBIM_SILENCE,
    SIM_MBIM_UNPLUG,
} SimMbimOutcome;

/**
 * sim_mbim_new:
 * @store: (transfer none): what the modem holds
 * @knobs: (transfer none): its knobs
 *
 * Returns: (transfer full): a front with all its services
 */
SimMbim *
sim_mbim_new (SimStore *store, SimKnobs *knobs);

/**
 * sim_mbim_free:
 * @self: a front
 */
void
sim_mbim_free (SimMbim *self);

/**
 * sim_mbim_load:
 * @self: a front
 * @file: a scenario
 * @error: return location for a #GError
 *
 * Takes over the group `mbim`: `messages=` and `phonebook=`, which memory and
 * which phonebook its services show, or `none`; `low-level=full`, `apdu` (no file
 * access) or `none`; `extensions=false`; `fragment=` bytes of its messages;
 * `read-marks=false`, reading leaves new messages new; `at=true` tells the testbed
 * that the AT front is a modem of its own beside.
 *
 * Returns: whether all was understood
 */
gboolean
sim_mbim_load (SimMbim *self, GKeyFile *file, GError **error);

/**
 * sim_mbim_fragment:
 * @self: a front
 *
 * Returns: most bytes of one of its messages
 */
gsize
sim_mbim_fragment (SimMbim *self);

/**
 * sim_mbim_run:
 * @self: a front
 * @uuid: the service
 * @cid: the command
 * @set: whether it is a set, not a query
 * @in: the information
 * @size: its length
 * @status: (out): the MBIM status
 * @out: (out) (transfer full): the answer's information
 *
 * Runs a command.
 *
 * Returns: what becomes of it
 */
SimMbimOutcome
sim_mbim_run (SimMbim *self,
              const guint8 *uuid,
              guint32 cid,
              gboolean set,
              const guint8 *in,
              gsize size,
              guint32 *status,
              GByteArray **out);

/**
 * sim_mbim_listen:
 * @self: a front
 * @indicate: called with each indication
 * @user_data: for it; the key of sim_mbim_unlisten ()
 */
void
sim_mbim_listen (SimMbim *self, SimMbimIndicate indicate, gpointer user_data);

/**
 * sim_mbim_unlisten:
 * @self: a front
 * @user_data: that of sim_mbim_listen ()
 */
void
sim_mbim_unlisten (SimMbim *self, gpointer user_data);

/**
 * sim_mbim_tell_message:
 * @self: a front
 * @index: of a message that came in
 *
 * Indicates a new message in the store.
 */
void
sim_mbim_tell_message (SimMbim *self, guint32 index);

/**
 * sim_mbim_tell_subscriber:
 * @self: a front
 * @reset: whether the card was reset: then it is indicated as taken out first, which
 *     makes the daemon probe the modem again
 *
 * Indicates the subscriber's state, after the SIM changed.
 */
void
sim_mbim_tell_subscriber (SimMbim *self, gboolean reset);

/**
 * sim_mbim_tell_signal:
 * @self: a front
 *
 * Indicates the signal's state.
 */
void
sim_mbim_tell_signal (SimMbim *self);

/**
 * sim_mbim_take_odd:
 * @self: a front
 * @twice: (out): whether the answer to the last command shall be sent twice
 * @noticed: (out): whether an indication shall come before its last fragment
 */
void
sim_mbim_take_odd (SimMbim *self, gboolean *twice, gboolean *noticed);

/**
 * sim_mbim_take_delay:
 * @self: a front
 * @held: (out): whether it waits until sim_mbim_holds () does no more
 *
 * Returns: how many milliseconds late the answer to the last command shall be
 */
guint
sim_mbim_take_delay (SimMbim *self, gboolean *held);

/**
 * sim_mbim_holds:
 * @self: a front
 *
 * Returns: whether answers that are held still have to wait
 */
gboolean
sim_mbim_holds (const SimMbim *self);

/**
 * sim_mbim_count:
 * @self: a front
 * @out: whether the modem sent the bytes
 * @length: how many
 *
 * Counts bytes on the line.
 */
void
sim_mbim_count (SimMbim *self, gboolean out, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimMbim, sim_mbim_free)

G_END_DECLS
