/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a merge generates: records from all archives side by side, the states of
 * eUICC and network, and the other members as the newest archive has them.
 */

#include "config.h"

#include "simstow-merge-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-json-rest.h"
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
add_line (const SimstowMergeRecords *records, const SimstowMergeLane *lane, GPtrArray *lines)
{
    const SimstowMerge *merge = records->merge;
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
    simstow_merge_record_append (&lane->item,
                                 head,
                                 lane->sighting,
                                 rebuilt,
                                 merge->survey.rests[records->place],
                                 line->text);
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
take_first (const SimstowMergeRecords *records,
            GPtrArray *lanes,
            GPtrArray *lines,
            SimstowMergeLane *first,
            GError **error)
{
    add_line (records, first, lines);
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
            if (!take_first (records, lanes, lines, first, error))
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
        SimstowUnread unread = *(const SimstowUnread *) g_ptr_array_index (all, i);
        g_autofree gchar *rest = g_strdup (unread.rest);

        for (; i + 1 < all->len; i++) {
            const SimstowUnread *same = g_ptr_array_index (all, i + 1);

            if (simstow_unread_compare (&unread, same) != 0)
                break;
            simstow_json_rest_unite (&rest, same->rest);
        }
        unread.rest = rest;
        simstow_unread_append_json (&unread, sink->buffer);
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

/* A member as it stands; @whole: in the sink's buffer to the end */
static gboolean
copy_member (const SimstowMergeInput *input,
             const gchar *name,
             gboolean whole,
             SimstowSink *sink,
             GError **error)
{
    g_autoptr (SimstowPlain) plain =
        simstow_plain_new (input->path, input->keys, sink->cancellable, error);
    g_autoptr (SimstowUnpack) unpack = NULL;

    if (!plain)
        return FALSE;
    unpack = simstow_unpack_new (simstow_plain_get_stream (plain), sink->cancellable);
    return find_member (unpack, name, error) && pour (unpack, sink, !whole, error);
}

gboolean
simstow_merge_generate_copy (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowMergeCopy *copy = source;

    sink->records += copy->records;
    return copy_member (copy->input, copy->name, copy->codes != NULL, sink, error) &&
           (!copy->codes || simstow_esim_set_codes_json (sink->buffer, copy->codes, error));
}

gboolean
simstow_merge_generate_other (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowMergeOther *other = source;
    const SimstowMergeSurvey *survey = &other->merge->survey;
    SimstowMemberKind kind = simstow_layout_member_kind (other->member->name);

    if (kind != SIMSTOW_MEMBER_ESIM && kind != SIMSTOW_MEMBER_NETWORK)
        return copy_member (other->input, other->member->name, FALSE, sink, error);
    /* activation codes do not go into an archive that is not encrypted */
    simstow_merge_states_append (kind == SIMSTOW_MEMBER_ESIM ? survey->esim : survey->network,
                                 other->merge->secrets,
                                 sink->buffer);
    return TRUE;
}
