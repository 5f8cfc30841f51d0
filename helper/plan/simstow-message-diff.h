/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the messages of two sides, each of which may hold more
 * than fit into memory: some 40 bytes of each lie there. Both sides are read once.
 */

#pragma once

#include "simstow-diff.h"

typedef struct _SimstowMessageDiff SimstowMessageDiff;

/**
 * SimstowDiffFunc:
 * @item: a difference, borrowed for the call
 * @user_data: the caller's
 */
typedef void (*SimstowDiffFunc) (const SimstowDiffItem *item, gpointer user_data);

/**
 * simstow_message_diff_new:
 *
 * Returns: (transfer full): a comparison of no messages yet
 */
SimstowMessageDiff *
simstow_message_diff_new (void);

void
simstow_message_diff_free (SimstowMessageDiff *diff);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMessageDiff, simstow_message_diff_free)

/**
 * simstow_message_diff_add:
 * @side: 0 or 1
 * @message: the next message of that side
 * @snapshot: the snapshot it is of; its messages need not be in it
 */
void
simstow_message_diff_add (SimstowMessageDiff *diff,
                          guint side,
                          const SimstowMessage *message,
                          const SimstowSnapshot *snapshot);

/**
 * simstow_message_diff_run:
 * @diff: a comparison to which all messages were added
 *
 * Compares messages by their bytes, and one that was rebuilt from ModemManager's
 * properties by what it says. The same message at another index is no
 * difference; in another store, or with another status, it is a change.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_message_diff_run (SimstowMessageDiff *diff, GError **error);

/**
 * simstow_message_diff_count:
 * @diff: a comparison that was run
 *
 * Returns: how many there are
 */
guint32
simstow_message_diff_count (const SimstowMessageDiff *diff, SimstowDiffKind kind);

/**
 * simstow_message_diff_each:
 * @diff: a comparison that was run
 * @func: called for each, by store and index where the sides are in that order
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_message_diff_each (const SimstowMessageDiff *diff,
                           SimstowDiffFunc func,
                           gpointer user_data,
                           GError **error);
