/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive read record by record, on demand, in memory that does not grow
 * with it. What simstow_archive_read () hands to a visitor comes from here; so
 * does what has to read several archives at once.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-kept.h"

typedef struct _SimstowArchiveReader SimstowArchiveReader;

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
 *     program packed with the members; the reader's
 *
 * What was read. The item owns it until simstow_item_clear () or the next
 * simstow_archive_reader_next (); who keeps it steals it.
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
} SimstowItem;

/**
 * simstow_item_clear:
 * @item: an item
 *
 * Frees what it holds.
 */
void
simstow_item_clear (SimstowItem *item);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowItem, simstow_item_clear)

/**
 * simstow_archive_reader_new:
 * @input: an archive, not encrypted
 * @wanted: flags (1 << #SimstowItemKind) of what is to be decoded; the rest is
 *     checked all the same, and not returned
 * @cancellable: (nullable): to stop it
 *
 * Returns: (transfer full): a reader before the first item
 */
SimstowArchiveReader *
simstow_archive_reader_new (GInputStream *input, guint wanted, GCancellable *cancellable);

/**
 * simstow_archive_reader_free:
 * @reader: (transfer full): a reader
 */
void
simstow_archive_reader_free (SimstowArchiveReader *reader);

/**
 * simstow_archive_reader_next:
 * @reader: a reader
 * @item: (inout): cleared, then set to the next item
 * @error: return location for an error as for simstow_archive_read ()
 *
 * Reads on. Only %SIMSTOW_ITEM_END tells that what came before is whole.
 *
 * Returns: %FALSE with @error set when the archive is not whole
 */
gboolean
simstow_archive_reader_next (SimstowArchiveReader *reader, SimstowItem *item, GError **error);

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
 * simstow_archive_reader_keep:
 * @reader: a reader before the first item
 * @kept: where to; must outlive the reader
 * @members: flags (1 << #SimstowMemberKind)
 *
 * Makes the reader keep those members as they stand. While it reads one, nobody else appends to
 * @kept.
 */
void
simstow_archive_reader_keep (SimstowArchiveReader *reader, SimstowKept *kept, guint members);

/**
 * simstow_archive_reader_get_kept:
 * @reader: a reader behind the last item
 *
 * Returns: (transfer none) (element-type SimstowKeptMember): what it kept, in the archive's order
 */
const GArray *
simstow_archive_reader_get_kept (const SimstowArchiveReader *reader);

/**
 * simstow_archive_reader_get_sums:
 * @reader: a reader behind the last item
 *
 * Returns: (transfer none) (element-type SimstowSum): the names and digests of
 * all members but SHA256SUMS
 */
const GPtrArray *
simstow_archive_reader_get_sums (const SimstowArchiveReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowArchiveReader, simstow_archive_reader_free)
