/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options by which the verbs are told how to encrypt and decrypt archives. A
 * passphrase never stands on the command line itself: everybody could read it.
 */

#pragma once

#include "simstow-archive.h"

/**
 * SimstowKeyring:
 * @encrypts: set by the verb before parsing: whether it writes archives
 * @is_new: set by the verb before parsing: whether the passphrase is chosen now,
 *     and asked for twice
 * @recipients: (nullable): --encrypt-to
 * @file: (nullable): --passphrase-file
 * @fd: --passphrase-fd, -1 when not given
 * @credential: (nullable): --passphrase-credential
 * @ask: --passphrase
 * @secret: (nullable): the passphrase, from wherever it came
 * @keys: what the archive room wants to know; valid after simstow_keyring_open ()
 */
typedef struct {
    gboolean encrypts;
    gboolean is_new;
    gchar **recipients;
    gchar *file;
    gint fd;
    gchar *credential;
    gboolean ask;
    SimstowSecret *secret;
    SimstowArchiveKeys keys;
} SimstowKeyring;

/**
 * simstow_keyring_add_options:
 * @keyring: where the options go
 * @context: a verb's command line
 *
 * Adds the options to a verb.
 */
void
simstow_keyring_add_options (SimstowKeyring *keyring, GOptionContext *context);

/**
 * simstow_keyring_open:
 * @keyring: a keyring, its options parsed
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE for options that
 *     contradict each other, or why the passphrase cannot be had
 *
 * Gets the passphrase.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_keyring_open (SimstowKeyring *keyring, GError **error);

/**
 * simstow_keyring_clear:
 * @keyring: a keyring
 *
 * Wipes the passphrase and frees the rest.
 */
void
simstow_keyring_clear (SimstowKeyring *keyring);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowKeyring, simstow_keyring_clear)
