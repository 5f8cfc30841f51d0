/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is on the simulated card: MF, DF.TELECOM, ADF.USIM and DF.PHONEBOOK with
 * the elementary files of 3GPP TS 31.102, and who it belongs to.
 */

#pragma once

#include "sim-card.h"

G_BEGIN_DECLS

/**
 * SimCardPhonebook:
 * @SIM_CARD_PHONEBOOK_NONE: no phonebook at all
 * @SIM_CARD_PHONEBOOK_PLAIN: EF_ADN in DF.TELECOM, as in a SIM of old
 * @SIM_CARD_PHONEBOOK_GLOBAL: DF.PHONEBOOK in DF.TELECOM; EF_ADN there is a link to it
 * @SIM_CARD_PHONEBOOK_LOCAL: DF.PHONEBOOK in ADF.USIM
 */
typedef enum {
    SIM_CARD_PHONEBOOK_NONE,
    SIM_CARD_PHONEBOOK_PLAIN,
    SIM_CARD_PHONEBOOK_GLOBAL,
    SIM_CARD_PHONEBOOK_LOCAL,
} SimCardPhonebook;

/**
 * SimCardLayout:
 * @iccid: 19 or 20 digits
 * @imsi: its digits
 * @mnc_length: digits of the network code in @imsi
 * @spn: (nullable): name of the operator
 * @msisdn: (nullable): own number, with + when international
 * @smsc: (nullable): service centre, likewise
 * @phonebook: where contacts are
 * @sets: how many sets of files DF.PHONEBOOK has, 1 or 2
 * @adn_records: contacts of one set, at most 254
 * @adn_name: bytes of a contact's name
 * @ext_records: records for what is longer than 20 digits
 * @sms_records: messages
 *
 * What a card is made for.
 */
typedef struct {
    const gchar *iccid;
    const gchar *imsi;
    guint mnc_length;
    const gchar *spn;
    const gchar *msisdn;
    const gchar *smsc;
    SimCardPhonebook phonebook;
    guint sets;
    guint adn_records;
    guint adn_name;
    guint ext_records;
    guint sms_records;
} SimCardLayout;

/**
 * sim_card_layout_default:
 *
 * Returns: a Colombian operator's card with 250 contacts and 30 messages
 */
SimCardLayout
sim_card_layout_default (void);

/**
 * sim_card_usim_build:
 * @card: an empty card
 * @layout: what it is made for
 *
 * Makes its files.
 */
void
sim_card_usim_build (SimCard *card, const SimCardLayout *layout);

/**
 * sim_card_usim_assign:
 * @card: a card with files
 * @place: a file, or a record of it, as `3F00/7FFF/6F46` or `3F00/7FFF/6F40#1`
 * @value: the content in hexadecimal, or `!6A82`: the status word that refuses it
 *
 * Returns: %FALSE when there is no such place or it is too small
 */
gboolean
sim_card_usim_assign (SimCard *card, const gchar *place, const gchar *value);

/**
 * sim_card_usim_set_iccid:
 * @card: a card with files
 * @iccid: (nullable): its digits; %NULL takes EF_ICCID away
 *
 * Changes the card's number, as the enabled profile of an eUICC does.
 */
void
sim_card_usim_set_iccid (SimCard *card, const gchar *iccid);

/**
 * sim_card_usim_set_imsi:
 * @card: a card with files
 * @imsi: its digits
 *
 * Changes whose subscription it is.
 */
void
sim_card_usim_set_imsi (SimCard *card, const gchar *imsi);

G_END_DECLS
