/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels to the simulated card, lent to callers on a private bus: whose they
 * are, how many there may be, and that the card has none open when a caller
 * leaves, in the middle of a command too, rests for too long, or the modem goes.
 */

#include "bus-connect.h"
#include "modem-port.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-service.h"

#define OBJECT_PATH "/modem"
#define USIM        "[byte 0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02]"
#define SELECT_EF   "[byte 0x00, 0xA4, 0x08, 0x04, 0x02, 0x2F, 0xE2]"

typedef struct {
    TestBus *bus;
    GDBusConnection *server;
    GDBusConnection *callers[3];
    SimstowCallers *known;
    ModemPort *port;
    SimstowService *service;
} Fixture;

#define AT   "[card]\nphonebook=plain\n"
#define MBIM AT "[mbim]\nmessages=SM\nphonebook=SM\n"

static void
grant (GDBusMethodInvocation *invocation,
       const gchar *action,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

    g_task_return_boolean (task, TRUE);
}

static void
set_up_modem (Fixture *fixture, guint idle_seconds, const gchar *scenario)
{
    g_autoptr (GError) error = NULL;

    fixture->bus = test_bus_up ();
    fixture->server = connect_to (fixture->bus);
    for (guint i = 0; i < G_N_ELEMENTS (fixture->callers); i++)
        fixture->callers[i] = connect_to (fixture->bus);
    fixture->known = simstow_callers_new (grant, 1000);
    fixture->port = modem_port_new (scenario);
    fixture->service =
        simstow_service_new (SIMSTOW_PORT (fixture->port), fixture->known, idle_seconds);
    g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (fixture->service),
                                      fixture->server,
                                      OBJECT_PATH,
                                      &error);
    g_assert_no_error (error);
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
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (fixture->service));
    simstow_service_close (fixture->service);
    wait_for_open (fixture, 0);
    while (g_main_context_iteration (NULL, FALSE))
        ;
    g_assert_finalize_object (fixture->service);
    g_assert_finalize_object (fixture->known);
    g_assert_finalize_object (fixture->port);
    for (guint i = 0; i < G_N_ELEMENTS (fixture->callers); i++)
        g_clear_object (&fixture->callers[i]);
    g_clear_object (&fixture->server);
    test_bus_down (fixture->bus);
}

/* A call on its way, and its answer */
typedef struct {
    gboolean done;
    GVariant *value;
    GError *error;
} Call;

static void
on_call_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Call *call = user_data;

    call->value = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &call->error);
    call->done = TRUE;
}

/* Takes @parameters */
static void
start (Fixture *fixture, guint who, const gchar *method, gchar *parameters, Call *call)
{
    g_autofree gchar *given = parameters;

    *call = (Call){0};
    g_dbus_connection_call (fixture->callers[who],
                            g_dbus_connection_get_unique_name (fixture->server),
                            OBJECT_PATH,
                            SIMSTOW_INTERFACE,
                            method,
                            g_variant_new_parsed (given),
                            NULL,
                            G_DBUS_CALL_FLAGS_NONE,
                            NO_DEADLINE,
                            NULL,
                            on_call_ready,
                            call);
}

static void
start_transmit (Fixture *fixture, guint who, guint handle, Call *call)
{
    start (fixture, who, "Transmit", g_strdup_printf ("(uint32 %u, " SELECT_EF ")", handle), call);
}

static void
clear (Call *call)
{
    g_clear_pointer (&call->value, g_variant_unref);
    g_clear_error (&call->error);
}

static void
wait_for (Call *call)
{
    while (!call->done)
        g_main_context_iteration (NULL, TRUE);
}

static void
assert_done (Call *call)
{
    wait_for (call);
    g_assert_no_error (call->error);
    clear (call);
}

/* Opens a channel. */
static guint
lend (Fixture *fixture, guint who)
{
    guint handle = 0;
    Call call;

    start (fixture, who, "OpenChannel", g_strdup ("(" USIM ",)"), &call);
    wait_for (&call);
    g_assert_no_error (call.error);
    g_variant_get_child (call.value, 0, "u", &handle);
    clear (&call);
    return handle;
}

static void
assert_not_found (Fixture *fixture, guint who, guint handle)
{
    Call call;

    start_transmit (fixture, who, handle, &call);
    wait_for (&call);
    g_assert_error (call.error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    clear (&call);
    start (fixture, who, "CloseChannel", g_strdup_printf ("(uint32 %u,)", handle), &call);
    wait_for (&call);
    g_assert_error (call.error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    clear (&call);
}

static void
assert_usable (Fixture *fixture, guint who, guint handle)
{
    Call call;

    start_transmit (fixture, who, handle, &call);
    assert_done (&call);
}

static void
assert_no_room (Fixture *fixture, guint who)
{
    Call call;

    start (fixture, who, "OpenChannel", g_strdup ("(" USIM ",)"), &call);
    wait_for (&call);
    g_assert_error (call.error, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED);
    clear (&call);
}

static void
leave (Fixture *fixture, guint who)
{
    g_autoptr (GError) error = NULL;

    g_dbus_connection_close_sync (fixture->callers[who], NULL, &error);
    g_assert_no_error (error);
}

static void
wait_for_sent (Fixture *fixture, guint count)
{
    while (modem_port_sent (fixture->port)->len < count)
        g_main_context_iteration (NULL, TRUE);
}

/* Two callers have one each, and neither has the other's; a third gets none. */
static void
test_owners (Fixture *fixture, gconstpointer data)
{
    guint first = lend (fixture, 0);
    guint second = lend (fixture, 1);

    g_assert_cmpuint (first, !=, second);
    g_assert_cmpuint (count_open (fixture), ==, 2);
    assert_not_found (fixture, 0, second);
    assert_not_found (fixture, 1, first);
    assert_not_found (fixture, 2, first);
    assert_not_found (fixture, 0, 0);
    assert_not_found (fixture, 0, 99);
    for (guint who = 0; who < 3; who++)
        assert_no_room (fixture, who);
    assert_usable (fixture, 0, first);
    assert_usable (fixture, 1, second);
}

/* A channel is given back once. */
static void
test_close_twice (Fixture *fixture, gconstpointer data)
{
    guint handle = lend (fixture, 0);
    Call call;

    start (fixture, 0, "CloseChannel", g_strdup_printf ("(uint32 %u,)", handle), &call);
    assert_done (&call);
    g_assert_cmpuint (count_open (fixture), ==, 0);
    assert_not_found (fixture, 0, handle);
    /* the room is there again */
    lend (fixture, 0);
}

/* Who leaves the bus takes no channel along, and leaves the other's alone. */
static void
test_leave (Fixture *fixture, gconstpointer data)
{
    guint second;

    lend (fixture, 0);
    second = lend (fixture, 1);
    leave (fixture, 0);
    wait_for_open (fixture, 1);
    assert_usable (fixture, 1, second);
    lend (fixture, 2);
}

/* The card has minutes for a command of theirs. Where the caller leaves while it is on its way, the
 * channel is closed behind it, not over it. */
static void
test_patience (Fixture *fixture, gconstpointer data)
{
    const gchar *name = g_dbus_connection_get_unique_name (fixture->callers[0]);
    guint handle = lend (fixture, 0);
    guint sent = modem_port_sent (fixture->port)->len;
    Call call;

    start_transmit (fixture, 0, handle, &call);
    wait_for_sent (fixture, sent + 1);
    g_assert_cmpuint (modem_port_seconds (fixture->port), ==, SIMSTOW_SERVICE_COMMAND_SECONDS);
    g_signal_emit_by_name (fixture->known, "left", name);
    g_assert_cmpuint (modem_port_sent (fixture->port)->len, ==, sent + 1);
    wait_for_open (fixture, 0);
    g_assert_cmpuint (modem_port_sent (fixture->port)->len, ==, sent + 2);
    g_assert_cmpuint (modem_port_seconds (fixture->port), <, SIMSTOW_SERVICE_COMMAND_SECONDS);
    /* answered or not, it ended */
    wait_for (&call);
    clear (&call);
}

/* While there is something to do on a channel it does not rest, and then anew. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
    guint held = lend (fixture, 0);
    guint idle = lend (fixture, 2);
    guint sent = modem_port_sent (fixture->port)->len;
    Call busy;
    Call call;

    /* a modem that is busy for longer than a channel may rest */
    simstow_port_wait_set_patience (SIMSTOW_PORT (fixture->port), 3000);
    modem_port_fault (fixture->port, "* +CPBR* cme 14");
    start (fixture, 1, "Run", g_strdup ("('phonebook', @a{sv} {}, [('+CPBR=?', @ay [])])"), &busy);
    wait_for_sent (fixture, sent + 1);
    start_transmit (fixture, 0, held, &call);
    wait_for_open (fixture, 1);
    assert_not_found (fixture, 2, idle);
    g_assert_false (call.done);
    assert_done (&call);
    assert_done (&busy);
    g_assert_cmpuint (count_open (fixture), ==, 1);
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
    guint handle = lend (fixture, 0);
    Call call;

    lend (fixture, 1);
    simstow_service_close (fixture->service);
    start_transmit (fixture, 0, handle, &call);
    wait_for (&call);
    g_assert_error (call.error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
    clear (&call);
    wait_for_open (fixture, 0);
}

#define LONG  GUINT_TO_POINTER (120)
#define BRIEF GUINT_TO_POINTER (1)

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/lent/owners", Fixture, LONG, set_up, test_owners, tear_down);
    g_test_add ("/lent/close-twice", Fixture, LONG, set_up, test_close_twice, tear_down);
    g_test_add ("/lent/leave", Fixture, LONG, set_up, test_leave, tear_down);
    g_test_add ("/lent/idle", Fixture, BRIEF, set_up, test_idle, tear_down);
    g_test_add ("/lent/held", Fixture, BRIEF, set_up, test_held, tear_down);
    g_test_add ("/lent/patience/at", Fixture, LONG, set_up, test_patience, tear_down);
    g_test_add ("/lent/patience/mbim", Fixture, LONG, set_up_mbim, test_patience, tear_down);
    g_test_add ("/lent/end", Fixture, LONG, set_up, test_end, tear_down);
    return g_test_run ();
}
