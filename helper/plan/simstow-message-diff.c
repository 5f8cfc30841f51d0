/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences of messages. One row stands for each message of both sides; sorted by digest, the
 * rows of one message stand together, and are paired there, the strictest likeness first. What
 * is then left alone and was rebuilt is looked for by what it says, in the same way.
 */

#include "simstow-message-diff.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-entries.h"
#include "simstow-error.h"
#include "simstow-identity.h"
#include "simstow-messages.h"
#include "simstow-random.h"

#define EXCERPT_CHARACTERS 40
#define SECRET_SIZE        16
/* Enough of a digest that begins with a secret: nobody can send messages that are taken for one
 * another */
#define DIGEST_SIZE 12

/* Partners that are none: not looked for, or with nothing to look for it by */
#define ALONE G_MAXUINT32

/* One message of one side; there may be millions */
typedef struct {
    guint8 digest[DIGEST_SIZE];
    guint32 place;
    guint32 partner;
    guint32 index;
    guint16 store;
    guint16 status : 4;
    guint16 side : 1;
    guint16 rebuilt : 1;
    /* takes part in no pairing any more */
    guint16 done : 1;
} Row;

struct _SimstowMessageDiff {
    guint8 secret[SECRET_SIZE];
    SimstowSha256 *sha256;
    /* the stores' ids and numbers */
    GHashTable *stores;
    SimstowMessages *sides[2];
    /* in the end by side and place */
    GArray *rows;
    guint32 counts[3];
};

static const guint identity_passes[] = {
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS,
    SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_STATUS,
    0,
};

static const guint content_passes[] = {SIMSTOW_MATCH_STORE, 0};

SimstowMessageDiff *
simstow_message_diff_new (void)
{
    SimstowMessageDiff *diff = g_new0 (SimstowMessageDiff, 1);

    simstow_random_fill (diff->secret, SECRET_SIZE);
    diff->sha256 = simstow_sha256_new ();
    diff->stores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    diff->sides[0] = simstow_messages_new ();
    diff->sides[1] = simstow_messages_new ();
    diff->rows = g_array_new (FALSE, FALSE, sizeof (Row));
    return diff;
}

void
simstow_message_diff_free (SimstowMessageDiff *diff)
{
    simstow_sha256_free (diff->sha256);
    g_hash_table_unref (diff->stores);
    simstow_messages_free (diff->sides[0]);
    simstow_messages_free (diff->sides[1]);
    g_array_unref (diff->rows);
    g_free (diff);
}

static Row *
row_at (const SimstowMessageDiff *diff, guint i)
{
    return &g_array_index (diff->rows, Row, i);
}

static void
finish_digest (const SimstowMessageDiff *diff, Row *row)
{
    guint8 digest[SIMSTOW_SHA256_SIZE];

    simstow_sha256_get_digest (diff->sha256, digest);
    memcpy (row->digest, digest, DIGEST_SIZE);
}

/* The number of a store; that there are too many of them is told later */
static guint16
number_store (SimstowMessageDiff *diff, const gchar *store)
{
    gpointer number;

    if (!g_hash_table_lookup_extended (diff->stores, store, NULL, &number)) {
        number = GUINT_TO_POINTER (g_hash_table_size (diff->stores));
        g_hash_table_insert (diff->stores, g_strdup (store), number);
    }
    return (guint16) GPOINTER_TO_UINT (number);
}

void
simstow_message_diff_add (SimstowMessageDiff *diff,
                          guint side,
                          const SimstowMessage *message,
                          const SimstowSnapshot *snapshot)
{
    Row row = {
        .place = simstow_messages_count (diff->sides[side]),
        .partner = ALONE,
        .index = message->index,
        .store = number_store (diff, message->store),
        .status = message->status,
        .side = side,
        .rebuilt = simstow_snapshot_is_rebuilt (snapshot, message) ? 1 : 0,
    };

    simstow_sha256_update (diff->sha256, diff->secret, SECRET_SIZE);
    simstow_message_digest_identity (message, diff->sha256);
    finish_digest (diff, &row);
    g_array_append_val (diff->rows, row);
    simstow_messages_append (diff->sides[side], message);
}

/* Stores are in the order of their ids from now on, as records are in archives */
static gboolean
order_stores (SimstowMessageDiff *diff, GError **error)
{
    g_autoptr (GList) ids =
        g_list_sort (g_hash_table_get_keys (diff->stores), (GCompareFunc) strcmp);
    g_autofree guint16 *ranks = g_new0 (guint16, g_hash_table_size (diff->stores));
    guint16 rank = 0;
    const GList *id;
    guint i;

    if (g_hash_table_size (diff->stores) > G_MAXUINT16)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_FAILED,
                                  _ ("messages in more than %u stores cannot be compared"),
                                  G_MAXUINT16);
    for (id = ids; id; id = id->next)
        ranks[GPOINTER_TO_UINT (g_hash_table_lookup (diff->stores, id->data))] = rank++;
    for (i = 0; i < diff->rows->len; i++)
        row_at (diff, i)->store = ranks[row_at (diff, i)->store];
    return TRUE;
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* What a pass compares; alike is what it pairs */
static gint
compare_likeness (const Row *a, const Row *b, guint flags)
{
    gint order = 0;

    if ((flags & SIMSTOW_MATCH_STORE) != 0)
        order = COMPARE (a->store, b->store);
    if (order == 0 && (flags & SIMSTOW_MATCH_STATUS) != 0)
        order = COMPARE (a->status, b->status);
    if (order == 0 && (flags & SIMSTOW_MATCH_INDEX) != 0)
        order = COMPARE (a->index, b->index);
    return order;
}

/* For a pass over rows of one digest and side: what is alike together, in the order of archives */
static gint
compare_for_pass (gconstpointer a, gconstpointer b, gpointer flags)
{
    const Row *left = a;
    const Row *right = b;
    gint order = compare_likeness (left, right, GPOINTER_TO_UINT (flags));

    if (order == 0)
        order = compare_likeness (left, right, SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX);
    return order != 0 ? order : COMPARE (left->place, right->place);
}

static gint
compare_by_digest (gconstpointer a, gconstpointer b)
{
    const Row *left = a;
    const Row *right = b;
    gint order = memcmp (left->digest, right->digest, DIGEST_SIZE);

    return order != 0 ? order : left->side - right->side;
}

static gint
compare_by_place (gconstpointer a, gconstpointer b)
{
    const Row *left = a;
    const Row *right = b;

    return left->side != right->side ? left->side - right->side
                                     : COMPARE (left->place, right->place);
}

/* Steps over what takes no part */
static Row *
skip (Row *rows, guint count, gboolean rebuilt_only, guint *i)
{
    for (; *i < count; (*i)++)
        if (!rows[*i].done && (!rebuilt_only || rows[*i].rebuilt))
            return &rows[*i];
    return NULL;
}

/* Walks both sides, sorted for the pass */
static void
pair_alike (Row *a,
            guint n_a,
            gboolean rebuilt_a,
            Row *b,
            guint n_b,
            gboolean rebuilt_b,
            guint pass)
{
    Row *left, *right;
    guint i = 0;
    guint j = 0;

    while ((left = skip (a, n_a, rebuilt_a, &i)) && (right = skip (b, n_b, rebuilt_b, &j))) {
        gint order = compare_likeness (left, right, pass);

        if (order == 0) {
            left->partner = right->place;
            right->partner = left->place;
            left->done = right->done = 1;
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
}

/* Rows of one digest */
static void
pair_group (Row *a, guint n_a, Row *b, guint n_b, const guint *passes, guint n_passes)
{
    gboolean by_content = passes == content_passes;
    guint i;

    for (i = 0; i < n_passes; i++) {
        if (n_a > 1)
            g_qsort_with_data (a,
                               (gint) n_a,
                               sizeof *a,
                               compare_for_pass,
                               GUINT_TO_POINTER (passes[i]));
        if (n_b > 1)
            g_qsort_with_data (b,
                               (gint) n_b,
                               sizeof *b,
                               compare_for_pass,
                               GUINT_TO_POINTER (passes[i]));
        pair_alike (a, n_a, by_content, b, n_b, FALSE, passes[i]);
        if (by_content)
            pair_alike (a, n_a, FALSE, b, n_b, TRUE, passes[i]);
    }
}

static void
pair (SimstowMessageDiff *diff, const guint *passes, guint n_passes)
{
    guint i, j, end;

    g_array_sort (diff->rows, compare_by_digest);
    for (i = 0; i < diff->rows->len; i = end) {
        Row *first = row_at (diff, i);

        for (j = i; j < diff->rows->len && compare_by_digest (row_at (diff, j), first) == 0; j++)
            ;
        for (end = j; end < diff->rows->len &&
                      memcmp (row_at (diff, end)->digest, first->digest, DIGEST_SIZE) == 0;
             end++)
            ;
        if (first->side == 0 && end > j)
            pair_group (first, j - i, row_at (diff, j), end - j, passes, n_passes);
    }
}

static gboolean
is_rebuilt_alone (const SimstowMessageDiff *diff)
{
    guint i;

    for (i = 0; i < diff->rows->len; i++)
        if (row_at (diff, i)->rebuilt && !row_at (diff, i)->done)
            return TRUE;
    return FALSE;
}

/* What is alone gets a digest of what it says */
static gboolean
digest_contents (SimstowMessageDiff *diff, GError **error)
{
    guint i;

    for (i = 0; i < diff->rows->len; i++) {
        Row *row = row_at (diff, i);
        g_autoptr (SimstowMessage) message = NULL;
        g_autofree gchar *content = NULL;

        if (row->done)
            continue;
        message = simstow_messages_read (diff->sides[row->side], row->place, error);
        if (!message)
            return FALSE;
        content = simstow_message_content_identity (message);
        row->done = !content;
        if (!content)
            continue;
        simstow_sha256_update (diff->sha256, diff->secret, SECRET_SIZE);
        simstow_sha256_update (diff->sha256, content, strlen (content));
        finish_digest (diff, row);
    }
    return TRUE;
}

/* Whether a message is to be told, and as what; partners stand on the other side */
static gboolean
differs (const SimstowMessageDiff *diff, const Row *row, SimstowDiffKind *kind)
{
    const Row *partner;

    if (row->partner == ALONE) {
        *kind = row->side == 0 ? SIMSTOW_DIFF_ONLY_A : SIMSTOW_DIFF_ONLY_B;
        return TRUE;
    }
    if (row->side == 1)
        return FALSE;
    *kind = SIMSTOW_DIFF_CHANGED;
    partner = row_at (diff, simstow_messages_count (diff->sides[0]) + row->partner);
    return compare_likeness (row, partner, SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_STATUS) != 0;
}

gboolean
simstow_message_diff_run (SimstowMessageDiff *diff, GError **error)
{
    SimstowDiffKind kind;
    guint i;

    if (!order_stores (diff, error))
        return FALSE;
    pair (diff, identity_passes, G_N_ELEMENTS (identity_passes));
    if (is_rebuilt_alone (diff)) {
        if (!digest_contents (diff, error))
            return FALSE;
        pair (diff, content_passes, G_N_ELEMENTS (content_passes));
    }
    g_array_sort (diff->rows, compare_by_place);
    for (i = 0; i < diff->rows->len; i++)
        if (differs (diff, row_at (diff, i), &kind))
            diff->counts[kind]++;
    return TRUE;
}

guint32
simstow_message_diff_count (const SimstowMessageDiff *diff, SimstowDiffKind kind)
{
    return diff->counts[kind];
}

/* The beginning of a text on one line, without what a terminal would obey */
static gchar *
excerpt (const gchar *text)
{
    g_autoptr (GString) line = g_string_new (NULL);
    guint count = 0;

    if (!text || !g_utf8_validate (text, -1, NULL))
        return g_strdup ("");
    for (; *text && count < EXCERPT_CHARACTERS; text = g_utf8_next_char (text), count++) {
        gunichar c = g_utf8_get_char (text);

        g_string_append_unichar (line, g_unichar_iscntrl (c) ? ' ' : c);
    }
    if (*text)
        g_string_append (line, "…");
    return g_string_free (g_steal_pointer (&line), FALSE);
}

static gchar *
describe_message (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;
    g_autofree gchar *text = NULL;

    if (!tpdu)
        return g_strdup_printf (_ ("undecodable, %zu octets"), g_bytes_get_size (message->pdu));
    if (tpdu->type == SIMSTOW_TPDU_STATUS_REPORT)
        return g_strdup_printf (_ ("status report on %s"), tpdu->address.number);
    text = tpdu->text ? excerpt (tpdu->text) : g_strdup (_ ("data"));
    return g_strdup_printf (tpdu->type == SIMSTOW_TPDU_DELIVER ? _ ("from %s: %s")
                                                               : _ ("to %s: %s"),
                            tpdu->address.number ? tpdu->address.number : _ ("nobody"),
                            text);
}

static gchar *
describe_change (const SimstowMessage *a, const SimstowMessage *b)
{
    GString *what = g_string_new (NULL);

    simstow_diff_change_append (what, _ ("store"), a->store, b->store);
    simstow_diff_change_append (what,
                                _ ("status"),
                                _ (simstow_message_status_to_string (a->status)),
                                _ (simstow_message_status_to_string (b->status)));
    return g_string_free (what, FALSE);
}

static void
tell (SimstowDiffKind kind,
      const SimstowMessage *a,
      const SimstowMessage *b,
      SimstowDiffFunc func,
      gpointer user_data)
{
    const SimstowMessage *first = a ? a : b;
    g_autofree gchar *what =
        kind == SIMSTOW_DIFF_CHANGED ? describe_change (a, b) : describe_message (first);
    const SimstowDiffItem item = {
        .kind = kind,
        .category = "messages",
        .store = first->store,
        .index = first->index,
        .message_a = a,
        .message_b = b,
        .what = what,
    };

    func (&item, user_data);
}

static gboolean
tell_row (const SimstowMessageDiff *diff,
          const Row *row,
          SimstowDiffKind kind,
          SimstowDiffFunc func,
          gpointer user_data,
          GError **error)
{
    g_autoptr (SimstowMessage) message =
        simstow_messages_read (diff->sides[row->side], row->place, error);
    g_autoptr (SimstowMessage) partner = NULL;

    if (message && kind == SIMSTOW_DIFF_CHANGED)
        partner = simstow_messages_read (diff->sides[1], row->partner, error);
    if (!message || (kind == SIMSTOW_DIFF_CHANGED && !partner))
        return FALSE;
    if (row->side == 0)
        tell (kind, message, partner, func, user_data);
    else
        tell (kind, NULL, message, func, user_data);
    return TRUE;
}

/* The next row of a side that is to be told */
static const Row *
find_next (const SimstowMessageDiff *diff, guint *i, guint end, SimstowDiffKind *kind)
{
    for (; *i < end; (*i)++)
        if (differs (diff, row_at (diff, *i), kind))
            return row_at (diff, *i);
    return NULL;
}

gboolean
simstow_message_diff_each (const SimstowMessageDiff *diff,
                           SimstowDiffFunc func,
                           gpointer user_data,
                           GError **error)
{
    const guint n_first = simstow_messages_count (diff->sides[0]);
    guint i = 0;
    guint j = n_first;

    while (TRUE) {
        SimstowDiffKind kind_a, kind_b;
        const Row *a = find_next (diff, &i, n_first, &kind_a);
        const Row *b = find_next (diff, &j, diff->rows->len, &kind_b);
        gboolean first =
            a && (!b || compare_likeness (a, b, SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX) <= 0);

        if (!a && !b)
            return TRUE;
        if (!tell_row (diff, first ? a : b, first ? kind_a : kind_b, func, user_data, error))
            return FALSE;
        *(first ? &i : &j) += 1;
    }
}
