/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SIM card's own files ("simfile"), read as they are.
 */

#pragma once

#include "simstow-store-card-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_SIMFILE_CARD (simstow_store_simfile_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreSimfileCard,
                      simstow_store_simfile_card,
                      SIMSTOW,
                      STORE_SIMFILE_CARD,
                      SimstowStoreCardDriver)

G_END_DECLS
