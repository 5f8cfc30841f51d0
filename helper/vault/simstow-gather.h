/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving modems, each on a thread of its own, so that several are saved at once: each has its
 * own line.
 */

#pragma once

#include "simstow-capture.h"
#include "simstow-modem.h"

typedef struct _SimstowGather SimstowGather;

/**
 * SimstowGatherFunc:
 * @snapshot: what a modem holds
 * @user_data: the caller's
 * @cancellable: to stop it
 * @error: return location for an error
 *
 * Writes it somewhere. Called on the modem's thread.
 *
 * Returns: %FALSE with @error set when that failed
 */
typedef gboolean (*SimstowGatherFunc) (SimstowSnapshot *snapshot,
                                       gpointer user_data,
                                       GCancellable *cancellable,
                                       GError **error);

/**
 * SimstowGatherHow:
 * @flags: what to read
 * @retry: after how many seconds a modem is read once more whose SIM was locked, or of which
 *     something could not be read; 0 never
 * @progress: (nullable): told how it goes, on the modem's thread
 * @track: for @progress
 * @save: what to do with it
 * @user_data: for @save
 */
typedef struct {
    SimstowCaptureFlags flags;
    guint retry;
    SimstowProgressFunc progress;
    gpointer track;
    SimstowGatherFunc save;
    gpointer user_data;
} SimstowGatherHow;

/**
 * simstow_gather_start:
 * @modem: a modem
 * @how: how to save it
 * @cancellable: to stop it
 *
 * Returns: (transfer full): the modem being saved
 */
SimstowGather *
simstow_gather_start (SimstowModem *modem, const SimstowGatherHow *how, GCancellable *cancellable);

/**
 * simstow_gather_wait:
 * @error: return location for an error: it could not be read, or not be written
 *
 * Returns: (transfer none) (nullable): what the modem holds, once it is written; %NULL with @error
 *     set
 */
SimstowSnapshot *
simstow_gather_wait (SimstowGather *gather, GError **error);

void
simstow_gather_free (SimstowGather *gather);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowGather, simstow_gather_free)
