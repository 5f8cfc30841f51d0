/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time stamps of a short message, 3GPP TS 23.040 9.2.3.11: seven octets of
 * local time with its zone.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-reader.h"

/**
 * SimstowTimestamp:
 * @octets: the seven octets as they were, 3GPP TS 23.040 9.2.3.11
 * @utc: seconds since 1970 UTC, or -1 when the octets are no date
 * @zone: minutes east of UTC
 */
typedef struct {
    guint8 octets[7];
    gint64 utc;
    gint zone;
} SimstowTimestamp;

/**
 * simstow_sms_timestamp_decode:
 * @reader: a cursor
 * @timestamp: (out caller-allocates): the time stamp
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Decodes a time stamp. Years from 90 are of the last century. Octets that are
 * no date are kept, with @utc -1 and @zone 0.
 *
 * Returns: %FALSE with @error set when fewer than seven octets are left
 */
gboolean
simstow_sms_timestamp_decode (SimstowReader *reader, SimstowTimestamp *timestamp, GError **error);

/**
 * simstow_sms_timestamp_encode:
 * @timestamp: a time stamp
 * @out: where the seven octets are appended
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Encodes a time stamp: its octets when they say what @utc and @zone say, or
 * when @utc is -1; else @utc in @zone.
 *
 * Returns: %FALSE with @error set for a time before 1990 or after 2089, or a
 * zone that is not in quarters of an hour within 19:45 of UTC
 */
gboolean
simstow_sms_timestamp_encode (const SimstowTimestamp *timestamp, GByteArray *out, GError **error);
