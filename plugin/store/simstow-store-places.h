/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes phonebook entries, and finds places for those that ask for none.
 *
 * The modem chooses the free place, so that nothing is ever overwritten; the same
 * line reads back the place it is expected to choose. Where that was not it, the
 * phonebook is read again and compared. Modems that refuse to choose are given a
 * place that was seen empty right before.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-phonebook.h"
#include "simstow-store-range.h"
#include "simstow-store-selector.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_PLACES (simstow_store_places_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStorePlaces, simstow_store_places, SIMSTOW, STORE_PLACES, GObject)

/**
 * simstow_store_places_new:
 * @selector: runs the commands
 * @range: reads places
 *
 * Returns: (transfer full): a writer
 */
SimstowStorePlaces *
simstow_store_places_new (SimstowStoreSelector *selector, SimstowStoreRange *range);

/**
 * simstow_store_places_write_async:
 * @self: a writer
 * @phonebook: where to write; kept alive by the caller
 * @entry: (transfer full): what; at its index, or at index 0 at a free place
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Writes one entry. At an index of its own it replaces what is there.
 */
void
simstow_store_places_write_async (SimstowStorePlaces *self,
                                  const SimstowAtPhonebook *phonebook,
                                  SimstowAtEntry *entry,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * simstow_store_places_write_finish:
 * @self: a writer
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: the index written, 0 with @error set
 */
guint
simstow_store_places_write_finish (SimstowStorePlaces *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_places_forget:
 * @self: a writer
 *
 * To be called when entries change by other means.
 */
void
simstow_store_places_forget (SimstowStorePlaces *self);

G_END_DECLS
