/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card of a modem: finds the way to it that works, and remembers it.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-channel.h"
#include "simstow-port.h"
#include "simstow-restricted.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CARD (simstow_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCard, simstow_card, SIMSTOW, CARD, GObject)

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
 * simstow_card_get_application:
 * @self: a card
 *
 * Returns: (transfer none) (nullable): the identifier of the application that was opened last
 */
GBytes *
simstow_card_get_application (SimstowCard *self);

/**
 * simstow_card_announce_async:
 * @self: a card
 * @callback: called when it was told
 * @user_data: for @callback
 *
 * Tells the card that the terminal manages profiles: many an eUICC hides its ISD-R from
 * one that has not said so.
 */
void
simstow_card_announce_async (SimstowCard *self, GAsyncReadyCallback callback, gpointer user_data);

/**
 * simstow_card_announce_finish:
 * @self: a card
 * @result: what the callback got
 *
 * Returns: whether modem and card took it
 */
gboolean
simstow_card_announce_finish (SimstowCard *self, GAsyncResult *result);

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
 * simstow_card_tell_more:
 * @error: (transfer full): why a file could not be had
 * @refusal: (nullable): why no channel could be had, when restricted access stands in and
 *     is not known to work; %NULL when the card is known to answer
 *
 * A modem that has no restricted access says nothing of the card; what it said when it
 * was asked for a channel does. Where the card answers, a plain "ERROR" is a failure.
 *
 * Returns: (transfer full): the error that says more
 */
GError *
simstow_card_tell_more (GError *error, const GError *refusal);

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
 * @way: (nullable): "mbim", "cgla" or "csim", and no other; %NULL as simstow_card_open_async ()
 * @aids: (element-type GBytes): application identifiers, tried in order
 * @cancellable: (nullable): to give up between two attempts
 * @callback: called with the channel
 * @user_data: for @callback
 *
 * Opens a logical channel over a way that the caller has chosen; ends as
 * simstow_card_open_async () does.
 */
void
simstow_card_open_by_async (SimstowCard *self,
                            const gchar *way,
                            GPtrArray *aids,
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
 * simstow_card_set_sim:
 * @self: a card
 * @sim: (nullable): which SIM it is and whether it is locked, in any form that changes with them
 *
 * Forgets what was found out of another SIM.
 */
void
simstow_card_set_sim (SimstowCard *self, const gchar *sim);

/**
 * SimstowCardElements:
 * @aids: (element-type GBytes): the identifier of the ISD-R of each secure element that was found
 * @all: whether further ones were looked for
 * @refusal: (nullable): why there is none
 * @way: (nullable): by which way they were found
 *
 * What is known of a card's secure elements, until another SIM is there.
 */
typedef struct {
    GPtrArray *aids;
    gboolean all;
    GError *refusal;
    const gchar *way;
} SimstowCardElements;

/**
 * simstow_card_get_elements:
 * @self: a card
 *
 * Returns: (transfer none): its secure elements, to be added to
 */
SimstowCardElements *
simstow_card_get_elements (SimstowCard *self);

/**
 * simstow_card_get_restricted:
 * @self: a card
 *
 * Returns: (transfer none): its files by +CRSM
 */
SimstowRestricted *
simstow_card_get_restricted (SimstowCard *self);

/**
 * simstow_card_get_files_way:
 * @self: a card
 * @refusal: (out) (optional) (nullable) (transfer none): why there is no channel, where +CRSM
 *     stands in
 *
 * Returns: (nullable): the way that is best for the files of this SIM; %NULL when that is not
 * known
 */
const gchar *
simstow_card_get_files_way (SimstowCard *self, const GError **refusal);

/**
 * simstow_card_note_files_way:
 * @self: a card
 * @way: the way that is best for the files of this SIM
 * @refusal: (nullable): why there is no channel, where +CRSM stands in
 */
void
simstow_card_note_files_way (SimstowCard *self, const gchar *way, const GError *refusal);

/**
 * simstow_card_is_heard:
 * @self: a card
 *
 * Returns: whether it said anything by +CRSM yet
 */
gboolean
simstow_card_is_heard (SimstowCard *self);

/**
 * simstow_card_set_heard:
 * @self: a card that said something by +CRSM
 */
void
simstow_card_set_heard (SimstowCard *self);

/**
 * simstow_card_is_folder_known:
 * @self: a card
 * @folder: the path of a folder
 *
 * Returns: whether +CRSM gets there, or a channel has shown that nothing more is to be had
 */
gboolean
simstow_card_is_folder_known (SimstowCard *self, const gchar *folder);

/**
 * simstow_card_note_folder:
 * @self: a card
 * @folder: the path of a folder of which that is known now
 */
void
simstow_card_note_folder (SimstowCard *self, const gchar *folder);

G_END_DECLS
