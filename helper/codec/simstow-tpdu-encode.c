/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a TPDU, written: what depends on later fields is settled first,
 * then the fields follow each other as simstow-tpdu.c reads them.
 */

#include "simstow-error.h"
#include "simstow-sms-user-data.h"
#include "simstow-sms-validity.h"
#include "simstow-tpdu-frame.h"
#include "simstow-tpdu.h"

/*
 * Plan: what is settled before the first octet can be written
 * @user_data: (nullable): TP-UD
 */
typedef struct {
    guint8 first_octet;
    guint8 dcs;
    GBytes *validity;
    guint8 user_data_length;
    GBytes *user_data;
} Plan;

static void
plan_clear (Plan *plan)
{
    g_clear_pointer (&plan->validity, g_bytes_unref);
    g_clear_pointer (&plan->user_data, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static guint8
plan_dcs (const SimstowTpdu *tpdu)
{
    SimstowDcs said = simstow_sms_dcs_decode (tpdu->dcs);
    SimstowDcs wanted = {
        .alphabet = tpdu->alphabet,
        .message_class = tpdu->message_class,
        .compressed = tpdu->compressed,
        .automatic_deletion = said.automatic_deletion,
        .waiting = tpdu->waiting,
        .waiting_active = tpdu->waiting_active,
        .waiting_discard = tpdu->waiting_discard,
    };

    /* an indication in the header needs none in the coding scheme */
    if (tpdu->user_data ||
        (said.alphabet == wanted.alphabet && said.message_class == wanted.message_class &&
         said.compressed == wanted.compressed && g_strcmp0 (said.waiting, wanted.waiting) == 0 &&
         said.waiting_active == wanted.waiting_active &&
         said.waiting_discard == wanted.waiting_discard))
        return tpdu->dcs;
    return simstow_sms_dcs_encode (&wanted);
}

static gboolean
plan_user_data (const SimstowTpdu *tpdu, Plan *plan, GError **error)
{
    g_autoptr (GByteArray) built = NULL;
    gboolean has_header;

    if (!tpdu->has_user_data)
        return TRUE;
    if (tpdu->user_data) {
        plan->user_data = g_bytes_ref (tpdu->user_data);
        plan->user_data_length = tpdu->user_data_length;
        return TRUE;
    }
    built = simstow_sms_user_data_build (tpdu, &plan->user_data_length, &has_header, error);
    if (!built)
        return FALSE;
    plan->first_octet &= (guint8) ~SIMSTOW_TPDU_UDHI;
    if (has_header)
        plan->first_octet |= SIMSTOW_TPDU_UDHI;
    plan->user_data = g_byte_array_free_to_bytes (g_steal_pointer (&built));
    return TRUE;
}

static void
plan_validity_format (Plan *plan, SimstowValidityFormat format)
{
    plan->first_octet &= (guint8) ~SIMSTOW_TPDU_VPF_MASK;
    plan->first_octet |= (guint8) (format << SIMSTOW_TPDU_VPF_SHIFT);
}

static gboolean
plan_validity (const SimstowTpdu *tpdu, Plan *plan, GError **error)
{
    g_autoptr (GByteArray) octets = g_byte_array_new ();
    SimstowTimestamp until = {.utc = tpdu->validity_until};

    if (tpdu->validity) {
        gsize size = simstow_sms_validity_size (SIMSTOW_TPDU_VPF (tpdu->first_octet));

        plan->validity = g_bytes_ref (tpdu->validity);
        if (size > 0 && g_bytes_get_size (tpdu->validity) == size)
            return TRUE;
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "validity period of another format than the first octet says");
        return FALSE;
    }
    if (tpdu->validity_until >= 0) {
        if (!simstow_sms_timestamp_encode (&until, octets, error))
            return FALSE;
        plan_validity_format (plan, SIMSTOW_VALIDITY_ABSOLUTE);
    } else if (tpdu->validity_seconds >= 0) {
        guint8 octet = simstow_sms_validity_encode_relative (tpdu->validity_seconds);

        g_byte_array_append (octets, &octet, 1);
        plan_validity_format (plan, SIMSTOW_VALIDITY_RELATIVE);
    } else {
        plan_validity_format (plan, SIMSTOW_VALIDITY_NONE);
    }
    plan->validity = g_byte_array_free_to_bytes (g_steal_pointer (&octets));
    return TRUE;
}

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
    if (bytes)
        g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

static void
append_octet (GByteArray *out, guint8 octet)
{
    g_byte_array_append (out, &octet, 1);
}

static void
append_user_data (GByteArray *out, const Plan *plan)
{
    append_octet (out, plan->user_data_length);
    append_bytes (out, plan->user_data);
}

static gboolean
encode_deliver (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    if (!simstow_sms_address_encode (&tpdu->address, out, error))
        return FALSE;
    append_octet (out, tpdu->pid);
    append_octet (out, plan->dcs);
    if (!simstow_sms_timestamp_encode (&tpdu->timestamp, out, error))
        return FALSE;
    append_user_data (out, plan);
    return TRUE;
}

static gboolean
encode_submit (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    append_octet (out, tpdu->reference);
    if (!simstow_sms_address_encode (&tpdu->address, out, error))
        return FALSE;
    append_octet (out, tpdu->pid);
    append_octet (out, plan->dcs);
    append_bytes (out, plan->validity);
    append_user_data (out, plan);
    return TRUE;
}

static guint8
parameter_indicator (const SimstowTpdu *tpdu)
{
    guint8 known = SIMSTOW_TPDU_PI_PID | SIMSTOW_TPDU_PI_DCS | SIMSTOW_TPDU_PI_USER_DATA |
                   SIMSTOW_TPDU_PI_EXTENDED;
    guint8 indicator = tpdu->parameter_indicator & (guint8) ~known;

    if (tpdu->has_pid)
        indicator |= SIMSTOW_TPDU_PI_PID;
    if (tpdu->has_dcs)
        indicator |= SIMSTOW_TPDU_PI_DCS;
    if (tpdu->has_user_data)
        indicator |= SIMSTOW_TPDU_PI_USER_DATA;
    if (tpdu->parameter_extension)
        indicator |= SIMSTOW_TPDU_PI_EXTENDED;
    return indicator;
}

static gboolean
encode_status_report (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    guint8 indicator = parameter_indicator (tpdu);

    append_octet (out, tpdu->reference);
    if (!simstow_sms_address_encode (&tpdu->address, out, error) ||
        !simstow_sms_timestamp_encode (&tpdu->timestamp, out, error) ||
        !simstow_sms_timestamp_encode (&tpdu->discharge, out, error))
        return FALSE;
    append_octet (out, tpdu->report_status);
    if (indicator == 0 && !tpdu->has_parameter_indicator)
        return TRUE;
    append_octet (out, indicator);
    append_bytes (out, tpdu->parameter_extension);
    if (tpdu->has_pid)
        append_octet (out, tpdu->pid);
    if (tpdu->has_dcs)
        append_octet (out, plan->dcs);
    if (tpdu->has_user_data)
        append_user_data (out, plan);
    return TRUE;
}

static gboolean
make_plan (const SimstowTpdu *tpdu, Plan *plan, GError **error)
{
    plan->first_octet = tpdu->first_octet;
    if (tpdu->type != SIMSTOW_TPDU_DELIVER ||
        (tpdu->first_octet & SIMSTOW_TPDU_MTI) != SIMSTOW_TPDU_MTI_RESERVED)
        plan->first_octet = (guint8) ((tpdu->first_octet & ~SIMSTOW_TPDU_MTI) | tpdu->type);
    plan->dcs = plan_dcs (tpdu);
    return plan_user_data (tpdu, plan, error) &&
           (tpdu->type != SIMSTOW_TPDU_SUBMIT || plan_validity (tpdu, plan, error));
}

static gboolean
encode_body (const SimstowTpdu *tpdu, const Plan *plan, GByteArray *out, GError **error)
{
    append_octet (out, plan->first_octet);
    switch (tpdu->type) {
    case SIMSTOW_TPDU_SUBMIT:
        return encode_submit (tpdu, plan, out, error);
    case SIMSTOW_TPDU_STATUS_REPORT:
        return encode_status_report (tpdu, plan, out, error);
    case SIMSTOW_TPDU_DELIVER:
    default:
        return encode_deliver (tpdu, plan, out, error);
    }
}

GBytes *
simstow_tpdu_encode (const SimstowTpdu *tpdu, GError **error)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_auto (Plan) plan = {0};

    if (!make_plan (tpdu, &plan, error) ||
        !simstow_sms_address_encode_center (&tpdu->smsc, out, error) ||
        !encode_body (tpdu, &plan, out, error)) {
        g_prefix_error (error, "short message: ");
        return NULL;
    }
    append_bytes (out, tpdu->trailing);
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
