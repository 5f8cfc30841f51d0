/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rebuilding TPDUs, and cutting long texts into parts.
 */

#include "simstow-rebuild.h"

#include <string.h>

#include <glib/gi18n.h>

#include "simstow-error.h"
#include "simstow-gsm7.h"

/* What is left for the text beside a header with an 8 bit reference, 3GPP TS
 * 23.040 9.2.3.24.1: 140 octets less 6 */
#define SEPTETS_PER_PART 153
#define UNITS_PER_PART   67
#define OCTETS_PER_PART  134
#define MAX_PARTS        255

/* First octet, 3GPP TS 23.040 9.2.3.1: no more messages waiting; report requested */
#define FIRST_OCTET_MMS 0x04
#define FIRST_OCTET_SRR 0x20

static void
set_timestamp (SimstowTimestamp *timestamp, const gchar *text)
{
    g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
    g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, utc) : NULL;

    timestamp->utc = time ? g_date_time_to_unix (time) : -1;
    timestamp->zone = time ? (gint) (g_date_time_get_utc_offset (time) / G_TIME_SPAN_MINUTE) : 0;
}

static SimstowTpdu *
new_part (const SimstowRebuild *source)
{
    SimstowTpdu *tpdu = simstow_tpdu_new (source->type);

    simstow_sms_address_set (&tpdu->smsc, source->smsc);
    simstow_sms_address_set (&tpdu->address, source->address);
    tpdu->message_class = source->message_class;
    if (source->type == SIMSTOW_TPDU_SUBMIT) {
        tpdu->validity_seconds = source->validity_seconds;
        tpdu->first_octet |= source->wants_report ? FIRST_OCTET_SRR : 0;
        return tpdu;
    }
    tpdu->first_octet |= FIRST_OCTET_MMS;
    set_timestamp (&tpdu->timestamp, source->timestamp);
    if (!source->timestamp && source->taken != 0)
        tpdu->timestamp.utc = source->taken;
    if (source->type == SIMSTOW_TPDU_STATUS_REPORT) {
        set_timestamp (&tpdu->discharge, source->discharge);
        tpdu->reference = (guint8) source->reference;
        tpdu->report_status = (guint8) source->report_status;
    }
    return tpdu;
}

static void
set_data (SimstowTpdu *tpdu, GBytes *data)
{
    tpdu->alphabet = SIMSTOW_ALPHABET_DATA;
    tpdu->has_user_data = TRUE;
    tpdu->has_dcs = TRUE;
    tpdu->data = g_bytes_ref (data);
}

/* Septets that a character of the default alphabet takes; most need no look into its tables */
static guint
count_septets (const gchar *character, gsize length)
{
    const SimstowGsm7Tables tables = {0, 0};
    g_autofree gchar *text = NULL;
    g_autoptr (GByteArray) septets = NULL;

    if (g_ascii_isalnum (*character) || *character == ' ')
        return 1;
    text = g_strndup (character, length);
    septets = simstow_gsm7_encode (text, tables, NULL);
    return septets ? septets->len : 0;
}

static guint
count_units (const gchar *character)
{
    return g_utf8_get_char (character) > 0xFFFF ? 2 : 1;
}

static gboolean
is_gsm7 (const gchar *text)
{
    const SimstowGsm7Tables tables = {0, 0};
    g_autoptr (GByteArray) septets = simstow_gsm7_encode (text, tables, NULL);

    return septets != NULL;
}

/* The end of the longest piece of @text that fits into a part */
static const gchar *
end_of_piece (const gchar *text, gboolean gsm7)
{
    guint room = gsm7 ? SEPTETS_PER_PART : UNITS_PER_PART;

    while (*text) {
        const gchar *next = g_utf8_next_char (text);
        guint cost = gsm7 ? count_septets (text, (gsize) (next - text)) : count_units (text);

        if (cost > room)
            break;
        room -= cost;
        text = next;
    }
    return text;
}

static GPtrArray *
cut_text (const gchar *text)
{
    GPtrArray *pieces = g_ptr_array_new_with_free_func (g_free);
    gboolean gsm7 = is_gsm7 (text);

    while (*text) {
        const gchar *end = end_of_piece (text, gsm7);

        g_ptr_array_add (pieces, g_strndup (text, (gsize) (end - text)));
        text = end;
    }
    return pieces;
}

static GPtrArray *
cut_data (GBytes *data)
{
    GPtrArray *pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    gsize size = g_bytes_get_size (data);
    gsize offset;

    for (offset = 0; offset < size; offset += OCTETS_PER_PART)
        g_ptr_array_add (
            pieces,
            g_bytes_new_from_bytes (data, offset, MIN (size - offset, OCTETS_PER_PART)));
    return pieces;
}

static gboolean
add_encoded (GPtrArray *parts, const SimstowTpdu *tpdu, GError **error)
{
    GBytes *pdu = simstow_tpdu_encode (tpdu, error);

    if (!pdu)
        return FALSE;
    g_ptr_array_add (parts, pdu);
    return TRUE;
}

static gboolean
rebuild_parts (GPtrArray *parts, const SimstowRebuild *source, GError **error)
{
    g_autoptr (GPtrArray) pieces = source->text ? cut_text (source->text) : cut_data (source->data);
    guint i;

    if (pieces->len > MAX_PARTS)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_RECORD,
                                  _ ("a message of %u parts is longer than any can be"),
                                  pieces->len);
    for (i = 0; i < pieces->len; i++) {
        g_autoptr (SimstowTpdu) tpdu = new_part (source);

        if (source->text)
            simstow_tpdu_set_text (tpdu, g_ptr_array_index (pieces, i));
        else
            set_data (tpdu, g_ptr_array_index (pieces, i));
        tpdu->concat_reference = (gint) (source->reference & 0xFF);
        tpdu->concat_total = (guint8) pieces->len;
        tpdu->concat_part = (guint8) (i + 1);
        if (!add_encoded (parts, tpdu, error))
            return FALSE;
    }
    return TRUE;
}

GPtrArray *
simstow_rebuild (const SimstowRebuild *source, GError **error)
{
    g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (SimstowTpdu) whole = new_part (source);
    g_autoptr (GError) too_long = NULL;

    if (source->text)
        simstow_tpdu_set_text (whole, source->text);
    else if (source->data)
        set_data (whole, source->data);
    if (add_encoded (parts, whole, &too_long))
        return g_steal_pointer (&parts);
    /* it is not the text that does not fit */
    if (source->type == SIMSTOW_TPDU_STATUS_REPORT ||
        (!source->data && (!source->text || !*source->text))) {
        g_propagate_error (error, g_steal_pointer (&too_long));
        return NULL;
    }
    if (!rebuild_parts (parts, source, error))
        return NULL;
    return g_steal_pointer (&parts);
}
