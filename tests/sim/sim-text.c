/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of the simulated modem: tables and conversions of TS 23.038 6.2.1 (the
 * default alphabet and its extension) and of the sets of TS 27.007 5.5.
 */

#include "sim-text.h"

#include <stdlib.h>
#include <string.h>

#include "sim-card-bytes.h"

#define ESCAPE 0x1B

/* TS 23.038 6.2.1: place n is septet n; the escape stands for itself */
static const gunichar2 gsm_table[128] = {
    '@',    0x00A3, '$',    0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, '\n',   0x00D8,
    0x00F8, '\r',   0x00C5, 0x00E5, 0x0394, '_',    0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8,
    0x03A3, 0x0398, 0x039E, ESCAPE, 0x00C6, 0x00E6, 0x00DF, 0x00C9, ' ',    '!',    '"',    '#',
    0x00A4, '%',    '&',    '\'',   '(',    ')',    '*',    '+',    ',',    '-',    '.',    '/',
    '0',    '1',    '2',    '3',    '4',    '5',    '6',    '7',    '8',    '9',    ':',    ';',
    '<',    '=',    '>',    '?',    0x00A1, 'A',    'B',    'C',    'D',    'E',    'F',    'G',
    'H',    'I',    'J',    'K',    'L',    'M',    'N',    'O',    'P',    'Q',    'R',    'S',
    'T',    'U',    'V',    'W',    'X',    'Y',    'Z',    0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7,
    0x00BF, 'a',    'b',    'c',    'd',    'e',    'f',    'g',    'h',    'i',    'j',    'k',
    'l',    'm',    'n',    'o',    'p',    'q',    'r',    's',    't',    'u',    'v',    'w',
    'x',    'y',    'z',    0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
};

/* TS 23.038 6.2.1.1 */
static const struct {
    guint8 septet;
    gunichar2 unit;
} gsm_extension[] = {
    {0x0A, '\f'},
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

gsize
sim_text_length (const gunichar2 *text)
{
    gsize length = 0;

    while (text && text[length])
        length++;
    return length;
}

gunichar2 *
sim_text_dup (const gunichar2 *text)
{
    if (!text)
        return NULL;
    return g_memdup2 (text, (sim_text_length (text) + 1) * sizeof (gunichar2));
}

/* How many septets @unit takes, 0 when the alphabet lacks it; they are put in @septets. */
static guint
gsm_from_unit (gunichar2 unit, guint8 septets[2])
{
    for (guint i = 0; i < G_N_ELEMENTS (gsm_table); i++) {
        if (gsm_table[i] != unit || i == ESCAPE)
            continue;
        septets[0] = i;
        return 1;
    }
    for (guint i = 0; i < G_N_ELEMENTS (gsm_extension); i++) {
        if (gsm_extension[i].unit != unit)
            continue;
        septets[0] = ESCAPE;
        septets[1] = gsm_extension[i].septet;
        return 2;
    }
    return 0;
}

gsize
sim_text_places (const gunichar2 *text)
{
    gsize places = 0;

    for (gsize i = 0; text && text[i]; i++) {
        guint8 septets[2];
        guint n = gsm_from_unit (text[i], septets);

        if (n == 0)
            return sim_text_length (text);
        places += n;
    }
    return places;
}

/* V.250 5.4.2.2: what may not stand in a string constant is a backslash and two digits. */
static void
append_escaped (GString *out, guint8 byte)
{
    if (byte == '"' || byte == '\\' || byte == '\r' || byte == '\n' || byte == 0x1A ||
        byte == 0x08 || byte == 0)
        g_string_append_printf (out, "\\%02X", byte);
    else
        g_string_append_c (out, byte);
}

static void
encode_gsm (GString *out, const gunichar2 *text)
{
    for (gsize i = 0; text[i]; i++) {
        guint8 septets[2] = {'?', 0};
        guint n = MAX (gsm_from_unit (text[i], septets), 1);

        for (guint j = 0; j < n; j++)
            append_escaped (out, septets[j]);
    }
}

static void
encode_ira (GString *out, const gunichar2 *text)
{
    for (gsize i = 0; text[i]; i++)
        append_escaped (out, text[i] < 0x80 ? text[i] : '?');
}

static void
encode_ucs2 (GString *out, const gunichar2 *text)
{
    for (gsize i = 0; text[i]; i++) {
        const guint8 bytes[] = {text[i] >> 8, text[i] & 0xFF};

        sim_card_hex_append (out, bytes, sizeof (bytes));
    }
}

static void
encode_utf8 (GString *out, const gunichar2 *text)
{
    g_autofree gchar *utf8 = g_utf16_to_utf8 (text, -1, NULL, NULL, NULL);

    for (gsize i = 0; utf8 && utf8[i]; i++)
        append_escaped (out, utf8[i]);
}

GString *
sim_text_encode (const gunichar2 *text, const gchar *charset)
{
    GString *out = g_string_new (NULL);

    if (!text)
        return out;
    if (g_str_equal (charset, "GSM"))
        encode_gsm (out, text);
    else if (g_str_equal (charset, "UCS2"))
        encode_ucs2 (out, text);
    else if (g_str_equal (charset, "UTF-8"))
        encode_utf8 (out, text);
    else
        encode_ira (out, text);
    return out;
}

static gboolean
unit_from_gsm (const gchar *bytes, gsize length, gsize *position, gunichar2 *unit)
{
    guint8 septet = bytes[(*position)++];

    if (septet > 0x7F)
        return FALSE;
    *unit = gsm_table[septet];
    if (septet != ESCAPE)
        return TRUE;
    if (*position >= length)
        return FALSE;
    septet = bytes[(*position)++];
    /* an unknown extension is shown as the default alphabet has it (6.2.1.1) */
    *unit = septet > 0x7F ? '?' : gsm_table[septet];
    for (guint i = 0; i < G_N_ELEMENTS (gsm_extension); i++) {
        if (gsm_extension[i].septet == septet)
            *unit = gsm_extension[i].unit;
    }
    return TRUE;
}

static gboolean
unit_from_ucs2 (const gchar *bytes, gsize length, gsize *position, gunichar2 *unit)
{
    guint value = 0;

    if (*position + 4 > length)
        return FALSE;
    for (guint i = 0; i < 4; i++) {
        gint digit = g_ascii_xdigit_value (bytes[(*position)++]);

        if (digit < 0)
            return FALSE;
        value = value << 4 | digit;
    }
    *unit = value;
    return TRUE;
}

static gboolean
unit_from_ira (const gchar *bytes, gsize length, gsize *position, gunichar2 *unit)
{
    *unit = (guint8) bytes[(*position)++];
    return *unit < 0x80;
}

gunichar2 *
sim_text_decode (const gchar *bytes, gsize length, const gchar *charset)
{
    gboolean (*next) (const gchar *, gsize, gsize *, gunichar2 *) = unit_from_ira;
    g_autoptr (GArray) units = g_array_new (TRUE, FALSE, sizeof (gunichar2));

    if (g_str_equal (charset, "UTF-8"))
        return g_utf8_to_utf16 (bytes, length, NULL, NULL, NULL);
    if (g_str_equal (charset, "GSM"))
        next = unit_from_gsm;
    else if (g_str_equal (charset, "UCS2"))
        next = unit_from_ucs2;
    for (gsize position = 0; position < length;) {
        gunichar2 unit = 0;

        if (!next (bytes, length, &position, &unit) || unit == 0)
            return NULL;
        g_array_append_val (units, unit);
    }
    return (gunichar2 *) g_array_free (g_steal_pointer (&units), FALSE);
}

static gboolean
is_pair (const gunichar2 *text)
{
    return (text[0] & 0xFC00) == 0xD800 && (text[1] & 0xFC00) == 0xDC00;
}

gchar *
sim_text_escape (const gunichar2 *text)
{
    GString *out = g_string_new (NULL);
    gsize length = sim_text_length (text);

    for (gsize i = 0; i < length; i++) {
        if (is_pair (text + i)) {
            g_string_append_unichar (out,
                                     0x10000 + ((text[i] & 0x3FF) << 10 | (text[i + 1] & 0x3FF)));
            i++;
        } else if (text[i] == '\\') {
            g_string_append (out, "\\\\");
        } else if (text[i] == ' ' && (i == 0 || i + 1 == length)) {
            g_string_append (out, "\\s");
        } else if (text[i] < 0x20 || (text[i] & 0xF800) == 0xD800) {
            g_string_append_printf (out, "\\u%04X", text[i]);
        } else {
            g_string_append_unichar (out, text[i]);
        }
    }
    return g_string_free (out, FALSE);
}

static gboolean
append_escape (GArray *units, const gchar **text, GError **error)
{
    const gchar *digits = *text + 2;
    gunichar2 unit = (*text)[1] == 's' ? ' ' : '\\';
    gsize position = 0;

    if ((*text)[1] == 'u') {
        if (!unit_from_ucs2 (digits, strnlen (digits, 4), &position, &unit)) {
            g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "bad \\u escape");
            return FALSE;
        }
    } else if ((*text)[1] != 's' && (*text)[1] != '\\') {
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "unknown escape");
        return FALSE;
    }
    g_array_append_val (units, unit);
    *text = digits + position;
    return TRUE;
}

gunichar2 *
sim_text_unescape (const gchar *text, GError **error)
{
    g_autoptr (GArray) units = g_array_new (TRUE, FALSE, sizeof (gunichar2));

    while (*text) {
        const gchar *end = strchrnul (text, '\\');
        glong n = 0;
        g_autofree gunichar2 *run = g_utf8_to_utf16 (text, end - text, NULL, &n, error);

        if (!run)
            return NULL;
        g_array_append_vals (units, run, n);
        text = end;
        if (*text && !append_escape (units, &text, error))
            return NULL;
    }
    return (gunichar2 *) g_array_free (g_steal_pointer (&units), FALSE);
}
