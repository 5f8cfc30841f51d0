/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of a short message, each decoded and encoded.
 */

#include "simstow-sms-fields.h"

#include <string.h>

#include "simstow-bcd.h"
#include "simstow-error.h"
#include "simstow-gsm7.h"
#include "simstow-reader.h"

#define TYPE_NONE          0x80
#define TYPE_UNKNOWN       0x81
#define TYPE_INTERNATIONAL 0x91
#define TYPE_ALPHANUMERIC  0xD0

/* Longest address value: the address field has 12 octets, two of them length and type */
#define VALUE_OCTETS 10

static guint
number_type (guint8 type)
{
    return type >> 4 & 0x07;
}

static gboolean
is_alphanumeric (guint8 type)
{
    return number_type (type) == 5;
}

static gboolean
is_international (guint8 type)
{
    return number_type (type) == 1;
}

static gchar *
decode_value (guint8 type, const guint8 *data, gsize size, gsize digits)
{
    g_autofree gchar *number = NULL;

    if (is_alphanumeric (type)) {
        g_autoptr (GByteArray) septets = simstow_gsm7_unpack (data, size, 0, digits * 4 / 7);

        return simstow_gsm7_decode (septets->data, septets->len, (SimstowGsm7Tables){0}, NULL);
    }
    number = simstow_bcd_decode (data, size, digits);
    if (is_international (type) && number[0] != '\0')
        return g_strconcat ("+", number, NULL);
    return g_steal_pointer (&number);
}

static void
keep_raw (SimstowAddress *address, const SimstowReader *start, const SimstowReader *end)
{
    address->raw = g_bytes_new (start->data + start->offset, end->offset - start->offset);
}

gboolean
simstow_sms_address_decode (SimstowReader *reader, SimstowAddress *address, GError **error)
{
    SimstowReader ahead = *reader;
    const guint8 *data;
    guint8 digits;
    guint8 type;

    if (!simstow_reader_u8 (&ahead, &digits, error) || !simstow_reader_u8 (&ahead, &type, error) ||
        !simstow_reader_take (&ahead, (digits + 1) / 2, &data, error))
        return FALSE;
    address->type = type;
    address->number = decode_value (type, data, (digits + 1) / 2, digits);
    keep_raw (address, reader, &ahead);
    *reader = ahead;
    return TRUE;
}

gboolean
simstow_sms_address_decode_center (SimstowReader *reader, SimstowAddress *address, GError **error)
{
    SimstowReader ahead = *reader;
    const guint8 *data;
    guint8 length;
    guint8 type = 0;

    if (!simstow_reader_u8 (&ahead, &length, error))
        return FALSE;
    if (length > 0) {
        if (!simstow_reader_u8 (&ahead, &type, error) ||
            !simstow_reader_take (&ahead, length - 1, &data, error))
            return FALSE;
        address->number = decode_value (type, data, length - 1, 2 * (gsize) (length - 1));
    } else {
        address->number = NULL;
    }
    address->type = type;
    keep_raw (address, reader, &ahead);
    *reader = ahead;
    return TRUE;
}

typedef gboolean (*DecodeFunc) (SimstowReader *, SimstowAddress *, GError **);

/* Appends the octets that were decoded, when they still say the same */
static gboolean
append_raw (const SimstowAddress *address, DecodeFunc decode, GByteArray *out)
{
    g_auto (SimstowAddress) said = {0};
    SimstowReader reader;

    if (!address->raw)
        return FALSE;
    simstow_reader_init_bytes (&reader, address->raw);
    if (!decode (&reader, &said, NULL) || simstow_reader_remaining (&reader) > 0)
        return FALSE;
    if (said.type != address->type || g_strcmp0 (said.number, address->number) != 0)
        return FALSE;
    g_byte_array_append (out, reader.data, reader.size);
    return TRUE;
}

/* The packed value, and how many of its semi-octets count */
static GByteArray *
encode_value (const SimstowAddress *address, gsize *digits, GError **error)
{
    g_autoptr (GByteArray) value = g_byte_array_new ();
    const gchar *number = address->number ? address->number : "";

    if (is_alphanumeric (address->type)) {
        g_autoptr (GByteArray) septets = NULL;

        septets = simstow_gsm7_encode (number, (SimstowGsm7Tables){0}, error);
        if (!septets)
            return NULL;
        simstow_gsm7_pack (septets->data, septets->len, 0, value);
        *digits = ((gsize) septets->len * 7 + 3) / 4;
    } else {
        if (number[0] == '+')
            number++;
        if (!simstow_bcd_encode (number, value, error))
            return NULL;
        *digits = strlen (number);
    }
    if (value->len > VALUE_OCTETS) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_RECORD,
                           "%u octets where an address has at most %d",
                           value->len,
                           VALUE_OCTETS);
        return NULL;
    }
    return g_steal_pointer (&value);
}

static gboolean
append_address (const SimstowAddress *address, gboolean center, GByteArray *out, GError **error)
{
    g_autoptr (GByteArray) value = NULL;
    guint8 head[2];
    gsize digits = 0;

    value = encode_value (address, &digits, error);
    if (!value) {
        g_prefix_error (error, "address: ");
        return FALSE;
    }
    head[0] = (guint8) (center ? value->len + 1 : digits);
    head[1] = address->type;
    g_byte_array_append (out, head, 2);
    g_byte_array_append (out, value->data, value->len);
    return TRUE;
}

gboolean
simstow_sms_address_encode (const SimstowAddress *address, GByteArray *out, GError **error)
{
    static const guint8 none[] = {0, TYPE_NONE};

    if (append_raw (address, simstow_sms_address_decode, out))
        return TRUE;
    if (address->type == 0 && !address->number) {
        g_byte_array_append (out, none, sizeof none);
        return TRUE;
    }
    return append_address (address, FALSE, out, error);
}

gboolean
simstow_sms_address_encode_center (const SimstowAddress *address, GByteArray *out, GError **error)
{
    static const guint8 none[] = {0};

    if (append_raw (address, simstow_sms_address_decode_center, out))
        return TRUE;
    if (address->type == 0 && !address->number) {
        g_byte_array_append (out, none, sizeof none);
        return TRUE;
    }
    return append_address (address, TRUE, out, error);
}

/* Digits alone, with what people put between them left out; NULL for any other text */
static gchar *
strip_number (const gchar *text)
{
    g_autoptr (GString) number = g_string_new (NULL);

    for (; *text; text++) {
        if (strchr ("0123456789*#", *text) || (*text == '+' && number->len == 0))
            g_string_append_c (number, *text);
        else if (!strchr (" -()./", *text))
            return NULL;
    }
    if (g_strcmp0 (number->str, "+") == 0 || number->len == 0)
        return NULL;
    return g_string_free (g_steal_pointer (&number), FALSE);
}

void
simstow_sms_address_set (SimstowAddress *address, const gchar *text)
{
    simstow_sms_address_clear (address);
    if (!text || text[0] == '\0')
        return;
    address->number = strip_number (text);
    if (!address->number) {
        address->number = g_strdup (text);
        address->type = TYPE_ALPHANUMERIC;
        return;
    }
    address->type = address->number[0] == '+' ? TYPE_INTERNATIONAL : TYPE_UNKNOWN;
}

void
simstow_sms_address_clear (SimstowAddress *address)
{
    g_clear_pointer (&address->number, g_free);
    g_clear_pointer (&address->raw, g_bytes_unref);
    address->type = 0;
}

#define GENERAL_DELETION   0x40
#define GENERAL_COMPRESSED 0x20
#define GENERAL_CLASS      0x10

#define GROUP_WAITING_DISCARD 0xC0
#define GROUP_WAITING_STORE   0xD0
#define GROUP_WAITING_UCS2    0xE0
#define GROUP_CLASS           0xF0

#define WAITING_ACTIVE 0x08
#define CLASS_DATA     0x04

static const gchar *const waiting_words[] = {"voicemail", "fax", "email", "other"};

const gchar *
simstow_sms_dcs_waiting_word (guint kind)
{
    return waiting_words[kind & 0x03];
}

/* 00xx and 01xx: flags, class and alphabet in bits of their own */
static void
decode_general (guint8 octet, SimstowDcs *dcs)
{
    static const SimstowAlphabet alphabets[] = {
        SIMSTOW_ALPHABET_GSM7,
        SIMSTOW_ALPHABET_DATA,
        SIMSTOW_ALPHABET_UCS2,
        SIMSTOW_ALPHABET_GSM7,
    };

    dcs->alphabet = alphabets[octet >> 2 & 0x03];
    dcs->compressed = (octet & GENERAL_COMPRESSED) != 0;
    dcs->automatic_deletion = (octet & GENERAL_DELETION) != 0;
    if (octet & GENERAL_CLASS)
        dcs->message_class = octet & 0x03;
}

static void
decode_waiting (guint8 octet, SimstowDcs *dcs)
{
    guint8 group = octet & 0xF0;

    if (group == GROUP_WAITING_UCS2)
        dcs->alphabet = SIMSTOW_ALPHABET_UCS2;
    dcs->waiting = simstow_sms_dcs_waiting_word (octet);
    dcs->waiting_active = (octet & WAITING_ACTIVE) != 0;
    dcs->waiting_discard = group == GROUP_WAITING_DISCARD;
}

SimstowDcs
simstow_sms_dcs_decode (guint8 octet)
{
    SimstowDcs dcs = {.alphabet = SIMSTOW_ALPHABET_GSM7, .message_class = -1};

    if (octet < 0x80) {
        decode_general (octet, &dcs);
    } else if (octet >= GROUP_CLASS) {
        if (octet & CLASS_DATA)
            dcs.alphabet = SIMSTOW_ALPHABET_DATA;
        dcs.message_class = octet & 0x03;
    } else if (octet >= GROUP_WAITING_DISCARD) {
        decode_waiting (octet, &dcs);
    }
    return dcs;
}

static guint8
encode_waiting (const SimstowDcs *dcs)
{
    guint8 octet = GROUP_WAITING_STORE;
    guint8 kind;

    if (dcs->alphabet == SIMSTOW_ALPHABET_UCS2)
        octet = GROUP_WAITING_UCS2;
    else if (dcs->waiting_discard)
        octet = GROUP_WAITING_DISCARD;
    for (kind = 0; kind < G_N_ELEMENTS (waiting_words); kind++) {
        if (g_str_equal (dcs->waiting, waiting_words[kind]))
            octet |= kind;
    }
    return octet | (dcs->waiting_active ? WAITING_ACTIVE : 0);
}

guint8
simstow_sms_dcs_encode (const SimstowDcs *dcs)
{
    static const guint8 alphabets[] = {0x00, 0x04, 0x08};
    guint8 octet = alphabets[dcs->alphabet];

    if (dcs->waiting && dcs->alphabet != SIMSTOW_ALPHABET_DATA && dcs->message_class < 0 &&
        !dcs->compressed)
        return encode_waiting (dcs);
    if (dcs->message_class >= 0)
        octet |= GENERAL_CLASS | (dcs->message_class & 0x03);
    if (dcs->compressed)
        octet |= GENERAL_COMPRESSED;
    if (dcs->automatic_deletion)
        octet |= GENERAL_DELETION;
    return octet;
}

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
        simstow_error_set (error,
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

/* All user data has 140 octets */
#define HEADER_OCTETS 139

SimstowUdhElement *
simstow_sms_udh_element_new (guint8 id, const guint8 *data, gsize size)
{
    SimstowUdhElement *element = g_new0 (SimstowUdhElement, 1);

    element->id = id;
    element->data = g_bytes_new (data, size);
    return element;
}

static void
sms_udh_element_free (SimstowUdhElement *element)
{
    g_bytes_unref (element->data);
    g_free (element);
}

static void
on_element_unused (gpointer element)
{
    sms_udh_element_free (element);
}

GPtrArray *
simstow_sms_udh_new (void)
{
    return g_ptr_array_new_with_free_func (on_element_unused);
}

GPtrArray *
simstow_sms_udh_decode (SimstowReader *reader)
{
    g_autoptr (GPtrArray) elements = simstow_sms_udh_new ();

    while (simstow_reader_remaining (reader) > 0) {
        const guint8 *data;
        guint8 id;
        guint8 size;

        if (!simstow_reader_u8 (reader, &id, NULL) || !simstow_reader_u8 (reader, &size, NULL) ||
            !simstow_reader_take (reader, size, &data, NULL))
            return NULL;
        g_ptr_array_add (elements, simstow_sms_udh_element_new (id, data, size));
    }
    return g_steal_pointer (&elements);
}

gboolean
simstow_sms_udh_encode (GPtrArray *elements, GByteArray *out, GError **error)
{
    g_autoptr (GByteArray) header = g_byte_array_new ();
    guint8 length;
    guint i;

    for (i = 0; i < elements->len; i++) {
        const SimstowUdhElement *element = g_ptr_array_index (elements, i);
        gsize size;
        const guint8 *data = g_bytes_get_data (element->data, &size);
        guint8 head[2] = {element->id, (guint8) size};

        if (header->len + sizeof head + size > HEADER_OCTETS)
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_INVALID_RECORD,
                                      "user data header of more than %d octets",
                                      HEADER_OCTETS);
        g_byte_array_append (header, head, sizeof head);
        g_byte_array_append (header, data, size);
    }
    length = (guint8) header->len;
    g_byte_array_append (out, &length, 1);
    g_byte_array_append (out, header->data, header->len);
    return TRUE;
}

static void
read_concat (SimstowUdhSummary *summary, SimstowReader *reader, gboolean wide)
{
    guint16 reference = 0;
    guint8 octet = 0;
    guint8 total;
    guint8 part;

    if (simstow_reader_remaining (reader) != (wide ? 4 : 3))
        return;
    if (wide) {
        if (!simstow_reader_u16_be (reader, &reference, NULL))
            return;
    } else {
        if (!simstow_reader_u8 (reader, &octet, NULL))
            return;
        reference = octet;
    }
    if (!simstow_reader_u8 (reader, &total, NULL) || !simstow_reader_u8 (reader, &part, NULL) ||
        part == 0 || part > total)
        return;
    summary->concat_reference = reference;
    summary->concat_total = total;
    summary->concat_part = part;
    summary->concat_wide = wide;
}

static void
read_ports_8 (SimstowUdhSummary *summary, SimstowReader *reader)
{
    guint8 destination;
    guint8 source;

    if (simstow_reader_remaining (reader) != 2 || !simstow_reader_u8 (reader, &destination, NULL) ||
        !simstow_reader_u8 (reader, &source, NULL))
        return;
    summary->destination_port = destination;
    summary->source_port = source;
}

static void
read_ports_16 (SimstowUdhSummary *summary, SimstowReader *reader)
{
    guint16 destination;
    guint16 source;

    if (simstow_reader_remaining (reader) != 4 ||
        !simstow_reader_u16_be (reader, &destination, NULL) ||
        !simstow_reader_u16_be (reader, &source, NULL))
        return;
    summary->destination_port = destination;
    summary->source_port = source;
}

static void
read_waiting (SimstowUdhSummary *summary, SimstowReader *reader)
{
    guint8 kind;
    guint8 count;

    if (simstow_reader_remaining (reader) != 2 || !simstow_reader_u8 (reader, &kind, NULL) ||
        !simstow_reader_u8 (reader, &count, NULL))
        return;
    summary->waiting = TRUE;
    summary->waiting_kind = kind & 0x03;
    summary->waiting_discard = (kind & 0x80) == 0;
    summary->waiting_count = count;
}

static void
read_table (guint8 *table, SimstowReader *reader)
{
    guint8 language;

    if (simstow_reader_remaining (reader) == 1 && simstow_reader_u8 (reader, &language, NULL))
        *table = language;
}

static void
read_element (SimstowUdhSummary *summary, const SimstowUdhElement *element)
{
    SimstowReader reader;

    simstow_reader_init_bytes (&reader, element->data);
    switch (element->id) {
    case SIMSTOW_UDH_CONCAT_8:
    case SIMSTOW_UDH_CONCAT_16:
        read_concat (summary, &reader, element->id == SIMSTOW_UDH_CONCAT_16);
        break;
    case SIMSTOW_UDH_PORTS_8:
        read_ports_8 (summary, &reader);
        break;
    case SIMSTOW_UDH_PORTS_16:
        read_ports_16 (summary, &reader);
        break;
    case SIMSTOW_UDH_WAITING:
        read_waiting (summary, &reader);
        break;
    case SIMSTOW_UDH_SHIFT:
        read_table (&summary->tables.shift, &reader);
        break;
    case SIMSTOW_UDH_LOCKING:
        read_table (&summary->tables.locking, &reader);
        break;
    default:
        break;
    }
}

SimstowUdhSummary
simstow_sms_udh_summarize (GPtrArray *elements)
{
    SimstowUdhSummary summary = {
        .concat_reference = -1,
        .source_port = -1,
        .destination_port = -1,
    };
    guint i;

    for (i = 0; elements && i < elements->len; i++)
        read_element (&summary, g_ptr_array_index (elements, i));
    return summary;
}
