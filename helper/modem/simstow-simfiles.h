/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store "simfile": files of the SIM that a person may need later, raw. Nothing is written.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_SIMFILES (simstow_simfiles_get_type ())
G_DECLARE_FINAL_TYPE (SimstowSimfiles, simstow_simfiles, SIMSTOW, SIMFILES, SimstowDriver)

/**
 * simstow_simfiles_new:
 * @conversation: who talks with the plugin
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_simfiles_new (SimstowConversation *conversation);

G_END_DECLS
