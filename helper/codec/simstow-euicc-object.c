/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small objects that eUICC answers are made of.
 */

#include "simstow-euicc-object.h"

#include <string.h>

#include "simstow-error.h"

#define TAG_LIST      0xA0
#define ICCID_BYTES   10
#define PLMN_BYTES    3
#define FILLER_NIBBLE 0x0F

/* An answer with a wrong length somewhere around its list: @list is all behind the
 * list's head. */
static gboolean
rescue_list (GBytes *answer, guint32 tag, SimstowReader *list)
{
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv inner;

    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_open (&reader, &outer, NULL) || outer.tag != tag ||
        !simstow_tlv_open (&outer.value, &inner, NULL) || inner.tag != TAG_LIST)
        return FALSE;
    *list = inner.value;
    return TRUE;
}

void
simstow_euicc_set_code_error (const SimstowTlv *code, GError **error)
{
    guint32 value;

    if (simstow_tlv_get_uint (code, &value, error))
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the card answered with error %u",
                     value);
}

gboolean
simstow_euicc_open_list (GBytes *answer,
                         guint32 tag,
                         SimstowReader *list,
                         GPtrArray *faults,
                         GError **error)
{
    g_autoptr (GError) fault = NULL;
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv inner;

    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_expect (&reader, tag, &outer, &fault) ||
        !simstow_tlv_next (&outer.value, &inner, &fault)) {
        if (rescue_list (answer, tag, list)) {
            simstow_euicc_add_fault (faults, "list", 0, fault);
            return TRUE;
        }
        g_propagate_error (error, g_steal_pointer (&fault));
        return FALSE;
    }
    if (inner.tag == TAG_LIST) {
        *list = inner.value;
        return TRUE;
    }
    if (inner.tag == 0x80 || inner.tag == 0x81)
        simstow_euicc_set_code_error (&inner, error);
    else
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "object %02X where a list belongs",
                     inner.tag);
    return FALSE;
}

void
simstow_euicc_add_fault (GPtrArray *faults, const gchar *what, guint position, const GError *fault)
{
    if (faults)
        g_ptr_array_add (
            faults,
            g_strdup_printf ("%s after %u others: %s", what, position, fault->message));
}

gchar *
simstow_euicc_decode_iccid (const SimstowReader *value)
{
    SimstowReader reader = *value;
    GString *digits = g_string_new (NULL);
    guint8 octet;

    while (digits->len < 2 * ICCID_BYTES && simstow_reader_u8 (&reader, &octet, NULL))
        g_string_append_printf (digits, "%X%X", octet & 0x0F, octet >> 4);
    while (digits->len > 0 && digits->str[digits->len - 1] == 'F')
        g_string_truncate (digits, digits->len - 1);
    return g_string_free (digits, FALSE);
}

void
simstow_euicc_append_iccid (GByteArray *array, guint32 tag, const gchar *iccid)
{
    guint8 octets[ICCID_BYTES];
    gsize length = strlen (iccid);
    gsize i;

    memset (octets, 0xFF, sizeof (octets));
    for (i = 0; i < MIN (length, 2 * ICCID_BYTES); i++) {
        guint digit = (guint) g_ascii_xdigit_value (iccid[i]) & 0x0F;

        octets[i / 2] = (guint8) (i % 2 == 0 ? (octets[i / 2] & 0xF0) | digit
                                             : (octets[i / 2] & 0x0F) | digit << 4);
    }
    simstow_tlv_append (array, tag, octets, sizeof (octets));
}

gchar *
simstow_euicc_decode_plmn (const SimstowReader *value)
{
    SimstowReader reader = *value;
    const guint8 *octets;
    g_autofree gchar *plmn = NULL;

    if (!simstow_reader_take (&reader, PLMN_BYTES, &octets, NULL))
        return NULL;
    plmn = g_strdup_printf ("%X%X%X%X%X%X",
                            octets[0] & 0x0F,
                            octets[0] >> 4,
                            octets[1] & 0x0F,
                            octets[2] & 0x0F,
                            octets[2] >> 4,
                            octets[1] >> 4);
    if (octets[1] >> 4 == FILLER_NIBBLE)
        plmn[5] = '\0';
    return g_steal_pointer (&plmn);
}

void
simstow_euicc_append_plmn (GByteArray *array, guint32 tag, const gchar *plmn)
{
    guint8 digits[6] = {0, 0, 0, 0, 0, FILLER_NIBBLE};
    guint8 octets[PLMN_BYTES];
    gsize length = strlen (plmn);
    gsize i;

    for (i = 0; i < MIN (length, sizeof (digits)); i++)
        digits[i] = (guint8) (g_ascii_xdigit_value (plmn[i]) & 0x0F);
    octets[0] = (guint8) (digits[1] << 4 | digits[0]);
    octets[1] = (guint8) (digits[5] << 4 | digits[2]);
    octets[2] = (guint8) (digits[4] << 4 | digits[3]);
    simstow_tlv_append (array, tag, octets, sizeof (octets));
}

guint
simstow_euicc_decode_bits (const SimstowReader *value)
{
    SimstowReader reader = *value;
    guint8 unused;
    guint8 octet;
    guint bits = 0;
    guint i;

    if (!simstow_reader_u8 (&reader, &unused, NULL) || !simstow_reader_u8 (&reader, &octet, NULL))
        return 0;
    for (i = 0; i < 8; i++) {
        if (octet & (0x80 >> i))
            bits |= 1U << i;
    }
    return bits;
}

void
simstow_euicc_append_bits (GByteArray *array, guint32 tag, guint bits)
{
    guint8 octets[2] = {0, 0};
    guint last = 0;
    guint i;

    for (i = 0; i < 8; i++) {
        if (bits & 1U << i) {
            octets[1] |= (guint8) (0x80 >> i);
            last = i;
        }
    }
    octets[0] = (guint8) (7 - last);
    simstow_tlv_append (array, tag, octets, bits ? 2 : 1);
}
