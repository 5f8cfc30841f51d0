/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stepping through the records of what is merged.
 */

#include "simstow-merge-input.h"
#include "simstow-plain.h"

SimstowMergeCursor *
simstow_merge_cursor_new (const SimstowMergeInput *input,
                          SimstowItemKind kind,
                          GCancellable *cancellable,
                          GError **error)
{
    g_autoptr (SimstowMergeCursor) cursor = g_new0 (SimstowMergeCursor, 1);

    cursor->kind = kind;
    cursor->input = input;
    if (input->snapshot)
        return g_steal_pointer (&cursor);
    cursor->plain = simstow_plain_new (input->path, input->keys, cancellable, error);
    if (!cursor->plain)
        return NULL;
    /* what comes behind tells where the records end */
    cursor->reader = simstow_archive_reader_new (simstow_plain_get_stream (cursor->plain),
                                                 ~0U << kind,
                                                 cancellable);
    return g_steal_pointer (&cursor);
}

void
simstow_merge_cursor_drop (const SimstowMergeCursor *cursor, SimstowItem *item)
{
    if (cursor->input->snapshot)
        *item = (SimstowItem){SIMSTOW_ITEM_END};
    else
        simstow_item_clear (item);
}

void
simstow_merge_cursor_free (SimstowMergeCursor *cursor)
{
    if (!cursor)
        return;
    simstow_merge_cursor_drop (cursor, &cursor->item);
    g_clear_pointer (&cursor->reader, simstow_archive_reader_free);
    g_clear_pointer (&cursor->plain, simstow_plain_free);
    g_free (cursor);
}

static void
borrow (SimstowMergeCursor *cursor)
{
    const SimstowSnapshot *snapshot = cursor->input->snapshot;
    SimstowItem *item = &cursor->item;

    *item = (SimstowItem){SIMSTOW_ITEM_END};
    if (cursor->kind == SIMSTOW_ITEM_CALL && cursor->next < snapshot->calls->len)
        item->call = g_ptr_array_index (snapshot->calls, cursor->next);
    else if (cursor->kind == SIMSTOW_ITEM_CONTACT && cursor->next < snapshot->contacts->len)
        item->contact = g_ptr_array_index (snapshot->contacts, cursor->next);
    else if (cursor->kind == SIMSTOW_ITEM_MESSAGE && cursor->next < snapshot->messages->len)
        item->message = g_ptr_array_index (snapshot->messages, cursor->next);
    else
        return;
    item->kind = cursor->kind;
}

gboolean
simstow_merge_cursor_next (SimstowMergeCursor *cursor, GError **error)
{
    if (cursor->reader) {
        if (!simstow_archive_reader_next (cursor->reader, &cursor->item, error))
            return FALSE;
        if (cursor->item.kind != cursor->kind)
            simstow_item_clear (&cursor->item);
    } else {
        borrow (cursor);
    }
    cursor->next++;
    return TRUE;
}

gboolean
simstow_merge_cursor_seek (SimstowMergeCursor *cursor, guint32 place, GError **error)
{
    if (cursor->reader)
        simstow_archive_reader_skip_to (cursor->reader, cursor->kind, place);
    cursor->next = place;
    return simstow_merge_cursor_next (cursor, error);
}

void
simstow_merge_cursor_steal (SimstowMergeCursor *cursor, SimstowItem *item)
{
    *item = cursor->item;
    cursor->item = (SimstowItem){SIMSTOW_ITEM_END};
}
