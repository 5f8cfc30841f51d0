/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of elementary files.
 */

#include "simstow-ef.h"

#include <string.h>

#include "simstow-alpha.h"
#include "simstow-bcd.h"
#include "simstow-error.h"
#include "simstow-reader.h"
#include "simstow-tpdu.h"

#define NONE SIMSTOW_EF_ADN_NONE

/* Octets of digits in a record of either file, and the digits in them */
#define NUMBER_OCTETS 10
#define NUMBER_DIGITS (2 * NUMBER_OCTETS)

#define EXTENSION_SUBADDRESS 0x01
#define EXTENSION_ADDITIONAL 0x02

static void
decode_name (SimstowEfAdn *adn, const guint8 *data, gsize size)
{
    adn->alpha = g_bytes_new (data, size);
    adn->name = simstow_alpha_decode (data, size, &adn->lossy);
}

/* The length counts the octet of the type */
static void
decode_number (SimstowEfAdn *adn, guint8 length, guint8 type, const guint8 *digits)
{
    gsize octets = length == 0 || length == NONE ? 0 : MIN (length - 1u, NUMBER_OCTETS);

    adn->type = type;
    adn->number = simstow_bcd_decode_dialling (digits, octets);
}

gboolean
simstow_ef_adn_decode (const guint8 *data, gsize size, SimstowEfAdn *adn, GError **error)
{
    SimstowReader reader;
    const guint8 *alpha;
    const guint8 *digits;
    guint8 length;
    guint8 type;

    *adn = (SimstowEfAdn){.type = NONE, .capability = NONE, .extension = NONE};
    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_take (&reader,
                              size - MIN (size, SIMSTOW_EF_ADN_FIXED_SIZE),
                              &alpha,
                              error) ||
        !simstow_reader_u8 (&reader, &length, error) ||
        !simstow_reader_u8 (&reader, &type, error) ||
        !simstow_reader_take (&reader, NUMBER_OCTETS, &digits, error) ||
        !simstow_reader_u8 (&reader, &adn->capability, error) ||
        !simstow_reader_u8 (&reader, &adn->extension, error)) {
        g_prefix_error (error, "EF_ADN: ");
        return FALSE;
    }
    decode_name (adn, alpha, size - SIMSTOW_EF_ADN_FIXED_SIZE);
    decode_number (adn, length, type, digits);
    adn->used = adn->name[0] != '\0' || adn->number[0] != '\0';
    return TRUE;
}

gboolean
simstow_ef_adn_add_extension (SimstowEfAdn *adn,
                              const guint8 *data,
                              gsize size,
                              guint8 *next,
                              GError **error)
{
    g_autofree gchar *more = NULL;
    g_autofree gchar *number = NULL;
    SimstowReader reader;
    const guint8 *digits;
    guint8 kind;
    guint8 length;

    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_u8 (&reader, &kind, error) ||
        !simstow_reader_u8 (&reader, &length, error) ||
        !simstow_reader_take (&reader, NUMBER_OCTETS, &digits, error) ||
        !simstow_reader_u8 (&reader, next, error)) {
        g_prefix_error (error, "EF_EXT1: ");
        return FALSE;
    }
    if (kind == EXTENSION_SUBADDRESS)
        return TRUE;
    if (kind != EXTENSION_ADDITIONAL)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "EF_EXT1: record of type %02X",
                                  kind);
    more = simstow_bcd_decode_dialling (digits, MIN (length, NUMBER_OCTETS));
    number = g_strconcat (adn->number, more, NULL);
    g_free (adn->number);
    adn->number = g_steal_pointer (&number);
    return TRUE;
}

static gboolean
append_name (const SimstowEfAdn *adn, gsize size, GByteArray *record, GError **error)
{
    g_autoptr (GByteArray) made = NULL;
    const gchar *name = adn->name ? adn->name : "";

    if (adn->alpha && g_bytes_get_size (adn->alpha) == size) {
        const guint8 *alpha = g_bytes_get_data (adn->alpha, NULL);
        g_autofree gchar *said = simstow_alpha_decode (alpha, size, NULL);

        if (g_str_equal (said, name)) {
            g_byte_array_append (record, alpha, (guint) size);
            return TRUE;
        }
    }
    made = simstow_alpha_encode (name, size, error);
    if (!made)
        return FALSE;
    g_byte_array_append (record, made->data, made->len);
    return TRUE;
}

static void
pad (GByteArray *record, gsize size)
{
    static const guint8 padding = NONE;

    while (record->len < size)
        g_byte_array_append (record, &padding, 1);
}

/* Up to 20 digits of the number, from a digit on */
static GByteArray *
pack_digits (const SimstowEfAdn *adn, gsize from, GError **error)
{
    g_autoptr (GByteArray) packed = g_byte_array_new ();
    const gchar *number = adn->number ? adn->number : "";
    g_autofree gchar *part = NULL;

    if (from < strlen (number))
        part = g_strndup (number + from, NUMBER_DIGITS);
    if (part && !simstow_bcd_encode_dialling (part, packed, error))
        return NULL;
    return g_steal_pointer (&packed);
}

GByteArray *
simstow_ef_adn_encode (const SimstowEfAdn *adn, gsize size, GError **error)
{
    g_autoptr (GByteArray) record = g_byte_array_new ();
    g_autoptr (GByteArray) digits = NULL;
    guint8 head[2] = {NONE, NONE};
    guint8 tail[2] = {adn->capability, adn->extension};

    if (size < SIMSTOW_EF_ADN_FIXED_SIZE) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_RECORD,
                           "EF_ADN: records of less than 14 octets");
        return NULL;
    }
    if (!adn->used) {
        pad (record, size);
        return g_steal_pointer (&record);
    }
    digits = pack_digits (adn, 0, error);
    if (!digits || !append_name (adn, size - SIMSTOW_EF_ADN_FIXED_SIZE, record, error)) {
        g_prefix_error (error, "EF_ADN: ");
        return NULL;
    }
    if (digits->len > 0) {
        head[0] = (guint8) (digits->len + 1);
        head[1] = adn->type;
    }
    pad (digits, NUMBER_OCTETS);
    g_byte_array_append (record, head, sizeof head);
    g_byte_array_append (record, digits->data, digits->len);
    g_byte_array_append (record, tail, sizeof tail);
    return g_steal_pointer (&record);
}

guint
simstow_ef_adn_count_extensions (const SimstowEfAdn *adn)
{
    gsize digits = adn->number ? strlen (adn->number) : 0;

    return digits <= NUMBER_DIGITS ? 0 : (guint) ((digits - 1) / NUMBER_DIGITS);
}

GByteArray *
simstow_ef_adn_encode_extension (const SimstowEfAdn *adn, guint which, guint8 next, GError **error)
{
    g_autoptr (GByteArray) record = g_byte_array_new ();
    g_autoptr (GByteArray) digits = NULL;
    guint8 head[2] = {EXTENSION_ADDITIONAL, 0};

    digits = pack_digits (adn, (gsize) NUMBER_DIGITS * (which + 1), error);
    if (!digits || digits->len == 0) {
        if (digits)
            simstow_error_set (error,
                               SIMSTOW_ERROR_INVALID_RECORD,
                               "no digits for extension %u",
                               which);
        g_prefix_error (error, "EF_EXT1: ");
        return NULL;
    }
    head[1] = (guint8) digits->len;
    pad (digits, NUMBER_OCTETS);
    g_byte_array_append (record, head, sizeof head);
    g_byte_array_append (record, digits->data, digits->len);
    g_byte_array_append (record, &next, 1);
    return g_steal_pointer (&record);
}

void
simstow_ef_adn_clear (SimstowEfAdn *adn)
{
    g_clear_pointer (&adn->name, g_free);
    g_clear_pointer (&adn->alpha, g_bytes_unref);
    g_clear_pointer (&adn->number, g_free);
    *adn = (SimstowEfAdn){.type = NONE, .capability = NONE, .extension = NONE};
}

gboolean
simstow_ef_anr_decode (const guint8 *data, gsize size, SimstowEfAnr *anr, GError **error)
{
    SimstowReader reader;
    const guint8 *entry;

    *anr = (SimstowEfAnr){.entry = {.type = NONE, .capability = NONE, .extension = NONE}};
    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_u8 (&reader, &anr->label, error) ||
        !simstow_reader_take (&reader, SIMSTOW_EF_ADN_FIXED_SIZE, &entry, error) ||
        !simstow_ef_adn_decode (entry, SIMSTOW_EF_ADN_FIXED_SIZE, &anr->entry, error)) {
        g_prefix_error (error, "EF_ANR: ");
        return FALSE;
    }
    if (anr->label == NONE)
        anr->label = 0;
    return TRUE;
}

GByteArray *
simstow_ef_anr_encode (const SimstowEfAnr *anr, GError **error)
{
    g_autoptr (GByteArray) entry = NULL;
    guint8 label = anr->entry.used ? anr->label : NONE;

    entry = simstow_ef_adn_encode (&anr->entry, SIMSTOW_EF_ADN_FIXED_SIZE, error);
    if (!entry) {
        g_prefix_error (error, "EF_ANR: ");
        return NULL;
    }
    g_byte_array_prepend (entry, &label, 1);
    return g_steal_pointer (&entry);
}

void
simstow_ef_anr_clear (SimstowEfAnr *anr)
{
    simstow_ef_adn_clear (&anr->entry);
    anr->label = 0;
}

#define PADDING     0xFF
#define STATUS_USED 0x01
#define STATUS_MASK 0x07

/* The lowest three bits of the status, by <stat> */
static const guint8 status_bits[] = {0x03, 0x01, 0x07, 0x05};

static gint
stat_of (guint8 status)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (status_bits); i++) {
        if ((status & STATUS_MASK) == status_bits[i])
            return (gint) i;
    }
    return -1;
}

static gsize
without_padding (const guint8 *data, gsize size)
{
    while (size > 0 && data[size - 1] == PADDING)
        size--;
    return size;
}

/* What follows the TPDU is padding, or what is left of a longer message before it */
static GBytes *
trim (GBytes *record, gboolean received)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_decode (record, received, NULL);
    gsize size = g_bytes_get_size (record);

    if (!tpdu)
        size = without_padding (g_bytes_get_data (record, NULL), size);
    else if (tpdu->trailing)
        size -= g_bytes_get_size (tpdu->trailing);
    return g_bytes_new_from_bytes (record, 0, size);
}

gboolean
simstow_ef_sms_decode (const guint8 *data, gsize size, SimstowEfSms *sms, GError **error)
{
    g_autoptr (GBytes) record = NULL;
    SimstowReader reader;
    const guint8 *rest;
    guint8 status;

    *sms = (SimstowEfSms){.stat = -1};
    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_u8 (&reader, &status, error) ||
        !simstow_reader_take (&reader, simstow_reader_remaining (&reader), &rest, error)) {
        g_prefix_error (error, "EF_SMS: ");
        return FALSE;
    }
    sms->status = status;
    if (!(status & STATUS_USED) || without_padding (data, size) == 0)
        return TRUE;
    sms->stat = stat_of (status);
    record = g_bytes_new (rest, size - 1);
    sms->pdu = trim (record, sms->stat <= 1);
    return TRUE;
}

GByteArray *
simstow_ef_sms_encode (const SimstowEfSms *sms, gsize size, GError **error)
{
    static const guint8 padding = PADDING;
    g_autoptr (GByteArray) record = g_byte_array_new ();
    guint8 status = 0;

    if (sms->pdu && sms->stat >= 0 && sms->stat < (gint) G_N_ELEMENTS (status_bits))
        status = stat_of (sms->status) == sms->stat ? sms->status : status_bits[sms->stat];
    g_byte_array_append (record, &status, 1);
    if (status != 0)
        g_byte_array_append (record,
                             g_bytes_get_data (sms->pdu, NULL),
                             (guint) g_bytes_get_size (sms->pdu));
    if (record->len > size) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_RECORD,
                           "EF_SMS: %u octets where a record has %" G_GSIZE_FORMAT,
                           record->len,
                           size);
        return NULL;
    }
    while (record->len < size)
        g_byte_array_append (record, &padding, 1);
    return g_steal_pointer (&record);
}

void
simstow_ef_sms_clear (SimstowEfSms *sms)
{
    g_clear_pointer (&sms->pdu, g_bytes_unref);
    sms->status = 0;
    sms->stat = -1;
}
