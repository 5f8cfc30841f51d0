/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times as archives write them: ISO 8601 with whole seconds and the zone.
 */

#pragma once

#include <gio/gio.h>

/* Room for "2025-11-23T04:00:00-05:00" and the NUL */
#define SIMSTOW_TIME_SIZE 32

/**
 * simstow_time_format:
 * @utc: seconds since 1970 UTC
 * @zone: minutes east of UTC, at most a day either way
 * @text: (out caller-allocates): %SIMSTOW_TIME_SIZE characters: the time in
 *     that zone, "Z" for a @zone of 0
 *
 * Returns: %FALSE for a time before the year 1 or after the year 9999
 */
gboolean
simstow_time_format (gint64 utc, gint zone, gchar *text);

/**
 * simstow_time_parse:
 * @utc: (out): seconds since 1970 UTC
 *
 * Returns: %FALSE when @text is no time with a zone
 */
gboolean
simstow_time_parse (const gchar *text, gint64 *utc);
