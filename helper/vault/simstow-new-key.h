/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A new OpenPGP key for backups: its public half stays on this machine, its secret half is told
 * once, for the key sheet, and is nowhere when this is freed.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowNewKey SimstowNewKey;

/**
 * simstow_new_key_make:
 * @cancellable: (nullable): to stop it
 *
 * Returns: (transfer full) (nullable): a new key, or %NULL with @error set
 */
SimstowNewKey *
simstow_new_key_make (GCancellable *cancellable, GError **error);

/**
 * simstow_new_key_free:
 *
 * Forgets the secret half.
 */
void
simstow_new_key_free (SimstowNewKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowNewKey, simstow_new_key_free)

/**
 * simstow_new_key_get_public:
 *
 * Returns: (transfer none): the public half, armored
 */
const gchar *
simstow_new_key_get_public (const SimstowNewKey *key);

/**
 * simstow_new_key_get_secret:
 *
 * Returns: (transfer none): the secret half, armored
 */
const gchar *
simstow_new_key_get_secret (const SimstowNewKey *key);

/**
 * simstow_new_key_get_fingerprint:
 *
 * Returns: (transfer none): its fingerprint
 */
const gchar *
simstow_new_key_get_fingerprint (const SimstowNewKey *key);

/**
 * simstow_new_key_open:
 * @path: a file that is encrypted to it
 * @output: a file to be made
 * @cancellable: (nullable): to stop it
 *
 * Opens it by stock gpg, from the text of the secret half alone, as whoever has the key sheet
 * will.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_new_key_open (const SimstowNewKey *key,
                      const gchar *path,
                      const gchar *output,
                      GCancellable *cancellable,
                      GError **error);
