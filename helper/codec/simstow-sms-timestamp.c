/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time stamps of a short message.
 */

#include "simstow-sms-timestamp.h"

#include <string.h>

#include "simstow-bcd.h"
#include "simstow-error.h"

#define ZONE_NEGATIVE 0x08
#define FIELDS        6

/* Year, month, day, hour, minute, second as they are written */
static gboolean
decode_fields (const guint8 *octets, guint *fields)
{
    guint i;

    for (i = 0; i < FIELDS; i++) {
        if (!simstow_bcd_octet_decode (octets[i], &fields[i]))
            return FALSE;
    }
    return TRUE;
}

/* Quarters of an hour, the sign in the bit above the first digit */
static gboolean
decode_zone (guint8 octet, gint *minutes)
{
    guint quarters;

    if (!simstow_bcd_octet_decode (octet & ~ZONE_NEGATIVE, &quarters))
        return FALSE;
    *minutes = 15 * (gint) quarters;
    if (octet & ZONE_NEGATIVE)
        *minutes = -*minutes;
    return TRUE;
}

static void
interpret (SimstowTimestamp *timestamp)
{
    g_autoptr (GDateTime) date = NULL;
    guint fields[FIELDS];
    gint zone;

    timestamp->utc = -1;
    timestamp->zone = 0;
    if (!decode_fields (timestamp->octets, fields) || !decode_zone (timestamp->octets[6], &zone))
        return;
    date = g_date_time_new_utc ((gint) fields[0] + (fields[0] >= 90 ? 1900 : 2000),
                                (gint) fields[1],
                                (gint) fields[2],
                                (gint) fields[3],
                                (gint) fields[4],
                                fields[5]);
    if (!date)
        return;
    timestamp->utc = g_date_time_to_unix (date) - 60 * (gint64) zone;
    timestamp->zone = zone;
}

gboolean
simstow_sms_timestamp_decode (SimstowReader *reader, SimstowTimestamp *timestamp, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, sizeof timestamp->octets, &data, error))
        return FALSE;
    memcpy (timestamp->octets, data, sizeof timestamp->octets);
    interpret (timestamp);
    return TRUE;
}

static gboolean
says_the_same (const SimstowTimestamp *timestamp)
{
    SimstowTimestamp said = *timestamp;

    interpret (&said);
    return said.utc == timestamp->utc && said.zone == timestamp->zone;
}

static GDateTime *
local_time (const SimstowTimestamp *timestamp, GError **error)
{
    g_autoptr (GDateTime) date = NULL;
    gint minutes = ABS (timestamp->zone);

    if (minutes % 15 == 0 && minutes / 15 <= 79)
        date = g_date_time_new_from_unix_utc (timestamp->utc + 60 * (gint64) timestamp->zone);
    if (!date || g_date_time_get_year (date) < 1990 || g_date_time_get_year (date) > 2089) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "time %" G_GINT64_FORMAT " in zone %d does not fit a time stamp",
                     timestamp->utc,
                     timestamp->zone);
        return NULL;
    }
    return g_steal_pointer (&date);
}

gboolean
simstow_sms_timestamp_encode (const SimstowTimestamp *timestamp, GByteArray *out, GError **error)
{
    g_autoptr (GDateTime) date = NULL;
    guint8 octets[7];

    if (timestamp->utc == -1 || says_the_same (timestamp)) {
        g_byte_array_append (out, timestamp->octets, sizeof timestamp->octets);
        return TRUE;
    }
    date = local_time (timestamp, error);
    if (!date)
        return FALSE;
    octets[0] = simstow_bcd_octet_encode ((guint) g_date_time_get_year (date) % 100);
    octets[1] = simstow_bcd_octet_encode ((guint) g_date_time_get_month (date));
    octets[2] = simstow_bcd_octet_encode ((guint) g_date_time_get_day_of_month (date));
    octets[3] = simstow_bcd_octet_encode ((guint) g_date_time_get_hour (date));
    octets[4] = simstow_bcd_octet_encode ((guint) g_date_time_get_minute (date));
    octets[5] = simstow_bcd_octet_encode ((guint) g_date_time_get_second (date));
    octets[6] = simstow_bcd_octet_encode ((guint) ABS (timestamp->zone) / 15);
    if (timestamp->zone < 0)
        octets[6] |= ZONE_NEGATIVE;
    g_byte_array_append (out, octets, sizeof octets);
    return TRUE;
}
