/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way back for eSIM profiles that no program can write: what is known of each
 * that helps to get it issued again.
 */

#pragma once

#include "simstow-esim.h"

/**
 * SimstowRecovery:
 * @profile: the profile, as it was saved; borrowed
 * @codes: (element-type SimstowActivationCode): the activation codes that are kept for
 *     it, the latest first; borrowed
 * @smdp: (nullable): the server it comes from
 * @waiting: how many of its notifications waited for delivery when it was saved
 * @deletion_waits: whether the operator has not been told yet that it was deleted
 */
typedef struct {
    const SimstowEuiccProfile *profile;
    GPtrArray *codes;
    gchar *smdp;
    guint waiting;
    gboolean deletion_waits;
} SimstowRecovery;

/**
 * simstow_recovery_list:
 * @archive: an eUICC as it was saved; it must outlive the result
 * @target: (nullable): an eUICC as it is; %NULL for an empty one
 *
 * Returns: (transfer full) (element-type SimstowRecovery): each profile of
 * @archive that @target lacks
 */
GPtrArray *
simstow_recovery_list (const SimstowEsim *archive, const SimstowEsim *target);
