/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages ("sms/...") over MBIM.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_SMS_MBIM (simstow_store_sms_mbim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreSmsMbim,
                      simstow_store_sms_mbim,
                      SIMSTOW,
                      STORE_SMS_MBIM,
                      SimstowStoreDriver)

G_END_DECLS
