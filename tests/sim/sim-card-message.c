/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_SMS.
 */

#include "sim-card-message.h"

#include <string.h>

#define FREE  0x00
#define BLANK 0xFF

/* to the states of TS 27.005: unread, read, unsent, sent */
static const guint8 states[] = {0x03, 0x01, 0x07, 0x05};

gboolean
sim_card_message_write (SimCardFile *file, guint number, gint stat, const guint8 *pdu, gsize size)
{
    guint8 *record = sim_card_file_record (file, number);

    if (record == NULL || size > file->record_size - 1) {
        return FALSE;
    }
    memset (record, 0xFF, file->record_size);
    record[0] = stat < 0 ? FREE : states[stat];
    if (size > 0) {
        memcpy (record + 1, pdu, size);
    }
    return TRUE;
}

/* bytes of an address: length in digits, type, digits */
static gsize
address_size (const guint8 *data, gsize at, gsize size)
{
    return at < size ? 2 + (data[at] + 1u) / 2 : size;
}

/* whether a data coding scheme is of the GSM alphabet (3GPP TS 23.038 4) */
static gboolean
in_septets (guint8 coding)
{
    switch (coding >> 4) {
    case 0x0E:
        return FALSE;
    case 0x0F:
        return (coding & 0x04) == 0;
    default:
        return coding >= 0x80 || (coding & 0x2C) == 0;
    }
}

/* bytes of the user data behind its length */
static gsize
user_size (guint8 coding, guint8 length)
{
    return in_septets (coding) ? (length * 7u + 7) / 8 : length;
}

static gsize
deliver_size (const guint8 *data, gsize size)
{
    gsize at = 1 + address_size (data, 1, size);

    if (at + 9 >= size) {
        return size + 1;
    }
    return at + 10 + user_size (data[at + 1], data[at + 9]);
}

static gsize
submit_size (const guint8 *data, gsize size)
{
    static const gsize periods[] = {0, 7, 1, 7};
    gsize at = 2 + address_size (data, 2, size);
    gsize period = periods[data[0] >> 3 & 0x03];

    if (at + 2 + period >= size) {
        return size + 1;
    }
    return at + 3 + period + user_size (data[at + 1], data[at + 2 + period]);
}

/* without the optional fields, which end where the filler begins */
static gsize
report_size (const guint8 *data, gsize size)
{
    gsize at = 2 + address_size (data, 2, size);
    gsize end = at + 15;

    while (end < size && data[end] != 0xFF) {
        end++;
    }
    return end;
}

static gsize
tpdu_size (const guint8 *data, gsize size)
{
    switch (data[0] & 0x03) {
    case 0x00:
        return deliver_size (data, size);
    case 0x01:
        return submit_size (data, size);
    case 0x02:
        return report_size (data, size);
    default:
        return size + 1;
    }
}

gint
sim_card_message_read (SimCardFile *file, guint number, const guint8 **pdu, gsize *size)
{
    const guint8 *record = sim_card_file_record (file, number);
    gsize room = file->record_size - 1;
    gsize centre;
    gint stat = -1;

    for (guint i = 0; record != NULL && i < G_N_ELEMENTS (states); i++) {
        stat = (record[0] & 0x07) == states[i] ? (gint) i : stat;
    }
    /* what was never written to holds nothing, whatever its bits would say */
    if (stat < 0 || record[0] == BLANK) {
        return -1;
    }
    *pdu = record + 1;
    centre = 1 + (record[1] == 0xFF ? 0u : record[1]);
    *size = centre < room ? centre + tpdu_size (record + 1 + centre, room - centre) : room + 1;
    if (*size <= room) {
        return stat;
    }
    *size = room;
    while (*size > 0 && (*pdu)[*size - 1] == 0xFF) {
        *size -= 1;
    }
    return stat;
}
