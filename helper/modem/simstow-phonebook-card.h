/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card's files of numbers as phonebooks and call lists: EF_ADN, EF_FDN, EF_MSISDN, EF_SDN,
 * EF_LND, EF_OCI and EF_ICI.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_PHONEBOOK_CARD (simstow_phonebook_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowPhonebookCard,
                      simstow_phonebook_card,
                      SIMSTOW,
                      PHONEBOOK_CARD,
                      SimstowDriver)

/**
 * simstow_phonebook_card_new:
 * @conversation: who talks with the plugin
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_phonebook_card_new (SimstowConversation *conversation);

G_END_DECLS
