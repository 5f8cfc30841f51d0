/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels to the card and its files over a scripted line: what a card or a caller
 * that breaks the rules must not bring about.
 */

#include "fake-port.h"
#include "simstow-card-files.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define PATH         "7F106F3A"
#define SELECT       "+CGLA=1,20,\"00A40804047F106F3A00\""
#define RECORDS      "+CGLA: 22,\"620782054221000E029000\""
#define TRANSPARENT  "+CGLA: 24,\"6208820241218002000E9000\""
#define READ_RECORD  "+CGLA=1,10,\"00B201040E\""
#define READ_BINARY  "+CGLA=1,10,\"00B000000E\""
#define GET_RESPONSE "+CGLA=1,10,\"00C0000000\""
#define EIGHT        "FFFFFFFFFFFFFFFF"
#define HUNDRED      EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT "FFFFFFFF"

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
}

/* A card that says "there is more" until there are 300 bytes in a record of 14 */
static void
expect_too_much (FakePort *port, const gchar *description, const gchar *read)
{
    fake_port_expect (port, "+CCHO=\"A0000000871002\"", "+CCHO: 1");
    fake_port_expect (port, SELECT, description);
    fake_port_expect (port, read, "+CGLA: 204,\"" HUNDRED "6100\"");
    fake_port_expect (port, GET_RESPONSE, "+CGLA: 204,\"" HUNDRED "6100\"");
    fake_port_expect (port, GET_RESPONSE, "+CGLA: 204,\"" HUNDRED "9000\"");
    fake_port_expect (port, "+CCHC=1", "");
}

static void
test_too_much (void)
{
    static const struct {
        const gchar *command;
        const gchar *description;
        const gchar *read;
    } rows[] = {{"read " PATH " 1 1", RECORDS, READ_RECORD},
                {"read " PATH, TRANSPARENT, READ_BINARY}};

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (FakePort) port = fake_port_new ();
        g_autoptr (SimstowCard) card = simstow_card_new (SIMSTOW_PORT (port));
        g_autoptr (GPtrArray) commands =
            g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_file_command_free);
        g_autoptr (GAsyncResult) result = NULL;
        const SimstowFileCommand *command;

        g_ptr_array_add (commands, simstow_file_command_parse (rows[i].command, NULL, NULL));
        expect_too_much (port, rows[i].description, rows[i].read);
        simstow_card_run_files_async (card, "cgla", commands, NULL, NULL, NULL, on_ready, &result);
        wait_for (&result);
        simstow_card_run_files_finish (card, result);
        command = commands->pdata[0];
        g_assert_error (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
        for (guint k = 1; k < command->parts->len; k++)
            g_assert_cmpuint (g_bytes_get_size (command->parts->pdata[k]), <=, 14);
        fake_port_check_done (port);
    }
}

static void
on_leave (GCancellable *leave, gpointer user_data)
{
    simstow_channel_close_async (user_data, NULL, NULL);
}

static SimstowChannel *
csim_new (FakePort *port)
{
    g_autoptr (SimstowCard) card = simstow_card_new (SIMSTOW_PORT (port));
    g_autoptr (GBytes) aid = simstow_card_usim_aid ();
    g_autoptr (GAsyncResult) result = NULL;
    SimstowChannel *channel;

    fake_port_expect (port, "+CSIM=10,\"0070000001\"", "+CSIM: 6,\"019000\"");
    fake_port_expect (port, "+CSIM=24,\"01A4040007A0000000871002\"", "+CSIM: 4,\"9000\"");
    simstow_card_open_async (card, "csim", aid, NULL, on_ready, &result);
    wait_for (&result);
    channel = simstow_card_open_finish (card, result, NULL, NULL);
    g_assert_nonnull (channel);
    return channel;
}

/* Closed while a command is under way: what is left of the answer is fetched neither on that
 * channel nor, without its number, on the modem's own. */
static void
test_closed_midway (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowChannel) channel = csim_new (port);
    g_autoptr (GCancellable) leave = g_cancellable_new ();
    g_autoptr (GBytes) apdu = simstow_hex_decode ("00B0000000", -1, NULL);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    g_signal_connect (leave, "cancelled", G_CALLBACK (on_leave), channel);
    fake_port_expect (port, "+CSIM=10,\"01B0000000\"", "+CSIM: 4,\"6110\"");
    fake_port_cancel (port, leave);
    fake_port_expect (port, "+CSIM=8,\"00708001\"", "+CSIM: 4,\"9000\"");
    simstow_channel_transmit_async (channel, apdu, NULL, on_ready, &result);
    wait_for (&result);
    g_assert_null (simstow_channel_transmit_finish (channel, result, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
    while (g_main_context_iteration (NULL, FALSE))
        continue;
    fake_port_check_done (port);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/card-limits/too-much", test_too_much);
    g_test_add_func ("/card-limits/closed-midway", test_closed_midway);
    return g_test_run ();
}
