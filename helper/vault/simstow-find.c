/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The best archive over all destinations.
 */

#include "config.h"

#include "simstow-find.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "simstow-clock.h"
#include "simstow-error.h"

static gint
compare (gconstpointer a, gconstpointer b)
{
    const SimstowCandidate *left = a;
    const SimstowCandidate *right = b;
    gint64 left_made = simstow_clock_rank_last (left->holding->made);
    gint64 right_made = simstow_clock_rank_last (right->holding->made);

    if (left->holding->stored != right->holding->stored)
        return left->holding->stored ? -1 : 1;
    if (left_made != right_made)
        return left_made > right_made ? -1 : 1;
    if (left->holding->proof != right->holding->proof)
        return (gint) right->holding->proof - (gint) left->holding->proof;
    return (gint) left->depot->config->medium - (gint) right->depot->config->medium;
}

GArray *
simstow_find_candidates (const GPtrArray *depots, const gchar *id, gint64 at)
{
    GArray *candidates = g_array_new (FALSE, FALSE, sizeof (SimstowCandidate));
    guint i, j;

    for (i = 0; i < depots->len; i++) {
        SimstowDepot *depot = g_ptr_array_index (depots, i);

        for (j = 0; depot->fault == NULL && j < depot->holdings->archives->len; j++) {
            SimstowHolding *holding = g_ptr_array_index (depot->holdings->archives, j);
            SimstowCandidate candidate = {depot, holding};

            if (holding->proof != SIMSTOW_PROOF_DAMAGED && holding->made <= at &&
                (id == NULL || g_str_has_prefix (holding->id, id)))
                g_array_append_val (candidates, candidate);
        }
    }
    g_array_sort (candidates, compare);
    return candidates;
}

GPtrArray *
simstow_find_ids (const GArray *candidates)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
    guint i;

    for (i = 0; i < candidates->len; i++) {
        const SimstowCandidate *candidate = &g_array_index (candidates, SimstowCandidate, i);

        if (!g_ptr_array_find_with_equal_func (ids, candidate->holding->id, g_str_equal, NULL))
            g_ptr_array_add (ids, g_strdup (candidate->holding->id));
    }
    return ids;
}

static gboolean
is_verdict (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TOO_NEW) ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Without a passphrase given, that there is no key, or no keyring at all, says nothing of it */
static gboolean
open_copy (const gchar *path,
           const SimstowArchiveKeys *keys,
           gboolean *opened,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GError) fault = NULL;

    *opened = simstow_archive_read (path, keys, 0, NULL, NULL, cancellable, &fault);
    if (*opened || (keys->passphrase == NULL && !is_verdict (fault)))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&fault));
    return FALSE;
}

static gboolean
check_copy (const SimstowCandidate *candidate,
            const gchar *path,
            const gchar *digest,
            const SimstowArchiveKeys *keys,
            gboolean *opened,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (SimstowLabel) label = NULL;

    if (candidate->holding->stored) {
        label = simstow_depot_get_label (candidate->depot, candidate->holding, cancellable, error);
        if (label == NULL)
            return FALSE;
        if (!g_str_equal (digest, label->digest))
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_DAMAGED,
                                      _ ("its digest is not the one it was stored with"));
    }
    return open_copy (path, keys, opened, cancellable, error);
}

gchar *
simstow_candidate_fetch (const SimstowCandidate *candidate,
                         const SimstowArchiveKeys *keys,
                         gboolean *opened,
                         GCancellable *cancellable,
                         GError **error)
{
    SimstowDepot *depot = candidate->depot;
    const gchar *name = candidate->holding->name;
    g_autofree gchar *digest = NULL;
    g_autofree gchar *path = simstow_destination_fetch (depot->destination,
                                                        name,
                                                        simstow_state_get_scratch (depot->state),
                                                        &digest,
                                                        cancellable,
                                                        error);

    if (path != NULL && check_copy (candidate, path, digest, keys, opened, cancellable, error))
        return g_steal_pointer (&path);
    if (path != NULL)
        g_unlink (path);
    g_prefix_error (error, "%s: %s: ", depot->config->name, name);
    return NULL;
}
