/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 3GPP profiles as ModemManager has them: decode and encode side by side.
 */

#pragma once

#include <libmm-glib.h>

#include "simstow-network.h"

/**
 * simstow_profile_from_mm:
 * @source: ModemManager's profile
 *
 * Returns: (transfer full): the profile
 */
SimstowProfile *
simstow_profile_from_mm (MM3gppProfile *source);

/**
 * simstow_profile_from_bearer:
 * @source: bearer properties, such as the initial EPS bearer's settings
 *
 * Returns: (transfer full) (nullable): the profile they amount to; %NULL when
 * nothing is set
 */
SimstowProfile *
simstow_profile_from_bearer (MMBearerProperties *source);

/**
 * simstow_profile_to_mm:
 * @profile: a profile
 * @id: the number to write it to, -1 for a new one
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): ModemManager's profile; %NULL with @error
 * set when it has a word that this ModemManager does not know
 */
MM3gppProfile *
simstow_profile_to_mm (const SimstowProfile *profile, gint id, GError **error);
