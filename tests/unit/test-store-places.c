/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing and erasing phonebook entries over a scripted line: that nothing is ever
 * overwritten that was not named, and that the index told is the true one.
 */

#include "simstow-error.h"
#include "store-fixture.h"
#include "store-lines.h"

#define EVA         "{'number': <'+573'>, 'type': <uint32 145>, 'name': <'Eva'>}"
#define WRITE_EVA   "+CPBW=,\"+573\",145,\"004500760061\""
#define EVA_AT(i)   "+CPBR: " i ",\"+573\",145,\"004500760061\"\r\n"
#define EVA_INTO(i) "+CPBW=" i ",\"+573\",145,\"004500760061\""
#define ROW(i)      "+CPBR: " i ",\"9\",129,\"\"\r\n"

static void
test_at_index (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, TEXTS ("+CPBW=9,\"+573\",145,\"004500760061\""), SELECTED);
    g_assert_cmpuint (fixture_write (fixture,
                                     "phonebook/sm",
                                     "{'index': <uint32 9>, 'number': <'+573'>, "
                                     "'type': <uint32 145>, 'name': <'Eva'>, 'time': <'now'>}"),
                      ==,
                      9);
}

/* One command each, once the places in use are known */
static void
test_next_free (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=2"), SELECTED EVA_AT ("2"));
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 2);
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=4"), SELECTED EVA_AT ("4"));
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 4);
    /* what is known gets old */
    fake_port_pass_time (11);
    fake_port_expect (fixture->port, "+CPBS?;+CSCS?", SELECTED);
    fake_port_expect (fixture->port, "+CPBS=\"SM\";+CSCS=\"UCS2\";+CPBR=1,250;" PUT_BACK, ANA LUZ);
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=2"), SELECTED EVA_AT ("2"));
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 2);
}

/* The modem chose another place than expected: it is looked up */
static void
test_elsewhere (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=2"), SELECTED ROW ("2"));
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA ROW ("2") LUZ EVA_AT ("5"));
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 5);
    /* an equal entry that was there before is not it */
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=4"), SELECTED);
    fake_port_expect (fixture->port,
                      READ_ALL,
                      SELECTED ANA ROW ("2") LUZ EVA_AT ("5") EVA_AT ("6"));
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 6);
    /* the modem changed the name; it is the only one that is new */
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=4"), SELECTED);
    fake_port_expect (fixture->port,
                      READ_ALL,
                      SELECTED ANA ROW ("2") LUZ EVA_AT ("5") EVA_AT ("6") ROW ("8"));
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 8);
}

static void
test_vanished (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_expect (fixture->port, TEXTS (WRITE_EVA ";+CPBR=2"), SELECTED);
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fixture_write_fails (fixture,
                         "phonebook/sm",
                         EVA,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         "does not show the entry");
}

/* The line failed, but the entry had been written: it is not written twice */
static void
test_failed_but_written (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_fail (fixture->port, TEXTS (WRITE_EVA ";+CPBR=2"), SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA EVA_AT ("2") LUZ);
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 2);
}

/* A modem that wants to be told the place is told one seen empty right before */
static void
test_never_chooses (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_fail (fixture->port, TEXTS (WRITE_EVA ";+CPBR=2"), SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_expect (fixture->port, TEXTS (EVA_INTO ("2")), SELECTED);
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 2);
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA EVA_AT ("2") LUZ ROW ("4"));
    fake_port_expect (fixture->port, TEXTS (EVA_INTO ("5")), SELECTED);
    g_assert_cmpuint (fixture_write (fixture, "phonebook/sm", EVA), ==, 5);
}

static GString *
full_phonebook (void)
{
    GString *reply = g_string_new (SELECTED);
    guint i;

    for (i = 1; i <= 250; i++)
        g_string_append_printf (reply, "+CPBR: %u,\"9\",129,\"\"\r\n", i);
    return reply;
}

static void
test_full (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GString) full = full_phonebook ();

    fake_port_expect (fixture->port, READ_ALL, full->str);
    fake_port_fail (fixture->port, TEXTS (WRITE_EVA), SIMSTOW_ERROR_FULL);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fixture_write_fails (fixture, "phonebook/sm", EVA, SIMSTOW_ERROR_FULL, "");
    fixture->pause = 0;
    /* a modem that does not say why */
    fake_port_expect (fixture->port, READ_ALL, full->str);
    fake_port_fail (fixture->port, TEXTS (WRITE_EVA), SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fake_port_expect (fixture->port, READ_ALL, full->str);
    fixture_write_fails (fixture, "phonebook/sm", EVA, SIMSTOW_ERROR_FULL, "is full");
}

#define WRITE_NINE "+CPBW=9,\"1\",129,\"\""

static void
test_fails (Fixture *fixture, gconstpointer user_data)
{
    static const gint codes[] = {SIMSTOW_ERROR_LOCKED,
                                 SIMSTOW_ERROR_DENIED,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 SIMSTOW_ERROR_TIMEOUT};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        if (codes[i] == SIMSTOW_ERROR_LOCKED || codes[i] == SIMSTOW_ERROR_TIMEOUT)
            fake_port_fail (fixture->port, TEXTS (WRITE_NINE), codes[i]);
        else
            fixture_refuse (fixture, TEXTS (WRITE_NINE), WRITE_NINE, codes[i]);
        fake_port_expect (fixture->port, PUT_BACK, "");
        fixture_write_fails (fixture,
                             "phonebook/sm",
                             "{'index': <uint32 9>, 'number': <'1'>}",
                             codes[i],
                             "");
        fixture->pause = 0;
    }
}

/* What cannot be right is not sent at all */
static void
test_refused (Fixture *fixture, gconstpointer user_data)
{
    static const struct {
        const gchar *record;
        const gchar *text;
    } refused[] = {
        {"{'number': <'12345678901234567890123456789012345678901'>}", "41 digits, the limit is 40"},
        {"{'name': <'A name of 19 chars.'>}", "19 characters, the limit is 18"},
        {"{'number': <'1\";+CFUN=0'>}", "a character that no phonebook takes"},
        {"{'number': <'1'>, 'email': <'a@b'>}", "nothing but number, type and name"},
        {"{'number': <'1'>, 'hidden': <true>}", "nothing but number, type and name"},
        {"{'number': <uint32 1>}", "number is unknown or has no valid value"},
        {"{'type': <uint32 256>}", "type is unknown"},
        {"{'name-raw': <[byte 0]>}", "name-raw is unknown"},
        {"{'colour': <'red'>}", "colour is unknown"},
        {"{'index': <uint32 251>, 'number': <'1'>}", "has the places 1 to 250"},
    };
    gsize i;

    fake_port_expect (fixture->port, READ_ALL, SELECTED);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[]");
    fixture->pause = 0;
    for (i = 0; i < G_N_ELEMENTS (refused); i++) {
        if (i == 2)
            fake_port_expect (fixture->port, READ_ALL, SELECTED);
        fixture_write_fails (fixture,
                             "phonebook/sm",
                             refused[i].record,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             refused[i].text);
    }
}

static void
test_erase (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) outside = NULL;

    fake_port_expect (fixture->port, "+CPBS?;+CPBS=\"SM\";+CPBW=9;" BACK, SELECTED);
    g_assert_true (store_run_erase (fixture->driver, "phonebook/sm", 9, &error));
    g_assert_no_error (error);
    fixture_refuse (fixture, "+CPBS?;+CPBS=\"SM\";+CPBW=9;" BACK, "+CPBW=9", SIMSTOW_ERROR_DENIED);
    fake_port_expect (fixture->port, BACK, "");
    g_assert_false (store_run_erase (fixture->driver, "phonebook/sm", 9, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED);
    g_assert_false (store_run_erase (fixture->driver, "phonebook/sm", 251, &outside));
    g_assert_error (outside, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

static void
test_cancelled (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    fake_port_pass_time (1);
    /* the job ends after the command that was under way, with the selection put back */
    fake_port_expect (fixture->port, READ_ALL, SELECTED ANA LUZ);
    fake_port_cancel (fixture->port, cancellable);
    fake_port_expect (fixture->port, PUT_BACK, "");
    g_assert_cmpuint (store_run_write (fixture->driver, "phonebook/sm", EVA, cancellable, &error),
                      ==,
                      0);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

#define ADD(path, test)                \
    g_test_add ("/store-places/" path, \
                Fixture,               \
                NULL,                  \
                fixture_set_up_listed, \
                test,                  \
                fixture_tear_down)

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    ADD ("at-index", test_at_index);
    ADD ("next-free", test_next_free);
    ADD ("elsewhere", test_elsewhere);
    ADD ("vanished", test_vanished);
    ADD ("failed-but-written", test_failed_but_written);
    ADD ("never-chooses", test_never_chooses);
    ADD ("full", test_full);
    ADD ("fails", test_fails);
    ADD ("refused", test_refused);
    ADD ("erase", test_erase);
    ADD ("cancelled", test_cancelled);
    return g_test_run ();
}
