/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A logical channel to an application on the card, abstract: one implementation
 * for each way to get there. What is common, collecting an answer that comes in
 * parts and asking again with the length that the card wants, is done here.
 *
 * Commands carry the class byte of channel 0; an implementation whose modem does
 * not manage channels puts the channel in.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CHANNEL (simstow_channel_get_type ())
G_DECLARE_DERIVABLE_TYPE (SimstowChannel, simstow_channel, SIMSTOW, CHANNEL, GObject)

/**
 * SimstowChannelClass:
 * @way: what ListStores () calls this way to the card: "cgla", "csim" or "mbim"
 * @open_async: opens a channel and selects an application
 * @open_finish: the application's answer to SELECT, empty where the modem keeps it
 * @exchange_async: sends one command and gets one response, no more
 * @exchange_finish: data and status word
 * @close_async: closes the channel; may be called a second time when that failed
 * @close_finish: whether the card said so
 *
 * What an implementation has to give. Every operation has a deadline of its own.
 */
struct _SimstowChannelClass {
    GObjectClass parent_class;

    const gchar *way;
    void (*open_async) (SimstowChannel *self,
                        GBytes *aid,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
    GBytes *(*open_finish) (SimstowChannel *self, GAsyncResult *result, GError **error);
    void (*exchange_async) (SimstowChannel *self,
                            GBytes *apdu,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
    GBytes *(*exchange_finish) (SimstowChannel *self, GAsyncResult *result, GError **error);
    void (*close_async) (SimstowChannel *self, GAsyncReadyCallback callback, gpointer user_data);
    gboolean (*close_finish) (SimstowChannel *self, GAsyncResult *result, GError **error);
};

/**
 * simstow_channel_set_port:
 * @self: a channel
 * @port: the line of the modem whose card it leads to
 *
 * For implementations: a card that says it is busy is asked again for as long as the modem's
 * line has patience.
 */
void
simstow_channel_set_port (SimstowChannel *self, SimstowPort *port);

/**
 * simstow_channel_get_way:
 * @self: a channel
 *
 * Returns: "cgla", "csim" or "mbim"
 */
const gchar *
simstow_channel_get_way (SimstowChannel *self);

/**
 * simstow_channel_get_patience:
 * @self: a channel
 *
 * Returns: how many seconds the card has for a command
 */
guint
simstow_channel_get_patience (SimstowChannel *self);

/**
 * simstow_channel_set_patience:
 * @self: a channel
 * @seconds: how long the card has for a command from now on, half a minute unless set
 */
void
simstow_channel_set_patience (SimstowChannel *self, guint seconds);

/**
 * simstow_channel_is_open:
 * @self: a channel
 *
 * Returns: whether it was opened and not closed since
 */
gboolean
simstow_channel_is_open (SimstowChannel *self);

/**
 * simstow_channel_open_async:
 * @self: a channel that is not open
 * @aid: the application's identifier, 5 to 16 bytes; may be cut short on the right
 * @cancellable: (nullable): to give up
 * @callback: called when it is open
 * @user_data: for @callback
 *
 * Opens the channel and selects the application on it.
 */
void
simstow_channel_open_async (SimstowChannel *self,
                            GBytes *aid,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * simstow_channel_open_finish:
 * @self: a channel
 * @result: what the callback got
 * @error: return location for a #SimstowError: Unsupported when this way does not
 *     exist on the modem, NotFound when the card has no such application
 *
 * Returns: (transfer full) (nullable): the answer to SELECT, possibly empty;
 * %NULL with @error set, nothing is open then
 */
GBytes *
simstow_channel_open_finish (SimstowChannel *self, GAsyncResult *result, GError **error);

/**
 * simstow_channel_transmit_async:
 * @self: an open channel
 * @apdu: a command with the class byte of channel 0
 * @cancellable: (nullable): to give up before the next part of the answer is fetched
 * @callback: called with the response
 * @user_data: for @callback
 *
 * Sends a command; fetches the rest of an answer that the card announces by SW
 * 61xx with GET RESPONSE, and sends again with the length it wants on SW 6Cxx.
 * What is on its way is always waited for.
 */
void
simstow_channel_transmit_async (SimstowChannel *self,
                                GBytes *apdu,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * simstow_channel_transmit_finish:
 * @self: a channel
 * @result: what the callback got
 * @error: return location for a #SimstowError; a status word that means failure
 *     is none
 *
 * Returns: (transfer full) (nullable): all data and the last status word
 */
GBytes *
simstow_channel_transmit_finish (SimstowChannel *self, GAsyncResult *result, GError **error);

/**
 * simstow_channel_close_async:
 * @self: a channel; one that is not open is closed at once
 * @callback: called when it is closed
 * @user_data: for @callback
 *
 * Closes the channel, after the command that is on its way, if there is one, was answered.
 * Not cancellable: a channel left open is lost to all.
 */
void
simstow_channel_close_async (SimstowChannel *self,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * simstow_channel_close_finish:
 * @self: a channel
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when the modem did not confirm; the channel
 * counts as closed all the same
 */
gboolean
simstow_channel_close_finish (SimstowChannel *self, GAsyncResult *result, GError **error);

G_END_DECLS
