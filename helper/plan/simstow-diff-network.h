/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network settings, compared one by one: the part of simstow_diff () about them,
 * and the comparisons that a restore plan makes too.
 */

#pragma once

#include "simstow-diff.h"

/**
 * simstow_diff_network:
 * @items: (element-type SimstowDiffItem): where to add the differences
 * @a: (nullable): settings
 * @b: (nullable): others
 *
 * Compares settings. Profiles are paired by what they say, then by number.
 */
void
simstow_diff_network (GPtrArray *items, const SimstowNetwork *a, const SimstowNetwork *b);

/**
 * simstow_profile_describe:
 * @profile: a 3GPP profile
 *
 * Returns: (transfer full): the profile in one line, for people; without its password
 */
gchar *
simstow_profile_describe (const SimstowProfile *profile);

/**
 * simstow_profile_fits:
 * @wanted: a 3GPP profile
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
 * simstow_words_equal:
 * @a: (nullable) (array zero-terminated=1): words
 * @b: (nullable) (array zero-terminated=1): others
 *
 * Compares sets of words, the nicks of flags: order says nothing.
 *
 * Returns: %TRUE when both have the same
 */
gboolean
simstow_words_equal (gchar **a, gchar **b);

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
 * @a: a preferred network
 * @b: another
 *
 * Returns: %TRUE when both name the same operator and access technologies
 */
gboolean
simstow_preferred_network_equal (const SimstowPreferredNetwork *a,
                                 const SimstowPreferredNetwork *b);
