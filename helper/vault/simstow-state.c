/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state directory. Each file in it appears whole or not at all, and only its owner may read
 * it.
 *
 *   lock                      locked by the run that is under way
 *   destinations/NAME         "SIZE NAME" lines; its time is when that was read
 *   sims/ID/label, title, ARCHIVE, history.tar.gz
 */

#include "config.h"

#include "simstow-state.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-destination.h"
#include "simstow-error.h"
#include "simstow-holdings.h"
#include "simstow-sums.h"

#define RUN_PREFIX  "run-"
#define LOOK_PREFIX "look-"
#define DAY         (24 * 60 * 60)

struct _SimstowState {
    gchar *directory;
    gchar *scratch;
    gint lock;
};

static gboolean
set_errno (GError **error, const gchar *path)
{
    int saved = errno;

    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (saved),
                 "%s: %s",
                 path,
                 g_strerror (saved));
    return FALSE;
}

static gboolean
make_directory (const gchar *path, GError **error)
{
    return g_mkdir_with_parents (path, 0700) == 0 || set_errno (error, path);
}

/* One level is all there is */
static void
remove_directory (const gchar *path)
{
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree gchar *file = g_build_filename (path, name, NULL);

        g_unlink (file);
    }
    g_rmdir (path);
}

static gchar *
scratch_parent (const SimstowState *state)
{
    const gchar *cache = g_getenv ("CACHE_DIRECTORY");

    return cache != NULL && *cache != '\0' ? g_strdup (cache)
                                           : g_build_filename (state->directory, "scratch", NULL);
}

/* Who only looks has no lock, and is done within a day */
static gboolean
is_old (const gchar *path)
{
    GStatBuf info;

    return g_stat (path, &info) == 0 && info.st_mtime < g_get_real_time () / G_USEC_PER_SEC - DAY;
}

/* Whoever holds the lock is alone: what lies there is of the dead */
static void
clear_scratch (const gchar *parent)
{
    g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree gchar *path = g_build_filename (parent, name, NULL);

        if (g_str_has_prefix (name, RUN_PREFIX) ||
            (g_str_has_prefix (name, LOOK_PREFIX) && is_old (path)))
            remove_directory (path);
    }
}

static gboolean
make_scratch (SimstowState *state, gboolean lock, GError **error)
{
    g_autofree gchar *parent = scratch_parent (state);
    g_autofree gchar *template = NULL;

    if (!make_directory (parent, error))
        return FALSE;
    if (lock)
        clear_scratch (parent);
    template = g_strdup_printf ("%s/%sXXXXXX", parent, lock ? RUN_PREFIX : LOOK_PREFIX);
    state->scratch = g_strdup (g_mkdtemp_full (template, 0700));
    return state->scratch != NULL || set_errno (error, parent);
}

static gboolean
take_lock (SimstowState *state, GError **error)
{
    g_autofree gchar *path = g_build_filename (state->directory, "lock", NULL);

    state->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (state->lock < 0)
        return set_errno (error, path);
    if (flock (state->lock, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
    if (errno != EWOULDBLOCK)
        return set_errno (error, path);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_BUSY,
                              _ ("another run of simstow is under way with the same "
                                 "configuration"));
}

SimstowState *
simstow_state_open (const SimstowConfig *config, gboolean lock, GError **error)
{
    g_autoptr (SimstowState) state = g_new0 (SimstowState, 1);

    state->lock = -1;
    state->directory = g_strdup (config->state);
    if (!make_directory (state->directory, error) || (lock && !take_lock (state, error)) ||
        !make_scratch (state, lock, error))
        return NULL;
    return g_steal_pointer (&state);
}

void
simstow_state_free (SimstowState *state)
{
    if (state->scratch != NULL)
        remove_directory (state->scratch);
    if (state->lock >= 0)
        close (state->lock);
    g_free (state->scratch);
    g_free (state->directory);
    g_free (state);
}

const gchar *
simstow_state_get_scratch (const SimstowState *state)
{
    return state->scratch;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

GPtrArray *
simstow_state_list_sims (const SimstowState *state)
{
    g_autofree gchar *path = g_build_filename (state->directory, "sims", NULL);
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        g_ptr_array_add (ids, g_strdup (name));
    g_ptr_array_sort (ids, compare_ids);
    return ids;
}

gchar *
simstow_state_sim_path (const SimstowState *state, const gchar *id, const gchar *name)
{
    g_autofree gchar *directory = g_build_filename (state->directory, "sims", id, NULL);

    g_mkdir_with_parents (directory, 0700);
    return name != NULL ? g_build_filename (directory, name, NULL) : g_steal_pointer (&directory);
}

/* An archive that is not as it was is made anew, and goes nowhere */
SimstowLabel *
simstow_state_load_label (const SimstowState *state, const gchar *id)
{
    g_autofree gchar *path = g_build_filename (state->directory, "sims", id, "label", NULL);
    g_autoptr (SimstowLabel) label = NULL;
    g_autofree gchar *text = NULL;
    g_autofree gchar *archive = NULL;
    g_autofree gchar *digest = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
        return NULL;
    label = simstow_label_parse (text);
    if (label == NULL || strchr (label->name, '/') != NULL)
        return NULL;
    archive = simstow_state_sim_path (state, id, label->name);
    digest = simstow_digest_file (archive, NULL, NULL, NULL);
    return g_strcmp0 (digest, label->digest) == 0 ? g_steal_pointer (&label) : NULL;
}

static gboolean
write_text (const gchar *path, const gchar *text, GError **error)
{
    return g_file_set_contents_full (path,
                                     text,
                                     -1,
                                     G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                     0600,
                                     error);
}

gboolean
simstow_state_save_label (const SimstowState *state,
                          const gchar *id,
                          const SimstowLabel *label,
                          GError **error)
{
    g_autofree gchar *directory = simstow_state_sim_path (state, id, NULL);
    g_autofree gchar *path = simstow_state_sim_path (state, id, "label");
    g_autofree gchar *text = simstow_label_format (label, TRUE);
    g_autoptr (GDir) dir = NULL;
    const gchar *name;

    if (!write_text (path, text, error))
        return FALSE;
    dir = g_dir_open (directory, 0, NULL);
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree gchar *file = g_build_filename (directory, name, NULL);

        if (g_str_has_prefix (name, "simstow-") && !g_str_equal (name, label->name))
            g_unlink (file);
    }
    return TRUE;
}

gchar *
simstow_state_get_title (const SimstowState *state, const gchar *id)
{
    g_autofree gchar *path = g_build_filename (state->directory, "sims", id, "title", NULL);
    gchar *title = NULL;

    return g_file_get_contents (path, &title, NULL, NULL) ? title : g_strdup (id);
}

void
simstow_state_set_title (const SimstowState *state, const gchar *id, const gchar *title)
{
    g_autofree gchar *path = simstow_state_sim_path (state, id, "title");

    write_text (path, title, NULL);
}

static gchar *
list_path (const SimstowState *state, const gchar *destination)
{
    g_autofree gchar *directory = g_build_filename (state->directory, "destinations", NULL);

    g_mkdir_with_parents (directory, 0700);
    return g_build_filename (directory, destination, NULL);
}

void
simstow_state_save_list (const SimstowState *state,
                         const gchar *destination,
                         const GPtrArray *entries)
{
    g_autofree gchar *path = list_path (state, destination);
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < entries->len; i++) {
        const SimstowDestinationEntry *entry = g_ptr_array_index (entries, i);

        if (strchr (entry->name, '\n') == NULL)
            g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s\n", entry->size, entry->name);
    }
    write_text (path, text->str, NULL);
}

GPtrArray *
simstow_state_load_list (const SimstowState *state, const gchar *destination, gint64 *time)
{
    g_autofree gchar *path = list_path (state, destination);
    g_autofree gchar *text = NULL;
    g_auto (GStrv) lines = NULL;
    GPtrArray *entries;
    GStatBuf info;
    guint i;

    if (g_stat (path, &info) != 0 || !g_file_get_contents (path, &text, NULL, NULL))
        return NULL;
    *time = info.st_mtime;
    entries = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_entry_free);
    lines = g_strsplit (text, "\n", -1);
    for (i = 0; lines[i] != NULL; i++) {
        gchar *name = NULL;
        guint64 size = g_ascii_strtoull (lines[i], &name, 10);

        if (*name == ' ')
            g_ptr_array_add (entries, simstow_destination_entry_new (name + 1, size));
    }
    return entries;
}

void
simstow_state_forget_list (const SimstowState *state, const gchar *destination)
{
    g_autofree gchar *path = list_path (state, destination);

    g_unlink (path);
}

gchar *
simstow_state_load_text (const SimstowState *state, const gchar *name)
{
    g_autofree gchar *path = g_build_filename (state->directory, name, NULL);
    gchar *text = NULL;

    return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

void
simstow_state_save_text (const SimstowState *state, const gchar *name, const gchar *text)
{
    g_autofree gchar *path = g_build_filename (state->directory, name, NULL);

    write_text (path, text, NULL);
}
