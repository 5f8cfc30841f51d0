/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots and archives for the tests of the archive room.
 */

#pragma once

#include "simstow-archive.h"

/* A received message in UCS-2: "Año 😀" from +573001234567 on 1 May 2024 at
 * 12:34:56 -05:00 */
#define SAMPLE_DELIVER       \
    "07917513060000F1"       \
    "040C917503103254760008" \
    "4250102143650A"         \
    "0C"                     \
    "004100F1006F0020D83DDE00"

/**
 * sample_snapshot:
 *
 * Returns: (transfer full): a snapshot in which every field of every structure is set
 */
SimstowSnapshot *
sample_snapshot (void);

/**
 * sample_many:
 * @count: how many
 *
 * Returns: (transfer full): a snapshot of @count messages, contacts and calls
 */
SimstowSnapshot *
sample_many (guint count);

/**
 * sample_pack:
 * @snapshot: a snapshot
 * @compression: how to compress it
 *
 * Returns: (transfer full): its archive
 */
GBytes *
sample_pack (const SimstowSnapshot *snapshot, SimstowCompression compression);

/**
 * sample_read:
 * @archive: an archive
 * @error: return location for an error
 *
 * Returns: whether it is whole
 */
gboolean
sample_read (GBytes *archive, GError **error);

/**
 * sample_to_text:
 * @snapshot: a snapshot
 *
 * Returns: (transfer full): all that it holds, as text to compare
 */
gchar *
sample_to_text (const SimstowSnapshot *snapshot);
