/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's errors, as its own library registers them, said in ours.
 */

#include "simstow-host-error.h"

#include <libmm-glib.h>

#include "simstow-error.h"

typedef struct {
    gboolean equipment;
    gint code;
    const gchar *message;
    SimstowError expected;
    const gchar *text;
} ModemRow;

static const ModemRow modem_rows[] = {
    {TRUE, 3, "Operation not allowed", SIMSTOW_ERROR_DENIED, "Operation not allowed (CME 3)"},
    {TRUE, 4, "Not supported", SIMSTOW_ERROR_UNSUPPORTED, "Not supported (CME 4)"},
    {TRUE, 5, "PH-SIM PIN", SIMSTOW_ERROR_LOCKED, "PH-SIM PIN (CME 5)"},
    {TRUE, 7, "PH-FSIM PUK", SIMSTOW_ERROR_LOCKED, "PH-FSIM PUK (CME 7)"},
    {TRUE, 10, "No SIM", SIMSTOW_ERROR_MODEM_ERROR, "No SIM (CME 10)"},
    {TRUE, 11, "SIM PIN", SIMSTOW_ERROR_LOCKED, "SIM PIN (CME 11)"},
    {TRUE, 12, "SIM PUK", SIMSTOW_ERROR_LOCKED, "SIM PUK (CME 12)"},
    {TRUE, 13, "SIM failure", SIMSTOW_ERROR_MODEM_ERROR, "SIM failure (CME 13)"},
    {TRUE, 16, "Password", SIMSTOW_ERROR_DENIED, "Password (CME 16)"},
    {TRUE, 17, "PIN2", SIMSTOW_ERROR_LOCKED, "PIN2 (CME 17)"},
    {TRUE, 20, "Memory full", SIMSTOW_ERROR_FULL, "Memory full (CME 20)"},
    {TRUE, 21, "Invalid index", SIMSTOW_ERROR_NOT_FOUND, "Invalid index (CME 21)"},
    {TRUE, 22, "Not found", SIMSTOW_ERROR_NOT_FOUND, "Not found (CME 22)"},
    {TRUE, 24, "Too long", SIMSTOW_ERROR_INVALID_RECORD, "Too long (CME 24)"},
    {TRUE, 27, "Characters", SIMSTOW_ERROR_INVALID_RECORD, "Characters (CME 27)"},
    {TRUE, 40, "Network PIN", SIMSTOW_ERROR_LOCKED, "Network PIN (CME 40)"},
    {TRUE, 48, "Hidden key", SIMSTOW_ERROR_LOCKED, "Hidden key (CME 48)"},
    /* a plain ERROR carries no code of the modem */
    {TRUE, 100, "Unknown error", SIMSTOW_ERROR_MODEM_ERROR, "Unknown error"},
    {TRUE,
     100,
     "Unknown mobile equipment error: 533",
     SIMSTOW_ERROR_MODEM_ERROR,
     "Unknown mobile equipment error: 533 (CME 533)"},
    {TRUE,
     100,
     "Unknown mobile equipment error: 99999999999",
     SIMSTOW_ERROR_MODEM_ERROR,
     "Unknown mobile equipment error: 99999999999"},
    {FALSE, 302, "Not allowed", SIMSTOW_ERROR_DENIED, "Not allowed (CMS 302)"},
    {FALSE, 303, "Not supported", SIMSTOW_ERROR_UNSUPPORTED, "Not supported (CMS 303)"},
    {FALSE, 304, "PDU", SIMSTOW_ERROR_INVALID_RECORD, "PDU (CMS 304)"},
    {FALSE, 310, "No SIM", SIMSTOW_ERROR_MODEM_ERROR, "No SIM (CMS 310)"},
    {FALSE, 311, "SIM PIN", SIMSTOW_ERROR_LOCKED, "SIM PIN (CMS 311)"},
    {FALSE, 316, "SIM PUK", SIMSTOW_ERROR_LOCKED, "SIM PUK (CMS 316)"},
    {FALSE, 321, "Index", SIMSTOW_ERROR_NOT_FOUND, "Index (CMS 321)"},
    {FALSE, 322, "Full", SIMSTOW_ERROR_FULL, "Full (CMS 322)"},
    {FALSE, 500, "Unknown error", SIMSTOW_ERROR_MODEM_ERROR, "Unknown error (CMS 500)"},
    {FALSE,
     500,
     "Unknown message error: 512",
     SIMSTOW_ERROR_MODEM_ERROR,
     "Unknown message error: 512 (CMS 512)"},
};

static void
test_modem (void)
{
    for (guint i = 0; i < G_N_ELEMENTS (modem_rows); i++) {
        const ModemRow *row = &modem_rows[i];
        GQuark domain = row->equipment ? MM_MOBILE_EQUIPMENT_ERROR : MM_MESSAGE_ERROR;
        g_autoptr (GError) error = g_error_new_literal (domain, row->code, row->message);
        g_autoptr (GError) ours = simstow_host_error_new (error);

        g_assert_error (ours, SIMSTOW_ERROR, (gint) row->expected);
        g_assert_cmpstr (ours->message, ==, row->text);
    }
}

static void
check_plain (GQuark domain, gint code, SimstowError expected)
{
    g_autoptr (GError) error = g_error_new_literal (domain, code, "text");
    g_autoptr (GError) ours = simstow_host_error_new (error);

    g_assert_error (ours, SIMSTOW_ERROR, (gint) expected);
    g_assert_cmpstr (ours->message, ==, "text");
}

static void
test_daemon (void)
{
    check_plain (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT, SIMSTOW_ERROR_TIMEOUT);
    check_plain (MM_SERIAL_ERROR, MM_SERIAL_ERROR_SEND_FAILED, SIMSTOW_ERROR_MODEM_ERROR);
    check_plain (MM_CORE_ERROR, MM_CORE_ERROR_CANCELLED, SIMSTOW_ERROR_CANCELLED);
    check_plain (MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED, SIMSTOW_ERROR_DENIED);
    check_plain (MM_CORE_ERROR, MM_CORE_ERROR_CONNECTED, SIMSTOW_ERROR_MODEM_ERROR);
    check_plain (MM_CONNECTION_ERROR, MM_CONNECTION_ERROR_NO_CARRIER, SIMSTOW_ERROR_MODEM_ERROR);
    check_plain (G_IO_ERROR, G_IO_ERROR_CANCELLED, SIMSTOW_ERROR_CANCELLED);
    check_plain (G_FILE_ERROR, G_FILE_ERROR_IO, SIMSTOW_ERROR_MODEM_ERROR);
}

static void
test_retry (void)
{
    g_autoptr (GError) retry = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_RETRY, "later");
    g_autoptr (GError) failed = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "no");

    g_assert_true (simstow_host_error_is_retry (retry));
    g_assert_false (simstow_host_error_is_retry (failed));
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/host-error/modem", test_modem);
    g_test_add_func ("/host-error/daemon", test_daemon);
    g_test_add_func ("/host-error/retry", test_retry);
    return g_test_run ();
}
