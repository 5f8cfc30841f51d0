/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as the bus has them.
 */

#include "simstow-store-record.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"
#include "simstow-store-dict.h"

#define STATUS_READ     1
#define STATUS_UNSENT   2
#define TP_MTI          0x03
#define TP_MTI_SUBMIT   0x01
#define MESSAGE_UNKNOWN "unknown"

/* By <stat>, 3GPP TS 27.005 3.1 */
static const gchar *const statuses[] = {"unread", "read", "unsent", "sent"};

static gboolean
take_uint (GVariant *value, guint max, guint *number)
{
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
        return FALSE;
    *number = g_variant_get_uint32 (value);
    return *number <= max;
}

static gpointer
bad_key (const gchar *key, GError **error)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 "record's %s is unknown or has no valid value",
                 key);
    return NULL;
}

static gboolean
take_status (SimstowAtMessage *message, GVariant *value)
{
    guint i;

    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        return FALSE;
    for (i = 0; i < G_N_ELEMENTS (statuses); i++) {
        if (g_str_equal (g_variant_get_string (value, NULL), statuses[i])) {
            message->status = i;
            return TRUE;
        }
    }
    return g_str_equal (g_variant_get_string (value, NULL), MESSAGE_UNKNOWN);
}

static gboolean
take_message_value (SimstowAtMessage *message, const gchar *key, GVariant *value)
{
    if (g_str_equal (key, SIMSTOW_RECORD_INDEX))
        return take_uint (value, G_MAXUINT32, &message->index);
    if (g_str_equal (key, SIMSTOW_RECORD_STATUS))
        return take_status (message, value);
    if (!g_str_equal (key, SIMSTOW_RECORD_PDU) ||
        !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
        return FALSE;
    g_clear_pointer (&message->pdu, g_bytes_unref);
    message->pdu = g_variant_get_data_as_bytes (value);
    return TRUE;
}

/* What a message of no known status must be, by the first octet behind the SMSC */
static guint
status_of_pdu (GBytes *pdu)
{
    SimstowReader reader, smsc;
    guint8 octet;

    simstow_reader_init_bytes (&reader, pdu);
    if (simstow_reader_u8 (&reader, &octet, NULL) &&
        simstow_reader_sub (&reader, octet, &smsc, NULL) &&
        simstow_reader_u8 (&reader, &octet, NULL) && (octet & TP_MTI) == TP_MTI_SUBMIT)
        return STATUS_UNSENT;
    return STATUS_READ;
}

SimstowAtMessage *
simstow_store_record_to_message (GVariant *record, GError **error)
{
    g_autoptr (SimstowAtMessage) message = g_new0 (SimstowAtMessage, 1);
    GVariantIter iter;
    const gchar *key;
    GVariant *child;

    message->status = G_MAXUINT;
    g_variant_iter_init (&iter, record);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &child)) {
        g_autoptr (GVariant) value = child;

        if (!take_message_value (message, key, value))
            return bad_key (key, error);
    }
    if (message->pdu == NULL)
        return bad_key (SIMSTOW_RECORD_PDU, error);
    if (simstow_at_message_check_pdu (message->pdu, error) == 0)
        return NULL;
    if (message->status == G_MAXUINT)
        message->status = status_of_pdu (message->pdu);
    return g_steal_pointer (&message);
}

GVariant *
simstow_store_record_unread (guint index, GBytes *row, const gchar *fault)
{
    SimstowStoreDict dict;

    simstow_store_dict_init (&dict);
    /* of no record, where there is neither a place nor bytes */
    if (index > 0 || row)
        simstow_store_dict_add_uint (&dict, SIMSTOW_RECORD_INDEX, index);
    simstow_store_dict_add_text (&dict, SIMSTOW_RECORD_FAULT, fault);
    if (row && g_bytes_get_size (row) > 0)
        simstow_store_dict_add_bytes (&dict, SIMSTOW_RECORD_ROW, row);
    return simstow_store_dict_end (&dict);
}
