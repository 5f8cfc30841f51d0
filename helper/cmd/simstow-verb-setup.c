/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow setup: from nothing to a configured, encrypted, scheduled backup. Each destination is
 * tried with a real archive, which is opened again; nothing is configured before all that has
 * succeeded. Asks on a terminal for what the command line does not say.
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-error.h"
#include "simstow-key-sheet.h"
#include "simstow-new-key.h"
#include "simstow-sources.h"
#include "simstow-sums.h"
#include "simstow-terminal.h"

#define KEY_NAME "simstow-key.asc"

/*
 * Setup:
 * @cancellable: to stop it
 * @destinations: (element-type utf8): NAME=PLACE each
 * @encrypt_to: (nullable): keys that are there already
 * @sheet: (nullable): where the key sheet goes
 * @file: the configuration to be
 * @elsewhere: whether the secret key is said to be elsewhere, too
 * @schedule: whether to switch on the schedule
 * @force: whether to replace what is there
 * @asks: whether somebody is there to be asked
 * @key: (nullable): the new key
 * @config: what will be configured
 * @state: for what is under way
 * @text: the configuration's text
 */
typedef struct {
    GCancellable *cancellable;
    GPtrArray *destinations;
    gchar **encrypt_to;
    gchar *sheet;
    gchar *file;
    gboolean elsewhere;
    gboolean schedule;
    gboolean force;
    gboolean asks;
    SimstowNewKey *key;
    SimstowConfig *config;
    SimstowState *state;
    gchar *text;
} Setup;

static void
setup_clear (Setup *setup)
{
    g_clear_pointer (&setup->destinations, g_ptr_array_unref);
    g_strfreev (setup->encrypt_to);
    g_free (setup->sheet);
    g_free (setup->file);
    g_clear_pointer (&setup->key, simstow_new_key_free);
    g_clear_pointer (&setup->state, simstow_state_free);
    g_clear_pointer (&setup->config, simstow_config_free);
    g_free (setup->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setup, setup_clear)

/* An empty line and the end of input are both no answer */
static gchar *
ask (const gchar *question)
{
    gchar *line = NULL;
    size_t room = 0;
    gchar *answer = NULL;

    simstow_terminal_print ("%s ", question);
    fflush (stdout);
    if (getline (&line, &room, stdin) > 0)
        answer = g_strdup (g_strstrip (line));
    free (line);
    if (answer != NULL && *answer == '\0')
        g_clear_pointer (&answer, g_free);
    return answer;
}

static void
ask_destinations (Setup *setup)
{
    gchar *place;

    simstow_terminal_print ("%s\n",
                            _ ("Where are backups to go? A directory, a URI, or REMOTE:PATH of "
                               "rclone; several are better than one. An empty line ends it."));
    while ((place = ask (_ ("Destination:"))) != NULL) {
        g_ptr_array_add (setup->destinations,
                         g_strdup_printf ("place-%u=%s", setup->destinations->len + 1, place));
        g_free (place);
    }
}

/* Who has a key says so, else there will be a new one */
static void
ask_key (Setup *setup)
{
    g_autofree gchar *key =
        ask (_ ("Encrypt to which OpenPGP key? A file or a name; an empty line makes a new one:"));

    if (key != NULL)
        setup->encrypt_to = g_strsplit (key, "\n", -1);
}

static gboolean
is_scheduled_file (const Setup *setup)
{
    g_autofree gchar *usual = simstow_config_usual_file (geteuid () != 0);

    return g_str_equal (usual, setup->file);
}

static void
ask_all (Setup *setup, gboolean new_key)
{
    if (setup->destinations->len == 0)
        ask_destinations (setup);
    if (setup->encrypt_to == NULL && !new_key)
        ask_key (setup);
    if (setup->encrypt_to == NULL && setup->sheet == NULL)
        setup->sheet = ask (_ ("File for the key sheet, to be printed:"));
    if (!setup->schedule && is_scheduled_file (setup))
        setup->schedule = simstow_confirm (_ ("Back up by itself from now on, every day?"),
                                           FALSE,
                                           setup->cancellable,
                                           NULL);
}

static gboolean
check_answers (const Setup *setup, gboolean new_key, GError **error)
{
    if (setup->destinations->len == 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("say where to with --destination=NAME=PLACE"));
    if (new_key && setup->encrypt_to != NULL)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("--new-key and --encrypt-to exclude each other"));
    if (!new_key && setup->encrypt_to == NULL && !setup->asks)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("say which key with --encrypt-to=KEY, or --new-key"));
    if (setup->encrypt_to == NULL && setup->sheet == NULL)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("a new key is kept on its key sheet alone: say where that "
                                     "goes with --key-sheet=FILE"));
    if (setup->encrypt_to != NULL && setup->schedule && !setup->elsewhere)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("a key that is on this laptop alone dies with it, and all "
                                     "backups with the key: keep its secret half elsewhere and say "
                                     "so with --key-elsewhere, or use --new-key"));
    if (setup->schedule && !is_scheduled_file (setup))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("the schedule goes by the usual configuration, not by %s"),
                                  setup->file);
    if (!setup->force && g_file_test (setup->file, G_FILE_TEST_EXISTS))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_EXISTS,
                                  _ ("%s is there already; --force replaces it"),
                                  setup->file);
    return TRUE;
}

static gchar *
key_path (const Setup *setup)
{
    g_autofree gchar *directory = g_path_get_dirname (setup->file);

    return g_build_filename (directory, KEY_NAME, NULL);
}

static void
add_destination (GKeyFile *file, const gchar *name, const gchar *place)
{
    g_autofree gchar *group = g_strconcat ("destination ", name, NULL);
    SimstowDestinationConfig *spot = simstow_configured_place_new (name, place);
    g_autofree gchar *path = spot->path != NULL && strstr (place, "://") == NULL
                                 ? g_canonicalize_filename (spot->path, NULL)
                                 : g_strdup (spot->path);

    if (spot->type == SIMSTOW_DESTINATION_RCLONE) {
        g_key_file_set_string (file, group, "type", "rclone");
        g_key_file_set_string (file, group, "remote", spot->remote);
    } else {
        g_key_file_set_string (file, group, "path", path);
    }
    simstow_destination_config_free (spot);
}

/* Each place as it is written on the command line, and as the sheet tells it */
static gchar *
place_of (const SimstowDestinationConfig *spot)
{
    return g_strdup (spot->remote != NULL ? spot->remote : spot->path);
}

static gboolean
make_config (Setup *setup, GError **error)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autofree gchar *own = key_path (setup);
    const gchar *const own_list[] = {own, NULL};
    const gchar *const *keys =
        setup->key != NULL ? own_list : (const gchar *const *) setup->encrypt_to;
    gsize size;
    guint i;

    g_key_file_set_string_list (file,
                                "backup",
                                "encrypt-to",
                                keys,
                                g_strv_length ((gchar **) keys));
    for (i = 0; i < setup->destinations->len; i++) {
        g_auto (GStrv) words = g_strsplit (g_ptr_array_index (setup->destinations, i), "=", 2);

        if (g_strv_length (words) < 2)
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_USAGE,
                                      _ ("--destination takes NAME=PLACE, not \"%s\""),
                                      words[0]);
        add_destination (file, words[0], words[1]);
    }
    g_key_file_set_string (file, "retention", "keep-last", "3");
    setup->text = g_key_file_to_data (file, &size, NULL);
    setup->config = simstow_config_parse (setup->file, setup->text, size);
    return simstow_configured_tell_mistakes (setup->config) == 0 ||
           simstow_error_set (error, SIMSTOW_ERROR_USAGE, _ ("nothing was configured"));
}

/* Where it is or will be, links followed */
static gchar *
resolve (const gchar *path)
{
    gchar *real = realpath (path, NULL);
    g_autofree gchar *directory = g_path_get_dirname (path);
    g_autofree gchar *name = g_path_get_basename (path);
    g_autofree gchar *parent = NULL;

    if (real != NULL)
        return real;
    if (g_str_equal (directory, path))
        return g_strdup (path);
    parent = resolve (directory);
    return g_build_filename (parent, name, NULL);
}

static gboolean
is_inside (const gchar *file, const SimstowDestinationConfig *spot)
{
    g_autoptr (GFile) place =
        spot->path != NULL ? g_file_new_for_commandline_arg (spot->path) : NULL;
    g_autofree gchar *directory = NULL;
    g_autofree gchar *begin = NULL;

    if (place == NULL || g_file_peek_path (place) == NULL)
        return FALSE;
    directory = resolve (g_file_peek_path (place));
    begin = g_strconcat (directory, G_DIR_SEPARATOR_S, NULL);
    return g_str_has_prefix (file, begin);
}

/* The key beside what it opens would make the encryption worthless */
static gboolean
check_sheet (const Setup *setup, GError **error)
{
    g_autofree gchar *absolute =
        setup->sheet != NULL ? g_canonicalize_filename (setup->sheet, NULL) : NULL;
    g_autofree gchar *sheet = absolute != NULL ? resolve (absolute) : NULL;
    guint i;

    for (i = 0; sheet != NULL && i < setup->config->destinations->len; i++)
        if (is_inside (sheet, g_ptr_array_index (setup->config->destinations, i)))
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_USAGE,
                                      _ ("the key sheet may not lie beside the archives that its "
                                         "key opens"));
    return TRUE;
}

/* An archive like any other, with nothing in it */
static gchar *
make_trial (const Setup *setup, const gchar *public, GError **error)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    const gchar *const own[] = {public, NULL};
    const SimstowArchiveWriteOptions options = {
        .compression = SIMSTOW_COMPRESSION_GZIP,
        .force = TRUE,
        .keys = {.recipients = setup->key != NULL ? own : (const gchar *const *) setup->encrypt_to},
    };
    gchar *path = NULL;

    snapshot->captured = g_get_real_time () / G_USEC_PER_SEC;
    if (simstow_archive_write (snapshot,
                               simstow_state_get_scratch (setup->state),
                               &options,
                               &path,
                               setup->cancellable,
                               error))
        return path;
    return NULL;
}

static gboolean
open_trial (const Setup *setup, const gchar *path, GError **error)
{
    const SimstowArchiveKeys none = {NULL, NULL};
    g_autofree gchar *plain = g_strconcat (path, ".plain", NULL);
    g_autoptr (GError) fault = NULL;

    if (setup->key != NULL)
        return simstow_new_key_open (setup->key, path, plain, setup->cancellable, error) &&
               simstow_archive_read (plain, &none, 0, NULL, NULL, setup->cancellable, error);
    if (simstow_archive_read (path, &none, 0, NULL, NULL, setup->cancellable, &fault))
        return TRUE;
    if (!setup->elsewhere) {
        g_propagate_prefixed_error (error,
                                    g_steal_pointer (&fault),
                                    _ ("the key does not open here what is encrypted to it (if "
                                       "its secret half is elsewhere: --key-elsewhere): "));
        return FALSE;
    }
    simstow_terminal_print ("%s\n",
                            _ ("The secret key is not here: that it opens the archives was not "
                               "tried."));
    return TRUE;
}

static gboolean
try_destination (const Setup *setup,
                 const SimstowDestinationConfig *spot,
                 const gchar *path,
                 gchar **fetched,
                 GError **error)
{
    const gchar *scratch = simstow_state_get_scratch (setup->state);
    g_autoptr (SimstowDestination) destination = simstow_destination_open (spot, error);
    g_autofree gchar *name = g_path_get_basename (path);
    g_autofree gchar *digest = simstow_digest_file (path, NULL, setup->cancellable, error);

    if (destination == NULL || digest == NULL ||
        !simstow_destination_store (destination,
                                    path,
                                    name,
                                    digest,
                                    scratch,
                                    setup->cancellable,
                                    error))
        return FALSE;
    *fetched =
        simstow_destination_fetch (destination, name, scratch, NULL, setup->cancellable, error);
    return *fetched != NULL &&
           simstow_destination_remove (destination, name, setup->cancellable, error);
}

/* To each destination and back, and opened */
static gboolean
try_all (const Setup *setup, const gchar *public, GError **error)
{
    g_autofree gchar *path = make_trial (setup, public, error);
    guint i;

    if (path == NULL)
        return FALSE;
    for (i = 0; i < setup->config->destinations->len; i++) {
        const SimstowDestinationConfig *spot = g_ptr_array_index (setup->config->destinations, i);
        g_autofree gchar *fetched = NULL;

        if (!try_destination (setup, spot, path, &fetched, error)) {
            g_prefix_error (error, "%s: ", spot->name);
            return FALSE;
        }
        if (i == 0 && !open_trial (setup, fetched, error))
            return FALSE;
        simstow_terminal_print (_ ("%s: an archive was stored there, read back and removed.\n"),
                                spot->name);
    }
    return TRUE;
}

static gboolean
write_sheet (const Setup *setup, const SimstowFileSet *inputs, GError **error)
{
    g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (SimstowOutput) output = NULL;
    g_autofree gchar *page = NULL;
    guint i;

    if (setup->key == NULL)
        return TRUE;
    for (i = 0; i < setup->config->destinations->len; i++)
        g_ptr_array_add (places, place_of (g_ptr_array_index (setup->config->destinations, i)));
    g_ptr_array_add (places, NULL);
    page = simstow_key_sheet_html ((const gchar *const *) places->pdata,
                                   simstow_new_key_get_fingerprint (setup->key),
                                   simstow_new_key_get_secret (setup->key));
    output = simstow_output_new (setup->sheet, setup->force, inputs);
    if (!simstow_output_write (output, page, FALSE, error))
        return FALSE;
    simstow_terminal_print (_ ("The key sheet is in %s: print it, keep it where the laptop is not, "
                               "and delete the file.\n"),
                            setup->sheet);
    return TRUE;
}

static gboolean
write_file (const gchar *path, const gchar *text, GError **error)
{
    g_autofree gchar *directory = g_path_get_dirname (path);

    if (g_mkdir_with_parents (directory, 0755) != 0) {
        g_set_error (error,
                     G_IO_ERROR,
                     g_io_error_from_errno (errno),
                     "%s: %s",
                     directory,
                     g_strerror (errno));
        return FALSE;
    }
    return g_file_set_contents_full (path,
                                     text,
                                     -1,
                                     G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                     0644,
                                     error);
}

/* The sheet first: without it the public key would be of no use */
static gboolean
write_all (const Setup *setup, const SimstowFileSet *inputs, GError **error)
{
    g_autofree gchar *public = key_path (setup);

    return write_sheet (setup, inputs, error) &&
           (setup->key == NULL ||
            write_file (public, simstow_new_key_get_public (setup->key), error)) &&
           write_file (setup->file, setup->text, error);
}

static gboolean
prepare (Setup *setup, GError **error)
{
    g_autofree gchar *public = NULL;

    if (setup->encrypt_to == NULL) {
        setup->key = simstow_new_key_make (setup->cancellable, error);
        if (setup->key == NULL)
            return FALSE;
    }
    if (!make_config (setup, error) || !check_sheet (setup, error))
        return FALSE;
    setup->state = simstow_state_open (setup->config, FALSE, error);
    if (setup->state == NULL)
        return FALSE;
    public = g_build_filename (simstow_state_get_scratch (setup->state), KEY_NAME, NULL);
    if (setup->key != NULL &&
        !g_file_set_contents (public, simstow_new_key_get_public (setup->key), -1, error))
        return FALSE;
    return try_all (setup, public, error);
}

static SimstowExit
set_up (Setup *setup, SimstowInvocation *invocation, GError **error)
{
    if (!prepare (setup, error) || !write_all (setup, invocation->inputs, error))
        return simstow_exit_failed (error);
    simstow_terminal_print (_ ("The configuration is in %s. The first backup: simstow backup\n"),
                            setup->file);
    if (setup->schedule && !simstow_schedule_enable (setup->cancellable, error))
        return simstow_exit_failed (error);
    return SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_setup (SimstowInvocation *invocation, GError **error)
{
    g_auto (Setup) setup = {.cancellable = invocation->cancellable};
    g_auto (GStrv) destinations = NULL;
    gboolean new_key = FALSE;
    gchar **i;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"destination", 0, 0, G_OPTION_ARG_STRING_ARRAY, &destinations,
         N_ ("Where backups go: a directory, URI or REMOTE:PATH"), N_ ("NAME=PLACE")},
        {"encrypt-to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &setup.encrypt_to,
         N_ ("Encrypt to this public key; may be given several times"), N_ ("KEY|FILE")},
        {"new-key", 0, 0, G_OPTION_ARG_NONE, &new_key, N_ ("Make a new key for it"), NULL},
        {"key-sheet", 0, 0, G_OPTION_ARG_FILENAME, &setup.sheet,
         N_ ("Where the sheet with the new secret key goes"), N_ ("FILE")},
        {"key-elsewhere", 0, 0, G_OPTION_ARG_NONE, &setup.elsewhere,
         N_ ("The secret key is kept elsewhere, too"), NULL},
        {"schedule", 0, 0, G_OPTION_ARG_NONE, &setup.schedule,
         N_ ("Back up by itself from now on"), NULL},
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &setup.file,
         N_ ("The configuration to write (default: the usual one)"),
         N_ ("FILE")},
        {"force", 0, 0, G_OPTION_ARG_NONE, &setup.force, N_ ("Replace existing files"), NULL},
        {NULL},
    };
    /* clang-format on */

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error))
        return simstow_exit_failed (error);
    setup.destinations = g_ptr_array_new_with_free_func (g_free);
    for (i = destinations; i != NULL && *i != NULL; i++)
        g_ptr_array_add (setup.destinations, g_strdup (*i));
    if (setup.file == NULL)
        setup.file = simstow_config_usual_file (geteuid () != 0);
    setup.asks = isatty (STDIN_FILENO) && isatty (STDOUT_FILENO);
    if (setup.asks)
        ask_all (&setup, new_key);
    if (!check_answers (&setup, new_key, error))
        return simstow_exit_failed (error);
    return set_up (&setup, invocation, error);
}
