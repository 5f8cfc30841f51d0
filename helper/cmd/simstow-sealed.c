/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives that may want a passphrase.
 */

#include "config.h"

#include "simstow-sealed.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-ask.h"
#include "simstow-error.h"
#include "simstow-input.h"
#include "simstow-merge.h"
#include "simstow-secret.h"

struct _SimstowSealed {
    gchar *path;
    const SimstowArchiveKeys *keys;
    gboolean encrypted;
    SimstowSecret *typed;
    SimstowSnapshot *snapshot;
};

static gboolean
look_inside (SimstowSealed *sealed, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowInput) input = NULL;

    if (g_str_equal (sealed->path, "-")) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("the archive has to be a file here"));
        return FALSE;
    }
    input = simstow_input_new (sealed->path, cancellable, error);
    if (input == NULL)
        return FALSE;
    sealed->encrypted = simstow_input_is_encrypted (input);
    return TRUE;
}

static gboolean
ask_passphrase (SimstowSealed *sealed, GError **error)
{
    gchar *typed = simstow_ask_secret (_ ("Passphrase of the archive:"), error);

    if (typed == NULL)
        return FALSE;
    sealed->typed = simstow_secret_new (typed, strlen (typed));
    simstow_ask_wipe (typed);
    return TRUE;
}

static const SimstowSecret *
get_passphrase (const SimstowSealed *sealed)
{
    return sealed->typed != NULL ? sealed->typed : sealed->keys->passphrase;
}

static gboolean
load (SimstowSealed *sealed, GCancellable *cancellable, GError **error)
{
    const SimstowArchiveKeys keys = {.passphrase = get_passphrase (sealed)};

    sealed->snapshot = simstow_archive_load (sealed->path, &keys, NULL, cancellable, error);
    return sealed->snapshot != NULL;
}

static gboolean
open_sealed (SimstowSealed *sealed, GCancellable *cancellable, GError **error)
{
    g_autoptr (GError) local = NULL;

    if (load (sealed, cancellable, &local))
        return TRUE;
    if (get_passphrase (sealed) == NULL &&
        g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_DECRYPT))
        return ask_passphrase (sealed, error) && load (sealed, cancellable, error);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

SimstowSealed *
simstow_sealed_open (const gchar *path,
                     const SimstowArchiveKeys *keys,
                     GCancellable *cancellable,
                     GError **error)
{
    g_autoptr (SimstowSealed) sealed = g_new0 (SimstowSealed, 1);

    sealed->path = g_strdup (path);
    sealed->keys = keys;
    if (!look_inside (sealed, cancellable, error) || !open_sealed (sealed, cancellable, error)) {
        g_autofree gchar *name = g_filename_display_name (path);

        g_prefix_error (error, "%s: ", name);
        return NULL;
    }
    return g_steal_pointer (&sealed);
}

SimstowSnapshot *
simstow_sealed_get_snapshot (SimstowSealed *sealed)
{
    return sealed->snapshot;
}

gboolean
simstow_sealed_is_encrypted (const SimstowSealed *sealed)
{
    return sealed->encrypted;
}

gboolean
simstow_sealed_write (SimstowSealed *sealed,
                      const gchar *output,
                      const SimstowFileSet *inputs,
                      gchar **path,
                      GCancellable *cancellable,
                      GError **error)
{
    const gchar *const *recipients = sealed->keys->recipients;
    const SimstowArchiveWriteOptions options = {
        .compression = SIMSTOW_COMPRESSION_BY_NAME,
        .keys = {.recipients = recipients,
                 .passphrase = recipients != NULL ? NULL : get_passphrase (sealed)},
        .inputs = inputs,
    };
    const SimstowArchiveKeys keys = {.passphrase = get_passphrase (sealed)};
    g_autofree gchar *beside = g_path_get_dirname (sealed->path);

    if (recipients == NULL && get_passphrase (sealed) == NULL) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("the archive is encrypted to keys; say to whose with "
                                "--encrypt-to"));
        return FALSE;
    }
    return simstow_archive_set_codes (sealed->path,
                                      &keys,
                                      sealed->snapshot->esim->codes,
                                      output != NULL ? output : beside,
                                      &options,
                                      path,
                                      cancellable,
                                      error);
}

void
simstow_sealed_free (SimstowSealed *sealed)
{
    g_free (sealed->path);
    g_clear_pointer (&sealed->typed, simstow_secret_free);
    g_clear_pointer (&sealed->snapshot, simstow_snapshot_free);
    g_free (sealed);
}
