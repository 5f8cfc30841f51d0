/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One archive's share of a merged one.
 */

#include "config.h"

#include "simstow-merge-lane.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"

/* A record in memory */
typedef struct {
    SimstowItem item;
    const SimstowSighting *sighting;
} Held;

static gint
compare_places (const SimstowItem *item_a,
                const SimstowSighting *sighting_a,
                const SimstowItem *item_b,
                const SimstowSighting *sighting_b)
{
    const gchar *store_a;
    const gchar *store_b;
    guint index_a = simstow_merge_record_get_place (item_a, &store_a);
    guint index_b = simstow_merge_record_get_place (item_b, &store_b);
    gint order = strcmp (store_a, store_b);

    if (order == 0)
        order = (index_a > index_b) - (index_a < index_b);
    if (order == 0)
        order = memcmp (sighting_a->key, sighting_b->key, sizeof sighting_a->key);
    return order;
}

static gint
compare_held (gconstpointer a, gconstpointer b)
{
    const Held *left = a;
    const Held *right = b;

    return compare_places (&left->item, left->sighting, &right->item, right->sighting);
}

gint
simstow_merge_lane_compare (const SimstowMergeLane *a, const SimstowMergeLane *b)
{
    return compare_places (&a->item, a->sighting, &b->item, b->sighting);
}

/* The sightings whose record is in this archive: they stand together */
static void
find_share (SimstowMergeLane *lane, guint32 number, const GArray *sightings)
{
    const SimstowSighting *all = (const SimstowSighting *) (gconstpointer) sightings->data;
    guint low = 0;
    guint high = sightings->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (all[middle].input < number)
            low = middle + 1;
        else
            high = middle;
    }
    lane->next = all + low;
    for (; high < sightings->len && all[high].input == number; high++)
        ;
    lane->end = all + high;
}

static gboolean
read_next (SimstowMergeLane *lane, SimstowItem *item, GError **error)
{
    if (lane->next == lane->end)
        return TRUE;
    if (!simstow_merge_cursor_seek (lane->cursor, lane->next->place, error))
        return FALSE;
    if (lane->cursor->item.kind == SIMSTOW_ITEM_END) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_FAILED,
                             _ ("changed while it was read"));
        return FALSE;
    }
    simstow_merge_cursor_steal (lane->cursor, item);
    return TRUE;
}

static gboolean
hold_all (SimstowMergeLane *lane, GError **error)
{
    lane->held = g_array_new (FALSE, FALSE, sizeof (Held));
    while (lane->next != lane->end) {
        Held held = {{SIMSTOW_ITEM_END}, lane->next};

        if (!read_next (lane, &held.item, error))
            return FALSE;
        g_array_append_val (lane->held, held);
        lane->next++;
    }
    g_array_sort (lane->held, compare_held);
    return TRUE;
}

static void
take_held (SimstowMergeLane *lane)
{
    Held *held;

    if (lane->n_taken == lane->held->len)
        return;
    held = &g_array_index (lane->held, Held, lane->n_taken++);
    lane->item = held->item;
    lane->sighting = held->sighting;
    held->item = (SimstowItem){SIMSTOW_ITEM_END};
}

gboolean
simstow_merge_lane_next (SimstowMergeLane *lane, GError **error)
{
    simstow_merge_cursor_drop (lane->cursor, &lane->item);
    if (lane->held) {
        take_held (lane);
        return TRUE;
    }
    if (!read_next (lane, &lane->item, error)) {
        g_autofree gchar *name = simstow_merge_input_dup_name (lane->input);

        g_prefix_error (error, "%s: ", name);
        return FALSE;
    }
    if (lane->next != lane->end)
        lane->sighting = lane->next++;
    return TRUE;
}

SimstowMergeLane *
simstow_merge_lane_new (const SimstowMergeInput *input,
                        guint32 number,
                        SimstowItemKind kind,
                        const GArray *sightings,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (SimstowMergeLane) lane = g_new0 (SimstowMergeLane, 1);

    lane->input = input;
    lane->cursor = simstow_merge_cursor_new (input, kind, cancellable, error);
    if (!lane->cursor)
        return NULL;
    find_share (lane, number, sightings);
    if ((input->unsorted >> kind & 1) != 0 && !hold_all (lane, error))
        return NULL;
    return simstow_merge_lane_next (lane, error) ? g_steal_pointer (&lane) : NULL;
}

void
simstow_merge_lane_free (SimstowMergeLane *lane)
{
    guint i;

    if (!lane)
        return;
    for (i = 0; lane->held && i < lane->held->len; i++)
        simstow_merge_cursor_drop (lane->cursor, &g_array_index (lane->held, Held, i).item);
    g_clear_pointer (&lane->held, g_array_unref);
    if (lane->cursor)
        simstow_merge_cursor_drop (lane->cursor, &lane->item);
    simstow_merge_cursor_free (lane->cursor);
    g_free (lane);
}
