/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences of messages: pairs that still differ, and messages without a
 * partner, are what is told.
 */

#include "simstow-message-diff.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-diff.h"
#include "simstow-message-pairs.h"

#define EXCERPT_CHARACTERS 40

struct _SimstowMessageDiff {
    SimstowMessagePairs *pairs;
    SimstowMessageSource *sources[2];
    guint32 counts[3];
};

/* One side while differences are told: the next of its messages that is told */
typedef struct {
    SimstowMessageCursor *cursor;
    guint32 next;
    guint32 place;
    SimstowMessage *message;
} Side;

typedef struct {
    SimstowMessageDiff *diff;
    guint kinds;
    Side sides[2];
    /* the places of those that changed on the second side, in the order of the first */
    GArray *partners;
    SimstowMessageGather *gather;
} Walk;

SimstowMessageDiff *
simstow_message_diff_new (void)
{
    SimstowMessageDiff *diff = g_new0 (SimstowMessageDiff, 1);

    diff->pairs = simstow_message_pairs_new ();
    return diff;
}

void
simstow_message_diff_free (SimstowMessageDiff *diff)
{
    simstow_message_pairs_free (diff->pairs);
    g_free (diff);
}

void
simstow_message_diff_add (SimstowMessageDiff *diff,
                          guint side,
                          const SimstowMessage *message,
                          const SimstowSnapshot *snapshot)
{
    simstow_message_pairs_add (diff->pairs,
                               side,
                               message,
                               simstow_snapshot_is_rebuilt (snapshot, message));
}

static gboolean
kind_of_first (const SimstowMessageDiff *diff, guint32 place, SimstowDiffKind *kind)
{
    guint32 partner = simstow_message_pairs_get (diff->pairs, place);

    *kind = partner == SIMSTOW_PAIR_ALONE ? SIMSTOW_DIFF_ONLY_A : SIMSTOW_DIFF_CHANGED;
    return partner != SIMSTOW_PAIR_SAME;
}

static gboolean
kind_of_second (const SimstowMessageDiff *diff, guint32 place, SimstowDiffKind *kind)
{
    *kind = SIMSTOW_DIFF_ONLY_B;
    return simstow_message_pairs_is_alone (diff->pairs, place);
}

static gboolean
kind_of (const SimstowMessageDiff *diff, guint side, guint32 place, SimstowDiffKind *kind)
{
    return side == 0 ? kind_of_first (diff, place, kind) : kind_of_second (diff, place, kind);
}

gboolean
simstow_message_diff_run (SimstowMessageDiff *diff,
                          SimstowMessageSource *a,
                          SimstowMessageSource *b,
                          GError **error)
{
    SimstowDiffKind kind;
    guint32 place;
    guint side;

    diff->sources[0] = a;
    diff->sources[1] = b;
    if (!simstow_message_pairs_make (diff->pairs, diff->sources, error))
        return FALSE;
    for (side = 0; side < 2; side++)
        for (place = 0; place < simstow_message_pairs_count (diff->pairs, side); place++)
            if (kind_of (diff, side, place, &kind))
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

/* Steps to the next message of a side that is to be told */
static gboolean
advance (Walk *walk, guint number, GError **error)
{
    const guint32 count = simstow_message_pairs_count (walk->diff->pairs, number);
    Side *side = &walk->sides[number];
    SimstowDiffKind kind;

    g_clear_pointer (&side->message, simstow_message_free);
    while (side->next < count) {
        side->place = side->next++;
        if (!kind_of (walk->diff, number, side->place, &kind) || (walk->kinds >> kind & 1) == 0)
            continue;
        side->message = simstow_message_cursor_read (side->cursor, side->place, error);
        return side->message != NULL;
    }
    return TRUE;
}

static gboolean
tell_first (Walk *walk, SimstowDiffFunc func, gpointer user_data, GError **error)
{
    const Side *side = &walk->sides[0];
    g_autoptr (SimstowMessage) partner = NULL;
    SimstowDiffKind kind;

    kind_of_first (walk->diff, side->place, &kind);
    if (kind == SIMSTOW_DIFF_CHANGED) {
        partner = simstow_message_gather_next (walk->gather, error);
        if (!partner)
            return FALSE;
    }
    tell (kind, side->message, partner, func, user_data);
    return advance (walk, 0, error);
}

static gboolean
tell_second (Walk *walk, SimstowDiffFunc func, gpointer user_data, GError **error)
{
    tell (SIMSTOW_DIFF_ONLY_B, NULL, walk->sides[1].message, func, user_data);
    return advance (walk, 1, error);
}

static gboolean
comes_first (const SimstowMessage *a, const SimstowMessage *b)
{
    gint order = strcmp (a->store, b->store);

    return order < 0 || (order == 0 && a->index <= b->index);
}

static void
walk_init (Walk *walk, SimstowMessageDiff *diff, guint kinds)
{
    guint32 place;

    walk->diff = diff;
    walk->kinds = kinds;
    walk->sides[0].cursor = simstow_message_cursor_new (diff->sources[0]);
    walk->sides[1].cursor = simstow_message_cursor_new (diff->sources[1]);
    walk->partners = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (place = 0; place < simstow_message_pairs_count (diff->pairs, 0); place++) {
        guint32 partner = simstow_message_pairs_get (diff->pairs, place);

        if (partner != SIMSTOW_PAIR_SAME && partner != SIMSTOW_PAIR_ALONE)
            g_array_append_val (walk->partners, partner);
    }
    walk->gather = simstow_message_gather_new (diff->sources[1], walk->partners);
}

static void
walk_clear (Walk *walk)
{
    guint i;

    for (i = 0; i < 2; i++) {
        simstow_message_free (walk->sides[i].message);
        simstow_message_cursor_free (walk->sides[i].cursor);
    }
    simstow_message_gather_free (walk->gather);
    g_array_unref (walk->partners);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

gboolean
simstow_message_diff_each (SimstowMessageDiff *diff,
                           guint kinds,
                           SimstowDiffFunc func,
                           gpointer user_data,
                           GError **error)
{
    g_auto (Walk) walk = {NULL};
    const Side *a = &walk.sides[0];
    const Side *b = &walk.sides[1];

    walk_init (&walk, diff, kinds);
    if (!advance (&walk, 0, error) || !advance (&walk, 1, error))
        return FALSE;
    while (a->message || b->message) {
        gboolean first = a->message && (!b->message || comes_first (a->message, b->message));

        if (first ? !tell_first (&walk, func, user_data, error)
                  : !tell_second (&walk, func, user_data, error))
            return FALSE;
    }
    return TRUE;
}
