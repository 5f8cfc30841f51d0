/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To whom an archive is encrypted: public keys out of files, or by name out of the
 * user's keyring, brought into a home of our own. Nothing is left to gpg's choice: a
 * key that cannot be used, and a name that fits more than one, are refused.
 */

#pragma once

#include "simstow-gnupg-home.h"

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
