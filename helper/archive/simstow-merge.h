/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging: one archive that holds every message, call and contact that any of
 * several archives ever saw, with when it was first and last seen.
 *
 * The result depends on what is merged alone: not on the order, not on how often an archive is
 * given, not on what was merged before with what. Records are the same by simstow-identity.h.
 * Modem, SIM, network settings and eUICC are those of the newest archive that has them, with what
 * the others told of them and when; activation codes are kept all. Members of newer versions are
 * the newest archive's that has them.
 *
 * Memory grows by some 50 bytes for each record, however large the records are.
 */

#pragma once

#include "simstow-archive.h"

/**
 * SimstowMergeCounts:
 * @messages: how many messages the merged archive has
 * @contacts: how many contacts
 * @calls: how many calls
 * @captured: when the newest of what was merged was captured
 * @first_captured: when the oldest was
 * @unlikely: how many of what was merged say that they were captured in the future, or
 *     before there was simstow: their times did not count
 */
typedef struct {
    guint64 messages;
    guint64 contacts;
    guint64 calls;
    gint64 captured;
    gint64 first_captured;
    guint unlikely;
} SimstowMergeCounts;

/**
 * simstow_archive_merge:
 * @paths: (array zero-terminated=1): archives, plain or merged
 * @keys: (nullable): how to decrypt them
 * @snapshots: (nullable) (array zero-terminated=1): snapshots to merge with them; they get sorted.
 *     One that does not say when it was captured adds its records and says nothing of modem and SIM
 * @mix: whether they may be of different SIMs and modems
 * @output: (nullable): where to, as simstow_archive_write () takes it; it may
 *     be one of @paths when it may be replaced
 * @counts: (out) (optional): what was written
 * @path: (out) (optional): the path written, %NULL for standard output
 * @cancellable: (nullable): to stop it; nothing is left behind then
 * @error: return location for an error: %SIMSTOW_ERROR_FAILED for different
 *     SIMs or modems, or as of simstow_archive_read () and simstow_archive_write ()
 *
 * Verifies all archives, then merges them.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_merge (const gchar *const *paths,
                       const SimstowArchiveKeys *keys,
                       SimstowSnapshot *const *snapshots,
                       gboolean mix,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       SimstowMergeCounts *counts,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error);
