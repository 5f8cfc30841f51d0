/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper's driver of the eUICC on the plugin's door, over +CCHO and over +CSIM: what is sent,
 * byte for byte, that the channel is closed whatever happens, and that nothing else is ever sent.
 */

#include <string.h>

#include "card-talk.h"
#include "fake-port.h"
#include "simstow-card-euicc.h"
#include "simstow-error.h"
#include "simstow-esim-card.h"
#include "simstow-hex.h"
#include "simstow-port.h"

#define ISDR        "A0000005591010FFFFFFFF8900000100"
#define FIRST_TWIN  "A06573746B6D65FFFF4953442D522030"
#define SECOND_TWIN "A06573746B6D65FFFF4953442D522031"
#define ANNOUNCE    "+CSIM=26,\"80AA000008A906810100830107\""

static SimstowDriver *
driver_new (FakePort *port)
{
    g_autoptr (SimstowConversation) talk = card_talk_new (SIMSTOW_PORT (port));

    return simstow_esim_card_new (talk);
}

/* What a store answered; %NULL with @error set */
static SimstowEsim *
run_read (SimstowDriver *driver, const gchar *store, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowSnapshot) into = simstow_snapshot_new ();

    if (!simstow_driver_read (driver, store, 0, 0, into, NULL, NULL, cancellable, error))
        return NULL;
    return g_steal_pointer (&into->esim);
}

/* The stores that are listed, with blanks between; %NULL with @error set */
static gchar *
run_list (SimstowDriver *driver, GError **error)
{
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GString) text = g_string_new (NULL);

    if (!simstow_driver_list (driver, TRUE, listing, NULL, error))
        return NULL;
    for (guint i = 0; i < listing->stores->len; i++)
        g_string_append_printf (text,
                                "%s%s",
                                i > 0 ? " " : "",
                                ((SimstowStore *) listing->stores->pdata[i])->id);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The name and the raw bytes, or the fault, of answer @i. */
static gchar *
record_text (const SimstowEsim *esim, gsize i)
{
    const SimstowEsimAnswer *answer = g_ptr_array_index (esim->answers, i);
    g_autofree gchar *hex = answer->raw ? simstow_hex_encode_bytes (answer->raw) : NULL;

    return g_strdup_printf ("%s %s", answer->name, hex ? hex : answer->fault);
}

static void
assert_record (const SimstowEsim *esim, gsize i, const gchar *expected)
{
    g_autofree gchar *text = record_text (esim, i);

    g_assert_cmpstr (text, ==, expected);
}

static void
test_read (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowEsim) records = NULL;

    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, "+CGLA=1,24,\"80E2910006BF3E035C015A00\"", "+CGLA: 4,\"6115\"");
    fake_port_expect (port,
                      "+CGLA=1,10,\"00C0000015\"",
                      "+CGLA: 46,\"BF3E125A10890490320051200073200000000001709000\"");
    /* the modem may fetch the answer itself */
    fake_port_expect (port, "+CGLA=1,18,\"80E2910003BF3C0000\"", "+CGLA: 14,\"BF3C0280009000\"");
    fake_port_expect (port, "+CGLA=1,18,\"80E2910003BF220000\"", "+CGLA: 4,\"6A88\"");
    /* a card that knows no tag list is asked again without one */
    fake_port_expect (port,
                      "+CGLA=1,44,\"80E2910010BF2D0D5C0B5A4F9F709091929599B6B700\"",
                      "+CGLA: 16,\"BF2D0381017F9000\"");
    fake_port_expect (port, "+CGLA=1,18,\"80E2910003BF2B0000\"", "+CGLA: 16,\"BF2B038101019000\"");
    fake_port_expect (port, "+CCHC=1", "");
    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, "+CGLA=1,18,\"80E2910003BF2D0000\"", "+CGLA: 14,\"BF2D02A0009000\"");
    fake_port_expect (port, "+CCHC=1", "");
    records = run_read (driver, "euicc", NULL, &error);
    g_assert_no_error (error);
    fake_port_check_done (port);
    g_assert_cmpuint (records->answers->len, ==, 5);
    assert_record (records, 0, "eid BF3E125A1089049032005120007320000000000170");
    assert_record (records, 1, "addresses BF3C028000");
    assert_record (records, 2, "info2 the card has no such data (SW 6A88)");
    assert_record (records, 3, "profiles BF2D02A000");
    assert_record (records, 4, "notifications BF2B03810101");
}

#define READ_EID           "+CGLA=1,24,\"80E2910006BF3E035C015A00\""
#define READ_ADDRESSES     "+CGLA=1,18,\"80E2910003BF3C0000\""
#define READ_INFO          "+CGLA=1,18,\"80E2910003BF220000\""
#define READ_PROFILES      "+CGLA=1,44,\"80E2910010BF2D0D5C0B5A4F9F709091929599B6B700\""
#define READ_PLAIN         "+CGLA=1,18,\"80E2910003BF2D0000\""
#define READ_NOTIFICATIONS "+CGLA=1,18,\"80E2910003BF2B0000\""

/* One request that is not answered costs no other, and silence no more than one deadline and a
 * short one; the channel is closed all the same. */
static void
test_read_timeout (void)
{
    guint i;

    for (i = 0; i < 2; i++) {
        g_autoptr (FakePort) port = fake_port_new ();
        g_autoptr (SimstowDriver) driver = driver_new (port);
        g_autoptr (SimstowEsim) records = NULL;
        g_autofree gchar *first = NULL;

        fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
        fake_port_fail (port, READ_EID, SIMSTOW_ERROR_TIMEOUT);
        if (i == 0) {
            fake_port_expect (port, READ_ADDRESSES, "+CGLA: 14,\"BF3C0280009000\"");
            fake_port_expect (port, READ_INFO, "+CGLA: 12,\"BF22009000\"");
            fake_port_expect (port, READ_PROFILES, "+CGLA: 30,\"BF2D0AA008E3065A04989898989000\"");
            fake_port_expect (port, READ_NOTIFICATIONS, "+CGLA: 16,\"BF2B038101019000\"");
        } else {
            fake_port_fail (port, READ_ADDRESSES, SIMSTOW_ERROR_TIMEOUT);
        }
        fake_port_expect (port, "+CCHC=1", "");
        records = run_read (driver, "euicc", NULL, NULL);
        g_assert_cmpuint (records->answers->len, ==, 5);
        first = record_text (records, 0);
        g_assert_true (g_str_has_prefix (first, "eid "));
        if (i == 0)
            assert_record (records, 1, "addresses BF3C028000");
        else
            assert_record (records,
                           4,
                           "notifications not asked any more, as there was no answer before");
        fake_port_check_done (port);
    }
}

/* Answers to what is asked before the profiles */
static void
expect_first (FakePort *port)
{
    fake_port_expect (port, READ_EID, "+CGLA: 10,\"BF3E009000\"");
    fake_port_expect (port, READ_ADDRESSES, "+CGLA: 14,\"BF3C0280009000\"");
    fake_port_expect (port, READ_INFO, "+CGLA: 12,\"BF22009000\"");
}

/* And from there on */
static void
expect_last (FakePort *port)
{
    fake_port_expect (port, READ_PROFILES, "+CGLA: 30,\"BF2D0AA008E3065A04989898989000\"");
    fake_port_expect (port, READ_NOTIFICATIONS, "+CGLA: 16,\"BF2B038101019000\"");
}

/* What a card says to the list of profiles with tags, and to the one without */
typedef struct {
    const gchar *tagged;
    const gchar *plain; /* NULL: not asked */
    const gchar *record;
} Profiles;

#define LIST "BF2D0AA008E3065A0498989898"

static void
test_profiles (void)
{
    static const Profiles cases[] = {
        {LIST "9000", NULL, "profiles " LIST},
        {"6A88", LIST "9000", "profiles " LIST},
        {"6985", LIST "9000", "profiles " LIST},
        {"6F00", LIST "9000", "profiles " LIST},
        {"6A80", LIST "9000", "profiles " LIST},
        {"6300", LIST "9000", "profiles " LIST},
        {"9000", LIST "9000", "profiles " LIST},
        {"BF2D02A0009000", LIST "9000", "profiles " LIST},
        {"BF2D0381017F9000", LIST "9000", "profiles " LIST},
        {"BF2D02A0009000", "BF2D02A0009000", "profiles BF2D02A000"},
        {"BF2D02A0009000", "6A88", "profiles BF2D02A000"},
        {"BF2D0381017F9000", "BF2D0381017F9000", "profiles BF2D0381017F"},
        {"BF2D0381017F9000", "6F00", "profiles BF2D0381017F"},
        {"6300", "6300", "profiles the card warns, and gives nothing (SW 6300)"},
        {"6283", "9000", "profiles the card warns, and gives nothing (SW 6283)"},
        {"9000", "9000", "profiles the eUICC answers with nothing"},
        {"6985", "6A88", "profiles the card does not allow that now (SW 6985)"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (FakePort) port = fake_port_new ();
        g_autoptr (SimstowDriver) driver = driver_new (port);
        g_autofree gchar *tagged =
            g_strdup_printf ("+CGLA: %zu,\"%s\"", strlen (cases[i].tagged), cases[i].tagged);
        g_autofree gchar *plain = g_strdup_printf ("+CGLA: %zu,\"%s\"",
                                                   strlen (cases[i].plain ? cases[i].plain : ""),
                                                   cases[i].plain);
        g_autoptr (SimstowEsim) records = NULL;

        fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
        expect_first (port);
        fake_port_expect (port, READ_PROFILES, tagged);
        fake_port_expect (port, READ_NOTIFICATIONS, "+CGLA: 16,\"BF2B038101019000\"");
        fake_port_expect (port, "+CCHC=1", "");
        if (cases[i].plain) {
            fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
            fake_port_expect (port, READ_PLAIN, plain);
            fake_port_expect (port, "+CCHC=1", "");
        }
        records = run_read (driver, "euicc", NULL, NULL);
        fake_port_check_done (port);
        assert_record (records, 3, cases[i].record);
    }
}

static void
test_cancel (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_cancel (port, cancellable);
    fake_port_expect (port, "+CCHC=1", "");
    g_assert_null (run_read (driver, "euicc", cancellable, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
    fake_port_check_done (port);
}

/* A modem with +CSIM alone: our own channel, in every class byte. */
static void
test_csim (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (GError) error = NULL;

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_expect (port, "+CSIM=10,\"0070000001\"", "+CSIM: 6,\"029000\"");
    fake_port_expect (port, "+CSIM=42,\"02A4040010" ISDR "\"", "+CSIM: 4,\"6127\"");
    fake_port_expect (port,
                      "+CSIM=78,\"82E2910021BF291E5A0A987501331200000030F390105469676F2064652072"
                      "6570756573746F00\"",
                      "+CSIM: 4,\"6106\"");
    fake_port_expect (port, "+CSIM=10,\"02C0000006\"", "+CSIM: 16,\"BF29038001009000\"");
    fake_port_expect (port, "+CSIM=8,\"00708002\"", "+CSIM: 4,\"9000\"");
    g_assert_true (simstow_esim_card_request (simstow_driver_peek_conversation (driver),
                                              "nickname",
                                              "8957103321000000033",
                                              "Tigo de repuesto",
                                              NULL,
                                              &error));
    g_assert_no_error (error);
    fake_port_check_done (port);
}

/* The card has no further secure element. */
static void
expect_alone (FakePort *port, const gchar *neighbour)
{
    g_autofree gchar *open = g_strdup_printf ("+CCHO=\"%s\"", neighbour);

    fake_port_fail (port, open, SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (port, "+CCHO=\"" FIRST_TWIN "\"", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (port, "+CCHO=\"" SECOND_TWIN "\"", SIMSTOW_ERROR_NOT_FOUND);
}

#define NEIGHBOUR "A0000005591010FFFFFFFF8900000101"

/* A card of two chips: each is a store of its own, under its own name. */
static void
test_twins (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *stores = NULL;
    g_autoptr (SimstowEsim) records = NULL;

    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, "+CCHC=1", "");
    fake_port_fail (port, "+CCHO=\"" NEIGHBOUR "\"", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (port, "+CCHO=\"" FIRST_TWIN "\"", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (port, "+CCHO=\"" SECOND_TWIN "\"", "+CCHO: 2");
    fake_port_expect (port, "+CCHC=2", "");
    stores = run_list (driver, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (stores, ==, "euicc euicc/2");
    fake_port_check_done (port);
    fake_port_expect (port, "+CCHO=\"" SECOND_TWIN "\"", "+CCHO: 1");
    expect_first (port);
    expect_last (port);
    fake_port_expect (port, "+CCHC=1", "");
    records = run_read (driver, "euicc/2", NULL, &error);
    g_assert_no_error (error);
    assert_record (records, 0, "eid BF3E00");
    fake_port_check_done (port);
    /* what the card lacks is not asked for again */
    g_free (stores);
    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, "+CCHC=1", "");
    fake_port_expect (port, "+CCHO=\"" SECOND_TWIN "\"", "+CCHO: 2");
    fake_port_expect (port, "+CCHC=2", "");
    stores = run_list (driver, &error);
    g_assert_cmpstr (stores, ==, "euicc euicc/2");
    fake_port_check_done (port);
}

static void
assert_no_store (FakePort *port, SimstowDriver *driver)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *stores = run_list (driver, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (stores, ==, "");
    fake_port_check_done (port);
}

/* Where else cards show it */
static const gchar *const others[] = {
    "A0000005591010FFFFFFFF8900050500",
    "A0000005591010000000008900000300",
    "A0000005591010FFFFFFFF8900000177",
    "A000000559104C696E6B736669656C64",
    "A06573746B6D65FFFFFFFF4953442D52",
    FIRST_TWIN,
    SECOND_TWIN,
};

/* No eUICC: the other applications are looked for only where the way is known to be there, and
 * never again. */
static void
test_absent (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    guint i;

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (port, ANNOUNCE, SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_NOT_FOUND);
    for (i = 0; i < G_N_ELEMENTS (others); i++) {
        g_autofree gchar *open = g_strdup_printf ("+CCHO=\"%s\"", others[i]);

        fake_port_fail (port, open, SIMSTOW_ERROR_NOT_FOUND);
    }
    assert_no_store (port, driver);
    assert_no_store (port, driver);
}

/* Cards hide their ISD-R from a terminal that has not said that it manages profiles. */
static void
test_announce (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autofree gchar *stores = NULL;

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (port, ANNOUNCE, "+CSIM: 4,\"9000\"");
    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, "+CCHC=1", "");
    expect_alone (port, NEIGHBOUR);
    stores = run_list (driver, NULL);
    g_assert_cmpstr (stores, ==, "euicc");
    fake_port_check_done (port);
}

static void
assert_out_of_reach (FakePort *port, SimstowDriver *driver, const gchar *text)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (run_list (driver, &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (error->message, ==, text);
    fake_port_check_done (port);
}

/* A modem that declares +CCHO and refuses it for every application is asked over +CSIM; without
 * that, it is told what was declared and refused. */
static void
test_declared (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (port, "+CCHO=?", "");
    fake_port_fail (port, "+CSIM=10,\"0070000001\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, ANNOUNCE, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, "+CSIM=10,\"0070000001\"", SIMSTOW_ERROR_MODEM_ERROR);
    for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
        g_autofree gchar *open = g_strdup_printf ("+CCHO=\"%s\"", others[i]);

        fake_port_fail (port, open, SIMSTOW_ERROR_MODEM_ERROR);
    }
    assert_out_of_reach (
        port,
        driver,
        "\"scripted failure\" is what the modem answers to +CCHO, which it declares");
}

/* A card that is busy is asked again. */
static void
test_busy (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (SimstowEsim) records = NULL;

    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, READ_EID, "+CGLA: 4,\"9300\"");
    fake_port_expect (port, READ_EID, "+CGLA: 4,\"9300\"");
    expect_first (port);
    expect_last (port);
    fake_port_expect (port, "+CCHC=1", "");
    records = run_read (driver, "euicc", NULL, NULL);
    assert_record (records, 0, "eid BF3E00");
    fake_port_check_done (port);
}

/* An eUICC that was busy when it was asked first is not absent for ever, and one that nobody
 * could ask is told to be out of reach. */
static void
test_not_absent (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *stores = NULL;

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (port, "+CSIM=10,\"0070000001\"", SIMSTOW_ERROR_TIMEOUT);
    g_assert_null (run_list (driver, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
    g_clear_error (&error);
    simstow_port_wait_renew (SIMSTOW_PORT (port));
    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_expect (port, "+CSIM=10,\"0070000001\"", "+CSIM: 4,\"6A81\"");
    g_assert_null (run_list (driver, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
    g_assert_cmpstr (error->message, ==, "the card has no free channel (SW 6A81)");
    /* whoever comes anew asks anew */
    g_object_unref (driver);
    driver = driver_new (port);
    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, "+CCHC=1", "");
    expect_alone (port, NEIGHBOUR);
    stores = run_list (driver, NULL);
    g_assert_cmpstr (stores, ==, "euicc");
    fake_port_check_done (port);
}

/* Closing is tried once more, with the same session. */
static void
test_close_again (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    guint i;

    for (i = 0; i < 2; i++) {
        g_autofree gchar *stores = NULL;

        fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
        fake_port_fail (port, "+CCHC=1", SIMSTOW_ERROR_TIMEOUT);
        if (i == 0)
            fake_port_expect (port, "+CCHC=1", "");
        else
            fake_port_fail (port, "+CCHC=1", SIMSTOW_ERROR_TIMEOUT);
        if (i == 0)
            expect_alone (port, NEIGHBOUR);
        stores = run_list (driver, NULL);
        g_assert_nonnull (stores);
        fake_port_check_done (port);
        g_object_unref (driver);
        driver = driver_new (port);
    }
}

/* A modem that says just "ERROR" is asked whether it knows +CCHO. */
static void
test_no_way (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, "+CCHO=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (port, "+CSIM=10,\"0070000001\"", "+CSIM: 4,\"6D00\"");
    assert_no_store (port, driver);
    assert_no_store (port, driver);
}

/* A vague refusal of a modem that does know +CCHO: the next application is there. */
static void
test_second_application (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *stores = NULL;

    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (port, "+CCHO=?", "");
    fake_port_fail (port, "+CSIM=10,\"0070000001\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, ANNOUNCE, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, "+CCHO=\"" ISDR "\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (port, "+CSIM=10,\"0070000001\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (port, "+CCHO=\"A0000005591010FFFFFFFF8900050500\"", "+CCHO: 2");
    fake_port_expect (port, "+CCHC=2", "");
    expect_alone (port, "A0000005591010FFFFFFFF8900050501");
    stores = run_list (driver, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (stores, ==, "euicc");
    fake_port_check_done (port);
}

/* A refusal names the eUICC's own code. */
static void
test_write_result (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);
    g_autofree gchar *nickname = g_strnfill (60, 'n');
    g_autofree gchar *wide = NULL;
    g_autoptr (GString) hex = g_string_new (NULL);
    g_autofree gchar *first = NULL;
    g_autoptr (GError) error = NULL;
    gsize i;

    wide = g_strconcat (nickname, "ññññ", NULL);
    for (i = 0; wide[i]; i++)
        g_string_append_printf (hex, "%02X", (guchar) wide[i]);
    /* BF29 52: ICCID of 12 bytes, nickname of 2 + 68: 85 bytes in all, one block */
    first = g_strdup_printf ("+CGLA=1,182,\"80E2910055BF29525A0A98750121010000"
                             "0010F49044%s00\"",
                             hex->str);
    fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
    fake_port_expect (port, first, "+CGLA: 16,\"BF29038001019000\"");
    fake_port_expect (port, "+CCHC=1", "");
    g_assert_false (simstow_esim_card_request (simstow_driver_peek_conversation (driver),
                                               "nickname",
                                               "8957101210000000014",
                                               wide,
                                               NULL,
                                               &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    g_assert_true (g_str_has_suffix (error->message, "(ES10 1)"));
    fake_port_check_done (port);
}

/* What is no nickname, address or switch is refused before anything is sent. */
static void
test_write_refused (void)
{
    static const struct {
        const gchar *request;
        const gchar *iccid;
        const gchar *value;
    } rows[] = {
        {"delete", "8957101210000000014", NULL},
        {"reset", NULL, NULL},
        {"BF3100", NULL, NULL},
        {"nickname", NULL, "a"},
        {"nickname", "8957101210x00000014", "a"},
        {"nickname", "895710121000000001412", "a"},
        {"nickname", "", "a"},
        {"nickname", "8957101210000000014", "\xff"},
        {"enable", "8957101210000000014", "a"},
        {"enable", NULL, NULL},
        {"eid", NULL, "a"},
    };
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowDriver) driver = driver_new (port);

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_false (simstow_esim_card_request (simstow_driver_peek_conversation (driver),
                                                   rows[i].request,
                                                   rows[i].iccid,
                                                   rows[i].value,
                                                   NULL,
                                                   &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED);
    }
    g_assert_cmpuint (fake_port_get_count (port), ==, 0);
}

/* What passes the door; only an ISD-R and the USIM are ever selected. */
static void
test_commands (void)
{
    static const struct {
        const gchar *text;
        gboolean passes;
        gboolean writes;
    } rows[] = {
        {"select " ISDR, TRUE, FALSE},
        {"select " SECOND_TWIN, TRUE, FALSE},
        {"select " NEIGHBOUR, TRUE, FALSE},
        {"select A0000000871002", TRUE, FALSE},
        {"announce", TRUE, FALSE},
        {"profiles-plain", TRUE, FALSE},
        {"enable 8957101210000000014", TRUE, TRUE},
        {"default-smdp", TRUE, TRUE},
        {"select", FALSE, FALSE},
        {"select A000000151000000", FALSE, FALSE},
        {"select A0000000871004", FALSE, FALSE},
        {"select A0000000871002FF", FALSE, FALSE},
        {"select A0000000871002FFFFFFFF8900000100", FALSE, FALSE},
        {"select A0000005591010FFFFFFFF89000010", FALSE, FALSE},
        {"select A0000005591010FFFFFFFF8900001000", FALSE, FALSE},
        {"select A0000005591010FFFFFFFF8900000200", FALSE, FALSE},
        {"select A0000005591010FFFFFFFF890000010000", FALSE, FALSE},
        {"select A0000005591010FFFFFFFF890000010G", FALSE, FALSE},
        {"announce 1", FALSE, FALSE},
        {"eid ", FALSE, FALSE},
        {"delete 8957101210000000014", FALSE, FALSE},
        {"", FALSE, FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (SimstowEuiccCommand) command =
            simstow_euicc_command_parse (rows[i].text, NULL, &error);

        g_test_message ("%s", rows[i].text);
        g_assert_true ((command != NULL) == rows[i].passes);
        if (command)
            g_assert_cmpint (command->writes, ==, rows[i].writes);
    }
}

/* On the USIM nothing is requested. */
static void
test_usim (void)
{
    g_autoptr (FakePort) port = fake_port_new ();
    g_autoptr (SimstowConversation) talk = card_talk_new (SIMSTOW_PORT (port));
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;

    simstow_commands_add (commands, g_strdup ("select A0000000871002"), NULL);
    simstow_commands_add (commands, g_strdup ("eid"), NULL);
    fake_port_expect (port, "+CCHO=\"A0000000871002\"", "+CCHO: 1");
    fake_port_expect (port, "+CCHC=1", "");
    answers = simstow_conversation_run (talk, SIMSTOW_DOOR_EUICC, NULL, commands, NULL, NULL);
    g_assert_error (((SimstowAnswer *) answers->pdata[1])->error,
                    SIMSTOW_ERROR,
                    SIMSTOW_ERROR_DENIED);
    fake_port_check_done (port);
}

/* Results of one byte and of two, of another request, and what is none */
static void
test_result (void)
{
    static const struct {
        const gchar *answer;
        gint code; /* -1: done */
    } rows[] = {
        {"BF31038001009000", -1},
        {"BF3104800200009000", -1},
        {"BF31038001019000", SIMSTOW_ERROR_NOT_FOUND},
        {"BF3104800200039000", SIMSTOW_ERROR_DENIED},
        {"BF310380017F9000", SIMSTOW_ERROR_MODEM_ERROR},
        {"BF32038001009000", SIMSTOW_ERROR_INVALID_DATA},
        {"BF31038101009000", SIMSTOW_ERROR_INVALID_DATA},
        {"BF31009000", SIMSTOW_ERROR_INVALID_DATA},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (FakePort) port = fake_port_new ();
        g_autoptr (SimstowDriver) driver = driver_new (port);
        g_autofree gchar *answer =
            g_strdup_printf ("+CGLA: %zu,\"%s\"", strlen (rows[i].answer), rows[i].answer);
        g_autoptr (GError) error = NULL;
        gboolean done;

        fake_port_expect (port, "+CCHO=\"" ISDR "\"", "+CCHO: 1");
        fake_port_expect (port,
                          "+CGLA=1,52,\"80E2910014BF3111A00C5A0A987501120100000010F48101FF00\"",
                          answer);
        fake_port_expect (port, "+CCHC=1", "");
        done = simstow_esim_card_request (simstow_driver_peek_conversation (driver),
                                          "enable",
                                          "8957102110000000014",
                                          NULL,
                                          NULL,
                                          &error);
        g_test_message ("%s: %s", rows[i].answer, error ? error->message : "done");
        g_assert_true (done == (rows[i].code < 0));
        if (!done)
            g_assert_error (error, SIMSTOW_ERROR, rows[i].code);
        fake_port_check_done (port);
    }
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/drivers-euicc/read", test_read);
    g_test_add_func ("/drivers-euicc/read/timeout", test_read_timeout);
    g_test_add_func ("/drivers-euicc/profiles", test_profiles);
    g_test_add_func ("/drivers-euicc/announce", test_announce);
    g_test_add_func ("/drivers-euicc/twins", test_twins);
    g_test_add_func ("/drivers-euicc/declared", test_declared);
    g_test_add_func ("/drivers-euicc/busy", test_busy);
    g_test_add_func ("/drivers-euicc/cancel", test_cancel);
    g_test_add_func ("/drivers-euicc/csim", test_csim);
    g_test_add_func ("/drivers-euicc/absent", test_absent);
    g_test_add_func ("/drivers-euicc/absent/not", test_not_absent);
    g_test_add_func ("/drivers-euicc/close/again", test_close_again);
    g_test_add_func ("/drivers-euicc/no-way", test_no_way);
    g_test_add_func ("/drivers-euicc/second-application", test_second_application);
    g_test_add_func ("/drivers-euicc/write/result", test_write_result);
    g_test_add_func ("/drivers-euicc/write/refused", test_write_refused);
    g_test_add_func ("/drivers-euicc/commands", test_commands);
    g_test_add_func ("/drivers-euicc/commands/usim", test_usim);
    g_test_add_func ("/drivers-euicc/write/results", test_result);
    return g_test_run ();
}
