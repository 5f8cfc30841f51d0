/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Authorisation by the daemon's own polkit path.
 */

#pragma once

#include "simstow-authoriser.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_HOST_AUTHORISER (simstow_host_authoriser_get_type ())
G_DECLARE_FINAL_TYPE (SimstowHostAuthoriser,
                      simstow_host_authoriser,
                      SIMSTOW,
                      HOST_AUTHORISER,
                      GObject)

/**
 * simstow_host_authoriser_new:
 *
 * Returns: (transfer full): an authoriser that asks as the daemon does for its own
 * methods; on a test session it lets everyone do everything, as the daemon does
 */
SimstowAuthoriser *
simstow_host_authoriser_new (void);

G_END_DECLS
