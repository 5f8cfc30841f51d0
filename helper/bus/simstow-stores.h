/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All stores of a modem, whichever driver each is read and written by.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORES (simstow_stores_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStores, simstow_stores, SIMSTOW, STORES, SimstowDriver)

/**
 * simstow_stores_new:
 * @conversation: a conversation with the modem
 *
 * Returns: (transfer full): a driver of all stores
 */
SimstowDriver *
simstow_stores_new (SimstowConversation *conversation);

G_END_DECLS
