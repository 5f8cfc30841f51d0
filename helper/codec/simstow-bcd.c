/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digits with their nibbles swapped.
 */

#include "simstow-bcd.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-reader.h"

#define FILLER 0x0F

/* The character of each nibble but the filler */
static const gchar address_digits[] = "0123456789*#abc";
static const gchar dialling_digits[] = "0123456789*#p?e";

static gchar *
decode (const guint8 *data, gsize size, gsize digits, const gchar *characters)
{
    g_autoptr (GString) text = g_string_new (NULL);
    gsize count = MIN (digits, 2 * size);
    gsize i;

    for (i = 0; i < count; i++) {
        guint nibble = i % 2 == 0 ? data[i / 2] & 0x0F : data[i / 2] >> 4;

        if (nibble == FILLER)
            break;
        g_string_append_c (text, characters[nibble]);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_nibble (GByteArray *out, gsize index, guint8 nibble)
{
    guint8 octet = (guint8) (FILLER << 4 | nibble);

    if (index % 2 == 0)
        g_byte_array_append (out, &octet, 1);
    else
        out->data[out->len - 1] = (guint8) ((out->data[out->len - 1] & 0x0F) | nibble << 4);
}

static gboolean
encode (const gchar *digits, const gchar *characters, GByteArray *out, GError **error)
{
    guint start = out->len;
    gsize i;

    for (i = 0; digits[i]; i++) {
        const gchar *found = strchr (characters, g_ascii_tolower (digits[i]));

        if (!found) {
            g_byte_array_set_size (out, start);
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_INVALID_RECORD,
                                      "character %" G_GSIZE_FORMAT " is no dialling digit",
                                      i + 1);
        }
        append_nibble (out, i, (guint8) (found - characters));
    }
    return TRUE;
}

gchar *
simstow_bcd_decode (const guint8 *data, gsize size, gsize digits)
{
    return decode (data, size, digits, address_digits);
}

gboolean
simstow_bcd_encode (const gchar *digits, GByteArray *out, GError **error)
{
    return encode (digits, address_digits, out, error);
}

gchar *
simstow_bcd_decode_dialling (const guint8 *data, gsize size)
{
    return decode (data, size, 2 * size, dialling_digits);
}

gboolean
simstow_bcd_encode_dialling (const gchar *digits, GByteArray *out, GError **error)
{
    g_autofree gchar *plain = g_strdelimit (g_strdup (digits), ",", 'p');

    return encode (plain, dialling_digits, out, error);
}

gboolean
simstow_bcd_octet_decode (guint8 octet, guint *value)
{
    guint first = octet & 0x0F;
    guint second = octet >> 4;

    if (first > 9 || second > 9)
        return FALSE;
    *value = 10 * first + second;
    return TRUE;
}

guint8
simstow_bcd_octet_encode (guint value)
{
    return (guint8) (value / 10 % 10 | value % 10 << 4);
}

static gboolean
is_decimal (const gchar *digits, gsize fewest, gsize most)
{
    gsize length = strlen (digits);

    return length >= fewest && length <= most && strspn (digits, "0123456789") == length;
}

static gchar *
check_decimal (gchar *digits, gsize fewest, gsize most, const gchar *what, GError **error)
{
    g_autofree gchar *held = digits;

    if (is_decimal (held, fewest, most))
        return g_steal_pointer (&held);
    simstow_error_set (error,
                       SIMSTOW_ERROR_INVALID_DATA,
                       "%s is no number of %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT " digits",
                       what,
                       fewest,
                       most);
    return NULL;
}

gchar *
simstow_bcd_decode_iccid (const guint8 *data, gsize size, GError **error)
{
    return check_decimal (decode (data, MIN (size, 10), 20, address_digits),
                          18,
                          20,
                          "ICCID",
                          error);
}

gchar *
simstow_bcd_decode_imsi (const guint8 *data, gsize size, GError **error)
{
    g_autofree gchar *digits = NULL;
    const guint8 *value;
    SimstowReader reader;
    guint8 length;

    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_u8 (&reader, &length, error) ||
        !simstow_reader_take (&reader, length, &value, error)) {
        g_prefix_error (error, "IMSI: ");
        return NULL;
    }
    digits = decode (value, length, 2 * (gsize) length, address_digits);
    /* the first nibble is the type of identity and the parity of the number */
    return check_decimal (g_strdup (digits[0] ? digits + 1 : ""), 6, 15, "IMSI", error);
}

gchar *
simstow_bcd_decode_plmn (const guint8 *data, gsize size, GError **error)
{
    g_autofree gchar *plmn = NULL;
    g_autofree gchar *low = NULL;
    g_autofree gchar *high = NULL;
    SimstowReader reader;
    const guint8 *octets;
    guint8 third;

    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_take (&reader, 3, &octets, error)) {
        g_prefix_error (error, "PLMN: ");
        return NULL;
    }
    if (octets[0] == 0xFF && octets[1] == 0xFF && octets[2] == 0xFF)
        return g_strdup ("");
    /* the third digit of the network code stands above that of the country code */
    third = octets[1] >> 4 | 0xF0;
    plmn = decode (octets, 2, 3, address_digits);
    low = decode (octets + 2, 1, 2, address_digits);
    high = decode (&third, 1, 1, address_digits);
    if (strlen (plmn) == 3 && strlen (low) == 2)
        return check_decimal (g_strconcat (plmn, low, high, NULL), 5, 6, "PLMN", error);
    return check_decimal (g_strdup (""), 5, 6, "PLMN", error);
}
