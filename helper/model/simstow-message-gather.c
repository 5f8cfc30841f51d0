/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading messages out of order: batch by batch, each in the order of the source.
 */

#include "simstow-message-source.h"

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
