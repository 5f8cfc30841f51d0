/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user data header of a short message.
 */

#include "simstow-sms-udh.h"

#include "simstow-error.h"

/* All user data has 140 octets */
#define HEADER_OCTETS 139

SimstowUdhElement *
simstow_sms_udh_element_new (guint8 id, const guint8 *data, gsize size)
{
    SimstowUdhElement *element = g_new0 (SimstowUdhElement, 1);

    element->id = id;
    element->data = g_bytes_new (data, size);
    return element;
}

void
simstow_sms_udh_element_free (SimstowUdhElement *element)
{
    g_bytes_unref (element->data);
    g_free (element);
}

static void
on_element_unused (gpointer element)
{
    simstow_sms_udh_element_free (element);
}

GPtrArray *
simstow_sms_udh_new (void)
{
    return g_ptr_array_new_with_free_func (on_element_unused);
}

GPtrArray *
simstow_sms_udh_decode (SimstowReader *reader)
{
    g_autoptr (GPtrArray) elements = simstow_sms_udh_new ();

    while (simstow_reader_remaining (reader) > 0) {
        const guint8 *data;
        guint8 id;
        guint8 size;

        if (!simstow_reader_u8 (reader, &id, NULL) || !simstow_reader_u8 (reader, &size, NULL) ||
            !simstow_reader_take (reader, size, &data, NULL))
            return NULL;
        g_ptr_array_add (elements, simstow_sms_udh_element_new (id, data, size));
    }
    return g_steal_pointer (&elements);
}

gboolean
simstow_sms_udh_encode (GPtrArray *elements, GByteArray *out, GError **error)
{
    g_autoptr (GByteArray) header = g_byte_array_new ();
    guint8 length;
    guint i;

    for (i = 0; i < elements->len; i++) {
        const SimstowUdhElement *element = g_ptr_array_index (elements, i);
        gsize size;
        const guint8 *data = g_bytes_get_data (element->data, &size);
        guint8 head[2] = {element->id, (guint8) size};

        if (header->len + sizeof head + size > HEADER_OCTETS) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_RECORD,
                         "user data header of more than %d octets",
                         HEADER_OCTETS);
            return FALSE;
        }
        g_byte_array_append (header, head, sizeof head);
        g_byte_array_append (header, data, size);
    }
    length = (guint8) header->len;
    g_byte_array_append (out, &length, 1);
    g_byte_array_append (out, header->data, header->len);
    return TRUE;
}

static void
read_concat (SimstowUdhSummary *summary, SimstowReader *reader, gboolean wide)
{
    guint16 reference = 0;
    guint8 octet = 0;
    guint8 total;
    guint8 part;

    if (simstow_reader_remaining (reader) != (wide ? 4 : 3))
        return;
    if (wide) {
        if (!simstow_reader_u16_be (reader, &reference, NULL))
            return;
    } else {
        if (!simstow_reader_u8 (reader, &octet, NULL))
            return;
        reference = octet;
    }
    if (!simstow_reader_u8 (reader, &total, NULL) || !simstow_reader_u8 (reader, &part, NULL) ||
        part == 0 || part > total)
        return;
    summary->concat_reference = reference;
    summary->concat_total = total;
    summary->concat_part = part;
    summary->concat_wide = wide;
}

static void
read_ports_8 (SimstowUdhSummary *summary, SimstowReader *reader)
{
    guint8 destination;
    guint8 source;

    if (simstow_reader_remaining (reader) != 2 || !simstow_reader_u8 (reader, &destination, NULL) ||
        !simstow_reader_u8 (reader, &source, NULL))
        return;
    summary->destination_port = destination;
    summary->source_port = source;
}

static void
read_ports_16 (SimstowUdhSummary *summary, SimstowReader *reader)
{
    guint16 destination;
    guint16 source;

    if (simstow_reader_remaining (reader) != 4 ||
        !simstow_reader_u16_be (reader, &destination, NULL) ||
        !simstow_reader_u16_be (reader, &source, NULL))
        return;
    summary->destination_port = destination;
    summary->source_port = source;
}

static void
read_waiting (SimstowUdhSummary *summary, SimstowReader *reader)
{
    guint8 kind;
    guint8 count;

    if (simstow_reader_remaining (reader) != 2 || !simstow_reader_u8 (reader, &kind, NULL) ||
        !simstow_reader_u8 (reader, &count, NULL))
        return;
    summary->waiting = TRUE;
    summary->waiting_kind = kind & 0x03;
    summary->waiting_discard = (kind & 0x80) == 0;
    summary->waiting_count = count;
}

static void
read_table (guint8 *table, SimstowReader *reader)
{
    guint8 language;

    if (simstow_reader_remaining (reader) == 1 && simstow_reader_u8 (reader, &language, NULL))
        *table = language;
}

static void
read_element (SimstowUdhSummary *summary, const SimstowUdhElement *element)
{
    SimstowReader reader;

    simstow_reader_init_bytes (&reader, element->data);
    switch (element->id) {
    case SIMSTOW_UDH_CONCAT_8:
    case SIMSTOW_UDH_CONCAT_16:
        read_concat (summary, &reader, element->id == SIMSTOW_UDH_CONCAT_16);
        break;
    case SIMSTOW_UDH_PORTS_8:
        read_ports_8 (summary, &reader);
        break;
    case SIMSTOW_UDH_PORTS_16:
        read_ports_16 (summary, &reader);
        break;
    case SIMSTOW_UDH_WAITING:
        read_waiting (summary, &reader);
        break;
    case SIMSTOW_UDH_SHIFT:
        read_table (&summary->tables.shift, &reader);
        break;
    case SIMSTOW_UDH_LOCKING:
        read_table (&summary->tables.locking, &reader);
        break;
    default:
        break;
    }
}

SimstowUdhSummary
simstow_sms_udh_summarize (GPtrArray *elements)
{
    SimstowUdhSummary summary = {
        .concat_reference = -1,
        .source_port = -1,
        .destination_port = -1,
    };
    guint i;

    for (i = 0; elements && i < elements->len; i++)
        read_element (&summary, g_ptr_array_index (elements, i));
    return summary;
}
