/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairing messages by marks. For each pass the places of both sides that still
 * wait for a partner are sorted by what the pass compares, and walked side by
 * side: what is alike meets in the order in which it stands.
 */

#include "simstow-message-pairs.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-entries.h"
#include "simstow-error.h"
#include "simstow-identity.h"
#include "simstow-random.h"

#define KEY_SIZE    10
#define SECRET_SIZE 16
#define MAX_STORES  2048

/*
 * One message. Millions of them have to fit into memory. A digest of 80 bits is
 * enough because it begins with a secret: nobody can send messages that are
 * taken for one another.
 */
typedef struct {
    guint8 key[KEY_SIZE];
    guint16 store : 11;
    guint16 status : 3;
    guint16 rebuilt : 1;
    guint16 paired : 1;
    guint32 index;
} Mark;

G_STATIC_ASSERT (sizeof (Mark) == 16);

struct _SimstowMessagePairs {
    guint8 secret[SECRET_SIZE];
    SimstowSha256 *sha256;
    /* the stores' ids, and their numbers in marks */
    GHashTable *stores;
    GArray *marks[2];
    /* places that wait for a partner */
    GArray *waiting[2];
    /* what came of it: of each place on the first side, on the second */
    GArray *partners;
    GByteArray *alone;
    guint32 counts[2];
};

typedef struct {
    const Mark *marks;
    guint flags;
} Order;

static const guint identity_passes[] = {
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS,
    SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_STATUS,
    0,
};

static const guint content_passes[] = {SIMSTOW_MATCH_STORE, 0};

SimstowMessagePairs *
simstow_message_pairs_new (void)
{
    SimstowMessagePairs *pairs = g_new0 (SimstowMessagePairs, 1);
    guint i;

    simstow_random_fill (pairs->secret, SECRET_SIZE);
    pairs->sha256 = simstow_sha256_new ();
    pairs->stores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (i = 0; i < 2; i++) {
        pairs->marks[i] = g_array_new (FALSE, FALSE, sizeof (Mark));
        pairs->waiting[i] = g_array_new (FALSE, FALSE, sizeof (guint32));
    }
    return pairs;
}

static void
drop_marks (SimstowMessagePairs *pairs)
{
    guint i;

    for (i = 0; i < 2; i++) {
        g_clear_pointer (&pairs->marks[i], g_array_unref);
        g_clear_pointer (&pairs->waiting[i], g_array_unref);
    }
}

void
simstow_message_pairs_free (SimstowMessagePairs *pairs)
{
    drop_marks (pairs);
    simstow_sha256_free (pairs->sha256);
    g_hash_table_unref (pairs->stores);
    g_clear_pointer (&pairs->partners, g_array_unref);
    g_clear_pointer (&pairs->alone, g_byte_array_unref);
    g_free (pairs);
}

static void
finish_key (SimstowMessagePairs *pairs, Mark *mark)
{
    guint8 digest[SIMSTOW_SHA256_SIZE];

    simstow_sha256_get_digest (pairs->sha256, digest);
    memcpy (mark->key, digest, KEY_SIZE);
}

/* The number of a store; too many of them are refused later */
static guint
number_store (SimstowMessagePairs *pairs, const gchar *store)
{
    gpointer number;

    if (g_hash_table_lookup_extended (pairs->stores, store, NULL, &number))
        return GPOINTER_TO_UINT (number);
    if (g_hash_table_size (pairs->stores) > MAX_STORES)
        return 0;
    number = GUINT_TO_POINTER (g_hash_table_size (pairs->stores));
    g_hash_table_insert (pairs->stores, g_strdup (store), number);
    return GPOINTER_TO_UINT (number);
}

void
simstow_message_pairs_add (SimstowMessagePairs *pairs,
                           guint side,
                           const SimstowMessage *message,
                           gboolean rebuilt)
{
    Mark mark = {
        .store = number_store (pairs, message->store) % MAX_STORES,
        .status = message->status,
        .rebuilt = rebuilt ? 1 : 0,
        .index = message->index,
    };

    simstow_sha256_update (pairs->sha256, pairs->secret, SECRET_SIZE);
    simstow_message_digest_identity (message, pairs->sha256);
    finish_key (pairs, &mark);
    g_array_append_val (pairs->marks[side], mark);
    pairs->counts[side]++;
}

static Mark *
mark_at (const SimstowMessagePairs *pairs, guint side, guint32 place)
{
    return &g_array_index (pairs->marks[side], Mark, place);
}

/* Stores are in the order of their ids from now on, as records are in archives */
static gboolean
order_stores (SimstowMessagePairs *pairs, GError **error)
{
    g_autoptr (GList) ids =
        g_list_sort (g_hash_table_get_keys (pairs->stores), (GCompareFunc) strcmp);
    guint16 ranks[MAX_STORES];
    guint16 rank = 0;
    const GList *id;
    guint side, i;

    if (g_hash_table_size (pairs->stores) > MAX_STORES) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FAILED,
                     _ ("messages in more than %u stores cannot be compared"),
                     MAX_STORES);
        return FALSE;
    }
    for (id = ids; id; id = id->next)
        ranks[GPOINTER_TO_UINT (g_hash_table_lookup (pairs->stores, id->data))] = rank++;
    for (side = 0; side < 2; side++)
        for (i = 0; i < pairs->counts[side]; i++)
            mark_at (pairs, side, i)->store = ranks[mark_at (pairs, side, i)->store];
    return TRUE;
}

static gint
compare_keys (const Mark *a, const Mark *b)
{
    return memcmp (a->key, b->key, KEY_SIZE);
}

/* What a pass compares; alike is what it pairs */
static gint
compare_marks (const Mark *a, const Mark *b, guint flags)
{
    gint order = compare_keys (a, b);

    if (order == 0 && (flags & SIMSTOW_MATCH_STORE) != 0)
        order = (gint) a->store - (gint) b->store;
    if (order == 0 && (flags & SIMSTOW_MATCH_STATUS) != 0)
        order = (gint) a->status - (gint) b->status;
    if (order == 0 && (flags & SIMSTOW_MATCH_INDEX) != 0)
        order = (a->index > b->index) - (a->index < b->index);
    return order;
}

static gint
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
    const Order *order = user_data;
    guint32 left = *(const guint32 *) a;
    guint32 right = *(const guint32 *) b;
    const Mark *mark_a = &order->marks[left];
    const Mark *mark_b = &order->marks[right];
    gint result = compare_marks (mark_a, mark_b, order->flags);

    if (result == 0)
        result = (gint) mark_a->store - (gint) mark_b->store;
    if (result == 0)
        result = (mark_a->index > mark_b->index) - (mark_a->index < mark_b->index);
    return result != 0 ? result : left < right ? -1 : left > right;
}

static void
sort_waiting (SimstowMessagePairs *pairs, guint flags)
{
    guint side;

    for (side = 0; side < 2; side++) {
        Order order = {(const Mark *) (gconstpointer) pairs->marks[side]->data, flags};

        g_array_sort_with_data (pairs->waiting[side], compare_places, &order);
    }
}

static const Mark *
waiting_at (const SimstowMessagePairs *pairs, guint side, guint i)
{
    return mark_at (pairs, side, g_array_index (pairs->waiting[side], guint32, i));
}

/* Keeps of one side, sorted by key, what has no partner but may still find one on
 * the other, which is sorted too */
static void
keep_hopeful (SimstowMessagePairs *pairs, guint side)
{
    GArray *mine = pairs->waiting[side];
    const GArray *others = pairs->waiting[1 - side];
    guint kept = 0;
    guint j = 0;
    guint i;

    for (i = 0; i < mine->len; i++) {
        const Mark *mark = waiting_at (pairs, side, i);

        while (j < others->len && compare_keys (waiting_at (pairs, 1 - side, j), mark) < 0)
            j++;
        if (!mark->paired && j < others->len &&
            compare_keys (waiting_at (pairs, 1 - side, j), mark) == 0)
            g_array_index (mine, guint32, kept++) = g_array_index (mine, guint32, i);
    }
    g_array_set_size (mine, kept);
}

static void
keep_all_hopeful (SimstowMessagePairs *pairs)
{
    keep_hopeful (pairs, 0);
    keep_hopeful (pairs, 1);
    keep_hopeful (pairs, 0);
}

/* Steps over what does not take part */
static const Mark *
skip (const SimstowMessagePairs *pairs, guint side, gboolean rebuilt_only, guint *i)
{
    for (; *i < pairs->waiting[side]->len; (*i)++) {
        const Mark *mark = waiting_at (pairs, side, *i);

        if (!mark->paired && (!rebuilt_only || mark->rebuilt))
            return mark;
    }
    return NULL;
}

static void
pair (SimstowMessagePairs *pairs, guint32 a, guint32 b)
{
    mark_at (pairs, 0, a)->paired = 1;
    mark_at (pairs, 1, b)->paired = 1;
    g_array_index (pairs->partners, guint32, a) = b;
}

/* Walks both sides, sorted for the pass */
static void
pair_alike (SimstowMessagePairs *pairs, guint flags, gboolean rebuilt_a, gboolean rebuilt_b)
{
    const Mark *left, *right;
    guint i = 0;
    guint j = 0;

    while ((left = skip (pairs, 0, rebuilt_a, &i)) && (right = skip (pairs, 1, rebuilt_b, &j))) {
        gint order = compare_marks (left, right, flags);

        if (order == 0)
            pair (pairs,
                  g_array_index (pairs->waiting[0], guint32, i),
                  g_array_index (pairs->waiting[1], guint32, j));
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
}

static void
pair_by_identity (SimstowMessagePairs *pairs)
{
    guint side, i;

    for (side = 0; side < 2; side++) {
        g_array_set_size (pairs->waiting[side], pairs->counts[side]);
        for (i = 0; i < pairs->counts[side]; i++)
            g_array_index (pairs->waiting[side], guint32, i) = i;
    }
    for (i = 0; i < G_N_ELEMENTS (identity_passes); i++) {
        sort_waiting (pairs, identity_passes[i]);
        if (i == 0)
            keep_all_hopeful (pairs);
        pair_alike (pairs, identity_passes[i], FALSE, FALSE);
        keep_all_hopeful (pairs);
    }
}

/* Reads what is alone once more, for keys of what it says */
static gboolean
mark_contents (SimstowMessagePairs *pairs, guint side, SimstowMessageSource *source, GError **error)
{
    g_autoptr (SimstowMessageCursor) cursor = simstow_message_cursor_new (source);
    guint32 place;

    g_array_set_size (pairs->waiting[side], 0);
    for (place = 0; place < pairs->counts[side]; place++) {
        Mark *mark = mark_at (pairs, side, place);
        g_autoptr (SimstowMessage) message = NULL;
        g_autofree gchar *content = NULL;

        if (mark->paired)
            continue;
        message = simstow_message_cursor_read (cursor, place, error);
        if (!message)
            return FALSE;
        content = simstow_message_content_identity (message);
        if (!content)
            continue;
        simstow_sha256_update (pairs->sha256, pairs->secret, SECRET_SIZE);
        simstow_sha256_update (pairs->sha256, content, strlen (content));
        finish_key (pairs, mark);
        g_array_append_val (pairs->waiting[side], place);
    }
    return TRUE;
}

static gboolean
is_rebuilt_alone (const SimstowMessagePairs *pairs)
{
    guint side, i;

    for (side = 0; side < 2; side++)
        for (i = 0; i < pairs->counts[side]; i++)
            if (mark_at (pairs, side, i)->rebuilt && !mark_at (pairs, side, i)->paired)
                return TRUE;
    return FALSE;
}

static gboolean
pair_by_content (SimstowMessagePairs *pairs, SimstowMessageSource *const *sources, GError **error)
{
    guint i;

    if (!is_rebuilt_alone (pairs))
        return TRUE;
    if (!mark_contents (pairs, 0, sources[0], error) ||
        !mark_contents (pairs, 1, sources[1], error))
        return FALSE;
    for (i = 0; i < G_N_ELEMENTS (content_passes); i++) {
        sort_waiting (pairs, content_passes[i]);
        pair_alike (pairs, content_passes[i], TRUE, FALSE);
        pair_alike (pairs, content_passes[i], FALSE, TRUE);
    }
    return TRUE;
}

/* Keeps what came of it, and no marks */
static void
conclude (SimstowMessagePairs *pairs)
{
    guint i;

    for (i = 0; i < pairs->counts[0]; i++) {
        guint32 *partner = &g_array_index (pairs->partners, guint32, i);

        if (*partner != SIMSTOW_PAIR_ALONE &&
            mark_at (pairs, 0, i)->store == mark_at (pairs, 1, *partner)->store &&
            mark_at (pairs, 0, i)->status == mark_at (pairs, 1, *partner)->status)
            *partner = SIMSTOW_PAIR_SAME;
    }
    pairs->alone = g_byte_array_sized_new (pairs->counts[1]);
    g_byte_array_set_size (pairs->alone, pairs->counts[1]);
    for (i = 0; i < pairs->counts[1]; i++)
        pairs->alone->data[i] = mark_at (pairs, 1, i)->paired ? 0 : 1;
    drop_marks (pairs);
}

gboolean
simstow_message_pairs_make (SimstowMessagePairs *pairs,
                            SimstowMessageSource *const *sources,
                            GError **error)
{
    guint i;

    if (!order_stores (pairs, error))
        return FALSE;
    pairs->partners = g_array_sized_new (FALSE, FALSE, sizeof (guint32), pairs->counts[0]);
    g_array_set_size (pairs->partners, pairs->counts[0]);
    for (i = 0; i < pairs->counts[0]; i++)
        g_array_index (pairs->partners, guint32, i) = SIMSTOW_PAIR_ALONE;
    pair_by_identity (pairs);
    if (!pair_by_content (pairs, sources, error))
        return FALSE;
    conclude (pairs);
    return TRUE;
}

guint32
simstow_message_pairs_count (const SimstowMessagePairs *pairs, guint side)
{
    return pairs->counts[side];
}

guint32
simstow_message_pairs_get (const SimstowMessagePairs *pairs, guint32 place)
{
    return g_array_index (pairs->partners, guint32, place);
}

gboolean
simstow_message_pairs_is_alone (const SimstowMessagePairs *pairs, guint32 place)
{
    return pairs->alone->data[place] != 0;
}
