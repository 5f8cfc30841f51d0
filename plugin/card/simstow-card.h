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
 * @way: (nullable): the way that leads to the card; no other is used
 * @declared: a bit for each way that the modem says it has
 * @absent: a bit for each way that it lacks
 * @doubtful: a bit for each way that it refused as if it lacked it, until somebody asks anew
 * @refused: a bit for each way that it refused so twice, until then
 * @no_way: (nullable): what it said, when it lacks all of them
 * @channels: whether a channel was open, so that the card has some
 * @p2: over MBIM, which P2 of SELECT the modem takes, counted from 1
 * @form: in which form the card takes SELECT of a file
 * @silent: whether it gives no answer to that
 * @searches: whether it has told by SEARCH RECORD what it does not have
 * @search_fails: whether that is of no use
 * @heard: whether the card said anything by +CRSM
 * @line_limit: the longest line of several +CRSM commands, 0 unless some were too long
 * @folders: (element-type utf8): folders that +CRSM gets to, or of which a channel has shown that
 *     nothing more is to be had
 * @files_way: (nullable): the way that is best for its files
 * @refusal: (nullable): why there is no channel to its files, where +CRSM stands in
 * @lacking: (element-type GBytes GError): identifiers of an ISD-R that the card lacks, and what it
 *     said; %NULL of one that it has
 * @announced: whether the card was told of an assistant for profiles
 * @deaf: (nullable): why it did not take that
 * @euicc_way: (nullable): by which way an ISD-R was found
 *
 * What is known of the SIM that is there now; forgotten when another is, or its lock state
 * changes.
 */
typedef struct {
    const SimstowWay *way;
    guint declared;
    guint absent;
    guint doubtful;
    guint refused;
    GError *no_way;
    gboolean channels;
    guint p2;
    guint form;
    gboolean silent;
    gboolean searches;
    gboolean search_fails;
    gboolean heard;
    gsize line_limit;
    GHashTable *folders;
    const gchar *files_way;
    GError *refusal;
    GHashTable *lacking;
    gboolean announced;
    GError *deaf;
    const gchar *euicc_way;
} SimstowCardMemory;

/**
 * simstow_card_new:
 *
 * Returns: (transfer full): the card behind it
 */
SimstowCard *
simstow_card_new (SimstowPort *port);

/**
 * simstow_card_get_port:
 *
 * Returns: (transfer none): the modem's line
 */
SimstowPort *
simstow_card_get_port (SimstowCard *self);

/**
 * simstow_card_renew:
 *
 * Looks which SIM is there. Each job on the card does so when it begins.
 *
 * Returns: (transfer none): what is known of it, to be added to
 */
SimstowCardMemory *
simstow_card_renew (SimstowCard *self);

/**
 * simstow_card_ask_anew:
 *
 * Forgets which ways were refused in vague words: whoever comes anew may ask for them again.
 */
void
simstow_card_ask_anew (SimstowCard *self);

/**
 * simstow_card_get_memory:
 *
 * Returns: (transfer none): what is known of the SIM that was there last
 */
SimstowCardMemory *
simstow_card_get_memory (SimstowCard *self);

/**
 * simstow_card_get_spare_sessions:
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
 * simstow_card_open_async:
 * @way: (nullable): "mbim", "cgla" or "csim", and no other
 * @aid: the application's identifier, 5 to 16 bytes; may be cut short on the right
 *
 * Opens a logical channel to an application of the card: over MBIM, by +CCHO, by +CSIM; over no
 * further way when the card itself has said that it lacks it, and over none that the modem is
 * known to lack.
 */
void
simstow_card_open_async (SimstowCard *self,
                         const gchar *way,
                         GBytes *aid,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_card_open_finish:
 * @response: (out) (optional) (transfer full): the answer to SELECT, possibly empty
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
 * simstow_card_usim_aid:
 *
 * Returns: (transfer full): the identifier of the USIM, cut short so that any of them answers;
 *     3GPP TS 31.102
 */
GBytes *
simstow_card_usim_aid (void);

G_END_DECLS
