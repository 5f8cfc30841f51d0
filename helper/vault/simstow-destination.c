/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is the same for all destinations: a file gets its name when it was read back, and what
 * may pass is tried again.
 */

#include "config.h"

#include "simstow-destination.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-modem.h"
#include "simstow-sums.h"

/* The first pause before another attempt, which doubles, in milliseconds */
#define PAUSE 500

GQuark
simstow_destination_error_quark (void)
{
    return g_quark_from_static_string ("simstow-destination-error");
}

void
simstow_destination_entry_free (SimstowDestinationEntry *entry)
{
    g_free (entry->name);
    g_free (entry);
}

SimstowDestinationEntry *
simstow_destination_entry_new (const gchar *name, guint64 size)
{
    SimstowDestinationEntry *entry = g_new0 (SimstowDestinationEntry, 1);

    entry->name = g_strdup (name);
    entry->size = size;
    return entry;
}

SimstowDestination *
simstow_destination_open (const SimstowDestinationConfig *config, GError **error)
{
    static const SimstowDestinationClass *const classes[] = {
        [SIMSTOW_DESTINATION_DIRECTORY] = &simstow_destination_directory,
        [SIMSTOW_DESTINATION_RCLONE] = &simstow_destination_rclone,
        [SIMSTOW_DESTINATION_EXEC] = &simstow_destination_exec,
    };
    SimstowDestination *self = g_new0 (SimstowDestination, 1);

    self->class = classes[config->type];
    self->config = config;
    return self;
}

void
simstow_destination_free (SimstowDestination *self)
{
    if (self->place != NULL && self->class->free != NULL)
        self->class->free (self->place);
    g_free (self);
}

static gboolean
is_passing (const GError *error)
{
    return g_error_matches (error, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_PENDING);
}

/* Whether to try once more what failed with @fault; if not, that is the error */
static gboolean
try_again (SimstowDestination *self,
           guint *attempt,
           GError *fault,
           GCancellable *cancellable,
           GError **error)
{
    (*attempt)++;
    if (is_passing (fault) && *attempt < self->config->attempts &&
        simstow_modem_pause (PAUSE << MIN (*attempt - 1, 6), cancellable)) {
        g_error_free (fault);
        return TRUE;
    }
    g_propagate_error (error, fault);
    return FALSE;
}

static gchar *
make_private (const gchar *scratch, const gchar *name, GError **error)
{
    g_autofree gchar *path = g_strdup_printf ("%s/%s-XXXXXX", scratch, name);
    gint fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
    int saved = errno;

    if (fd >= 0) {
        close (fd);
        return g_steal_pointer (&path);
    }
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (saved),
                 "%s: %s",
                 scratch,
                 g_strerror (saved));
    return NULL;
}

gchar *
simstow_destination_fetch (SimstowDestination *self,
                           const gchar *name,
                           const gchar *scratch,
                           gchar **digest,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autofree gchar *path = make_private (scratch, "fetched", error);
    GError *fault = NULL;
    guint attempt = 0;

    if (path == NULL)
        return NULL;
    while (!self->class->get (self, name, path, cancellable, &fault)) {
        if (!try_again (self, &attempt, g_steal_pointer (&fault), cancellable, error)) {
            g_unlink (path);
            return NULL;
        }
    }
    if (digest != NULL &&
        (*digest = simstow_digest_file (path, NULL, cancellable, error)) == NULL) {
        g_unlink (path);
        return NULL;
    }
    return g_steal_pointer (&path);
}

static gboolean
is_whole (SimstowDestination *self,
          const gchar *name,
          const gchar *digest,
          const gchar *scratch,
          GCancellable *cancellable,
          GError **error)
{
    g_autofree gchar *found = NULL;
    g_autofree gchar *path =
        simstow_destination_fetch (self, name, scratch, &found, cancellable, error);

    if (path == NULL)
        return FALSE;
    g_unlink (path);
    if (g_str_equal (found, digest))
        return TRUE;
    g_set_error (error,
                 SIMSTOW_DESTINATION_ERROR,
                 SIMSTOW_DESTINATION_ERROR_DAMAGED,
                 _ ("what was read back is not what was written"));
    return FALSE;
}

static gboolean
store_once (SimstowDestination *self,
            const gchar *file,
            const gchar *name,
            const gchar *digest,
            const gchar *scratch,
            GCancellable *cancellable,
            GError **error)
{
    g_autofree gchar *part = g_strconcat (name, ".part", NULL);
    const gchar *first = self->class->move != NULL ? part : name;

    return self->class->put (self, file, first, cancellable, error) &&
           is_whole (self, first, digest, scratch, cancellable, error) &&
           (self->class->move == NULL || self->class->move (self, part, name, cancellable, error));
}

/* Nothing else is left to be cleared where there is no room */
static void
drop_part (SimstowDestination *self, const gchar *name, GCancellable *cancellable)
{
    g_autofree gchar *part = g_strconcat (name, ".part", NULL);

    if (!g_cancellable_is_cancelled (cancellable))
        self->class->remove (self, self->class->move != NULL ? part : name, cancellable, NULL);
}

gboolean
simstow_destination_store (SimstowDestination *self,
                           const gchar *file,
                           const gchar *name,
                           const gchar *digest,
                           const gchar *scratch,
                           GCancellable *cancellable,
                           GError **error)
{
    GError *fault = NULL;
    guint attempt = 0;

    while (!store_once (self, file, name, digest, scratch, cancellable, &fault)) {
        if (!is_passing (fault))
            drop_part (self, name, cancellable);
        if (!try_again (self, &attempt, g_steal_pointer (&fault), cancellable, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
simstow_destination_put_text (SimstowDestination *self,
                              const gchar *name,
                              const gchar *text,
                              const gchar *scratch,
                              GCancellable *cancellable,
                              GError **error)
{
    g_autofree gchar *path = make_private (scratch, "text", error);
    GError *fault = NULL;
    guint attempt = 0;
    gboolean done;

    if (path == NULL)
        return FALSE;
    done = g_file_set_contents (path, text, -1, error);
    while (done && !self->class->put (self, path, name, cancellable, &fault))
        done = try_again (self, &attempt, g_steal_pointer (&fault), cancellable, error);
    g_unlink (path);
    return done;
}

gboolean
simstow_destination_rename (SimstowDestination *self,
                            const gchar *from,
                            const gchar *text,
                            const gchar *to,
                            const gchar *scratch,
                            GCancellable *cancellable,
                            GError **error)
{
    GError *fault = NULL;
    guint attempt = 0;

    if (self->class->move == NULL)
        return simstow_destination_put_text (self, to, text, scratch, cancellable, error) &&
               simstow_destination_remove (self, from, cancellable, error);
    while (!self->class->move (self, from, to, cancellable, &fault))
        if (!try_again (self, &attempt, g_steal_pointer (&fault), cancellable, error))
            return FALSE;
    return TRUE;
}

GPtrArray *
simstow_destination_list (SimstowDestination *self, GCancellable *cancellable, GError **error)
{
    GError *fault = NULL;
    GPtrArray *entries;
    guint attempt = 0;

    while ((entries = self->class->list (self, cancellable, &fault)) == NULL)
        if (!try_again (self, &attempt, g_steal_pointer (&fault), cancellable, error))
            return NULL;
    return entries;
}

gboolean
simstow_destination_remove (SimstowDestination *self,
                            const gchar *name,
                            GCancellable *cancellable,
                            GError **error)
{
    GError *fault = NULL;
    guint64 size;

    if (self->class->remove (self, name, cancellable, &fault))
        return TRUE;
    if (!g_cancellable_is_cancelled (cancellable)) {
        g_autoptr (GError) gone = NULL;

        if (!self->class->stat (self, name, &size, cancellable, &gone) &&
            g_error_matches (gone, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_MISSING)) {
            g_error_free (fault);
            return TRUE;
        }
    }
    g_propagate_error (error, fault);
    return FALSE;
}

/* Why it did not come to its end, as a state */
static gboolean
set_process_fault (GError *fault, GError **error)
{
    if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_propagate_error (error, fault);
        return FALSE;
    }
    g_set_error (error,
                 SIMSTOW_DESTINATION_ERROR,
                 g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
                     ? SIMSTOW_DESTINATION_ERROR_PENDING
                     : SIMSTOW_DESTINATION_ERROR_REFUSED,
                 "%s",
                 fault->message);
    g_error_free (fault);
    return FALSE;
}

gboolean
simstow_destination_run (SimstowDestination *self,
                         const gchar *const *argv,
                         const gchar *const *more,
                         SimstowDestinationFaultFunc set_fault,
                         gchar **output,
                         GCancellable *cancellable,
                         GError **error)
{
    g_auto (SimstowProcessResult) result = {0};
    g_auto (GStrv) environment = NULL;
    GError *fault = NULL;

    environment = simstow_environment_load (self->config->environment_file, &fault);
    if (environment == NULL) {
        g_prefix_error (&fault, "environment-file: ");
        return set_process_fault (fault, error);
    }
    for (; more != NULL && *more != NULL; more += 2)
        environment = g_environ_setenv (environment, more[0], more[1], TRUE);
    if (!simstow_process_run (argv,
                              (const gchar *const *) environment,
                              self->config->timeout,
                              &result,
                              cancellable,
                              &fault))
        return set_process_fault (fault, error);
    if (result.status != 0) {
        set_fault (self, &result, error);
        return FALSE;
    }
    if (output != NULL)
        *output = g_steal_pointer (&result.output);
    return TRUE;
}
