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

#define TEXT_MAX        1024
#define TYPE_MAX        255
#define STATUS_READ     1
#define STATUS_UNSENT   2
#define TP_MTI          0x03
#define TP_MTI_SUBMIT   0x01
#define MESSAGE_UNKNOWN "unknown"

/* The texts of an entry, by key */
static const struct {
    const gchar *key;
    gsize offset;
} texts[] = {
    {SIMSTOW_RECORD_NUMBER, G_STRUCT_OFFSET (SimstowAtEntry, number)},
    {SIMSTOW_RECORD_NAME, G_STRUCT_OFFSET (SimstowAtEntry, name)},
    {SIMSTOW_RECORD_GROUP, G_STRUCT_OFFSET (SimstowAtEntry, group)},
    {SIMSTOW_RECORD_ADDITIONAL_NUMBER, G_STRUCT_OFFSET (SimstowAtEntry, additional_number)},
    {SIMSTOW_RECORD_SECOND_NAME, G_STRUCT_OFFSET (SimstowAtEntry, second_name)},
    {SIMSTOW_RECORD_EMAIL, G_STRUCT_OFFSET (SimstowAtEntry, email)},
    {SIMSTOW_RECORD_SIP_URI, G_STRUCT_OFFSET (SimstowAtEntry, sip_uri)},
    {SIMSTOW_RECORD_TEL_URI, G_STRUCT_OFFSET (SimstowAtEntry, tel_uri)},
    {SIMSTOW_RECORD_TIME, G_STRUCT_OFFSET (SimstowAtEntry, time)},
};

/* By <stat>, 3GPP TS 27.005 3.1 */
static const gchar *const statuses[] = {"unread", "read", "unsent", "sent"};

GVariant *
simstow_store_record_from_entry (const SimstowAtEntry *entry)
{
    SimstowStoreDict dict;
    gsize i;

    if (entry->fault != NULL)
        return simstow_store_record_unread (entry->index, entry->row, entry->fault);
    simstow_store_dict_init (&dict);
    simstow_store_dict_add_uint (&dict, SIMSTOW_RECORD_INDEX, entry->index);
    simstow_store_dict_add_uint (&dict, SIMSTOW_RECORD_TYPE, entry->type);
    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        const gchar *text = G_STRUCT_MEMBER (gchar *, entry, texts[i].offset);

        if (text != NULL)
            simstow_store_dict_add_text (&dict, texts[i].key, text);
    }
    if (entry->name_raw != NULL)
        simstow_store_dict_add_bytes (&dict, SIMSTOW_RECORD_NAME_RAW, entry->name_raw);
    if (entry->hidden >= 0)
        simstow_store_dict_add_boolean (&dict, SIMSTOW_RECORD_HIDDEN, entry->hidden);
    if (entry->additional_type >= 0)
        simstow_store_dict_add_uint (&dict,
                                     SIMSTOW_RECORD_ADDITIONAL_TYPE,
                                     (guint) entry->additional_type);
    return simstow_store_dict_end (&dict);
}

static gboolean
take_text (SimstowAtEntry *entry, const gchar *key, GVariant *value)
{
    gsize i, length;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        gchar **text = &G_STRUCT_MEMBER (gchar *, entry, texts[i].offset);
        const gchar *given;

        if (!g_str_equal (key, texts[i].key) ||
            !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
            continue;
        given = g_variant_get_string (value, &length);
        if (length > TEXT_MAX)
            return FALSE;
        g_free (*text);
        *text = g_strdup (given);
        return TRUE;
    }
    return FALSE;
}

static gboolean
take_uint (GVariant *value, guint max, guint *number)
{
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
        return FALSE;
    *number = g_variant_get_uint32 (value);
    return *number <= max;
}

static gboolean
take_raw (SimstowAtEntry *entry, GVariant *value)
{
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING) ||
        g_variant_get_size (value) > TEXT_MAX || g_variant_get_size (value) % 2 != 0)
        return FALSE;
    g_clear_pointer (&entry->name_raw, g_bytes_unref);
    entry->name_raw = g_variant_get_data_as_bytes (value);
    return TRUE;
}

static gboolean
take_entry_value (SimstowAtEntry *entry, const gchar *key, GVariant *value)
{
    guint number;

    if (g_str_equal (key, SIMSTOW_RECORD_INDEX))
        return take_uint (value, G_MAXINT, &entry->index);
    if (g_str_equal (key, SIMSTOW_RECORD_TYPE))
        return take_uint (value, TYPE_MAX, &entry->type);
    if (g_str_equal (key, SIMSTOW_RECORD_NAME_RAW))
        return take_raw (entry, value);
    if (g_str_equal (key, SIMSTOW_RECORD_ADDITIONAL_TYPE)) {
        if (!take_uint (value, TYPE_MAX, &number))
            return FALSE;
        entry->additional_type = (gint) number;
        return TRUE;
    }
    if (g_str_equal (key, SIMSTOW_RECORD_HIDDEN) &&
        g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)) {
        entry->hidden = g_variant_get_boolean (value);
        return TRUE;
    }
    return take_text (entry, key, value);
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

SimstowAtEntry *
simstow_store_record_to_entry (GVariant *record, GError **error)
{
    g_autoptr (SimstowAtEntry) entry = simstow_at_entry_new ();
    GVariantIter iter;
    const gchar *key;
    GVariant *child;

    g_variant_iter_init (&iter, record);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &child)) {
        g_autoptr (GVariant) value = child;

        if (!take_entry_value (entry, key, value))
            return bad_key (key, error);
    }
    return g_steal_pointer (&entry);
}

/* A modem counts a name in its own units; of UTF-16 it has at least this many */
static gsize
name_units (const SimstowAtEntry *entry)
{
    const gchar *c;
    gsize units = 0;

    if (entry->name_raw != NULL)
        return g_bytes_get_size (entry->name_raw) / 2;
    for (c = entry->name; *c != '\0'; c = g_utf8_next_char (c))
        units += g_utf8_get_char (c) >= 0x10000 ? 2 : 1;
    return units;
}

gboolean
simstow_store_record_check_limits (const SimstowAtEntry *entry,
                                   const SimstowAtPhonebook *phonebook,
                                   GError **error)
{
    gsize digits = strlen (entry->number) - (entry->number[0] == '+');
    gsize units = name_units (entry);

    if (phonebook->number_length > 0 && digits > phonebook->number_length) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "number has %" G_GSIZE_FORMAT " digits, the limit is %u",
                     digits,
                     phonebook->number_length);
        return FALSE;
    }
    if (phonebook->name_length > 0 && units > phonebook->name_length) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "name has %" G_GSIZE_FORMAT " characters, the limit is %u",
                     units,
                     phonebook->name_length);
        return FALSE;
    }
    if (simstow_at_entry_has_extras (entry) && phonebook->plain) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "the store takes nothing but number, type and name");
        return FALSE;
    }
    return TRUE;
}

GVariant *
simstow_store_record_from_message (const SimstowAtMessage *message)
{
    SimstowStoreDict dict;
    const gchar *status =
        message->status < G_N_ELEMENTS (statuses) ? statuses[message->status] : MESSAGE_UNKNOWN;

    if (message->pdu == NULL)
        return simstow_store_record_unread (message->index, message->row, message->fault);
    simstow_store_dict_init (&dict);
    simstow_store_dict_add_uint (&dict, SIMSTOW_RECORD_INDEX, message->index);
    simstow_store_dict_add_text (&dict, SIMSTOW_RECORD_STATUS, status);
    simstow_store_dict_add_bytes (&dict, SIMSTOW_RECORD_PDU, message->pdu);
    return simstow_store_dict_end (&dict);
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
