/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the card and the store alike: messages of "SM" and EF_SMS, contacts of
 * "SM" and the card's phonebook, "FD" and EF_FDN, "LD" and EF_LND, "DC" and EF_OCI,
 * the PINs, and whether there is a card at all.
 */

#pragma once

#include "sim-card-slot.h"

G_BEGIN_DECLS

/**
 * sim_card_sync_start:
 * @slot: a slot with its card
 *
 * Writes the store to the card and ties the two together.
 */
void
sim_card_sync_start (SimCardSlot *slot);

G_END_DECLS
