/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks ("phonebook/...") and call lists ("calls/...") over AT. One object
 * serves both, as the modem has one selection and one character set for them.
 */

#pragma once

#include "simstow-store-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_PHONEBOOK_AT (simstow_store_phonebook_at_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStorePhonebookAt,
                      simstow_store_phonebook_at,
                      SIMSTOW,
                      STORE_PHONEBOOK_AT,
                      SimstowStoreDriver)

G_END_DECLS
