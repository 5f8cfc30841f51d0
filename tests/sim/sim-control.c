/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the commands of the control socket.
 */

#include "sim-control.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <unistd.h>

#include "sim-card-slot.h"
#include "sim-dump.h"
#include "sim-files.h"
#include "sim-quirks.h"

#define LINE_LENGTH 4096

typedef struct {
    SimModem *modem;
    SimStore *store;
    SimKnobs *knobs;
    GMainLoop *loop;
    const gchar *argument;
} Call;

typedef gchar *(*Run) (const Call *call, GError **error);

static gchar *
fail (GError **error, const gchar *text)
{
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, text);
    return NULL;
}

static gchar *
run_dump (const Call *call, GError **error)
{
    return sim_dump (call->store, call->argument);
}

static gchar *
run_stats (const Call *call, GError **error)
{
    return g_strdup_printf ("commands=%" G_GUINT64_FORMAT "\nbytes-in=%" G_GUINT64_FORMAT
                            "\nbytes-out=%" G_GUINT64_FORMAT "\nwrites=%" G_GUINT64_FORMAT "\n",
                            call->knobs->commands,
                            call->knobs->bytes_in,
                            call->knobs->bytes_out,
                            call->store->writes);
}

static gchar *
run_reset_stats (const Call *call, GError **error)
{
    call->knobs->commands = 0;
    call->knobs->bytes_in = 0;
    call->knobs->bytes_out = 0;
    call->store->writes = 0;
    for (guint i = 0; i < call->knobs->faults->len; i++) {
        SimFault *fault = g_ptr_array_index (call->knobs->faults, i);

        fault->seen = 0;
    }
    return g_strdup ("");
}

static gchar *
set_number (const Call *call, guint *field, GError **error)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned (call->argument, 10, 0, G_MAXINT, &number, error))
        return NULL;
    *field = number;
    return g_strdup ("");
}

static gchar *
run_latency (const Call *call, GError **error)
{
    return set_number (call, &call->knobs->latency, error);
}

static gchar *
run_baud (const Call *call, GError **error)
{
    return set_number (call, &call->knobs->baud, error);
}

static gchar *
run_fault (const Call *call, GError **error)
{
    return sim_knobs_add_fault (call->knobs, call->argument, error) ? g_strdup ("") : NULL;
}

static gchar *
run_clear_faults (const Call *call, GError **error)
{
    g_ptr_array_set_size (call->knobs->faults, 0);
    call->knobs->held = FALSE;
    return g_strdup ("");
}

static gchar *
set_flag (const Call *call, gboolean *field, GError **error)
{
    gboolean on = g_str_equal (call->argument, "on");

    if (!on && !g_str_equal (call->argument, "off"))
        return fail (error, "on or off");
    *field = on;
    return g_strdup ("");
}

static gchar *
run_full (const Call *call, GError **error)
{
    return set_flag (call, &call->store->force_full, error);
}

static gchar *
run_clear (const Call *call, GError **error)
{
    sim_store_clear (call->store);
    return g_strdup ("");
}

static gchar *
run_pin (const Call *call, GError **error)
{
    return set_flag (call, &call->store->pin_enabled, error);
}

static gchar *
run_deliver (const Call *call, GError **error)
{
    g_autoptr (GByteArray) pdu = sim_files_bytes_from_hex (call->argument);

    if (!pdu || pdu->len == 0)
        return fail (error, "no hexadecimal bytes");
    if (!sim_modem_deliver (call->modem, pdu->data, pdu->len))
        return fail (error, "memory full");
    return g_strdup ("");
}

static gchar *
run_broadcast (const Call *call, GError **error)
{
    g_autoptr (GByteArray) page = sim_files_bytes_from_hex (call->argument);
    g_autofree gchar *text = NULL;

    if (!page || page->len == 0)
        return fail (error, "no hexadecimal bytes");
    text = g_strdup_printf ("+CBM: %u\r\n%s", page->len, call->argument);
    sim_modem_notify (call->modem, text);
    return g_strdup ("");
}

static gchar *
run_ring (const Call *call, GError **error)
{
    if (!sim_modem_ring (call->modem, call->argument))
        return fail (error, "there is a call already");
    return g_strdup ("");
}

static gchar *
run_answer (const Call *call, GError **error)
{
    if (call->store->call.incoming || call->store->call.stat != SIM_CALL_ALERTING)
        return fail (error, "no call to be answered");
    call->store->call.stat = SIM_CALL_ACTIVE;
    return g_strdup ("");
}

static gchar *
run_hangup (const Call *call, GError **error)
{
    if (call->store->call.stat == SIM_CALL_NONE)
        return fail (error, "no call");
    /* of one that nobody answered no result tells */
    if (call->store->call.stat == SIM_CALL_ACTIVE)
        sim_modem_notify (call->modem, "NO CARRIER");
    sim_store_end_call (call->store);
    return g_strdup ("");
}

static gchar *
run_notify (const Call *call, GError **error)
{
    sim_modem_notify (call->modem, call->argument);
    return g_strdup ("");
}

static SimCardSlot *
find_slot (const Call *call, GError **error)
{
    if (!call->store->card)
        fail (error, "no card");
    return call->store->card;
}

static gchar *
run_card (const Call *call, GError **error)
{
    SimCardSlot *slot = find_slot (call, error);

    return slot ? sim_card_slot_report (slot) : NULL;
}

static gchar *
run_card_dump (const Call *call, GError **error)
{
    SimCardSlot *slot = find_slot (call, error);

    return slot ? sim_card_dump (slot->card) : NULL;
}

static gchar *
run_euicc_dump (const Call *call, GError **error)
{
    SimCardSlot *slot = find_slot (call, error);

    if (!slot || !slot->euicc)
        return slot ? fail (error, "no eUICC") : NULL;
    return sim_euicc_dump (slot->second && g_str_equal (call->argument, "2") ? slot->second
                                                                             : slot->euicc);
}

/* GROUP KEY VALUE */
static gchar *
run_card_set (const Call *call, GError **error)
{
    g_auto (GStrv) words = g_strsplit (call->argument, " ", 3);
    SimCardSlot *slot = find_slot (call, error);

    if (!slot)
        return NULL;
    if (g_strv_length (words) != 3 || !sim_card_slot_set (slot, words[0], words[1], words[2]))
        return fail (error, "no such key, or a bad value");
    return g_strdup ("");
}

static gchar *
run_sim (const Call *call, GError **error)
{
    gchar *answer = set_flag (call, &call->store->sim_present, error);

    /* a modem starts a card that is put in */
    if (answer != NULL && call->store->sim_present && call->store->card != NULL)
        sim_card_slot_power (call->store->card);
    return answer;
}

static gchar *
run_log (const Call *call, GError **error)
{
    const gchar *path = call->argument[0] ? call->argument : NULL;

    return sim_knobs_set_log (call->knobs, path, error) ? g_strdup ("") : NULL;
}

/* NAME [VALUE] */
static gchar *
run_quirk (const Call *call, GError **error)
{
    g_auto (GStrv) words = g_strsplit (call->argument, " ", 2);

    if (!words[0] || !sim_quirks_set (call->store, words[0], words[1] ? words[1] : ""))
        return fail (error, "no such quirk");
    return g_strdup ("");
}

static gchar *
run_unplug (const Call *call, GError **error)
{
    sim_modem_unplug (call->modem);
    return g_strdup ("");
}

static gchar *
run_plug (const Call *call, GError **error)
{
    return sim_modem_plug (call->modem, error) ? g_strdup ("") : NULL;
}

static gchar *
run_quit (const Call *call, GError **error)
{
    g_main_loop_quit (call->loop);
    return g_strdup ("");
}

static const struct {
    const gchar *name;
    Run run;
} commands[] = {
    {"dump", run_dump},
    {"stats", run_stats},
    {"reset-stats", run_reset_stats},
    {"latency", run_latency},
    {"baud", run_baud},
    {"fault", run_fault},
    {"full", run_full},
    {"clear", run_clear},
    {"deliver", run_deliver},
    {"clear-faults", run_clear_faults},
    {"broadcast", run_broadcast},
    {"ring", run_ring},
    {"answer", run_answer},
    {"hangup", run_hangup},
    {"notify", run_notify},
    {"pin", run_pin},
    {"sim", run_sim},
    {"card", run_card},
    {"card-dump", run_card_dump},
    {"card-set", run_card_set},
    {"euicc-dump", run_euicc_dump},
    {"log", run_log},
    {"quirk", run_quirk},
    {"unplug", run_unplug},
    {"plug", run_plug},
    {"quit", run_quit},
};

gchar *
sim_control_run (SimModem *modem, GMainLoop *loop, const gchar *line, GError **error)
{
    gsize length = strcspn (line, " ");
    const gchar *argument = line + length + strspn (line + length, " ");
    Call call = {modem, sim_modem_store (modem), sim_modem_knobs (modem), loop, argument};

    for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
        if (strlen (commands[i].name) == length && strncmp (commands[i].name, line, length) == 0)
            return commands[i].run (&call, error);
    }
    return fail (error, "no such command");
}

typedef struct {
    SimModem *modem;
    GMainLoop *loop;
    GSocketConnection *connection;
} Session;

static void
session_free (Session *self)
{
    g_object_unref (self->connection);
    g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Session, session_free)

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (Session) session = user_data;
    GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (session->connection));
    g_autoptr (GError) error = NULL;
    g_autofree gchar *line = NULL;
    g_autofree gchar *text = NULL;
    g_autofree gchar *answer = NULL;

    line =
        g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
    if (!line)
        return;
    text = sim_control_run (session->modem, session->loop, line, &error);
    answer =
        text ? g_strconcat ("ok\n", text, NULL) : g_strdup_printf ("error: %s\n", error->message);
    /* a dump is larger than a socket's buffer; the client reads it at once */
    g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL);
    g_io_stream_close (G_IO_STREAM (session->connection), NULL, NULL);
}

typedef struct {
    SimModem *modem;
    GMainLoop *loop;
} Server;

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
    const Server *server = user_data;
    g_autoptr (GDataInputStream) input =
        g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
    Session *session = g_new0 (Session, 1);

    session->modem = server->modem;
    session->loop = server->loop;
    session->connection = g_object_ref (connection);
    g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line_ready, session);
    return TRUE;
}

static void
server_free (gpointer data, GClosure *closure)
{
    g_free (data);
}

GSocketService *
sim_control_listen (SimModem *modem, GMainLoop *loop, const gchar *path, GError **error)
{
    g_autoptr (GSocketService) service = g_socket_service_new ();
    g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
    Server *server;

    unlink (path);
    if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service),
                                        address,
                                        G_SOCKET_TYPE_STREAM,
                                        G_SOCKET_PROTOCOL_DEFAULT,
                                        NULL,
                                        NULL,
                                        error))
        return NULL;
    server = g_new0 (Server, 1);
    server->modem = modem;
    server->loop = loop;
    g_signal_connect_data (service, "incoming", G_CALLBACK (on_incoming), server, server_free, 0);
    return g_steal_pointer (&service);
}
