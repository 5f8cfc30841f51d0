/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages out of memory: a head of fixed size, then the times where there are any, the store's
 * id, the PDU, the SIM and what this program does not know. Nobody else reads it.
 */

#include "simstow-messages.h"

#include <string.h>

/* What merged archives have */
typedef struct {
    gint64 first_seen;
    gint64 last_seen;
    gint64 rebuilt_first_seen;
    gint64 rebuilt_last_seen;
} Times;

typedef struct {
    guint32 index;
    guint32 store;
    guint32 pdu;
    /* one more than their length, 0 for none */
    guint32 rest;
    guint32 sim;
    guint8 status;
    guint8 rebuilt;
    guint8 timed;
} Head;

struct _SimstowMessages {
    SimstowKept *kept;
    GArray *offsets;
};

SimstowMessages *
simstow_messages_new (void)
{
    SimstowMessages *messages = g_new0 (SimstowMessages, 1);

    messages->kept = simstow_kept_new ();
    messages->offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
    return messages;
}

void
simstow_messages_free (SimstowMessages *messages)
{
    if (!messages)
        return;
    simstow_kept_free (messages->kept);
    g_array_unref (messages->offsets);
    g_free (messages);
}

void
simstow_message_keep (const SimstowMessage *message, SimstowKept *kept)
{
    const Times times = {
        message->first_seen,
        message->last_seen,
        message->rebuilt_first_seen,
        message->rebuilt_last_seen,
    };
    gsize size;
    const guint8 *pdu = g_bytes_get_data (message->pdu, &size);
    const Head head = {
        .index = message->index,
        .store = (guint32) strlen (message->store),
        .pdu = (guint32) size,
        .rest = message->rest ? (guint32) strlen (message->rest) + 1 : 0,
        .sim = message->sim ? (guint32) strlen (message->sim) + 1 : 0,
        .status = (guint8) message->status,
        .rebuilt = message->rebuilt ? 1 : 0,
        .timed = (times.first_seen | times.last_seen | times.rebuilt_first_seen |
                  times.rebuilt_last_seen) != 0,
    };

    simstow_kept_append (kept, &head, sizeof head);
    if (head.timed)
        simstow_kept_append (kept, &times, sizeof times);
    simstow_kept_append (kept, message->store, head.store);
    simstow_kept_append (kept, pdu, size);
    if (head.sim)
        simstow_kept_append (kept, message->sim, head.sim - 1);
    if (head.rest)
        simstow_kept_append (kept, message->rest, head.rest - 1);
}

SimstowMessage *
simstow_message_take (SimstowKept *kept, guint64 offset, GError **error)
{
    g_autofree guint8 *data = NULL;
    g_autofree gchar *store = NULL;
    g_autoptr (GBytes) pdu = NULL;
    SimstowMessage *message;
    const guint8 *at;
    Times times = {0};
    Head head;
    gsize size;

    if (!simstow_kept_read (kept, offset, &head, sizeof head, error))
        return NULL;
    size = (head.timed ? sizeof times : 0) + (gsize) head.store + head.pdu +
           (head.sim ? head.sim - 1 : 0) + (head.rest ? head.rest - 1 : 0);
    data = g_malloc (size + 1);
    if (!simstow_kept_read (kept, offset + sizeof head, data, size, error))
        return NULL;
    at = data;
    if (head.timed) {
        memcpy (&times, at, sizeof times);
        at += sizeof times;
    }
    store = g_strndup ((const gchar *) at, head.store);
    at += head.store;
    pdu = g_bytes_new (at, head.pdu);
    at += head.pdu;
    message = simstow_message_new (store, head.index, (SimstowMessageStatus) head.status, pdu);
    if (head.sim) {
        message->sim = g_strndup ((const gchar *) at, head.sim - 1);
        at += head.sim - 1;
    }
    message->rest = head.rest ? g_strndup ((const gchar *) at, head.rest - 1) : NULL;
    message->rebuilt = head.rebuilt;
    message->first_seen = times.first_seen;
    message->last_seen = times.last_seen;
    message->rebuilt_first_seen = times.rebuilt_first_seen;
    message->rebuilt_last_seen = times.rebuilt_last_seen;
    return message;
}

void
simstow_messages_append (SimstowMessages *messages, const SimstowMessage *message)
{
    guint64 offset = simstow_kept_get_size (messages->kept);

    g_array_append_val (messages->offsets, offset);
    simstow_message_keep (message, messages->kept);
}

guint32
simstow_messages_count (const SimstowMessages *messages)
{
    return messages->offsets->len;
}

SimstowMessage *
simstow_messages_read (const SimstowMessages *messages, guint32 place, GError **error)
{
    return simstow_message_take (messages->kept,
                                 g_array_index (messages->offsets, guint64, place),
                                 error);
}
