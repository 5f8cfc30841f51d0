/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names on a card, and UTF-16BE by hand: the converters of the C library stop at the
 * first error, where a message must show what is left.
 */

#include "simstow-alpha.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-gsm7.h"
#include "simstow-reader.h"

#define REPLACEMENT 0xFFFD

static gboolean
is_high (gunichar unit)
{
    return (unit & 0xFC00) == 0xD800;
}

static gboolean
is_low (gunichar unit)
{
    return (unit & 0xFC00) == 0xDC00;
}

/* Reads the second half of a pair when it is there */
static gunichar
join_pair (gunichar high, SimstowReader *reader)
{
    SimstowReader ahead = *reader;
    guint16 low;

    if (!simstow_reader_u16_be (&ahead, &low, NULL) || !is_low (low))
        return 0;
    *reader = ahead;
    return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

gchar *
simstow_ucs2_decode (const guint8 *data, gsize size, gboolean *lossy)
{
    g_autoptr (GString) text = g_string_sized_new (size + 1);
    gboolean lost = FALSE;
    SimstowReader reader;
    guint16 unit;

    simstow_reader_init (&reader, data, size);
    while (simstow_reader_u16_be (&reader, &unit, NULL)) {
        gunichar character = unit;

        if (is_high (unit))
            character = join_pair (unit, &reader);
        else if (is_low (unit))
            character = 0;
        lost |= character == 0;
        g_string_append_unichar (text, character ? character : REPLACEMENT);
    }
    if (simstow_reader_remaining (&reader) > 0) {
        lost = TRUE;
        g_string_append_unichar (text, REPLACEMENT);
    }
    if (lost && lossy)
        *lossy = TRUE;
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_unit (GByteArray *out, guint unit)
{
    guint8 octets[2] = {(guint8) (unit >> 8), (guint8) unit};

    g_byte_array_append (out, octets, 2);
}

void
simstow_ucs2_encode (const gchar *text, GByteArray *out)
{
    const gchar *at;

    for (at = text; *at; at = g_utf8_next_char (at)) {
        gunichar character = g_utf8_get_char (at);

        if (character < 0x10000) {
            append_unit (out, character);
            continue;
        }
        append_unit (out, 0xD800 | (character - 0x10000) >> 10);
        append_unit (out, 0xDC00 | ((character - 0x10000) & 0x3FF));
    }
}

#define PADDING   0xFF
#define FORM_UCS2 0x80
#define FORM_PAGE 0x81
#define FORM_BASE 0x82

/* Characters that forms 81 and 82 can reach from their base */
#define REACH 0x80

/* Up to the first padding octet; anything but padding behind it is lost */
static gchar *
decode_gsm (const guint8 *data, gsize size, gboolean *lossy)
{
    const guint8 *end = size > 0 ? memchr (data, PADDING, size) : NULL;
    gsize length = end ? (gsize) (end - data) : size;
    gsize i;

    for (i = length; i < size; i++)
        *lossy |= data[i] != PADDING;
    return simstow_gsm7_decode (data, length, (SimstowGsm7Tables){0}, lossy);
}

static gchar *
decode_ucs2 (SimstowReader *reader, gboolean *lossy)
{
    SimstowReader ahead = *reader;
    const guint8 *data = NULL;
    gsize size = 0;
    guint16 unit;

    while (simstow_reader_u16_be (&ahead, &unit, NULL) && unit != 0xFFFF)
        size += 2;
    simstow_reader_take (reader, size, &data, NULL);
    return simstow_ucs2_decode (data, size, lossy);
}

static void
append_plain (GString *text, const guint8 *septets, gsize count, gboolean *lossy)
{
    g_autofree gchar *plain = NULL;

    plain = simstow_gsm7_decode (septets, count, (SimstowGsm7Tables){0}, lossy);
    g_string_append (text, plain);
}

static void
append_based (GString *text, gunichar character, gboolean *lossy)
{
    gboolean valid = character != 0 && g_unichar_validate (character);

    *lossy |= !valid;
    g_string_append_unichar (text, valid ? character : 0xFFFD);
}

/* Forms 81 and 82: the top bit says whether an octet counts from the base or is GSM */
static gchar *
decode_based (SimstowReader *reader, guint32 base, guint count, gboolean *lossy)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint8 octets[2];

    while (count > 0 && simstow_reader_u8 (reader, &octets[0], NULL)) {
        gboolean pair = octets[0] == 0x1B && count > 1;

        if (octets[0] & 0x80)
            append_based (text, (base + (octets[0] & 0x7F)) & 0xFFFF, lossy);
        else if (pair && simstow_reader_u8 (reader, &octets[1], NULL))
            append_plain (text, octets, 2, lossy);
        else
            append_plain (text, octets, 1, lossy);
        count -= pair ? 2 : 1;
    }
    *lossy |= count > 0;
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static gchar *
decode_form (guint8 form, SimstowReader *reader, gboolean *lossy)
{
    guint16 base = 0;
    guint8 count;
    guint8 page = 0;

    if (form == FORM_UCS2)
        return decode_ucs2 (reader, lossy);
    if (!simstow_reader_u8 (reader, &count, NULL) ||
        (form == FORM_PAGE && !simstow_reader_u8 (reader, &page, NULL)) ||
        (form == FORM_BASE && !simstow_reader_u16_be (reader, &base, NULL))) {
        *lossy = TRUE;
        return g_strdup ("");
    }
    return decode_based (reader, form == FORM_PAGE ? (guint32) page << 7 : base, count, lossy);
}

gchar *
simstow_alpha_decode (const guint8 *data, gsize size, gboolean *lossy)
{
    gboolean lost = FALSE;
    g_autofree gchar *text = NULL;
    SimstowReader reader;
    guint8 form;

    simstow_reader_init (&reader, data, size);
    if (simstow_reader_u8 (&reader, &form, NULL) && form >= FORM_UCS2 && form <= FORM_BASE)
        text = decode_form (form, &reader, &lost);
    else
        text = decode_gsm (reader.data, size, &lost);
    if (lost && lossy)
        *lossy = TRUE;
    return g_steal_pointer (&text);
}

static GByteArray *
encode_plain (gunichar character)
{
    gchar utf8[7] = {0};

    g_unichar_to_utf8 (character, utf8);
    return simstow_gsm7_encode (utf8, (SimstowGsm7Tables){0}, NULL);
}

/* The lowest character that is not GSM, if there is one that forms 81 and 82 can hold */
static gboolean
find_base (const gchar *text, gunichar *base)
{
    const gchar *at;

    *base = 0x10000;
    for (at = text; *at; at = g_utf8_next_char (at)) {
        g_autoptr (GByteArray) plain = encode_plain (g_utf8_get_char (at));

        if (!plain)
            *base = MIN (*base, g_utf8_get_char (at));
    }
    return *base < 0x10000;
}

static gboolean
append_based_character (gunichar character, gunichar base, GByteArray *field)
{
    g_autoptr (GByteArray) septets = NULL;
    guint8 octet;

    if (character >= base && character < base + REACH && character <= 0xFFFF) {
        octet = (guint8) (REACH | (character - base));
        g_byte_array_append (field, &octet, 1);
        return TRUE;
    }
    septets = encode_plain (character);
    if (!septets)
        return FALSE;
    g_byte_array_append (field, septets->data, septets->len);
    return TRUE;
}

static GByteArray *
encode_based (const gchar *text, guint8 form)
{
    g_autoptr (GByteArray) field = g_byte_array_new ();
    gunichar base;
    guint8 head[4] = {form};
    guint size = form == FORM_PAGE ? 3 : 4;
    const gchar *at;

    if (!find_base (text, &base))
        return NULL;
    if (form == FORM_PAGE) {
        base &= ~(gunichar) (REACH - 1);
        if (base > 0x7F80)
            return NULL;
        head[2] = (guint8) (base >> 7);
    } else {
        head[2] = (guint8) (base >> 8);
        head[3] = (guint8) base;
    }
    g_byte_array_append (field, head, size);
    for (at = text; *at; at = g_utf8_next_char (at)) {
        if (!append_based_character (g_utf8_get_char (at), base, field))
            return NULL;
    }
    if (field->len - size > G_MAXUINT8)
        return NULL;
    field->data[1] = (guint8) (field->len - size);
    return g_steal_pointer (&field);
}

static GByteArray *
encode_ucs2 (const gchar *text)
{
    GByteArray *field = g_byte_array_new ();
    guint8 form = FORM_UCS2;

    g_byte_array_append (field, &form, 1);
    simstow_ucs2_encode (text, field);
    return field;
}

/* The forms of a text in the order they are tried: GSM alone where it can be had */
static GPtrArray *
encode_forms (const gchar *text)
{
    g_autoptr (GPtrArray) forms =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
    GByteArray *gsm = simstow_gsm7_encode (text, (SimstowGsm7Tables){0}, NULL);
    guint8 form;

    if (gsm) {
        g_ptr_array_add (forms, gsm);
        return g_steal_pointer (&forms);
    }
    g_ptr_array_add (forms, encode_ucs2 (text));
    for (form = FORM_PAGE; form <= FORM_BASE; form++) {
        GByteArray *field = encode_based (text, form);

        if (field)
            g_ptr_array_add (forms, field);
    }
    return g_steal_pointer (&forms);
}

static void
pad (GByteArray *field, gsize size)
{
    static const guint8 padding = PADDING;

    while (field->len < size)
        g_byte_array_append (field, &padding, 1);
}

GByteArray *
simstow_alpha_encode (const gchar *text, gsize size, GError **error)
{
    g_autoptr (GPtrArray) forms = encode_forms (text);
    guint i;

    for (i = 0; i < forms->len; i++) {
        GByteArray *field = g_ptr_array_index (forms, i);

        if (field->len > size)
            continue;
        pad (field, size);
        return g_byte_array_ref (field);
    }
    simstow_error_set (error,
                       SIMSTOW_ERROR_INVALID_RECORD,
                       "the name takes %" G_GSIZE_FORMAT
                       " octets where the card has %" G_GSIZE_FORMAT,
                       simstow_alpha_measure (text),
                       size);
    return NULL;
}

gsize
simstow_alpha_measure (const gchar *text)
{
    g_autoptr (GPtrArray) forms = encode_forms (text);
    gsize fewest = G_MAXSIZE;
    guint i;

    for (i = 0; i < forms->len; i++) {
        const GByteArray *field = g_ptr_array_index (forms, i);

        fewest = MIN (fewest, field->len);
    }
    return fewest;
}
