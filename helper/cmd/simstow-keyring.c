/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How to encrypt and decrypt, from the command line.
 */

#include "config.h"

#include "simstow-keyring.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-ask.h"
#include "simstow-error.h"

void
simstow_keyring_add_options (SimstowKeyring *keyring, GOptionContext *context)
{
    const GOptionEntry recipients[] = {
        {"encrypt-to",
         0,
         0,
         G_OPTION_ARG_FILENAME_ARRAY,
         &keyring->recipients,
         N_ ("Encrypt to this public key; may be given several times"),
         N_ ("KEY|FILE")},
        {NULL},
    };
    const GOptionEntry passphrases[] = {
        {"passphrase",
         0,
         0,
         G_OPTION_ARG_NONE,
         &keyring->ask,
         N_ ("Ask for the archive's passphrase on the terminal"),
         NULL},
        {"passphrase-file",
         0,
         0,
         G_OPTION_ARG_FILENAME,
         &keyring->file,
         N_ ("Take the passphrase from the first line of this file"),
         N_ ("FILE")},
        {"passphrase-fd",
         0,
         0,
         G_OPTION_ARG_INT,
         &keyring->fd,
         N_ ("Take the passphrase from this file descriptor"),
         N_ ("FD")},
        {"passphrase-credential",
         0,
         0,
         G_OPTION_ARG_STRING,
         &keyring->credential,
         N_ ("Take the passphrase from this systemd credential"),
         N_ ("NAME")},
        {NULL},
    };

    keyring->fd = -1;
    if (keyring->encrypts)
        g_option_context_add_main_entries (context, recipients, GETTEXT_PACKAGE);
    g_option_context_add_main_entries (context, passphrases, GETTEXT_PACKAGE);
}

/* Typed twice when it is chosen now: nobody could open the archive after a slip. */
static SimstowSecret *
ask (gboolean is_new, GError **error)
{
    gchar *typed = simstow_ask_secret (_ ("Passphrase of the archive:"), error);
    gchar *again = typed && is_new ? simstow_ask_secret (_ ("The same again:"), error) : NULL;
    SimstowSecret *secret = NULL;

    if (typed && is_new && again && !g_str_equal (typed, again))
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("it was typed differently the second time"));
    else if (typed && !*typed)
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_USAGE, _ ("it is empty"));
    else if (typed && (again || !is_new))
        secret = simstow_secret_new (typed, strlen (typed));
    simstow_ask_wipe (typed);
    simstow_ask_wipe (again);
    return secret;
}

static gboolean
open_secret (SimstowKeyring *keyring, GError **error)
{
    if (keyring->ask)
        keyring->secret = ask (keyring->is_new, error);
    else if (keyring->file)
        keyring->secret = simstow_secret_new_from_file (keyring->file, error);
    else if (keyring->fd >= 0)
        keyring->secret = simstow_secret_new_from_fd (keyring->fd, error);
    else if (keyring->credential)
        keyring->secret = simstow_secret_new_from_credential (keyring->credential, error);
    else
        return TRUE;
    if (!keyring->secret)
        g_prefix_error (error, _ ("passphrase: "));
    return keyring->secret != NULL;
}

gboolean
simstow_keyring_open (SimstowKeyring *keyring, GError **error)
{
    gint ways = (keyring->ask ? 1 : 0) + (keyring->file ? 1 : 0) + (keyring->fd >= 0 ? 1 : 0) +
                (keyring->credential ? 1 : 0);

    if (ways > 1) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("only one of the --passphrase options can be given"));
        return FALSE;
    }
    if (!open_secret (keyring, error))
        return FALSE;
    keyring->keys.recipients = (const gchar *const *) keyring->recipients;
    keyring->keys.passphrase = keyring->secret;
    return TRUE;
}

void
simstow_keyring_clear (SimstowKeyring *keyring)
{
    g_clear_pointer (&keyring->recipients, g_strfreev);
    g_clear_pointer (&keyring->file, g_free);
    g_clear_pointer (&keyring->credential, g_free);
    g_clear_pointer (&keyring->secret, simstow_secret_free);
}
