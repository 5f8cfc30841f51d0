/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages, contacts and calls as merging sees them: things with a place, an
 * identity and times.
 */

#pragma once

#include "simstow-archive-reader.h"
#include "simstow-sightings.h"

/**
 * SimstowRebuilt:
 * @key: digest of what the message says
 * @first: when a rebuilt one was first seen
 * @last: when a rebuilt one was last seen
 * @read: whether an archive holds such a message with its own bytes
 *
 * Messages of the same content, some of which were rebuilt from ModemManager's
 * properties. One that was read with its own bytes stands for all of them.
 */
typedef struct {
    guint8 key[SIMSTOW_SIGHTING_KEY];
    gint64 first;
    gint64 last;
    gboolean read;
} SimstowRebuilt;

/**
 * simstow_rebuilt_table_new:
 *
 * Returns: (transfer full): a table of #SimstowRebuilt
 */
GHashTable *
simstow_rebuilt_table_new (void);

/**
 * simstow_merge_rests_new:
 *
 * Returns: (transfer full): a table of what this program does not know of records
 */
GHashTable *
simstow_merge_rests_new (void);

/**
 * simstow_merge_record_note_rest:
 * @item: a record
 * @sighting: its key
 * @rests: a table
 *
 * Notes what this program does not know of the record: what one archive tells
 * of it stays when the record is taken from another.
 */
void
simstow_merge_record_note_rest (const SimstowItem *item,
                                const SimstowSighting *sighting,
                                GHashTable *rests);

/**
 * simstow_merge_record_get_captured:
 * @head: what an archive says of itself
 *
 * Returns: when it was captured; the earliest time there is when it does not say
 */
gint64
simstow_merge_record_get_captured (const SimstowSnapshot *head);

/**
 * simstow_merge_record_get_place:
 * @item: a record
 * @store: (out) (transfer none): its store
 *
 * Returns: its index in the store
 */
guint
simstow_merge_record_get_place (const SimstowItem *item, const gchar **store);

/**
 * simstow_merge_record_sight:
 * @item: a record
 * @head: what its archive says of itself
 * @sighting: (out): key, times and order; archive and place are left alone
 *
 * A record that was never merged was seen when its archive was captured.
 */
void
simstow_merge_record_sight (const SimstowItem *item,
                            const SimstowSnapshot *head,
                            SimstowSighting *sighting);

/**
 * simstow_merge_record_note_rebuilt:
 * @item: a message
 * @head: what its archive says of itself
 * @rebuilt: (element-type SimstowRebuilt): a table
 *
 * Notes when the message was seen by captures that could not read its bytes.
 */
void
simstow_merge_record_note_rebuilt (const SimstowItem *item,
                                   const SimstowSnapshot *head,
                                   GHashTable *rebuilt);

/**
 * simstow_merge_record_find_rebuilt:
 * @item: a record
 * @rebuilt: (element-type SimstowRebuilt): a table
 *
 * Returns: (transfer none) (nullable): the rebuilt messages of the same content
 */
SimstowRebuilt *
simstow_merge_record_find_rebuilt (const SimstowItem *item, GHashTable *rebuilt);

/**
 * simstow_merge_record_append:
 * @item: a record
 * @head: what its archive says of itself
 * @sighting: its times
 * @rebuilt: (nullable): rebuilt messages of the same content
 * @rests: what is not known of records
 * @out: where to append it, as it stands in an archive
 */
void
simstow_merge_record_append (const SimstowItem *item,
                             const SimstowSnapshot *head,
                             const SimstowSighting *sighting,
                             const SimstowRebuilt *rebuilt,
                             GHashTable *rests,
                             GString *out);
