/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making the archive that is to be at every destination. Where it cannot be opened here, because
 * it is encrypted to keys alone, a history that lies open in the state directory is what the
 * next one is merged with; who does not want that says history=false.
 */

#include "config.h"

#include "simstow-parcel.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "simstow-archive.h"
#include "simstow-destination.h"
#include "simstow-error.h"
#include "simstow-journal.h"
#include "simstow-layout.h"
#include "simstow-merge.h"
#include "simstow-sums.h"

#define HISTORY "history.tar.gz"

/*
 * Making:
 * @config: how to write it
 * @state: where
 * @snapshot: what to write
 * @taken: (nullable): what simstow watch has kept of it
 * @id: of which SIM
 * @options: to whom to encrypt it
 * @before: (nullable): the label of the archive that was to be everywhere until now
 * @goes_on: whether it holds all that the history before held
 * @counts: what the new one has
 * @path: (nullable): where it is
 */
typedef struct {
    const SimstowConfig *config;
    const SimstowState *state;
    SimstowSnapshot *snapshot;
    SimstowJournalTaken *taken;
    const gchar *id;
    SimstowArchiveWriteOptions options;
    const SimstowLabel *before;
    gboolean goes_on;
    SimstowMergeCounts counts;
    gchar *path;
} Making;

gchar *
simstow_parcel_title (const SimstowSnapshot *snapshot)
{
    const SimstowSim *sim = snapshot->sim;
    const SimstowDevice *device = snapshot->device;
    const gchar *number = sim->iccid != NULL ? sim->iccid : device->equipment_id;
    const gchar *name = sim->operator_name != NULL ? sim->operator_name : device->model;
    gsize length = number != NULL ? strlen (number) : 0;

    return g_strdup_printf ("%s%s%s",
                            name != NULL ? name : _ ("modem"),
                            length > 4 ? " …" : "",
                            length > 4 ? number + length - 4 : "");
}

/* How an archive is written, as far as another way makes it another archive */
static gchar *
describe_way (const SimstowConfig *config)
{
    g_autoptr (GString) way = g_string_new (config->compress != NULL ? config->compress : "gzip");
    guint i;

    if (config->passphrase_file != NULL || config->passphrase_credential != NULL)
        g_string_append (way, " passphrase");
    for (i = 0; config->encrypt_to != NULL && config->encrypt_to[i] != NULL; i++) {
        const gchar *key = config->encrypt_to[i];
        g_autofree gchar *digest = simstow_digest_file (key, NULL, NULL, NULL);

        g_string_append_printf (way, " %s", digest != NULL ? digest : key);
    }
    if (config->history)
        g_string_append (way, " history");
    return g_strdelimit (g_string_free (g_steal_pointer (&way), FALSE), "\n", ' ');
}

/* Whether the history is kept beside the archive, which cannot be opened here */
static gboolean
is_kept_open (const SimstowConfig *config)
{
    return config->history && config->encrypt_to != NULL && config->passphrase_file == NULL &&
           config->passphrase_credential == NULL;
}

static gboolean
is_broken (const GError *error)
{
    static const SimstowError codes[] = {
        SIMSTOW_ERROR_DAMAGED,
        SIMSTOW_ERROR_CUT_SHORT,
        SIMSTOW_ERROR_TOO_NEW,
        SIMSTOW_ERROR_DECRYPT,
        SIMSTOW_ERROR_INVALID_DATA,
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (codes); i++)
        if (g_error_matches (error, SIMSTOW_ERROR, (gint) codes[i]))
            return TRUE;
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* @previous is whole, and this SIM's own, or %NULL where nothing was saved before */
static gboolean
write_merged (Making *making,
              const gchar *previous,
              SimstowSnapshot *snapshot,
              const gchar *output,
              const SimstowArchiveWriteOptions *options,
              gchar **path,
              GCancellable *cancellable,
              GError **error)
{
    return simstow_journal_merge (snapshot != NULL ? making->taken : NULL,
                                  previous,
                                  snapshot,
                                  &making->options.keys,
                                  output,
                                  options,
                                  &making->counts,
                                  path,
                                  cancellable,
                                  error);
}

/* There is nothing to merge with, but for what was kept since */
static gboolean
write_first (Making *making,
             const gchar *output,
             const SimstowArchiveWriteOptions *options,
             gchar **path,
             GCancellable *cancellable,
             GError **error)
{
    if (making->taken != NULL && making->taken->snapshot != NULL)
        return write_merged (making,
                             NULL,
                             making->snapshot,
                             output,
                             options,
                             path,
                             cancellable,
                             error);
    making->counts.messages = making->snapshot->messages->len;
    making->counts.contacts = making->snapshot->contacts->len;
    making->counts.calls = making->snapshot->calls->len;
    return simstow_archive_write (making->snapshot, output, options, path, cancellable, error);
}

/* What was there before cannot be read any more; what is in the modem is saved all the same, and
 * nothing of the old is lost: it is at the destinations. */
static void
set_aside (Making *making, const gchar *previous, const GError *fault)
{
    g_autofree gchar *aside = g_strconcat (previous, ".unreadable", NULL);

    if (g_str_has_suffix (previous, HISTORY))
        g_rename (previous, aside);
    simstow_snapshot_add_problem (making->snapshot,
                                  "history",
                                  0,
                                  FALSE,
                                  _ ("what was saved before could not be merged, and a new history "
                                     "begins: %s"),
                                  fault->message);
}

static gboolean
write_with_history (Making *making, GCancellable *cancellable, GError **error)
{
    const SimstowArchiveWriteOptions open = {.compression = SIMSTOW_COMPRESSION_GZIP,
                                             .force = TRUE};
    g_autofree gchar *directory = simstow_state_sim_path (making->state, making->id, NULL);
    g_autofree gchar *history = simstow_state_sim_path (making->state, making->id, HISTORY);
    g_autoptr (GError) fault = NULL;

    if (g_file_test (history, G_FILE_TEST_EXISTS) && !write_merged (making,
                                                                    history,
                                                                    making->snapshot,
                                                                    history,
                                                                    &open,
                                                                    NULL,
                                                                    cancellable,
                                                                    &fault)) {
        if (!is_broken (fault)) {
            g_propagate_error (error, g_steal_pointer (&fault));
            return FALSE;
        }
        set_aside (making, history, fault);
    } else {
        making->goes_on = g_file_test (history, G_FILE_TEST_EXISTS);
    }
    if (!making->goes_on && !write_first (making, history, &open, NULL, cancellable, error))
        return FALSE;
    return write_merged (making,
                         history,
                         NULL,
                         directory,
                         &making->options,
                         &making->path,
                         cancellable,
                         error);
}

static gboolean
write_plain (Making *making, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *directory = simstow_state_sim_path (making->state, making->id, NULL);

    return write_first (making, directory, &making->options, &making->path, cancellable, error);
}

static gboolean
write_with_before (Making *making, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *directory = simstow_state_sim_path (making->state, making->id, NULL);
    g_autofree gchar *previous =
        simstow_state_sim_path (making->state, making->id, making->before->name);
    g_autoptr (GError) fault = NULL;

    making->goes_on = write_merged (making,
                                    previous,
                                    making->snapshot,
                                    directory,
                                    &making->options,
                                    &making->path,
                                    cancellable,
                                    &fault);
    if (making->goes_on)
        return TRUE;
    if (!is_broken (fault)) {
        g_propagate_error (error, g_steal_pointer (&fault));
        return FALSE;
    }
    set_aside (making, previous, fault);
    return write_plain (making, cancellable, error);
}

static gboolean
write_archive (Making *making, GCancellable *cancellable, GError **error)
{
    if (!making->config->history)
        return write_plain (making, cancellable, error);
    if (is_kept_open (making->config))
        return write_with_history (making, cancellable, error);
    if (making->before != NULL)
        return write_with_before (making, cancellable, error);
    return write_plain (making, cancellable, error);
}

/* The token of the history that is in it, a new one where it begins; by that prune knows what
 * stands for what */
static gchar *
name_history (const Making *making)
{
    if (!making->config->history)
        return NULL;
    if (making->goes_on && making->before != NULL && making->before->history != NULL)
        return g_strdup (making->before->history);
    return g_uuid_string_random ();
}

static SimstowLabel *
make_label (const Making *making, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowLabel) label = g_new0 (SimstowLabel, 1);
    GStatBuf info;

    label->digest = simstow_digest_file (making->path, NULL, cancellable, error);
    if (label->digest == NULL)
        return NULL;
    if (g_stat (making->path, &info) == 0)
        label->size = (guint64) info.st_size;
    label->name = g_path_get_basename (making->path);
    label->complete = !simstow_snapshot_is_incomplete (making->snapshot);
    label->messages = making->counts.messages;
    label->contacts = making->counts.contacts;
    label->calls = making->counts.calls;
    label->history = name_history (making);
    return g_steal_pointer (&label);
}

/* Whether there is the history that the next archive is to be merged with */
static gboolean
has_history (const SimstowState *state, const SimstowConfig *config, const SimstowParcel *parcel)
{
    g_autofree gchar *path = simstow_state_sim_path (state, parcel->id, HISTORY);

    return !is_kept_open (config) || g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Whether what is to be everywhere holds this already. What was not read whole then is saved
 * anew when it is read whole now */
static gboolean
is_unchanged (const SimstowLabel *before,
              const SimstowSnapshot *snapshot,
              const gchar *content,
              const gchar *way)
{
    return before != NULL && g_strcmp0 (before->content, content) == 0 &&
           g_strcmp0 (before->written, way) == 0 &&
           (before->complete || simstow_snapshot_is_incomplete (snapshot));
}

static gboolean
update (SimstowParcel *parcel,
        Making *making,
        const gchar *content,
        GCancellable *cancellable,
        GError **error)
{
    g_autoptr (SimstowLabel) before = simstow_state_load_label (making->state, parcel->id);
    g_autofree gchar *way = describe_way (making->config);

    parcel->unchanged = (making->taken == NULL || making->taken->snapshot == NULL) &&
                        is_unchanged (before, making->snapshot, content, way) &&
                        has_history (making->state, making->config, parcel);
    if (parcel->unchanged) {
        parcel->label = g_steal_pointer (&before);
        return TRUE;
    }
    making->before = before;
    if (!write_archive (making, cancellable, error))
        return FALSE;
    parcel->label = make_label (making, cancellable, error);
    if (parcel->label == NULL)
        return FALSE;
    parcel->label->content = g_strdup (content);
    parcel->label->written = g_strdup (way);
    if (!simstow_state_save_label (making->state, parcel->id, parcel->label, error))
        return FALSE;
    if (making->taken != NULL)
        simstow_journal_settle (making->taken, making->path, making->snapshot);
    return TRUE;
}

/* What was kept as it arrived goes into the history, which does not depend on it */
static SimstowJournalTaken *
take_journal (SimstowSnapshot *snapshot, const SimstowConfig *config)
{
    g_autofree gchar *folder = simstow_journal_folder ();
    g_autoptr (GError) fault = NULL;
    SimstowJournalTaken *taken =
        config->history ? simstow_journal_take (folder, snapshot, &fault) : NULL;

    if (fault != NULL)
        simstow_snapshot_add_problem (snapshot,
                                      "journal",
                                      0,
                                      TRUE,
                                      _ ("what simstow watch has kept cannot be read: %s"),
                                      fault->message);
    return taken;
}

static SimstowCompression
find_compression (const SimstowConfig *config)
{
    static const struct {
        const gchar *word;
        SimstowCompression compression;
    } rows[] = {{"zstd", SIMSTOW_COMPRESSION_ZSTD},
                {"xz", SIMSTOW_COMPRESSION_XZ},
                {"none", SIMSTOW_COMPRESSION_NONE}};
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        if (g_strcmp0 (rows[i].word, config->compress) == 0)
            return rows[i].compression;
    return SIMSTOW_COMPRESSION_GZIP;
}

SimstowParcel *
simstow_parcel_make (SimstowSnapshot *snapshot,
                     const SimstowConfig *config,
                     const SimstowArchiveKeys *keys,
                     const SimstowState *state,
                     GCancellable *cancellable,
                     GError **error)
{
    g_autoptr (SimstowParcel) parcel = g_new0 (SimstowParcel, 1);
    Making making = {
        .config = config,
        .state = state,
        .snapshot = snapshot,
        .options = {.compression = find_compression (config), .force = TRUE, .keys = *keys},
    };
    g_autoptr (SimstowJournalTaken) taken = NULL;
    g_autofree gchar *content = NULL;
    gboolean done;

    parcel->title = simstow_parcel_title (snapshot);
    if (simstow_sim_is_locked (snapshot->sim)) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_LOCKED,
                           _ ("%s: the SIM is locked (%s), and nothing of it could be saved"),
                           parcel->title,
                           snapshot->sim->lock);
        return NULL;
    }
    content = simstow_archive_compute_content_id (snapshot, &making.options, cancellable, error);
    if (content == NULL)
        return NULL;
    parcel->id = simstow_layout_id (snapshot);
    making.id = parcel->id;
    taken = take_journal (snapshot, config);
    making.taken = taken;
    done = update (parcel, &making, content, cancellable, error);
    g_free (making.path);
    if (!done)
        return NULL;
    simstow_state_set_title (state, parcel->id, parcel->title);
    return g_steal_pointer (&parcel);
}

void
simstow_parcel_free (SimstowParcel *parcel)
{
    g_free (parcel->id);
    g_free (parcel->title);
    g_clear_pointer (&parcel->label, simstow_label_free);
    g_free (parcel);
}
