/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of doors, and what holds a call against it. Every command that is sent on behalf of a
 * caller was compared with a row here, octet by octet; nothing is sent that was only filtered.
 */

#include "simstow-door-table.h"

#include <string.h>

#include "simstow-door-line.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"

#define NUMBER_DIGITS_MAX 5
#define ARGUMENTS_MAX     16
#define TEXT_MAX          1024
#define NAME_MAX_LENGTH   16

/* The most octets of a TPDU, 3GPP TS 23.040 9.2.3.24, and of the address before it, TS 24.011 */
#define PDU_MAX (12 + 176)
#define ROW_MAX 4096

/* What has no name of its own on the bus */
#define MODEM_ERROR "org.simstow.Error.ModemError"

/* Options */

/* Two capitals by the standard; some modems have longer names */
static gboolean
is_storage (const gchar *text, gsize length)
{
    gsize i;

    for (i = 0; i < length; i++) {
        if (!g_ascii_isalnum (text[i]) && text[i] != '_')
            return FALSE;
    }
    return length > 0 && length <= NAME_MAX_LENGTH && g_ascii_isalpha (text[0]);
}

static gboolean
check_storage (GVariant *value)
{
    gsize length;
    const gchar *text = g_variant_get_string (value, &length);

    return is_storage (text, length);
}

static gboolean
check_charset (GVariant *value)
{
    gsize length, i;
    const gchar *text = g_variant_get_string (value, &length);

    for (i = 0; i < length; i++) {
        if (!g_ascii_isalnum (text[i]) && text[i] != '-')
            return FALSE;
    }
    return length > 0 && length <= NAME_MAX_LENGTH;
}

static const SimstowDoorOption messages_options[] = {
    {"memory", "s", check_storage},
    {NULL, NULL, NULL},
};

static const SimstowDoorOption phonebook_options[] = {
    {"storage", "s", check_storage},
    {"charset", "s", check_charset},
    {NULL, NULL, NULL},
};

static gboolean
check_way (GVariant *value)
{
    static const gchar *const ways[] = {"mbim", "cgla", "csim", "crsm", NULL};

    return g_strv_contains (ways, g_variant_get_string (value, NULL));
}

static const SimstowDoorOption files_options[] = {
    {"way", "s", check_way},
    {NULL, NULL, NULL},
};

/* AT commands */

#define ASKS(text)                                     \
    {                                                  \
        text, FALSE, FALSE, SIMSTOW_DOOR_DATA_NONE, 10 \
    }
#define READS(text, seconds)                               \
    {                                                      \
        text, FALSE, TRUE, SIMSTOW_DOOR_DATA_NONE, seconds \
    }
#define WRITES(text, data)                             \
    {                                                  \
        text, TRUE, TRUE, SIMSTOW_DOOR_DATA_##data, 30 \
    }

/* 3GPP TS 27.005; +CMGL's second number and ^SMGL are the vendors' ways to list and leave what is
 * unread as it is. Of +CMGD there is no second one, which deletes more than one message. */
static const SimstowDoorShape messages_shapes[] = {
    ASKS ("+CPMS=?"),
    ASKS ("+CPMS?"),
    ASKS ("+CMGF=?"),
    ASKS ("+CMGF?"),
    ASKS ("+CSMS=?"),
    ASKS ("+CSMS?"),
    ASKS ("+CMGL=?"),
    ASKS ("+CMGR=?"),
    ASKS ("^SMGL=?"),
    READS ("+CMGL=#", 60),
    READS ("+CMGL=#,#", 60),
    READS ("^SMGL=#", 60),
    READS ("+CMGR=#", 10),
    WRITES ("+CMGW=#", PDU),
    WRITES ("+CMGW=#,#", PDU),
    WRITES ("+CMGD=#", ROW),
    {NULL, FALSE, FALSE, SIMSTOW_DOOR_DATA_NONE, 0},
};

/* 3GPP TS 27.007 8.11 to 8.14. +CPBS= is put back in the end, as what the option "storage" selects.
 */
static const SimstowDoorShape phonebook_shapes[] = {
    ASKS ("+CPBS=?"),
    ASKS ("+CPBS?"),
    ASKS ("+CSCS=?"),
    ASKS ("+CSCS?"),
    ASKS ("+CPBR=?"),
    ASKS ("+CPBW=?"),
    ASKS (SIMSTOW_DOOR_SELECT "@"),
    READS ("+CPBR=#", 30),
    READS ("+CPBR=#,#", 30),
    WRITES ("+CPBW=#", ROW),
    WRITES ("+CPBW=*", ANY_ROW),
    {NULL, FALSE, FALSE, SIMSTOW_DOOR_DATA_NONE, 0},
};

/* MBIM 1.0 10.5.26 to 10.5.38; a number is the format of messages, or an index, 0 for all */

static const SimstowDoorOption no_options[] = {
    {NULL, NULL, NULL},
};

static const SimstowDoorShape mbim_messages_shapes[] = {
    ASKS ("services"),
    ASKS ("configuration"),
    READS ("read #,#", 60),
    WRITES ("delete #", ROW),
    {NULL, FALSE, FALSE, SIMSTOW_DOOR_DATA_NONE, 0},
};

static const SimstowDoorShape mbim_phonebook_shapes[] = {
    ASKS ("services"),
    ASKS ("configuration"),
    READS ("read #", 60),
    WRITES ("write #", ENTRY),
    WRITES ("put #", ENTRY),
    WRITES ("delete #", ROW),
    {NULL, FALSE, FALSE, SIMSTOW_DOOR_DATA_NONE, 0},
};

static gboolean
skip_number (SimstowReader *reader)
{
    guint digits = 0;
    guint8 c;

    while (simstow_reader_peek_u8 (reader, &c, NULL) && g_ascii_isdigit (c)) {
        simstow_reader_u8 (reader, &c, NULL);
        digits++;
    }
    return digits > 0 && digits <= NUMBER_DIGITS_MAX;
}

static gboolean
skip_storage (SimstowReader *reader)
{
    const guint8 *text;
    gsize length;
    guint8 c;

    if (!simstow_reader_u8 (reader, &c, NULL) || c != '"')
        return FALSE;
    length = simstow_reader_find (reader, '"', '"');
    return simstow_reader_take (reader, length, &text, NULL) &&
           is_storage ((const gchar *) text, length) && simstow_reader_u8 (reader, &c, NULL);
}

/* A string constant, V.250 5.4.2.2: printable ASCII, without what ends a command for a modem that
 * knows no strings, and a backslash only with the two digits of a code. Where the caller asked
 * for UTF-8, letters of it, too, and no controls: the modem then looks at all eight bits. */
static gboolean
skip_string (SimstowReader *reader, gboolean utf8)
{
    const guint8 *digits;
    guint8 before = 0;
    guint8 c;

    if (!simstow_reader_u8 (reader, &c, NULL) || c != '"')
        return FALSE;
    while (simstow_reader_u8 (reader, &c, NULL)) {
        if (c == '"')
            return TRUE;
        if (c == '\\' && (!simstow_reader_take (reader, 2, &digits, NULL) ||
                          !g_ascii_isxdigit (digits[0]) || !g_ascii_isxdigit (digits[1])))
            return FALSE;
        if (c == ';' || (c < 0x80 ? !g_ascii_isprint (c) : !utf8) || (before == 0xC2 && c < 0xA0))
            return FALSE;
        before = c;
    }
    return FALSE;
}

/* An index or none, then at least one argument more: the index alone would erase */
static gboolean
skip_arguments (SimstowReader *reader, gboolean utf8)
{
    guint n;
    guint8 c;

    if (simstow_reader_peek_u8 (reader, &c, NULL) && c != ',' && !skip_number (reader))
        return FALSE;
    for (n = 0; simstow_reader_u8 (reader, &c, NULL); n++) {
        if (c != ',' || n >= ARGUMENTS_MAX)
            return FALSE;
        if (!simstow_reader_peek_u8 (reader, &c, NULL) || c == ',')
            continue;
        if (c == '"' ? !skip_string (reader, utf8) : !skip_number (reader))
            return FALSE;
    }
    return n > 0;
}

static gboolean
has_shape (const gchar *text, const gchar *shape, gboolean utf8)
{
    SimstowReader reader;
    guint8 c;

    simstow_reader_init (&reader, (const guint8 *) text, strlen (text));
    for (; *shape != '\0'; shape++) {
        if (*shape == '#') {
            if (!skip_number (&reader))
                return FALSE;
        } else if (*shape == '@') {
            if (!skip_storage (&reader))
                return FALSE;
        } else if (*shape == '*') {
            if (!skip_arguments (&reader, utf8))
                return FALSE;
        } else if (!simstow_reader_u8 (&reader, &c, NULL) || c != (guint8) *shape) {
            return FALSE;
        }
    }
    return simstow_reader_remaining (&reader) == 0;
}

/* Whether the command says how long the TPDU behind the SMSC address is, 3GPP TS 27.005 4.4 */
static gboolean
is_pdu (const SimstowDoorRequest *command)
{
    const gchar *length = strchr (command->text, '=') + 1;
    SimstowReader reader, smsc;
    guint8 size;

    simstow_reader_init_bytes (&reader, command->data);
    return g_bytes_get_size (command->data) <= PDU_MAX &&
           simstow_reader_u8 (&reader, &size, NULL) &&
           simstow_reader_sub (&reader, size, &smsc, NULL) &&
           simstow_reader_remaining (&reader) > 0 &&
           g_ascii_strtoull (length, NULL, 10) == simstow_reader_remaining (&reader);
}

static gboolean
has_data (const SimstowDoorRequest *command)
{
    gsize size = g_bytes_get_size (command->data);

    switch (command->shape->data) {
    case SIMSTOW_DOOR_DATA_PDU:
        return is_pdu (command);
    case SIMSTOW_DOOR_DATA_ROW:
        return size > 0 && size <= ROW_MAX;
    case SIMSTOW_DOOR_DATA_ANY_ROW:
        return size == 0 || (size <= ROW_MAX && strstr (command->text, "=,") == NULL);
    case SIMSTOW_DOOR_DATA_ENTRY:
        return size <= ROW_MAX &&
               simstow_door_mbim_is_entry (
                   command->data,
                   (guint) g_ascii_strtoull (strchr (command->text, ' '), NULL, 10));
    case SIMSTOW_DOOR_DATA_NONE:
    default:
        return size == 0;
    }
}

static gboolean
deny (GError **error, const gchar *what)
{
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED, "%s", what);
    return FALSE;
}

static gboolean
check_shapes (const SimstowDoorCall *call,
              SimstowDoorRequest *command,
              const gchar **action,
              GError **error)
{
    const gchar *charset = simstow_door_call_peek_option (call, "charset");
    gboolean utf8 = g_strcmp0 (charset, "UTF-8") == 0 || g_strcmp0 (charset, "UTF8") == 0;
    const SimstowDoorShape *shape = call->row->shapes;

    while (shape->text != NULL && !has_shape (command->text, shape->text, utf8))
        shape++;
    if (shape->text == NULL || strlen (command->text) > TEXT_MAX)
        return deny (error, "no command that passes this door");
    command->shape = shape;
    if (!has_data (command))
        return deny (error, "not the data that this command needs");
    if (shape->selects && call->row->options == messages_options &&
        simstow_door_call_peek_option (call, "memory") == NULL)
        return deny (error, "this command needs a memory");
    *action = shape->writes ? call->row->write_action : call->row->read_action;
    return TRUE;
}

/* The table */

static const SimstowDoorRow rows[] = {
    {"messages",
     messages_options,
     messages_shapes,
     SIMSTOW_POLKIT_MESSAGING,
     SIMSTOW_POLKIT_WRITE,
     check_shapes,
     simstow_doors_messages_run},
    {"phonebook",
     phonebook_options,
     phonebook_shapes,
     SIMSTOW_POLKIT_CONTACTS,
     SIMSTOW_POLKIT_WRITE,
     check_shapes,
     simstow_doors_phonebook_run},
    {"mbim-messages",
     no_options,
     mbim_messages_shapes,
     SIMSTOW_POLKIT_MESSAGING,
     SIMSTOW_POLKIT_WRITE,
     check_shapes,
     simstow_door_mbim_run},
    {"mbim-phonebook",
     no_options,
     mbim_phonebook_shapes,
     SIMSTOW_POLKIT_CONTACTS,
     SIMSTOW_POLKIT_WRITE,
     check_shapes,
     simstow_door_mbim_run},
    {"files",
     files_options,
     NULL,
     SIMSTOW_POLKIT_CONTACTS,
     SIMSTOW_POLKIT_CARD,
     simstow_door_files_check,
     simstow_door_files_run},
    {"euicc",
     no_options,
     NULL,
     SIMSTOW_POLKIT_CONTACTS,
     SIMSTOW_POLKIT_CARD,
     simstow_door_euicc_check,
     simstow_door_euicc_run},
};

const SimstowDoorRow *
simstow_door_table_get (gsize *n_rows)
{
    *n_rows = G_N_ELEMENTS (rows);
    return rows;
}

/* Calls */

static gboolean
check_options (const SimstowDoorCall *call, GError **error)
{
    gsize i, n = g_variant_n_children (call->options);

    for (i = 0; i < n; i++) {
        const SimstowDoorOption *option = call->row->options;
        g_autoptr (GVariant) value = NULL;
        const gchar *key;

        g_variant_get_child (call->options, i, "{&sv}", &key, &value);
        while (option->key != NULL && !g_str_equal (option->key, key))
            option++;
        if (option->key == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE (option->type)) ||
            (option->check != NULL && !option->check (value)))
            return deny (error, "no option that this door has");
    }
    return TRUE;
}

static void
command_free (gpointer data)
{
    SimstowDoorRequest *command = data;

    g_free (command->text);
    g_bytes_unref (command->data);
    g_ptr_array_unref (command->parts);
    g_clear_error (&command->error);
    g_free (command);
}

static gboolean
add_command (SimstowDoorCall *call, GVariant *commands, gsize i, GError **error)
{
    SimstowDoorRequest *command = g_new0 (SimstowDoorRequest, 1);
    g_autoptr (GVariant) data = NULL;
    const gchar *action = NULL;

    g_variant_get_child (commands, i, "(s@ay)", &command->text, &data);
    command->data = g_variant_get_data_as_bytes (data);
    command->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_ptr_array_add (call->commands, command);
    if (!call->row->check (call, command, &action, error)) {
        g_prefix_error (error, "command %" G_GSIZE_FORMAT ": ", i + 1);
        return FALSE;
    }
    if (!g_ptr_array_find_with_equal_func (call->actions, action, g_str_equal, NULL))
        g_ptr_array_add (call->actions, g_strdup (action));
    return TRUE;
}

SimstowDoorCall *
simstow_door_call_new (const gchar *door, GVariant *options, GVariant *commands, GError **error)
{
    g_autoptr (SimstowDoorCall) call = g_new0 (SimstowDoorCall, 1);
    gsize i, n = g_variant_n_children (commands);

    call->commands = g_ptr_array_new_with_free_func (command_free);
    call->actions = g_ptr_array_new_with_free_func (g_free);
    call->options = g_variant_ref_sink (options);
    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (g_str_equal (rows[i].name, door))
            call->row = &rows[i];
    }
    if (call->row == NULL) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no door %s", door);
        return NULL;
    }
    if (n == 0 || n > SIMSTOW_DOOR_COMMANDS_MAX) {
        g_set_error (error,
                     G_DBUS_ERROR,
                     G_DBUS_ERROR_LIMITS_EXCEEDED,
                     "a call has 1 to %d commands",
                     SIMSTOW_DOOR_COMMANDS_MAX);
        return NULL;
    }
    if (!check_options (call, error))
        return NULL;
    for (i = 0; i < n; i++) {
        if (!add_command (call, commands, i, error))
            return NULL;
    }
    return g_steal_pointer (&call);
}

void
simstow_door_call_free (SimstowDoorCall *call)
{
    g_ptr_array_unref (call->commands);
    g_ptr_array_unref (call->actions);
    g_clear_pointer (&call->requests, g_ptr_array_unref);
    g_clear_pointer (&call->listing, g_bytes_unref);
    g_variant_unref (call->options);
    g_free (call);
}

const gchar *
simstow_door_call_peek_option (const SimstowDoorCall *call, const gchar *key)
{
    const gchar *value = NULL;

    return g_variant_lookup (call->options, key, "&s", &value) ? value : NULL;
}

GError *
simstow_door_call_get_end (const SimstowDoorCall *call, GCancellable *cancellable)
{
    if (g_cancellable_is_cancelled (cancellable))
        return g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
    if (g_get_monotonic_time () - call->began > SIMSTOW_DOOR_SECONDS * G_USEC_PER_SEC)
        return g_error_new (SIMSTOW_ERROR,
                            SIMSTOW_ERROR_TIMEOUT,
                            "the commands before took too long");
    return NULL;
}

void
simstow_door_call_answer (SimstowDoorCall *call,
                          SimstowDoorRequest *command,
                          gconstpointer data,
                          gsize size)
{
    command->done = TRUE;
    if (call->size + size <= SIMSTOW_DOOR_ANSWERS_MAX) {
        call->size += size;
        g_ptr_array_add (command->parts, g_bytes_new (data, size));
    } else if (command->error == NULL) {
        command->error = g_error_new (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_MODEM_ERROR,
                                      "the modem's answer is too long");
    }
}

void
simstow_door_request_fail (SimstowDoorRequest *command, GError *error)
{
    command->done = TRUE;
    g_clear_error (&command->error);
    command->error = error;
}

static GVariant *
dup_error (const SimstowDoorRequest *command)
{
    g_autofree gchar *message = NULL;
    g_autofree gchar *name = NULL;
    GVariantDict dict;
    const gchar *domain;
    guint code;

    g_variant_dict_init (&dict, NULL);
    if (command->error == NULL)
        return g_variant_dict_end (&dict);
    name = g_dbus_error_encode_gerror (command->error);
    message = g_utf8_make_valid (command->error->message, -1);
    g_variant_dict_insert (&dict,
                           "name",
                           "s",
                           g_str_has_prefix (name, "org.simstow.") ? name : MODEM_ERROR);
    g_variant_dict_insert (&dict, "message", "s", message);
    domain = simstow_error_get_modem_code (command->error, &code);
    if (domain != NULL) {
        g_variant_dict_insert (&dict, "domain", "s", domain);
        g_variant_dict_insert (&dict, "code", "u", code);
    }
    if (command->failed > 0)
        g_variant_dict_insert (&dict, "failed", "u", command->failed);
    return g_variant_dict_end (&dict);
}

GVariant *
simstow_door_call_dup_answers (const SimstowDoorCall *call)
{
    GVariantBuilder builder;
    guint i, j;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(aaya{sv})"));
    for (i = 0; i < call->commands->len; i++) {
        const SimstowDoorRequest *command = call->commands->pdata[i];
        GVariantBuilder parts;

        g_variant_builder_init (&parts, G_VARIANT_TYPE ("aay"));
        for (j = 0; j < command->parts->len; j++)
            g_variant_builder_add_value (&parts,
                                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                                                   command->parts->pdata[j],
                                                                   TRUE));
        g_variant_builder_add (&builder, "(aay@a{sv})", &parts, dup_error (command));
    }
    return g_variant_builder_end (&builder);
}
