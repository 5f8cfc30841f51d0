/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem's line that watches what comes through the doors.
 */

#include "watched-port.h"

#include <string.h>

#include "simstow-door-table.h"
#include "simstow-doors.h"
#include "simstow-error.h"
#include "simstow-port.h"

#define WATCHED_TYPE_PORT (watched_port_get_type ())
G_DECLARE_FINAL_TYPE (WatchedPort, watched_port, WATCHED, PORT, SimstowPort)

struct _WatchedPort {
    SimstowPort parent_instance;

    const guint8 *noise;
    gsize n_noise;
    const SimstowDoorCall *call;
    gchar *storage;
    gchar *charset;
    gchar *format;
    gboolean mem1;
    gboolean mem2;
    gboolean prompted;
    gchar *last; /* the line before */
    guint lines;
    guint faults;
    gboolean lost; /* what selects, or tells what is selected, was itself refused */
    GHashTable *written;
};

G_DEFINE_FINAL_TYPE (WatchedPort, watched_port, SIMSTOW_TYPE_PORT)

/* Everything that may ever be sent, as a modem sees it that splits lines at each semicolon */
static const gchar messages_rule[] =
    "^(\\+(CPMS|CMGF|CSMS)(\\?|=\\?)|\\+(CMGL|CMGR)=\\?|\\^SMGL=\\?|\\+CMGL=\\d{1,5}(,\\d{1,5})?|"
    "(\\^SMGL|\\+CMGR|\\+CMGD)=\\d{1,5}|\\+CMGW=\\d{1,5}(,\\d{1,5})?|\\+CMGF=[01])$";
static const gchar phonebook_rule[] =
    "^(\\+(CPBS|CSCS)(\\?|=\\?)|\\+(CPBR|CPBW)=\\?|\\+CPBR=\\d{1,5}(,\\d{1,5})?|\\+CPBW=\\d{1,5}|"
    "\\+CPBS=\"[A-Za-z][A-Za-z0-9_]{0,15}\"|\\+CSCS=\"[A-Za-z0-9-]{1,16}\"|"
    "\\+CPBW=(\\d{1,5})?(,(\\d{1,5}|\"([ !#-:<-\\[\\]-~]|\\\\[0-9A-Fa-f]{2})*\")?)+)$";

static gboolean
is_selecting (const gchar *piece)
{
    return g_str_has_prefix (piece, "+CPBS=\"") || g_str_has_prefix (piece, "+CSCS=\"") ||
           (g_str_has_prefix (piece, "+CMGF=") && !g_str_equal (piece, "+CMGF=?"));
}

static gboolean
is_writing (const gchar *piece)
{
    return (g_str_has_prefix (piece, "+CPBW=") || g_str_has_prefix (piece, "+CMGW=") ||
            g_str_has_prefix (piece, "+CMGD=")) &&
           !g_str_has_suffix (piece, "?");
}

static guint8
next_noise (WatchedPort *self)
{
    if (self->n_noise == 0)
        return 0xFF;
    self->n_noise--;
    return *self->noise++;
}

static guint
count_asked (WatchedPort *self, const gchar *text)
{
    guint count = 0;
    guint i;

    for (i = 0; i < self->call->commands->len; i++)
        count += g_str_equal (((SimstowDoorRequest *) self->call->commands->pdata[i])->text, text);
    return count;
}

/* A command that erases comes right behind the one that read what is there */
static void
check_erases (WatchedPort *self, const gchar *piece)
{
    const gchar *number = strchr (piece, '=') + 1;
    g_autofree gchar *one = g_strdup_printf ("+CMGR=%s", number);
    g_autofree gchar *entry = g_strdup_printf ("+CPBR=%s", number);

    if (strchr (number, ',') == NULL && !g_str_has_prefix (piece, "+CMGW="))
        g_assert_true (g_strcmp0 (self->last, one) == 0 || g_strcmp0 (self->last, entry) == 0 ||
                       g_strcmp0 (self->last, "+CMGL=4") == 0);
}

static void
check_piece (WatchedPort *self, const gchar *piece)
{
    gboolean messages =
        g_str_equal (self->call->row->read_action, "org.freedesktop.ModemManager1.Messaging");
    const gchar *charset = simstow_door_call_peek_option (self->call, "charset");
    g_autofree gchar *plain = g_strdup (piece);
    guint times;

    if (g_strcmp0 (charset, "UTF-8") == 0 || g_strcmp0 (charset, "UTF8") == 0) {
        gchar *c;

        for (c = plain; *c != '\0'; c++)
            *c = *c & 0x80 ? 'x' : *c;
    }
    g_test_message ("allowed? %s", piece);
    g_assert_true (
        g_regex_match_simple (messages ? messages_rule : phonebook_rule, plain, G_REGEX_RAW, 0));
    if (messages && (g_str_has_prefix (piece, "+CMG") || piece[0] == '^') &&
        strchr (piece, '?') == NULL && !is_selecting (piece))
        g_assert_true (g_str_has_prefix (piece, "+CMGW=") ? self->mem2 : self->mem1);
    if (!is_writing (piece))
        return;
    check_erases (self, piece);
    times = GPOINTER_TO_UINT (g_hash_table_lookup (self->written, piece)) + 1;
    g_assert_cmpuint (times, <=, count_asked (self, piece));
    g_hash_table_insert (self->written, g_strdup (piece), GUINT_TO_POINTER (times));
}

static void
set (gchar **what, const gchar *piece)
{
    const gchar *value = strchr (piece, '=') + 1;

    g_free (*what);
    *what = *value == '"' ? g_strndup (value + 1, strcspn (value + 1, "\"")) : g_strdup (value);
}

static void
carry_out (WatchedPort *self, const gchar *piece, GString *reply)
{
    if (g_str_has_prefix (piece, "+CPBS=\""))
        set (&self->storage, piece);
    else if (g_str_has_prefix (piece, "+CSCS=\""))
        set (&self->charset, piece);
    else if (is_selecting (piece))
        set (&self->format, piece);
    else if (g_str_equal (piece, "+CPBS?"))
        g_string_append_printf (reply, "\r\n+CPBS: \"%s\",3,10\r\n", self->storage);
    else if (g_str_equal (piece, "+CSCS?"))
        g_string_append_printf (reply, "\r\n+CSCS: \"%s\"\r\n", self->charset);
    else if (g_str_equal (piece, "+CMGF?"))
        g_string_append_printf (reply, "\r\n+CMGF: %s\r\n", self->format);
    else if (g_str_has_suffix (piece, "?"))
        g_string_append_printf (reply,
                                "\r\n%.*s: (1-10),40\r\n",
                                (gint) strcspn (piece, "=?"),
                                piece);
    else if (g_str_has_prefix (piece, "+CPBR="))
        g_string_append (reply, "\r\n+CPBR: 1,\"5550100\",129,\"Ana\"\r\n");
    else if (g_str_has_prefix (piece, "+CMGR="))
        g_string_append (reply, "\r\n+CMGR: 1,,6\r\n00040581214300\r\n");
    else if (g_str_has_prefix (piece, "+CMGL="))
        g_string_append (reply, "\r\n+CMGL: 1,1,,6\r\n00040581214300\r\n");
    else if (g_str_has_prefix (piece, "+CMGW="))
        g_string_append (reply, "\r\n> ");
    self->prompted = g_str_has_prefix (piece, "+CMGW=") && strchr (piece, '?') == NULL;
}

/* One fault a call at most */
static gchar *
play (WatchedPort *self, const gchar *line, GError **error)
{
    static const gint codes[] = {SIMSTOW_ERROR_NOT_FOUND,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 SIMSTOW_ERROR_LOCKED,
                                 SIMSTOW_ERROR_TIMEOUT};
    g_auto (GStrv) pieces = g_strsplit (line, ";", -1);
    g_autoptr (GString) reply = g_string_new (NULL);
    guint n = g_strv_length (pieces);
    guint8 noise = self->faults == 0 ? next_noise (self) : 0xFF;
    guint end = n;
    guint i;

    for (i = 0; i < n; i++)
        check_piece (self, pieces[i]);
    if (noise < 0x40) {
        self->faults++;
        /* a modem that carries out the first command alone, and says that all is well */
        end = noise % 8 >= 4 ? 1 : next_noise (self) % n;
        self->lost =
            n == 1 && noise % 8 < 4 && (is_selecting (line) || g_str_equal (line, "+CPBS?"));
    }
    for (i = 0; i < end; i++)
        carry_out (self, pieces[i], reply);
    if (noise < 0x40 && noise % 8 < 4) {
        g_set_error (error, SIMSTOW_ERROR, codes[noise % 4], "refused");
        simstow_error_set_modem_code (*error, SIMSTOW_ERROR_DOMAIN_CME, noise);
        return NULL;
    }
    return g_strdup (reply->str);
}

static gchar *
take_raw (WatchedPort *self, const gchar *data)
{
    gsize digits = strspn (data, "0123456789ABCDEF");

    if (!g_str_equal (data, "\x1b")) {
        g_assert_true (self->prompted && digits > 0 && digits % 2 == 0);
        g_assert_cmpstr (data + digits, ==, "\x1a");
    }
    self->prompted = FALSE;
    return g_strdup ("\r\n+CMGW: 7\r\n");
}

static gboolean
has_at (SimstowPort *port)
{
    return TRUE;
}

static void
at_async (SimstowPort *port,
          const gchar *command,
          gboolean raw,
          guint timeout,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    WatchedPort *self = WATCHED_PORT (port);
    g_autoptr (GTask) task = g_task_new (port, NULL, callback, user_data);
    GError *error = NULL;
    gchar *reply;

    self->lines++;
    g_assert_true (raw || !self->prompted);
    if (raw)
        reply = take_raw (self, command);
    else
        reply = g_str_equal (command, "AT") ? g_strdup ("") : play (self, command, &error);
    g_free (self->last);
    self->last = g_strdup (command);
    g_test_message ("%s: %s", command, reply != NULL ? reply : error->message);
    if (reply != NULL)
        g_task_return_pointer (task, reply, g_free);
    else
        g_task_return_error (task, error);
}

static void
lock_sms_async (SimstowPort *port,
                const gchar *mem1,
                const gchar *mem2,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    WatchedPort *self = WATCHED_PORT (port);
    const gchar *memory = simstow_door_call_peek_option (self->call, "memory");
    g_autoptr (GTask) task = g_task_new (port, NULL, callback, user_data);

    g_assert_false (self->mem1 || self->mem2);
    g_assert_true (mem1 != NULL || mem2 != NULL);
    g_assert_true (mem1 == NULL || g_str_equal (mem1, memory));
    g_assert_true (mem2 == NULL || g_str_equal (mem2, memory));
    self->lines++;
    if (next_noise (self) < 0x10) {
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED, "SIM PIN required");
        return;
    }
    self->mem1 = mem1 != NULL;
    self->mem2 = mem2 != NULL;
    g_task_return_pointer (task, g_strdup (""), g_free);
}

static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2)
{
    WatchedPort *self = WATCHED_PORT (port);

    g_assert_true (mem1 == self->mem1 && mem2 == self->mem2);
    self->mem1 = FALSE;
    self->mem2 = FALSE;
}

static void
watched_port_finalize (GObject *object)
{
    WatchedPort *self = WATCHED_PORT (object);

    g_free (self->storage);
    g_free (self->charset);
    g_free (self->format);
    g_free (self->last);
    g_hash_table_unref (self->written);
    G_OBJECT_CLASS (watched_port_parent_class)->finalize (object);
}

static void
watched_port_class_init (WatchedPortClass *klass)
{
    SimstowPortClass *port_class = SIMSTOW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = watched_port_finalize;
    port_class->has_at = has_at;
    port_class->at_async = at_async;
    port_class->lock_sms_async = lock_sms_async;
    port_class->unlock_sms = unlock_sms;
}

static void
watched_port_init (WatchedPort *self)
{
    self->storage = g_strdup ("ME");
    self->charset = g_strdup ("IRA");
    self->format = g_strdup ("0");
    self->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Calls */

static gchar *
take_field (const guint8 **data, gsize *size, gsize *length)
{
    const guint8 *end = *size > 0 ? memchr (*data, '\0', *size) : NULL;
    gchar *field;

    *length = end != NULL ? (gsize) (end - *data) : *size;
    field = g_strndup ((const gchar *) *data, *length);
    *size -= *length + (end != NULL);
    *data += *length + (end != NULL);
    return field;
}

static GVariant *
make_options (gchar **words)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    for (; *words != NULL; words++) {
        g_auto (GStrv) pair = g_strsplit (*words, "=", 2);

        if (pair[0] != NULL && pair[1] != NULL)
            g_variant_builder_add (&builder, "{sv}", pair[0], g_variant_new_string (pair[1]));
    }
    return g_variant_builder_end (&builder);
}

static GVariant *
make_commands (const guint8 **data, gsize *size)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(say)"));
    while (*size > 0) {
        gsize length;
        g_autofree gchar *raw = take_field (data, size, &length);
        g_autofree gchar *text = g_utf8_make_valid (raw, -1);
        g_autofree gchar *bytes = NULL;

        if (length == 0)
            break;
        bytes = take_field (data, size, &length);
        g_variant_builder_add (&builder,
                               "(s@ay)",
                               text,
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, length, 1));
    }
    return g_variant_builder_end (&builder);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    simstow_doors_run_finish (SIMSTOW_DOORS (source), result);
    *(gboolean *) user_data = TRUE;
}

/* Twice, as the second time it is known what is selected */
static void
run (WatchedPort *port, SimstowDoors *doors, SimstowDoorCall *call)
{
    g_autoptr (GVariant) answers = NULL;
    gboolean done = FALSE;
    guint i;

    port->call = call;
    port->faults = 0;
    g_hash_table_remove_all (port->written);
    simstow_doors_run_async (doors, call, NULL, on_done, &done);
    while (!done)
        g_main_context_iteration (NULL, TRUE);
    answers = g_variant_ref_sink (simstow_door_call_dup_answers (call));
    g_assert_cmpuint (g_variant_n_children (answers), ==, call->commands->len);
    for (i = 0; i < call->commands->len; i++) {
        const SimstowDoorRequest *command = call->commands->pdata[i];

        g_assert_true (command->done);
        g_assert_true ((command->parts->len == 0) == (command->error != NULL));
    }
    g_assert_false (port->mem1 || port->mem2);
    if (!port->lost) {
        g_assert_cmpstr (port->storage, ==, "ME");
        g_assert_cmpstr (port->charset, ==, "IRA");
        g_assert_cmpstr (port->format, ==, "0");
    }
}

gboolean
watched_port_try (const guint8 *data, gsize size)
{
    g_autoptr (WatchedPort) port = g_object_new (WATCHED_TYPE_PORT, NULL);
    g_autoptr (SimstowDoors) doors = simstow_doors_new (SIMSTOW_PORT (port));
    gsize length;
    g_autofree gchar *head = take_field (&data, &size, &length);
    g_autofree gchar *valid = g_utf8_make_valid (head, -1);
    g_auto (GStrv) words = g_strsplit (valid, " ", 8);
    g_autoptr (GVariant) options = g_variant_ref_sink (make_options (words));
    g_autoptr (GVariant) commands = g_variant_ref_sink (make_commands (&data, &size));
    const gchar *door = words[0] != NULL ? words[0] : "";
    guint i;

    simstow_port_wait_set_patience (SIMSTOW_PORT (port), 0);
    port->noise = data;
    port->n_noise = size;
    for (i = 0; i < 2; i++) {
        g_autoptr (SimstowDoorCall) call = simstow_door_call_new (door, options, commands, NULL);

        if (call == NULL) {
            g_assert_cmpuint (port->lines, ==, 0);
            return FALSE;
        }
        run (port, doors, call);
        if (port->lost)
            break;
    }
    return TRUE;
}
