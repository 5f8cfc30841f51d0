/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text as a modem writes it.
 */

#include "simstow-at-charset.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

#define REPLACEMENT 0xFFFD
#define GSM_ESCAPE  0x1B
#define ESCAPE      '\\'

/* The controls U+0080 to U+009F in UTF-8: C2 80 to C2 9F */
#define C1_LEAD 0xC2
#define C1_END  0xA0

static const struct {
    const gchar *name;
    SimstowAtCharset charset;
} charsets[] = {
    {"UCS2", SIMSTOW_AT_CHARSET_UCS2},
    {"UCS-2", SIMSTOW_AT_CHARSET_UCS2},
    {"UTF-8", SIMSTOW_AT_CHARSET_UTF8},
    {"UTF8", SIMSTOW_AT_CHARSET_UTF8},
    {"8859-1", SIMSTOW_AT_CHARSET_LATIN1},
    {"HEX", SIMSTOW_AT_CHARSET_HEX},
    {"GSM", SIMSTOW_AT_CHARSET_GSM},
    {"IRA", SIMSTOW_AT_CHARSET_IRA},
};

/* 3GPP TS 23.038 6.2.1, by code; 0x1B leads to the extension table */
static const gunichar gsm_basic[128] = {
    /* clang-format off */
    0x0040, 0x00A3, 0x0024, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC,
    0x00F2, 0x00C7, 0x000A, 0x00D8, 0x00F8, 0x000D, 0x00C5, 0x00E5,
    0x0394, 0x005F, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8,
    0x03A3, 0x0398, 0x039E, 0x0020, 0x00C6, 0x00E6, 0x00DF, 0x00C9,
    0x0020, 0x0021, 0x0022, 0x0023, 0x00A4, 0x0025, 0x0026, 0x0027,
    0x0028, 0x0029, 0x002A, 0x002B, 0x002C, 0x002D, 0x002E, 0x002F,
    0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037,
    0x0038, 0x0039, 0x003A, 0x003B, 0x003C, 0x003D, 0x003E, 0x003F,
    0x00A1, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047,
    0x0048, 0x0049, 0x004A, 0x004B, 0x004C, 0x004D, 0x004E, 0x004F,
    0x0050, 0x0051, 0x0052, 0x0053, 0x0054, 0x0055, 0x0056, 0x0057,
    0x0058, 0x0059, 0x005A, 0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7,
    0x00BF, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0066, 0x0067,
    0x0068, 0x0069, 0x006A, 0x006B, 0x006C, 0x006D, 0x006E, 0x006F,
    0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077,
    0x0078, 0x0079, 0x007A, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
    /* clang-format on */
};

/* 3GPP TS 23.038 6.2.1.1 */
static const struct {
    guint8 code;
    gunichar unichar;
} gsm_extension[] = {
    {0x0A, 0x000C},
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

SimstowAtCharset
simstow_at_charset_from_name (const gchar *name)
{
    gsize i;

    for (i = 0; name != NULL && i < G_N_ELEMENTS (charsets); i++) {
        if (g_ascii_strcasecmp (name, charsets[i].name) == 0)
            return charsets[i].charset;
    }
    return SIMSTOW_AT_CHARSET_IRA;
}

const gchar *
simstow_at_charset_best (const gchar *const *names)
{
    gsize i, j;

    for (i = 0; i < G_N_ELEMENTS (charsets); i++) {
        for (j = 0; names[j] != NULL; j++) {
            if (g_ascii_strcasecmp (names[j], charsets[i].name) == 0)
                return names[j];
        }
    }
    return NULL;
}

/* What a string constant cannot hold itself, and escapes that are taken for such:
 * in the GSM alphabet the code of the escape is that of a letter */
static gboolean
is_escaped (guint8 c)
{
    return c < ' ' || c == '"' || c == ';' || c == ESCAPE;
}

/* A backslash and two hexadecimal digits, V.250 5.4.2.2 */
static gboolean
take_escape (SimstowReader *reader, gboolean eight_bits, guint8 *c)
{
    SimstowReader ahead = *reader;
    const guint8 *digits;
    gint high, low, code;

    if (!simstow_reader_take (&ahead, 2, &digits, NULL))
        return FALSE;
    high = g_ascii_xdigit_value ((gchar) digits[0]);
    low = g_ascii_xdigit_value ((gchar) digits[1]);
    code = high << 4 | low;
    if (high < 0 || low < 0 || (!is_escaped ((guint8) code) && !(eight_bits && code > 0x7F)))
        return FALSE;
    *c = (guint8) code;
    *reader = ahead;
    return TRUE;
}

static GBytes *
unescape (const SimstowAtField *field, gboolean eight_bits)
{
    g_autoptr (GByteArray) bytes = g_byte_array_sized_new ((guint) field->length);
    SimstowReader reader;
    guint8 c;

    simstow_at_field_reader (field, &reader);
    while (simstow_reader_u8 (&reader, &c, NULL)) {
        if (c == ESCAPE)
            take_escape (&reader, eight_bits, &c);
        g_byte_array_append (bytes, &c, 1);
    }
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gchar *
decode_plain (const SimstowAtField *field)
{
    g_autoptr (GBytes) bytes = NULL;
    gsize size;
    const gchar *text;

    if (memchr (field->text, ESCAPE, field->length) == NULL)
        return g_utf8_make_valid (field->text, (gssize) field->length);
    bytes = unescape (field, FALSE);
    text = g_bytes_get_data (bytes, &size);
    return g_utf8_make_valid (text, (gssize) size);
}

static gchar *
decode_latin1 (const SimstowAtField *field)
{
    g_autoptr (GString) text = g_string_sized_new (field->length);
    g_autoptr (GBytes) bytes = unescape (field, TRUE);
    SimstowReader reader;
    guint8 c;

    simstow_reader_init_bytes (&reader, bytes);
    while (simstow_reader_u8 (&reader, &c, NULL))
        g_string_append_unichar (text, c != 0 ? c : REPLACEMENT);
    return g_strdup (text->str);
}

static gunichar
gsm_extended (guint8 code)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (gsm_extension); i++) {
        if (gsm_extension[i].code == code)
            return gsm_extension[i].unichar;
    }
    /* an unknown extension is shown as the basic character, TS 23.038 6.2.1.1 */
    return code < G_N_ELEMENTS (gsm_basic) ? gsm_basic[code] : REPLACEMENT;
}

static gchar *
decode_gsm (SimstowReader *reader)
{
    g_autoptr (GString) text = g_string_sized_new (simstow_reader_remaining (reader));
    guint8 c, next;

    while (simstow_reader_u8 (reader, &c, NULL)) {
        if (c == GSM_ESCAPE && simstow_reader_u8 (reader, &next, NULL))
            g_string_append_unichar (text, gsm_extended (next));
        else
            g_string_append_unichar (text,
                                     c < G_N_ELEMENTS (gsm_basic) ? gsm_basic[c] : REPLACEMENT);
    }
    return g_strdup (text->str);
}

/* One character of UTF-16BE; FALSE at the end. What is none sets @bad. */
static gboolean
next_utf16 (SimstowReader *reader, gunichar *unichar, gboolean *bad)
{
    SimstowReader ahead;
    guint16 unit, low;

    if (!simstow_reader_u16_be (reader, &unit, NULL))
        return FALSE;
    *unichar = unit;
    ahead = *reader;
    if ((unit & 0xFC00) == 0xD800 && simstow_reader_u16_be (&ahead, &low, NULL) &&
        (low & 0xFC00) == 0xDC00) {
        *unichar = 0x10000 + ((gunichar) (unit & 0x3FF) << 10) + (low & 0x3FF);
        *reader = ahead;
    } else if (unit == 0 || (unit & 0xF800) == 0xD800) {
        *unichar = REPLACEMENT;
        *bad = TRUE;
    }
    return TRUE;
}

/* Without what is left of a place that a name does not fill: no text has these units at its end */
static GBytes *
trim_ucs2 (GBytes *bytes)
{
    g_autoptr (GBytes) whole = bytes;
    gsize size;
    const guint8 *data = g_bytes_get_data (whole, &size);

    while (size >= 2 && data[size - 2] == data[size - 1] &&
           (data[size - 1] == 0xFF || data[size - 1] == 0))
        size -= 2;
    return g_bytes_new_from_bytes (whole, 0, size);
}

static gchar *
decode_ucs2 (const SimstowAtField *field, GBytes **raw)
{
    g_autoptr (GString) text = g_string_sized_new (field->length / 4 + 1);
    g_autoptr (GBytes) bytes = NULL;
    SimstowReader reader;
    gunichar unichar;
    gboolean bad = FALSE;

    if (field->length % 4 == 0)
        bytes = simstow_hex_decode (field->text, (gssize) field->length, NULL);
    if (bytes == NULL)
        return decode_plain (field);
    bytes = trim_ucs2 (g_steal_pointer (&bytes));
    simstow_reader_init_bytes (&reader, bytes);
    while (next_utf16 (&reader, &unichar, &bad))
        g_string_append_unichar (text, unichar);
    if (bad && raw != NULL)
        *raw = g_steal_pointer (&bytes);
    return g_strdup (text->str);
}

static gchar *
decode_hex (const SimstowAtField *field)
{
    g_autoptr (GBytes) bytes = simstow_hex_decode (field->text, (gssize) field->length, NULL);
    SimstowReader reader;

    if (bytes == NULL)
        return decode_plain (field);
    simstow_reader_init_bytes (&reader, bytes);
    return decode_gsm (&reader);
}

gchar *
simstow_at_charset_decode (SimstowAtCharset charset, const SimstowAtField *field, GBytes **raw)
{
    g_autoptr (GBytes) bytes = NULL;
    SimstowReader reader;

    if (raw != NULL)
        *raw = NULL;
    if (field->length == 0)
        return g_strdup ("");
    switch (charset) {
    case SIMSTOW_AT_CHARSET_UCS2:
        return decode_ucs2 (field, raw);
    case SIMSTOW_AT_CHARSET_LATIN1:
        return decode_latin1 (field);
    case SIMSTOW_AT_CHARSET_HEX:
        return decode_hex (field);
    case SIMSTOW_AT_CHARSET_GSM:
        bytes = unescape (field, FALSE);
        simstow_reader_init_bytes (&reader, bytes);
        return decode_gsm (&reader);
    case SIMSTOW_AT_CHARSET_UTF8:
    case SIMSTOW_AT_CHARSET_IRA:
    default:
        return decode_plain (field);
    }
}

static gchar *
cannot_carry (GError **error)
{
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_RECORD,
                         "the modem's character set cannot carry this text");
    return NULL;
}

static gchar *
encode_ucs2 (const gchar *text, GError **error)
{
    g_autoptr (GString) hex = g_string_new (NULL);
    g_autofree gunichar2 *units = NULL;
    glong n_units = 0, i;

    units = g_utf8_to_utf16 (text, -1, NULL, &n_units, NULL);
    if (units == NULL)
        return cannot_carry (error);
    for (i = 0; i < n_units; i++)
        g_string_append_printf (hex, "%04X", units[i]);
    return g_strdup (hex->str);
}

static gboolean
append_gsm (GString *codes, gunichar unichar)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (gsm_basic); i++) {
        if (gsm_basic[i] == unichar && i != GSM_ESCAPE) {
            g_string_append_c (codes, (gchar) i);
            return TRUE;
        }
    }
    for (i = 0; i < G_N_ELEMENTS (gsm_extension); i++) {
        if (gsm_extension[i].unichar == unichar) {
            g_string_append_c (codes, GSM_ESCAPE);
            g_string_append_c (codes, (gchar) gsm_extension[i].code);
            return TRUE;
        }
    }
    return FALSE;
}

/* A byte or character each, for the sets that are narrower than Unicode */
static GString *
encode_narrow (SimstowAtCharset charset, const gchar *text)
{
    g_autoptr (GString) codes = g_string_new (NULL);
    gunichar limit = charset == SIMSTOW_AT_CHARSET_LATIN1 ? 0x100 : 0x80;
    const gchar *c;

    for (c = text; *c != '\0'; c = g_utf8_next_char (c)) {
        gunichar unichar = g_utf8_get_char (c);

        if (charset == SIMSTOW_AT_CHARSET_HEX || charset == SIMSTOW_AT_CHARSET_GSM) {
            if (!append_gsm (codes, unichar))
                return NULL;
        } else if (charset == SIMSTOW_AT_CHARSET_UTF8) {
            g_string_append_unichar (codes, unichar);
        } else if (unichar < limit) {
            g_string_append_c (codes, (gchar) unichar);
        } else {
            return NULL;
        }
    }
    return g_steal_pointer (&codes);
}

/* Controls would edit or end the command line, a quotation mark the string; a semicolon ends the
 * command where a modem does not know strings */
static gchar *
escape (const GString *codes, gboolean utf8)
{
    g_autoptr (GString) escaped = g_string_sized_new (codes->len);
    gsize i;

    for (i = 0; i < codes->len; i++) {
        guint8 c = (guint8) codes->str[i];

        if (utf8 && c == C1_LEAD && i + 1 < codes->len && (guint8) codes->str[i + 1] < C1_END)
            g_string_append_printf (escaped, "\\%02X\\%02X", c, (guint8) codes->str[++i]);
        else if (strchr ("\"\\;", c) != NULL || (utf8 && c > 0x7F ? FALSE : !g_ascii_isprint (c)))
            g_string_append_printf (escaped, "\\%02X", c);
        else
            g_string_append_c (escaped, (gchar) c);
    }
    return g_strdup (escaped->str);
}

gchar *
simstow_at_charset_encode (SimstowAtCharset charset, const gchar *text, GError **error)
{
    g_autoptr (GString) codes = NULL;

    if (!g_utf8_validate (text, -1, NULL))
        return cannot_carry (error);
    if (charset == SIMSTOW_AT_CHARSET_UCS2)
        return encode_ucs2 (text, error);
    codes = encode_narrow (charset, text);
    if (codes == NULL)
        return cannot_carry (error);
    if (charset == SIMSTOW_AT_CHARSET_HEX)
        return simstow_hex_encode ((const guint8 *) codes->str, codes->len);
    return escape (codes, charset == SIMSTOW_AT_CHARSET_UTF8);
}
