/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the abstract line keeps from a modem and from the daemon.
 */

#include "fake-port.h"
#include "simstow-error.h"
#include "simstow-port.h"

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

static void
expect_busy (FakePort *port, const gchar *command, const gchar *message, guint times)
{
    guint i;

    for (i = 0; i < times; i++) {
        fake_port_fail (port, command, SIMSTOW_ERROR_MODEM_ERROR);
        fake_port_say (port, message);
    }
}

static void
check_answer (FakePort *port, const gchar *command, const gchar *wanted, const gchar *message)
{
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply = NULL;

    simstow_port_at_async (SIMSTOW_PORT (port), command, FALSE, 5, NULL, on_ready, &result);
    reply = simstow_port_at_finish (SIMSTOW_PORT (port), wait_for (&result), &error);
    g_assert_cmpstr (reply, ==, wanted);
    g_assert_cmpstr (error != NULL ? error->message : NULL, ==, message);
}

/* Asked again for a while, whatever the code; then it is said that it is still so, at once for
 * all that follows without a pause */
static void
test_busy (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    simstow_port_wait_set_patience (SIMSTOW_PORT (port), 1);
    expect_busy (port, "+CPBS?", "SIM busy (CME 14)", 1);
    fake_port_expect (port, "+CPBS?", "+CPBS: 1");
    check_answer (port, "+CPBS?", "+CPBS: 1", NULL);
    expect_busy (port, "+CPMS?", "SIM busy (CMS 314)", 1);
    check_answer (port, "+CPMS?", NULL, "still busy after 30 seconds: SIM busy (CMS 314)");
    fake_port_pass_time (6);
    expect_busy (port, "+CPMS?", "Please wait (CME 515)", 2);
    check_answer (port, "+CPMS?", NULL, "still busy after 30 seconds: Please wait (CME 515)");
    fake_port_pass_time (6);
    expect_busy (port, "LOCK SM,-", "SIM BUSY (CMS 314)", 1);
    fake_port_expect (port, "LOCK SM,-", "");
    simstow_port_lock_sms_async (SIMSTOW_PORT (port), "SM", NULL, NULL, on_ready, &result);
    g_assert_true (simstow_port_lock_sms_finish (SIMSTOW_PORT (port), wait_for (&result), &error));
    g_assert_no_error (error);
    fake_port_expect (port, "UNLOCK 1,0", "");
    simstow_port_unlock_sms (SIMSTOW_PORT (port), TRUE, FALSE);
    fake_port_pass_time (6);
    /* full is not busy, and a line that writes is not repeated */
    fake_port_fail (port, "+CMGW=1", SIMSTOW_ERROR_FULL);
    fake_port_say (port, "memory full (CMS 322)");
    check_answer (port, "+CMGW=1", NULL, "memory full (CMS 322)");
    expect_busy (port, "+CPBW=,\"1\";+CPBR=1", "SIM busy (CME 14)", 1);
    check_answer (port, "+CPBW=,\"1\";+CPBR=1", NULL, "SIM busy (CME 14)");
    expect_busy (port, "+CPBW=1,\"a;b\"", "SIM busy (CME 14)", 1);
    fake_port_expect (port, "+CPBW=1,\"a;b\"", "");
    check_answer (port, "+CPBW=1,\"a;b\"", "", NULL);
    fake_port_check_done (port);
}

/* Whoever does not answer is asked with a bare AT first; then nothing more is sent for a while */
static void
test_silent (void)
{
    static const gchar silent[] = "not asked any more, as there was no answer before";
    g_autoptr (FakePort) port = fake_port_new ();

    simstow_port_wait_set_patience (SIMSTOW_PORT (port), 1);
    fake_port_fail (port, "+CPBW=1", SIMSTOW_ERROR_TIMEOUT);
    check_answer (port, "+CPBW=1", NULL, "scripted failure");
    fake_port_expect (port, "AT", "");
    fake_port_expect (port, "+CPBS?", "+CPBS: 1");
    check_answer (port, "+CPBS?", "+CPBS: 1", NULL);
    fake_port_fail (port, "+CPMS=?", SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (port, "AT", SIMSTOW_ERROR_TIMEOUT);
    check_answer (port, "+CPMS=?", NULL, "scripted failure");
    check_answer (port, "+CPBS?", NULL, silent);
    check_answer (port, "+CSIM=?", NULL, silent);
    /* a channel is closed all the same */
    fake_port_fail (port, "+CCHC=1", SIMSTOW_ERROR_TIMEOUT);
    check_answer (port, "+CCHC=1", NULL, "scripted failure");
    fake_port_pass_time (31);
    fake_port_expect (port, "AT", "");
    fake_port_expect (port, "+CPBS?", "+CPBS: 1");
    check_answer (port, "+CPBS?", "+CPBS: 1", NULL);
    fake_port_check_done (port);
}

/* What only reads and was not answered is sent once more, unless that was in vain before */
static void
test_repeated (void)
{
    static const gchar line[] = "+CPBS=\"ME\";+CPBR=1,9;+CPBS?";
    g_autoptr (FakePort) port = fake_port_new ();

    simstow_port_wait_set_patience (SIMSTOW_PORT (port), 1);
    fake_port_fail (port, line, SIMSTOW_ERROR_TIMEOUT);
    fake_port_expect (port, "AT", "");
    fake_port_expect (port, line, "+CPBS: 1");
    check_answer (port, line, "+CPBS: 1", NULL);
    fake_port_fail (port, line, SIMSTOW_ERROR_TIMEOUT);
    fake_port_expect (port, "AT", "");
    fake_port_fail (port, line, SIMSTOW_ERROR_TIMEOUT);
    check_answer (port, line, NULL, "scripted failure");
    fake_port_expect (port, "AT", "");
    fake_port_fail (port, "+CPMS=?", SIMSTOW_ERROR_TIMEOUT);
    check_answer (port, "+CPMS=?", NULL, "scripted failure");
    fake_port_pass_time (61);
    /* a line that writes is never */
    fake_port_expect (port, "AT", "");
    fake_port_fail (port, "+CPBW=1;+CPBR=1", SIMSTOW_ERROR_TIMEOUT);
    check_answer (port, "+CPBW=1;+CPBR=1", NULL, "scripted failure");
    fake_port_check_done (port);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/port/commands", test_commands);
    g_test_add_func ("/port/locks", test_locks);
    g_test_add_func ("/port/busy", test_busy);
    g_test_add_func ("/port/silent", test_silent);
    g_test_add_func ("/port/repeated", test_repeated);
    return g_test_run ();
}
