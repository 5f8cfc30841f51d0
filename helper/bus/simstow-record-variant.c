/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries of the bus, and plain values.
 */

#include "simstow-record-variant.h"

#include <glib/gi18n.h>

#include "simstow-ef.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"
#include "simstow-record-card.h"
#include "simstow-record-fields.h"
#include "simstow-record-usim.h"

/* Type of number and numbering plan, 3GPP TS 24.008 10.5.4.7: unknown, ISDN */
#define TYPE_UNKNOWN 129

static gint
lookup_count (const SimstowRecordFields *fields, const gchar *key)
{
    guint32 count;

    if (!simstow_record_fields_get_uint (fields, key, &count))
        return -1;
    return (gint) MIN (count, (guint32) G_MAXINT);
}

static gboolean
lookup_index (const SimstowRecordFields *fields, guint *index, GError **error)
{
    guint32 value;

    if (!simstow_record_fields_get_uint (fields, SIMSTOW_RECORD_INDEX, &value)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     _ ("a record has no \"%s\""),
                     SIMSTOW_RECORD_INDEX);
        return FALSE;
    }
    *index = value;
    return TRUE;
}

static void
insert_bytes (GVariantDict *dict, const gchar *key, GBytes *bytes)
{
    g_variant_dict_insert_value (dict,
                                 key,
                                 g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static void
insert_optional (GVariantDict *dict, const gchar *key, const gchar *text)
{
    if (text && *text)
        g_variant_dict_insert (dict, key, "s", text);
}

static GPtrArray *
lookup_sets (const SimstowRecordFields *fields)
{
    GVariant *sets =
        simstow_record_fields_get (fields, SIMSTOW_STORE_SETS, G_VARIANT_TYPE ("aa{sv}"));

    return sets ? simstow_record_usim_sets (sets) : NULL;
}

SimstowStore *
simstow_store_from_variant (GVariant *record, GError **error)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autofree gchar *id = simstow_record_fields_dup_text (&fields, SIMSTOW_STORE_ID);
    g_autofree gchar *access = simstow_record_fields_dup_text (&fields, SIMSTOW_STORE_ACCESS);
    SimstowStore *store;
    gboolean extended;

    if (!id || !*id) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             _ ("a store has no name"));
        return NULL;
    }
    store = simstow_store_new (id);
    store->used = lookup_count (&fields, SIMSTOW_STORE_USED);
    store->capacity = lookup_count (&fields, SIMSTOW_STORE_CAPACITY);
    store->first = (guint) MAX (lookup_count (&fields, SIMSTOW_STORE_FIRST), 0);
    store->last = (guint) MAX (lookup_count (&fields, SIMSTOW_STORE_LAST), 0);
    store->number_length = lookup_count (&fields, SIMSTOW_STORE_NUMBER_LENGTH);
    store->name_length = lookup_count (&fields, SIMSTOW_STORE_NAME_LENGTH);
    store->writable = g_strcmp0 (access, SIMSTOW_ACCESS_READ_WRITE) == 0;
    store->plain =
        simstow_record_fields_get_boolean (&fields, SIMSTOW_STORE_EXTENDED, &extended) && !extended;
    simstow_record_fields_get_boolean (&fields, SIMSTOW_STORE_MARKS_READ, &store->marks_read);
    g_free (store->via);
    store->via = simstow_record_fields_dup_optional (&fields, SIMSTOW_STORE_VIA);
    store->way = simstow_record_fields_dup_optional (&fields, SIMSTOW_STORE_WAY);
    store->fault = simstow_record_fields_dup_optional (&fields, SIMSTOW_STORE_FAULT);
    store->sets = lookup_sets (&fields);
    return store;
}

/* A record of EF_SMS, as the card has it */
static SimstowMessage *
message_from_raw (const gchar *store, guint index, GBytes *raw, GError **error)
{
    static const SimstowMessageStatus statuses[] = {SIMSTOW_MESSAGE_STATUS_UNREAD,
                                                    SIMSTOW_MESSAGE_STATUS_READ,
                                                    SIMSTOW_MESSAGE_STATUS_UNSENT,
                                                    SIMSTOW_MESSAGE_STATUS_SENT};
    g_auto (SimstowEfSms) sms = {.stat = -1};
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);

    if (!simstow_ef_sms_decode (data, size, &sms, error))
        return NULL;
    if (!sms.pdu) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     _ ("record %u holds no message"),
                     index);
        return NULL;
    }
    return simstow_message_new (store,
                                index,
                                sms.stat >= 0 && sms.stat < (gint) G_N_ELEMENTS (statuses)
                                    ? statuses[sms.stat]
                                    : SIMSTOW_MESSAGE_STATUS_UNKNOWN,
                                sms.pdu);
}

SimstowMessage *
simstow_message_from_variant (const gchar *store, GVariant *record, GError **error)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autofree gchar *status = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_STATUS);
    g_autoptr (GBytes) pdu = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_PDU);
    g_autoptr (GBytes) raw = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_RAW);
    guint index;

    if (!lookup_index (&fields, &index, error))
        return NULL;
    if (!pdu && raw)
        return message_from_raw (store, index, raw, error);
    if (!pdu) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     _ ("record %u has no \"%s\""),
                     index,
                     SIMSTOW_RECORD_PDU);
        return NULL;
    }
    return simstow_message_new (store, index, simstow_message_status_from_string (status), pdu);
}

GVariant *
simstow_message_to_variant (const SimstowMessage *message, SimstowMessageStatus status)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

    g_variant_dict_insert (&dict,
                           SIMSTOW_RECORD_STATUS,
                           "s",
                           simstow_message_status_to_string (status));
    insert_bytes (&dict, SIMSTOW_RECORD_PDU, message->pdu);
    return g_variant_dict_end (&dict);
}

static void
lookup_further (SimstowContact *contact, const SimstowRecordFields *fields)
{
    g_autofree gchar *number =
        simstow_record_fields_dup_optional (fields, SIMSTOW_RECORD_ADDITIONAL_NUMBER);
    g_autofree gchar *email = simstow_record_fields_dup_optional (fields, SIMSTOW_RECORD_EMAIL);
    guint32 type = TYPE_UNKNOWN;

    simstow_record_fields_get_uint (fields, SIMSTOW_RECORD_ADDITIONAL_TYPE, &type);
    if (number)
        simstow_contact_add_number (contact, number, type);
    if (email)
        g_ptr_array_add (contact->emails, g_steal_pointer (&email));
    contact->group = simstow_record_fields_dup_optional (fields, SIMSTOW_RECORD_GROUP);
    contact->second_name = simstow_record_fields_dup_optional (fields, SIMSTOW_RECORD_SECOND_NAME);
    contact->sip_uri = simstow_record_fields_dup_optional (fields, SIMSTOW_RECORD_SIP_URI);
    contact->tel_uri = simstow_record_fields_dup_optional (fields, SIMSTOW_RECORD_TEL_URI);
}

SimstowContact *
simstow_contact_from_variant (const gchar *store, GVariant *record, GError **error)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autofree gchar *number = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_NUMBER);
    g_autofree gchar *name = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_NAME);
    guint32 type = TYPE_UNKNOWN;
    SimstowContact *contact;
    guint index;

    if (!lookup_index (&fields, &index, error))
        return NULL;
    if (simstow_record_fields_get (&fields, SIMSTOW_RECORD_RAW, G_VARIANT_TYPE_BYTESTRING))
        return simstow_record_card_to_contact (store, index, record, error);
    simstow_record_fields_get_uint (&fields, SIMSTOW_RECORD_TYPE, &type);
    contact = simstow_contact_new (store, index, number ? number : "", type, name ? name : "");
    contact->name_raw = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_NAME_RAW);
    simstow_record_fields_get_boolean (&fields, SIMSTOW_RECORD_HIDDEN, &contact->hidden);
    lookup_further (contact, &fields);
    return contact;
}

/* What is common to contacts and calls */
static void
insert_entry (GVariantDict *dict,
              guint index,
              const gchar *number,
              guint type,
              const gchar *name,
              GBytes *name_raw)
{
    if (index > 0)
        g_variant_dict_insert (dict, SIMSTOW_RECORD_INDEX, "u", index);
    g_variant_dict_insert (dict, SIMSTOW_RECORD_NUMBER, "s", number);
    g_variant_dict_insert (dict, SIMSTOW_RECORD_TYPE, "u", type);
    g_variant_dict_insert (dict, SIMSTOW_RECORD_NAME, "s", name);
    if (name_raw)
        insert_bytes (dict, SIMSTOW_RECORD_NAME_RAW, name_raw);
}

GVariant *
simstow_contact_to_variant (const SimstowContact *contact, guint index)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

    insert_entry (&dict, index, contact->number, contact->type, contact->name, contact->name_raw);
    if (contact->hidden)
        g_variant_dict_insert (&dict, SIMSTOW_RECORD_HIDDEN, "b", TRUE);
    if (contact->numbers->len > 0) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, 0);

        g_variant_dict_insert (&dict, SIMSTOW_RECORD_ADDITIONAL_NUMBER, "s", further->number);
        g_variant_dict_insert (&dict, SIMSTOW_RECORD_ADDITIONAL_TYPE, "u", further->type);
    }
    if (contact->emails->len > 0)
        insert_optional (&dict, SIMSTOW_RECORD_EMAIL, g_ptr_array_index (contact->emails, 0));
    insert_optional (&dict, SIMSTOW_RECORD_GROUP, contact->group);
    insert_optional (&dict, SIMSTOW_RECORD_SECOND_NAME, contact->second_name);
    insert_optional (&dict, SIMSTOW_RECORD_SIP_URI, contact->sip_uri);
    insert_optional (&dict, SIMSTOW_RECORD_TEL_URI, contact->tel_uri);
    return g_variant_dict_end (&dict);
}

SimstowCall *
simstow_call_from_variant (const gchar *store, GVariant *record, GError **error)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autofree gchar *number = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_NUMBER);
    g_autofree gchar *name = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_NAME);
    guint32 type = TYPE_UNKNOWN;
    SimstowCall *call;
    guint index;

    if (!lookup_index (&fields, &index, error))
        return NULL;
    if (simstow_record_fields_get (&fields, SIMSTOW_RECORD_RAW, G_VARIANT_TYPE_BYTESTRING))
        return simstow_record_card_to_call (store, index, record, error);
    simstow_record_fields_get_uint (&fields, SIMSTOW_RECORD_TYPE, &type);
    call = simstow_call_new (store, index, number ? number : "", type, name ? name : "");
    call->name_raw = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_NAME_RAW);
    call->time = simstow_record_fields_dup_optional (&fields, SIMSTOW_RECORD_TIME);
    return call;
}

GVariant *
simstow_call_to_variant (const SimstowCall *call, guint index)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

    insert_entry (&dict, index, call->number, call->type, call->name, call->name_raw);
    insert_optional (&dict, SIMSTOW_RECORD_TIME, call->time);
    return g_variant_dict_end (&dict);
}

/* All other records with a fault have something of their own */
static gboolean
is_unread (const SimstowRecordFields *fields)
{
    return simstow_record_fields_get (fields, SIMSTOW_RECORD_FAULT, G_VARIANT_TYPE_STRING) &&
           !simstow_record_fields_get (fields, SIMSTOW_RECORD_RAW, G_VARIANT_TYPE_BYTESTRING) &&
           !simstow_record_fields_get (fields, SIMSTOW_RECORD_NAME, G_VARIANT_TYPE_STRING);
}

SimstowUnread *
simstow_unread_from_variant (const gchar *store, GVariant *record)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autoptr (GBytes) raw = NULL;
    g_autofree gchar *fault = NULL;
    guint32 index = 0;

    if (!is_unread (&fields))
        return NULL;
    raw = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_ROW);
    fault = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_FAULT);
    simstow_record_fields_get_uint (&fields, SIMSTOW_RECORD_INDEX, &index);
    return simstow_unread_new (store, index, fault, raw);
}

gboolean
simstow_esim_add_variant (SimstowEsim *esim, GVariant *record, GError **error)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autofree gchar *name = simstow_record_fields_dup_optional (&fields, SIMSTOW_RECORD_NAME);
    g_autofree gchar *fault = simstow_record_fields_dup_optional (&fields, SIMSTOW_RECORD_FAULT);
    g_autoptr (GBytes) raw = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_RAW);

    if (!name || (!raw && !fault)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     _ ("an answer of the eUICC has no \"%s\""),
                     name ? SIMSTOW_RECORD_RAW : SIMSTOW_RECORD_NAME);
        return FALSE;
    }
    simstow_esim_add_answer (esim, name, raw, fault);
    return TRUE;
}

static gchar **
lookup_records (const SimstowRecordFields *fields)
{
    GVariant *list =
        simstow_record_fields_get (fields, SIMSTOW_RECORD_RECORDS, G_VARIANT_TYPE ("aay"));
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    gsize i;

    for (i = 0; list && i < g_variant_n_children (list); i++) {
        g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
        g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (child);
        g_autofree gchar *hex = simstow_hex_encode_bytes (bytes);

        g_strv_builder_add (builder, hex);
    }
    return list ? g_strv_builder_end (builder) : NULL;
}

SimstowSimfile *
simstow_simfile_from_variant (GVariant *record, GError **error)
{
    g_auto (SimstowRecordFields) fields = simstow_record_fields_take (record);
    g_autoptr (SimstowSimfile) simfile = simstow_simfile_new ();

    if (!lookup_index (&fields, &simfile->index, error))
        return NULL;
    simfile->name = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_NAME);
    if (!simfile->name) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     _ ("record %u has no \"%s\""),
                     simfile->index,
                     SIMSTOW_RECORD_NAME);
        return NULL;
    }
    simfile->path = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_PATH);
    simfile->structure = simstow_record_fields_dup_text (&fields, SIMSTOW_RECORD_STRUCTURE);
    simfile->raw = simstow_record_fields_dup_bytes (&fields, SIMSTOW_RECORD_RAW);
    simfile->records = lookup_records (&fields);
    simfile->fault = simstow_record_fields_dup_optional (&fields, SIMSTOW_RECORD_FAULT);
    return g_steal_pointer (&simfile);
}
