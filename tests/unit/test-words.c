/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ModemManager's enumerations as words, and its profiles.
 */

#include "simstow-words.h"

#include <libmm-glib.h>

#include "simstow-error.h"
#include "simstow-profile-mm.h"

static void
assert_flags (GType type, guint value, const gchar *expected)
{
    g_auto (GStrv) words = simstow_words_from_flags (type, value);
    g_autofree gchar *text = g_strjoinv (",", words);
    g_autoptr (GError) error = NULL;
    guint back = 1;

    g_assert_cmpstr (text, ==, expected);
    g_assert_true (simstow_words_to_flags (type, words, &back, &error));
    g_assert_no_error (error);
    g_assert_cmphex (back, ==, value);
}

static void
test_flags (void)
{
    assert_flags (MM_TYPE_MODEM_MODE, 0, "");
    assert_flags (MM_TYPE_MODEM_MODE, MM_MODEM_MODE_3G | MM_MODEM_MODE_4G, "3g,4g");
    assert_flags (MM_TYPE_MODEM_MODE, MM_MODEM_MODE_ANY, "any");
    assert_flags (MM_TYPE_BEARER_IP_FAMILY, MM_BEARER_IP_FAMILY_IPV4V6, "ipv4v6");
    /* bits of a newer ModemManager survive */
    assert_flags (MM_TYPE_MODEM_MODE, MM_MODEM_MODE_4G | 1U << 30, "4g,0x40000000");
}

static void
test_unknown_words (void)
{
    gchar *words[] = {(gchar *) "4g", (gchar *) "7g", NULL};
    gchar *numbers[] = {(gchar *) "0x", NULL};
    g_autoptr (GError) error = NULL;
    guint flags = 5;
    gint value = 5;

    g_assert_false (simstow_words_to_flags (MM_TYPE_MODEM_MODE, words, &flags, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_clear_error (&error);
    g_assert_false (simstow_words_to_flags (MM_TYPE_MODEM_MODE, numbers, &flags, &error));
    g_clear_error (&error);
    g_assert_false (simstow_words_to_enum (MM_TYPE_MODEM_BAND, "eutran-999", &value, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_assert_cmpint (value, ==, 5);
    g_assert_cmpuint (flags, ==, 5);
}

static void
test_enum (void)
{
    g_autofree gchar *lock = simstow_words_from_enum (MM_TYPE_MODEM_LOCK, MM_MODEM_LOCK_SIM_PIN);
    g_autofree gchar *unknown = simstow_words_from_enum (MM_TYPE_MODEM_LOCK, 0);
    g_autofree gchar *newer = simstow_words_from_enum (MM_TYPE_MODEM_LOCK, 999);
    gint value = 0;

    g_assert_cmpstr (lock, ==, "sim-pin");
    g_assert_null (unknown);
    g_assert_null (newer);
    g_assert_true (simstow_words_to_enum (MM_TYPE_MODEM_BAND, "eutran-7", &value, NULL));
    g_assert_cmpint (value, ==, MM_MODEM_BAND_EUTRAN_7);
}

static void
test_profile (void)
{
    g_autoptr (SimstowProfile) profile = simstow_profile_new ();
    g_autoptr (SimstowProfile) back = NULL;
    g_autoptr (MM3gppProfile) target = NULL;
    g_autoptr (GError) error = NULL;

    profile->id = 7;
    profile->name = g_strdup ("Claro");
    profile->apn = g_strdup ("internet.comcel.com.co");
    profile->apn_type = g_strsplit ("initial,default", ",", -1);
    profile->ip_type = g_strdup ("ipv4v6");
    profile->allowed_auth = g_strsplit ("pap,chap", ",", -1);
    profile->user = g_strdup ("comcel");
    profile->password = g_strdup ("comcel");
    profile->access_type = g_strdup ("3gpp-preferred");
    profile->roaming = g_strsplit ("home", ",", -1);
    profile->enabled = FALSE;
    target = simstow_profile_to_mm (profile, 3, &error);
    g_assert_no_error (error);
    back = simstow_profile_from_mm (target);
    g_assert_cmpint (back->id, ==, 3);
    g_assert_cmpstr (back->name, ==, "Claro");
    g_assert_true (simstow_profile_equal (profile, back));
}

static void
test_profile_unset (void)
{
    g_autoptr (SimstowProfile) profile = simstow_profile_new ();
    g_autoptr (SimstowProfile) back = NULL;
    g_autoptr (MM3gppProfile) target = simstow_profile_to_mm (profile, -1, NULL);
    g_autoptr (MM3gppProfile) refused = NULL;
    g_autoptr (GError) error = NULL;

    back = simstow_profile_from_mm (target);
    g_assert_cmpint (back->id, ==, -1);
    g_assert_true (simstow_profile_equal (profile, back));
    profile->ip_type = g_strdup ("ipv9");
    refused = simstow_profile_to_mm (profile, -1, &error);
    g_assert_null (refused);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/words/flags", test_flags);
    g_test_add_func ("/words/unknown", test_unknown_words);
    g_test_add_func ("/words/enum", test_enum);
    g_test_add_func ("/words/profile", test_profile);
    g_test_add_func ("/words/profile-unset", test_profile_unset);
    return g_test_run ();
}
