/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the text of a member goes while it is generated: to a digest that
 * measures it, or into the tar. Each member is generated twice, first to learn
 * its size and digest, then to write it, so that memory stays flat and no
 * plaintext is spooled.
 */

#pragma once

#include "simstow-kept.h"

/**
 * SimstowSinkFunc:
 * @data: bytes
 * @size: how many
 * @user_data: the owner's
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set when they could not be taken
 */
typedef gboolean (*SimstowSinkFunc) (gconstpointer data,
                                     gsize size,
                                     gpointer user_data,
                                     GError **error);

/**
 * SimstowSink:
 * @buffer: the text; generators append to it
 * @records: how many records were ended
 * @drain: takes the buffer's text
 * @user_data: for @drain
 * @cancellable: (nullable): stops the generator
 */
typedef struct {
    GString *buffer;
    guint64 records;
    SimstowSinkFunc drain;
    gpointer user_data;
    GCancellable *cancellable;
} SimstowSink;

/**
 * simstow_sink_end_record:
 *
 * To be called by generators behind each record: counts it, and passes the
 * buffer on when there is enough in it.
 *
 * Returns: %FALSE with @error set when the sink is full, broken or cancelled
 */
gboolean
simstow_sink_end_record (SimstowSink *sink, GError **error);

/**
 * simstow_sink_flush:
 *
 * Passes on what is left in the buffer.
 *
 * Returns: %FALSE with @error set when the sink is full or broken
 */
gboolean
simstow_sink_flush (SimstowSink *sink, GError **error);

/**
 * simstow_sink_append_kept:
 * @offset: where to begin
 *
 * Appends them, and flushes.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_sink_append_kept (SimstowSink *sink,
                          SimstowKept *kept,
                          guint64 offset,
                          guint64 size,
                          GError **error);
