/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between two snapshots, but for their messages; and the comparisons of
 * settings that a restore plan makes, too.
 */

#pragma once

#include <glib.h>

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

/**
 * simstow_diff_change_append:
 * @what: the changes so far, with commas between
 * @field: what the field is called
 * @a: (nullable): its value on the first side
 * @b: (nullable): its value on the second; appends nothing when both are the same
 */
void
simstow_diff_change_append (GString *what, const gchar *field, const gchar *a, const gchar *b);

/**
 * simstow_profile_describe:
 *
 * Returns: (transfer full): the profile in one line, for people; without its password
 */
gchar *
simstow_profile_describe (const SimstowProfile *profile);

/**
 * simstow_profile_fits:
 * @there: what a modem tells of one
 *
 * Modems do not tell all of a profile: one with the same access point that
 * contradicts nothing may be the one that was wanted, and is not written again.
 * Of name, user and password that holds for @there alone: who has none wants none.
 *
 * Returns: %TRUE when every field of @there is that of @wanted, or not set in one of them
 */
gboolean
simstow_profile_fits (const SimstowProfile *wanted, const SimstowProfile *there);

/**
 * simstow_profile_fits_otherwise:
 * @wanted: a profile of an archive
 * @there: a profile of a modem
 *
 * Returns: %TRUE when it fits, or would but for the type of IP
 */
gboolean
simstow_profile_fits_otherwise (const SimstowProfile *wanted, const SimstowProfile *there);

/**
 * simstow_words_describe:
 * @words: (array zero-terminated=1): words
 *
 * Returns: (transfer full): them in one line, for people
 */
gchar *
simstow_words_describe (gchar **words);

/**
 * simstow_preferred_networks_describe:
 * @networks: (element-type SimstowPreferredNetwork): preferred networks
 *
 * Returns: (transfer full): them in one line, for people
 */
gchar *
simstow_preferred_networks_describe (const GPtrArray *networks);

/**
 * simstow_preferred_networks_equal:
 * @a: (nullable) (element-type SimstowPreferredNetwork): preferred networks
 * @b: (nullable) (element-type SimstowPreferredNetwork): others
 *
 * Compares lists of preferred networks, whose order is their meaning.
 *
 * Returns: %TRUE when both are the same
 */
gboolean
simstow_preferred_networks_equal (const GPtrArray *a, const GPtrArray *b);

/**
 * simstow_preferred_network_equal:
 *
 * Returns: %TRUE when both name the same operator and access technologies
 */
gboolean
simstow_preferred_network_equal (const SimstowPreferredNetwork *a,
                                 const SimstowPreferredNetwork *b);
