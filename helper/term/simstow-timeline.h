/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages in the order of time, or by conversation, all or those that are wanted. Of each
 * some 16 bytes lie in memory; the messages themselves where simstow-joined.h keeps them.
 */

#pragma once

#include "simstow-address-book.h"
#include "simstow-joined.h"
#include "simstow-origin.h"

/**
 * SimstowWanted:
 * @with: (nullable): a number or a part of a name, as for simstow_address_book_match ()
 * @pattern: (nullable): what is to be in the text
 * @since: the earliest time, seconds since 1970 UTC, %G_MININT64 for no limit
 * @until: the latest, %G_MAXINT64 for no limit
 * @limit: how many at most, the newest; 0 for no limit
 *
 * Which messages are wanted.
 */
typedef struct {
    const gchar *with;
    GRegex *pattern;
    gint64 since;
    gint64 until;
    guint limit;
} SimstowWanted;

/**
 * simstow_wanted_init:
 * @wanted: (out caller-allocates): all messages
 */
void
simstow_wanted_init (SimstowWanted *wanted);

/**
 * SimstowThread:
 * @contact: (nullable): who it is with
 * @name: (nullable): who it is with, where no contact tells
 * @address: (nullable): the number of its first message
 * @several: whether it has messages of other numbers, too
 * @count: how many messages it has
 * @first: the earliest time, -1 when none is known; whatever the limit
 * @last: the latest time, -1 when none is known
 * @first_zone: minutes east of UTC there
 * @last_zone: minutes east of UTC there
 * @number: which conversation it is, from 0 in the order of the timeline
 *
 * A conversation: the messages from and to the numbers of one contact, or one number.
 */
typedef struct {
    const SimstowContact *contact;
    gchar *name;
    gchar *address;
    gboolean several;
    guint count;
    gint64 first;
    gint64 last;
    gint first_zone;
    gint last_zone;
    guint number;
} SimstowThread;

/**
 * simstow_thread_get_label:
 * @thread: a conversation
 *
 * Returns: (transfer full): whose it is, in one line: the name, the number, or that it is not known
 */
gchar *
simstow_thread_get_label (const SimstowThread *thread);

/**
 * SimstowTimelineFunc:
 * @joined: a message as shown
 * @origin: who it is with and when it was
 * @thread: (nullable): its conversation, where they are told apart
 * @user_data: the caller's
 */
typedef void (*SimstowTimelineFunc) (const SimstowJoined *joined,
                                     const SimstowOrigin *origin,
                                     const SimstowThread *thread,
                                     gpointer user_data);

typedef struct _SimstowTimeline SimstowTimeline;

/**
 * simstow_timeline_new:
 * @list: messages that were put together; it outlives the timeline
 * @book: whose numbers they are from and to; likewise
 * @wanted: which are wanted
 * @by_thread: whether they are in conversations, of which the one with the newest message
 *     comes first
 * @error: return location for an error of %G_IO_ERROR or %G_REGEX_ERROR
 *
 * Puts messages into the order of time. Those without a time come last, as their places are.
 *
 * Returns: (transfer full) (nullable): the order, or %NULL with @error set
 */
SimstowTimeline *
simstow_timeline_new (const SimstowJoinedList *list,
                      const SimstowAddressBook *book,
                      const SimstowWanted *wanted,
                      gboolean by_thread,
                      GError **error);

void
simstow_timeline_free (SimstowTimeline *timeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTimeline, simstow_timeline_free)

/**
 * simstow_timeline_count:
 *
 * Returns: how many messages there are
 */
guint
simstow_timeline_count (const SimstowTimeline *timeline);

/**
 * simstow_timeline_count_undated:
 *
 * Returns: how many were left out since they have no time, and a time was asked for
 */
guint
simstow_timeline_count_undated (const SimstowTimeline *timeline);

/**
 * simstow_timeline_get_threads:
 *
 * Returns: (transfer none) (element-type SimstowThread): the conversations, in order
 */
const GPtrArray *
simstow_timeline_get_threads (const SimstowTimeline *timeline);

/**
 * simstow_timeline_each:
 * @timeline: messages in order
 * @func: called for each
 * @user_data: for @func
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: %FALSE with @error set when the messages cannot be read
 */
gboolean
simstow_timeline_each (const SimstowTimeline *timeline,
                       SimstowTimelineFunc func,
                       gpointer user_data,
                       GError **error);
