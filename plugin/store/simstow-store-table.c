/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All store drivers. For each prefix the first whose list is not empty serves the
 * modem; rows of one type share one object.
 */

#include "simstow-names.h"
#include "simstow-store-driver.h"
#include "simstow-store-euicc-card.h"
#include "simstow-store-phonebook-at.h"
#include "simstow-store-phonebook-mbim.h"
#include "simstow-store-sms-at.h"
#include "simstow-store-sms-mbim.h"

static const SimstowStoreEntry table[] = {
    {SIMSTOW_PREFIX_SMS, SIMSTOW_POLKIT_MESSAGING, simstow_store_sms_at_get_type},
    {SIMSTOW_PREFIX_SMS, SIMSTOW_POLKIT_MESSAGING, simstow_store_sms_mbim_get_type},
    {SIMSTOW_PREFIX_PHONEBOOK, SIMSTOW_POLKIT_CONTACTS, simstow_store_phonebook_at_get_type},
    {SIMSTOW_PREFIX_PHONEBOOK, SIMSTOW_POLKIT_CONTACTS, simstow_store_phonebook_mbim_get_type},
    {SIMSTOW_PREFIX_CALLS, SIMSTOW_POLKIT_CONTACTS, simstow_store_phonebook_at_get_type},
    {SIMSTOW_STORE_EUICC, SIMSTOW_POLKIT_CARD, simstow_store_euicc_card_get_type},
};

const SimstowStoreEntry *
simstow_store_table (guint *n_entries)
{
    *n_entries = G_N_ELEMENTS (table);
    return table;
}
