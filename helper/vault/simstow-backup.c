/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configured backup.
 */

#include "config.h"

#include "simstow-backup.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "simstow-prune.h"

static void
modem_free (gpointer data)
{
    SimstowBackupModem *modem = data;

    simstow_gather_free (modem->gather);
    g_clear_pointer (&modem->parcel, simstow_parcel_free);
    g_clear_error (&modem->fault);
    g_free (modem);
}

static void
place_free (gpointer data)
{
    SimstowBackupPlace *place = data;

    g_clear_pointer (&place->depot, simstow_depot_free);
    g_clear_error (&place->fault);
    g_ptr_array_unref (place->fresh);
    g_free (place->verified);
    g_free (place->damaged);
    g_free (place->held);
    g_free (place);
}

SimstowBackup *
simstow_backup_new (const SimstowConfig *config,
                    const SimstowArchiveKeys *keys,
                    const SimstowState *state,
                    GCancellable *cancellable)
{
    SimstowBackup *backup = g_new0 (SimstowBackup, 1);

    backup->config = config;
    backup->keys = keys;
    backup->state = state;
    backup->now = g_get_real_time () / G_USEC_PER_SEC;
    backup->cancellable = g_object_ref (cancellable);
    backup->modems = g_ptr_array_new_with_free_func (modem_free);
    backup->places = g_ptr_array_new_with_free_func (place_free);
    g_mutex_init (&backup->making);
    return backup;
}

void
simstow_backup_free (SimstowBackup *backup)
{
    g_ptr_array_unref (backup->modems);
    g_ptr_array_unref (backup->places);
    g_object_unref (backup->cancellable);
    g_mutex_clear (&backup->making);
    g_free (backup);
}

/* A #SimstowGatherFunc. Two modems may say that they are one SIM: one after the other */
static gboolean
make_parcel (SimstowSnapshot *snapshot,
             gpointer user_data,
             GCancellable *cancellable,
             GError **error)
{
    SimstowBackupModem *modem = user_data;
    SimstowBackup *backup = modem->backup;

    g_mutex_lock (&backup->making);
    modem->parcel = simstow_parcel_make (snapshot,
                                         backup->config,
                                         backup->keys,
                                         backup->state,
                                         cancellable,
                                         error);
    g_mutex_unlock (&backup->making);
    return modem->parcel != NULL;
}

void
simstow_backup_add_modem (SimstowBackup *backup,
                          SimstowModem *modem,
                          SimstowProgressFunc progress,
                          gpointer track)
{
    SimstowBackupModem *entry = g_new0 (SimstowBackupModem, 1);
    const SimstowGatherHow how = {
        .flags = backup->config->simfiles ? SIMSTOW_CAPTURE_SIMFILES : SIMSTOW_CAPTURE_DEFAULT,
        .retry = backup->config->retry,
        .progress = progress,
        .track = track,
        .save = make_parcel,
        .user_data = entry,
    };

    entry->backup = backup;
    g_ptr_array_add (backup->modems, entry);
    entry->gather = simstow_gather_start (modem, &how, backup->cancellable);
}

void
simstow_backup_wait (SimstowBackup *backup)
{
    guint i;

    for (i = 0; i < backup->modems->len; i++) {
        SimstowBackupModem *modem = g_ptr_array_index (backup->modems, i);

        modem->snapshot = simstow_gather_wait (modem->gather, &modem->fault);
    }
}

/* Whether the SIM was read whole in this run, and holds what its archive was made of */
static gboolean
is_confirmed (const SimstowBackup *backup, const gchar *id)
{
    guint i;

    for (i = 0; i < backup->modems->len; i++) {
        const SimstowBackupModem *modem = g_ptr_array_index (backup->modems, i);

        if (modem->parcel != NULL && modem->snapshot != NULL && g_str_equal (modem->parcel->id, id))
            return !simstow_snapshot_is_incomplete (modem->snapshot);
    }
    return FALSE;
}

static gboolean
deliver_label (SimstowBackupPlace *place,
               const gchar *id,
               const SimstowLabel *label,
               GError **error)
{
    SimstowBackup *backup = place->backup;
    SimstowDepot *depot = place->depot;
    SimstowHolding *holding = simstow_holdings_find (depot->holdings, label->name);
    g_autofree gchar *path = NULL;

    /* one that was cut short since is put there anew */
    if (holding != NULL && simstow_holding_is_good (holding) && holding->size == label->size) {
        if (!is_confirmed (backup, id))
            return TRUE;
        place->confirmed++;
        return holding->confirmed >= backup->now || simstow_depot_mark (depot,
                                                                        holding,
                                                                        backup->now,
                                                                        holding->proof,
                                                                        holding->proved,
                                                                        backup->cancellable,
                                                                        error);
    }
    path = simstow_state_sim_path (backup->state, id, label->name);
    if (!simstow_depot_add (depot, path, label, backup->cancellable, error))
        return FALSE;
    place->stored++;
    g_ptr_array_add (place->fresh, g_strdup (label->name));
    return TRUE;
}

/* One archive that is refused does not keep back the next; the first fault is told */
static void
deliver_all (SimstowBackupPlace *place, const GPtrArray *ids)
{
    guint i;

    for (i = 0; i < ids->len; i++) {
        const gchar *id = g_ptr_array_index (ids, i);
        g_autoptr (SimstowLabel) label = simstow_state_load_label (place->backup->state, id);
        g_autoptr (GError) fault = NULL;

        if (label != NULL && !deliver_label (place, id, label, &fault) && place->fault == NULL)
            place->fault = g_steal_pointer (&fault);
    }
}

static SimstowDepot *
open_depot (const SimstowBackup *backup, const SimstowDestinationConfig *config)
{
    if (!backup->spare || config->medium < SIMSTOW_MEDIUM_NETWORK)
        return simstow_depot_open (config, backup->state, backup->cancellable);
    return simstow_depot_new_away (config,
                                   backup->state,
                                   g_error_new (SIMSTOW_DESTINATION_ERROR,
                                                SIMSTOW_DESTINATION_ERROR_PENDING,
                                                _ ("the network is metered; this waits for "
                                                   "another one")));
}

static gpointer
deliver (gpointer data)
{
    SimstowBackupPlace *place = data;
    SimstowBackup *backup = place->backup;
    g_autoptr (GPtrArray) ids = simstow_state_list_sims (backup->state);

    place->depot = open_depot (backup, place->config);
    if (place->depot->fault != NULL) {
        place->fault = g_error_copy (place->depot->fault);
        return NULL;
    }
    simstow_depot_clear (place->depot, ids, backup->now, backup->cancellable);
    deliver_all (place, ids);
    if (!simstow_depot_list (place->depot,
                             backup->cancellable,
                             place->fault == NULL ? &place->fault : NULL))
        g_clear_pointer (&place->depot->holdings, simstow_holdings_free);
    return NULL;
}

static gboolean
is_there (const SimstowBackupPlace *place)
{
    return place->depot->fault == NULL && place->depot->holdings != NULL;
}

static gboolean
is_fresh (const SimstowBackupPlace *place, const gchar *name)
{
    return g_ptr_array_find_with_equal_func (place->fresh, name, g_str_equal, NULL);
}

/* The one of all that was read back longest ago */
static SimstowHolding *
find_stalest (const SimstowBackup *backup, SimstowBackupPlace **where)
{
    SimstowHolding *stalest = NULL;
    guint i, j;

    for (i = 0; i < backup->places->len; i++) {
        SimstowBackupPlace *place = g_ptr_array_index (backup->places, i);

        for (j = 0; is_there (place) && j < place->depot->holdings->archives->len; j++) {
            SimstowHolding *holding = g_ptr_array_index (place->depot->holdings->archives, j);

            if (!simstow_holding_is_good (holding) || is_fresh (place, holding->name) ||
                (stalest != NULL && holding->proved >= stalest->proved))
                continue;
            stalest = holding;
            *where = place;
        }
    }
    return stalest;
}

static void
verify_stalest (SimstowBackup *backup)
{
    g_autoptr (GError) fault = NULL;
    SimstowBackupPlace *place = NULL;
    SimstowHolding *holding = find_stalest (backup, &place);

    if (holding == NULL)
        return;
    if (simstow_depot_verify (place->depot,
                              holding,
                              backup->keys,
                              backup->now,
                              backup->cancellable,
                              &fault))
        place->verified = g_strdup (holding->name);
    else if (holding->proof == SIMSTOW_PROOF_DAMAGED)
        place->damaged = g_strdup (fault->message);
    else if (place->fault == NULL)
        place->fault = g_steal_pointer (&fault);
}

/* A good copy of it from another place, as a file; or what is to be everywhere */
static gchar *
find_good_copy (SimstowBackup *backup, const SimstowHolding *holding, SimstowLabel **label)
{
    const gchar *scratch = simstow_state_get_scratch (backup->state);
    guint i;

    for (i = 0; i < backup->places->len; i++) {
        SimstowBackupPlace *place = g_ptr_array_index (backup->places, i);
        const SimstowHolding *other =
            is_there (place) ? simstow_holdings_find (place->depot->holdings, holding->name) : NULL;
        g_autoptr (SimstowLabel) found = NULL;
        g_autofree gchar *digest = NULL;
        g_autofree gchar *path = NULL;

        if (other == NULL || !simstow_holding_is_good (other))
            continue;
        found = simstow_depot_get_label (place->depot, other, backup->cancellable, NULL);
        if (found == NULL)
            continue;
        path = simstow_destination_fetch (place->depot->destination,
                                          other->name,
                                          scratch,
                                          &digest,
                                          backup->cancellable,
                                          NULL);
        if (path != NULL && g_str_equal (digest, found->digest)) {
            *label = g_steal_pointer (&found);
            return g_steal_pointer (&path);
        }
    }
    return NULL;
}

static gboolean
mend_holding (SimstowBackup *backup, SimstowBackupPlace *place, const SimstowHolding *holding)
{
    g_autoptr (SimstowLabel) label = NULL;
    g_autofree gchar *path = find_good_copy (backup, holding, &label);
    gboolean done;

    if (path == NULL)
        return FALSE;
    done = simstow_depot_add (place->depot,
                              path,
                              label,
                              backup->cancellable,
                              place->fault == NULL ? &place->fault : NULL);
    g_unlink (path);
    return done;
}

static void
mend (SimstowBackup *backup, SimstowBackupPlace *place)
{
    guint i;

    for (i = 0; i < place->depot->holdings->archives->len; i++) {
        const SimstowHolding *holding = g_ptr_array_index (place->depot->holdings->archives, i);

        if (holding->proof == SIMSTOW_PROOF_DAMAGED && mend_holding (backup, place, holding))
            place->mended++;
    }
    if (place->mended > 0)
        simstow_depot_list (place->depot, backup->cancellable, NULL);
}

/* Nothing goes where something went wrong */
static void
prune (SimstowBackup *backup, SimstowBackupPlace *place)
{
    g_autoptr (SimstowPrunePlan) plan = NULL;

    if (!backup->config->prunes || place->fault != NULL)
        return;
    plan = simstow_prune_plan_new (place->depot,
                                   &backup->config->retention,
                                   backup->cancellable,
                                   &place->fault);
    if (plan == NULL)
        return;
    if (plan->held->len > 0)
        place->held = g_strdup (g_ptr_array_index (plan->held, 0));
    if (simstow_prune_plan_run (plan, backup->cancellable, &place->fault))
        place->pruned = plan->drop->len;
    if (plan->drop->len > 0)
        simstow_depot_list (place->depot, backup->cancellable, NULL);
}

void
simstow_backup_deliver (SimstowBackup *backup)
{
    guint i;

    for (i = 0; i < backup->config->destinations->len; i++) {
        SimstowBackupPlace *place = g_new0 (SimstowBackupPlace, 1);

        place->config = g_ptr_array_index (backup->config->destinations, i);
        place->backup = backup;
        place->fresh = g_ptr_array_new_with_free_func (g_free);
        g_ptr_array_add (backup->places, place);
        place->thread = g_thread_new ("deliver", deliver, place);
    }
    for (i = 0; i < backup->places->len; i++) {
        SimstowBackupPlace *place = g_ptr_array_index (backup->places, i);

        g_clear_pointer (&place->thread, g_thread_join);
    }
    verify_stalest (backup);
    for (i = 0; i < backup->places->len; i++) {
        SimstowBackupPlace *place = g_ptr_array_index (backup->places, i);

        if (!is_there (place))
            continue;
        mend (backup, place);
        prune (backup, place);
    }
}
