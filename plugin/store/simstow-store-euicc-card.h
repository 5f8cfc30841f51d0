/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an eUICC says of itself, and the few settings that may be put back: the
 * store "euicc" over the card's channel.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_EUICC_CARD (simstow_store_euicc_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreEuiccCard,
                      simstow_store_euicc_card,
                      SIMSTOW,
                      STORE_EUICC_CARD,
                      SimstowStoreDriver)

G_END_DECLS
