/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which messages may go. What cannot be told for sure stays.
 */

#include "config.h"

#include "simstow-spent.h"

#include <string.h>

/*
 * Group:
 * @parts: (element-type SimstowMessage): one message, or the parts of a long one
 * @store: the store that all of them are in
 * @wanted: how many parts it has
 * @time: when the service centre had the newest of them
 * @stays: whether anything about it says that it has to stay
 */
typedef struct {
    GPtrArray *parts;
    const gchar *store;
    guint wanted;
    gint64 time;
    gboolean stays;
} Group;

static void
group_free (gpointer data)
{
    Group *group = data;

    g_ptr_array_unref (group->parts);
    g_free (group);
}

/* Parts belong together by who sent them, their reference and how many they are; a message that is
 * none belongs to itself */
static gchar *
make_key (const SimstowMessage *message, guint number)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (tpdu == NULL || tpdu->concat_reference < 0)
        return g_strdup_printf ("%u", number);
    return g_strdup_printf ("%s/%d/%s/%d/%u",
                            message->store,
                            tpdu->type,
                            tpdu->address.number != NULL ? tpdu->address.number : "",
                            tpdu->concat_reference,
                            tpdu->concat_total);
}

/* Nothing that was not read, or whose text was not seen, goes */
static gboolean
must_stay (const SimstowSnapshot *snapshot, const SimstowMessage *message)
{
    const SimstowStore *store = simstow_snapshot_find_store (snapshot, message->store);

    return message->tpdu == NULL || message->rebuilt ||
           simstow_snapshot_is_rebuilt (snapshot, message) ||
           simstow_message_get_time (message, NULL) < 0 ||
           message->status != SIMSTOW_MESSAGE_STATUS_READ || store == NULL || !store->complete ||
           !store->writable;
}

static void
add_part (const SimstowSnapshot *snapshot,
          GPtrArray *groups,
          GHashTable *by_key,
          SimstowMessage *message,
          guint number)
{
    g_autofree gchar *key = make_key (message, number);
    Group *group = g_hash_table_lookup (by_key, key);

    if (group == NULL) {
        group = g_new0 (Group, 1);
        group->parts = g_ptr_array_new ();
        group->store = message->store;
        group->wanted = message->tpdu != NULL && message->tpdu->concat_reference >= 0
                            ? message->tpdu->concat_total
                            : 1;
        g_ptr_array_add (groups, group);
        g_hash_table_insert (by_key, g_steal_pointer (&key), group);
    }
    g_ptr_array_add (group->parts, message);
    group->time = MAX (group->time, simstow_message_get_time (message, NULL));
    group->stays = group->stays || must_stay (snapshot, message);
}

static gint
compare_groups (gconstpointer a, gconstpointer b)
{
    const Group *const *left = a;
    const Group *const *right = b;

    return ((*left)->time > (*right)->time) - ((*left)->time < (*right)->time);
}

/* A reference may come again: more parts than there should be are several messages */
static gboolean
is_spent (const Group *group)
{
    return !group->stays && group->parts->len == group->wanted;
}

static void
take (GPtrArray *chosen, Group *group)
{
    guint i;

    for (i = 0; i < group->parts->len; i++)
        g_ptr_array_add (chosen, g_ptr_array_index (group->parts, i));
    group->stays = TRUE;
}

static void
make_room (const GPtrArray *groups, const SimstowStore *store, guint places, GPtrArray *chosen)
{
    gint free_places = store->capacity - store->used;
    guint i;

    if (store->capacity < 0 || store->used < 0)
        return;
    for (i = 0; i < groups->len && free_places < (gint) places; i++) {
        Group *group = g_ptr_array_index (groups, i);

        if (!is_spent (group) || !g_str_equal (group->store, store->id))
            continue;
        free_places += (gint) group->parts->len;
        take (chosen, group);
    }
}

GPtrArray *
simstow_spent_choose (const SimstowSnapshot *snapshot, const SimstowSpentRule *rule)
{
    g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
    g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *chosen = g_ptr_array_new ();
    guint i;

    for (i = 0; i < snapshot->messages->len; i++)
        add_part (snapshot, groups, by_key, g_ptr_array_index (snapshot->messages, i), i);
    g_ptr_array_sort (groups, compare_groups);
    for (i = 0; rule->free_places > 0 && i < snapshot->stores->len; i++)
        make_room (groups, g_ptr_array_index (snapshot->stores, i), rule->free_places, chosen);
    for (i = 0; rule->before > 0 && i < groups->len; i++) {
        Group *group = g_ptr_array_index (groups, i);

        if (is_spent (group) && group->time < rule->before)
            take (chosen, group);
    }
    return chosen;
}
