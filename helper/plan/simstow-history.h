/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records of a merged archive are wanted: what was on the modem last, or
 * what was there since some time.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_history_get_message_seen:
 * @message: a message of a merged archive
 * @first: (out): when it was first seen, whether its bytes could be read or not
 * @last: (out): when it was last seen
 */
void
simstow_history_get_message_seen (const SimstowMessage *message, gint64 *first, gint64 *last);

/**
 * simstow_history_keep_latest:
 * @snapshot: what an archive holds
 *
 * Leaves out messages, contacts and calls that were not there any more when the
 * newest of the captures was made. Of a store that it could not read, what was
 * there when it was last read stays. What a clock that was wrong wrote, in the
 * future or before there was simstow, does not decide what is newest. An archive that was not
 * merged stays whole.
 *
 * Returns: how many were left out
 */
guint
simstow_history_keep_latest (SimstowSnapshot *snapshot);

/**
 * simstow_history_keep_since:
 * @snapshot: what an archive holds
 * @since: seconds since 1970 UTC
 *
 * Leaves out messages, contacts and calls that were last seen before @since; what a
 * wrong clock wrote stays.
 *
 * Returns: how many were left out
 */
guint
simstow_history_keep_since (SimstowSnapshot *snapshot, gint64 since);

/**
 * simstow_history_count_unlikely:
 * @snapshot: what an archive holds
 *
 * Returns: how many records were last seen by a clock that was wrong
 */
guint
simstow_history_count_unlikely (const SimstowSnapshot *snapshot);
