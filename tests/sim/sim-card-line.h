/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's way to the simulated card: what the baseband does between its
 * fronts (AT, MBIM) and the contacts. It manages channels, puts their number in
 * the class byte, and collects answers where a modem does so itself.
 */

#pragma once

#include "sim-card.h"

G_BEGIN_DECLS

/**
 * SimCardOpening:
 * @SIM_CARD_OPENED: the channel is open and the application selected
 * @SIM_CARD_SILENT: the card does not answer; what was opened is closed again
 * @SIM_CARD_NO_CHANNEL: none is free
 * @SIM_CARD_NOT_SELECTED: the application was refused; the channel is closed again
 *
 * How opening a channel ended.
 */
typedef enum {
    SIM_CARD_OPENED,
    SIM_CARD_SILENT,
    SIM_CARD_NO_CHANNEL,
    SIM_CARD_NOT_SELECTED,
} SimCardOpening;

/**
 * sim_card_line_exchange:
 * @card: a card
 * @channel: the channel put in the class byte; negative leaves it as it is
 * @apdu: a command
 * @size: its length
 * @collect: whether 61xx and 6Cxx are dealt with
 *
 * Returns: (transfer full) (nullable): data and status word; %NULL for silence
 */
GByteArray *
sim_card_line_exchange (SimCard *card,
                        gint channel,
                        const guint8 *apdu,
                        gsize size,
                        gboolean collect);

/**
 * sim_card_line_word:
 * @answer: data and status word
 *
 * Returns: the status word
 */
guint16
sim_card_line_word (const GByteArray *answer);

/**
 * sim_card_line_open:
 * @card: a card
 * @aid: an application
 * @size: its length
 * @p2: of SELECT
 * @channel: (out): the channel
 * @answer: (out) (nullable) (transfer full): the answer to SELECT
 *
 * Opens a channel and selects an application there.
 *
 * Returns: how it ended
 */
SimCardOpening
sim_card_line_open (SimCard *card,
                    const guint8 *aid,
                    gsize size,
                    guint8 p2,
                    guint *channel,
                    GByteArray **answer);

/**
 * sim_card_line_close:
 * @card: a card
 * @channel: a channel
 *
 * Returns: the status word, 0 for silence
 */
guint16
sim_card_line_close (SimCard *card, guint channel);

/**
 * sim_card_line_start:
 * @card: a card
 *
 * Selects the USIM on the basic channel, as a modem does at power-up.
 */
void
sim_card_line_start (SimCard *card);

/**
 * sim_card_line_select:
 * @card: a card
 * @path: two bytes for each file, from the MF or from 7FFF
 * @size: its length
 *
 * Selects a file on the basic channel, the USIM's among them.
 *
 * Returns: (transfer full) (nullable): control parameters and status word; %NULL
 * for silence
 */
GByteArray *
sim_card_line_select (SimCard *card, const guint8 *path, gsize size);

G_END_DECLS
