/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contacts of the simulated card: EF_ADN of a SIM of old, or the USIM
 * phonebook with its satellites (3GPP TS 31.102 4.4.2), of one or two sets.
 */

#pragma once

#include "sim-card-adn.h"
#include "sim-card-usim.h"

G_BEGIN_DECLS

/**
 * SimCardContact:
 * @adn: name and number
 * @additional: (nullable): second number
 * @additional_type: its type of number
 * @second_name: (nullable): UTF-16
 * @email: (nullable): UTF-16
 * @group: (nullable): UTF-16
 * @hidden: whether it is marked hidden
 *
 * A contact with all its fields.
 */
typedef struct {
    SimCardAdn adn;
    gchar *additional;
    guint8 additional_type;
    gunichar2 *second_name;
    gunichar2 *email;
    gunichar2 *group;
    gboolean hidden;
} SimCardContact;

/**
 * sim_card_phonebook_build:
 * @telecom: DF.TELECOM
 * @usim: ADF.USIM
 * @layout: which phonebook
 *
 * Makes the files.
 */
void
sim_card_phonebook_build (SimCardFile *telecom, SimCardFile *usim, const SimCardLayout *layout);

/**
 * sim_card_phonebook_capacity:
 * @card: a card
 *
 * Returns: how many contacts it can hold, 0 without a phonebook
 */
guint
sim_card_phonebook_capacity (SimCard *card);

/**
 * sim_card_phonebook_owns:
 * @card: a card
 * @file: a file of it
 *
 * Returns: whether @file is part of the phonebook
 */
gboolean
sim_card_phonebook_owns (SimCard *card, SimCardFile *file);

/**
 * sim_card_phonebook_get:
 * @card: a card
 * @index: from 1
 * @contact: (out): the contact
 *
 * Returns: %FALSE when the place is free
 */
gboolean
sim_card_phonebook_get (SimCard *card, guint index, SimCardContact *contact);

/**
 * sim_card_phonebook_set:
 * @card: a card
 * @index: from 1
 * @contact: (nullable): the contact, %NULL to free the place
 *
 * Writes it; fields the card has no files for are dropped.
 *
 * Returns: %FALSE when something does not fit
 */
gboolean
sim_card_phonebook_set (SimCard *card, guint index, const SimCardContact *contact);

/**
 * sim_card_contact_clear:
 * @contact: a contact
 */
void
sim_card_contact_clear (SimCardContact *contact);

G_END_DECLS
