/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots of modems, as the verbs take them: found, read, with a progress line.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-modem.h"

/**
 * simstow_source_capture:
 * @modem: a modem
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Reads a modem while the progress line shows how it goes.
 *
 * Returns: (transfer full) (nullable): what it holds, or %NULL with @error set
 */
SimstowSnapshot *
simstow_source_capture (SimstowModem *modem, GCancellable *cancellable, GError **error);

/**
 * simstow_source_load:
 * @path: an archive
 * @keys: how to decrypt it
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Reads and verifies an archive; errors name it.
 *
 * Returns: (transfer full) (nullable): what it holds, or %NULL with @error set
 */
SimstowSnapshot *
simstow_source_load (const gchar *path,
                     const SimstowArchiveKeys *keys,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_source_load_pair:
 * @path_a: an archive that can be read twice
 * @path_b: another
 * @keys: (nullable): how to decrypt them
 * @a: (out) (transfer full): what the first holds
 * @b: (out) (transfer full): what the second holds
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Reads two archives that are to be compared, without the messages that both
 * have at the same place: they are no difference, whatever the rest is.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_source_load_pair (const gchar *path_a,
                          const gchar *path_b,
                          const SimstowArchiveKeys *keys,
                          SimstowSnapshot **a,
                          SimstowSnapshot **b,
                          GCancellable *cancellable,
                          GError **error);

/**
 * simstow_source_name:
 * @modem: a modem
 *
 * Returns: (transfer full): what -m takes and people call it: its number
 */
gchar *
simstow_source_name (SimstowModem *modem);
