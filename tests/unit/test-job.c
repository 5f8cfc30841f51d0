/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a job: its deadline answers the caller, what comes later does not
 * answer again, and errors have a name on the bus whatever their domain.
 */

#include "simstow-jobs.h"

#include "bus-connect.h"
#include "simstow-error.h"

typedef struct {
    TestBus *bus;
    GDBusConnection *server;
    GDBusConnection *client;
    guint object;
    SimstowJobs *jobs;
    SimstowJob *job;
    GVariant *value;
    GError *error;
    gboolean answered;
    guint ended;
} Fixture;

static const gchar introspection[] = "<node><interface name='test.Job'>"
                                     "<method name='Work'/></interface></node>";

static void
run_nothing (SimstowJob *job, gpointer data)
{
}

/* What a job has is given back once, when it has ended */
static void
on_ended (gpointer data)
{
    ((Fixture *) data)->ended++;
}

static void
on_method_call (GDBusConnection *connection,
                const gchar *sender,
                const gchar *path,
                const gchar *interface,
                const gchar *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
    Fixture *fixture = user_data;
    fixture->job = simstow_jobs_add (fixture->jobs, invocation, 1, run_nothing, fixture, on_ended);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_assert_false (fixture->answered);
    fixture->value =
        g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &fixture->error);
    fixture->answered = TRUE;
}

static void
wait_answer (Fixture *fixture)
{
    while (!fixture->answered)
        g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
    static const GDBusInterfaceVTable vtable = {on_method_call};
    g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);

    fixture->bus = test_bus_up ();
    fixture->jobs = simstow_jobs_new ();
    fixture->server = connect_to (fixture->bus);
    fixture->client = connect_to (fixture->bus);
    fixture->object = g_dbus_connection_register_object (fixture->server,
                                                         "/test",
                                                         node->interfaces[0],
                                                         &vtable,
                                                         fixture,
                                                         NULL,
                                                         NULL);
    g_dbus_connection_call (fixture->client,
                            g_dbus_connection_get_unique_name (fixture->server),
                            "/test",
                            "test.Job",
                            "Work",
                            NULL,
                            NULL,
                            G_DBUS_CALL_FLAGS_NONE,
                            NO_DEADLINE,
                            NULL,
                            on_answer,
                            fixture);
    while (!fixture->job)
        g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_assert_finalize_object (fixture->job);
    g_assert_finalize_object (fixture->jobs);
    g_assert_cmpuint (fixture->ended, ==, 1);
    g_dbus_connection_unregister_object (fixture->server, fixture->object);
    g_clear_pointer (&fixture->value, g_variant_unref);
    g_clear_error (&fixture->error);
    g_clear_object (&fixture->client);
    g_clear_object (&fixture->server);
    test_bus_down (fixture->bus);
}

static gboolean
is_busy (Fixture *fixture)
{
    gboolean busy;

    g_object_get (fixture->jobs, "busy", &busy, NULL);
    return busy;
}

static void
test_deadline (Fixture *fixture, gconstpointer data)
{
    simstow_job_admit (fixture->job, 0);
    wait_answer (fixture);
    g_assert_error (fixture->error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
    /* the work was told, and has the line until it says so */
    g_assert_true (g_cancellable_is_cancelled (simstow_job_get_cancellable (fixture->job)));
    g_assert_true (is_busy (fixture));
    g_assert_cmpuint (fixture->ended, ==, 0);
    simstow_job_end (fixture->job, g_variant_new ("()"));
    g_assert_false (is_busy (fixture));
    g_assert_cmpuint (fixture->ended, ==, 1);
}

static void
test_twice (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_FULL, "full");

    simstow_job_admit (fixture->job, 0);
    simstow_job_end (fixture->job, g_variant_new ("()"));
    simstow_job_end_with_error (fixture->job, error);
    simstow_job_cancel (fixture->job);
    wait_answer (fixture);
    g_assert_no_error (fixture->error);
}

static void
test_cancel_early (Fixture *fixture, gconstpointer data)
{
    simstow_job_cancel (fixture->job);
    g_assert_cmpuint (fixture->ended, ==, 1);
    /* polkit's answer comes late */
    simstow_job_admit (fixture->job, 0);
    g_assert_false (is_busy (fixture));
    wait_answer (fixture);
    g_assert_error (fixture->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

static void
test_foreign_error (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error =
        g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "not \xff UTF-8");

    simstow_job_admit (fixture->job, 0);
    simstow_job_end_with_error (fixture->job, error);
    wait_answer (fixture);
    g_assert_error (fixture->error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
}

static void
add (const gchar *path, void (*test) (Fixture *, gconstpointer))
{
    g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);

    add ("/job/deadline", test_deadline);
    add ("/job/twice", test_twice);
    add ("/job/cancel-early", test_cancel_early);
    add ("/job/foreign-error", test_foreign_error);
    return g_test_run ();
}
