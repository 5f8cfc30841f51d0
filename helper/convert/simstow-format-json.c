/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON for programs that read any: one object with three lists, in which each record says all that
 * is known of it, in words. Only written: an archive holds more.
 */

#include "config.h"

#include <string.h>

#include "simstow-format.h"
#include "simstow-json-writer.h"

#define MS_A_SECOND 1000

static const gchar *const extensions[] = {".json", NULL};

static const gchar *const list_names[SIMSTOW_RECORD_KINDS] = {
    [SIMSTOW_RECORD_MESSAGE] = "messages",
    [SIMSTOW_RECORD_CONTACT] = "contacts",
    [SIMSTOW_RECORD_CALL] = "calls",
};

static void
write_text (SimstowJsonWriter *writer, const gchar *key, const gchar *text)
{
    if (text && *text)
        simstow_json_writer_string (writer, key, text);
}

/* ISO 8601 with milliseconds, in the zone where there is one; nothing where it is not known */
static void
write_date (SimstowJsonWriter *writer, const gchar *key, gint64 date, gint zone)
{
    gchar time[SIMSTOW_TIME_SIZE];
    g_autofree gchar *text = NULL;
    gsize seconds = strlen ("2025-11-23T04:00:00");

    if (date == 0)
        return;
    if (date < 0 || !simstow_time_format (date / MS_A_SECOND, zone, time)) {
        simstow_json_writer_integer (writer, key, date);
        return;
    }
    text = g_strdup_printf ("%.*s.%03u%s",
                            (gint) seconds,
                            time,
                            (guint) (date % MS_A_SECOND),
                            time + seconds);
    simstow_json_writer_string (writer, key, text);
}

static void
write_message (SimstowJsonWriter *writer, const SimstowRecord *record)
{
    simstow_json_writer_string (writer, "folder", simstow_folder_word (record->folder));
    write_date (writer, "date", record->date, record->zone);
    write_date (writer, "sent", record->sent, record->zone);
    write_text (writer, "address", record->address);
    write_text (writer, "name", record->name);
    write_text (writer, "subject", record->subject);
    simstow_json_writer_string (writer, "text", record->text ? record->text : "");
    simstow_json_writer_boolean (writer, "read", !record->unread);
    if (record->status >= 0)
        simstow_json_writer_integer (writer, "status", record->status);
    if (record->locked)
        simstow_json_writer_boolean (writer, "locked", TRUE);
    if (record->multimedia)
        simstow_json_writer_boolean (writer, "multimedia", TRUE);
    write_text (writer, "service_center", record->smsc);
}

static void
write_number (SimstowJsonWriter *writer, const gchar *number, guint type, const gchar *label)
{
    g_autofree gchar *dialled = simstow_record_dial_number (number, type);

    simstow_json_writer_begin (writer, NULL, '{');
    simstow_json_writer_string (writer, "number", dialled);
    write_text (writer, "label", label);
    simstow_json_writer_end (writer, '}');
}

static void
write_list (SimstowJsonWriter *writer, const gchar *key, const gchar *first, const GPtrArray *rest)
{
    guint i;

    if (!first && rest->len == 0)
        return;
    simstow_json_writer_begin (writer, key, '[');
    if (first)
        simstow_json_writer_string (writer, NULL, first);
    for (i = 0; i < rest->len; i++)
        simstow_json_writer_string (writer, NULL, rest->pdata[i]);
    simstow_json_writer_end (writer, ']');
}

static void
write_contact (SimstowJsonWriter *writer, const SimstowContact *contact)
{
    guint i;

    simstow_json_writer_string (writer, "name", contact->name);
    simstow_json_writer_begin (writer, "numbers", '[');
    if (*contact->number)
        write_number (writer, contact->number, contact->type, NULL);
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *number = g_ptr_array_index (contact->numbers, i);

        write_number (writer, number->number, number->type, number->label);
    }
    simstow_json_writer_end (writer, ']');
    write_list (writer, "emails", NULL, contact->emails);
    write_list (writer, "second_names", contact->second_name, contact->second_names);
    write_list (writer, "groups", contact->group, contact->groups);
    write_text (writer, "sip_uri", contact->sip_uri);
    write_text (writer, "tel_uri", contact->tel_uri);
    if (contact->hidden)
        simstow_json_writer_boolean (writer, "hidden", TRUE);
    simstow_json_writer_string (writer, "store", contact->store);
    simstow_json_writer_integer (writer, "index", contact->index);
    /* further properties, as of a picture's author, in the words of vCard */
    write_text (writer, "vcard", contact->foreign);
}

static void
write_call (SimstowJsonWriter *writer, const SimstowRecord *record)
{
    simstow_json_writer_string (writer, "type", simstow_call_type_word (record->type));
    write_date (writer, "date", record->date, record->zone);
    write_text (writer, "address", record->address);
    write_text (writer, "name", record->name);
    if (record->duration >= 0)
        simstow_json_writer_integer (writer, "duration", record->duration);
    if (record->presentation > 1)
        simstow_json_writer_integer (writer, "presentation", record->presentation);
}

static gboolean
add (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    SimstowJsonWriter writer;

    g_string_append (text, output->counts[record->kind] > 0 ? ",\n    " : "\n    ");
    simstow_json_writer_init (&writer, text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    switch (record->kind) {
    case SIMSTOW_RECORD_MESSAGE:
        write_message (&writer, record);
        break;
    case SIMSTOW_RECORD_CONTACT:
        write_contact (&writer, record->contact);
        break;
    case SIMSTOW_RECORD_CALL:
        write_call (&writer, record);
        break;
    }
    write_text (&writer, "sim", record->sim);
    simstow_json_writer_end (&writer, '}');
    return TRUE;
}

static void
begin (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_string_append_printf (text, "%s  \"%s\": [", kind == 0 ? "{\n" : "", list_names[kind]);
}

static void
end (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text)
{
    g_string_append (text, output->counts[kind] > 0 ? "\n  ]" : "]");
    g_string_append (text, kind + 1 < SIMSTOW_RECORD_KINDS ? ",\n" : "\n}\n");
}

const SimstowFormat simstow_format_json = {
    .name = "json",
    .extensions = extensions,
    .kinds = SIMSTOW_FORMAT_ALL,
    .add = add,
    .begin = begin,
    .end = end,
};
