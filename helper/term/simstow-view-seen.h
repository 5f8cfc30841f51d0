/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When records of a merged archive were first and last seen, for people.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_view_seen:
 * @first: when it was first seen, seconds since 1970 UTC
 * @last: when it was last seen, 0 unknown
 *
 * Returns: (transfer full): both dates in the user's own zone, one when they are
 * the same, empty when they are not known
 */
gchar *
simstow_view_seen (gint64 first, gint64 last);

/**
 * simstow_view_seen_message:
 * @message: a message
 *
 * Returns: (transfer full): as simstow_view_seen ()
 */
gchar *
simstow_view_seen_message (const SimstowMessage *message);
