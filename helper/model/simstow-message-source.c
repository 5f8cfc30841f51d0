/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading messages of a source.
 */

#include "simstow-message-source.h"

struct _SimstowMessageCursor {
    SimstowMessageSource *source;
    gpointer reading;
    /* the first place that was not stepped over */
    guint32 next;
};

static gpointer
list_open (SimstowMessageSource *source, GError **error)
{
    return source;
}

static SimstowMessage *
list_read (gpointer reading, guint32 place, GError **error)
{
    const SimstowMessageList *list = reading;

    return simstow_message_copy (g_ptr_array_index (list->messages, place));
}

static void
list_close (gpointer reading)
{
}

void
simstow_message_list_init (SimstowMessageList *list, const GPtrArray *messages)
{
    list->source = (SimstowMessageSource){list_open, list_read, list_close};
    list->messages = messages;
}

SimstowMessageCursor *
simstow_message_cursor_new (SimstowMessageSource *source)
{
    SimstowMessageCursor *cursor = g_new0 (SimstowMessageCursor, 1);

    cursor->source = source;
    return cursor;
}

static void
rewind_cursor (SimstowMessageCursor *cursor)
{
    if (cursor->reading)
        cursor->source->close (cursor->reading);
    cursor->reading = NULL;
    cursor->next = 0;
}

void
simstow_message_cursor_free (SimstowMessageCursor *cursor)
{
    rewind_cursor (cursor);
    g_free (cursor);
}

SimstowMessage *
simstow_message_cursor_read (SimstowMessageCursor *cursor, guint32 place, GError **error)
{
    if (place < cursor->next)
        rewind_cursor (cursor);
    if (!cursor->reading)
        cursor->reading = cursor->source->open (cursor->source, error);
    if (!cursor->reading)
        return NULL;
    cursor->next = place + 1;
    return cursor->source->read (cursor->reading, place, error);
}
