/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors of the bus in the program's domain and the user's language.
 */

#include "config.h"

#include "simstow-bus-error.h"

#include <libintl.h>
#include <locale.h>

#include "simstow-error.h"

static GError *
remote (const gchar *name, const gchar *message)
{
    /* registers the names on the bus, as the first proxy does */
    g_assert_cmpuint (SIMSTOW_ERROR, !=, 0);
    return g_dbus_error_new_for_dbus_error (name, message);
}

static void
assert_translated (GError *error, SimstowError code, const gchar *text)
{
    g_autoptr (GError) owned = error;
    g_autoptr (GError) copy = NULL;
    guint said;

    simstow_bus_error_translate (&owned);
    g_assert_error (owned, SIMSTOW_ERROR, (gint) code);
    g_assert_cmpstr (owned->message, ==, text);
    /* once is enough */
    simstow_bus_error_translate (&owned);
    g_assert_cmpstr (owned->message, ==, text);
    /* what errors of the domain have beside the message is there, too */
    copy = g_error_copy (owned);
    g_assert_error (copy, SIMSTOW_ERROR, (gint) code);
    g_assert_cmpstr (simstow_error_get_modem_code (copy, &said), ==, NULL);
    g_assert_cmpuint (said, ==, 0);
}

static void
test_english (void)
{
    assert_translated (remote ("org.simstow.Error.Full", "all 3 records are in use"),
                       SIMSTOW_ERROR_FULL,
                       "all 3 records are in use");
    assert_translated (remote ("org.freedesktop.DBus.Error.NoReply", "no reply"),
                       SIMSTOW_ERROR_TIMEOUT,
                       "no reply");
}

static gboolean
speak_spanish (void)
{
    static const gchar *const locales[] = {"es_CO.UTF-8", "es_ES.UTF-8", "en_US.UTF-8", "C.UTF-8"};
    guint i;

    g_setenv ("LANGUAGE", "es", TRUE);
    for (i = 0; i < G_N_ELEMENTS (locales) && !setlocale (LC_ALL, locales[i]); i++)
        continue;
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SIMSTOW_CATALOGUES"));
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
    return !g_str_equal (gettext ("cancelled"), "cancelled");
}

/* What is told by the ends of messages is told all the same */
static void
test_spanish (void)
{
    g_autoptr (GError) busy = remote ("org.simstow.Error.ModemError", "SIM busy (CME 14)");
    g_autoptr (GError) refused = remote ("org.simstow.Error.Denied", "not authorised");

    if (!speak_spanish ()) {
        g_test_skip ("the glibc of Debian 13 has no catalogues in C.UTF-8, the only locale here");
        return;
    }
    assert_translated (remote ("org.simstow.Error.Full", "all 3 records are in use"),
                       SIMSTOW_ERROR_FULL,
                       "lleno: all 3 records are in use");
    assert_translated (remote ("org.freedesktop.DBus.Error.NoReply", "no reply"),
                       SIMSTOW_ERROR_TIMEOUT,
                       "sin respuesta a tiempo: no reply");
    assert_translated (g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_FULL, "lleno"),
                       SIMSTOW_ERROR_FULL,
                       "lleno");
    simstow_bus_error_translate (&busy);
    g_assert_true (simstow_bus_error_is_busy (busy));
    simstow_bus_error_translate (&refused);
    g_assert_true (simstow_bus_error_is_refusal (refused));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/bus-error/english", test_english);
    g_test_add_func ("/bus-error/spanish", test_spanish);
    return g_test_run ();
}
