/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a memory over MBIM: all of it at once, or place by place where the modem refuses
 * that.
 */

#pragma once

#include <libmbim-glib.h>

#include "simstow-port.h"

/**
 * SimstowReaderMbim:
 * @request: makes the request for one place, or for all with an index of 0
 * @finish: makes the records of its answer
 * @format: what @request is given besides
 * @last: the last place, 0 when it is not known
 */
typedef struct {
    MbimMessage *(*request) (guint index, guint format);
    GPtrArray *(*finish) (SimstowPort *port, GAsyncResult *result, GError **error);
    guint format;
    guint last;
} SimstowReaderMbim;

/**
 * simstow_store_reader_mbim_async:
 * @port: a modem's line
 * @reader: what to read, and how
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is read
 * @user_data: for @callback
 *
 * A place that the modem does not give becomes a record with "fault". Where it gives none,
 * its refusal to give all at once is the error.
 */
void
simstow_store_reader_mbim_async (SimstowPort *port,
                                 const SimstowReaderMbim *reader,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_store_reader_mbim_finish:
 * @port: a modem's line
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable) (element-type GVariant): the records by rising index,
 * or %NULL with @error set
 */
GPtrArray *
simstow_store_reader_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error);
