/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be at every destination: of each SIM one archive, made once, encrypted once,
 * digested once, and kept here until it has a successor, so that a destination that was away
 * gets the same one.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-state.h"

/**
 * SimstowParcel:
 * @id: the id of the SIM
 * @title: what people call it
 * @unchanged: whether the SIM holds what the archive was made of
 * @label: (nullable): the archive's label
 */
typedef struct {
    gchar *id;
    gchar *title;
    gboolean unchanged;
    SimstowLabel *label;
} SimstowParcel;

/**
 * simstow_parcel_make:
 * @snapshot: what a modem and its SIM hold now; gets remarks
 * @config: how to write it
 * @keys: to whom to encrypt
 * @state: what is remembered, locked
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: %SIMSTOW_ERROR_LOCKED for a SIM that is locked
 *
 * Merges it with what was there before, writes and verifies the archive, unless nothing has
 * changed.
 *
 * Returns: (transfer full) (nullable): what is to be at every destination
 */
SimstowParcel *
simstow_parcel_make (SimstowSnapshot *snapshot,
                     const SimstowConfig *config,
                     const SimstowArchiveKeys *keys,
                     const SimstowState *state,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_parcel_title:
 * @snapshot: what a modem and its SIM hold
 *
 * Returns: (transfer full): what people call the SIM, with the last digits of its number
 */
gchar *
simstow_parcel_title (const SimstowSnapshot *snapshot);

void
simstow_parcel_free (SimstowParcel *parcel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowParcel, simstow_parcel_free)
