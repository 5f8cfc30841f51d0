/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive read record by record, in memory that does not grow with it. What
 * simstow_archive_read () hands to a visitor comes from here.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-input.h"
#include "simstow-kept.h"

/**
 * SimstowItemKind:
 * @SIMSTOW_ITEM_END: the archive ended, and is whole
 * @SIMSTOW_ITEM_HEADER: its header, before any record
 * @SIMSTOW_ITEM_CALL: a call
 * @SIMSTOW_ITEM_CONTACT: a contact
 * @SIMSTOW_ITEM_ESIM: its eUICC
 * @SIMSTOW_ITEM_MESSAGE: a message
 * @SIMSTOW_ITEM_SIMFILE: a file of the card
 * @SIMSTOW_ITEM_UNREAD: a record that could not be understood
 * @SIMSTOW_ITEM_NETWORK: its network settings
 *
 * In the order in which they come.
 */
typedef enum {
    SIMSTOW_ITEM_END,
    SIMSTOW_ITEM_HEADER,
    SIMSTOW_ITEM_CALL,
    SIMSTOW_ITEM_CONTACT,
    SIMSTOW_ITEM_ESIM,
    SIMSTOW_ITEM_MESSAGE,
    SIMSTOW_ITEM_SIMFILE,
    SIMSTOW_ITEM_UNREAD,
    SIMSTOW_ITEM_NETWORK,
} SimstowItemKind;

/**
 * SimstowItem:
 * @kind: which of the others is set
 * @header: the header
 * @call: a call
 * @contact: a contact
 * @esim: an eUICC
 * @message: a message
 * @simfile: a file of the card
 * @unread: a record that could not be understood
 * @network: network settings
 * @text: of an eUICC and of network settings, the member as it stands
 * @repacked: at the end, whether another program packed or compressed it again
 * @ignored: (nullable) (array zero-terminated=1): at the end, the paths of the files that another
 *     program packed with the members; borrowed, as are the next
 * @sums: (element-type SimstowSum): at the end, the digests of all members but SHA256SUMS
 * @kept: (element-type SimstowKeptMember): at the end, what was kept, in the archive's order
 *
 * What was read. Who keeps it steals it.
 */
typedef struct {
    SimstowItemKind kind;
    SimstowArchiveHeader *header;
    SimstowCall *call;
    SimstowContact *contact;
    SimstowEsim *esim;
    SimstowMessage *message;
    SimstowSimfile *simfile;
    SimstowUnread *unread;
    SimstowNetwork *network;
    gchar *text;
    gboolean repacked;
    const gchar *const *ignored;
    const GPtrArray *sums;
    const GArray *kept;
} SimstowItem;

/**
 * SimstowKeptMember:
 * @name: a member's name
 * @offset: where its bytes were kept
 * @size: how many they are
 */
typedef struct {
    gchar *name;
    guint64 offset;
    guint64 size;
} SimstowKeptMember;

/**
 * SimstowItemFunc:
 * @item: an item, in the end %SIMSTOW_ITEM_END; what is stolen from it is the callee's
 * @user_data: the caller's
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set to read no further
 */
typedef gboolean (*SimstowItemFunc) (SimstowItem *item, gpointer user_data, GError **error);

/**
 * SimstowReading:
 * @func: (nullable): called for each item that is wanted, and at the end
 * @user_data: for @func
 * @wanted: flags (1 << #SimstowItemKind) of what is to be decoded; the rest is
 *     checked all the same
 * @raw: whether it is enough to have the PDU of messages
 * @kept: (nullable): where to keep members as they stand; while one is read, nobody else
 *     appends to it
 * @members: flags (1 << #SimstowMemberKind) of those members
 *
 * What is read, and for whom.
 */
typedef struct {
    SimstowItemFunc func;
    gpointer user_data;
    guint wanted;
    gboolean raw;
    SimstowKept *kept;
    guint members;
} SimstowReading;

/**
 * simstow_reading_run:
 * @stream: an archive that is not encrypted
 *
 * Returns: %FALSE with @error set when the archive is not whole, or the callee stopped it
 */
gboolean
simstow_reading_run (const SimstowReading *reading,
                     GInputStream *stream,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_reading_run_encrypted:
 * @fd: an archive that is encrypted, in a file that can be sought
 *
 * Decrypts once. What the callee sees is known to be whole only when this returns %TRUE.
 *
 * Returns: %FALSE with @error set when the archive is not whole, or the callee stopped it
 */
gboolean
simstow_reading_run_encrypted (const SimstowReading *reading,
                               gint fd,
                               const SimstowArchiveKeys *keys,
                               GCancellable *cancellable,
                               GError **error);

/**
 * simstow_reading_run_input:
 * @input: an archive of which nothing was read, encrypted or not
 *
 * Returns: %FALSE with @error set when the archive is not whole, or the callee stopped it
 */
gboolean
simstow_reading_run_input (const SimstowReading *reading,
                           const SimstowInput *input,
                           const SimstowArchiveKeys *keys,
                           GCancellable *cancellable,
                           GError **error);
