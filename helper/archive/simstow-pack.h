/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive about to be written: its members are generated and kept, simstow-kept.h, to
 * learn sizes, digests and counts, then written into the tar. Memory does not grow with the
 * content.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-layout.h"
#include "simstow-sink.h"

/**
 * SimstowPackMember:
 * @name: the member's name
 * @generate: writes the member's whole text into a sink
 * @source: for @generate
 */
typedef struct {
    const gchar *name;
    gboolean (*generate) (gconstpointer source, SimstowSink *sink, GError **error);
    gconstpointer source;
} SimstowPackMember;

typedef struct _SimstowPack SimstowPack;

/**
 * simstow_pack_new:
 * @snapshot: device, SIM, stores, problems and time; borrowed for as long as
 *     the pack lives
 * @members: (array length=n_members): the members that hold content, in the
 *     order of the layout
 * @error: return location for an error of a generator
 *
 * Generates all members.
 *
 * Returns: (transfer full) (nullable): the archive to write, or %NULL with @error set
 */
SimstowPack *
simstow_pack_new (const SimstowSnapshot *snapshot,
                  const SimstowPackMember *members,
                  gsize n_members,
                  GCancellable *cancellable,
                  GError **error);

/**
 * simstow_pack_new_for_snapshot:
 * @snapshot: what to write; borrowed for as long as the pack lives
 * @secrets: whether eSIM activation codes go with it: only what is encrypted
 *     may hold them
 *
 * Returns: (transfer full) (nullable): the archive of @snapshot to write
 */
SimstowPack *
simstow_pack_new_for_snapshot (const SimstowSnapshot *snapshot,
                               gboolean secrets,
                               GCancellable *cancellable,
                               GError **error);

/**
 * simstow_pack_free:
 * @pack: (transfer full): an archive to write
 */
void
simstow_pack_free (SimstowPack *pack);

/**
 * simstow_pack_get_name:
 *
 * Returns: its name, without an extension
 */
const gchar *
simstow_pack_get_name (const SimstowPack *pack);

/**
 * simstow_pack_get_content_id:
 *
 * Returns: its content id
 */
const gchar *
simstow_pack_get_content_id (const SimstowPack *pack);

/**
 * simstow_pack_count_records:
 *
 * Returns: how many records that member has
 */
guint64
simstow_pack_count_records (const SimstowPack *pack, SimstowMemberKind kind);

/**
 * simstow_pack_write:
 * @compression: how to compress it
 * @write: takes the bytes
 * @error: return location for an error of @write or a generator
 *
 * Returns: %FALSE with @error set when it could not be written whole
 */
gboolean
simstow_pack_write (SimstowPack *pack,
                    SimstowCompression compression,
                    SimstowSinkFunc write,
                    gpointer user_data,
                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPack, simstow_pack_free)
