/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands as text.
 */

#include "simstow-at-sms.h"

#include <string.h>

#include "simstow-at-text.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define STATUS_UNSENT     2
#define STORAGES_MAX      16
#define STATUS_ALL        4
#define LIST_FIELDS_MAX   8
#define CPMS_STORAGES     3
#define HEX_DIGITS_MAX    1024
#define ROW_MAX           4096
#define LENGTH_DIGITS_MAX 3
#define SMSC_MIN          2
#define SMSC_MAX          11

void
simstow_at_message_free (SimstowAtMessage *message)
{
    g_clear_pointer (&message->pdu, g_bytes_unref);
    g_clear_pointer (&message->row, g_bytes_unref);
    g_free (message->fault);
    g_free (message);
}

static void
storage_free (SimstowAtStorage *storage)
{
    g_free (storage->name);
    g_free (storage);
}

/* A row under way: its first line, and the PDU as far as it came */
typedef struct {
    SimstowAtMessage *message;
    GString *text;
    GByteArray *pdu;
    guint length;
    gboolean has_length;
    gboolean in_text; /* a row of text mode: what follows is no PDU */
} Open;

/* The names of text mode, 3GPP TS 27.005 3.1, which some modems use in PDU mode, too */
static gboolean
parse_status (const SimstowAtField *field, guint *status)
{
    static const gchar *const names[] = {"REC UNREAD", "REC READ", "STO UNSENT", "STO SENT"};
    guint i;

    if (simstow_at_field_uint (field, status))
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        if (field->length == strlen (names[i]) &&
            g_ascii_strncasecmp (field->text, names[i], field->length) == 0) {
            *status = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* <length> with the PDU glued to it, as the daemon has taken an unsolicited code and the line ends
 * around it out of the answer: it is where the PDU is as long as that says */
static gboolean
take_glued_pdu (const SimstowAtField *field, Open *open)
{
    SimstowAtField number = *field;

    if (field->kind != SIMSTOW_AT_FIELD_PLAIN)
        return FALSE;
    for (number.length = 1; number.length <= LENGTH_DIGITS_MAX && number.length < field->length;
         number.length++) {
        g_autoptr (GBytes) bytes = NULL;
        const guint8 *data;
        gsize size;

        bytes = simstow_hex_decode (field->text + number.length,
                                    (gssize) (field->length - number.length),
                                    NULL);
        if (bytes == NULL || !simstow_at_field_uint (&number, &open->length))
            continue;
        data = g_bytes_get_data (bytes, &size);
        if (size > 0 && size == (gsize) open->length + data[0] + 1) {
            g_byte_array_append (open->pdu, data, (guint) size);
            return TRUE;
        }
    }
    return FALSE;
}

/* <stat>,[<alpha>],<length>; some modems leave <alpha> out with its comma */
static const gchar *
parse_header (SimstowReader *line, Open *open)
{
    SimstowAtField field;
    guint i;

    if (!simstow_at_field_next (line, &field) || !parse_status (&field, &open->message->status))
        return "the row has no status";
    open->in_text = field.kind == SIMSTOW_AT_FIELD_QUOTED;
    /* the length stands last, behind the name if there is one */
    for (i = 0; i < LIST_FIELDS_MAX && simstow_at_field_next (line, &field); i++)
        open->has_length = (field.kind == SIMSTOW_AT_FIELD_PLAIN &&
                            simstow_at_field_uint (&field, &open->length)) ||
                           take_glued_pdu (&field, open);
    return open->has_length || !open->in_text ? NULL : "the row is one of text mode";
}

static void
append_line (GString *text, SimstowReader line)
{
    gsize size = simstow_reader_remaining (&line);
    const guint8 *data;

    if (!simstow_reader_take (&line, size, &data, NULL) || text->len + size > ROW_MAX)
        return;
    if (text->len > 0)
        g_string_append_c (text, '\n');
    g_string_append_len (text, (const gchar *) data, (gssize) size);
}

/* Begins a row with its first line, behind the prefix; with @index, that of the place asked for */
static void
open_row (Open *open, SimstowReader line, const guint *index)
{
    SimstowAtField field;
    const gchar *fault = NULL;

    *open = (Open){.message = g_new0 (SimstowAtMessage, 1),
                   .text = g_string_new (NULL),
                   .pdu = g_byte_array_new ()};
    append_line (open->text, line);
    if (index != NULL)
        open->message->index = *index;
    else if (!simstow_at_field_next (&line, &field) ||
             !simstow_at_field_uint (&field, &open->message->index))
        fault = "the row has no index";
    if (fault == NULL)
        fault = parse_header (&line, open);
    open->message->fault = g_strdup (fault);
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

/* How many octets are still to come: <length> does not count the SMSC address */
static gsize
missing (const Open *open)
{
    gsize smsc = open->pdu->len > 0 ? (gsize) open->pdu->data[0] + 1 : 1;

    if (!open->has_length || open->pdu->len == open->length ||
        open->pdu->len >= open->length + smsc)
        return 0;
    return open->length + smsc - open->pdu->len;
}

/* A line that is not the first of a row: a part of the open one's PDU, or an unsolicited code */
static void
continue_row (Open *open, SimstowReader line)
{
    g_autoptr (GBytes) bytes = NULL;

    if (open->message->fault != NULL || (open->pdu->len > 0 && missing (open) == 0)) {
        if (open->message->fault != NULL && open->pdu->len == 0)
            append_line (open->text, line);
        return;
    }
    bytes = line_bytes (&line);
    if (bytes == NULL) {
        /* what is no PDU and no unsolicited code is what came of it */
        if (open->pdu->len == 0 && !simstow_at_line_is_code (line))
            append_line (open->text, line);
        return;
    }
    append_line (open->text, line);
    g_byte_array_append (open->pdu,
                         g_bytes_get_data (bytes, NULL),
                         (guint) g_bytes_get_size (bytes));
}

/* Whether a PDU begins with an SMSC address, 3GPP TS 24.011 8.2.5.1: its length, a type of
 * address, which has bit 8 set where a TPDU has a reference or a length, and digits */
static gboolean
has_smsc (const GByteArray *pdu)
{
    guint size = pdu->data[0];
    guint i;

    if (size < SMSC_MIN || size > SMSC_MAX || pdu->len <= size + 1 || (pdu->data[1] & 0x80) == 0)
        return FALSE;
    for (i = 2; i <= size; i++) {
        if ((pdu->data[i] & 0x0F) > 9 ||
            (pdu->data[i] >> 4 > 9 && (i < size || pdu->data[i] >> 4 != 0x0F)))
            return FALSE;
    }
    return TRUE;
}

/* The PDU as given, with an empty SMSC address where its length leaves no room for one. Some
 * modems count the SMSC address, too, which <length> does not */
static GBytes *
with_smsc (GByteArray *pdu, const Open *open)
{
    static const guint8 empty = 0;

    if (open->has_length && pdu->len == open->length && !has_smsc (pdu))
        g_byte_array_prepend (pdu, &empty, 1);
    return g_byte_array_free_to_bytes (pdu);
}

static const gchar *
find_fault (const Open *open)
{
    if (open->pdu->len == 0)
        return "the row has no PDU";
    if (missing (open) > 0)
        return "the row's PDU is cut short";
    return NULL;
}

/* Ends a row. Returns: %NULL where it is an empty place: no length and nothing that follows */
static SimstowAtMessage *
close_row (Open *open)
{
    g_autoptr (SimstowAtMessage) message = g_steal_pointer (&open->message);
    g_autoptr (GByteArray) pdu = g_steal_pointer (&open->pdu);
    g_autoptr (GString) text = g_steal_pointer (&open->text);
    const Open row = {message, text, pdu, open->length, open->has_length, open->in_text};

    if (message->fault == NULL && pdu->len == 0 && open->has_length && open->length == 0)
        return NULL;
    if (message->fault == NULL)
        message->fault = g_strdup (find_fault (&row));
    if (message->fault == NULL)
        message->pdu = with_smsc (g_steal_pointer (&pdu), &row);
    else
        message->row = g_bytes_new (text->str, text->len);
    return g_steal_pointer (&message);
}

static void
add_row (GPtrArray *messages, Open *open)
{
    SimstowAtMessage *message = open->message != NULL ? close_row (open) : NULL;

    if (message != NULL)
        g_ptr_array_add (messages, message);
}

GPtrArray *
simstow_at_message_parse_list (const gchar *reply, const gchar *prefix)
{
    g_autoptr (GPtrArray) messages =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_message_free);
    SimstowReader lines, line;
    Open open = {NULL};

    simstow_at_lines_init (&lines, reply);
    while (messages->len <= SIMSTOW_AT_MESSAGES_MAX && simstow_at_lines_next (&lines, &line)) {
        if (simstow_at_line_strip (&line, prefix)) {
            add_row (messages, &open);
            open_row (&open, line, NULL);
        } else if (open.message != NULL) {
            continue_row (&open, line);
        }
    }
    add_row (messages, &open);
    return g_steal_pointer (&messages);
}

SimstowAtMessage *
simstow_at_message_parse_one (const gchar *reply, guint index)
{
    SimstowReader lines, line;
    Open open;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, "+CMGR", &line))
        return NULL;
    open_row (&open, line, &index);
    while (simstow_at_lines_next (&lines, &line))
        continue_row (&open, line);
    return close_row (&open);
}

/* The names of a group, or without one of the rest of the line */
static GStrv
take_names (SimstowReader *line)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_auto (GStrv) tokens = simstow_at_field_tokens (line);
    gsize i;

    for (i = 0; tokens[i] != NULL; i++) {
        g_autofree gchar *upper = g_ascii_strup (tokens[i], -1);

        if (simstow_at_token_is_name (upper))
            g_strv_builder_add (builder, upper);
    }
    return g_strv_builder_end (builder);
}

/* <mem1>,<used1>,<total1>...: a name and a number is the answer to +CPMS? */
static gboolean
is_counted (SimstowReader line)
{
    SimstowAtField field;
    guint used;

    return simstow_at_field_next (&line, &field) && field.kind != SIMSTOW_AT_FIELD_GROUP &&
           simstow_at_field_next (&line, &field) && simstow_at_field_uint (&field, &used);
}

static gboolean
is_blank_list (SimstowReader line)
{
    guint8 c;

    while (simstow_reader_u8 (&line, &c, NULL)) {
        if (strchr ("(),\" \t", c) == NULL)
            return FALSE;
    }
    return TRUE;
}

gboolean
simstow_at_message_parse_memories (const gchar *reply, GStrv memories[2])
{
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CPMS", &line)) {
        g_auto (GStrv) first = NULL;
        g_auto (GStrv) second = NULL;
        gboolean blank = is_blank_list (line);

        /* the answer to +CPMS? may stand in the same reply */
        if (is_counted (line))
            continue;
        first = take_names (&line);
        second = take_names (&line);
        if (first[0] == NULL && !blank)
            return FALSE;
        memories[1] = second[0] != NULL ? g_steal_pointer (&second) : g_strdupv (first);
        memories[0] = g_steal_pointer (&first);
        return TRUE;
    }
    return FALSE;
}

GStrv
simstow_at_message_parse_selected (const gchar *reply)
{
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, "+CPMS", &line))
        return g_new0 (gchar *, 1);
    return take_names (&line);
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
        g_autofree gchar *upper = NULL;
        SimstowAtStorage *storage;

        if (name.kind == SIMSTOW_AT_FIELD_GROUP || !simstow_at_field_next (line, &field) ||
            !simstow_at_field_uint (&field, &used) || !simstow_at_field_next (line, &field) ||
            !simstow_at_field_uint (&field, &total))
            return;
        token = simstow_at_field_token (&name);
        if (token == NULL || !simstow_at_token_is_name (token))
            return;
        upper = g_ascii_strup (token, -1);
        if (has_storage (storages, upper))
            continue;
        storage = g_new0 (SimstowAtStorage, 1);
        storage->name = g_steal_pointer (&upper);
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
