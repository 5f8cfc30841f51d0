/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The USIM phonebook as "phonebook/sm": contacts with second names, further numbers, e-mail
 * addresses and groups.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_USIM (simstow_usim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowUsim, simstow_usim, SIMSTOW, USIM, SimstowDriver)

/**
 * simstow_usim_new:
 * @conversation: who talks with the plugin
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_usim_new (SimstowConversation *conversation);

G_END_DECLS
