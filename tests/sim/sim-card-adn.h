/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record with a name and a number, as in EF_ADN, EF_FDN, EF_SDN, EF_MSISDN and
 * EF_LND (3GPP TS 31.102 4.4.2.3), with the extension record of long numbers.
 */

#pragma once

#include "sim-card-file.h"

G_BEGIN_DECLS

/**
 * SimCardAdn:
 * @name: UTF-16, zero-terminated
 * @number: its digits, no plus sign
 * @type: type of number, as 0x91
 *
 * What a record says.
 */
typedef struct {
    gunichar2 *name;
    gchar *number;
    guint8 type;
} SimCardAdn;

/**
 * sim_card_adn_clear:
 * @adn: what a record says
 */
void
sim_card_adn_clear (SimCardAdn *adn);

/**
 * sim_card_adn_read:
 * @file: a file of such records
 * @extension: (nullable): the file with its extension records
 * @number: a record, from 1
 * @adn: (out): what it says
 *
 * Returns: %FALSE when the record is free or not there
 */
gboolean
sim_card_adn_read (SimCardFile *file, SimCardFile *extension, guint number, SimCardAdn *adn);

/**
 * sim_card_adn_store:
 * @file: a file of such records
 * @extension: (nullable): the file with its extension records
 * @number: a record, from 1
 * @adn: (nullable): what it shall say; %NULL frees it
 *
 * Extension records that the record had are freed.
 *
 * Returns: %FALSE when name or number do not fit
 */
gboolean
sim_card_adn_store (SimCardFile *file, SimCardFile *extension, guint number, const SimCardAdn *adn);

/**
 * sim_card_adn_write:
 * @file: a file of such records
 * @extension: (nullable): the file with its extension records
 * @record: a record, from 1
 * @name: (nullable): UTF-8
 * @number: with + when international
 *
 * As sim_card_adn_store (), from text.
 *
 * Returns: %FALSE when it does not fit
 */
gboolean
sim_card_adn_write (SimCardFile *file,
                    SimCardFile *extension,
                    guint record,
                    const gchar *name,
                    const gchar *number);

G_END_DECLS
