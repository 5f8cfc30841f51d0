/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * org.simstow.Modem1 on a private bus, with a line that answers when the test says so:
 * callers queue, leave, cancel, are refused, and each is answered once.
 */

#include "simstow-service.h"

#include "bus-connect.h"
#include "service-fakes.h"
#include "simstow-door.h"
#include "simstow-error.h"
#include "simstow-jobs.h"
#include "simstow-names.h"

#define OBJECT_PATH "/modem"
/* longer than any test takes */
#define GRANT_SECONDS 1000

typedef struct {
    TestBus *bus;
    GDBusConnection *server;
    GDBusConnection *alice;
    GDBusConnection *bob;
    SimstowService *service;
} Fixture;

/* Who is of which user: bob of another one, where the test says so */
typedef struct {
    const gchar *stranger;
    guint serial; /* of the question whose connection is the stranger's */
} Users;

#define OTHER_USER 4711

/* In GDBus' own thread: the bus has no other user to offer than the one who runs the test */
static GDBusMessage *
on_message (GDBusConnection *connection,
            GDBusMessage *message,
            gboolean incoming,
            gpointer user_data)
{
    Users *users = user_data;
    const gchar *name = NULL;

    if (!incoming) {
        if (g_strcmp0 (g_dbus_message_get_member (message), "GetConnectionUnixUser") == 0)
            g_variant_get (g_dbus_message_get_body (message), "(&s)", &name);
        if (name && g_str_equal (name, users->stranger))
            users->serial = g_dbus_message_get_serial (message);
    } else if (users->serial > 0 && g_dbus_message_get_reply_serial (message) == users->serial) {
        g_autoptr (GDBusMessage) locked = message;

        message = g_dbus_message_copy (locked, NULL);
        g_dbus_message_set_body (message, g_variant_new ("(u)", OTHER_USER));
    }
    return message;
}

static void
make_stranger (Fixture *fixture, GDBusConnection *who)
{
    Users *users = g_new0 (Users, 1);

    users->stranger = g_dbus_connection_get_unique_name (who);
    g_dbus_connection_add_filter (fixture->server, on_message, users, g_free);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GObject) port = g_object_new (fake_line_get_type (), NULL);
    g_autoptr (SimstowCallers) callers = simstow_callers_new (fakes_ask, GPOINTER_TO_UINT (data));
    g_autoptr (GError) error = NULL;

    fakes = (Fakes){.reads = G_QUEUE_INIT,
                    .questions = G_QUEUE_INIT,
                    .asked = g_ptr_array_new_with_free_func (g_free)};
    fixture->bus = test_bus_up ();
    fixture->server = connect_to (fixture->bus);
    fixture->alice = connect_to (fixture->bus);
    fixture->bob = connect_to (fixture->bus);
    fixture->service =
        simstow_service_new (SIMSTOW_PORT (port), callers, SIMSTOW_SERVICE_IDLE_SECONDS);
    g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (fixture->service),
                                      fixture->server,
                                      OBJECT_PATH,
                                      &error);
    g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (fixture->service));
    g_clear_object (&fixture->service);
    g_clear_object (&fixture->alice);
    g_clear_object (&fixture->bob);
    g_clear_object (&fixture->server);
    g_assert_true (g_queue_is_empty (&fakes.reads));
    g_ptr_array_unref (fakes.asked);
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

    g_assert_false (call->done);
    call->value = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &call->error);
    call->done = TRUE;
}

static void
call_start (Fixture *fixture,
            GDBusConnection *from,
            const gchar *method,
            GVariant *parameters,
            Call *call)
{
    *call = (Call){0};
    g_dbus_connection_call (from,
                            g_dbus_connection_get_unique_name (fixture->server),
                            OBJECT_PATH,
                            SIMSTOW_INTERFACE,
                            method,
                            parameters,
                            NULL,
                            G_DBUS_CALL_FLAGS_NONE,
                            NO_DEADLINE,
                            NULL,
                            on_call_ready,
                            call);
}

static void
run_start (Fixture *fixture,
           GDBusConnection *from,
           const gchar *door,
           const gchar *commands,
           Call *call)
{
    g_autoptr (GVariant) given =
        g_variant_parse (G_VARIANT_TYPE ("a(say)"), commands, NULL, NULL, NULL);

    g_assert_nonnull (given);
    call_start (fixture, from, "Run", g_variant_new ("(sa{sv}@a(say))", door, NULL, given), call);
}

/* The door "messages" or "phonebook" asks something that goes to the modem as it is */
static void
read_start (Fixture *fixture, GDBusConnection *from, const gchar *door, Call *call)
{
    g_autofree gchar *commands =
        g_strdup_printf ("[('%s', [])]",
                         g_str_equal (door, "messages") ? FAKE_MESSAGES : FAKE_PHONEBOOK);

    run_start (fixture, from, door, commands, call);
}

static void
call_wait (Call *call)
{
    while (!call->done)
        g_main_context_iteration (NULL, TRUE);
}

/* The bus is asked first whose connection it is */
static void
wait_questions (guint count)
{
    while (g_queue_get_length (&fakes.questions) != count)
        g_main_context_iteration (NULL, TRUE);
}

static void
wait_reads (guint count)
{
    while (g_queue_get_length (&fakes.reads) != count)
        g_main_context_iteration (NULL, TRUE);
}

/* Waits until the read that runs is @command. */
static void
wait_read (const gchar *command)
{
    FakeRead *read;

    while (!(read = g_queue_peek_head (&fakes.reads)) || !g_str_equal (read->command, command))
        g_main_context_iteration (NULL, TRUE);
}

static void
call_clear (Call *call)
{
    g_clear_pointer (&call->value, g_variant_unref);
    g_clear_error (&call->error);
}

static void
assert_failed (Call *call, SimstowError code)
{
    call_wait (call);
    g_assert_error (call->error, SIMSTOW_ERROR, (gint) code);
    call_clear (call);
}

static void
assert_limited (Call *call)
{
    call_wait (call);
    g_assert_error (call->error, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED);
    call_clear (call);
}

static void
assert_read (Call *call)
{
    g_autofree gchar *text = NULL;

    call_wait (call);
    g_assert_no_error (call->error);
    text = g_variant_print (call->value, FALSE);
    g_assert_cmpstr (text, ==, "([([[0x74, 0x6f, 0x6c, 0x64]], {})],)");
    call_clear (call);
}

static void
ask_version (Fixture *fixture, GDBusConnection *from)
{
    Call call = {0};

    g_dbus_connection_call (from,
                            g_dbus_connection_get_unique_name (fixture->server),
                            OBJECT_PATH,
                            "org.freedesktop.DBus.Properties",
                            "Get",
                            g_variant_new ("(ss)", SIMSTOW_INTERFACE, "Version"),
                            NULL,
                            G_DBUS_CALL_FLAGS_NONE,
                            NO_DEADLINE,
                            NULL,
                            on_call_ready,
                            &call);
    call_wait (&call);
    g_assert_no_error (call.error);
    call_clear (&call);
}

/* Waits until everything sent so far by @from has been handled: the service has asked the bus whose
 * connection it is, and has the answer. */
static void
settle (Fixture *fixture, GDBusConnection *from)
{
    ask_version (fixture, from);
    ask_version (fixture, from);
}

/* Whoever may not do all that a call needs does nothing of it */
static void
test_refused_in_part (Fixture *fixture, gconstpointer data)
{
    static const gchar both[] = "[('read ADF/6F3A', []), ('read ADF/6F3C', [])]";
    Call call;

    fakes.refused = SIMSTOW_POLKIT_MESSAGING;
    run_start (fixture, fixture->alice, "files", both, &call);
    assert_failed (&call, SIMSTOW_ERROR_DENIED);
    g_assert_cmpuint (fakes.asked->len, ==, 2);
    g_assert_cmpuint (fakes.sent, ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
    Call call;

    fakes.refused = SIMSTOW_POLKIT_CONTACTS;
    read_start (fixture, fixture->alice, "phonebook", &call);
    assert_failed (&call, SIMSTOW_ERROR_DENIED);
    g_assert_cmpuint (fakes.sent, ==, 0);
    g_assert_cmpuint (fakes.asked->len, ==, 1);
    g_assert_cmpstr (fakes.asked->pdata[0], ==, SIMSTOW_POLKIT_CONTACTS);
}

static void
read_once (Fixture *fixture, GDBusConnection *from, const gchar *store)
{
    Call call;

    read_start (fixture, from, store, &call);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&call);
}

/* A grant holds for its caller and the action; a refusal is not remembered */
static void
test_remembered (Fixture *fixture, gconstpointer data)
{
    Call call;

    read_once (fixture, fixture->alice, "messages");
    read_once (fixture, fixture->alice, "messages");
    read_once (fixture, fixture->bob, "messages");
    fakes.refused = SIMSTOW_POLKIT_CONTACTS;
    read_start (fixture, fixture->alice, "phonebook", &call);
    assert_failed (&call, SIMSTOW_ERROR_DENIED);
    g_assert_cmpuint (fakes.asked->len, ==, 3);
    fakes.refused = NULL;
    read_once (fixture, fixture->alice, "phonebook");
    g_assert_cmpuint (fakes.asked->len, ==, 4);
}

/* Calls that come while polkit is asked wait for its answer, and share it */
static void
test_shared_question (Fixture *fixture, gconstpointer data)
{
    Call calls[3];
    Call other;
    guint i;

    fakes.thinks = TRUE;
    for (i = 0; i < G_N_ELEMENTS (calls); i++)
        read_start (fixture, fixture->alice, "messages", &calls[i]);
    settle (fixture, fixture->alice);
    read_start (fixture, fixture->bob, "messages", &other);
    wait_questions (2);
    g_assert_cmpuint (fakes.asked->len, ==, 2);
    fakes_answer (FALSE);
    for (i = 0; i < G_N_ELEMENTS (calls); i++)
        assert_failed (&calls[i], SIMSTOW_ERROR_DENIED);
    fakes_answer (TRUE);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&other);
    g_assert_cmpuint (fakes.asked->len, ==, 2);
}

/* The one that asked is given up: the others still get the answer; with the last of them, or the
 * caller, the question goes, too */
static void
test_question_taken_back (Fixture *fixture, gconstpointer data)
{
    Call first;
    Call second;
    Call cancel;

    fakes.thinks = TRUE;
    read_start (fixture, fixture->alice, "messages", &first);
    read_start (fixture, fixture->alice, "messages", &second);
    settle (fixture, fixture->alice);
    g_assert_cmpuint (g_queue_get_length (&fakes.questions), ==, 1);
    call_start (fixture, fixture->alice, "Cancel", NULL, &cancel);
    call_wait (&cancel);
    call_clear (&cancel);
    assert_failed (&first, SIMSTOW_ERROR_CANCELLED);
    assert_failed (&second, SIMSTOW_ERROR_CANCELLED);
    g_assert_true (g_queue_is_empty (&fakes.questions));

    read_start (fixture, fixture->bob, "messages", &first);
    wait_questions (1);
    g_assert_true (g_dbus_connection_close_sync (fixture->bob, NULL, NULL));
    wait_questions (0);
    call_wait (&first);
    call_clear (&first);
}

/* A user whom polkit's agent never answers asks as much as he can, and others are served */
static void
test_unanswered (Fixture *fixture, gconstpointer data)
{
    GDBusConnection *callers[SIMSTOW_CALLERS_QUESTIONS_MAX];
    Call calls[SIMSTOW_CALLERS_QUESTIONS_MAX][SIMSTOW_JOBS_MAX_CALLER];
    Call refused;
    Call other;

    make_stranger (fixture, fixture->bob);
    fakes.thinks = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (callers); i++) {
        callers[i] = connect_to (fixture->bus);
        for (guint j = 0; j < SIMSTOW_JOBS_MAX_CALLER; j++)
            read_start (fixture, callers[i], "messages", &calls[i][j]);
    }
    wait_questions (G_N_ELEMENTS (callers));
    read_start (fixture, fixture->alice, "messages", &refused);
    assert_limited (&refused);
    fakes.thinks = FALSE;
    read_start (fixture, fixture->bob, "messages", &other);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&other);
    simstow_service_close (fixture->service);
    for (guint i = 0; i < G_N_ELEMENTS (callers); i++) {
        for (guint j = 0; j < SIMSTOW_JOBS_MAX_CALLER; j++)
            assert_failed (&calls[i][j], SIMSTOW_ERROR_CANCELLED);
        g_object_unref (callers[i]);
    }
    g_assert_true (g_queue_is_empty (&fakes.questions));
}

static void
test_forgotten (Fixture *fixture, gconstpointer data)
{
    read_once (fixture, fixture->alice, "messages");
    read_once (fixture, fixture->alice, "messages");
    g_assert_cmpuint (fakes.asked->len, ==, 2);
}

/* What no door lets through concerns nobody: polkit is not even asked */
static void
test_unsupported (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GString) commands = g_string_new ("[");
    Call call;

    run_start (fixture, fixture->alice, "photos", "[('+CPMS=?', [])]", &call);
    assert_failed (&call, SIMSTOW_ERROR_UNSUPPORTED);
    run_start (fixture, fixture->alice, "messages", "[('+CFUN=0', [])]", &call);
    assert_failed (&call, SIMSTOW_ERROR_DENIED);
    call_start (fixture,
                fixture->alice,
                "Run",
                g_variant_new_parsed ("('messages', {'fast': <true>}, [('+CPMS=?', @ay [])])"),
                &call);
    assert_failed (&call, SIMSTOW_ERROR_DENIED);
    for (guint i = 0; i < SIMSTOW_DOOR_COMMANDS_MAX; i++)
        g_string_append (commands, "('+CPMS=?', []), ");
    g_string_append (commands, "('+CPMS=?', [])]");
    run_start (fixture, fixture->alice, "messages", commands->str, &call);
    assert_limited (&call);
    g_assert_cmpuint (fakes.asked->len, ==, 0);
    g_assert_cmpuint (fakes.sent, ==, 0);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
    Call first;
    Call second;
    Call third;

    read_start (fixture, fixture->alice, "messages", &first);
    wait_reads (1);
    g_assert_true (simstow_dbus_modem_get_busy (SIMSTOW_DBUS_MODEM (fixture->service)));
    read_start (fixture, fixture->bob, "phonebook", &second);
    settle (fixture, fixture->bob);
    read_start (fixture, fixture->alice, "messages", &third);
    settle (fixture, fixture->alice);
    /* one at a time */
    g_assert_cmpuint (g_queue_get_length (&fakes.reads), ==, 1);
    fakes_end_read ();
    assert_read (&first);
    wait_read (FAKE_PHONEBOOK);
    g_assert_false (third.done);
    fakes_end_read ();
    assert_read (&second);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&third);
    g_assert_false (simstow_dbus_modem_get_busy (SIMSTOW_DBUS_MODEM (fixture->service)));
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
    Call running;
    Call waiting;
    Call other;
    Call cancel;

    read_start (fixture, fixture->alice, "messages", &running);
    wait_reads (1);
    read_start (fixture, fixture->bob, "messages", &other);
    settle (fixture, fixture->bob);
    read_start (fixture, fixture->alice, "messages", &waiting);
    settle (fixture, fixture->alice);
    call_start (fixture, fixture->alice, "Cancel", NULL, &cancel);
    call_wait (&cancel);
    g_assert_no_error (cancel.error);
    call_clear (&cancel);
    assert_failed (&waiting, SIMSTOW_ERROR_CANCELLED);
    /* what the modem has is waited for */
    g_assert_false (running.done);
    fakes_end_read ();
    assert_read (&running);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&other);
}

static void
test_leave (Fixture *fixture, gconstpointer data)
{
    Call running;
    Call waiting;
    Call other;

    read_start (fixture, fixture->alice, "messages", &running);
    wait_reads (1);
    read_start (fixture, fixture->alice, "messages", &waiting);
    settle (fixture, fixture->alice);
    read_start (fixture, fixture->bob, "phonebook", &other);
    settle (fixture, fixture->bob);
    g_assert_true (g_dbus_connection_close_sync (fixture->alice, NULL, NULL));
    call_wait (&running);
    call_wait (&waiting);
    settle (fixture, fixture->bob);
    fakes_end_read ();
    wait_read (FAKE_PHONEBOOK);
    fakes_end_read ();
    assert_read (&other);
    g_assert_true (g_queue_is_empty (&fakes.reads));
    call_clear (&running);
    call_clear (&waiting);
}

/* Leaves the bus, which then tells the service so, or has told it */
static void
leave (Fixture *fixture, GDBusConnection *who)
{
    gboolean there = TRUE;

    g_assert_true (g_dbus_connection_flush_sync (who, NULL, NULL));
    g_assert_true (g_dbus_connection_close_sync (who, NULL, NULL));
    while (there) {
        g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
            fixture->server,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "NameHasOwner",
            g_variant_new ("(s)", g_dbus_connection_get_unique_name (who)),
            G_VARIANT_TYPE ("(b)"),
            G_DBUS_CALL_FLAGS_NONE,
            NO_DEADLINE,
            NULL,
            NULL);

        g_assert_nonnull (reply);
        g_variant_get (reply, "(b)", &there);
    }
}

/* Who is gone when the call is looked at asks nothing and gets nothing, and whoever leaves after
 * that is missed as before */
static void
test_gone_at_once (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GDBusConnection) carol = connect_to (fixture->bus);
    Call gone;
    Call running;
    Call waiting;

    read_start (fixture, fixture->bob, "messages", &gone);
    leave (fixture, fixture->bob);
    call_wait (&gone);
    call_clear (&gone);
    settle (fixture, carol);
    g_assert_cmpuint (fakes.asked->len, ==, 0);

    read_start (fixture, carol, "messages", &running);
    wait_reads (1);
    read_start (fixture, fixture->alice, "phonebook", &waiting);
    settle (fixture, fixture->alice);
    leave (fixture, fixture->alice);
    call_wait (&waiting);
    call_clear (&waiting);
    settle (fixture, carol);
    fakes_end_read ();
    assert_read (&running);
    settle (fixture, carol);
    g_assert_cmpuint (fakes.sent, ==, 1);
}

static void
test_bounds (Fixture *fixture, gconstpointer data)
{
    Call calls[SIMSTOW_JOBS_MAX_CALLER];
    Call refused;
    Call other;
    Call cancel;

    for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        read_start (fixture, fixture->alice, "messages", &calls[i]);
    read_start (fixture, fixture->alice, "messages", &refused);
    assert_limited (&refused);
    read_start (fixture, fixture->bob, "messages", &other);
    settle (fixture, fixture->bob);
    g_assert_false (other.done);
    call_start (fixture, fixture->alice, "Cancel", NULL, &cancel);
    for (guint i = 1; i < G_N_ELEMENTS (calls); i++)
        assert_failed (&calls[i], SIMSTOW_ERROR_CANCELLED);
    call_wait (&cancel);
    call_clear (&cancel);
    fakes_end_read ();
    assert_read (&calls[0]);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&other);
}

/* One user fills no more than his own part, and the next turn is another's */
static void
test_bounds_user (Fixture *fixture, gconstpointer data)
{
    enum { CALLERS = SIMSTOW_JOBS_MAX_USER / SIMSTOW_JOBS_MAX_CALLER };
    GDBusConnection *callers[CALLERS];
    Call calls[SIMSTOW_JOBS_MAX_USER];
    Call refused;
    Call other;

    make_stranger (fixture, fixture->bob);
    for (guint i = 0; i < CALLERS; i++)
        callers[i] = connect_to (fixture->bus);
    for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
        read_start (fixture, callers[i % CALLERS], "messages", &calls[i]);
        wait_reads (1);
    }
    for (guint i = 0; i < CALLERS; i++)
        settle (fixture, callers[i]);
    read_start (fixture, fixture->alice, "messages", &refused);
    assert_limited (&refused);
    read_start (fixture, fixture->bob, "phonebook", &other);
    settle (fixture, fixture->bob);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&calls[0]);
    wait_read (FAKE_PHONEBOOK);
    fakes_end_read ();
    assert_read (&other);
    wait_read (FAKE_MESSAGES);
    simstow_service_close (fixture->service);
    for (guint i = 2; i < G_N_ELEMENTS (calls); i++)
        assert_failed (&calls[i], SIMSTOW_ERROR_CANCELLED);
    fakes_end_read ();
    assert_read (&calls[1]);
    for (guint i = 0; i < CALLERS; i++)
        g_object_unref (callers[i]);
}

/* What is too long for any record is not even kept until its caller was authorised */
static void
test_bounds_parameters (Fixture *fixture, gconstpointer data)
{
    g_autofree gchar *text = g_strnfill (1024 * 1024, 'x');
    Call call;

    call_start (fixture,
                fixture->alice,
                "Run",
                g_variant_new_parsed ("('messages', @a{sv} {}, [(%s, @ay [])])", text),
                &call);
    assert_limited (&call);
    g_assert_cmpuint (fakes.asked->len, ==, 0);
}

/* Who has no channel waits for nothing, and takes nobody's place */
static void
test_strangers (Fixture *fixture, gconstpointer data)
{
    Call running;
    Call transmit;
    Call close;

    read_start (fixture, fixture->alice, "messages", &running);
    wait_reads (1);
    call_start (fixture,
                fixture->bob,
                "Transmit",
                g_variant_new_parsed ("(uint32 1, [byte 0x00, 0xb0, 0x00, 0x00, 0x00])"),
                &transmit);
    call_start (fixture, fixture->bob, "CloseChannel", g_variant_new ("(u)", 1), &close);
    settle (fixture, fixture->bob);
    g_assert_true (transmit.done && close.done);
    assert_failed (&transmit, SIMSTOW_ERROR_NOT_FOUND);
    assert_failed (&close, SIMSTOW_ERROR_NOT_FOUND);
    fakes_end_read ();
    assert_read (&running);
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
    Call running;
    Call waiting;
    Call late;

    read_start (fixture, fixture->alice, "messages", &running);
    wait_reads (1);
    read_start (fixture, fixture->bob, "messages", &waiting);
    settle (fixture, fixture->bob);
    simstow_service_close (fixture->service);
    assert_failed (&waiting, SIMSTOW_ERROR_CANCELLED);
    read_start (fixture, fixture->alice, "messages", &late);
    assert_failed (&late, SIMSTOW_ERROR_CANCELLED);
    fakes_end_read ();
    assert_read (&running);
    simstow_service_close (fixture->service);
}

static void
on_progress_signal (GDBusConnection *connection,
                    const gchar *sender,
                    const gchar *path,
                    const gchar *interface,
                    const gchar *signal,
                    GVariant *parameters,
                    gpointer user_data)
{
    g_autofree gchar *text = g_variant_print (parameters, FALSE);

    g_assert_cmpstr (text, ==, "('messages', 1, 1)");
    (*(guint *) user_data)++;
}

static guint
watch_progress (GDBusConnection *connection, guint *count)
{
    return g_dbus_connection_signal_subscribe (connection,
                                               NULL,
                                               SIMSTOW_INTERFACE,
                                               "Progress",
                                               OBJECT_PATH,
                                               NULL,
                                               G_DBUS_SIGNAL_FLAGS_NONE,
                                               on_progress_signal,
                                               count,
                                               NULL);
}

static void
test_progress (Fixture *fixture, gconstpointer data)
{
    guint seen_alice = 0;
    guint seen_bob = 0;
    guint watch_alice = watch_progress (fixture->alice, &seen_alice);
    guint watch_bob = watch_progress (fixture->bob, &seen_bob);
    Call call;

    read_start (fixture, fixture->alice, "messages", &call);
    wait_reads (1);
    fakes_end_read ();
    assert_read (&call);
    settle (fixture, fixture->alice);
    settle (fixture, fixture->bob);
    g_assert_cmpuint (seen_alice, ==, 1);
    g_assert_cmpuint (seen_bob, ==, 0);
    g_dbus_connection_signal_unsubscribe (fixture->alice, watch_alice);
    g_dbus_connection_signal_unsubscribe (fixture->bob, watch_bob);
}

static void
add (const gchar *path, void (*test) (Fixture *, gconstpointer))
{
    g_test_add (path, Fixture, GUINT_TO_POINTER (GRANT_SECONDS), set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);

    add ("/service/refused", test_refused);
    add ("/service/refused-in-part", test_refused_in_part);
    add ("/service/remembered", test_remembered);
    g_test_add ("/service/forgotten", Fixture, NULL, set_up, test_forgotten, tear_down);
    add ("/service/unsupported", test_unsupported);
    add ("/service/shared-question", test_shared_question);
    add ("/service/question-taken-back", test_question_taken_back);
    add ("/service/unanswered", test_unanswered);
    add ("/service/order", test_order);
    add ("/service/cancel", test_cancel);
    add ("/service/leave", test_leave);
    add ("/service/gone-at-once", test_gone_at_once);
    add ("/service/bounds", test_bounds);
    add ("/service/bounds-user", test_bounds_user);
    add ("/service/bounds-parameters", test_bounds_parameters);
    add ("/service/strangers", test_strangers);
    add ("/service/close", test_close);
    add ("/service/progress", test_progress);
    return g_test_run ();
}
