/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPDU: its fields, each decoded and encoded; its user data (a header, then text or data, joined
 * over the parts of a concatenated message), then its frame, read and written: which fields follow
 * which, 3GPP TS 23.040 9.2.2. What depends on later fields is settled first when it is written,
 * then the fields follow each other as they are read.
 */

#include "simstow-tpdu.h"

#include <string.h>

#include "simstow-alpha.h"
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

static gboolean
address_decode (SimstowReader *reader, SimstowAddress *address, GError **error)
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

static gboolean
address_decode_center (SimstowReader *reader, SimstowAddress *address, GError **error)
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

static gboolean
address_encode (const SimstowAddress *address, GByteArray *out, GError **error)
{
    static const guint8 none[] = {0, TYPE_NONE};

    if (append_raw (address, address_decode, out))
        return TRUE;
    if (address->type == 0 && !address->number) {
        g_byte_array_append (out, none, sizeof none);
        return TRUE;
    }
    return append_address (address, FALSE, out, error);
}

static gboolean
address_encode_center (const SimstowAddress *address, GByteArray *out, GError **error)
{
    static const guint8 none[] = {0};

    if (append_raw (address, address_decode_center, out))
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

static const gchar *
dcs_waiting_word (guint kind)
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
    dcs->waiting = dcs_waiting_word (octet);
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
interpret_time (SimstowTimestamp *timestamp)
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

/* Years from 90 are of the last century. Octets that are no date are kept, with @utc -1 and @zone 0
 */
static gboolean
timestamp_decode (SimstowReader *reader, SimstowTimestamp *timestamp, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, sizeof timestamp->octets, &data, error))
        return FALSE;
    memcpy (timestamp->octets, data, sizeof timestamp->octets);
    interpret_time (timestamp);
    return TRUE;
}

static gboolean
says_the_same (const SimstowTimestamp *timestamp)
{
    SimstowTimestamp said = *timestamp;

    interpret_time (&said);
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

/* The octets when they say what @utc and @zone say, or when @utc is -1; else @utc in @zone */
static gboolean
timestamp_encode (const SimstowTimestamp *timestamp, GByteArray *out, GError **error)
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

static gsize
validity_size (SimstowValidityFormat format)
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

static void
validity_decode (SimstowValidityFormat format, GBytes *octets, gint64 *seconds, gint64 *until)
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
    else if (format == SIMSTOW_VALIDITY_ABSOLUTE && timestamp_decode (&reader, &timestamp, NULL))
        *until = timestamp.utc;
}

/* The shortest relative period that is not shorter; the longest, 63 weeks, when there is none */
static guint8
validity_encode_relative (gint64 seconds)
{
    guint value;

    for (value = 0; value < 255; value++) {
        if (relative_seconds ((guint8) value) >= seconds)
            break;
    }
    return (guint8) value;
}

/*
 * UdhSummary:
 * @concat_reference: reference of a concatenated message, -1 when it is not one
 * @concat_total: how many parts
 * @concat_part: which part, from 1
 * @concat_wide: whether the reference has 16 bits
 * @source_port: application port, -1 none
 * @destination_port: application port, -1 none
 * @waiting: whether there is a special message indication
 * @waiting_kind: its type, 3GPP TS 23.040 9.2.3.24.2, lowest two bits
 * @waiting_count: how many messages wait
 * @waiting_discard: whether the message need not be stored
 * @tables: the national language tables that are named
 */
typedef struct {
    gint concat_reference;
    guint8 concat_total;
    guint8 concat_part;
    gboolean concat_wide;
    gint source_port;
    gint destination_port;
    gboolean waiting;
    guint8 waiting_kind;
    guint8 waiting_count;
    gboolean waiting_discard;
    SimstowGsm7Tables tables;
} UdhSummary;

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
udh_element_free (gpointer data)
{
    SimstowUdhElement *element = data;

    g_bytes_unref (element->data);
    g_free (element);
}

GPtrArray *
simstow_sms_udh_new (void)
{
    return g_ptr_array_new_with_free_func (udh_element_free);
}

/* NULL when the last one is cut short: 3GPP TS 23.040 9.2.3.24 has the whole header ignored then */
static GPtrArray *
udh_decode (SimstowReader *reader)
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

static gboolean
udh_encode (GPtrArray *elements, GByteArray *out, GError **error)
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
read_concat (UdhSummary *summary, SimstowReader *reader, gboolean wide)
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
read_ports_8 (UdhSummary *summary, SimstowReader *reader)
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
read_ports_16 (UdhSummary *summary, SimstowReader *reader)
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
read_waiting (UdhSummary *summary, SimstowReader *reader)
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
read_element (UdhSummary *summary, const SimstowUdhElement *element)
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

/* Elements of the wrong size, and a concatenation whose numbers make no sense, are passed over, as
 * 3GPP TS 23.040 9.2.3.24.1 asks. Of an element that is there twice the last one counts. */
static UdhSummary
udh_summarize (GPtrArray *elements)
{
    UdhSummary summary = {
        .concat_reference = -1,
        .source_port = -1,
        .destination_port = -1,
    };
    guint i;

    for (i = 0; elements && i < elements->len; i++)
        read_element (&summary, g_ptr_array_index (elements, i));
    return summary;
}

#define USER_DATA_OCTETS 140

/*
 * Payload: what stands behind the header
 * @header: octets of the header, its length octet included
 */
typedef struct {
    const guint8 *data;
    gsize size;
    gsize header;
    GPtrArray *udh;
} Payload;

static gsize
sms_user_data_size (guint8 length, const SimstowDcs *dcs)
{
    if (dcs->alphabet == SIMSTOW_ALPHABET_GSM7 && !dcs->compressed)
        return ((gsize) length * 7 + 7) / 8;
    return length;
}

static void
payload_clear (Payload *payload)
{
    g_clear_pointer (&payload->udh, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Payload, payload_clear)

/* FALSE when the header is longer than the user data: nobody knows where the text is */
static gboolean
find_payload (const SimstowTpdu *tpdu, Payload *payload)
{
    SimstowReader reader;
    SimstowReader header;
    guint8 length;

    simstow_reader_init_bytes (&reader, tpdu->user_data);
    if (tpdu->first_octet & SIMSTOW_TPDU_UDHI) {
        if (!simstow_reader_u8 (&reader, &length, NULL) ||
            !simstow_reader_sub (&reader, length, &header, NULL))
            return FALSE;
        payload->udh = udh_decode (&header);
    }
    payload->header = reader.offset;
    payload->size = simstow_reader_remaining (&reader);
    return simstow_reader_take (&reader, payload->size, &payload->data, NULL);
}

/* Septets that the header and its fill bits take, 3GPP TS 23.040 9.2.3.24 */
static gsize
header_septets (gsize octets)
{
    return (octets * 8 + 6) / 7;
}

static guint
fill_bits (gsize header_octets)
{
    return (guint) (header_septets (header_octets) * 7 - header_octets * 8);
}

static GByteArray *
payload_septets (const SimstowTpdu *tpdu, const Payload *payload)
{
    gsize header = header_septets (payload->header);
    gsize count = tpdu->user_data_length > header ? tpdu->user_data_length - header : 0;

    return simstow_gsm7_unpack (payload->data, payload->size, fill_bits (payload->header), count);
}

static void
apply_summary (SimstowTpdu *tpdu, const UdhSummary *summary)
{
    tpdu->concat_reference = summary->concat_reference;
    tpdu->concat_total = summary->concat_total;
    tpdu->concat_part = summary->concat_part;
    tpdu->concat_wide = summary->concat_wide;
    tpdu->source_port = summary->source_port;
    tpdu->destination_port = summary->destination_port;
    if (summary->waiting && !tpdu->waiting) {
        tpdu->waiting = dcs_waiting_word (summary->waiting_kind);
        tpdu->waiting_active = summary->waiting_count > 0;
        tpdu->waiting_discard = summary->waiting_discard;
    }
}

/* Fills in what these say: header elements, text or data, and the fields that
 * sum them up. */
static void
sms_user_data_interpret (SimstowTpdu *tpdu)
{
    g_auto (Payload) payload = {0};
    UdhSummary summary;

    if (!find_payload (tpdu, &payload)) {
        tpdu->lossy = TRUE;
        return;
    }
    tpdu->udh = g_steal_pointer (&payload.udh);
    summary = udh_summarize (tpdu->udh);
    apply_summary (tpdu, &summary);
    if (tpdu->compressed)
        return;
    if (tpdu->alphabet == SIMSTOW_ALPHABET_DATA) {
        tpdu->data = g_bytes_new (payload.data, payload.size);
    } else if (tpdu->alphabet == SIMSTOW_ALPHABET_UCS2) {
        tpdu->text = simstow_ucs2_decode (payload.data, payload.size, &tpdu->lossy);
    } else {
        g_autoptr (GByteArray) septets = payload_septets (tpdu, &payload);

        tpdu->text =
            simstow_gsm7_decode (septets->data, septets->len, summary.tables, &tpdu->lossy);
    }
}

static void
add_concat (GPtrArray *elements, const SimstowTpdu *tpdu)
{
    guint8 data[4] = {(guint8) (tpdu->concat_reference >> 8),
                      (guint8) tpdu->concat_reference,
                      tpdu->concat_total,
                      tpdu->concat_part};
    guint skip = tpdu->concat_wide ? 0 : 1;

    g_ptr_array_add (
        elements,
        simstow_sms_udh_element_new (skip ? SIMSTOW_UDH_CONCAT_8 : SIMSTOW_UDH_CONCAT_16,
                                     data + skip,
                                     sizeof data - skip));
}

static void
add_ports (GPtrArray *elements, const SimstowTpdu *tpdu)
{
    guint destination = (guint) MAX (tpdu->destination_port, 0);
    guint source = (guint) MAX (tpdu->source_port, 0);
    guint8 data[4] = {(guint8) (destination >> 8),
                      (guint8) destination,
                      (guint8) (source >> 8),
                      (guint8) source};

    g_ptr_array_add (elements,
                     simstow_sms_udh_element_new (SIMSTOW_UDH_PORTS_16, data, sizeof data));
}

/* The header a TPDU made by hand asks for: its elements, and those its fields lack */
static GPtrArray *
collect_elements (const SimstowTpdu *tpdu)
{
    g_autoptr (GPtrArray) elements = simstow_sms_udh_new ();
    UdhSummary summary = udh_summarize (tpdu->udh);
    guint i;

    if (tpdu->concat_reference >= 0 && summary.concat_reference < 0)
        add_concat (elements, tpdu);
    if ((tpdu->destination_port >= 0 || tpdu->source_port >= 0) && summary.destination_port < 0)
        add_ports (elements, tpdu);
    for (i = 0; tpdu->udh && i < tpdu->udh->len; i++) {
        const SimstowUdhElement *element = g_ptr_array_index (tpdu->udh, i);
        gsize size;
        const guint8 *data = g_bytes_get_data (element->data, &size);

        g_ptr_array_add (elements, simstow_sms_udh_element_new (element->id, data, size));
    }
    return g_steal_pointer (&elements);
}

/* Appends text or data and tells the length in septets or octets */
static gboolean
append_payload (const SimstowTpdu *tpdu,
                SimstowGsm7Tables tables,
                GByteArray *out,
                gsize *length,
                GError **error)
{
    const gchar *text = tpdu->text ? tpdu->text : "";
    g_autoptr (GByteArray) septets = NULL;
    gsize header = out->len;

    if (tpdu->alphabet != SIMSTOW_ALPHABET_GSM7) {
        if (tpdu->alphabet == SIMSTOW_ALPHABET_UCS2)
            simstow_ucs2_encode (text, out);
        else if (tpdu->data)
            g_byte_array_append (out,
                                 g_bytes_get_data (tpdu->data, NULL),
                                 (guint) g_bytes_get_size (tpdu->data));
        *length = out->len;
        return TRUE;
    }
    septets = simstow_gsm7_encode (text, tables, error);
    if (!septets)
        return FALSE;
    simstow_gsm7_pack (septets->data, septets->len, fill_bits (header), out);
    *length = header_septets (header) + septets->len;
    return TRUE;
}

static GByteArray *
sms_user_data_build (const SimstowTpdu *tpdu, guint8 *length, gboolean *has_header, GError **error)
{
    g_autoptr (GPtrArray) elements = collect_elements (tpdu);
    g_autoptr (GByteArray) out = g_byte_array_new ();
    UdhSummary summary = udh_summarize (elements);
    gsize count;

    *has_header = elements->len > 0;
    if (tpdu->compressed) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_RECORD,
                           "compressed text is only kept, never made");
        return NULL;
    }
    if (*has_header && !udh_encode (elements, out, error))
        return NULL;
    if (!append_payload (tpdu, summary.tables, out, &count, error))
        return NULL;
    if (out->len > USER_DATA_OCTETS) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_RECORD,
                           "%u octets of user data where a message has %d",
                           out->len,
                           USER_DATA_OCTETS);
        return NULL;
    }
    *length = (guint8) count;
    return g_steal_pointer (&out);
}

static void
drop_user_data (SimstowTpdu *tpdu)
{
    guint i = 0;

    while (tpdu->udh && i < tpdu->udh->len) {
        const SimstowUdhElement *element = g_ptr_array_index (tpdu->udh, i);

        if (element->id == SIMSTOW_UDH_SHIFT || element->id == SIMSTOW_UDH_LOCKING)
            g_ptr_array_remove_index (tpdu->udh, i);
        else
            i++;
    }
    g_clear_pointer (&tpdu->user_data, g_bytes_unref);
    g_clear_pointer (&tpdu->data, g_bytes_unref);
    tpdu->compressed = FALSE;
    tpdu->lossy = FALSE;
}

void
simstow_tpdu_set_text (SimstowTpdu *tpdu, const gchar *text)
{
    g_autoptr (GByteArray) septets = NULL;
    g_autofree gchar *old = g_steal_pointer (&tpdu->text);

    drop_user_data (tpdu);
    septets = simstow_gsm7_encode (text, (SimstowGsm7Tables){0}, NULL);
    tpdu->alphabet = septets ? SIMSTOW_ALPHABET_GSM7 : SIMSTOW_ALPHABET_UCS2;
    tpdu->text = g_strdup (text);
    tpdu->has_user_data = TRUE;
}

/* Run: text of consecutive parts in one alphabet and one pair of tables */
typedef struct {
    SimstowAlphabet alphabet;
    SimstowGsm7Tables tables;
    GByteArray *units;
    GString *text;
    gboolean lossy;
} Run;

static void
run_flush (Run *run)
{
    g_autofree gchar *text = NULL;

    if (run->alphabet == SIMSTOW_ALPHABET_UCS2)
        text = simstow_ucs2_decode (run->units->data, run->units->len, &run->lossy);
    else
        text = simstow_gsm7_decode (run->units->data, run->units->len, run->tables, &run->lossy);
    g_string_append (run->text, text);
    g_byte_array_set_size (run->units, 0);
}

static void
run_switch (Run *run, SimstowAlphabet alphabet, SimstowGsm7Tables tables)
{
    if (run->alphabet == alphabet && run->tables.locking == tables.locking &&
        run->tables.shift == tables.shift)
        return;
    run_flush (run);
    run->alphabet = alphabet;
    run->tables = tables;
}

static void
run_add (Run *run, const SimstowTpdu *part)
{
    g_auto (Payload) payload = {0};
    g_autoptr (GByteArray) septets = NULL;

    if (part->compressed || part->alphabet == SIMSTOW_ALPHABET_DATA)
        return;
    if (!part->user_data) {
        run_flush (run);
        g_string_append (run->text, part->text ? part->text : "");
        return;
    }
    if (!find_payload (part, &payload)) {
        run->lossy = TRUE;
        return;
    }
    if (part->alphabet == SIMSTOW_ALPHABET_UCS2) {
        run_switch (run, part->alphabet, (SimstowGsm7Tables){0});
        g_byte_array_append (run->units, payload.data, (guint) payload.size);
        return;
    }
    run_switch (run, part->alphabet, udh_summarize (payload.udh).tables);
    septets = payload_septets (part, &payload);
    g_byte_array_append (run->units, septets->data, septets->len);
}

gchar *
simstow_tpdu_join_text (const SimstowTpdu *const *parts, gsize count, gboolean *lossy)
{
    g_autoptr (GByteArray) units = g_byte_array_new ();
    Run run = {.units = units, .text = g_string_new (NULL)};
    gsize i;

    for (i = 0; i < count; i++)
        run_add (&run, parts[i]);
    run_flush (&run);
    if (lossy)
        *lossy = run.lossy;
    return g_string_free (run.text, FALSE);
}

SimstowTpdu *
simstow_tpdu_new (SimstowTpduType type)
{
    SimstowTpdu *tpdu = g_new0 (SimstowTpdu, 1);

    tpdu->type = type;
    tpdu->first_octet = (guint8) type;
    tpdu->has_pid = type != SIMSTOW_TPDU_STATUS_REPORT;
    tpdu->has_dcs = tpdu->has_pid;
    tpdu->has_user_data = tpdu->has_pid;
    tpdu->timestamp.utc = -1;
    tpdu->discharge.utc = -1;
    tpdu->validity_seconds = -1;
    tpdu->validity_until = -1;
    tpdu->message_class = -1;
    tpdu->concat_reference = -1;
    tpdu->source_port = -1;
    tpdu->destination_port = -1;
    return tpdu;
}

void
simstow_tpdu_free (SimstowTpdu *tpdu)
{
    simstow_sms_address_clear (&tpdu->smsc);
    simstow_sms_address_clear (&tpdu->address);
    g_clear_pointer (&tpdu->parameter_extension, g_bytes_unref);
    g_clear_pointer (&tpdu->validity, g_bytes_unref);
    g_clear_pointer (&tpdu->udh, g_ptr_array_unref);
    g_clear_pointer (&tpdu->user_data, g_bytes_unref);
    g_clear_pointer (&tpdu->data, g_bytes_unref);
    g_clear_pointer (&tpdu->trailing, g_bytes_unref);
    g_free (tpdu->text);
    g_free (tpdu);
}

static gboolean
take_bytes (SimstowReader *reader, gsize size, GBytes **bytes, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, size, &data, error))
        return FALSE;
    *bytes = g_bytes_new (data, size);
    return TRUE;
}

static void
apply_dcs (SimstowTpdu *tpdu)
{
    SimstowDcs dcs = simstow_sms_dcs_decode (tpdu->dcs);

    tpdu->alphabet = dcs.alphabet;
    tpdu->message_class = dcs.message_class;
    tpdu->compressed = dcs.compressed;
    tpdu->waiting = dcs.waiting;
    tpdu->waiting_active = dcs.waiting_active;
    tpdu->waiting_discard = dcs.waiting_discard;
}

static gboolean
decode_dcs (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    if (!simstow_reader_u8 (reader, &tpdu->dcs, error))
        return FALSE;
    apply_dcs (tpdu);
    return TRUE;
}

static gboolean
decode_user_data (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    SimstowDcs dcs = simstow_sms_dcs_decode (tpdu->dcs);
    gsize size;

    if (!simstow_reader_u8 (reader, &tpdu->user_data_length, error))
        return FALSE;
    size = sms_user_data_size (tpdu->user_data_length, &dcs);
    return take_bytes (reader, size, &tpdu->user_data, error);
}

static gboolean
decode_deliver (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    return address_decode (reader, &tpdu->address, error) &&
           simstow_reader_u8 (reader, &tpdu->pid, error) && decode_dcs (reader, tpdu, error) &&
           timestamp_decode (reader, &tpdu->timestamp, error) &&
           decode_user_data (reader, tpdu, error);
}

static gboolean
decode_validity (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    SimstowValidityFormat format = SIMSTOW_TPDU_VPF (tpdu->first_octet);

    if (format == SIMSTOW_VALIDITY_NONE)
        return TRUE;
    if (!take_bytes (reader, validity_size (format), &tpdu->validity, error))
        return FALSE;
    validity_decode (format, tpdu->validity, &tpdu->validity_seconds, &tpdu->validity_until);
    return TRUE;
}

static gboolean
decode_submit (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    return simstow_reader_u8 (reader, &tpdu->reference, error) &&
           address_decode (reader, &tpdu->address, error) &&
           simstow_reader_u8 (reader, &tpdu->pid, error) && decode_dcs (reader, tpdu, error) &&
           decode_validity (reader, tpdu, error) && decode_user_data (reader, tpdu, error);
}

static gboolean
decode_parameter_extension (SimstowReader *reader, SimstowTpdu *tpdu)
{
    SimstowReader ahead = *reader;
    guint8 octet = tpdu->parameter_indicator;
    gsize size = 0;

    for (; octet & SIMSTOW_TPDU_PI_EXTENDED; size++) {
        if (!simstow_reader_u8 (&ahead, &octet, NULL))
            return FALSE;
    }
    return size == 0 || take_bytes (reader, size, &tpdu->parameter_extension, NULL);
}

static gboolean
decode_parameters (SimstowReader *reader, SimstowTpdu *tpdu)
{
    guint8 indicator;

    if (!simstow_reader_u8 (reader, &indicator, NULL) || indicator == SIMSTOW_TPDU_PI_PADDING)
        return FALSE;
    tpdu->has_parameter_indicator = TRUE;
    tpdu->parameter_indicator = indicator;
    tpdu->has_pid = (indicator & SIMSTOW_TPDU_PI_PID) != 0;
    tpdu->has_dcs = (indicator & SIMSTOW_TPDU_PI_DCS) != 0;
    tpdu->has_user_data = (indicator & SIMSTOW_TPDU_PI_USER_DATA) != 0;
    return decode_parameter_extension (reader, tpdu) &&
           (!tpdu->has_pid || simstow_reader_u8 (reader, &tpdu->pid, NULL)) &&
           (!tpdu->has_dcs || decode_dcs (reader, tpdu, NULL)) &&
           (!tpdu->has_user_data || decode_user_data (reader, tpdu, NULL));
}

/* What follows TP-ST may as well be padding of the store: then it is no parameters */
static void
decode_optional (SimstowReader *reader, SimstowTpdu *tpdu)
{
    SimstowReader ahead = *reader;

    if (decode_parameters (&ahead, tpdu)) {
        *reader = ahead;
        return;
    }
    tpdu->has_parameter_indicator = FALSE;
    tpdu->parameter_indicator = 0;
    g_clear_pointer (&tpdu->parameter_extension, g_bytes_unref);
    tpdu->has_pid = FALSE;
    tpdu->has_dcs = FALSE;
    tpdu->has_user_data = FALSE;
    tpdu->pid = 0;
    tpdu->dcs = 0;
    tpdu->user_data_length = 0;
    apply_dcs (tpdu);
}

static gboolean
decode_status_report (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    if (!simstow_reader_u8 (reader, &tpdu->reference, error) ||
        !address_decode (reader, &tpdu->address, error) ||
        !timestamp_decode (reader, &tpdu->timestamp, error) ||
        !timestamp_decode (reader, &tpdu->discharge, error) ||
        !simstow_reader_u8 (reader, &tpdu->report_status, error))
        return FALSE;
    decode_optional (reader, tpdu);
    return TRUE;
}

static gboolean
decode_body (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    switch (tpdu->type) {
    case SIMSTOW_TPDU_SUBMIT:
        return decode_submit (reader, tpdu, error);
    case SIMSTOW_TPDU_STATUS_REPORT:
        return decode_status_report (reader, tpdu, error);
    case SIMSTOW_TPDU_DELIVER:
    default:
        return decode_deliver (reader, tpdu, error);
    }
}

static gboolean
decode_type (guint8 first_octet, gboolean received, SimstowTpduType *type, GError **error)
{
    guint8 mti = first_octet & SIMSTOW_TPDU_MTI;

    if (mti != SIMSTOW_TPDU_MTI_RESERVED) {
        *type = (SimstowTpduType) mti;
        return TRUE;
    }
    *type = SIMSTOW_TPDU_DELIVER;
    if (!received)
        simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "reserved type of message");
    return received;
}

static SimstowTpdu *
decode_frame (SimstowReader *reader, gboolean received, GError **error)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_DELIVER);
    g_autoptr (SimstowTpdu) typed = NULL;
    SimstowTpduType type;

    if (!address_decode_center (reader, &tpdu->smsc, error) ||
        !simstow_reader_u8 (reader, &tpdu->first_octet, error) ||
        !decode_type (tpdu->first_octet, received, &type, error))
        return NULL;
    typed = simstow_tpdu_new (type);
    typed->smsc = tpdu->smsc;
    tpdu->smsc = (SimstowAddress){0};
    typed->first_octet = tpdu->first_octet;
    if (!decode_body (reader, typed, error))
        return NULL;
    return g_steal_pointer (&typed);
}

SimstowTpdu *
simstow_tpdu_decode (GBytes *pdu, gboolean received, GError **error)
{
    g_autoptr (SimstowTpdu) tpdu = NULL;
    SimstowReader reader;
    gsize left;

    simstow_reader_init_bytes (&reader, pdu);
    tpdu = decode_frame (&reader, received, error);
    if (!tpdu) {
        g_prefix_error (error, "short message: ");
        return NULL;
    }
    if (tpdu->user_data)
        sms_user_data_interpret (tpdu);
    left = simstow_reader_remaining (&reader);
    if (left > 0 && !take_bytes (&reader, left, &tpdu->trailing, error))
        return NULL;
    return g_steal_pointer (&tpdu);
}

/*
 * Plan: what is settled before the first octet can be written
 * @user_data: (nullable): TP-UD
 */
typedef struct {
    guint8 first_octet;
    guint8 dcs;
    GBytes *validity;
    guint8 user_data_length;
    GBytes *user_data;
} Plan;

static void
plan_clear (Plan *plan)
{
    g_clear_pointer (&plan->validity, g_bytes_unref);
    g_clear_pointer (&plan->user_data, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static guint8
plan_dcs (const SimstowTpdu *tpdu)
{
    SimstowDcs said = simstow_sms_dcs_decode (tpdu->dcs);
    SimstowDcs wanted = {
        .alphabet = tpdu->alphabet,
        .message_class = tpdu->message_class,
        .compressed = tpdu->compressed,
        .automatic_deletion = said.automatic_deletion,
        .waiting = tpdu->waiting,
        .waiting_active = tpdu->waiting_active,
        .waiting_discard = tpdu->waiting_discard,
    };

    /* an indication in the header needs none in the coding scheme */
    if (tpdu->user_data ||
        (said.alphabet == wanted.alphabet && said.message_class == wanted.message_class &&
         said.compressed == wanted.compressed && g_strcmp0 (said.waiting, wanted.waiting) == 0 &&
         said.waiting_active == wanted.waiting_active &&
         said.waiting_discard == wanted.waiting_discard))
        return tpdu->dcs;
    return simstow_sms_dcs_encode (&wanted);
}

static gboolean
plan_user_data (const SimstowTpdu *tpdu, Plan *plan, GError **error)
{
    g_autoptr (GByteArray) built = NULL;
    gboolean has_header;

    if (!tpdu->has_user_data)
        return TRUE;
    if (tpdu->user_data) {
        plan->user_data = g_bytes_ref (tpdu->user_data);
        plan->user_data_length = tpdu->user_data_length;
        return TRUE;
    }
    built = sms_user_data_build (tpdu, &plan->user_data_length, &has_header, error);
    if (!built)
        return FALSE;
    plan->first_octet &= (guint8) ~SIMSTOW_TPDU_UDHI;
    if (has_header)
        plan->first_octet |= SIMSTOW_TPDU_UDHI;
    plan->user_data = g_byte_array_free_to_bytes (g_steal_pointer (&built));
    return TRUE;
}

static void
plan_validity_format (Plan *plan, SimstowValidityFormat format)
{
    plan->first_octet &= (guint8) ~SIMSTOW_TPDU_VPF_MASK;
    plan->first_octet |= (guint8) (format << SIMSTOW_TPDU_VPF_SHIFT);
}

static gboolean
plan_validity (const SimstowTpdu *tpdu, Plan *plan, GError **error)
{
    g_autoptr (GByteArray) octets = g_byte_array_new ();
    SimstowTimestamp until = {.utc = tpdu->validity_until};

    if (tpdu->validity) {
        gsize size = validity_size (SIMSTOW_TPDU_VPF (tpdu->first_octet));

        plan->validity = g_bytes_ref (tpdu->validity);
        if (size > 0 && g_bytes_get_size (tpdu->validity) == size)
            return TRUE;
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_RECORD,
                                  "validity period of another format than the first octet says");
    }
    if (tpdu->validity_until >= 0) {
        if (!timestamp_encode (&until, octets, error))
            return FALSE;
        plan_validity_format (plan, SIMSTOW_VALIDITY_ABSOLUTE);
    } else if (tpdu->validity_seconds >= 0) {
        guint8 octet = validity_encode_relative (tpdu->validity_seconds);

        g_byte_array_append (octets, &octet, 1);
        plan_validity_format (plan, SIMSTOW_VALIDITY_RELATIVE);
    } else {
        plan_validity_format (plan, SIMSTOW_VALIDITY_NONE);
    }
    plan->validity = g_byte_array_free_to_bytes (g_steal_pointer (&octets));
    return TRUE;
}

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
    if (bytes)
        g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

static void
append_octet (GByteArray *out, guint8 octet)
{
    g_byte_array_append (out, &octet, 1);
}

static void
append_user_data (GByteArray *out, const Plan *plan)
{
    append_octet (out, plan->user_data_length);
    append_bytes (out, plan->user_data);
}

static gboolean
encode_deliver (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    if (!address_encode (&tpdu->address, out, error))
        return FALSE;
    append_octet (out, tpdu->pid);
    append_octet (out, plan->dcs);
    if (!timestamp_encode (&tpdu->timestamp, out, error))
        return FALSE;
    append_user_data (out, plan);
    return TRUE;
}

static gboolean
encode_submit (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    append_octet (out, tpdu->reference);
    if (!address_encode (&tpdu->address, out, error))
        return FALSE;
    append_octet (out, tpdu->pid);
    append_octet (out, plan->dcs);
    append_bytes (out, plan->validity);
    append_user_data (out, plan);
    return TRUE;
}

static guint8
parameter_indicator (const SimstowTpdu *tpdu)
{
    guint8 known = SIMSTOW_TPDU_PI_PID | SIMSTOW_TPDU_PI_DCS | SIMSTOW_TPDU_PI_USER_DATA |
                   SIMSTOW_TPDU_PI_EXTENDED;
    guint8 indicator = tpdu->parameter_indicator & (guint8) ~known;

    if (tpdu->has_pid)
        indicator |= SIMSTOW_TPDU_PI_PID;
    if (tpdu->has_dcs)
        indicator |= SIMSTOW_TPDU_PI_DCS;
    if (tpdu->has_user_data)
        indicator |= SIMSTOW_TPDU_PI_USER_DATA;
    if (tpdu->parameter_extension)
        indicator |= SIMSTOW_TPDU_PI_EXTENDED;
    return indicator;
}

static gboolean
encode_status_report (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    guint8 indicator = parameter_indicator (tpdu);

    append_octet (out, tpdu->reference);
    if (!address_encode (&tpdu->address, out, error) ||
        !timestamp_encode (&tpdu->timestamp, out, error) ||
        !timestamp_encode (&tpdu->discharge, out, error))
        return FALSE;
    append_octet (out, tpdu->report_status);
    if (indicator == 0 && !tpdu->has_parameter_indicator)
        return TRUE;
    append_octet (out, indicator);
    append_bytes (out, tpdu->parameter_extension);
    if (tpdu->has_pid)
        append_octet (out, tpdu->pid);
    if (tpdu->has_dcs)
        append_octet (out, plan->dcs);
    if (tpdu->has_user_data)
        append_user_data (out, plan);
    return TRUE;
}

static gboolean
make_plan (const SimstowTpdu *tpdu, Plan *plan, GError **error)
{
    plan->first_octet = tpdu->first_octet;
    if (tpdu->type != SIMSTOW_TPDU_DELIVER ||
        (tpdu->first_octet & SIMSTOW_TPDU_MTI) != SIMSTOW_TPDU_MTI_RESERVED)
        plan->first_octet = (guint8) ((tpdu->first_octet & ~SIMSTOW_TPDU_MTI) | tpdu->type);
    plan->dcs = plan_dcs (tpdu);
    return plan_user_data (tpdu, plan, error) &&
           (tpdu->type != SIMSTOW_TPDU_SUBMIT || plan_validity (tpdu, plan, error));
}

static gboolean
encode_body (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    append_octet (out, plan->first_octet);
    switch (tpdu->type) {
    case SIMSTOW_TPDU_SUBMIT:
        return encode_submit (tpdu, plan, out, error);
    case SIMSTOW_TPDU_STATUS_REPORT:
        return encode_status_report (tpdu, plan, out, error);
    case SIMSTOW_TPDU_DELIVER:
    default:
        return encode_deliver (tpdu, plan, out, error);
    }
}

GBytes *
simstow_tpdu_encode (const SimstowTpdu *tpdu, GError **error)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_auto (Plan) plan = {0};

    if (!make_plan (tpdu, &plan, error) || !address_encode_center (&tpdu->smsc, out, error) ||
        !encode_body (tpdu, &plan, out, error)) {
        g_prefix_error (error, "short message: ");
        return NULL;
    }
    append_bytes (out, tpdu->trailing);
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
