/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Malformed lists of profiles, of every kind.
 */

#include <string.h>

#include "sim-euicc-private.h"

#define NESTING 400

static const gchar *const names[SIM_EUICC_N_MALFORMATIONS] = {
    [SIM_EUICC_WELL_FORMED] = "none",
    [SIM_EUICC_EMPTY] = "empty",
    [SIM_EUICC_TRUNCATED] = "truncated",
    [SIM_EUICC_OVERRUN] = "overrun",
    [SIM_EUICC_UNDERRUN] = "underrun",
    [SIM_EUICC_INDEFINITE] = "indefinite",
    [SIM_EUICC_LONG_LENGTH] = "long-length",
    [SIM_EUICC_INNER_OVERRUN] = "inner-overrun",
    [SIM_EUICC_NESTED] = "nested",
    [SIM_EUICC_UNKNOWN_TAGS] = "unknown-tags",
    [SIM_EUICC_HEX_ICCID] = "hex-iccid",
    [SIM_EUICC_SHORT_ICCID] = "short-iccid",
    [SIM_EUICC_BAD_TEXT] = "bad-text",
    [SIM_EUICC_GARBAGE] = "garbage",
};

SimEuiccMalformation
sim_euicc_malformation (const gchar *name)
{
    guint i = 0;

    while (i < SIM_EUICC_N_MALFORMATIONS && !g_str_equal (name, names[i])) {
        i++;
    }
    return i;
}

static void
nest (GByteArray *value)
{
    for (guint i = 0; i < NESTING; i++) {
        GByteArray *inner = g_byte_array_new ();

        g_byte_array_append (inner, value->data, value->len);
        g_byte_array_set_size (value, 0);
        sim_card_tlv_append_wrapped (value, 0xA0, inner);
    }
}

static void
spoil_iccid (GByteArray *value, gboolean shorten)
{
    SimCardTlv iccid;
    gsize at;

    if (!sim_card_tlv_find (value->data, value->len, 0x5A, &iccid)) {
        return;
    }
    at = (gsize) (iccid.value - value->data);
    if (shorten) {
        value->data[at - 1] = 3;
        g_byte_array_remove_range (value, at + 3, iccid.size - 3);
    } else {
        memcpy (value->data + at + 6, "\xAB\xCD", 2);
    }
}

static void
spoil_text (GByteArray *value)
{
    SimCardTlv text;

    if (sim_card_tlv_find (value->data, value->len, 0x92, &text)) {
        memset (value->data + (text.value - value->data), 0xC3, text.size);
    }
}

void
sim_euicc_malform_profile (SimEuicc *euicc, guint index, GByteArray *value)
{
    if (euicc->knobs.malformation == SIM_EUICC_UNKNOWN_TAGS) {
        sim_card_tlv_append (value, 0x9F7A, "????", 4);
        sim_card_tlv_append (value, 0xBF7B, "\xDF\x01\x00", 3);
    }
    if (index != 1) {
        return;
    }
    switch (euicc->knobs.malformation) {
    case SIM_EUICC_NESTED:
        nest (value);
        return;
    case SIM_EUICC_HEX_ICCID:
    case SIM_EUICC_SHORT_ICCID:
        spoil_iccid (value, euicc->knobs.malformation == SIM_EUICC_SHORT_ICCID);
        return;
    case SIM_EUICC_BAD_TEXT:
        spoil_text (value);
        return;
    default:
        return;
    }
}

/* replaces the length of the outermost object, whatever its form, by @bytes */
static void
replace_length (GByteArray *answer, const guint8 *bytes, gsize size)
{
    guint8 first = answer->data[2];
    g_autoptr (GByteArray) rest = g_byte_array_new ();
    gsize head = 3 + (first < 0x80 ? 0 : first & 0x7F);

    g_byte_array_append (rest, answer->data + head, answer->len - head);
    g_byte_array_set_size (answer, 2);
    g_byte_array_append (answer, bytes, size);
    g_byte_array_append (answer, rest->data, rest->len);
}

static void
shift_length (GByteArray *answer, gint by)
{
    gsize head = 3 + (answer->data[2] < 0x80 ? 0 : answer->data[2] & 0x7F);
    gsize size = answer->len - head + by;
    const guint8 bytes[] = {0x82, size >> 8, size & 0xFF};

    replace_length (answer, bytes, sizeof bytes);
}

/* the second profile's length byte, where it is a single one */
static void
overrun_inner (GByteArray *answer)
{
    guint found = 0;

    for (gsize i = 0; i + 2 < answer->len; i++) {
        if (answer->data[i] == 0xE3 && ++found == 2) {
            answer->data[i + 1] = 0x7F;
            return;
        }
    }
}

void
sim_euicc_malform_answer (SimEuicc *euicc, GByteArray *answer)
{
    switch (euicc->knobs.malformation) {
    case SIM_EUICC_EMPTY:
        g_byte_array_set_size (answer, 0);
        return;
    case SIM_EUICC_TRUNCATED:
        g_byte_array_set_size (answer, answer->len * 2 / 3);
        return;
    case SIM_EUICC_OVERRUN:
        shift_length (answer, 100);
        return;
    case SIM_EUICC_UNDERRUN:
        shift_length (answer, -20);
        return;
    case SIM_EUICC_INDEFINITE:
        replace_length (answer, (const guint8 *) "\x80", 1);
        return;
    case SIM_EUICC_LONG_LENGTH:
        replace_length (answer, (const guint8 *) "\x84\xFF\xFF\xFF\xFF", 5);
        return;
    case SIM_EUICC_INNER_OVERRUN:
        overrun_inner (answer);
        return;
    case SIM_EUICC_GARBAGE:
        memset (answer->data, 0xFF, answer->len);
        return;
    default:
        return;
    }
}
