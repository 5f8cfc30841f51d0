/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encryption and decryption through gpgme, in a thread beside the one that
 * writes or reads the plaintext; the plaintext passes through a socket and
 * touches no disk.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-pack.h"

typedef struct _SimstowCrypt SimstowCrypt;

/**
 * simstow_crypt_encrypt:
 * @keys: to whom: recipients, a passphrase, or both
 * @write: takes the ciphertext; called in the other thread until
 *     simstow_crypt_finish () returns
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE for recipients
 *     that make no sense, or of %G_IO_ERROR
 *
 * Begins to encrypt.
 *
 * Returns: (transfer full) (nullable): what takes the plaintext, or %NULL with @error set
 */
SimstowCrypt *
simstow_crypt_encrypt (const SimstowArchiveKeys *keys,
                       SimstowSinkFunc write,
                       gpointer user_data,
                       GError **error);

/**
 * simstow_crypt_decrypt:
 * @keys: (nullable): a passphrase; %NULL, or without one: the user's own keys
 * @fd: the ciphertext, in a file that can be sought; borrowed
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED or
 *     %SIMSTOW_ERROR_CUT_SHORT for what is no whole message, %SIMSTOW_ERROR_DECRYPT
 *     when a passphrase is needed, or of %G_IO_ERROR
 *
 * Begins to decrypt.
 *
 * Returns: (transfer full) (nullable): where the plaintext comes from, or %NULL
 * with @error set
 */
SimstowCrypt *
simstow_crypt_decrypt (const SimstowArchiveKeys *keys, gint fd, GError **error);

/**
 * simstow_crypt_write:
 * @data: plaintext
 *
 * A #SimstowSinkFunc.
 *
 * Returns: %FALSE with @error set when the other thread has stopped;
 * simstow_crypt_finish () tells why
 */
gboolean
simstow_crypt_write (gconstpointer data, gsize size, gpointer user_data, GError **error);

/**
 * simstow_crypt_get_input:
 *
 * Returns: (transfer none): the plaintext. It ends early when decryption fails:
 * only simstow_crypt_finish () tells that it is whole
 */
GInputStream *
simstow_crypt_get_input (SimstowCrypt *crypt);

/**
 * simstow_crypt_finish:
 * @error: return location for an error: %SIMSTOW_ERROR_DECRYPT for a wrong
 *     passphrase or a missing key, %SIMSTOW_ERROR_DAMAGED, %SIMSTOW_ERROR_USAGE
 *     for a recipient that cannot be used, or what the sink said
 *
 * Ends the plaintext, or reads what is left of it, and waits for the verdict.
 *
 * Returns: %FALSE with @error set when what was written or read is worth nothing
 */
gboolean
simstow_crypt_finish (SimstowCrypt *crypt, GError **error);

/**
 * simstow_crypt_free:
 * @crypt: (transfer full): a #SimstowCrypt; what was not finished is abandoned
 */
void
simstow_crypt_free (SimstowCrypt *crypt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowCrypt, simstow_crypt_free)
