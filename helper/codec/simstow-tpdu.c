/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a TPDU, read: which fields follow which, 3GPP TS 23.040 9.2.2. What
 * is in them is decoded by the files of each field group; simstow-tpdu-encode.c
 * writes the frame.
 */

#include "simstow-tpdu.h"

#include "simstow-error.h"
#include "simstow-reader.h"
#include "simstow-sms-user-data.h"
#include "simstow-sms-validity.h"
#include "simstow-tpdu-frame.h"

SimstowTpdu *
simstow_tpdu_new (SimstowTpduType type)
{
    SimstowTpdu *tpdu = g_new0 (SimstowTpdu, 1);

    tpdu->type = type;
    tpdu->first_octet = (guint8) type;
    tpdu->has_pid = type != SIMSTOW_TPDU_STATUS_REPORT;
    tpdu->has_dcs = tpdu->has_pid;
    tpdu->has_user_data = tpdu->has_pid;
    tpdu->timestamp.utc = -1;
    tpdu->discharge.utc = -1;
    tpdu->validity_seconds = -1;
    tpdu->validity_until = -1;
    tpdu->message_class = -1;
    tpdu->concat_reference = -1;
    tpdu->source_port = -1;
    tpdu->destination_port = -1;
    return tpdu;
}

void
simstow_tpdu_free (SimstowTpdu *tpdu)
{
    simstow_sms_address_clear (&tpdu->smsc);
    simstow_sms_address_clear (&tpdu->address);
    g_clear_pointer (&tpdu->parameter_extension, g_bytes_unref);
    g_clear_pointer (&tpdu->validity, g_bytes_unref);
    g_clear_pointer (&tpdu->udh, g_ptr_array_unref);
    g_clear_pointer (&tpdu->user_data, g_bytes_unref);
    g_clear_pointer (&tpdu->data, g_bytes_unref);
    g_clear_pointer (&tpdu->trailing, g_bytes_unref);
    g_free (tpdu->text);
    g_free (tpdu);
}

static gboolean
take_bytes (SimstowReader *reader, gsize size, GBytes **bytes, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, size, &data, error))
        return FALSE;
    *bytes = g_bytes_new (data, size);
    return TRUE;
}

static void
apply_dcs (SimstowTpdu *tpdu)
{
    SimstowDcs dcs = simstow_sms_dcs_decode (tpdu->dcs);

    tpdu->alphabet = dcs.alphabet;
    tpdu->message_class = dcs.message_class;
    tpdu->compressed = dcs.compressed;
    tpdu->waiting = dcs.waiting;
    tpdu->waiting_active = dcs.waiting_active;
    tpdu->waiting_discard = dcs.waiting_discard;
}

static gboolean
decode_dcs (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    if (!simstow_reader_u8 (reader, &tpdu->dcs, error))
        return FALSE;
    apply_dcs (tpdu);
    return TRUE;
}

static gboolean
decode_user_data (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    SimstowDcs dcs = simstow_sms_dcs_decode (tpdu->dcs);
    gsize size;

    if (!simstow_reader_u8 (reader, &tpdu->user_data_length, error))
        return FALSE;
    size = simstow_sms_user_data_size (tpdu->user_data_length, &dcs);
    return take_bytes (reader, size, &tpdu->user_data, error);
}

static gboolean
decode_deliver (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    return simstow_sms_address_decode (reader, &tpdu->address, error) &&
           simstow_reader_u8 (reader, &tpdu->pid, error) && decode_dcs (reader, tpdu, error) &&
           simstow_sms_timestamp_decode (reader, &tpdu->timestamp, error) &&
           decode_user_data (reader, tpdu, error);
}

static gboolean
decode_validity (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    SimstowValidityFormat format = SIMSTOW_TPDU_VPF (tpdu->first_octet);

    if (format == SIMSTOW_VALIDITY_NONE)
        return TRUE;
    if (!take_bytes (reader, simstow_sms_validity_size (format), &tpdu->validity, error))
        return FALSE;
    simstow_sms_validity_decode (format,
                                 tpdu->validity,
                                 &tpdu->validity_seconds,
                                 &tpdu->validity_until);
    return TRUE;
}

static gboolean
decode_submit (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    return simstow_reader_u8 (reader, &tpdu->reference, error) &&
           simstow_sms_address_decode (reader, &tpdu->address, error) &&
           simstow_reader_u8 (reader, &tpdu->pid, error) && decode_dcs (reader, tpdu, error) &&
           decode_validity (reader, tpdu, error) && decode_user_data (reader, tpdu, error);
}

static gboolean
decode_parameter_extension (SimstowReader *reader, SimstowTpdu *tpdu)
{
    SimstowReader ahead = *reader;
    guint8 octet = tpdu->parameter_indicator;
    gsize size = 0;

    for (; octet & SIMSTOW_TPDU_PI_EXTENDED; size++) {
        if (!simstow_reader_u8 (&ahead, &octet, NULL))
            return FALSE;
    }
    return size == 0 || take_bytes (reader, size, &tpdu->parameter_extension, NULL);
}

static gboolean
decode_parameters (SimstowReader *reader, SimstowTpdu *tpdu)
{
    guint8 indicator;

    if (!simstow_reader_u8 (reader, &indicator, NULL) || indicator == SIMSTOW_TPDU_PI_PADDING)
        return FALSE;
    tpdu->has_parameter_indicator = TRUE;
    tpdu->parameter_indicator = indicator;
    tpdu->has_pid = (indicator & SIMSTOW_TPDU_PI_PID) != 0;
    tpdu->has_dcs = (indicator & SIMSTOW_TPDU_PI_DCS) != 0;
    tpdu->has_user_data = (indicator & SIMSTOW_TPDU_PI_USER_DATA) != 0;
    return decode_parameter_extension (reader, tpdu) &&
           (!tpdu->has_pid || simstow_reader_u8 (reader, &tpdu->pid, NULL)) &&
           (!tpdu->has_dcs || decode_dcs (reader, tpdu, NULL)) &&
           (!tpdu->has_user_data || decode_user_data (reader, tpdu, NULL));
}

/* What follows TP-ST may as well be padding of the store: then it is no parameters */
static void
decode_optional (SimstowReader *reader, SimstowTpdu *tpdu)
{
    SimstowReader ahead = *reader;

    if (decode_parameters (&ahead, tpdu)) {
        *reader = ahead;
        return;
    }
    tpdu->has_parameter_indicator = FALSE;
    tpdu->parameter_indicator = 0;
    g_clear_pointer (&tpdu->parameter_extension, g_bytes_unref);
    tpdu->has_pid = FALSE;
    tpdu->has_dcs = FALSE;
    tpdu->has_user_data = FALSE;
    tpdu->pid = 0;
    tpdu->dcs = 0;
    tpdu->user_data_length = 0;
    apply_dcs (tpdu);
}

static gboolean
decode_status_report (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    if (!simstow_reader_u8 (reader, &tpdu->reference, error) ||
        !simstow_sms_address_decode (reader, &tpdu->address, error) ||
        !simstow_sms_timestamp_decode (reader, &tpdu->timestamp, error) ||
        !simstow_sms_timestamp_decode (reader, &tpdu->discharge, error) ||
        !simstow_reader_u8 (reader, &tpdu->report_status, error))
        return FALSE;
    decode_optional (reader, tpdu);
    return TRUE;
}

static gboolean
decode_body (SimstowReader *reader, SimstowTpdu *tpdu, GError **error)
{
    switch (tpdu->type) {
    case SIMSTOW_TPDU_SUBMIT:
        return decode_submit (reader, tpdu, error);
    case SIMSTOW_TPDU_STATUS_REPORT:
        return decode_status_report (reader, tpdu, error);
    case SIMSTOW_TPDU_DELIVER:
    default:
        return decode_deliver (reader, tpdu, error);
    }
}

static gboolean
decode_type (guint8 first_octet, gboolean received, SimstowTpduType *type, GError **error)
{
    guint8 mti = first_octet & SIMSTOW_TPDU_MTI;

    if (mti != SIMSTOW_TPDU_MTI_RESERVED) {
        *type = (SimstowTpduType) mti;
        return TRUE;
    }
    *type = SIMSTOW_TPDU_DELIVER;
    if (!received)
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             "reserved type of message");
    return received;
}

static SimstowTpdu *
decode_frame (SimstowReader *reader, gboolean received, GError **error)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_DELIVER);
    g_autoptr (SimstowTpdu) typed = NULL;
    SimstowTpduType type;

    if (!simstow_sms_address_decode_center (reader, &tpdu->smsc, error) ||
        !simstow_reader_u8 (reader, &tpdu->first_octet, error) ||
        !decode_type (tpdu->first_octet, received, &type, error))
        return NULL;
    typed = simstow_tpdu_new (type);
    typed->smsc = tpdu->smsc;
    tpdu->smsc = (SimstowAddress){0};
    typed->first_octet = tpdu->first_octet;
    if (!decode_body (reader, typed, error))
        return NULL;
    return g_steal_pointer (&typed);
}

SimstowTpdu *
simstow_tpdu_decode (GBytes *pdu, gboolean received, GError **error)
{
    g_autoptr (SimstowTpdu) tpdu = NULL;
    SimstowReader reader;
    gsize left;

    simstow_reader_init_bytes (&reader, pdu);
    tpdu = decode_frame (&reader, received, error);
    if (!tpdu) {
        g_prefix_error (error, "short message: ");
        return NULL;
    }
    if (tpdu->user_data)
        simstow_sms_user_data_interpret (tpdu);
    left = simstow_reader_remaining (&reader);
    if (left > 0 && !take_bytes (&reader, left, &tpdu->trailing, error))
        return NULL;
    return g_steal_pointer (&tpdu);
}
