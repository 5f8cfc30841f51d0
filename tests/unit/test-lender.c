/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels to the simulated card, lent to callers on a private bus: whose they
 * are, how many there may be, and that the card has none open when a caller
 * leaves, in the middle of a command too, rests for too long, or the modem goes.
 */

#include "bus-connect.h"
#include "modem-port.h"
#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-lender.h"

#define USIM "A0000000871002"

typedef struct {
    TestBus *bus;
    GDBusConnection *server;
    GDBusConnection *callers[3];
    SimstowCaller *watched[3];
    ModemPort *port;
    SimstowCard *card;
    SimstowLender *lender;
} Fixture;

static const gchar *
name_of (Fixture *fixture, guint who)
{
    return simstow_caller_get_name (fixture->watched[who]);
}

#define AT   "[card]\nphonebook=plain\n"
#define MBIM AT "[mbim]\nmessages=SM\nphonebook=SM\n"

static void
set_up_modem (Fixture *fixture, guint idle_seconds, const gchar *scenario)
{
    g_autoptr (SimstowCallers) known = simstow_callers_new (NULL, 0);

    fixture->bus = test_bus_up ();
    fixture->server = connect_to (fixture->bus);
    for (guint i = 0; i < G_N_ELEMENTS (fixture->callers); i++) {
        fixture->callers[i] = connect_to (fixture->bus);
        fixture->watched[i] =
            simstow_callers_find (known,
                                  fixture->server,
                                  g_dbus_connection_get_unique_name (fixture->callers[i]));
    }
    fixture->port = modem_port_new (scenario);
    fixture->card = simstow_card_new (SIMSTOW_PORT (fixture->port));
    fixture->lender = simstow_lender_new (idle_seconds);
}

/* @idle_seconds is how long a channel may rest. */
static void
set_up (Fixture *fixture, gconstpointer idle_seconds)
{
    set_up_modem (fixture, GPOINTER_TO_UINT (idle_seconds), AT);
}

static void
set_up_mbim (Fixture *fixture, gconstpointer idle_seconds)
{
    set_up_modem (fixture, GPOINTER_TO_UINT (idle_seconds), MBIM);
}

static guint
count_open (Fixture *fixture)
{
    return sim_card_count_channels (modem_port_card (fixture->port));
}

static void
wait_for_open (Fixture *fixture, guint count)
{
    while (count_open (fixture) != count)
        g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_clear_object (&fixture->lender);
    g_clear_object (&fixture->card);
    wait_for_open (fixture, 0);
    while (g_main_context_iteration (NULL, FALSE))
        ;
    g_assert_finalize_object (fixture->port);
    for (guint i = 0; i < G_N_ELEMENTS (fixture->callers); i++) {
        g_clear_object (&fixture->watched[i]);
        g_clear_object (&fixture->callers[i]);
    }
    g_clear_object (&fixture->server);
    test_bus_down (fixture->bus);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
    while (*result == NULL)
        g_main_context_iteration (NULL, TRUE);
}

/* Opens a channel and lends it. */
static guint
lend (Fixture *fixture, guint who)
{
    g_autoptr (GPtrArray) aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    SimstowChannel *channel;

    g_assert_true (simstow_lender_check_room (fixture->lender, name_of (fixture, who), &error));
    g_ptr_array_add (aids, simstow_hex_decode (USIM, -1, NULL));
    simstow_card_open_async (fixture->card, aids, NULL, on_ready, &result);
    wait_for (&result);
    channel = simstow_card_open_finish (fixture->card, result, NULL, &error);
    g_assert_no_error (error);
    return simstow_lender_add (fixture->lender, channel, fixture->watched[who]);
}

static void
leave (Fixture *fixture, guint who)
{
    g_autoptr (GError) error = NULL;

    g_dbus_connection_close_sync (fixture->callers[who], NULL, &error);
    g_assert_no_error (error);
}

static void
assert_not_found (Fixture *fixture, guint who, guint handle)
{
    g_autoptr (GError) used = NULL;
    g_autoptr (GError) taken = NULL;
    const gchar *name = name_of (fixture, who);

    g_assert_null (simstow_lender_use (fixture->lender, name, handle, &used));
    g_assert_error (used, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    g_assert_null (simstow_lender_take_back (fixture->lender, name, handle, &taken));
    g_assert_error (taken, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

static void
assert_no_room (Fixture *fixture, guint who)
{
    g_autoptr (GError) error = NULL;

    g_assert_false (simstow_lender_check_room (fixture->lender, name_of (fixture, who), &error));
    g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED);
}

/* Two callers have one each, and neither has the other's; a third gets none. */
static void
test_owners (Fixture *fixture, gconstpointer data)
{
    guint first = lend (fixture, 0);
    guint second = lend (fixture, 1);
    g_autoptr (SimstowChannel) own = NULL;

    g_assert_cmpuint (first, !=, second);
    g_assert_cmpuint (count_open (fixture), ==, 2);
    assert_not_found (fixture, 0, second);
    assert_not_found (fixture, 1, first);
    assert_not_found (fixture, 2, first);
    assert_not_found (fixture, 0, 0);
    assert_not_found (fixture, 0, 99);
    for (guint who = 0; who < 3; who++)
        assert_no_room (fixture, who);
    own = simstow_lender_use (fixture->lender, name_of (fixture, 1), second, NULL);
    g_assert_nonnull (own);
}

/* A channel is given back once. */
static void
test_close_twice (Fixture *fixture, gconstpointer data)
{
    guint handle = lend (fixture, 0);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (SimstowChannel) channel = NULL;

    channel = simstow_lender_take_back (fixture->lender, name_of (fixture, 0), handle, NULL);
    g_assert_nonnull (channel);
    assert_not_found (fixture, 0, handle);
    simstow_channel_close_async (channel, on_ready, &result);
    wait_for (&result);
    g_assert_true (simstow_channel_close_finish (channel, result, NULL));
    g_assert_cmpuint (count_open (fixture), ==, 0);
    /* the room is there again */
    lend (fixture, 0);
}

/* Who leaves the bus takes no channel along, and leaves the other's alone. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
    guint first = lend (fixture, 0);
    guint second = lend (fixture, 1);
    g_autoptr (SimstowChannel) other = NULL;

    leave (fixture, 0);
    wait_for_open (fixture, 1);
    assert_not_found (fixture, 0, first);
    other = simstow_lender_use (fixture->lender, name_of (fixture, 1), second, NULL);
    g_assert_nonnull (other);
    lend (fixture, 2);
}

/* A caller leaves while its command is under way. */
static void
test_leave_busy (Fixture *fixture, gconstpointer data)
{
    guint handle = lend (fixture, 0);
    g_autoptr (GBytes) apdu = simstow_hex_decode ("00A40804022FE2", -1, NULL);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (SimstowChannel) channel =
        simstow_lender_use (fixture->lender, name_of (fixture, 0), handle, NULL);

    leave (fixture, 0);
    simstow_channel_transmit_async (channel, apdu, NULL, on_ready, &result);
    wait_for_open (fixture, 0);
    wait_for (&result);
    /* answered or not, it ended */
    response = simstow_channel_transmit_finish (channel, result, NULL);
    g_assert_false (simstow_channel_is_open (channel));
}

/* The card has minutes for a command of theirs, and a channel is closed behind the command that is
 * on its way, not over it. */
static void
test_patience (Fixture *fixture, gconstpointer data)
{
    guint handle = lend (fixture, 0);
    g_autoptr (GBytes) apdu = simstow_hex_decode ("00A40804022FE2", -1, NULL);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GAsyncResult) closed = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (SimstowChannel) channel =
        simstow_lender_take_back (fixture->lender, name_of (fixture, 0), handle, NULL);
    guint sent;

    simstow_channel_transmit_async (channel, apdu, NULL, on_ready, &result);
    sent = modem_port_sent (fixture->port)->len;
    g_assert_cmpuint (modem_port_seconds (fixture->port), ==, SIMSTOW_LENDER_COMMAND_SECONDS);
    simstow_channel_close_async (channel, on_ready, &closed);
    g_assert_cmpuint (modem_port_sent (fixture->port)->len, ==, sent);
    wait_for (&closed);
    g_assert_cmpuint (modem_port_sent (fixture->port)->len, ==, sent + 1);
    g_assert_cmpuint (modem_port_seconds (fixture->port), <, SIMSTOW_LENDER_COMMAND_SECONDS);
    wait_for (&result);
    response = simstow_channel_transmit_finish (channel, result, &error);
    g_assert_true (simstow_channel_close_finish (channel, closed, NULL));
}

/* While there is something to do on a channel it does not rest, and then anew. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
    guint held = lend (fixture, 0);
    guint idle = lend (fixture, 1);
    g_autoptr (SimstowChannel) channel = NULL;

    simstow_lender_hold (fixture->lender, name_of (fixture, 0), held, NULL);
    simstow_lender_hold (fixture->lender, name_of (fixture, 0), held, NULL);
    simstow_lender_rest (fixture->lender, name_of (fixture, 0), held);
    wait_for_open (fixture, 1);
    assert_not_found (fixture, 1, idle);
    channel = simstow_lender_use (fixture->lender, name_of (fixture, 0), held, NULL);
    g_assert_nonnull (channel);
    simstow_lender_rest (fixture->lender, name_of (fixture, 0), held);
    wait_for_open (fixture, 0);
    assert_not_found (fixture, 0, held);
}

/* A channel that nobody uses is taken back. */
static void
test_idle (Fixture *fixture, gconstpointer data)
{
    guint handle = lend (fixture, 0);

    wait_for_open (fixture, 0);
    assert_not_found (fixture, 0, handle);
}

/* The modem goes: nothing stays lent. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
    guint first = lend (fixture, 0);
    guint second = lend (fixture, 1);

    simstow_lender_close (fixture->lender);
    assert_not_found (fixture, 0, first);
    assert_not_found (fixture, 1, second);
    wait_for_open (fixture, 0);
}

#define LONG  GUINT_TO_POINTER (120)
#define BRIEF GUINT_TO_POINTER (1)

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/lender/owners", Fixture, LONG, set_up, test_owners, tear_down);
    g_test_add ("/lender/close-twice", Fixture, LONG, set_up, test_close_twice, tear_down);
    g_test_add ("/lender/leave", Fixture, LONG, set_up, test_leave, tear_down);
    g_test_add ("/lender/leave-busy", Fixture, LONG, set_up, test_leave_busy, tear_down);
    g_test_add ("/lender/idle", Fixture, BRIEF, set_up, test_idle, tear_down);
    g_test_add ("/lender/held", Fixture, BRIEF, set_up, test_held, tear_down);
    g_test_add ("/lender/patience/at", Fixture, LONG, set_up, test_patience, tear_down);
    g_test_add ("/lender/patience/mbim", Fixture, LONG, set_up_mbim, test_patience, tear_down);
    g_test_add ("/lender/end", Fixture, LONG, set_up, test_end, tear_down);
    return g_test_run ();
}
