/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive about to be written: its members are generated and kept, simstow-kept.h, to
 * learn sizes, digests and counts, then written into the tar. Memory does not grow with the
 * content.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-kept.h"
#include "simstow-layout.h"

/**
 * SimstowSinkFunc:
 * @data: bytes
 * @size: how many
 * @user_data: the owner's
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set when they could not be taken
 */
typedef gboolean (*SimstowSinkFunc) (gconstpointer data,
                                     gsize size,
                                     gpointer user_data,
                                     GError **error);

/**
 * SimstowSink:
 * @buffer: the text; generators append to it
 * @records: how many records were ended
 * @drain: takes the buffer's text
 * @user_data: for @drain
 * @cancellable: (nullable): stops the generator
 */
typedef struct {
    GString *buffer;
    guint64 records;
    SimstowSinkFunc drain;
    gpointer user_data;
    GCancellable *cancellable;
} SimstowSink;

/**
 * simstow_sink_end_record:
 *
 * To be called by generators behind each record: counts it, and passes the
 * buffer on when there is enough in it.
 *
 * Returns: %FALSE with @error set when the sink is full, broken or cancelled
 */
gboolean
simstow_sink_end_record (SimstowSink *sink, GError **error);

/**
 * simstow_sink_flush:
 *
 * Passes on what is left in the buffer.
 *
 * Returns: %FALSE with @error set when the sink is full or broken
 */
gboolean
simstow_sink_flush (SimstowSink *sink, GError **error);

/**
 * simstow_sink_append_kept:
 * @offset: where to begin
 *
 * Appends them, and flushes.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_sink_append_kept (SimstowSink *sink,
                          SimstowKept *kept,
                          guint64 offset,
                          guint64 size,
                          GError **error);

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

/**
 * simstow_archive_write_pack:
 * @output: (nullable): where to, as simstow_archive_write () takes it
 * @options: how
 * @path: (out) (optional): the path written, %NULL for standard output
 * @cancellable: (nullable): to stop it; nothing is left behind then
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_write_pack (SimstowPack *pack,
                            const gchar *output,
                            const SimstowArchiveWriteOptions *options,
                            gchar **path,
                            GCancellable *cancellable,
                            GError **error);
