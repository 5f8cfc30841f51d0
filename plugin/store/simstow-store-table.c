/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All store drivers, best first; rows of one type share one object.
 */

#include "simstow-names.h"
#include "simstow-store-driver.h"
#include "simstow-store-euicc-card.h"
#include "simstow-store-phonebook-card.h"
#include "simstow-store-simfile-card.h"
#include "simstow-store-sms-card.h"
#include "simstow-store-usim-card.h"

#define CONTACTS SIMSTOW_PREFIX_PHONEBOOK "sm"

/* What every row says but its transport */
#define MESSAGES(type)   SIMSTOW_PREFIX_SMS, SIMSTOW_POLKIT_MESSAGING, type
#define PHONEBOOKS(type) SIMSTOW_PREFIX_PHONEBOOK, SIMSTOW_POLKIT_CONTACTS, type
#define CALLS(type)      SIMSTOW_PREFIX_CALLS, SIMSTOW_POLKIT_CONTACTS, type
#define USIM(type)       CONTACTS, SIMSTOW_POLKIT_CONTACTS, type

/* The card comes first where the modem's own commands keep less: MBIM cannot write a
 * message, marks what it reads, and does not tell types of numbers. Else it is the last resort.
 * A phonebook that has nothing but names and numbers gives way to the USIM's own, if there is
 * one; +CPBR with all its fields does not: it takes one command where the card takes hundreds.
 * A card without contacts has its other numbers all the same, and leaves the contacts to the
 * modem. */
static const SimstowStoreEntry table[] = {
    {MESSAGES (simstow_store_sms_card_get_type), SIMSTOW_STORE_ON_MBIM},
    {MESSAGES (simstow_store_sms_card_get_type), SIMSTOW_STORE_ON_ANY},
    {PHONEBOOKS (simstow_store_phonebook_card_get_type), SIMSTOW_STORE_ON_MBIM, NULL, CONTACTS},
    {USIM (simstow_store_usim_card_get_type), SIMSTOW_STORE_ON_MBIM | SIMSTOW_STORE_ON_PLAIN},
    {PHONEBOOKS (simstow_store_phonebook_card_get_type), SIMSTOW_STORE_ON_ANY, NULL, CONTACTS},
    {USIM (simstow_store_usim_card_get_type), SIMSTOW_STORE_ON_PLAIN},
    {CALLS (simstow_store_phonebook_card_get_type), SIMSTOW_STORE_ON_ANY},
    {SIMSTOW_STORE_SIMFILE,
     SIMSTOW_POLKIT_CONTACTS,
     simstow_store_simfile_card_get_type,
     SIMSTOW_STORE_ON_ANY},
    {SIMSTOW_STORE_EUICC,
     SIMSTOW_POLKIT_CONTACTS,
     simstow_store_euicc_card_get_type,
     SIMSTOW_STORE_ON_ANY,
     SIMSTOW_POLKIT_CARD},
};

const SimstowStoreEntry *
simstow_store_table (guint *n_entries)
{
    *n_entries = G_N_ELEMENTS (table);
    return table;
}
