/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks ("phonebook/...") and call lists ("calls/...") straight from the card.
 */

#pragma once

#include "simstow-store-card-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_PHONEBOOK_CARD (simstow_store_phonebook_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStorePhonebookCard,
                      simstow_store_phonebook_card,
                      SIMSTOW,
                      STORE_PHONEBOOK_CARD,
                      SimstowStoreCardDriver)

G_END_DECLS
