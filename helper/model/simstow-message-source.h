/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that can be read more than once, in their order, and need not be in
 * memory: those of an archive, or of a list. A message is known by its place:
 * how many stand before it.
 */

#pragma once

#include "simstow-message.h"

/**
 * SimstowMessageSource:
 * @open: begins to read; the result is for the others
 * @read: the message at a place behind those read before, (transfer full)
 * @close: ends it
 *
 * What a kind of source does. Such structures have this as their first member.
 */
typedef struct _SimstowMessageSource SimstowMessageSource;
struct _SimstowMessageSource {
    gpointer (*open) (SimstowMessageSource *source, GError **error);
    SimstowMessage *(*read) (gpointer reading, guint32 place, GError **error);
    void (*close) (gpointer reading);
};

/**
 * SimstowMessageList:
 * @source: the source it is
 * @messages: (element-type SimstowMessage): the messages; borrowed
 *
 * Messages in memory as a source.
 */
typedef struct {
    SimstowMessageSource source;
    const GPtrArray *messages;
} SimstowMessageList;

/**
 * simstow_message_list_init:
 * @list: the list to set up
 * @messages: (element-type SimstowMessage): its messages; must outlive it
 */
void
simstow_message_list_init (SimstowMessageList *list, const GPtrArray *messages);

typedef struct _SimstowMessageCursor SimstowMessageCursor;

/**
 * simstow_message_cursor_new:
 * @source: a source; must outlive the cursor
 *
 * Returns: (transfer full): a cursor before the first message
 */
SimstowMessageCursor *
simstow_message_cursor_new (SimstowMessageSource *source);

/**
 * simstow_message_cursor_free:
 * @cursor: (transfer full): a cursor
 */
void
simstow_message_cursor_free (SimstowMessageCursor *cursor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMessageCursor, simstow_message_cursor_free)

/**
 * simstow_message_cursor_read:
 * @cursor: a cursor
 * @place: a message's place
 * @error: return location for an error
 *
 * Reads one message. What stands before it is stepped over; for a message that
 * was stepped over before, reading begins anew, which takes its time.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL with @error set
 */
SimstowMessage *
simstow_message_cursor_read (SimstowMessageCursor *cursor, guint32 place, GError **error);

typedef struct _SimstowMessageGather SimstowMessageGather;

/**
 * simstow_message_gather_new:
 * @source: a source; must outlive the result
 * @places: (element-type guint32): places, each once; must outlive the result
 *
 * Reads messages in any order, in memory that does not grow with their number:
 * some thousands of them at a time. A source is read once when the order is
 * about its own, more often when it is not.
 *
 * Returns: (transfer full): what gives the messages at @places, in that order
 */
SimstowMessageGather *
simstow_message_gather_new (SimstowMessageSource *source, const GArray *places);

/**
 * simstow_message_gather_free:
 * @gather: (transfer full): what simstow_message_gather_new () gave
 */
void
simstow_message_gather_free (SimstowMessageGather *gather);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMessageGather, simstow_message_gather_free)

/**
 * simstow_message_gather_next:
 * @gather: what has messages left
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the next message, or %NULL with @error set
 */
SimstowMessage *
simstow_message_gather_next (SimstowMessageGather *gather, GError **error);
