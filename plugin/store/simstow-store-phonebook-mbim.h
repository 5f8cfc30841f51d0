/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phonebook ("phonebook/sm") over MBIM.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_PHONEBOOK_MBIM (simstow_store_phonebook_mbim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStorePhonebookMbim,
                      simstow_store_phonebook_mbim,
                      SIMSTOW,
                      STORE_PHONEBOOK_MBIM,
                      SimstowStoreDriver)

G_END_DECLS
