/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of a short message.
 */

#include "simstow-sms-address.h"

#include <string.h>

#include "simstow-bcd.h"
#include "simstow-error.h"
#include "simstow-gsm7.h"

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
        g_set_error (error,
                     SIMSTOW_ERROR,
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
