/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC as values and as JSON: raw answers are the truth, secrets stay out
 * unless asked for.
 */

#include <string.h>

#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-hex.h"

static void
add_answer (SimstowEsim *esim, const gchar *name, const gchar *hex)
{
    g_autoptr (GBytes) raw = simstow_hex_decode (hex, -1, NULL);

    simstow_esim_add_answer (esim, name, raw, NULL);
}

static SimstowEsim *
make_esim (void)
{
    SimstowEsim *esim = simstow_esim_new ();

    add_answer (esim, "eid", "BF3E125A1089049032005120007320000000000170");
    add_answer (esim, "addresses", "BF3C11810F6C70612E64732E67736D612E636F6D");
    add_answer (esim,
                "profiles",
                "BF2D24A022E3205A0A987501210100000010F49F700101900754726162616A6FB705800337"
                "1201");
    simstow_esim_add_answer (esim, "info2", NULL, "the card refused (SW 6A88)");
    g_assert_true (simstow_esim_add_code (esim,
                                          "8957101210000000014",
                                          "1$rsp.example.com$ABC-123",
                                          "4711",
                                          1700000000,
                                          NULL));
    return esim;
}

static void
assert_same (const SimstowEsim *esim)
{
    const SimstowEuiccProfile *profile = simstow_esim_find_profile (esim, "8957101210000000014");

    g_assert_cmpstr (esim->eid, ==, "89049032005120007320000000000170");
    g_assert_null (esim->default_smdp);
    g_assert_cmpstr (esim->root_smds, ==, "lpa.ds.gsma.com");
    g_assert_nonnull (profile);
    g_assert_cmpstr (profile->nickname, ==, "Trabajo");
    g_assert_cmpstr (profile->owner, ==, "732101");
    g_assert_null (esim->info);
    g_assert_cmpuint (esim->answers->len, ==, 4);
    g_assert_null (simstow_esim_find_profile (esim, "8957"));
}

static void
test_round_trip (void)
{
    g_autoptr (SimstowEsim) esim = make_esim ();
    g_autoptr (SimstowEsim) again = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) second = g_string_new (NULL);
    const SimstowActivationCode *code;
    g_autofree gchar *smdp = NULL;
    g_autoptr (GError) error = NULL;

    assert_same (esim);
    simstow_esim_append_json (esim, TRUE, TRUE, text);
    again = simstow_esim_from_json (text->str, text->len, &error);
    g_assert_no_error (error);
    assert_same (again);
    g_assert_cmpuint (again->codes->len, ==, 1);
    code = g_ptr_array_index (again->codes, 0);
    g_assert_cmpstr (code->code, ==, "LPA:1$rsp.example.com$ABC-123");
    g_assert_cmpstr (code->confirmation, ==, "4711");
    g_assert_cmpint (code->added, ==, 1700000000);
    smdp = simstow_activation_code_dup_smdp (code);
    g_assert_cmpstr (smdp, ==, "rsp.example.com");
    simstow_esim_append_json (again, TRUE, TRUE, second);
    g_assert_cmpstr (text->str, ==, second->str);
}

static void
test_secrets (void)
{
    g_autoptr (SimstowEsim) esim = make_esim ();
    g_autoptr (GString) text = g_string_new (NULL);

    simstow_esim_append_json (esim, FALSE, TRUE, text);
    g_assert_null (strstr (text->str, "ABC-123"));
    g_assert_null (strstr (text->str, "4711"));
    g_assert_nonnull (strstr (text->str, "Trabajo"));
}

static void
test_codes (void)
{
    static const gchar *const wrong[] = {
        "",
        "LPA:",
        "1$rsp.example.com",
        "2$rsp.example.com$X",
        "1$example$X",
        "1$rsp.example.com$X$$1$2",
        "1$rsp.example.com$A B",
        "1$rsp.example.com$\x1b[2J",
    };
    g_autoptr (SimstowEsim) esim = simstow_esim_new ();
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_false (simstow_esim_add_code (esim, NULL, wrong[i], NULL, 1, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    }
    g_assert_true (simstow_esim_add_code (esim, NULL, "LPA:1$a.example$$", NULL, 1, NULL));
    g_assert_true (simstow_esim_add_code (esim, "89", "1$a.example$$", "9", 2, NULL));
    /* the same code again takes the place of the first */
    g_assert_cmpuint (esim->codes->len, ==, 1);
}

static void
test_malformed (void)
{
    static const gchar *const rows[] = {
        "",
        "[]",
        "{\"answers\":[{\"raw\":\"00\"}]}",
        "{\"answers\":[{\"name\":\"eid\",\"raw\":\"0\"}]}",
        "{\"activation_codes\":[{\"iccid\":\"1\"}]}",
        "{\"activation_codes\":[{\"code\":\"x\"}]}",
    };
    g_autoptr (SimstowEsim) broken = NULL;
    const gchar *text = "{\"answers\":[{\"name\":\"eid\",\"raw\":\"BF3E\"}]}";
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_null (simstow_esim_from_json (rows[i], strlen (rows[i]), &error));
        g_assert_nonnull (error);
    }
    /* an answer that does not decode is kept, with a fault */
    broken = simstow_esim_from_json (text, strlen (text), NULL);
    g_assert_cmpuint (broken->answers->len, ==, 1);
    g_assert_cmpuint (broken->faults->len, ==, 1);
}

/* A further secure element has a section of its own, and its profiles are found. */
static void
test_further (void)
{
    g_autoptr (SimstowEsim) esim = make_esim ();
    g_autoptr (SimstowEsim) again = NULL;
    g_autoptr (GPtrArray) profiles = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    SimstowEsim *further = simstow_esim_new ();

    add_answer (further, "eid", "BF3E125A1089049032005120007320000000000267");
    add_answer (further, "profiles", "BF2D0EA00CE30A5A089875212300000000");
    g_ptr_array_add (esim->further, further);
    simstow_esim_append_json (esim, FALSE, TRUE, text);
    again = simstow_esim_from_json (text->str, text->len, &error);
    g_assert_no_error (error);
    assert_same (again);
    g_assert_cmpuint (again->further->len, ==, 1);
    further = g_ptr_array_index (again->further, 0);
    g_assert_cmpstr (further->eid, ==, "89049032005120007320000000000267");
    profiles = simstow_esim_list_profiles (again);
    g_assert_cmpuint (profiles->len, ==, 2);
    g_assert_null (simstow_esim_find_profile (again, "8957123200000000"));
    g_assert_nonnull (simstow_esim_find_on_any (again, "8957123200000000"));
}

/* An error code in place of a list, an empty answer and a fault are no list without profiles. */
static void
test_unread (void)
{
    static const struct {
        const gchar *raw;
        gboolean known;
    } rows[] = {
        {"BF2D02A000", TRUE},
        {"BF2D0381017F", FALSE},
        {"", FALSE},
        {"FFFFFF", FALSE},
        {NULL, FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (SimstowEsim) esim = simstow_esim_new ();

        if (rows[i].raw)
            add_answer (esim, "profiles", rows[i].raw);
        else
            simstow_esim_add_answer (esim, "profiles", NULL, "why");
        g_assert_cmpint (simstow_esim_get_unread (esim, "profiles") == NULL, ==, rows[i].known);
        g_assert_cmpstr (simstow_esim_get_unread (esim, "eid"), ==, "");
    }
}

/* In place of what it was asked for a card may give an error, a number in 80 or 81, or nothing at
 * all: neither is taken for an answer */
static void
test_refusals (void)
{
    static const struct {
        const gchar *name;
        const gchar *tag;
    } requests[] = {
        {"addresses", "BF3C"},
        {"eid", "BF3E"},
        {"info2", "BF22"},
        {"profiles", "BF2D"},
        {"notifications", "BF2B"},
    };
    static const gchar *const values[] = {"0381017F", "0380017F", "03810102", "04810200FF", "00"};

    for (guint i = 0; i < G_N_ELEMENTS (requests) * G_N_ELEMENTS (values); i++) {
        const gchar *value = values[i % G_N_ELEMENTS (values)];
        const gchar *name = requests[i / G_N_ELEMENTS (values)].name;
        g_autofree gchar *answer =
            g_strconcat (requests[i / G_N_ELEMENTS (values)].tag, value, NULL);
        g_autoptr (SimstowEsim) esim = simstow_esim_new ();

        g_test_message ("%s %s", name, answer);
        add_answer (esim, name, answer);
        g_assert_nonnull (simstow_esim_get_unread (esim, name));
        g_assert_null (esim->default_smdp);
        g_assert_null (esim->root_smds);
    }
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/esim/round-trip", test_round_trip);
    g_test_add_func ("/esim/secrets", test_secrets);
    g_test_add_func ("/esim/codes", test_codes);
    g_test_add_func ("/esim/malformed", test_malformed);
    g_test_add_func ("/esim/further", test_further);
    g_test_add_func ("/esim/unread", test_unread);
    g_test_add_func ("/esim/refusals", test_refusals);
    return g_test_run ();
}
