/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What verbs read and write: modems, archives, and texts in files of their own.
 */

#include "config.h"

#include "simstow-sources.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-archive.h"
#include "simstow-capture.h"
#include "simstow-error.h"
#include "simstow-input.h"
#include "simstow-layout.h"
#include "simstow-openpgp.h"
#include "simstow-secret.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

SimstowSnapshot *
simstow_source_capture (SimstowModem *modem, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowProgress) progress = simstow_progress_new ();
    SimstowProgressTrack *track = simstow_progress_add_track (progress, NULL);

    return simstow_capture (modem,
                            SIMSTOW_CAPTURE_DEFAULT,
                            simstow_progress_update,
                            track,
                            cancellable,
                            error);
}

gchar *
simstow_source_name (SimstowModem *modem)
{
    const gchar *slash = strrchr (simstow_modem_get_path (modem), '/');

    return g_strdup (slash != NULL ? slash + 1 : simstow_modem_get_path (modem));
}

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

    if (g_str_equal (sealed->path, "-"))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("the archive has to be a file here"));
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

    if (recipients == NULL && get_passphrase (sealed) == NULL)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("the archive is encrypted to keys; say to whose with "
                                     "--encrypt-to"));
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

struct _SimstowOutput {
    gchar *path;
    gboolean force;
    const SimstowFileSet *inputs;
    /* a pipe or device, from the draft on: whoever reads a pipe sees its end when it is closed */
    SimstowTarget *stream;
    /* what was written last: that may be replaced */
    dev_t device;
    ino_t inode;
};

SimstowOutput *
simstow_output_new (const gchar *path, gboolean force, const SimstowFileSet *inputs)
{
    SimstowOutput *output = g_new0 (SimstowOutput, 1);

    output->path = g_strdup (path);
    output->force = force;
    output->inputs = inputs;
    return output;
}

static gboolean
is_ours (const SimstowOutput *output)
{
    struct stat info;

    return output->inode != 0 && stat (output->path, &info) == 0 && info.st_dev == output->device &&
           info.st_ino == output->inode;
}

static gboolean
write_file (SimstowOutput *output, SimstowTarget *target, const gchar *text, GError **error)
{
    struct stat info;

    if (!simstow_target_write (target, text, strlen (text), error) ||
        !simstow_target_flush (target, error) || !simstow_target_publish (target, error))
        return FALSE;
    if (fstat (simstow_target_get_fd (target), &info) == 0) {
        output->device = info.st_dev;
        output->inode = info.st_ino;
    }
    return TRUE;
}

gboolean
simstow_output_write (SimstowOutput *output, const gchar *text, gboolean draft, GError **error)
{
    g_autoptr (SimstowTarget) target = g_steal_pointer (&output->stream);

    if (target == NULL)
        target = simstow_target_new (output->path,
                                     output->force || is_ours (output),
                                     output->inputs,
                                     error);
    if (target == NULL)
        return FALSE;
    if (!draft || !simstow_target_is_stream (target))
        return write_file (output, target, text, error);
    output->stream = g_steal_pointer (&target);
    return TRUE;
}

void
simstow_output_free (SimstowOutput *output)
{
    if (output == NULL)
        return;
    g_clear_pointer (&output->stream, simstow_target_free);
    g_free (output->path);
    g_free (output);
}

/* simstow-ID-TIME- and the content id's first digits */
#define TIME_LENGTH    16
#define CONTENT_LENGTH 8

static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    gchar **content_id = user_data;

    if (item->kind == SIMSTOW_ITEM_HEADER)
        *content_id = g_strdup (item->header->content_id);
    return TRUE;
}

static gboolean
file_holds (const gchar *path,
            const gchar *content_id,
            const SimstowArchiveKeys *keys,
            GCancellable *cancellable)
{
    g_autofree gchar *found = NULL;

    return simstow_archive_read (path,
                                 keys,
                                 1 << SIMSTOW_ITEM_HEADER,
                                 on_item,
                                 &found,
                                 cancellable,
                                 NULL) &&
           g_strcmp0 (found, content_id) == 0;
}

/* Whether that archive will do: one that is as open or closed as the new one would be, as who
 * begins to encrypt is not told that what lies open is enough; and whole, as its name alone saves
 * nothing. What is encrypted to keys alone is not opened to see whether its name is right: nobody
 * may be there to unlock one. That its packets are all there can be seen without. */
static gboolean
will_do (const gchar *path,
         gboolean named,
         const gchar *content_id,
         const SimstowArchiveWriteOptions *options,
         GCancellable *cancellable)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, NULL);
    SimstowOpenpgpMessage message;

    if (!input || simstow_input_is_encrypted (input) != simstow_archive_is_encrypted (options))
        return FALSE;
    if (named && simstow_input_is_encrypted (input) && !options->keys.passphrase)
        return simstow_openpgp_check (simstow_input_get_fd (input), &message, NULL);
    return file_holds (path, content_id, &options->keys, cancellable);
}

/* What only has an archive's name, as a FIFO or a link to nothing, saves nothing */
static gboolean
check_regular (const gchar *directory, const gchar *name)
{
    g_autofree gchar *path = g_build_filename (directory, name, NULL);
    g_autofree gchar *display = g_filename_display_name (path);
    g_autofree gchar *line = simstow_text_line (display);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    simstow_terminal_note (_ ("%s is no regular file and is passed over\n"), line);
    return FALSE;
}

/* The newest archive of that SIM; names sort by time. */
static gchar *
newest_in (const gchar *directory, const gchar *prefix)
{
    g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
    const gchar *name;
    gchar *newest = NULL;

    while (dir && (name = g_dir_read_name (dir))) {
        const gchar *rest = name + strlen (prefix) + TIME_LENGTH + 1 + CONTENT_LENGTH;

        if (!g_str_has_prefix (name, prefix) || strlen (name) <= (gsize) (rest - name) ||
            !g_str_has_prefix (rest, ".tar") || g_str_has_suffix (name, ".sha256"))
            continue;
        if ((newest && strcmp (name, newest) <= 0) || !check_regular (directory, name))
            continue;
        g_free (newest);
        newest = g_strdup (name);
    }
    return newest;
}

static gchar *
find_in (const gchar *directory, const gchar *id, const gchar *content_id)
{
    g_autofree gchar *prefix = g_strdup_printf ("simstow-%s-", id);
    g_autofree gchar *name = newest_in (directory, prefix);

    if (!name ||
        strncmp (name + strlen (prefix) + TIME_LENGTH + 1, content_id, CONTENT_LENGTH) != 0)
        return NULL;
    return g_build_filename (directory, name, NULL);
}

gboolean
simstow_unchanged_find (SimstowSnapshot *snapshot,
                        const gchar *output,
                        const SimstowArchiveWriteOptions *options,
                        gchar **path,
                        GCancellable *cancellable,
                        GError **error)
{
    const gchar *target = output ? output : ".";
    gboolean in_directory = g_file_test (target, G_FILE_TEST_IS_DIR);
    g_autofree gchar *id = simstow_layout_id (snapshot);
    g_autofree gchar *content_id = NULL;
    g_autofree gchar *found = NULL;

    *path = NULL;
    content_id = simstow_archive_compute_content_id (snapshot, options, cancellable, error);
    if (!content_id)
        return FALSE;
    if (in_directory)
        found = find_in (target, id, content_id);
    else if (g_file_test (target, G_FILE_TEST_IS_REGULAR))
        found = g_strdup (target);
    if (found && will_do (found, in_directory, content_id, options, cancellable))
        *path = g_steal_pointer (&found);
    return TRUE;
}
