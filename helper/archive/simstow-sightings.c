/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joining sightings.
 */

#include "simstow-sightings.h"

#include <string.h>

/* What the sightings of one record are joined in */
typedef struct {
    GArray *firsts[2];
    GArray *joined;
} Scratch;

GArray *
simstow_sightings_new (void)
{
    return g_array_new (FALSE, FALSE, sizeof (SimstowSighting));
}

gint
simstow_sighting_compare (const SimstowSighting *a, const SimstowSighting *b)
{
    if (a->last != b->last)
        return a->last > b->last ? -1 : 1;
    if (a->order != b->order)
        return a->order > b->order ? -1 : 1;
    return 0;
}

static gint
compare_by_key (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const SimstowSighting *left = a;
    const SimstowSighting *right = b;
    guint32 newest = GPOINTER_TO_UINT (user_data);
    gint order = memcmp (left->key, right->key, sizeof left->key);

    if (order == 0)
        order = (left->input == newest) - (right->input == newest);
    return order != 0 ? order : simstow_sighting_compare (left, right);
}

static gint
compare_by_place (gconstpointer a, gconstpointer b)
{
    const SimstowSighting *left = a;
    const SimstowSighting *right = b;

    if (left->input != right->input)
        return left->input < right->input ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *) a;
    gint64 right = *(const gint64 *) b;

    return left < right ? -1 : left > right;
}

static void
gather_firsts (GArray *firsts, const SimstowSighting *copies, guint count)
{
    guint i;

    g_array_set_size (firsts, 0);
    for (i = 0; i < count; i++)
        g_array_append_val (firsts, copies[i].first);
    g_array_sort (firsts, compare_times);
}

static gint64
join_first (const Scratch *scratch, guint k)
{
    const GArray *a = scratch->firsts[0];
    const GArray *b = scratch->firsts[1];

    if (k >= a->len)
        return g_array_index (b, gint64, k);
    if (k >= b->len)
        return g_array_index (a, gint64, k);
    return MIN (g_array_index (a, gint64, k), g_array_index (b, gint64, k));
}

/* Joins the copies of one record: those before, and behind them the new ones */
static void
join_copies (Scratch *scratch, const SimstowSighting *copies, guint n_old, guint n_new)
{
    const SimstowSighting *fresh = copies + n_old;
    guint k;

    gather_firsts (scratch->firsts[0], copies, n_old);
    gather_firsts (scratch->firsts[1], fresh, n_new);
    g_array_set_size (scratch->joined, 0);
    for (k = 0; k < MAX (n_old, n_new); k++) {
        SimstowSighting copy;

        if (k >= n_old || (k < n_new && simstow_sighting_compare (&fresh[k], &copies[k]) < 0))
            copy = fresh[k];
        else
            copy = copies[k];
        copy.first = join_first (scratch, k);
        g_array_append_val (scratch->joined, copy);
    }
}

/* How many sightings from @at on are of the same record; and how many of these are old */
static guint
count_copies (const GArray *sightings, guint at, guint32 input, guint *n_old)
{
    const SimstowSighting *first = &g_array_index (sightings, SimstowSighting, at);
    guint count = 0;

    *n_old = 0;
    while (at + count < sightings->len &&
           memcmp (first[count].key, first->key, sizeof first->key) == 0) {
        if (first[count].input != input)
            (*n_old)++;
        count++;
    }
    return count;
}

void
simstow_sightings_fold (GArray *sightings, guint32 input)
{
    g_autoptr (GArray) firsts_old = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (GArray) firsts_new = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (GArray) joined = simstow_sightings_new ();
    Scratch scratch = {{firsts_old, firsts_new}, joined};
    guint out = 0;
    guint count;
    guint n_old;
    guint at;

    g_array_sort_with_data (sightings, compare_by_key, GUINT_TO_POINTER (input));
    for (at = 0; at < sightings->len; at += count) {
        SimstowSighting *copies = &g_array_index (sightings, SimstowSighting, at);

        count = count_copies (sightings, at, input, &n_old);
        if (count == 1) {
            g_array_index (sightings, SimstowSighting, out++) = *copies;
            continue;
        }
        join_copies (&scratch, copies, n_old, count - n_old);
        memcpy (&g_array_index (sightings, SimstowSighting, out),
                joined->data,
                joined->len * sizeof (SimstowSighting));
        out += joined->len;
    }
    g_array_set_size (sightings, out);
}

void
simstow_sightings_sort_by_place (GArray *sightings)
{
    g_array_sort (sightings, compare_by_place);
}
