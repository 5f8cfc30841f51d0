/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 (FIPS 180-4), as nettle computes it: several times faster than
 * GChecksum, with which archives spent half their time. libarchive brings
 * nettle along.
 */

#pragma once

#include <glib.h>

#define SIMSTOW_SHA256_SIZE 32

typedef struct _SimstowSha256 SimstowSha256;

/**
 * simstow_sha256_new:
 *
 * Returns: (transfer full): a digest of nothing yet
 */
SimstowSha256 *
simstow_sha256_new (void);

void
simstow_sha256_free (SimstowSha256 *sha256);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSha256, simstow_sha256_free)

/**
 * simstow_sha256_update:
 * @sha256: a digest that was not asked for yet
 * @data: (array length=size): more bytes
 */
void
simstow_sha256_update (SimstowSha256 *sha256, gconstpointer data, gsize size);

/**
 * simstow_sha256_get_digest:
 * @sha256: a digest; it starts anew
 * @digest: (out) (array fixed-size=32): the digest of all bytes since the start
 */
void
simstow_sha256_get_digest (SimstowSha256 *sha256, guint8 *digest);

/**
 * simstow_sha256_dup_string:
 * @sha256: a digest; it starts anew
 *
 * Returns: (transfer full): the digest of all bytes since the start, as 64
 * lower-case hexadecimal digits
 */
gchar *
simstow_sha256_dup_string (SimstowSha256 *sha256);
