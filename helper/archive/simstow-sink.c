/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the text of a member goes.
 */

#include "simstow-sink.h"

#define ENOUGH (64 * 1024)

gboolean
simstow_sink_flush (SimstowSink *sink, GError **error)
{
    gboolean drained;

    if (sink->buffer->len == 0)
        return TRUE;
    drained = sink->drain (sink->buffer->str, sink->buffer->len, sink->user_data, error);
    g_string_truncate (sink->buffer, 0);
    return drained;
}

gboolean
simstow_sink_end_record (SimstowSink *sink, GError **error)
{
    sink->records++;
    if (sink->buffer->len < ENOUGH)
        return TRUE;
    return !g_cancellable_set_error_if_cancelled (sink->cancellable, error) &&
           simstow_sink_flush (sink, error);
}

gboolean
simstow_sink_append_kept (SimstowSink *sink,
                          SimstowKept *kept,
                          guint64 offset,
                          guint64 size,
                          GError **error)
{
    while (size > 0) {
        gsize before = sink->buffer->len;
        gsize part = MIN (size, ENOUGH);

        g_string_set_size (sink->buffer, before + part);
        if (g_cancellable_set_error_if_cancelled (sink->cancellable, error) ||
            !simstow_kept_read (kept, offset, sink->buffer->str + before, part, error) ||
            !simstow_sink_flush (sink, error))
            return FALSE;
        offset += part;
        size -= part;
    }
    return TRUE;
}
