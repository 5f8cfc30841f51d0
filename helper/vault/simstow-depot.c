/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps at a destination, and their order: a label begins it, under another name; the archive
 * gets its name when it was read back, then the label, which is what makes the archive count. A
 * mark goes when its successor is there. An archive that is removed goes first, what belongs to it
 * last.
 */

#include "config.h"

#include "simstow-depot.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-input.h"
#include "simstow-openpgp.h"

#define DAY (24 * 60 * 60)

/* What lies beside the archives for whoever finds them; also how simstow knows the place again */
static const gchar readme[] =
    "This directory holds backups of SIM cards and modems, made by simstow.\n"
    "\n"
    "The newest file simstow-*.tar.gz.gpg holds all of one SIM. To open it you need the key or\n"
    "passphrase of its key sheet:\n"
    "\n"
    "    gpg -d simstow-NAME.tar.gz.gpg | tar xz\n"
    "\n"
    "or without .gpg:\n"
    "\n"
    "    tar xzf simstow-NAME.tar.gz\n"
    "\n"
    "README.txt inside says what is what. Whether a file is whole tells, without any key:\n"
    "\n"
    "    sha256sum -c simstow-NAME.tar.gz.gpg.sha256\n"
    "\n"
    "With simstow: simstow fetch, then simstow restore.\n"
    "Files named .seen-... say when an archive was last confirmed and read back. Leave this\n"
    "file here: by it simstow knows that this is the place, and not an empty disk.\n";

/* A network that answers is not away: what it held is gone */
static gboolean
set_lost (GError **error, const SimstowDestinationConfig *config)
{
    g_set_error (error,
                 SIMSTOW_DESTINATION_ERROR,
                 config->medium >= SIMSTOW_MEDIUM_NETWORK ? SIMSTOW_DESTINATION_ERROR_REFUSED
                                                          : SIMSTOW_DESTINATION_ERROR_PENDING,
                 _ ("it was used before, and its %s is not there now: it is not mounted, or "
                    "another disk; if it is to begin anew: simstow backup --renew=%s"),
                 SIMSTOW_HOLDINGS_README,
                 config->name);
    return FALSE;
}

static GPtrArray *
list_entries (SimstowDepot *depot, GCancellable *cancellable, GError **error)
{
    g_autoptr (GError) fault = NULL;
    GPtrArray *entries = simstow_destination_list (depot->destination, cancellable, &fault);

    if (entries == NULL &&
        g_error_matches (fault, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_MISSING))
        return g_ptr_array_new ();
    if (entries == NULL)
        g_propagate_error (error, g_steal_pointer (&fault));
    return entries;
}

gboolean
simstow_depot_list (SimstowDepot *depot, GCancellable *cancellable, GError **error)
{
    const gchar *name = depot->config->name;
    g_autoptr (GPtrArray) entries = list_entries (depot, cancellable, error);
    g_autoptr (SimstowHoldings) holdings = NULL;
    g_autoptr (GPtrArray) before = NULL;
    gint64 time;

    if (entries == NULL)
        return FALSE;
    holdings = simstow_holdings_parse (entries);
    before = simstow_state_load_list (depot->state, name, &time);
    if (before != NULL && !holdings->known)
        return set_lost (error, depot->config);
    if (holdings->known)
        simstow_state_save_list (depot->state, name, entries);
    g_clear_pointer (&depot->holdings, simstow_holdings_free);
    depot->holdings = g_steal_pointer (&holdings);
    depot->listed = 0;
    return TRUE;
}

static void
recall (SimstowDepot *depot)
{
    g_autoptr (GPtrArray) before =
        simstow_state_load_list (depot->state, depot->config->name, &depot->listed);

    if (before != NULL)
        depot->holdings = simstow_holdings_parse (before);
}

SimstowDepot *
simstow_depot_open (const SimstowDestinationConfig *config,
                    const SimstowState *state,
                    GCancellable *cancellable)
{
    SimstowDepot *depot = g_new0 (SimstowDepot, 1);

    depot->config = config;
    depot->state = state;
    depot->destination = simstow_destination_open (config, &depot->fault);
    if (depot->destination == NULL || !simstow_depot_list (depot, cancellable, &depot->fault))
        recall (depot);
    return depot;
}

SimstowDepot *
simstow_depot_new_away (const SimstowDestinationConfig *config,
                        const SimstowState *state,
                        GError *fault)
{
    SimstowDepot *depot = g_new0 (SimstowDepot, 1);

    depot->config = config;
    depot->state = state;
    depot->fault = fault;
    recall (depot);
    return depot;
}

void
simstow_depot_free (SimstowDepot *depot)
{
    g_clear_pointer (&depot->destination, simstow_destination_free);
    g_clear_pointer (&depot->holdings, simstow_holdings_free);
    g_clear_error (&depot->fault);
    g_free (depot);
}

static gboolean
put_text (SimstowDepot *depot,
          const gchar *name,
          const gchar *text,
          GCancellable *cancellable,
          GError **error)
{
    return simstow_destination_put_text (depot->destination,
                                         name,
                                         text,
                                         simstow_state_get_scratch (depot->state),
                                         cancellable,
                                         error);
}

static gboolean
remove_name (SimstowDepot *depot, const gchar *name, GCancellable *cancellable, GError **error)
{
    return simstow_destination_remove (depot->destination, name, cancellable, error);
}

static gchar *
label_name (const gchar *archive)
{
    return g_strconcat (archive, SIMSTOW_HOLDINGS_DIGEST, NULL);
}

static gboolean
begin (SimstowDepot *depot, GCancellable *cancellable, GError **error)
{
    if (depot->holdings->known)
        return TRUE;
    if (!put_text (depot, SIMSTOW_HOLDINGS_README, readme, cancellable, error))
        return FALSE;
    depot->holdings->known = TRUE;
    return TRUE;
}

/* What lies under that name is no good: nothing is lost by it */
static gboolean
make_way (SimstowDepot *depot,
          const SimstowHolding *holding,
          GCancellable *cancellable,
          GError **error)
{
    g_autofree gchar *label = label_name (holding->name);
    guint i;

    if (holding->stored && !remove_name (depot, label, cancellable, error))
        return FALSE;
    for (i = 0; i < holding->marks->len; i++)
        if (!remove_name (depot, g_ptr_array_index (holding->marks, i), cancellable, error))
            return FALSE;
    return remove_name (depot, holding->name, cancellable, error);
}

gboolean
simstow_depot_add (SimstowDepot *depot,
                   const gchar *file,
                   const SimstowLabel *label,
                   GCancellable *cancellable,
                   GError **error)
{
    const SimstowHolding *holding = simstow_holdings_find (depot->holdings, label->name);
    const gchar *scratch = simstow_state_get_scratch (depot->state);
    g_autofree gchar *name = label_name (label->name);
    g_autofree gchar *first = g_strconcat (name, SIMSTOW_HOLDINGS_PART, NULL);
    g_autoptr (GError) fault = NULL;
    g_autofree gchar *text = simstow_label_format (label, FALSE);

    if (!begin (depot, cancellable, error) || !put_text (depot, first, text, cancellable, error) ||
        (holding != NULL && !make_way (depot, holding, cancellable, error)))
        return FALSE;
    if (!simstow_destination_store (depot->destination,
                                    file,
                                    label->name,
                                    label->digest,
                                    scratch,
                                    cancellable,
                                    &fault)) {
        /* where there is no room nothing of it stays; where nobody answers the next run clears */
        if (!g_error_matches (fault, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_PENDING))
            remove_name (depot, first, cancellable, NULL);
        g_propagate_error (error, g_steal_pointer (&fault));
        return FALSE;
    }
    return simstow_destination_rename (depot->destination,
                                       first,
                                       text,
                                       name,
                                       scratch,
                                       cancellable,
                                       error);
}

gboolean
simstow_depot_mark (SimstowDepot *depot,
                    SimstowHolding *holding,
                    gint64 confirmed,
                    SimstowProof proof,
                    gint64 proved,
                    GCancellable *cancellable,
                    GError **error)
{
    g_autofree gchar *name = simstow_holding_make_mark (holding, confirmed, proof, proved);
    guint i;

    if (!put_text (depot, name, "simstow\n", cancellable, error))
        return FALSE;
    for (i = 0; i < holding->marks->len; i++) {
        const gchar *mark = g_ptr_array_index (holding->marks, i);

        if (!g_str_equal (mark, name) && !remove_name (depot, mark, cancellable, error))
            return FALSE;
    }
    g_ptr_array_set_size (holding->marks, 0);
    g_ptr_array_add (holding->marks, g_steal_pointer (&name));
    holding->confirmed = confirmed;
    holding->proof = proof;
    holding->proved = proved;
    return TRUE;
}

SimstowLabel *
simstow_depot_get_label (SimstowDepot *depot,
                         const SimstowHolding *holding,
                         GCancellable *cancellable,
                         GError **error)
{
    g_autofree gchar *name = label_name (holding->name);
    g_autofree gchar *text = NULL;
    g_autofree gchar *path = simstow_destination_fetch (depot->destination,
                                                        name,
                                                        simstow_state_get_scratch (depot->state),
                                                        NULL,
                                                        cancellable,
                                                        error);
    SimstowLabel *label = NULL;

    if (path == NULL)
        return NULL;
    if (g_file_get_contents (path, &text, NULL, error)) {
        label = simstow_label_parse (text);
        if (label == NULL || !g_str_equal (label->name, holding->name)) {
            g_clear_pointer (&label, simstow_label_free);
            g_set_error (error,
                         SIMSTOW_DESTINATION_ERROR,
                         SIMSTOW_DESTINATION_ERROR_DAMAGED,
                         _ ("%s is no label"),
                         name);
        }
    }
    g_unlink (path);
    return label;
}

/* How far an archive is proved here whose bytes are right */
static gboolean
look_inside (const gchar *path,
             const SimstowArchiveKeys *keys,
             SimstowProof *proof,
             GCancellable *cancellable,
             GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    SimstowOpenpgpMessage message;

    *proof = SIMSTOW_PROOF_DIGEST;
    if (input == NULL)
        return FALSE;
    /* without a secret of this run it is not opened: nobody may be there to unlock a key */
    if (simstow_input_is_encrypted (input) && (keys == NULL || keys->passphrase == NULL))
        return simstow_openpgp_check (simstow_input_get_fd (input), &message, error);
    if (!simstow_archive_read (path, keys, 0, NULL, NULL, cancellable, error))
        return FALSE;
    *proof = SIMSTOW_PROOF_WHOLE;
    return TRUE;
}

static gboolean
check_digest (const gchar *digest, const SimstowLabel *label, GError **error)
{
    if (g_str_equal (digest, label->digest))
        return TRUE;
    g_set_error (error,
                 SIMSTOW_DESTINATION_ERROR,
                 SIMSTOW_DESTINATION_ERROR_DAMAGED,
                 _ ("%s is damaged: its digest is not the one it was stored with"),
                 label->name);
    return FALSE;
}

static gboolean
check_file (const gchar *path,
            const SimstowLabel *label,
            const SimstowArchiveKeys *keys,
            SimstowProof *proof,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GError) fault = NULL;

    if (look_inside (path, keys, proof, cancellable, &fault))
        return TRUE;
    /* the bytes are those that were stored: another key is no damage */
    if (g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_DECRYPT))
        return TRUE;
    if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_propagate_error (error, g_steal_pointer (&fault));
        return FALSE;
    }
    g_set_error (error,
                 SIMSTOW_DESTINATION_ERROR,
                 SIMSTOW_DESTINATION_ERROR_DAMAGED,
                 _ ("%s is damaged: %s"),
                 label->name,
                 fault->message);
    return FALSE;
}

static gboolean
is_damage (const GError *error)
{
    return g_error_matches (error, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_DAMAGED) ||
           g_error_matches (error, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_MISSING);
}

/* Where @proof is wanted, it is opened, too */
static gboolean
read_back (SimstowDepot *depot,
           const SimstowHolding *holding,
           const SimstowArchiveKeys *keys,
           SimstowProof *proof,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (SimstowLabel) label = simstow_depot_get_label (depot, holding, cancellable, error);
    g_autofree gchar *digest = NULL;
    g_autofree gchar *path = NULL;
    gboolean good;

    if (label == NULL)
        return FALSE;
    path = simstow_destination_fetch (depot->destination,
                                      holding->name,
                                      simstow_state_get_scratch (depot->state),
                                      &digest,
                                      cancellable,
                                      error);
    if (path == NULL)
        return FALSE;
    good = check_digest (digest, label, error) &&
           (proof == NULL || check_file (path, label, keys, proof, cancellable, error));
    g_unlink (path);
    return good;
}

static void
note_damage (SimstowDepot *depot,
             SimstowHolding *holding,
             gint64 now,
             const GError *fault,
             GCancellable *cancellable)
{
    if (is_damage (fault))
        simstow_depot_mark (depot,
                            holding,
                            holding->confirmed,
                            SIMSTOW_PROOF_DAMAGED,
                            now,
                            cancellable,
                            NULL);
}

gboolean
simstow_depot_compare (SimstowDepot *depot,
                       SimstowHolding *holding,
                       gint64 now,
                       GCancellable *cancellable,
                       GError **error)
{
    g_autoptr (GError) fault = NULL;

    if (read_back (depot, holding, NULL, NULL, cancellable, &fault))
        return TRUE;
    note_damage (depot, holding, now, fault, cancellable);
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
}

gboolean
simstow_depot_verify (SimstowDepot *depot,
                      SimstowHolding *holding,
                      const SimstowArchiveKeys *keys,
                      gint64 now,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (GError) fault = NULL;
    SimstowProof proof;

    if (read_back (depot, holding, keys, &proof, cancellable, &fault))
        return simstow_depot_mark (depot,
                                   holding,
                                   holding->confirmed,
                                   proof,
                                   now,
                                   cancellable,
                                   error);
    note_damage (depot, holding, now, fault, cancellable);
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
}

gboolean
simstow_depot_drop (SimstowDepot *depot,
                    const SimstowHolding *holding,
                    GCancellable *cancellable,
                    GError **error)
{
    g_autofree gchar *label = label_name (holding->name);
    guint i;

    if (!remove_name (depot, holding->name, cancellable, error) ||
        (holding->stored && !remove_name (depot, label, cancellable, error)))
        return FALSE;
    for (i = 0; i < holding->marks->len; i++)
        if (!remove_name (depot, g_ptr_array_index (holding->marks, i), cancellable, error))
            return FALSE;
    return TRUE;
}

static gboolean
is_abandoned (const gchar *name, const GPtrArray *ids, gint64 now)
{
    g_autofree gchar *id = NULL;
    gint64 made;

    return simstow_holdings_parse_name (name, &id, &made) > 0 &&
           (g_ptr_array_find_with_equal_func ((GPtrArray *) ids, id, g_str_equal, NULL) ||
            made < now - DAY);
}

void
simstow_depot_clear (SimstowDepot *depot,
                     const GPtrArray *ids,
                     gint64 now,
                     GCancellable *cancellable)
{
    guint i;

    for (i = 0; i < depot->holdings->archives->len; i++) {
        const SimstowHolding *holding = g_ptr_array_index (depot->holdings->archives, i);

        if (!holding->stored && holding->begun && is_abandoned (holding->name, ids, now) &&
            !remove_name (depot, holding->name, cancellable, NULL))
            return;
    }
    for (i = 0; i < depot->holdings->leftovers->len; i++) {
        const gchar *name = g_ptr_array_index (depot->holdings->leftovers, i);

        if (is_abandoned (name, ids, now))
            remove_name (depot, name, cancellable, NULL);
    }
}

typedef struct {
    const SimstowDestinationConfig *config;
    const SimstowState *state;
    gboolean labels;
    GCancellable *cancellable;
    GThread *thread;
} Opening;

/* A label that cannot be read leaves what it would tell unknown; damage is for a check to find */
static void
load_labels (SimstowDepot *depot, GCancellable *cancellable)
{
    guint i;

    for (i = 0; depot->fault == NULL && i < depot->holdings->archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (depot->holdings->archives, i);

        if (simstow_holdings_newest (depot->holdings, holding->id) == holding)
            holding->label = simstow_depot_get_label (depot, holding, cancellable, NULL);
    }
}

static gpointer
open_depot (gpointer data)
{
    const Opening *opening = data;
    SimstowDepot *depot =
        simstow_depot_open (opening->config, opening->state, opening->cancellable);

    if (opening->labels)
        load_labels (depot, opening->cancellable);
    return depot;
}

GPtrArray *
simstow_depots_open (const GPtrArray *configs,
                     const SimstowState *state,
                     gboolean labels,
                     GCancellable *cancellable)
{
    g_autofree Opening *openings = g_new0 (Opening, configs->len);
    GPtrArray *depots = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_depot_free);
    guint i;

    for (i = 0; i < configs->len; i++) {
        openings[i] = (Opening){g_ptr_array_index (configs, i), state, labels, cancellable, NULL};
        openings[i].thread = g_thread_new ("open", open_depot, &openings[i]);
    }
    for (i = 0; i < configs->len; i++)
        g_ptr_array_add (depots, g_thread_join (openings[i].thread));
    return depots;
}
