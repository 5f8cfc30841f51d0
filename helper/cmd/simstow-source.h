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
 * simstow_source_name:
 * @modem: a modem
 *
 * Returns: (transfer full): what -m takes and people call it: its number
 */
gchar *
simstow_source_name (SimstowModem *modem);
