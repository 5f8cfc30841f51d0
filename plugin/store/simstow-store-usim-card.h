/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The USIM phonebook ("phonebook/sm") straight from the card.
 */

#pragma once

#include "simstow-store-card-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_USIM_CARD (simstow_store_usim_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreUsimCard,
                      simstow_store_usim_card,
                      SIMSTOW,
                      STORE_USIM_CARD,
                      SimstowStoreCardDriver)

G_END_DECLS
