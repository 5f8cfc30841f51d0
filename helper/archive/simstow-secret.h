/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A passphrase: kept out of swap where the system allows it, and wiped when it
 * is no longer needed.
 */

#pragma once

#include <gio/gio.h>

/* The longest passphrase */
#define SIMSTOW_SECRET_SIZE 4096

typedef struct _SimstowSecret SimstowSecret;

/**
 * simstow_secret_new:
 * @data: (array length=size): the passphrase; the caller wipes its own copy
 * @size: how many bytes, at most %SIMSTOW_SECRET_SIZE
 *
 * Returns: (transfer full): the secret
 */
SimstowSecret *
simstow_secret_new (const gchar *data, gsize size);

/**
 * simstow_secret_new_from_fd:
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE for an empty or
 *     overlong passphrase, or of %G_IO_ERROR
 *
 * Reads to the end, or to the end of the first line.
 *
 * Returns: (transfer full) (nullable): the secret, or %NULL with @error set
 */
SimstowSecret *
simstow_secret_new_from_fd (gint fd, GError **error);

/**
 * simstow_secret_new_from_file:
 *
 * Reads the first line.
 *
 * Returns: (transfer full) (nullable): the secret, or %NULL with @error set
 */
SimstowSecret *
simstow_secret_new_from_file (const gchar *path, GError **error);

/**
 * simstow_secret_new_from_credential:
 * @name: a credential's name, as in LoadCredential= of systemd.exec(5)
 * @error: return location for an error: %SIMSTOW_ERROR_NOT_FOUND when there is none
 *
 * Reads the first line of $CREDENTIALS_DIRECTORY/@name.
 *
 * Returns: (transfer full) (nullable): the secret, or %NULL with @error set
 */
SimstowSecret *
simstow_secret_new_from_credential (const gchar *name, GError **error);

/**
 * simstow_secret_get:
 * @size: (out): how many bytes
 *
 * Returns: (transfer none) (array length=size): the passphrase, without a NUL
 */
const gchar *
simstow_secret_get (const SimstowSecret *secret, gsize *size);

/**
 * simstow_secret_free:
 * @secret: (transfer full): a secret; it is wiped
 */
void
simstow_secret_free (SimstowSecret *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSecret, simstow_secret_free)
