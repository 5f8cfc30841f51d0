/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configured backup: all modems at once, then all destinations at once, each on its own.
 */

#pragma once

#include "simstow-depot.h"
#include "simstow-gather.h"
#include "simstow-parcel.h"

/**
 * SimstowBackupModem:
 * @snapshot: (nullable): what it holds
 * @parcel: (nullable): what is made of it
 * @fault: (nullable): why it could not be saved
 */
typedef struct {
    const SimstowSnapshot *snapshot;
    SimstowParcel *parcel;
    GError *fault;
    SimstowGather *gather;
    struct _SimstowBackup *backup;
} SimstowBackupModem;

/**
 * SimstowBackupPlace:
 * @config: a destination
 * @depot: (nullable): what it holds, after all was done
 * @fault: (nullable): why something could not be done there
 * @stored: how many archives were stored there
 * @confirmed: how many were found to hold what their SIM holds
 * @fresh: (element-type utf8): the names of those that were stored
 * @verified: (nullable): the name of an older archive that was read back there
 * @damaged: (nullable): what was found damaged there
 * @mended: how many damaged archives were replaced by good ones
 * @pruned: how many archives were removed, as their time was over
 * @held: (nullable): why nothing was removed
 */
typedef struct {
    const SimstowDestinationConfig *config;
    SimstowDepot *depot;
    GError *fault;
    guint stored;
    guint confirmed;
    GPtrArray *fresh;
    gchar *verified;
    gchar *damaged;
    guint mended;
    guint pruned;
    gchar *held;
    GThread *thread;
    struct _SimstowBackup *backup;
} SimstowBackupPlace;

/**
 * SimstowBackup:
 * @config: the configuration
 * @keys: to whom to encrypt, and what opens archives
 * @state: what is remembered, locked
 * @now: when this is
 * @spare: whether networks are left alone this time
 * @cancellable: to stop it
 * @modems: (element-type SimstowBackupModem): what came of the modems
 * @places: (element-type SimstowBackupPlace): what came of the destinations
 */
typedef struct _SimstowBackup {
    const SimstowConfig *config;
    const SimstowArchiveKeys *keys;
    const SimstowState *state;
    gint64 now;
    gboolean spare;
    GCancellable *cancellable;
    GPtrArray *modems;
    GPtrArray *places;
    GMutex making;
} SimstowBackup;

/**
 * simstow_backup_new:
 * @config: the configuration; outlives the backup, as do the others
 * @keys: to whom to encrypt, and what opens archives
 * @state: what is remembered, locked
 * @cancellable: to stop it
 *
 * Returns: (transfer full): a run of which nothing has begun
 */
SimstowBackup *
simstow_backup_new (const SimstowConfig *config,
                    const SimstowArchiveKeys *keys,
                    const SimstowState *state,
                    GCancellable *cancellable);

/**
 * simstow_backup_add_modem:
 * @modem: a modem
 * @progress: (nullable): told how it goes
 * @track: for @progress
 *
 * Begins to read it.
 */
void
simstow_backup_add_modem (SimstowBackup *backup,
                          SimstowModem *modem,
                          SimstowProgressFunc progress,
                          gpointer track);

/**
 * simstow_backup_wait:
 *
 * Waits until all modems are read, and their archives made.
 */
void
simstow_backup_wait (SimstowBackup *backup);

/**
 * simstow_backup_deliver:
 *
 * Brings what is to be everywhere to all destinations, of SIMs that are away, too. Reads back one
 * old archive at one of them, replaces what is damaged and removes what is over.
 */
void
simstow_backup_deliver (SimstowBackup *backup);

void
simstow_backup_free (SimstowBackup *backup);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowBackup, simstow_backup_free)
