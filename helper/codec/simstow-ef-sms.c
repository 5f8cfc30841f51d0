/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of EF_SMS.
 */

#include "simstow-ef-sms.h"

#include "simstow-error.h"
#include "simstow-reader.h"
#include "simstow-tpdu.h"

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
        g_set_error (error,
                     SIMSTOW_ERROR,
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
