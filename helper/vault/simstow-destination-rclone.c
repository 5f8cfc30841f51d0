/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A remote of rclone as a destination, by the rclone command, from 1.60 on: Google Drive,
 * OneDrive, S3, WebDAV, SFTP and some fifty others. It lists by lsf, as the JSON of lsjson would
 * say no more; copies by copyto, of which "--immutable" is not to be trusted, so that names are
 * new; and compares nothing itself, for its own check falls back to sizes on WebDAV.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-destination.h"
#include "simstow-process.h"

#define STATUS_DIRECTORY_MISSING 3
#define STATUS_FILE_MISSING      4
#define STATUS_TEMPORARY         5

/* What rclone and its backends say, in lower case. The first that fits counts: a token that cannot
 * be had as nobody answers needs no person, one that was refused does */
static const struct {
    const gchar *words;
    SimstowDestinationError state;
} rows[] = {
    {"invalid_grant", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"no space left", SIMSTOW_DESTINATION_ERROR_REFUSED},
    {"insufficient storage", SIMSTOW_DESTINATION_ERROR_REFUSED},
    {"quota", SIMSTOW_DESTINATION_ERROR_REFUSED},
    {"connection refused", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"connection reset", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"no route to host", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"network is unreachable", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"no such host", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"name resolution", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"timeout", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"timed out", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"unexpected eof", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"too many requests", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"service unavailable", SIMSTOW_DESTINATION_ERROR_PENDING},
    {"config reconnect", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"token expired", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"couldn't fetch token", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"empty token found", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"invalid session token", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"unauthorized", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"unauthenticated", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"unable to authenticate", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"authentication failed", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"invalidaccesskeyid", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"signaturedoesnotmatch", SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {"object not found", SIMSTOW_DESTINATION_ERROR_MISSING},
    {"directory not found", SIMSTOW_DESTINATION_ERROR_MISSING},
};

static SimstowDestinationError
state_of (gint status, const gchar *fault)
{
    g_autofree gchar *lower = g_ascii_strdown (fault, -1);
    guint i;

    if (status == STATUS_DIRECTORY_MISSING || status == STATUS_FILE_MISSING)
        return SIMSTOW_DESTINATION_ERROR_MISSING;
    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        if (strstr (lower, rows[i].words) != NULL)
            return rows[i].state;
    return status == STATUS_TEMPORARY ? SIMSTOW_DESTINATION_ERROR_PENDING
                                      : SIMSTOW_DESTINATION_ERROR_REFUSED;
}

static gchar *
remote_name (const SimstowDestinationConfig *config)
{
    return g_strndup (config->remote, (gsize) (strchr (config->remote, ':') - config->remote));
}

static void
set_fault (SimstowDestination *self, const SimstowProcessResult *result, GError **error)
{
    SimstowDestinationError state = state_of (result->status, result->fault);
    g_autofree gchar *name = remote_name (self->config);
    const gchar *config = self->config->rclone_config;

    if (state == SIMSTOW_DESTINATION_ERROR_SIGN_IN)
        g_set_error (error,
                     SIMSTOW_DESTINATION_ERROR,
                     (gint) state,
                     _ ("%s; sign in again with: rclone%s%s config reconnect %s: (or set the "
                        "password anew with: rclone config update)"),
                     simstow_process_last_line (result),
                     config != NULL ? " --config " : "",
                     config != NULL ? config : "",
                     name);
    else
        g_set_error (error,
                     SIMSTOW_DESTINATION_ERROR,
                     (gint) state,
                     "rclone: %s",
                     *result->fault != '\0' ? simstow_process_last_line (result) : _ ("failed"));
}

static gboolean
run (SimstowDestination *self,
     const gchar *const *words,
     gchar **output,
     GCancellable *cancellable,
     GError **error)
{
    static const gchar *const common[] = {
        "rclone",
        "--quiet",
        "--retries=1",
        "--low-level-retries=1",
        "--contimeout=15s",
        "--timeout=60s",
        "--use-json-log=false",
        "--ask-password=false",
        NULL,
    };
    const gchar *const more[] = {"RCLONE_CONFIG", self->config->rclone_config, NULL};
    g_autoptr (GPtrArray) argv = simstow_process_join (common, words);

    return simstow_destination_run (self,
                                    (const gchar *const *) argv->pdata,
                                    self->config->rclone_config != NULL ? more : NULL,
                                    set_fault,
                                    output,
                                    cancellable,
                                    error);
}

static gchar *
address (SimstowDestination *self, const gchar *name)
{
    const gchar *remote = self->config->remote;
    gboolean bare = g_str_has_suffix (remote, ":") || g_str_has_suffix (remote, "/");

    return g_strconcat (remote, bare ? "" : "/", name, NULL);
}

static gboolean
put (SimstowDestination *self,
     const gchar *file,
     const gchar *name,
     GCancellable *cancellable,
     GError **error)
{
    g_autofree gchar *there = address (self, name);
    const gchar *const words[] = {"copyto", "--ignore-times", "--", file, there, NULL};

    return run (self, words, NULL, cancellable, error);
}

static gboolean
get (SimstowDestination *self,
     const gchar *name,
     const gchar *file,
     GCancellable *cancellable,
     GError **error)
{
    g_autofree gchar *there = address (self, name);
    const gchar *const words[] = {"copyto", "--ignore-times", "--", there, file, NULL};

    return run (self, words, NULL, cancellable, error);
}

static GPtrArray *
parse_list (const gchar *output)
{
    GPtrArray *entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_entry_free);
    g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
    guint i;

    for (i = 0; lines[i] != NULL; i++) {
        gchar *name = NULL;
        guint64 size = g_ascii_strtoull (lines[i], &name, 10);

        if (name != lines[i] && *name == ';')
            g_ptr_array_add (entries, simstow_destination_entry_new (name + 1, size));
    }
    return entries;
}

static GPtrArray *
list_at (SimstowDestination *self, const gchar *there, GCancellable *cancellable, GError **error)
{
    const gchar *const words[] =
        {"lsf", "--files-only", "--format=sp", "--separator=;", "--", there, NULL};
    g_autofree gchar *output = NULL;

    if (!run (self, words, &output, cancellable, error))
        return NULL;
    return parse_list (output);
}

static GPtrArray *
list (SimstowDestination *self, GCancellable *cancellable, GError **error)
{
    return list_at (self, self->config->remote, cancellable, error);
}

static gboolean
stat_file (SimstowDestination *self,
           const gchar *name,
           guint64 *size,
           GCancellable *cancellable,
           GError **error)
{
    g_autofree gchar *there = address (self, name);
    g_autoptr (GPtrArray) entries = list_at (self, there, cancellable, error);

    if (entries == NULL)
        return FALSE;
    if (entries->len == 1) {
        *size = ((const SimstowDestinationEntry *) g_ptr_array_index (entries, 0))->size;
        return TRUE;
    }
    g_set_error (error,
                 SIMSTOW_DESTINATION_ERROR,
                 SIMSTOW_DESTINATION_ERROR_MISSING,
                 _ ("%s is not there"),
                 name);
    return FALSE;
}

static gboolean
remove_file (SimstowDestination *self, const gchar *name, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *there = address (self, name);
    const gchar *const words[] = {"deletefile", "--", there, NULL};

    return run (self, words, NULL, cancellable, error);
}

static gboolean
move_file (SimstowDestination *self,
           const gchar *from,
           const gchar *to,
           GCancellable *cancellable,
           GError **error)
{
    g_autofree gchar *source = address (self, from);
    g_autofree gchar *target = address (self, to);
    const gchar *const words[] = {"moveto", "--ignore-times", "--", source, target, NULL};

    return run (self, words, NULL, cancellable, error);
}

const SimstowDestinationClass simstow_destination_rclone = {
    .put = put,
    .get = get,
    .list = list,
    .stat = stat_file,
    .remove = remove_file,
    .move = move_file,
};
