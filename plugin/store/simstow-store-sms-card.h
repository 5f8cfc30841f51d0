/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SIM's messages ("sms/sm") straight from the card.
 */

#pragma once

#include "simstow-store-card-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_SMS_CARD (simstow_store_sms_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreSmsCard,
                      simstow_store_sms_card,
                      SIMSTOW,
                      STORE_SMS_CARD,
                      SimstowStoreCardDriver)

G_END_DECLS
