/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A home directory for gpg of our own, for as long as one encryption or
 * decryption takes: nobody's keys, nobody's options, nothing left behind. Public keys to encrypt to
 * are brought there, out of files, or by name out of the user's keyring. Nothing is left to gpg's
 * choice: a key that cannot be used, and a name that fits more than one, are refused.
 */

#pragma once

#include <gio/gio.h>
#include <gpgme.h>

typedef struct _SimstowGnupgHome SimstowGnupgHome;

/**
 * simstow_gnupg_home_clear_stale:
 *
 * Removes what runs left that were killed, and ends their agents. What a living run holds
 * is not touched, nor is anybody else's.
 */
void
simstow_gnupg_home_clear_stale (void);

/**
 * simstow_gnupg_home_new:
 *
 * Clears what dead runs left, and makes a directory of mode 0700 on a short
 * path, for the names of the agent's sockets are bounded.
 *
 * Returns: (transfer full) (nullable): the directory, or %NULL with @error set
 */
SimstowGnupgHome *
simstow_gnupg_home_new (GError **error);

/**
 * simstow_gnupg_home_free:
 * @home: (transfer full): a directory; the agent that gpg started in it is
 *     ended, and the directory removed
 */
void
simstow_gnupg_home_free (SimstowGnupgHome *home);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowGnupgHome, simstow_gnupg_home_free)

/**
 * simstow_gnupg_home_get_path:
 *
 * Returns: its path
 */
const gchar *
simstow_gnupg_home_get_path (const SimstowGnupgHome *home);

/**
 * simstow_gnupg_home_make_plain_gpg:
 *
 * Makes a program in it that is gpg, but for the options in the user's gpg.conf: a limit on
 * the output there, or an algorithm switched off, would look like damage.
 *
 * Returns: (transfer full) (nullable): the program, %NULL where none can be run from there
 */
gchar *
simstow_gnupg_home_make_plain_gpg (const SimstowGnupgHome *home);

/**
 * simstow_gnupg_context_new:
 * @home: (nullable): a directory; %NULL for the user's own keyring
 * @context: (out) (transfer full): gpgme's context in it
 * @error: return location for an error: %SIMSTOW_ERROR_UNSUPPORTED, or
 *     %SIMSTOW_ERROR_FAILED when there is no gpg
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_gnupg_context_new (const SimstowGnupgHome *home, gpgme_ctx_t *context, GError **error);

/**
 * simstow_recipients_gather:
 * @recipients: (nullable): files with public keys, or names of keys
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE for what is no key, or
 *     none that can be encrypted to
 *
 * Brings the public halves of the keys into @home. Of a file each key counts.
 *
 * Returns: (transfer full) (nullable): (element-type utf8): what gpg calls them there, each
 * once; or %NULL with @error set
 */
GPtrArray *
simstow_recipients_gather (const gchar *const *recipients,
                           const SimstowGnupgHome *home,
                           GError **error);
