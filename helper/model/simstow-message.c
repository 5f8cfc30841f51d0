/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short messages as plain values, and reading them one after the other.
 */

#include "simstow-message.h"

#include <glib/gi18n.h>

#include "simstow-reader.h"

/* As archives have them, and translated, for people */
static const gchar *const status_words[] = {
    [SIMSTOW_MESSAGE_STATUS_UNREAD] = N_ ("unread"),
    [SIMSTOW_MESSAGE_STATUS_READ] = N_ ("read"),
    [SIMSTOW_MESSAGE_STATUS_UNSENT] = N_ ("unsent"),
    [SIMSTOW_MESSAGE_STATUS_SENT] = N_ ("sent"),
    [SIMSTOW_MESSAGE_STATUS_UNKNOWN] = N_ ("unknown"),
};

/* TP-MTI (3GPP TS 23.040 9.2.3.1), for a message whose store does not tell the
 * direction: only SUBMIT (01) is then taken as the user's own */
static gboolean
looks_received (GBytes *pdu)
{
    SimstowReader reader;
    const guint8 *smsc;
    guint8 length;
    guint8 first_octet;

    simstow_reader_init_bytes (&reader, pdu);
    if (!simstow_reader_u8 (&reader, &length, NULL) ||
        !simstow_reader_take (&reader, length, &smsc, NULL) ||
        !simstow_reader_u8 (&reader, &first_octet, NULL))
        return TRUE;
    return (first_octet & 0x03) != 0x01;
}

static gboolean
is_received (SimstowMessageStatus status, GBytes *pdu)
{
    switch (status) {
    case SIMSTOW_MESSAGE_STATUS_UNREAD:
    case SIMSTOW_MESSAGE_STATUS_READ:
        return TRUE;
    case SIMSTOW_MESSAGE_STATUS_UNSENT:
    case SIMSTOW_MESSAGE_STATUS_SENT:
        return FALSE;
    default:
        return looks_received (pdu);
    }
}

SimstowMessage *
simstow_message_new (const gchar *store, guint index, SimstowMessageStatus status, GBytes *pdu)
{
    g_autoptr (GError) error = NULL;
    SimstowMessage *message = g_new0 (SimstowMessage, 1);

    message->store = g_strdup (store);
    message->index = index;
    message->status = status;
    message->pdu = g_bytes_ref (pdu);
    message->tpdu = simstow_tpdu_decode (pdu, is_received (status, pdu), &error);
    if (!message->tpdu)
        message->fault = g_strdup (error->message);
    return message;
}

void
simstow_message_free (SimstowMessage *message)
{
    if (!message)
        return;
    g_free (message->store);
    g_bytes_unref (message->pdu);
    g_clear_pointer (&message->tpdu, simstow_tpdu_free);
    g_free (message->fault);
    g_free (message->rest);
    g_free (message);
}

static SimstowMessage *
message_copy (const SimstowMessage *message)
{
    SimstowMessage *copy =
        simstow_message_new (message->store, message->index, message->status, message->pdu);

    copy->first_seen = message->first_seen;
    copy->last_seen = message->last_seen;
    copy->rebuilt = message->rebuilt;
    copy->rebuilt_first_seen = message->rebuilt_first_seen;
    copy->rebuilt_last_seen = message->rebuilt_last_seen;
    copy->rest = g_strdup (message->rest);
    return copy;
}

const gchar *
simstow_message_status_to_string (SimstowMessageStatus status)
{
    return (guint) status < G_N_ELEMENTS (status_words) ? status_words[status] : "unknown";
}

SimstowMessageStatus
simstow_message_status_from_string (const gchar *text)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (status_words); i++)
        if (g_strcmp0 (text, status_words[i]) == 0)
            return (SimstowMessageStatus) i;
    return SIMSTOW_MESSAGE_STATUS_UNKNOWN;
}

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

    return message_copy (g_ptr_array_index (list->messages, place));
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

#define BATCH 4096

struct _SimstowMessageGather {
    SimstowMessageCursor *cursor;
    const GArray *places;
    /* how many were given away, and up to where they are held */
    guint done;
    guint loaded;
    GHashTable *held;
};

static void
on_message_free (gpointer data)
{
    simstow_message_free (data);
}

SimstowMessageGather *
simstow_message_gather_new (SimstowMessageSource *source, const GArray *places)
{
    SimstowMessageGather *gather = g_new0 (SimstowMessageGather, 1);

    gather->cursor = simstow_message_cursor_new (source);
    gather->places = places;
    gather->held = g_hash_table_new_full (NULL, NULL, NULL, on_message_free);
    return gather;
}

void
simstow_message_gather_free (SimstowMessageGather *gather)
{
    simstow_message_cursor_free (gather->cursor);
    g_hash_table_unref (gather->held);
    g_free (gather);
}

static gint
compare_places (gconstpointer a, gconstpointer b)
{
    guint32 left = *(const guint32 *) a;
    guint32 right = *(const guint32 *) b;

    return left < right ? -1 : left > right;
}

static void
add_missing (const SimstowMessageGather *gather, GArray *wanted, guint i, guint32 last)
{
    guint32 place = g_array_index (gather->places, guint32, i);

    if (place <= last && !g_hash_table_contains (gather->held, GUINT_TO_POINTER (place)))
        g_array_append_val (wanted, place);
}

/* What the next batch needs; and of the one behind it what stands in between, so
 * that it need not go back */
static GArray *
choose_batch (SimstowMessageGather *gather)
{
    guint end = MIN (gather->places->len, gather->done + BATCH);
    guint behind = MIN (gather->places->len, end + BATCH);
    GArray *wanted = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint32 last;
    guint i;

    for (i = gather->done; i < end; i++)
        add_missing (gather, wanted, i, G_MAXUINT32);
    g_array_sort (wanted, compare_places);
    last = wanted->len > 0 ? g_array_index (wanted, guint32, wanted->len - 1) : 0;
    for (i = end; wanted->len > 0 && i < behind; i++)
        add_missing (gather, wanted, i, last);
    g_array_sort (wanted, compare_places);
    gather->loaded = end;
    return wanted;
}

static gboolean
load_batch (SimstowMessageGather *gather, GError **error)
{
    g_autoptr (GArray) wanted = choose_batch (gather);
    guint i;

    for (i = 0; i < wanted->len; i++) {
        guint32 place = g_array_index (wanted, guint32, i);
        SimstowMessage *message = simstow_message_cursor_read (gather->cursor, place, error);

        if (!message)
            return FALSE;
        g_hash_table_insert (gather->held, GUINT_TO_POINTER (place), message);
    }
    return TRUE;
}

SimstowMessage *
simstow_message_gather_next (SimstowMessageGather *gather, GError **error)
{
    gpointer message = NULL;
    guint32 place;

    if (gather->done == gather->loaded && !load_batch (gather, error))
        return NULL;
    place = g_array_index (gather->places, guint32, gather->done++);
    g_hash_table_steal_extended (gather->held, GUINT_TO_POINTER (place), NULL, &message);
    return message;
}
