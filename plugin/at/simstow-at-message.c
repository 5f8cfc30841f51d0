/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands as text.
 */

#include "simstow-at-message.h"

#include "simstow-at-field.h"
#include "simstow-at-lines.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define STATUS_UNSENT   2
#define STORAGES_MAX    16
#define STATUS_ALL      4
#define LIST_FIELDS_MAX 8
#define CPMS_STORAGES   3
#define HEX_DIGITS_MAX  1024

void
simstow_at_message_free (SimstowAtMessage *message)
{
    g_clear_pointer (&message->pdu, g_bytes_unref);
    g_free (message);
}

static void
storage_free (SimstowAtStorage *storage)
{
    g_free (storage->name);
    g_free (storage);
}

/* <index>,<stat>,[<alpha>],<length>; some modems leave <alpha> out with its comma */
static gboolean
parse_header (SimstowReader *line, SimstowAtMessage *message, guint *length)
{
    SimstowAtField field;
    gboolean known = FALSE;
    guint i;

    if (!simstow_at_field_next (line, &field) || !simstow_at_field_uint (&field, &message->index) ||
        !simstow_at_field_next (line, &field) || !simstow_at_field_uint (&field, &message->status))
        return FALSE;
    /* the length stands last, behind the name if there is one */
    for (i = 0; i < LIST_FIELDS_MAX && simstow_at_field_next (line, &field); i++)
        known = field.kind == SIMSTOW_AT_FIELD_PLAIN && simstow_at_field_uint (&field, length);
    return known;
}

static GBytes *
line_bytes (const SimstowReader *line)
{
    SimstowReader reader = *line;
    SimstowAtField field;

    if (simstow_reader_remaining (&reader) > HEX_DIGITS_MAX)
        return NULL;
    if (!simstow_at_field_next (&reader, &field) || field.length == 0 ||
        simstow_reader_remaining (&reader) > 0)
        return NULL;
    return simstow_hex_decode (field.text, (gssize) field.length, NULL);
}

/* The PDU as given, with an empty SMSC address where its length leaves no room for one */
static GBytes *
with_smsc (GBytes *bytes, guint length)
{
    g_autoptr (GByteArray) whole = NULL;
    static const guint8 empty = 0;
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);

    if (size != length)
        return g_bytes_ref (bytes);
    whole = g_byte_array_sized_new ((guint) size + 1);
    g_byte_array_append (whole, &empty, 1);
    g_byte_array_append (whole, data, (guint) size);
    return g_byte_array_free_to_bytes (g_steal_pointer (&whole));
}

GPtrArray *
simstow_at_message_parse_list (const gchar *reply, const gchar *prefix, guint *skipped)
{
    g_autoptr (GPtrArray) messages =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_message_free);
    g_autoptr (SimstowAtMessage) open = NULL;
    SimstowReader lines, line;
    guint rows = 0, length = 0;

    simstow_at_lines_init (&lines, reply);
    while (messages->len <= SIMSTOW_AT_MESSAGES_MAX && simstow_at_lines_next (&lines, &line)) {
        g_autoptr (GBytes) bytes = NULL;

        if (simstow_at_line_strip (&line, prefix)) {
            rows++;
            g_clear_pointer (&open, simstow_at_message_free);
            open = g_new0 (SimstowAtMessage, 1);
            if (!parse_header (&line, open, &length))
                g_clear_pointer (&open, simstow_at_message_free);
            continue;
        }
        /* an unsolicited code may stand between a row's two lines */
        bytes = open != NULL ? line_bytes (&line) : NULL;
        if (bytes == NULL)
            continue;
        open->pdu = with_smsc (bytes, length);
        g_ptr_array_add (messages, g_steal_pointer (&open));
    }
    if (skipped != NULL)
        *skipped = rows - messages->len;
    return g_steal_pointer (&messages);
}

gboolean
simstow_at_message_parse_memories (const gchar *reply, GStrv memories[2])
{
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CPMS", &line)) {
        g_auto (GStrv) first = NULL;
        g_auto (GStrv) second = NULL;
        guint8 c;

        /* the answer to +CPMS? may stand in the same reply */
        if (!simstow_reader_peek_u8 (&line, &c, NULL) || c != '(')
            continue;
        first = simstow_at_field_tokens (&line);
        second = simstow_at_field_tokens (&line);
        memories[1] = second[0] != NULL ? g_steal_pointer (&second) : g_strdupv (first);
        memories[0] = g_steal_pointer (&first);
        return TRUE;
    }
    return FALSE;
}

static gboolean
has_storage (GPtrArray *storages, const gchar *name)
{
    guint i;

    for (i = 0; i < storages->len; i++) {
        const SimstowAtStorage *storage = g_ptr_array_index (storages, i);

        if (g_str_equal (storage->name, name))
            return TRUE;
    }
    return FALSE;
}

static void
add_storages (SimstowReader *line, GPtrArray *storages)
{
    SimstowAtField name, field;
    guint used, total, i;

    for (i = 0; i < CPMS_STORAGES && simstow_at_field_next (line, &name); i++) {
        g_autofree gchar *token = NULL;
        SimstowAtStorage *storage;

        if (name.kind != SIMSTOW_AT_FIELD_QUOTED || !simstow_at_field_next (line, &field) ||
            !simstow_at_field_uint (&field, &used) || !simstow_at_field_next (line, &field) ||
            !simstow_at_field_uint (&field, &total))
            return;
        token = simstow_at_field_token (&name);
        if (token == NULL || has_storage (storages, token))
            continue;
        storage = g_new0 (SimstowAtStorage, 1);
        storage->name = g_steal_pointer (&token);
        storage->used = used;
        storage->total = total;
        g_ptr_array_add (storages, storage);
    }
}

GPtrArray *
simstow_at_message_parse_storages (const gchar *reply)
{
    g_autoptr (GPtrArray) storages = g_ptr_array_new_with_free_func ((GDestroyNotify) storage_free);
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    while (storages->len < STORAGES_MAX && simstow_at_lines_find (&lines, "+CPMS", &line))
        add_storages (&line, storages);
    return g_steal_pointer (&storages);
}

gboolean
simstow_at_message_parse_format (const gchar *reply, gboolean *text_mode)
{
    SimstowReader lines, line;
    SimstowAtField field;
    guint mode;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, "+CMGF", &line) || !simstow_at_field_next (&line, &field) ||
        !simstow_at_field_uint (&field, &mode))
        return FALSE;
    *text_mode = mode != 0;
    return TRUE;
}

gboolean
simstow_at_message_can_peek (const gchar *reply)
{
    g_autoptr (GArray) ranges = NULL;
    SimstowReader lines, line;
    SimstowAtField field;
    const SimstowAtRange *low, *high;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, "+CMGL", &line) || !simstow_at_field_next (&line, &field) ||
        field.kind != SIMSTOW_AT_FIELD_GROUP || !simstow_at_field_next (&line, &field) ||
        field.kind != SIMSTOW_AT_FIELD_GROUP || simstow_reader_remaining (&line) > 0)
        return FALSE;
    ranges = simstow_at_field_ranges (&field);
    if (ranges->len == 0)
        return FALSE;
    low = &g_array_index (ranges, SimstowAtRange, 0);
    high = &g_array_index (ranges, SimstowAtRange, ranges->len - 1);
    return low->first == 0 && high->last == 1;
}

gboolean
simstow_at_message_can_list_all (const gchar *reply, const gchar *prefix)
{
    g_autoptr (GArray) ranges = NULL;
    SimstowReader lines, line;
    SimstowAtField field;
    guint i;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, prefix, &line) || !simstow_at_field_next (&line, &field))
        return FALSE;
    ranges = simstow_at_field_ranges (&field);
    for (i = 0; i < ranges->len; i++) {
        const SimstowAtRange *range = &g_array_index (ranges, SimstowAtRange, i);

        if (range->first <= STATUS_ALL && range->last >= STATUS_ALL)
            return TRUE;
    }
    return FALSE;
}

gsize
simstow_at_message_check_pdu (GBytes *pdu, GError **error)
{
    SimstowReader reader, smsc;
    guint8 length;

    simstow_reader_init_bytes (&reader, pdu);
    if (g_bytes_get_size (pdu) > SIMSTOW_AT_PDU_MAX) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "message has %" G_GSIZE_FORMAT " octets, the limit is %d",
                     g_bytes_get_size (pdu),
                     SIMSTOW_AT_PDU_MAX);
        return 0;
    }
    if (!simstow_reader_u8 (&reader, &length, NULL) ||
        !simstow_reader_sub (&reader, length, &smsc, NULL) ||
        simstow_reader_remaining (&reader) == 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "message is shorter than its service centre address");
        return 0;
    }
    return simstow_reader_remaining (&reader);
}

gchar *
simstow_at_message_write_command (gsize tpdu_length, guint status)
{
    /* <stat> is left out where it is the default: not every modem takes it */
    if (status == STATUS_UNSENT)
        return g_strdup_printf ("+CMGW=%" G_GSIZE_FORMAT, tpdu_length);
    return g_strdup_printf ("+CMGW=%" G_GSIZE_FORMAT ",%u", tpdu_length, status);
}

gboolean
simstow_at_message_parse_index (const gchar *reply, guint *index)
{
    SimstowReader lines, line;
    SimstowAtField field;

    simstow_at_lines_init (&lines, reply);
    return simstow_at_lines_find (&lines, "+CMGW", &line) &&
           simstow_at_field_next (&line, &field) && simstow_at_field_uint (&field, index);
}
