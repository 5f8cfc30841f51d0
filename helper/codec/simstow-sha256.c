/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256.
 */

#include "simstow-sha256.h"

#include <nettle/sha2.h>

struct _SimstowSha256 {
    struct sha256_ctx context;
};

SimstowSha256 *
simstow_sha256_new (void)
{
    SimstowSha256 *sha256 = g_new (SimstowSha256, 1);

    sha256_init (&sha256->context);
    return sha256;
}

void
simstow_sha256_free (SimstowSha256 *sha256)
{
    g_free (sha256);
}

void
simstow_sha256_update (SimstowSha256 *sha256, gconstpointer data, gsize size)
{
    sha256_update (&sha256->context, size, data);
}

void
simstow_sha256_get_digest (SimstowSha256 *sha256, guint8 *digest)
{
    sha256_digest (&sha256->context, SIMSTOW_SHA256_SIZE, digest);
}

gchar *
simstow_sha256_dup_string (SimstowSha256 *sha256)
{
    static const gchar digits[] = "0123456789abcdef";
    guint8 digest[SIMSTOW_SHA256_SIZE];
    gchar *text = g_malloc (2 * SIMSTOW_SHA256_SIZE + 1);
    guint i;

    simstow_sha256_get_digest (sha256, digest);
    for (i = 0; i < SIMSTOW_SHA256_SIZE; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 0x0F];
    }
    text[2 * SIMSTOW_SHA256_SIZE] = '\0';
    return text;
}
