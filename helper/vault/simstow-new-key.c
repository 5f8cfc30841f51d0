/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A new OpenPGP key, by the gpg command in a home of our own.
 */

#include "config.h"

#include "simstow-new-key.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-gnupg.h"
#include "simstow-process.h"

#define PATIENCE 120
#define USER_ID  "simstow backup"

struct _SimstowNewKey {
    gchar *public;
    gchar *secret;
    gchar *fingerprint;
};

static gboolean
run_gpg (const SimstowGnupgHome *home,
         const gchar *const *words,
         gchar **output,
         GCancellable *cancellable,
         GError **error)
{
    const gchar *const head[] = {"gpg",
                                 "--homedir",
                                 simstow_gnupg_home_get_path (home),
                                 "--batch",
                                 "--no-tty",
                                 "--yes",
                                 NULL};
    g_autoptr (GPtrArray) argv = simstow_process_join (head, words);
    g_auto (SimstowProcessResult) result = {0};
    g_auto (GStrv) environment = g_get_environ ();

    if (!simstow_process_run ((const gchar *const *) argv->pdata,
                              (const gchar *const *) environment,
                              PATIENCE,
                              &result,
                              cancellable,
                              error))
        return FALSE;
    if (result.status != 0)
        return simstow_error_set (error, SIMSTOW_ERROR_FAILED, "gpg: %s", result.fault);
    if (output != NULL)
        *output = g_steal_pointer (&result.output);
    return TRUE;
}

/* The line "fpr:::::::::FINGERPRINT:" that comes first is the primary key's */
static gchar *
parse_fingerprint (const gchar *listing)
{
    const gchar *line = strstr (listing, "\nfpr:");
    g_auto (GStrv) fields = line != NULL ? g_strsplit (line, ":", 11) : NULL;

    return fields != NULL && g_strv_length (fields) == 11 ? g_strdup (fields[9]) : NULL;
}

static gboolean
make (SimstowNewKey *key, const SimstowGnupgHome *home, GCancellable *cancellable, GError **error)
{
    /* the key sheet is its only place, which no passphrase protects from who has the sheet */
    static const gchar *const generate[] = {"--pinentry-mode=loopback",
                                            "--passphrase=",
                                            "--quick-generate-key",
                                            USER_ID,
                                            "future-default",
                                            "default",
                                            "never",
                                            NULL};
    static const gchar *const list[] = {"--with-colons", "--list-keys", NULL};
    static const gchar *const export_public[] = {"--armor", "--export", NULL};
    static const gchar *const export_secret[] = {"--armor", "--export-secret-keys", NULL};
    g_autofree gchar *listing = NULL;

    if (!run_gpg (home, generate, NULL, cancellable, error) ||
        !run_gpg (home, list, &listing, cancellable, error) ||
        !run_gpg (home, export_public, &key->public, cancellable, error) ||
        !run_gpg (home, export_secret, &key->secret, cancellable, error))
        return FALSE;
    key->fingerprint = parse_fingerprint (listing);
    return key->fingerprint != NULL ||
           simstow_error_set (error, SIMSTOW_ERROR_FAILED, _ ("gpg made no key"));
}

SimstowNewKey *
simstow_new_key_make (GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowGnupgHome) home = simstow_gnupg_home_new (error);
    g_autoptr (SimstowNewKey) key = g_new0 (SimstowNewKey, 1);

    if (home == NULL || !make (key, home, cancellable, error))
        return NULL;
    return g_steal_pointer (&key);
}

void
simstow_new_key_free (SimstowNewKey *key)
{
    if (key->secret != NULL)
        explicit_bzero (key->secret, strlen (key->secret));
    g_free (key->secret);
    g_free (key->public);
    g_free (key->fingerprint);
    g_free (key);
}

const gchar *
simstow_new_key_get_public (const SimstowNewKey *key)
{
    return key->public;
}

const gchar *
simstow_new_key_get_secret (const SimstowNewKey *key)
{
    return key->secret;
}

const gchar *
simstow_new_key_get_fingerprint (const SimstowNewKey *key)
{
    return key->fingerprint;
}

gboolean
simstow_new_key_open (const SimstowNewKey *key,
                      const gchar *path,
                      const gchar *output,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (SimstowGnupgHome) home = simstow_gnupg_home_new (error);
    g_autofree gchar *file =
        home != NULL ? g_build_filename (simstow_gnupg_home_get_path (home), "key.asc", NULL)
                     : NULL;
    const gchar *const import[] = {"--import", file, NULL};
    const gchar *const decrypt[] = {"--output", output, "--decrypt", path, NULL};

    return home != NULL &&
           g_file_set_contents_full (file,
                                     key->secret,
                                     -1,
                                     G_FILE_SET_CONTENTS_NONE,
                                     0600,
                                     error) &&
           run_gpg (home, import, NULL, cancellable, error) &&
           run_gpg (home, decrypt, NULL, cancellable, error);
}
