/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lends channels to the card to programs on the bus. A channel belongs to the
 * caller that opened it; it is closed when that caller leaves the bus, when it was
 * not used for a while, and when the modem goes.
 */

#pragma once

#include "simstow-callers.h"
#include "simstow-channel.h"

G_BEGIN_DECLS

/* Cards have few channels, and one is needed for our own jobs */
#define SIMSTOW_LENDER_MAX          2
#define SIMSTOW_LENDER_MAX_CALLER   1
#define SIMSTOW_LENDER_IDLE_SECONDS 120

/* How long the card has for one command of theirs: it installs a profile in minutes, and a cut
 * costs a code that is good for once */
#define SIMSTOW_LENDER_COMMAND_SECONDS 240

#define SIMSTOW_TYPE_LENDER (simstow_lender_get_type ())
G_DECLARE_FINAL_TYPE (SimstowLender, simstow_lender, SIMSTOW, LENDER, GObject)

/**
 * simstow_lender_new:
 * @idle_seconds: how long a channel may go unused
 *
 * Returns: (transfer full): a lender with nothing lent
 */
SimstowLender *
simstow_lender_new (guint idle_seconds);

/**
 * simstow_lender_check_room:
 * @self: a lender
 * @owner: a caller's unique bus name
 * @error: return location for a #G_DBUS_ERROR_LIMITS_EXCEEDED error
 *
 * Returns: whether @owner may have one more channel
 */
gboolean
simstow_lender_check_room (SimstowLender *self, const gchar *owner, GError **error);

/**
 * simstow_lender_add:
 * @self: a lender
 * @channel: (transfer full): an open channel
 * @owner: who gets it
 *
 * Returns: the handle by which @owner names the channel, from 1
 */
guint
simstow_lender_add (SimstowLender *self, SimstowChannel *channel, SimstowCaller *owner);

/**
 * simstow_lender_use:
 * @self: a lender
 * @owner: a caller's unique bus name
 * @handle: a handle
 * @error: return location for a #SIMSTOW_ERROR_NOT_FOUND error
 *
 * Returns: (transfer full) (nullable): the channel, or %NULL with @error set when
 * @owner has no such channel
 */
SimstowChannel *
simstow_lender_use (SimstowLender *self, const gchar *owner, guint handle, GError **error);

/**
 * simstow_lender_hold:
 * @self: a lender
 * @owner: a caller's unique bus name
 * @handle: a handle
 * @error: return location for a #SIMSTOW_ERROR_NOT_FOUND error
 *
 * Says that there is something to do on the channel: it does not rest until
 * simstow_lender_rest () was called as often.
 *
 * Returns: (transfer none) (nullable): the owner as it was authorised when the channel was opened,
 * or %NULL with @error set when @owner has no such channel
 */
SimstowCaller *
simstow_lender_hold (SimstowLender *self, const gchar *owner, guint handle, GError **error);

/**
 * simstow_lender_rest:
 * @self: a lender
 * @owner: a caller's unique bus name
 * @handle: a handle that was held, gone by now perhaps
 *
 * Begins its time of rest anew, when nothing else is to do on it.
 */
void
simstow_lender_rest (SimstowLender *self, const gchar *owner, guint handle);

/**
 * simstow_lender_take_back:
 * @self: a lender
 * @owner: a caller's unique bus name
 * @handle: a handle
 * @error: return location for a #SIMSTOW_ERROR_NOT_FOUND error
 *
 * Forgets the handle. The caller of this function closes the channel.
 *
 * Returns: (transfer full) (nullable): the channel, or %NULL with @error set when
 * @owner has no such channel
 */
SimstowChannel *
simstow_lender_take_back (SimstowLender *self, const gchar *owner, guint handle, GError **error);

/**
 * simstow_lender_close:
 * @self: a lender
 *
 * Closes all channels.
 */
void
simstow_lender_close (SimstowLender *self);

G_END_DECLS
