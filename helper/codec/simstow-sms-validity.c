/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The validity period of a submitted short message.
 */

#include "simstow-sms-validity.h"

#include "simstow-bcd.h"
#include "simstow-reader.h"
#include "simstow-sms-timestamp.h"

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define WEEK   (7 * DAY)

/* Functionality indicator of the enhanced form */
#define ENHANCED_EXTENDED 0x80
#define ENHANCED_FORMAT   0x07

gsize
simstow_sms_validity_size (SimstowValidityFormat format)
{
    switch (format) {
    case SIMSTOW_VALIDITY_RELATIVE:
        return 1;
    case SIMSTOW_VALIDITY_ABSOLUTE:
    case SIMSTOW_VALIDITY_ENHANCED:
        return 7;
    case SIMSTOW_VALIDITY_NONE:
    default:
        return 0;
    }
}

static gint64
relative_seconds (guint8 value)
{
    if (value <= 143)
        return (value + 1) * 5 * MINUTE;
    if (value <= 167)
        return 12 * HOUR + (value - 143) * 30 * MINUTE;
    if (value <= 196)
        return (value - 166) * DAY;
    return (gint64) (value - 192) * WEEK;
}

static gint64
decode_clock (SimstowReader *reader)
{
    guint total = 0;
    guint i;

    for (i = 0; i < 3; i++) {
        guint8 octet;
        guint value;

        if (!simstow_reader_u8 (reader, &octet, NULL) || !simstow_bcd_octet_decode (octet, &value))
            return -1;
        total = 60 * total + value;
    }
    return total;
}

static gint64
enhanced_seconds (SimstowReader *reader)
{
    guint8 indicator;
    guint8 octet;
    guint8 format;

    if (!simstow_reader_u8 (reader, &indicator, NULL))
        return -1;
    format = indicator & ENHANCED_FORMAT;
    while (indicator & ENHANCED_EXTENDED) {
        if (!simstow_reader_u8 (reader, &indicator, NULL))
            return -1;
    }
    if (format == 3)
        return decode_clock (reader);
    if (!simstow_reader_u8 (reader, &octet, NULL))
        return -1;
    if (format == 1)
        return relative_seconds (octet);
    return format == 2 && octet > 0 ? octet : -1;
}

void
simstow_sms_validity_decode (SimstowValidityFormat format,
                             GBytes *octets,
                             gint64 *seconds,
                             gint64 *until)
{
    SimstowReader reader;
    SimstowTimestamp timestamp;
    guint8 octet;

    *seconds = -1;
    *until = -1;
    if (!octets)
        return;
    simstow_reader_init_bytes (&reader, octets);
    if (format == SIMSTOW_VALIDITY_RELATIVE && simstow_reader_u8 (&reader, &octet, NULL))
        *seconds = relative_seconds (octet);
    else if (format == SIMSTOW_VALIDITY_ENHANCED)
        *seconds = enhanced_seconds (&reader);
    else if (format == SIMSTOW_VALIDITY_ABSOLUTE &&
             simstow_sms_timestamp_decode (&reader, &timestamp, NULL))
        *until = timestamp.utc;
}

guint8
simstow_sms_validity_encode_relative (gint64 seconds)
{
    guint value;

    for (value = 0; value < 255; value++) {
        if (relative_seconds ((guint8) value) >= seconds)
            break;
    }
    return (guint8) value;
}
