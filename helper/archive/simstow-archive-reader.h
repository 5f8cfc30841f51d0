/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive read record by record, in memory that does not grow with it: what stands behind
 * simstow_archive_read (), for those who have the archive open or keep members of it.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-input.h"
#include "simstow-kept.h"

/**
 * SimstowKeptMember:
 * @name: a member's name
 * @offset: where its bytes were kept
 * @size: how many they are
 */
typedef struct {
    gchar *name;
    guint64 offset;
    guint64 size;
} SimstowKeptMember;

/**
 * SimstowReading:
 * @func: (nullable): called for each item that is wanted, and at the end
 * @user_data: for @func
 * @wanted: flags (1 << #SimstowItemKind) of what is to be decoded; the rest is
 *     checked all the same
 * @raw: whether it is enough to have the PDU of messages
 * @kept: (nullable): where to keep members as they stand; while one is read, nobody else
 *     appends to it
 * @members: flags (1 << #SimstowMemberKind) of those members
 *
 * What is read, and for whom.
 */
typedef struct {
    SimstowItemFunc func;
    gpointer user_data;
    guint wanted;
    gboolean raw;
    SimstowKept *kept;
    guint members;
} SimstowReading;

/**
 * simstow_reading_run:
 * @stream: an archive that is not encrypted
 *
 * Returns: %FALSE with @error set when the archive is not whole, or the callee stopped it
 */
gboolean
simstow_reading_run (const SimstowReading *reading,
                     GInputStream *stream,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_reading_run_encrypted:
 * @fd: an archive that is encrypted, in a file that can be sought
 *
 * Decrypts once. What the callee sees is known to be whole only when this returns %TRUE.
 *
 * Returns: %FALSE with @error set when the archive is not whole, or the callee stopped it
 */
gboolean
simstow_reading_run_encrypted (const SimstowReading *reading,
                               gint fd,
                               const SimstowArchiveKeys *keys,
                               GCancellable *cancellable,
                               GError **error);

/**
 * simstow_reading_run_input:
 * @input: an archive of which nothing was read, encrypted or not
 *
 * Returns: %FALSE with @error set when the archive is not whole, or the callee stopped it
 */
gboolean
simstow_reading_run_input (const SimstowReading *reading,
                           const SimstowInput *input,
                           const SimstowArchiveKeys *keys,
                           GCancellable *cancellable,
                           GError **error);
