/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all verbs begin with that work by simstow.conf(5).
 */

#include "config.h"

#include "simstow-configured.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

static const struct {
    const gchar *key;
    const gchar *word;
} states[] = {
    [SIMSTOW_DESTINATION_ERROR_PENDING] = {"pending", N_ ("pending")},
    [SIMSTOW_DESTINATION_ERROR_SIGN_IN] = {"sign-in", N_ ("sign in again")},
    [SIMSTOW_DESTINATION_ERROR_REFUSED] = {"refused", N_ ("refused")},
    [SIMSTOW_DESTINATION_ERROR_DAMAGED] = {"damaged", N_ ("damaged")},
    [SIMSTOW_DESTINATION_ERROR_MISSING] = {"damaged", N_ ("damaged")},
};

guint
simstow_configured_tell_mistakes (const SimstowConfig *config)
{
    guint i;

    for (i = 0; i < config->mistakes->len; i++) {
        g_autofree gchar *line = simstow_text_line (g_ptr_array_index (config->mistakes, i));

        simstow_terminal_note ("%s: %s\n", config->file, line);
    }
    return config->mistakes->len;
}

static gboolean
open_secret (SimstowConfigured *configured, GError **error)
{
    const SimstowConfig *config = configured->config;

    if (config->passphrase_file != NULL)
        configured->secret = simstow_secret_new_from_file (config->passphrase_file, error);
    else if (config->passphrase_credential != NULL)
        configured->secret =
            simstow_secret_new_from_credential (config->passphrase_credential, error);
    else
        return TRUE;
    if (configured->secret == NULL)
        g_prefix_error (error, _ ("passphrase: "));
    return configured->secret != NULL;
}

/* What root did there the owner of the state could not read or change any more */
static gboolean
become_owner (const gchar *state, GError **error)
{
    GStatBuf info;
    int saved;

    if (geteuid () != 0 || g_stat (state, &info) != 0 || info.st_uid == 0)
        return TRUE;
    if (setgroups (0, NULL) == 0 && setgid (info.st_gid) == 0 && setuid (info.st_uid) == 0) {
        g_setenv ("HOME", state, TRUE);
        return TRUE;
    }
    saved = errno;
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (saved),
                 _ ("cannot become the owner of %s: %s"),
                 state,
                 g_strerror (saved));
    return FALSE;
}

gboolean
simstow_configured_open (const gchar *file,
                         gboolean lock,
                         SimstowConfigured *configured,
                         GError **error)
{
    umask (077);
    configured->config = simstow_config_load (file, error);
    if (configured->config == NULL)
        return FALSE;
    if (simstow_configured_tell_mistakes (configured->config) > 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("the configuration has mistakes, and nothing was done"));
    if (!open_secret (configured, error) || !become_owner (configured->config->state, error))
        return FALSE;
    configured->keys.recipients = (const gchar *const *) configured->config->encrypt_to;
    configured->keys.passphrase = configured->secret;
    configured->state = simstow_state_open (configured->config, lock, error);
    return configured->state != NULL;
}

gboolean
simstow_configured_open_bare (SimstowConfigured *configured, GError **error)
{
    umask (077);
    configured->config = simstow_config_new_bare ();
    configured->state = simstow_state_open (configured->config, FALSE, error);
    return configured->state != NULL;
}

void
simstow_configured_clear (SimstowConfigured *configured)
{
    g_clear_pointer (&configured->state, simstow_state_free);
    g_clear_pointer (&configured->secret, simstow_secret_free);
    g_clear_pointer (&configured->config, simstow_config_free);
}

const gchar *
simstow_configured_state_word (const GError *fault)
{
    if (fault == NULL)
        return _ ("ok");
    return fault->domain == SIMSTOW_DESTINATION_ERROR ? _ (states[fault->code].word)
                                                      : _ ("refused");
}

const gchar *
simstow_configured_state_key (const GError *fault)
{
    if (fault == NULL)
        return "ok";
    return fault->domain == SIMSTOW_DESTINATION_ERROR ? states[fault->code].key : "refused";
}

GPtrArray *
simstow_configured_choose (const SimstowConfigured *configured,
                           const gchar *const *names,
                           GError **error)
{
    g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

    if (*names == NULL)
        return g_ptr_array_ref (configured->config->destinations);
    for (; *names != NULL; names++) {
        const SimstowDestinationConfig *spot =
            simstow_config_find_destination (configured->config, *names);

        if (spot == NULL) {
            simstow_error_set (error,
                               SIMSTOW_ERROR_USAGE,
                               _ ("there is no [destination %s]"),
                               *names);
            return NULL;
        }
        g_ptr_array_add (chosen, (gpointer) spot);
    }
    return g_steal_pointer (&chosen);
}

SimstowDestinationConfig *
simstow_configured_place_new (const gchar *name, const gchar *place)
{
    SimstowDestinationConfig *spot = simstow_destination_config_new (name);
    const gchar *colon = strchr (place, ':');
    const gchar *slash = strchr (place, '/');

    if (colon != NULL && (slash == NULL || colon < slash) && !g_str_has_prefix (colon, "://")) {
        spot->type = SIMSTOW_DESTINATION_RCLONE;
        spot->medium = SIMSTOW_MEDIUM_CLOUD;
        spot->remote = g_strdup (place);
    } else {
        spot->medium = SIMSTOW_MEDIUM_DISK;
        spot->path = g_strdup (place);
    }
    return spot;
}
