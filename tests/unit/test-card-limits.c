/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels to the card and its files over a scripted line: what a card or a caller
 * that breaks the rules must not bring about.
 */

#include "fake-port.h"
#include "simstow-channel-csim.h"
#include "simstow-error.h"
#include "simstow-files.h"
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

static SimstowFiles *
files_new (FakePort *port)
{
    g_autoptr (SimstowCard) card = simstow_card_new (SIMSTOW_PORT (port));
    g_autoptr (SimstowFiles) files = simstow_files_new (card);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    fake_port_expect (port, "+CCHO=\"A0000000871002\"", "+CCHO: 1");
    simstow_files_open_async (files, NULL, on_ready, &result);
    wait_for (&result);
    simstow_files_open_finish (files, result, &error);
    g_assert_no_error (error);
    return g_steal_pointer (&files);
}

static void
close_files (FakePort *port, SimstowFiles *files)
{
    g_autoptr (GAsyncResult) result = NULL;

    fake_port_expect (port, "+CCHC=1", "");
    simstow_files_close_async (files, on_ready, &result);
    wait_for (&result);
    g_assert_true (simstow_files_close_finish (files, result, NULL));
    fake_port_check_done (port);
}

static void
select_file (FakePort *port, SimstowFiles *files, const gchar *description)
{
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    SimstowFcp fcp;

    fake_port_expect (port, SELECT, description);
    simstow_files_select_async (files, PATH, NULL, on_ready, &result);
    wait_for (&result);
    simstow_files_select_finish (files, result, &fcp, &error);
    g_assert_no_error (error);
}

static GBytes *
read_file (SimstowFiles *files, guint record, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_files_read_async (files, record, NULL, on_ready, &result);
    wait_for (&result);
    return simstow_files_read_finish (files, result, error);
}

/* A card that says "there is more" until there are 300 bytes in a record of 14 */
static void
read_too_much (FakePort *port, SimstowFiles *files, guint record)
{
    g_autoptr (GError) error = NULL;

    fake_port_expect (port,
                      record > 0 ? READ_RECORD : READ_BINARY,
                      "+CGLA: 204,\"" HUNDRED "6100\"");
    fake_port_expect (port, GET_RESPONSE, "+CGLA: 204,\"" HUNDRED "6100\"");
    fake_port_expect (port, GET_RESPONSE, "+CGLA: 204,\"" HUNDRED "9000\"");
    g_assert_null (read_file (files, record, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
}

static void
test_too_much (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowFiles) files = files_new (port);
    g_autoptr (GBytes) record = NULL;

    select_file (port, files, RECORDS);
    read_too_much (port, files, 1);
    fake_port_expect (port, READ_RECORD, "+CGLA: 32,\"" EIGHT "FFFFFFFFFFFF9000\"");
    record = read_file (files, 1, NULL);
    g_assert_cmpuint (g_bytes_get_size (record), ==, 14);
    select_file (port, files, TRANSPARENT);
    read_too_much (port, files, 0);
    close_files (port, files);
}

static void
on_leave (GCancellable *leave, gpointer user_data)
{
    simstow_channel_close_async (user_data, NULL, NULL);
}

static SimstowChannel *
csim_new (FakePort *port)
{
    g_autoptr (SimstowChannel) channel = simstow_channel_csim_new (SIMSTOW_PORT (port));
    g_autoptr (GBytes) aid = simstow_hex_decode ("A0000000871002", -1, NULL);
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GAsyncResult) result = NULL;

    fake_port_expect (port, "+CSIM=10,\"0070000001\"", "+CSIM: 6,\"019000\"");
    fake_port_expect (port, "+CSIM=24,\"01A4040007A0000000871002\"", "+CSIM: 4,\"9000\"");
    simstow_channel_open_async (channel, aid, NULL, on_ready, &result);
    wait_for (&result);
    response = simstow_channel_open_finish (channel, result, NULL);
    g_assert_nonnull (response);
    return g_steal_pointer (&channel);
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
