/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names on the simulated card.
 */

#include "sim-card-alpha.h"

#define ESCAPE 0x1B
#define FILLER 0xFF

/* 3GPP TS 23.038 6.2.1; the place of ESC is never looked up */
static const gunichar2 gsm[128] = {
    0x40,  0xA3, 0x24, 0xA5,  0xE8, 0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  0x0A,  0xD8,  0xF8,
    0x0D,  0xC5, 0xE5, 0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398,
    0x39E, 0,    0xC6, 0xE6,  0xDF, 0xC9,  0x20,  0x21,  0x22,  0x23,  0xA4,  0x25,  0x26,
    0x27,  0x28, 0x29, 0x2A,  0x2B, 0x2C,  0x2D,  0x2E,  0x2F,  0x30,  0x31,  0x32,  0x33,
    0x34,  0x35, 0x36, 0x37,  0x38, 0x39,  0x3A,  0x3B,  0x3C,  0x3D,  0x3E,  0x3F,  0xA1,
    0x41,  0x42, 0x43, 0x44,  0x45, 0x46,  0x47,  0x48,  0x49,  0x4A,  0x4B,  0x4C,  0x4D,
    0x4E,  0x4F, 0x50, 0x51,  0x52, 0x53,  0x54,  0x55,  0x56,  0x57,  0x58,  0x59,  0x5A,
    0xC4,  0xD6, 0xD1, 0xDC,  0xA7, 0xBF,  0x61,  0x62,  0x63,  0x64,  0x65,  0x66,  0x67,
    0x68,  0x69, 0x6A, 0x6B,  0x6C, 0x6D,  0x6E,  0x6F,  0x70,  0x71,  0x72,  0x73,  0x74,
    0x75,  0x76, 0x77, 0x78,  0x79, 0x7A,  0xE4,  0xF6,  0xF1,  0xFC,  0xE0,
};

/* after ESC, 3GPP TS 23.038 6.2.1.1 */
static const struct {
    guint8 code;
    gunichar2 unit;
} extension[] = {
    {0x0A, 0x0C},
    {0x14, '^'},
    {0x28, '{'},
    {0x29, '}'},
    {0x2F, '\\'},
    {0x3C, '['},
    {0x3D, '~'},
    {0x3E, ']'},
    {0x40, '|'},
    {0x65, 0x20AC},
};

static gboolean
append_gsm (GByteArray *out, gunichar2 unit)
{
    for (guint i = 0; i < G_N_ELEMENTS (extension); i++) {
        const guint8 pair[] = {ESCAPE, extension[i].code};

        if (extension[i].unit == unit) {
            g_byte_array_append (out, pair, sizeof pair);
            return TRUE;
        }
    }
    for (guint8 code = 0; code < G_N_ELEMENTS (gsm); code++) {
        if (gsm[code] == unit && code != ESCAPE) {
            g_byte_array_append (out, &code, 1);
            return TRUE;
        }
    }
    return FALSE;
}

void
sim_card_alpha_append (GByteArray *out, const gunichar2 *text)
{
    guint start = out->len;

    for (const gunichar2 *unit = text; unit != NULL && *unit != 0; unit++) {
        if (append_gsm (out, *unit)) {
            continue;
        }
        g_byte_array_set_size (out, start);
        g_byte_array_append (out, (const guint8 *) "\x80", 1);
        for (unit = text; *unit != 0; unit++) {
            const guint8 pair[] = {*unit >> 8, *unit & 0xFF};

            g_byte_array_append (out, pair, sizeof pair);
        }
        return;
    }
}

void
sim_card_alpha_append_text (GByteArray *out, const gchar *text)
{
    g_autofree gunichar2 *units = g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);

    sim_card_alpha_append (out, units);
}

static gboolean
append_packed_unit (GByteArray *out, gunichar2 unit, gunichar2 *base, guint8 coding)
{
    guint8 byte;

    if (append_gsm (out, unit)) {
        return TRUE;
    }
    if (*base == 0) {
        *base = coding == 0x81 ? unit & 0x7F80 : unit;
    }
    if (unit < *base || unit - *base > 0x7F) {
        return FALSE;
    }
    byte = 0x80 | (unit - *base);
    g_byte_array_append (out, &byte, 1);
    return TRUE;
}

gboolean
sim_card_alpha_append_packed (GByteArray *out, const gunichar2 *text, guint8 coding)
{
    guint start = out->len;
    gunichar2 base = 0;
    guint8 head = coding == 0x81 ? 3 : 4;

    g_byte_array_set_size (out, start + head);
    for (const gunichar2 *unit = text; *unit != 0; unit++) {
        if (!append_packed_unit (out, *unit, &base, coding)) {
            g_byte_array_set_size (out, start);
            return FALSE;
        }
    }
    out->data[start] = coding;
    out->data[start + 1] = out->len - start - head;
    out->data[start + 2] = coding == 0x81 ? base >> 7 : base >> 8;
    if (coding == 0x82) {
        out->data[start + 3] = base & 0xFF;
    }
    return TRUE;
}

static gunichar2
read_extension (guint8 code)
{
    for (guint i = 0; i < G_N_ELEMENTS (extension); i++) {
        if (extension[i].code == code) {
            return extension[i].unit;
        }
    }
    return ' ';
}

/* one byte a character; those with the high bit lie above @base */
static void
read_bytes (GArray *out, const guint8 *data, gsize size, gunichar2 base)
{
    for (gsize i = 0; i < size; i++) {
        gunichar2 unit;

        if ((data[i] & 0x80) != 0) {
            unit = base + (data[i] & 0x7F);
        } else if (data[i] == ESCAPE && i + 1 < size) {
            unit = read_extension (data[++i]);
        } else {
            unit = data[i] == ESCAPE ? ' ' : gsm[data[i]];
        }
        g_array_append_val (out, unit);
    }
}

static void
read_pairs (GArray *out, const guint8 *data, gsize size)
{
    for (gsize i = 0; i + 1 < size; i += 2) {
        gunichar2 unit = data[i] << 8 | data[i + 1];

        if (unit == 0xFFFF) {
            return;
        }
        g_array_append_val (out, unit);
    }
}

gunichar2 *
sim_card_alpha_read (const guint8 *data, gsize size)
{
    GArray *out = g_array_new (TRUE, FALSE, sizeof (gunichar2));
    gsize used = 0;

    if (size > 2 && data[0] == 0x80) {
        read_pairs (out, data + 1, size - 1);
    } else if (size > 3 && data[0] == 0x81) {
        read_bytes (out, data + 3, MIN (data[1], size - 3), data[2] << 7);
    } else if (size > 4 && data[0] == 0x82) {
        read_bytes (out, data + 4, MIN (data[1], size - 4), data[2] << 8 | data[3]);
    } else {
        while (used < size && data[used] != FILLER) {
            used++;
        }
        read_bytes (out, data, used, 0);
    }
    return (gunichar2 *) g_array_free (out, FALSE);
}
