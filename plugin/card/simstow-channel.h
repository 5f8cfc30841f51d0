/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A logical channel to an application on the card, over one of the ways that modems have. An
 * answer that comes in parts is collected, and a length that the card corrects is asked for
 * again.
 *
 * Commands carry the class byte of channel 0; where the modem does not manage channels its number
 * is put in.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SimstowCard SimstowCard;

/**
 * SimstowWay:
 * @name: "mbim", "cgla" or "csim"
 * @mbim: whether it is over the MBIM device, else by AT commands
 * @test: (nullable): a command that succeeds when the modem has that way at all
 *
 * A way to the card on which channels can be opened.
 */
typedef struct {
    const gchar *name;
    gboolean mbim;
    const gchar *test;
    /*< private >*/
    void (*open) (GTask *task);
} SimstowWay;

/**
 * simstow_channel_ways:
 * @n_ways: (out): how many there are
 *
 * Returns: (array length=n_ways): the ways, best first
 */
const SimstowWay *
simstow_channel_ways (guint *n_ways);

#define SIMSTOW_TYPE_CHANNEL (simstow_channel_get_type ())
G_DECLARE_FINAL_TYPE (SimstowChannel, simstow_channel, SIMSTOW, CHANNEL, GObject)

/**
 * simstow_channel_open_async:
 * @way: the way to it
 * @aid: the application's identifier, 5 to 16 bytes; may be cut short on the right
 *
 * Opens a channel and selects the application on it.
 */
void
simstow_channel_open_async (SimstowCard *card,
                            const SimstowWay *way,
                            GBytes *aid,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * simstow_channel_open_finish:
 * @response: (out) (optional) (transfer full): the answer to SELECT, possibly empty
 *
 * Returns: (transfer full) (nullable): an open channel; %NULL with @error set, nothing is open
 *     then
 */
SimstowChannel *
simstow_channel_open_finish (GAsyncResult *result, GBytes **response, GError **error);

/**
 * simstow_channel_get_way:
 *
 * Returns: its way to the card
 */
const SimstowWay *
simstow_channel_get_way (SimstowChannel *self);

/**
 * simstow_channel_get_card:
 *
 * Returns: (transfer none): the card
 */
SimstowCard *
simstow_channel_get_card (SimstowChannel *self);

/**
 * simstow_channel_get_aid:
 *
 * Returns: (transfer none): the identifier of its application
 */
GBytes *
simstow_channel_get_aid (SimstowChannel *self);

/**
 * simstow_channel_get_selected:
 *
 * Returns: (transfer none) (nullable): the path of the file that is selected on it
 */
GBytes *
simstow_channel_get_selected (SimstowChannel *self);

/**
 * simstow_channel_set_selected:
 * @path: (nullable): the path of the file that is selected on it
 */
void
simstow_channel_set_selected (SimstowChannel *self, GBytes *path);

/**
 * simstow_channel_set_patience:
 * @seconds: how long the card has for a command from now on, half a minute unless set
 */
void
simstow_channel_set_patience (SimstowChannel *self, guint seconds);

/**
 * simstow_channel_transmit_async:
 * @apdu: a command with the class byte of channel 0
 *
 * Sends a command; fetches the rest of an answer that the card announces by SW
 * 61xx with GET RESPONSE, sends again with the length it wants on SW 6Cxx, and waits while it is
 * busy. What is on its way is always waited for.
 */
void
simstow_channel_transmit_async (SimstowChannel *self,
                                GBytes *apdu,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * simstow_channel_transmit_finish:
 *
 * Returns: (transfer full) (nullable): all data and the last status word
 */
GBytes *
simstow_channel_transmit_finish (SimstowChannel *self, GAsyncResult *result, GError **error);

/**
 * simstow_channel_close_async:
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
 *
 * Returns: %FALSE with @error set when the modem did not confirm; the channel
 * counts as closed all the same
 */
gboolean
simstow_channel_close_finish (SimstowChannel *self, GAsyncResult *result, GError **error);

G_END_DECLS
