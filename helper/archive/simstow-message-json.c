/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages as JSON: the record, which is read back, and the view of the decoded
 * TPDU, which is for people and jq.
 */

#include "simstow-json-shape.h"
#include "simstow-reader.h"
#include "simstow-record-json.h"

/* A message's line before it is decoded */
typedef struct {
    gchar *store;
    guint index;
    gchar *status;
    GBytes *pdu;
    gchar *sim;
    gint64 first_seen;
    gint64 last_seen;
    gboolean rebuilt;
    gint64 rebuilt_first_seen;
    gint64 rebuilt_last_seen;
    gchar *rest;
} MessageRecord;

static const SimstowJsonField record_fields[] = {
    SIMSTOW_JSON_NEEDED (MessageRecord, TEXT, store),
    SIMSTOW_JSON_NEEDED (MessageRecord, COUNT, index),
    SIMSTOW_JSON_NEEDED (MessageRecord, TEXT, status),
    SIMSTOW_JSON_NEEDED (MessageRecord, BYTES, pdu),
    SIMSTOW_JSON_FIELD (MessageRecord, TEXT, sim),
    SIMSTOW_JSON_FIELD (MessageRecord, TIME, first_seen),
    SIMSTOW_JSON_FIELD (MessageRecord, TIME, last_seen),
    SIMSTOW_JSON_FIELD (MessageRecord, MARK, rebuilt),
    SIMSTOW_JSON_FIELD (MessageRecord, TIME, rebuilt_first_seen),
    SIMSTOW_JSON_FIELD (MessageRecord, TIME, rebuilt_last_seen),
};

/* What is decoded from the TPDU */
static const gchar *const view_keys[] = {
    "tpdu",
    "smsc",
    "address",
    "address_type",
    "type",
    "time",
    "reference",
    "validity_seconds",
    "validity_until",
    "discharge",
    "report_status",
    "pid",
    "dcs",
    "class",
    "compressed",
    "waiting",
    "waiting_active",
    "concat",
    "ports",
    "udh",
    "text",
    "lossy",
    "data",
    "fault",
    NULL,
};

static const SimstowJsonShape record_shape = {
    SIMSTOW_JSON_TABLE (MessageRecord, record_fields),
    .rest = G_STRUCT_OFFSET (MessageRecord, rest),
    .derived = view_keys,
};

static void
message_record_clear (MessageRecord *record)
{
    g_free (record->store);
    g_free (record->status);
    g_free (record->sim);
    g_free (record->rest);
    g_clear_pointer (&record->pdu, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MessageRecord, message_record_clear)

/* The TPDU alone, without the SMSC address before it (3GPP TS 27.005 3.1) */
static void
write_bare_tpdu (SimstowJsonWriter *writer, GBytes *pdu)
{
    SimstowReader reader;
    const guint8 *data;
    guint8 length;
    gsize size;

    simstow_reader_init_bytes (&reader, pdu);
    if (!simstow_reader_u8 (&reader, &length, NULL) ||
        !simstow_reader_take (&reader, length, &data, NULL))
        return;
    size = simstow_reader_remaining (&reader);
    if (simstow_reader_take (&reader, size, &data, NULL))
        simstow_json_writer_hex (writer, "tpdu", data, size);
}

static void
write_addresses (SimstowJsonWriter *writer, const SimstowTpdu *tpdu)
{
    if (tpdu->smsc.type != 0)
        simstow_json_writer_string (writer, "smsc", tpdu->smsc.number);
    if (tpdu->address.type == 0)
        return;
    simstow_json_writer_string (writer, "address", tpdu->address.number);
    simstow_json_writer_integer (writer, "address_type", tpdu->address.type);
}

static void
write_timestamp (SimstowJsonWriter *writer, const gchar *key, const SimstowTimestamp *timestamp)
{
    if (timestamp->utc != -1)
        simstow_json_writer_time (writer, key, timestamp->utc, timestamp->zone);
}

/* What one type of TPDU has and the others do not */
static void
write_type (SimstowJsonWriter *writer, const SimstowTpdu *tpdu)
{
    switch (tpdu->type) {
    case SIMSTOW_TPDU_DELIVER:
        simstow_json_writer_string (writer, "type", "deliver");
        write_timestamp (writer, "time", &tpdu->timestamp);
        break;
    case SIMSTOW_TPDU_SUBMIT:
        simstow_json_writer_string (writer, "type", "submit");
        simstow_json_writer_integer (writer, "reference", tpdu->reference);
        if (tpdu->validity_seconds != -1)
            simstow_json_writer_integer (writer, "validity_seconds", tpdu->validity_seconds);
        if (tpdu->validity_until != -1)
            simstow_json_writer_time (writer, "validity_until", tpdu->validity_until, 0);
        break;
    case SIMSTOW_TPDU_STATUS_REPORT:
        simstow_json_writer_string (writer, "type", "status-report");
        simstow_json_writer_integer (writer, "reference", tpdu->reference);
        write_timestamp (writer, "time", &tpdu->timestamp);
        write_timestamp (writer, "discharge", &tpdu->discharge);
        simstow_json_writer_integer (writer, "report_status", tpdu->report_status);
        break;
    }
}

static void
write_coding (SimstowJsonWriter *writer, const SimstowTpdu *tpdu)
{
    if (tpdu->has_pid)
        simstow_json_writer_integer (writer, "pid", tpdu->pid);
    if (tpdu->has_dcs)
        simstow_json_writer_integer (writer, "dcs", tpdu->dcs);
    if (tpdu->message_class >= 0)
        simstow_json_writer_integer (writer, "class", tpdu->message_class);
    if (tpdu->compressed)
        simstow_json_writer_boolean (writer, "compressed", TRUE);
    if (!tpdu->waiting)
        return;
    simstow_json_writer_string (writer, "waiting", tpdu->waiting);
    simstow_json_writer_boolean (writer, "waiting_active", tpdu->waiting_active);
}

static void
write_header_elements (SimstowJsonWriter *writer, const GPtrArray *elements)
{
    guint i;

    if (!elements)
        return;
    simstow_json_writer_begin (writer, "udh", '[');
    for (i = 0; i < elements->len; i++) {
        const SimstowUdhElement *element = g_ptr_array_index (elements, i);

        simstow_json_writer_begin (writer, NULL, '{');
        simstow_json_writer_integer (writer, "id", element->id);
        simstow_json_writer_bytes (writer, "data", element->data);
        simstow_json_writer_end (writer, '}');
    }
    simstow_json_writer_end (writer, ']');
}

static void
write_header (SimstowJsonWriter *writer, const SimstowTpdu *tpdu)
{
    if (tpdu->concat_reference >= 0) {
        simstow_json_writer_begin (writer, "concat", '{');
        simstow_json_writer_integer (writer, "reference", tpdu->concat_reference);
        simstow_json_writer_integer (writer, "total", tpdu->concat_total);
        simstow_json_writer_integer (writer, "part", tpdu->concat_part);
        simstow_json_writer_end (writer, '}');
    }
    if (tpdu->destination_port >= 0) {
        simstow_json_writer_begin (writer, "ports", '{');
        simstow_json_writer_integer (writer, "source", tpdu->source_port);
        simstow_json_writer_integer (writer, "destination", tpdu->destination_port);
        simstow_json_writer_end (writer, '}');
    }
    write_header_elements (writer, tpdu->udh);
}

static void
write_body (SimstowJsonWriter *writer, const SimstowTpdu *tpdu)
{
    simstow_json_writer_string (writer, "text", tpdu->text);
    if (tpdu->lossy)
        simstow_json_writer_boolean (writer, "lossy", TRUE);
    simstow_json_writer_bytes (writer, "data", tpdu->data);
}

void
simstow_message_append_json (const SimstowMessage *message, GString *out)
{
    const MessageRecord record = {
        .store = message->store,
        .index = message->index,
        .status = (gchar *) simstow_message_status_to_string (message->status),
        .pdu = message->pdu,
        .sim = message->sim,
        .first_seen = message->first_seen,
        .last_seen = message->last_seen,
        .rebuilt = message->rebuilt,
        .rebuilt_first_seen = message->rebuilt_first_seen,
        .rebuilt_last_seen = message->rebuilt_last_seen,
    };
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_shape_write (&record_shape, &record, &writer);
    write_bare_tpdu (&writer, message->pdu);
    if (message->tpdu) {
        write_addresses (&writer, message->tpdu);
        write_type (&writer, message->tpdu);
        write_coding (&writer, message->tpdu);
        write_header (&writer, message->tpdu);
        write_body (&writer, message->tpdu);
    }
    simstow_json_writer_string (&writer, "fault", message->fault);
    simstow_json_writer_rest (&writer, message->rest);
    simstow_json_writer_end (&writer, '}');
}

SimstowMessage *
simstow_message_from_json (const gchar *text, gsize length, GError **error)
{
    g_auto (MessageRecord) record = {0};
    SimstowMessage *message;

    if (!simstow_json_shape_parse (&record_shape, text, length, &record, error))
        return NULL;
    message = simstow_message_new_raw (record.store,
                                       record.index,
                                       simstow_message_status_from_string (record.status),
                                       record.pdu);
    message->first_seen = record.first_seen;
    message->last_seen = record.last_seen;
    message->rebuilt = record.rebuilt;
    message->rebuilt_first_seen = record.rebuilt_first_seen;
    message->rebuilt_last_seen = record.rebuilt_last_seen;
    message->sim = g_steal_pointer (&record.sim);
    message->rest = g_steal_pointer (&record.rest);
    return message;
}

gboolean
simstow_message_check_json (const gchar *text, gsize length, GError **error)
{
    g_auto (MessageRecord) record = {0};

    return simstow_json_shape_parse (&record_shape, text, length, &record, error);
}
