/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card of a modem: what is known of it, and the ways to it, tried in order.
 */

#pragma once

#include "simstow-channel.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CARD (simstow_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCard, simstow_card, SIMSTOW, CARD, GObject)

/**
 * SimstowCardMemory:
 * @way: (nullable): the way that led to an application
 * @channels: whether a channel was open, so that the card has some
 * @p2: over MBIM, which P2 of SELECT the modem takes, counted from 1
 * @form: in which form the card takes SELECT of a file
 * @silent: whether it gives no answer to that
 * @heard: whether the card said anything by +CRSM
 * @line_limit: the longest line of several +CRSM commands, 0 unless some were too long
 * @folders: (element-type utf8): folders that +CRSM gets to, or of which a channel has shown that
 *     nothing more is to be had
 * @files_way: (nullable): the way that is best for its files
 * @refusal: (nullable): why there is no channel to its files, where +CRSM stands in
 * @elements: (element-type GBytes): the identifier of the ISD-R of each secure element
 * @all_elements: whether further ones were looked for
 * @no_element: (nullable): why there is none
 * @euicc_way: (nullable): by which way they were found
 *
 * What is known of the SIM that is there now; forgotten when another is, or its lock state
 * changes.
 */
typedef struct {
    const SimstowWay *way;
    gboolean channels;
    guint p2;
    guint form;
    gboolean silent;
    gboolean heard;
    gsize line_limit;
    GHashTable *folders;
    const gchar *files_way;
    GError *refusal;
    GPtrArray *elements;
    gboolean all_elements;
    GError *no_element;
    const gchar *euicc_way;
} SimstowCardMemory;

/**
 * simstow_card_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): the card behind it
 */
SimstowCard *
simstow_card_new (SimstowPort *port);

/**
 * simstow_card_get_port:
 * @self: a card
 *
 * Returns: (transfer none): the modem's line
 */
SimstowPort *
simstow_card_get_port (SimstowCard *self);

/**
 * simstow_card_renew:
 * @self: a card
 *
 * Looks which SIM is there. Each job on the card does so when it begins.
 *
 * Returns: (transfer none): what is known of it, to be added to
 */
SimstowCardMemory *
simstow_card_renew (SimstowCard *self);

/**
 * simstow_card_get_memory:
 * @self: a card
 *
 * Returns: (transfer none): what is known of the SIM that was there last
 */
SimstowCardMemory *
simstow_card_get_memory (SimstowCard *self);

/**
 * simstow_card_get_spare_sessions:
 * @self: a card
 *
 * Some modems have no +CCHC, and a card has three channels. What cannot be closed is set aside,
 * and the next application is selected there.
 *
 * Returns: (transfer none) (element-type utf8): sessions of +CGLA that are open still
 */
GQueue *
simstow_card_get_spare_sessions (SimstowCard *self);

/**
 * simstow_card_lacks:
 * @error: why something of the card could not be had
 *
 * Modems without a way to the card say so in different words, many of them just
 * "ERROR".
 *
 * Returns: whether because it is not there: no way to the card, no such application
 * or file. Else the card or the modem failed, and it may well be there
 */
gboolean
simstow_card_lacks (const GError *error);

/**
 * simstow_card_hides:
 * @error: why an application could not be had
 *
 * Returns: whether the card was reached, and may have one that it does not show
 */
gboolean
simstow_card_hides (const GError *error);

/**
 * simstow_card_is_silent:
 * @error: what became of a command
 *
 * Returns: whether nobody answers, or nobody wants the answer any more: nothing else is sent then
 */
gboolean
simstow_card_is_silent (const GError *error);

/**
 * simstow_card_cancelled_error:
 *
 * Returns: (transfer full): the #SIMSTOW_ERROR_CANCELLED error of a job that was given up
 */
GError *
simstow_card_cancelled_error (void);

/**
 * simstow_card_at_async:
 * @self: a card
 * @command: an AT command
 * @seconds: how long it may take
 * @cancellable: (nullable): to give up before it is sent
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Sends a command; one that reaches the card is not sent when it has fallen silent.
 */
void
simstow_card_at_async (SimstowCard *self,
                       const gchar *command,
                       guint seconds,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);

/**
 * simstow_card_at_finish:
 * @self: a card
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set
 */
gchar *
simstow_card_at_finish (SimstowCard *self, GAsyncResult *result, GError **error);

/**
 * simstow_card_open_async:
 * @self: a card
 * @aids: (element-type GBytes): application identifiers, tried in order
 * @cancellable: (nullable): to give up between two attempts
 * @callback: called with the channel
 * @user_data: for @callback
 *
 * Opens a logical channel to the first of the applications that the card has:
 * over MBIM, by +CCHO, by +CSIM. The first application is asked for over each way; the
 * others over one that shows that it is there, and over no further way to the same card when the
 * card itself has said that it lacks one: a card without any costs as few commands as can be. The
 * way that once worked is the only one used later.
 */
void
simstow_card_open_async (SimstowCard *self,
                         GPtrArray *aids,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_card_open_by_async:
 * @self: a card
 * @way: (nullable): "mbim", "cgla" or "csim", and no other
 * @aids: (element-type GBytes): application identifiers, tried in order
 * @announces: whether the card is told that the terminal manages profiles when it lacks the first
 *     of them: many an eUICC hides its ISD-R from one that has not said so
 * @cancellable: (nullable): to give up between two attempts
 * @callback: called with the channel
 * @user_data: for @callback
 *
 * The same over a way that the caller has chosen; ends as simstow_card_open_async () does.
 */
void
simstow_card_open_by_async (SimstowCard *self,
                            const gchar *way,
                            GPtrArray *aids,
                            gboolean announces,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/**
 * simstow_card_open_finish:
 * @self: a card
 * @result: what the callback got
 * @response: (out) (optional) (transfer full): the answer to SELECT, possibly empty
 * @error: return location for a #SimstowError: Unsupported when there is no way
 *     to the card, NotFound when it has none of the applications
 *
 * Returns: (transfer full) (nullable): an open channel, to be closed with
 * simstow_channel_close_async () before it is dropped; or %NULL with @error set
 */
SimstowChannel *
simstow_card_open_finish (SimstowCard *self,
                          GAsyncResult *result,
                          GBytes **response,
                          GError **error);

/**
 * simstow_card_usim_aids:
 *
 * Returns: (transfer full) (element-type GBytes): the identifier of the USIM, cut short so that
 *     any of them answers; 3GPP TS 31.102
 */
GPtrArray *
simstow_card_usim_aids (void);

G_END_DECLS
