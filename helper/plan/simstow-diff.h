/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between two snapshots, but for their messages.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * SimstowDiffKind:
 * @SIMSTOW_DIFF_ONLY_A: only the first has it
 * @SIMSTOW_DIFF_ONLY_B: only the second has it
 * @SIMSTOW_DIFF_CHANGED: both have it, with another status, place or value
 */
typedef enum {
    SIMSTOW_DIFF_ONLY_A,
    SIMSTOW_DIFF_ONLY_B,
    SIMSTOW_DIFF_CHANGED,
} SimstowDiffKind;

/**
 * SimstowDiffItem:
 * @kind: how it differs
 * @category: "messages", "contacts", "calls", "network" or "esim"
 * @store: (nullable): the store's id in the snapshot that has it (the first, when both do)
 * @index: the record's index there, 0 for settings
 * @message_a: (nullable): the first snapshot's message; borrowed, as are the next
 * @message_b: (nullable): the second's
 * @contact_a: (nullable): the first snapshot's contact
 * @contact_b: (nullable): the second's
 * @call_a: (nullable): the first snapshot's call
 * @call_b: (nullable): the second's
 * @what: what differs in one line, for people: "status unread -> read",
 *     "number 311 -> 312", "apn internet.comcel.com.co"
 */
typedef struct {
    SimstowDiffKind kind;
    const gchar *category;
    const gchar *store;
    guint index;
    const SimstowMessage *message_a;
    const SimstowMessage *message_b;
    const SimstowContact *contact_a;
    const SimstowContact *contact_b;
    const SimstowCall *call_a;
    const SimstowCall *call_b;
    gchar *what;
} SimstowDiffItem;

/**
 * simstow_diff:
 * @a: a snapshot
 * @b: another; both must outlive the result
 *
 * Compares contents: contacts and calls by their fields within a store, settings
 * one by one; simstow-message-diff.h compares messages, by their bytes.
 * Identical records at another index are no difference; in another store they
 * are a change. Device, SIM and time are not compared. A store that only one of
 * the two could have (absent from the other's stores) is compared all the same.
 *
 * Returns: (transfer full) (element-type SimstowDiffItem): the differences but
 * for messages, in the order contacts, calls, network, esim
 */
GPtrArray *
simstow_diff (const SimstowSnapshot *a, const SimstowSnapshot *b);
