/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hexadecimal, BCD and BER-TLV of the simulated card.
 */

#include "sim-card-bytes.h"

#include <string.h>

/* 3GPP TS 31.102 table 4.4: pause and wild value are dialled as p and ? */
static const gchar bcd_digits[] = "0123456789*#p?eF";

void
sim_card_hex_append (GString *text, const guint8 *data, gsize size)
{
    static const gchar digits[] = "0123456789ABCDEF";

    for (gsize i = 0; i < size; i++) {
        g_string_append_c (text, digits[data[i] >> 4]);
        g_string_append_c (text, digits[data[i] & 15]);
    }
}

gchar *
sim_card_hex_encode (const guint8 *data, gsize size)
{
    GString *text = g_string_sized_new (2 * size);

    sim_card_hex_append (text, data, size);
    return g_string_free (text, FALSE);
}

GByteArray *
sim_card_hex_decode (const gchar *text)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();

    while (TRUE) {
        guint8 byte;

        while (g_ascii_isspace (*text)) {
            text++;
        }
        if (*text == '\0') {
            return g_steal_pointer (&out);
        }
        if (!g_ascii_isxdigit (text[0]) || !g_ascii_isxdigit (text[1])) {
            return NULL;
        }
        byte = g_ascii_xdigit_value (text[0]) << 4 | g_ascii_xdigit_value (text[1]);
        g_byte_array_append (out, &byte, 1);
        text += 2;
    }
}

static guint8
bcd_nibble (gchar digit)
{
    if (g_ascii_isxdigit (digit)) {
        return g_ascii_xdigit_value (digit);
    }
    switch (digit) {
    case '*':
        return 0x0A;
    case '#':
        return 0x0B;
    case 'p':
        return 0x0C;
    case '?':
        return 0x0D;
    default:
        return 0x0F;
    }
}

void
sim_card_bcd_append (GByteArray *out, const gchar *digits, gsize size)
{
    gsize length = strlen (digits);

    for (gsize i = 0; i < size; i++) {
        guint8 low = 2 * i < length ? bcd_nibble (digits[2 * i]) : 0x0F;
        guint8 high = 2 * i + 1 < length ? bcd_nibble (digits[2 * i + 1]) : 0x0F;
        guint8 byte = high << 4 | low;

        g_byte_array_append (out, &byte, 1);
    }
}

gchar *
sim_card_bcd_text (const guint8 *data, gsize size)
{
    GString *text = g_string_new (NULL);

    for (gsize i = 0; i < 2 * size; i++) {
        guint8 nibble = i % 2 == 0 ? data[i / 2] & 0x0F : data[i / 2] >> 4;

        if (nibble == 0x0F) {
            break;
        }
        g_string_append_c (text, bcd_digits[nibble]);
    }
    return g_string_free (text, FALSE);
}

void
sim_card_plmn_append (GByteArray *out, const gchar *plmn)
{
    gchar third = strlen (plmn) > 5 ? plmn[5] : 'F';
    const gchar order[] = {plmn[0], plmn[1], plmn[2], third, plmn[3], plmn[4], '\0'};

    sim_card_bcd_append (out, order, 3);
}

static void
append_length (GByteArray *out, gsize size)
{
    guint8 bytes[3] = {0x82, size >> 8, size & 0xFF};

    if (size < 0x80) {
        g_byte_array_append (out, bytes + 2, 1);
        return;
    }
    if (size < 0x100) {
        bytes[1] = 0x81;
        g_byte_array_append (out, bytes + 1, 2);
        return;
    }
    g_byte_array_append (out, bytes, 3);
}

void
sim_card_tlv_append (GByteArray *out, guint32 tag, gconstpointer value, gsize size)
{
    for (gint shift = 16; shift >= 0; shift -= 8) {
        guint8 byte = tag >> shift & 0xFF;

        if (tag >> shift != 0 || shift == 0) {
            g_byte_array_append (out, &byte, 1);
        }
    }
    append_length (out, size);
    if (size > 0) {
        g_byte_array_append (out, value, size);
    }
}

void
sim_card_tlv_append_text (GByteArray *out, guint32 tag, const gchar *text)
{
    if (text != NULL) {
        sim_card_tlv_append (out, tag, text, strlen (text));
    }
}

void
sim_card_tlv_append_number (GByteArray *out, guint32 tag, guint32 number)
{
    guint8 bytes[5] = {0, number >> 24, number >> 16, number >> 8, number};
    gsize first = 0;

    while (first < 4 && bytes[first] == 0 && bytes[first + 1] < 0x80) {
        first++;
    }
    sim_card_tlv_append (out, tag, bytes + first, 5 - first);
}

GByteArray *
sim_card_tlv_wrap (guint32 tag, GByteArray *value)
{
    GByteArray *out = g_byte_array_new ();

    sim_card_tlv_append_wrapped (out, tag, value);
    return out;
}

void
sim_card_tlv_append_wrapped (GByteArray *out, guint32 tag, GByteArray *value)
{
    sim_card_tlv_append (out, tag, value->data, value->len);
    g_byte_array_unref (value);
}

static gboolean
take_byte (const guint8 **data, gsize *left, guint8 *byte)
{
    if (*left == 0) {
        return FALSE;
    }
    *byte = **data;
    *data += 1;
    *left -= 1;
    return TRUE;
}

static gboolean
take_tag (const guint8 **data, gsize *left, guint32 *tag)
{
    guint8 byte;

    if (!take_byte (data, left, &byte)) {
        return FALSE;
    }
    *tag = byte;
    if ((byte & 0x1F) != 0x1F) {
        return TRUE;
    }
    do {
        if (!take_byte (data, left, &byte) || *tag > 0xFFFF) {
            return FALSE;
        }
        *tag = *tag << 8 | byte;
    } while ((byte & 0x80) != 0);
    return TRUE;
}

static gboolean
take_length (const guint8 **data, gsize *left, gsize *size)
{
    guint8 byte;

    if (!take_byte (data, left, &byte)) {
        return FALSE;
    }
    *size = byte;
    if (byte < 0x80) {
        return TRUE;
    }
    if (byte < 0x81 || byte > 0x83) {
        return FALSE;
    }
    *size = 0;
    for (guint8 count = byte & 0x7F; count > 0; count--) {
        if (!take_byte (data, left, &byte)) {
            return FALSE;
        }
        *size = *size << 8 | byte;
    }
    return TRUE;
}

gboolean
sim_card_tlv_next (const guint8 **data, gsize *left, SimCardTlv *tlv)
{
    const guint8 *at = *data;
    gsize rest = *left;

    tlv->start = at;
    if (!take_tag (&at, &rest, &tlv->tag) || !take_length (&at, &rest, &tlv->size) ||
        tlv->size > rest) {
        return FALSE;
    }
    tlv->value = at;
    tlv->whole = (gsize) (at - tlv->start) + tlv->size;
    *data = at + tlv->size;
    *left = rest - tlv->size;
    return TRUE;
}

gboolean
sim_card_tlv_find (const guint8 *data, gsize size, guint32 tag, SimCardTlv *tlv)
{
    while (sim_card_tlv_next (&data, &size, tlv)) {
        if (tlv->tag == tag) {
            return TRUE;
        }
    }
    return FALSE;
}
