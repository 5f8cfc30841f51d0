/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AT front's way to the simulated card: +CSIM (3GPP TS 27.007 8.17), +CRSM
 * (8.18), +CCHO, +CGLA, +CCHC (8.45 to 8.47), with the quirks of real modems. For
 * a store that has a card.
 */

#pragma once

#include "sim-at.h"

G_BEGIN_DECLS

/**
 * sim_card_at_csim:
 * @at: a front
 * @store: what the modem holds
 * @command: +CSIM=length,"command"
 *
 * Returns: its result
 */
SimAtResult
sim_card_at_csim (SimAt *at, SimStore *store, const SimAtCommand *command);

/**
 * sim_card_at_crsm:
 * @at: a front
 * @store: what the modem holds
 * @command: +CRSM=instruction,file,P1,P2,P3[,"data"[,"path"]]
 *
 * Returns: its result
 */
SimAtResult
sim_card_at_crsm (SimAt *at, SimStore *store, const SimAtCommand *command);

/**
 * sim_card_at_ccho:
 * @at: a front
 * @store: what the modem holds
 * @command: +CCHO="application"
 *
 * Returns: its result
 */
SimAtResult
sim_card_at_ccho (SimAt *at, SimStore *store, const SimAtCommand *command);

/**
 * sim_card_at_cgla:
 * @at: a front
 * @store: what the modem holds
 * @command: +CGLA=session,length,"command"
 *
 * Returns: its result
 */
SimAtResult
sim_card_at_cgla (SimAt *at, SimStore *store, const SimAtCommand *command);

/**
 * sim_card_at_cchc:
 * @at: a front
 * @store: what the modem holds
 * @command: +CCHC=session
 *
 * Returns: its result
 */
SimAtResult
sim_card_at_cchc (SimAt *at, SimStore *store, const SimAtCommand *command);

G_END_DECLS
