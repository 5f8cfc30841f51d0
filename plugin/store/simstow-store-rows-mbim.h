/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records in one answer of an MBIM modem, which gives all of a memory at once.
 */

#pragma once

#include <gio/gio.h>
#include <libmbim-glib.h>

/**
 * SimstowRowDecode:
 * @element: an element of the answer, beginning with its index
 * @error: return location for an error that says what is wrong with it
 *
 * Returns: (transfer none) (nullable): a floating a{sv}, or %NULL with @error set
 */
typedef GVariant *(*SimstowRowDecode) (GBytes *element, GError **error);

/**
 * simstow_store_rows_mbim_new:
 * @response: an answer
 * @offset: where in its information the number of elements is
 * @decode: makes a record of an element
 * @error: return location for a #SimstowError
 *
 * What cannot be read of an element costs that element: it becomes a record with "fault"
 * and "row", as do elements that the modem counts and does not give.
 *
 * Returns: (transfer full) (nullable) (element-type GVariant): the records by rising index,
 * or %NULL with @error set when the answer has none to be looked for
 */
GPtrArray *
simstow_store_rows_mbim_new (MbimMessage *response,
                             gsize offset,
                             SimstowRowDecode decode,
                             GError **error);

/**
 * simstow_store_rows_mbim_index:
 * @record: a record
 *
 * Returns: its index, 0 when it has none
 */
guint
simstow_store_rows_mbim_index (GVariant *record);

/**
 * simstow_store_rows_mbim_range:
 * @records: (element-type GVariant): records by rising index
 * @first: the first place
 * @count: how many places, 0 for all
 * @next: (out): the index to go on with, 0 at the end
 * @done: (out): how many records are before that
 *
 * Returns: (transfer full): aa{sv}, those in that range
 */
GVariant *
simstow_store_rows_mbim_range (GPtrArray *records,
                               guint first,
                               guint count,
                               guint *next,
                               guint *done);
