/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A private bus for a test, and callers of their own on it. The bus ends with the test, however
 * that ends: one that outlives a failed test holds its output open, and whoever waits for that
 * waits until his patience ends. No call has a deadline: on a busy machine it would pass for
 * nothing, and a test that hangs is ended by who runs it.
 */

#pragma once

#include <signal.h>
#include <sys/prctl.h>

#include <gio/gio.h>

#define NO_DEADLINE G_MAXINT

typedef struct {
    GSubprocess *daemon;
    gchar *address;
} TestBus;

static void
end_with_test (gpointer user_data)
{
    prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static TestBus *
test_bus_up (void)
{
    g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr (GDataInputStream) lines = NULL;
    g_autoptr (GError) error = NULL;
    TestBus *bus = g_new0 (TestBus, 1);

    g_subprocess_launcher_set_child_setup (launcher, end_with_test, NULL, NULL);
    bus->daemon = g_subprocess_launcher_spawn (launcher,
                                               &error,
                                               "dbus-daemon",
                                               "--session",
                                               "--nofork",
                                               "--nopidfile",
                                               "--nosyslog",
                                               "--address=unix:tmpdir=/tmp",
                                               "--print-address=1",
                                               NULL);
    g_assert_no_error (error);
    lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus->daemon));
    bus->address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (bus->address);
    return bus;
}

static void
test_bus_down (TestBus *bus)
{
    g_subprocess_send_signal (bus->daemon, SIGTERM);
    g_subprocess_wait (bus->daemon, NULL, NULL);
    g_object_unref (bus->daemon);
    g_free (bus->address);
    g_free (bus);
}

/* A new connection, as another program would have; the shared one is one caller. */
static GDBusConnection *
connect_to (TestBus *bus)
{
    g_autoptr (GError) error = NULL;
    GDBusConnection *connection =
        g_dbus_connection_new_for_address_sync (bus->address,
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL,
                                                NULL,
                                                &error);

    g_assert_no_error (error);
    return connection;
}
