/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records over MBIM, asked for and taken element by element, see simstow-mbim-elements.h. What is
 * wrong with an element costs that element.
 *
 * What modems do otherwise than MBIM:
 * - counts that do not fit what is there: simstow_mbim_split ();
 * - a list of services that is refused or cut: simstow_mbim_ask_services ();
 * - reading all at once refused, or not all given, as one record does not decode (Sierra EM7455):
 *   simstow_mbim_read (), place by place.
 */

#pragma once

#include "simstow-driver.h"
#include "simstow-mbim-elements.h"

/**
 * SimstowMbimTake:
 * @element: an element
 * @information: the information buffer that it is from
 * @into: where the record goes that it is
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when it makes no sense
 */
typedef gboolean (*SimstowMbimTake) (GBytes *element,
                                     GBytes *information,
                                     SimstowSnapshot *into,
                                     GError **error);

/**
 * SimstowMbimReader:
 * @door: the door
 * @command: what reads, up to the index: "read 0,"
 * @store: the id of the store
 * @count_offset: where in an answer the number of elements is
 * @take: takes an element of an answer
 * @last: the highest place, 0 unknown
 * @kept: (nullable) (element-type guint GBytes): where the elements go, by their indices
 *
 * How a store is read.
 */
typedef struct {
    const gchar *door;
    const gchar *command;
    const gchar *store;
    gsize count_offset;
    SimstowMbimTake take;
    guint last;
    GHashTable *kept;
} SimstowMbimReader;

/**
 * simstow_mbim_dup_text:
 * @bytes: an element
 * @offset: where the pair of offset and size is
 * @raw: (out) (optional) (nullable) (transfer full): UTF-16BE, where it is no valid text
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * What is no character becomes U+FFFD; where nobody wants to know of it, by @raw, it
 * is an error.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL with @error set
 */
gchar *
simstow_mbim_dup_text (GBytes *bytes, gsize offset, GBytes **raw, GError **error);

/**
 * simstow_mbim_run:
 * @conversation: a conversation
 * @door: a door
 * @command: (transfer full): a command
 * @data: (nullable): what goes with it
 * @cancellable: (nullable): to give up
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): the information buffer that came, or %NULL with @error set
 */
GBytes *
simstow_mbim_run (SimstowConversation *conversation,
                  const gchar *door,
                  gchar *command,
                  GBytes *data,
                  GCancellable *cancellable,
                  GError **error);

/**
 * simstow_mbim_ask_services:
 * @conversation: a conversation
 * @door: a door
 * @service: (array fixed-size=16): the UUID of a service
 * @cids: (out): a set bit for each of its commands, bit 1 for CID 1 and so on up to 31; none when
 *     the modem does not have it
 * @cancellable: (nullable): to give up
 * @error: return location for a #SimstowError
 *
 * Of a modem that refuses to tell, or whose list is not whole, the service is taken to be there:
 * what it refuses when it is asked for that is said by itself.
 *
 * Returns: %FALSE with @error set when the modem is silent or gone
 */
gboolean
simstow_mbim_ask_services (SimstowConversation *conversation,
                           const gchar *door,
                           const guint8 *service,
                           guint32 *cids,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_mbim_read:
 * @conversation: a conversation
 * @reader: how
 * @into: where the records go, and those that make no sense
 * @cancellable: (nullable): to stop between places
 * @error: return location for a #SimstowError
 *
 * Asks for everything, and where that is refused for one place after the other.
 *
 * Returns: %FALSE with @error set when nothing was answered
 */
gboolean
simstow_mbim_read (SimstowConversation *conversation,
                   const SimstowMbimReader *reader,
                   SimstowSnapshot *into,
                   GCancellable *cancellable,
                   GError **error);

/**
 * simstow_mbim_tell_absence:
 * @listing: where a store would be listed
 * @store: the id of the store
 * @doubt: (nullable): why its configuration is not known
 * @refusal: (nullable): why reading it failed
 * @error: return location for a #SimstowError: the job was cancelled
 *
 * Nothing came of a store. Only the modem itself can say that it lacks it.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_mbim_tell_absence (SimstowSnapshot *listing,
                           const gchar *store,
                           const GError *doubt,
                           const GError *refusal,
                           GError **error);
