/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the abstract line keeps from a modem and from the daemon.
 */

#include "fake-port.h"
#include "simstow-error.h"

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **place = user_data;

    *place = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
    while (*result == NULL)
        g_main_context_iteration (NULL, TRUE);
    return *result;
}

static void
check_refused (SimstowPort *port, const gchar *command, gboolean raw)
{
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    simstow_port_at_async (port, command, raw, 5, NULL, on_ready, &result);
    g_assert_null (simstow_port_at_finish (port, wait_for (&result), &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

static void
test_commands (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autofree gchar *long_command = g_strnfill (4097, 'A');
    g_autofree gchar *reply = NULL;

    /* nothing of these is in the script: they must not get there */
    check_refused (SIMSTOW_PORT (port), "+CPBW=1,\"a\r\nAT+CFUN=0\"", FALSE);
    check_refused (SIMSTOW_PORT (port), "+CPBW=1,\"a\nb\"", FALSE);
    check_refused (SIMSTOW_PORT (port), "+CPBW=1,\"a\bb\"", FALSE);
    check_refused (SIMSTOW_PORT (port), "+CPBW=1,\"a\x1a\"", FALSE);
    check_refused (SIMSTOW_PORT (port), "+CPBW=1,\"a\x1b\"", FALSE);
    check_refused (SIMSTOW_PORT (port), "", FALSE);
    check_refused (SIMSTOW_PORT (port), "", TRUE);
    check_refused (SIMSTOW_PORT (port), long_command, FALSE);
    fake_port_expect (port, "RAW 00\x1a", "+CMGW: 1");
    simstow_port_at_async (SIMSTOW_PORT (port), "00\x1a", TRUE, 5, NULL, on_ready, &result);
    reply = simstow_port_at_finish (SIMSTOW_PORT (port), wait_for (&result), NULL);
    g_assert_cmpstr (reply, ==, "+CMGW: 1");
    fake_port_check_done (port);
}

static void
test_locks (void)
{
    static const gchar *const pairs[][2] = {
        {NULL, NULL},
        {"sm", NULL},
        {"SM\"", NULL},
        {NULL, "S"},
        {"SM", ""},
    };
    g_autoptr (FakePort) port = fake_port_new ();
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (pairs); i++) {
        g_autoptr (GAsyncResult) result = NULL;
        g_autoptr (GError) error = NULL;

        simstow_port_lock_sms_async (SIMSTOW_PORT (port),
                                     pairs[i][0],
                                     pairs[i][1],
                                     NULL,
                                     on_ready,
                                     &result);
        g_assert_false (
            simstow_port_lock_sms_finish (SIMSTOW_PORT (port), wait_for (&result), &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED);
    }
    /* giving back nothing does nothing */
    simstow_port_unlock_sms (SIMSTOW_PORT (port), FALSE, FALSE);
    fake_port_check_done (port);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/port/commands", test_commands);
    g_test_add_func ("/port/locks", test_locks);
    return g_test_run ();
}
