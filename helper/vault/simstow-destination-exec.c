/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command as a destination, for what simstow does not know: restic, borg, scp ... It is called
 * with one of put NAME FILE, get NAME FILE, list, stat NAME, remove NAME behind its own
 * arguments; list prints a line "SIZE NAME" for each file, stat a size. Its exit statuses are
 * rclone's: 0 done, 3 no such file, 5 try again later; and 4, somebody has to sign in again.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-destination.h"
#include "simstow-process.h"

static const struct {
    gint status;
    SimstowDestinationError state;
} rows[] = {
    {3, SIMSTOW_DESTINATION_ERROR_MISSING},
    {4, SIMSTOW_DESTINATION_ERROR_SIGN_IN},
    {5, SIMSTOW_DESTINATION_ERROR_PENDING},
};

static void
set_fault (SimstowDestination *self, const SimstowProcessResult *result, GError **error)
{
    guint state = SIMSTOW_DESTINATION_ERROR_REFUSED;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].status == result->status)
            state = rows[i].state;
    if (*result->fault != '\0')
        g_set_error (error,
                     SIMSTOW_DESTINATION_ERROR,
                     (gint) state,
                     "%s",
                     simstow_process_last_line (result));
    else
        g_set_error (error,
                     SIMSTOW_DESTINATION_ERROR,
                     (gint) state,
                     _ ("the command ended with status %d"),
                     result->status);
}

static gboolean
run (SimstowDestination *self,
     const gchar *const *words,
     gchar **output,
     GCancellable *cancellable,
     GError **error)
{
    g_autoptr (GPtrArray) argv = NULL;
    g_auto (GStrv) command = NULL;

    if (!g_shell_parse_argv (self->config->command, NULL, &command, error))
        return FALSE;
    argv = simstow_process_join ((const gchar *const *) command, words);
    return simstow_destination_run (self,
                                    (const gchar *const *) argv->pdata,
                                    NULL,
                                    set_fault,
                                    output,
                                    cancellable,
                                    error);
}

static gboolean
put (SimstowDestination *self,
     const gchar *file,
     const gchar *name,
     GCancellable *cancellable,
     GError **error)
{
    const gchar *const words[] = {"put", name, file, NULL};

    return run (self, words, NULL, cancellable, error);
}

static gboolean
get (SimstowDestination *self,
     const gchar *name,
     const gchar *file,
     GCancellable *cancellable,
     GError **error)
{
    const gchar *const words[] = {"get", name, file, NULL};

    return run (self, words, NULL, cancellable, error);
}

/* What is no line of a list is told: what it says would be lost otherwise */
static gboolean
parse_list (const gchar *output, GPtrArray *entries, GError **error)
{
    g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
    guint i;

    for (i = 0; lines[i] != NULL; i++) {
        gchar *name = NULL;
        guint64 size = g_ascii_strtoull (lines[i], &name, 10);

        if (*g_strstrip (lines[i]) == '\0')
            continue;
        if (!g_ascii_isdigit (*lines[i]) || !g_ascii_isspace (*name)) {
            g_set_error (error,
                         SIMSTOW_DESTINATION_ERROR,
                         SIMSTOW_DESTINATION_ERROR_REFUSED,
                         _ ("list: this is no \"SIZE NAME\": %s"),
                         lines[i]);
            return FALSE;
        }
        g_ptr_array_add (entries, simstow_destination_entry_new (g_strchug (name), size));
    }
    return TRUE;
}

static GPtrArray *
list (SimstowDestination *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_entry_free);
    const gchar *const words[] = {"list", NULL};
    g_autofree gchar *output = NULL;

    if (!run (self, words, &output, cancellable, error) || !parse_list (output, entries, error))
        return NULL;
    return g_steal_pointer (&entries);
}

static gboolean
stat_file (SimstowDestination *self,
           const gchar *name,
           guint64 *size,
           GCancellable *cancellable,
           GError **error)
{
    const gchar *const words[] = {"stat", name, NULL};
    g_autofree gchar *output = NULL;

    if (!run (self, words, &output, cancellable, error))
        return FALSE;
    *size = g_ascii_strtoull (output, NULL, 10);
    return TRUE;
}

static gboolean
remove_file (SimstowDestination *self, const gchar *name, GCancellable *cancellable, GError **error)
{
    const gchar *const words[] = {"remove", name, NULL};

    return run (self, words, NULL, cancellable, error);
}

const SimstowDestinationClass simstow_destination_exec = {
    .put = put,
    .get = get,
    .list = list,
    .stat = stat_file,
    .remove = remove_file,
};
