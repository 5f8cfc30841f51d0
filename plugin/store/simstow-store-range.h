/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a run of phonebook places with one command, and with smaller ones where
 * the modem does not take so many at once.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-phonebook.h"
#include "simstow-store-selector.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_RANGE (simstow_store_range_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreRange, simstow_store_range, SIMSTOW, STORE_RANGE, GObject)

/**
 * simstow_store_range_new:
 * @selector: runs the commands
 *
 * Returns: (transfer full): a reader
 */
SimstowStoreRange *
simstow_store_range_new (SimstowStoreSelector *selector);

/**
 * simstow_store_range_get_coded:
 * @self: a reader
 *
 * Returns: whether the modem was seen to write numbers in UCS2 too
 */
gboolean
simstow_store_range_get_coded (SimstowStoreRange *self);

/**
 * SimstowStoreRangeFlags:
 * @SIMSTOW_STORE_RANGE_DEFAULT: nothing
 * @SIMSTOW_STORE_RANGE_COUNTED: the phonebook's count is of this moment: the modem need not be
 *     asked how many calls a list has
 * @SIMSTOW_STORE_RANGE_PROMISED: nothing was written since the phonebook's count was told: where
 *     fewer entries come, less is asked for at a time, and what is refused behind the last of
 *     them is empty
 * @SIMSTOW_STORE_RANGE_LAST: who reads all reads this one last: it does not stay selected
 */
typedef enum {
    SIMSTOW_STORE_RANGE_DEFAULT = 0,
    SIMSTOW_STORE_RANGE_COUNTED = 1 << 0,
    SIMSTOW_STORE_RANGE_LAST = 1 << 1,
    SIMSTOW_STORE_RANGE_PROMISED = 1 << 2,
} SimstowStoreRangeFlags;

/**
 * simstow_store_range_read_async:
 * @self: a reader
 * @phonebook: what to read; kept alive by the caller
 * @flags: what is known beforehand
 * @first: the first place
 * @count: how many places at most; 0 for as many as is good
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Reads a run of places.
 */
void
simstow_store_range_read_async (SimstowStoreRange *self,
                                const SimstowAtPhonebook *phonebook,
                                SimstowStoreRangeFlags flags,
                                guint first,
                                guint count,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * simstow_store_range_read_finish:
 * @self: a reader
 * @result: what the callback got
 * @next: (out): where to go on, 0 at the end
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable) (element-type SimstowAtEntry): the entries
 * within the run by rising index, with rows that make no sense; or %NULL with @error set
 */
GPtrArray *
simstow_store_range_read_finish (SimstowStoreRange *self,
                                 GAsyncResult *result,
                                 guint *next,
                                 GError **error);

G_END_DECLS
