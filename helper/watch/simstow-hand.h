/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handing entries of journals to a command, one after the other: the entry on its standard input.
 * The journal tells which were handed over; a crash between the command's end and that note hands
 * one over twice, never none.
 */

#pragma once

#include "simstow-journal.h"

/* How often an entry is handed over at most, and how long the command may take, seconds */
#define SIMSTOW_HAND_TRIES    3
#define SIMSTOW_HAND_PATIENCE 300

typedef struct _SimstowHand SimstowHand;

/**
 * SimstowHandFunc:
 * @text: what went wrong, for people
 * @fatal: (nullable): why the journal cannot be written any more
 * @user_data: the caller's
 */
typedef void (*SimstowHandFunc) (const gchar *text, const GError *fatal, gpointer user_data);

/**
 * simstow_hand_new:
 * @command: for sh -c
 * @journals: (element-type SimstowJournal): whose entries; there may be more of them later
 * @func: told what goes wrong
 * @user_data: for @func
 *
 * Returns: (transfer full): nothing was handed over yet
 */
SimstowHand *
simstow_hand_new (const gchar *command,
                  GPtrArray *journals,
                  SimstowHandFunc func,
                  gpointer user_data);

/**
 * simstow_hand_free:
 * @hand: (transfer full) (nullable): a command that runs is ended
 */
void
simstow_hand_free (SimstowHand *hand);

/**
 * simstow_hand_look:
 *
 * There may be something to hand over.
 */
void
simstow_hand_look (SimstowHand *hand);
