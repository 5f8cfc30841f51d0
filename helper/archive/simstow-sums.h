/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The digests of an archive's members: SHA256SUMS in the form of coreutils, and
 * the content id that follows from it; and of whole files.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-sha256.h"

/**
 * SimstowSum:
 * @name: a member's name
 * @digest: its SHA-256, lower-case hexadecimal
 */
typedef struct {
    gchar *name;
    gchar *digest;
} SimstowSum;

/**
 * simstow_sums_new:
 *
 * Returns: (transfer full) (element-type SimstowSum): no digests yet
 */
GPtrArray *
simstow_sums_new (void);

/**
 * simstow_sums_add:
 * @checksum: what was computed over it
 */
void
simstow_sums_add (GPtrArray *sums, const gchar *name, SimstowSha256 *checksum);

/**
 * simstow_sums_take:
 * @digest: (transfer full): its digest
 */
void
simstow_sums_take (GPtrArray *sums, const gchar *name, gchar *digest);

/**
 * simstow_sums_to_text:
 *
 * Returns: (transfer full): SHA256SUMS
 */
gchar *
simstow_sums_to_text (const GPtrArray *sums);

/**
 * simstow_sums_check:
 * @sums: the digests of what was read
 * @text: the archive's SHA256SUMS
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the
 *     first member that differs
 *
 * Returns: %FALSE with @error set unless @text lists just these digests in this order
 */
gboolean
simstow_sums_check (const GPtrArray *sums, const gchar *text, gsize length, GError **error);

/**
 * simstow_sums_content_id:
 *
 * Returns: (transfer full): SHA-256 over the lines of the members that hold content
 */
gchar *
simstow_sums_content_id (const GPtrArray *sums);

/**
 * simstow_digest_stream:
 * @stream: read from where it stands to its end
 * @size: (out) (optional): how much that was
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): its SHA-256, lower-case hexadecimal
 */
gchar *
simstow_digest_stream (GInputStream *stream,
                       guint64 *size,
                       GCancellable *cancellable,
                       GError **error);

/**
 * simstow_digest_file:
 * @path: a local file
 * @size: (out) (optional): how large it is
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): its SHA-256, lower-case hexadecimal
 */
gchar *
simstow_digest_file (const gchar *path, guint64 *size, GCancellable *cancellable, GError **error);

typedef struct _SimstowHasher SimstowHasher;

/**
 * simstow_hasher_new:
 *
 * Returns: (transfer full): a hasher that has seen nothing
 */
SimstowHasher *
simstow_hasher_new (void);

void
simstow_hasher_free (SimstowHasher *hasher);

/**
 * simstow_hasher_update:
 * @data: (array length=size): bytes; they are copied
 */
void
simstow_hasher_update (SimstowHasher *hasher, const guint8 *data, gsize size);

/**
 * simstow_hasher_finish:
 *
 * Waits for the digest, and starts anew.
 *
 * Returns: (transfer full): the digest of all bytes since the last finish,
 * lower-case hexadecimal
 */
gchar *
simstow_hasher_finish (SimstowHasher *hasher);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowHasher, simstow_hasher_free)
