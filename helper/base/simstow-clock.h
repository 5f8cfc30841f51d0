/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times of clocks that may be wrong: a laptop whose battery is dead begins in
 * 1970, and one that was set by mistake is years ahead. What such a clock wrote
 * is kept as it is; it only does not decide what is newest.
 */

#pragma once

#include <glib.h>

/**
 * simstow_clock_is_likely:
 * @time: seconds since 1970 UTC
 *
 * Returns: whether something can have been captured then: not before there was
 * simstow, and not later than now, with a day of tolerance. Where the clock of
 * this machine is before that itself, nothing is too late
 */
gboolean
simstow_clock_is_likely (gint64 time);

/**
 * simstow_clock_rank_last:
 * @time: seconds since 1970 UTC
 *
 * Returns: a number by which times are in order and unlikely ones before all others;
 * simstow_clock_unrank () gives the time
 */
gint64
simstow_clock_rank_last (gint64 time);

/**
 * simstow_clock_rank_first:
 * @time: seconds since 1970 UTC
 *
 * Returns: likewise, with unlikely ones behind all others
 */
gint64
simstow_clock_rank_first (gint64 time);

/**
 * simstow_clock_unrank:
 * @rank: such a number
 *
 * Returns: the time it stands for
 */
gint64
simstow_clock_unrank (gint64 rank);
