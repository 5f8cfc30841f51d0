/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Callers of their own on the private bus of a test.
 */

#pragma once

#include <gio/gio.h>

/* A new connection, as another program would have; the shared one is one caller. */
static GDBusConnection *
connect_to (GTestDBus *bus)
{
    g_autoptr (GError) error = NULL;
    GDBusConnection *connection =
        g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL,
                                                NULL,
                                                &error);

    g_assert_no_error (error);
    return connection;
}
