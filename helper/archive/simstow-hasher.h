/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 of data that comes in pieces. What is large is hashed in a thread of
 * its own, so that reading a large archive takes no longer than its slowest part.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowHasher SimstowHasher;

/**
 * simstow_hasher_new:
 *
 * Returns: (transfer full): a hasher that has seen nothing
 */
SimstowHasher *
simstow_hasher_new (void);

/**
 * simstow_hasher_free:
 * @hasher: (transfer full): a hasher
 */
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
