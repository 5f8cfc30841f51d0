/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages ("sms/...") over AT.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_SMS_AT (simstow_store_sms_at_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreSmsAt,
                      simstow_store_sms_at,
                      SIMSTOW,
                      STORE_SMS_AT,
                      SimstowStoreDriver)

G_END_DECLS
