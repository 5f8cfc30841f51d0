/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a merge generates: records from all archives side by side, and the other
 * members as the newest archive has them.
 */

#include "config.h"

#include "simstow-merge-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-layout.h"
#include "simstow-merge-lane.h"
#include "simstow-plain.h"
#include "simstow-record-json.h"
#include "simstow-unpack.h"

/* Records of one identity that stand at the same place */
typedef struct {
    const SimstowSighting *sighting;
    GString *text;
} Line;

static void
line_free (gpointer data)
{
    Line *line = data;

    g_string_free (line->text, TRUE);
    g_free (line);
}

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
    const Line *left = *(Line *const *) a;
    const Line *right = *(Line *const *) b;
    gint order = simstow_sighting_compare (left->sighting, right->sighting);

    return order != 0 ? order : strcmp (left->text->str, right->text->str);
}

static gboolean
open_lanes (GPtrArray *lanes,
            const SimstowMergeRecords *records,
            GCancellable *cancellable,
            GError **error)
{
    const SimstowMerge *merge = records->merge;
    guint i;

    for (i = 0; i < merge->inputs->len; i++) {
        g_autoptr (SimstowMergeLane) lane =
            simstow_merge_lane_new (g_ptr_array_index (merge->inputs, i),
                                    i,
                                    simstow_merge_kind (records->place),
                                    merge->survey.sightings[records->place],
                                    cancellable,
                                    error);

        if (!lane)
            return FALSE;
        if (lane->item.kind != SIMSTOW_ITEM_END)
            g_ptr_array_add (lanes, g_steal_pointer (&lane));
    }
    return TRUE;
}

static SimstowMergeLane *
find_first (const GPtrArray *lanes)
{
    SimstowMergeLane *first = NULL;
    guint i;

    for (i = 0; i < lanes->len; i++) {
        SimstowMergeLane *lane = g_ptr_array_index (lanes, i);

        if (!first || simstow_merge_lane_compare (lane, first) < 0)
            first = lane;
    }
    return first;
}

static void
add_line (const SimstowMerge *merge, const SimstowMergeLane *lane, GPtrArray *lines)
{
    const SimstowSnapshot *head = lane->input->head;
    const SimstowRebuilt *rebuilt =
        simstow_merge_record_find_rebuilt (&lane->item, merge->survey.rebuilt);
    Line *line;

    /* one that was read stands for it */
    if (rebuilt && rebuilt->read && simstow_snapshot_is_rebuilt (head, lane->item.message))
        return;
    line = g_new0 (Line, 1);
    line->sighting = lane->sighting;
    line->text = g_string_new (NULL);
    simstow_merge_record_append (&lane->item, head, lane->sighting, rebuilt, line->text);
    g_ptr_array_add (lines, line);
}

static gboolean
write_lines (GPtrArray *lines, SimstowSink *sink, GError **error)
{
    guint i;

    if (lines->len > 1)
        g_ptr_array_sort (lines, compare_lines);
    for (i = 0; i < lines->len; i++) {
        const Line *line = g_ptr_array_index (lines, i);

        g_string_append_len (sink->buffer, line->text->str, (gssize) line->text->len);
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    g_ptr_array_set_size (lines, 0);
    return TRUE;
}

/* Takes the first record of all; @at is where it stood */
static gboolean
take_first (const SimstowMerge *merge,
            GPtrArray *lanes,
            GPtrArray *lines,
            SimstowMergeLane *first,
            GError **error)
{
    add_line (merge, first, lines);
    if (!simstow_merge_lane_next (first, error))
        return FALSE;
    if (first->item.kind == SIMSTOW_ITEM_END)
        g_ptr_array_remove (lanes, first);
    return TRUE;
}

/* Whether the lane's record stands where @store, @index and @key say */
static gboolean
stands_at (const SimstowMergeLane *lane, const gchar *store, guint index, const guint8 *key)
{
    const gchar *its_store;
    guint its_index = simstow_merge_record_get_place (&lane->item, &its_store);

    return its_index == index && strcmp (its_store, store) == 0 &&
           memcmp (lane->sighting->key, key, SIMSTOW_SIGHTING_KEY) == 0;
}

gboolean
simstow_merge_generate_records (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowMergeRecords *records = source;
    g_autoptr (GPtrArray) lanes =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_merge_lane_free);
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
    SimstowMergeLane *first;

    if (!open_lanes (lanes, records, sink->cancellable, error))
        return FALSE;
    while ((first = find_first (lanes))) {
        const SimstowSighting *sighting = first->sighting;
        g_autofree gchar *store = NULL;
        const gchar *its_store;
        guint index = simstow_merge_record_get_place (&first->item, &its_store);

        store = g_strdup (its_store);
        do {
            if (!take_first (records->merge, lanes, lines, first, error))
                return FALSE;
            first = find_first (lanes);
        } while (first && stands_at (first, store, index, sighting->key));
        if (!write_lines (lines, sink, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
simstow_merge_generate_unread (gconstpointer source, SimstowSink *sink, GError **error)
{
    const GPtrArray *all = ((const SimstowMerge *) source)->survey.unread;
    guint i;

    for (i = 0; i < all->len; i++) {
        const SimstowUnread *unread = g_ptr_array_index (all, i);

        if (i > 0 && simstow_unread_compare (unread, g_ptr_array_index (all, i - 1)) == 0)
            continue;
        simstow_unread_append_json (unread, sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
mark_input (SimstowMerge *merge,
            const SimstowMergeInput *input,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (SimstowMergeCursor) cursor =
        simstow_merge_cursor_new (input, SIMSTOW_ITEM_MESSAGE, cancellable, error);

    if (!cursor)
        return FALSE;
    while (simstow_merge_cursor_next (cursor, error)) {
        SimstowRebuilt *rebuilt;

        if (cursor->item.kind == SIMSTOW_ITEM_END)
            return TRUE;
        rebuilt = simstow_merge_record_find_rebuilt (&cursor->item, merge->survey.rebuilt);
        if (rebuilt && !simstow_snapshot_is_rebuilt (input->head, cursor->item.message))
            rebuilt->read = TRUE;
    }
    return FALSE;
}

gboolean
simstow_merge_mark_read (SimstowMerge *merge, GCancellable *cancellable, GError **error)
{
    guint i;

    if (g_hash_table_size (merge->survey.rebuilt) == 0)
        return TRUE;
    for (i = 0; i < merge->inputs->len; i++)
        if (!mark_input (merge, g_ptr_array_index (merge->inputs, i), cancellable, error))
            return FALSE;
    return TRUE;
}

static gboolean
generate_from_snapshot (const SimstowMergeOther *other, SimstowSink *sink)
{
    const SimstowSnapshot *snapshot = other->input->snapshot;

    if (simstow_layout_member_kind (other->member->name) == SIMSTOW_MEMBER_NETWORK)
        simstow_network_append_json (snapshot->network, sink->buffer);
    else
        simstow_esim_append_json (snapshot->esim, other->merge->secrets, sink->buffer);
    return TRUE;
}

static gboolean
find_member (SimstowUnpack *unpack, const gchar *wanted, GError **error)
{
    SimstowMemberKind kind;
    const gchar *name;
    const guint8 *data;
    gsize size;

    while (simstow_unpack_next (unpack, &name, &kind, error)) {
        if (!name)
            break;
        if (strcmp (name, wanted) == 0)
            return TRUE;
        do {
            if (!simstow_unpack_peek (unpack, &data, &size, error))
                return FALSE;
            if (size > 0)
                simstow_unpack_skip (unpack, size);
        } while (size > 0);
    }
    if (error && !*error)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FAILED,
                     _ ("%s: changed while it was read"),
                     wanted);
    return FALSE;
}

static gboolean
pour (SimstowUnpack *unpack, SimstowSink *sink, gboolean flush, GError **error)
{
    const guint8 *data;
    gsize size;

    do {
        if (!simstow_unpack_peek (unpack, &data, &size, error))
            return FALSE;
        g_string_append_len (sink->buffer, (const gchar *) data, (gssize) size);
        if (size > 0)
            simstow_unpack_skip (unpack, size);
        if (flush && !simstow_sink_flush (sink, error))
            return FALSE;
    } while (size > 0);
    return TRUE;
}

/* Activation codes do not go into an archive that is not encrypted */
static gboolean
hide_secrets (GString *text, GError **error)
{
    g_autoptr (SimstowEsim) esim = simstow_esim_from_json (text->str, text->len, error);

    if (!esim)
        return FALSE;
    if (esim->codes->len > 0) {
        g_string_truncate (text, 0);
        simstow_esim_append_json (esim, FALSE, text);
    }
    return TRUE;
}

gboolean
simstow_merge_generate_other (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowMergeOther *other = source;
    gboolean secret = !other->merge->secrets &&
                      simstow_layout_member_kind (other->member->name) == SIMSTOW_MEMBER_ESIM;
    g_autoptr (SimstowPlain) plain = NULL;
    g_autoptr (SimstowUnpack) unpack = NULL;

    if (other->input->snapshot)
        return generate_from_snapshot (other, sink);
    plain = simstow_plain_new (other->input->path, other->input->keys, sink->cancellable, error);
    if (!plain)
        return FALSE;
    unpack = simstow_unpack_new (simstow_plain_get_stream (plain), sink->cancellable);
    if (!find_member (unpack, other->member->name, error) || !pour (unpack, sink, !secret, error))
        return FALSE;
    return !secret || hide_secrets (sink->buffer, error);
}
