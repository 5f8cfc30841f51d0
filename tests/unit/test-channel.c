/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels by +CGLA and +CSIM on a scripted line: the answers of real cards and modems
 * that come in parts or with another length, sessions that cannot be closed, and
 * files where there is no channel at all.
 */

#include "fake-port.h"
#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define AID         "A0000000871002"
#define OPEN        "+CCHO=\"" AID "\""
#define SELECT(s)   "+CGLA=" s ",24,\"00A4040007" AID "\""
#define READ        "00B0000000"
#define SEND(apdu)  "+CGLA=1,10,\"" apdu "\""
#define GOT(n, hex) "+CGLA: " n ",\"" hex "\"\r\n"

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **out = user_data;

    *out = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
    return *result;
}

static SimstowChannel *
open_channel (SimstowCard *card, const gchar *way, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GBytes) aid = simstow_hex_decode (AID, -1, NULL);
    guint n_ways;
    const SimstowWay *ways = simstow_channel_ways (&n_ways);

    while (!g_str_equal (ways->name, way))
        ways++;
    simstow_channel_open_async (card, ways, aid, NULL, on_ready, &result);
    return simstow_channel_open_finish (wait_for (&result), NULL, error);
}

static SimstowChannel *
open_well (SimstowCard *card, const gchar *way)
{
    g_autoptr (GError) error = NULL;
    SimstowChannel *channel = open_channel (card, way, &error);

    g_assert_no_error (error);
    return channel;
}

static gboolean
close_channel (SimstowChannel *channel, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_channel_close_async (channel, on_ready, &result);
    return simstow_channel_close_finish (channel, wait_for (&result), error);
}

static void
assert_transmits (SimstowChannel *channel, const gchar *command, const gchar *expected)
{
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) apdu = simstow_hex_decode (command, -1, NULL);
    g_autoptr (GBytes) response = NULL;
    g_autofree gchar *text = NULL;

    simstow_channel_transmit_async (channel, apdu, NULL, on_ready, &result);
    response = simstow_channel_transmit_finish (channel, wait_for (&result), &error);
    g_assert_no_error (error);
    text = simstow_hex_encode_bytes (response);
    g_assert_cmpstr (text, ==, expected);
}

/* The rest of an answer is fetched, a length corrected; a modem that does so itself is as good. */
static void
test_answers (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowCard) card = simstow_card_new (SIMSTOW_PORT (port));
    g_autoptr (SimstowChannel) channel = NULL;

    fake_port_expect (port, OPEN, "+CCHO: 1\r\n");
    channel = open_well (card, "cgla");
    fake_port_expect (port, SEND (READ), GOT ("8", "01029000"));
    assert_transmits (channel, READ, "01029000");
    fake_port_expect (port, SEND (READ), GOT ("4", "6C02"));
    fake_port_expect (port, SEND ("00B0000002"), GOT ("8", "03049000"));
    assert_transmits (channel, READ, "03049000");
    fake_port_expect (port, SEND (READ), GOT ("4", "6103"));
    fake_port_expect (port, SEND ("00C0000003"), GOT ("8", "05066101"));
    fake_port_expect (port, SEND ("00C0000001"), GOT ("6", "079000"));
    assert_transmits (channel, READ, "0506079000");
    fake_port_expect (port, SEND (READ), GOT ("4", "6102"));
    fake_port_expect (port, SEND ("00C0000002"), GOT ("4", "6C01"));
    fake_port_expect (port, SEND ("00C0000001"), "+CGLA: 6,089000\r\n");
    assert_transmits (channel, READ, "089000");
    fake_port_expect (port, "+CCHC=1", "");
    g_assert_true (close_channel (channel, NULL));
    fake_port_check_done (port);
}

/* Over +CSIM the channel is in the class byte, of what fetches the rest, too. */
static void
test_class (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowCard) card = simstow_card_new (SIMSTOW_PORT (port));
    g_autoptr (SimstowChannel) channel = NULL;

    fake_port_expect (port, "+CSIM=10,\"0070000001\"", "+CSIM: 6,\"029000\"\r\n");
    fake_port_expect (port, "+CSIM=24,\"02A4040007" AID "\"", "+CSIM: 4,\"6120\"\r\n");
    channel = open_well (card, "csim");
    fake_port_expect (port, "+CSIM=10,\"02B0000000\"", "+CSIM: 4,\"6101\"\r\n");
    fake_port_expect (port, "+CSIM=10,\"02C0000001\"", "+CSIM: 6,\"019000\"\r\n");
    assert_transmits (channel, READ, "019000");
    fake_port_expect (port, "+CSIM=8,\"00708002\"", "+CSIM: 4,\"9000\"\r\n");
    g_assert_true (close_channel (channel, NULL));
    fake_port_check_done (port);
}

/* A modem without +CCHC: what stays open is used again, as long as it is there. */
static void
test_no_close (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowCard) card = simstow_card_new (SIMSTOW_PORT (port));
    g_autoptr (SimstowChannel) first = NULL;
    g_autoptr (SimstowChannel) second = NULL;
    g_autoptr (GError) error = NULL;

    fake_port_expect (port, OPEN, "000000000385a7cf");
    first = open_well (card, "cgla");
    fake_port_fail (port, "+CCHC=000000000385a7cf", SIMSTOW_ERROR_MODEM_ERROR);
    g_assert_true (close_channel (first, &error));

    /* another application that the card has not leaves it open */
    fake_port_expect (port, SELECT ("000000000385a7cf"), GOT ("4", "6A82"));
    g_assert_null (open_channel (card, "cgla", &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (port, SELECT ("000000000385a7cf"), GOT ("4", "6119"));
    second = open_well (card, "cgla");

    /* while it is in use, others open their own */
    fake_port_expect (port, OPEN, "+CCHO: 2\r\n");
    g_set_object (&first, NULL);
    first = open_well (card, "cgla");
    fake_port_expect (port, "+CCHC=2", "");
    g_assert_true (close_channel (first, NULL));
    fake_port_fail (port, "+CCHC=000000000385a7cf", SIMSTOW_ERROR_UNSUPPORTED);
    g_assert_true (close_channel (second, NULL));

    /* after a reset of the card it is gone, whichever way the modem says so */
    fake_port_fail (port, SELECT ("000000000385a7cf"), SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (port, OPEN, "+CCHO: 1\r\n");
    g_set_object (&first, NULL);
    first = open_well (card, "cgla");
    fake_port_fail (port, "+CCHC=1", SIMSTOW_ERROR_UNSUPPORTED);
    g_assert_true (close_channel (first, NULL));
    fake_port_expect (port, SELECT ("1"), GOT ("4", "6881"));
    fake_port_expect (port, OPEN, "+CCHO: 1\r\n");
    g_set_object (&first, NULL);
    first = open_well (card, "cgla");

    /* silence, or a session that the modem does not know, is none to keep */
    g_clear_error (&error);
    fake_port_fail (port, "+CCHC=1", SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (port, "+CCHC=1", SIMSTOW_ERROR_NOT_FOUND);
    g_assert_false (close_channel (first, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (port, OPEN, "+CCHO: 1\r\n");
    g_set_object (&first, NULL);
    first = open_well (card, "cgla");
    fake_port_expect (port, "+CCHC=1", "");
    g_assert_true (close_channel (first, NULL));
    fake_port_check_done (port);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/channel/answers", test_answers);
    g_test_add_func ("/channel/class", test_class);
    g_test_add_func ("/channel/no-close", test_no_close);
    return g_test_run ();
}
