/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listing and reading phonebooks and call lists over a scripted line: what is sent,
 * and that the selection is always put back.
 */

#include <string.h>

#include "simstow-error.h"
#include "store-fixture.h"
#include "store-lines.h"

#define ALL_STORES                                                                    \
    "[{'id': <'phonebook/sm'>}, {'id': <'phonebook/me'>}, {'id': <'calls/dialled'>}," \
    " {'id': <'calls/received'>}]"

static void
test_list (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    store_run_check (fixture_list (fixture),
                     "[{'id': <'phonebook/sm'>, 'used': <uint32 0>, 'capacity': <uint32 250>, "
                     "'access': <'read-write'>, 'first': <uint32 1>, 'last': <uint32 250>, "
                     "'number-length': <uint32 40>, 'name-length': <uint32 18>, 'via': <'at'>, "
                     "'extended': <false>}, {'id': <'phonebook/me'>, 'used': <uint32 0>},"
                     "{'id': <'calls/dialled'>, 'used': <uint32 0>},"
                     "{'id': <'calls/received'>, 'used': <uint32 5>}]");
    g_assert_cmpuint (fake_port_get_count (fixture->port), ==, 2);
    /* the second time only what may have changed is asked for */
    fake_port_pass_time (1);
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    store_run_check (fixture_list (fixture), ALL_STORES);
}

static void
test_list_read_only (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_fail (fixture->port, LIST, SIMSTOW_ERROR_DENIED);
    fake_port_expect (fixture->port, BACK, "");
    fake_port_expect (fixture->port, LIST_RO, LIST_REPLY_RO);
    store_run_check (fixture_list (fixture),
                     "[{'id': <'phonebook/sm'>, 'access': <'read-write'>},"
                     "{'id': <'phonebook/me'>, 'access': <'read-write'>},"
                     "{'id': <'calls/dialled'>, 'access': <'read'>},"
                     "{'id': <'calls/received'>, 'access': <'read'>}]");
    fixture_write_fails (fixture,
                         "calls/dialled",
                         "{'number': <'1'>}",
                         SIMSTOW_ERROR_UNSUPPORTED,
                         "can only be read");
}

/* One phonebook is locked: the others are listed all the same */
static void
test_list_one_refuses (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const names[] = {"SM", "DC", "RC"};
    gsize i;

    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_fail (fixture->port, LIST, SIMSTOW_ERROR_DENIED);
    fake_port_expect (fixture->port, BACK, "");
    fake_port_fail (fixture->port, LIST_RO, SIMSTOW_ERROR_DENIED);
    fake_port_expect (fixture->port, BACK, "");
    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *line =
            g_strdup_printf ("+CPBS?;+CPBS=\"%s\";+CPBR=?;+CPBW=?;+CPBS?;" BACK, names[i]);
        g_autofree gchar *reply = g_strdup_printf ("+CPBS: \"ME\",1,100\r\n+CPBR: (1-9)\r\n"
                                                   "+CPBW: (1-9)\r\n+CPBS: \"%s\",0,9\r\n",
                                                   names[i]);

        fake_port_expect (fixture->port, line, reply);
        if (i == 0) {
            fake_port_fail (fixture->port, "+CPBR=?;+CPBW=?;+CPBS?;" BACK, SIMSTOW_ERROR_LOCKED);
            fake_port_expect (fixture->port, BACK, "");
        }
    }
    store_run_check (fixture_list (fixture),
                     "[{'id': <'phonebook/sm'>, 'last': <uint32 9>},"
                     " {'id': <'phonebook/me'>, 'fault': <'scripted failure'>},"
                     " {'id': <'calls/dialled'>}, {'id': <'calls/received'>}]");
}

#define OPEN_TWO                                                           \
    "+CPBS: \"SM\",1,100\r\n+CSCS: \"UCS2\"\r\n+CPBS: (\"SM\",\"ME\")\r\n" \
    "+CSCS: (\"UCS2\")\r\n"
#define TWO      "+CPBR=?;+CPBW=?;+CPBS?;" LIMITS ("ME") "+CPBS=\"SM\""
#define TWO_RO   "+CPBR=?;+CPBS?;" LIMITS_RO ("ME") "+CPBS=\"SM\""
#define FIRST    "+CPBR: (1-9)\r\n+CPBW: (1-9)\r\n+CPBS: \"SM\",2,9\r\n"
#define ODD(row) "+CPBR: " row "\r\n+CPBW: ()\r\n+CPBS: \"ME\",1\r\n"

static void
list_two (Fixture *fixture, const gchar *reply, const gchar *wanted)
{
    g_autofree gchar *each = NULL;

    fake_port_expect (fixture->port, OPEN, OPEN_TWO);
    fake_port_expect (fixture->port, TWO, reply);
    /* what makes no sense in one line is asked for again, each on its own */
    fake_port_expect (fixture->port, TWO_RO, reply);
    fake_port_expect (fixture->port, "+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"", FIRST);
    each = g_strconcat ("+CPBS: \"SM\",2,9\r\n", reply + strlen (FIRST), NULL);
    fake_port_expect (fixture->port, "+CPBS?;" LIMITS ("ME") "+CPBS=\"SM\"", each);
    store_run_check (fixture_list (fixture), wanted);
}

/* Places that no index can name, or of which nothing is told, are no absence */
static void
test_list_odd_range (Fixture *fixture, gconstpointer user_data)
{
    list_two (fixture,
              FIRST ODD ("(4294967290-4294967295),40,18"),
              "[{'id': <'phonebook/sm'>}, {'id': <'phonebook/me'>,"
              " 'fault': <'the modem does not tell which places it has'>}]");
}

/* No places and nothing in them */
static void
test_list_no_places (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, OPEN, OPEN_TWO);
    fake_port_expect (fixture->port, TWO, FIRST "+CPBR: ()\r\n+CPBW: ()\r\n+CPBS: \"ME\",0,0\r\n");
    store_run_check (fixture_list (fixture), "[{'id': <'phonebook/sm'>}]");
}

static void
test_list_none (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const commands[] = {"+CPBS?", "+CSCS?", "+CPBS=?", "+CSCS=?"};
    gsize i;

    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_LOCKED);
    fixture_list_fails (fixture, SIMSTOW_ERROR_LOCKED);
    /* asked again, as the card may have been unlocked; reading says what is the matter */
    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_LOCKED);
    fixture_read_fails (fixture, "phonebook/sm", NULL, SIMSTOW_ERROR_LOCKED);
    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_TIMEOUT);
    fixture_list_fails (fixture, SIMSTOW_ERROR_TIMEOUT);
    /* the modem knows no such command at all */
    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
    for (i = 0; i < G_N_ELEMENTS (commands); i++)
        fake_port_fail (fixture->port, commands[i], SIMSTOW_ERROR_MODEM_ERROR);
    store_run_check (fixture_list (fixture), "[]");
    /* it knows one, and fails: that is no absence */
    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
    for (i = 0; i < G_N_ELEMENTS (commands); i++)
        fake_port_fail (fixture->port,
                        commands[i],
                        i == 0 ? SIMSTOW_ERROR_FULL : SIMSTOW_ERROR_MODEM_ERROR);
    fixture_list_fails (fixture, SIMSTOW_ERROR_FULL);
    /* it knows the commands, and says nothing: nor is that */
    fake_port_expect (fixture->port, OPEN, "");
    for (i = 0; i < G_N_ELEMENTS (commands); i++)
        fake_port_expect (fixture->port, commands[i], "");
    fixture_list_fails (fixture, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, OPEN, SELECTED "+CPBS: (1-9)\r\n+CSCS: (\"GSM\")\r\n");
    fixture_list_fails (fixture, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, OPEN, SELECTED "+CPBS: ()\r\n+CSCS: (\"GSM\")\r\n");
    store_run_check (fixture_list (fixture), "[]");
    fake_port_set_has_at (fixture->port, FALSE);
    store_run_check (fixture_list (fixture), "[]");
}

/* Falls silent half-way: what was told stays, and each of the rest is told to be out of reach */
static void
test_list_silent (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_fail (fixture->port, LIST, SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (fixture->port, "AT", SIMSTOW_ERROR_TIMEOUT);
    store_run_check (fixture_list (fixture),
                     "[{'id': <'phonebook/sm'>, 'fault': <'scripted failure'>},"
                     " {'id': <'phonebook/me'>, 'fault': <'scripted failure'>},"
                     " {'id': <'calls/dialled'>, 'fault': <'scripted failure'>},"
                     " {'id': <'calls/received'>, 'fault': <'scripted failure'>}]");
    /* nothing more is sent */
    g_variant_unref (fixture_list (fixture));
}

/* Names of no standard are phonebooks, too; a list that the modem does not give is tried out */
static void
test_list_others (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port,
                      OPEN,
                      "+CPBS: \"SM\",1,9\r\n+CSCS: \"UCS2\"\r\n+CPBS: (\"AP\",\"SM\",\"EN\")\r\n"
                      "+CSCS: (\"UCS2\")\r\n");
    fake_port_expect (fixture->port,
                      "+CPBR=?;+CPBW=?;+CPBS?;" LIMITS_RO ("EN") LIMITS ("AP") "+CPBS=\"SM\"",
                      LIMITS_REPLY ("SM", "1") LIMITS_REPLY_RO ("EN", "1")
                          LIMITS_REPLY ("AP", "1"));
    store_run_check (fixture_list (fixture),
                     "[{'id': <'phonebook/sm'>}, {'id': <'phonebook/en'>, 'access': <'read'>},"
                     " {'id': <'phonebook/ap'>}]");
}

/* A modem that says OK to a selection and stays where it was: nothing is taken for the other's */
static void
test_list_elsewhere (Fixture *fixture, gconstpointer user_data)
{
    list_two (fixture,
              FIRST FIRST,
              "[{'id': <'phonebook/sm'>},"
              " {'id': <'phonebook/me'>, 'fault': <'the modem selects SM instead'>}]");
}

static void
test_list_tried_out (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const names[] = {"ME", "FD", "ON", "SD", "DC", "RC", "MC", "LD"};
    gsize i;

    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"SM\",1,9\r\n");
    fake_port_fail (fixture->port, "+CSCS?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPBS=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CSCS=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port,
                    "+CPBR=?;+CPBW=?;+CPBS?;" LIMITS ("ME") LIMITS ("FD") LIMITS ("ON")
                        LIMITS ("SD") "+CPBS=\"SM\"",
                    SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_fail (fixture->port,
                    "+CPBR=?;+CPBS?;" LIMITS_RO ("ME") LIMITS_RO ("FD") LIMITS_RO ("ON")
                        LIMITS_RO ("SD") "+CPBS=\"SM\"",
                    SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_expect (fixture->port,
                      "+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"",
                      LIMITS_REPLY ("SM", "1"));
    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *select = g_strdup_printf ("+CPBS=\"%s\"", names[i]);
        g_autofree gchar *line =
            g_strconcat ("+CPBS?;", select, ";+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"", NULL);

        fake_port_fail (fixture->port, line, SIMSTOW_ERROR_NOT_FOUND);
        fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"SM\",1,9\r\n");
        fake_port_fail (fixture->port, select, SIMSTOW_ERROR_NOT_FOUND);
        fake_port_expect (fixture->port, "+CPBR=?", "+CPBR: (1-9)\r\n");
        fake_port_expect (fixture->port, "+CPBW=?", "+CPBW: (1-9)\r\n");
        fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"SM\",1,9\r\n");
        fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    }
    store_run_check (fixture_list (fixture), "[{'id': <'phonebook/sm'>}]");
}

static void
test_list_cancelled (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_cancel (fixture->port, cancellable);
    fake_port_expect (fixture->port, BACK, "");
    g_assert_null (store_run_list (fixture->driver, cancellable, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port,
                      READ_ALL,
                      SELECTED LUZ ANA "+CPBR: nonsense\r\n+CPBR: 251,\"1\",129,\"\"\r\n" LUZ
                                       "+CREG: 1\r\n+CPBR: 7,\"5\",129,\"D83D\",1\r\n");
    store_run_check (
        fixture_read (fixture, "phonebook/sm", 0, 0, 0),
        "[{'index': <uint32 0>, 'fault': <'the row has no index'>}, {'index': <uint32 1>, "
        "'number': <'+571'>, 'type': <uint32 145>, 'name': <'Ana'>}, {'index': <uint32 3>, 'name': "
        "<'Luz'>}, {'index': <uint32 7>, 'name-raw': <[byte 0xd8, 0x3d]>, 'hidden': <true>}, "
        "{'index': <uint32 251>}]");
    fake_port_expect (fixture->port, READ_ALL, SELECTED);
    store_run_check (fixture_read (fixture, "phonebook/sm", 1, 1000, 0), "[]");
    fixture_read_fails (fixture, "phonebook/fd", NULL, SIMSTOW_ERROR_UNSUPPORTED);
}

/* An answer without end is no empty phonebook: less is asked for at a time */
static void
test_read_endless (Fixture *fixture, gconstpointer user_data)
{
    g_autofree gchar *blank = g_strnfill (5 * 1024 * 1024, '\n');
    g_autofree gchar *endless = g_strconcat (SELECTED, blank, NULL);

    fake_port_expect (fixture->port, READ_ALL, endless);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fake_port_expect (fixture->port, TEXTS ("+CPBR=1,50"), SELECTED ANA);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 51), "[{'index': <uint32 1>}]");
}

#define CALLS(used)                                                                            \
    SELECTED "+CPBR: 1,\"\",129,\"\"\r\n+CPBR: 2,\"5\",129,\"\"\r\n+CPBR: 3,\"\",129,\"\"\r\n" \
             "+CPBS: \"DC\"," used ",250\r\n"

/* A call of somebody unknown is a call: as many as the modem says it has are kept */
static void
test_read_withheld (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_CALLS, CALLS ("3"));
    store_run_check (fixture_read (fixture, "calls/dialled", 0, 0, 0),
                     "[{'index': <uint32 1>, 'number': <''>, 'name': <''>},"
                     " {'index': <uint32 2>, 'number': <'5'>},"
                     " {'index': <uint32 3>, 'number': <''>, 'type': <uint32 129>}]");
    fake_port_expect (fixture->port, READ_CALLS, CALLS ("2"));
    store_run_check (fixture_read (fixture, "calls/dialled", 0, 0, 0),
                     "[{'index': <uint32 1>}, {'index': <uint32 2>}]");
    fake_port_expect (fixture->port, READ_CALLS, CALLS ("4000000000"));
    store_run_check (fixture_read (fixture, "calls/dialled", 0, 0, 0), "[{}, {}, {}]");
    fake_port_expect (fixture->port,
                      READ_CALLS,
                      SELECTED "+CPBR: 1,\"\",129,\"\"\r\n+CPBR: 2,\"5\",129,\"\"\r\n"
                               "+CPBS: \"DC\"\r\n");
    store_run_check (fixture_read (fixture, "calls/dialled", 0, 0, 0), "[{'index': <uint32 2>}]");
}

static void
test_read_chunks (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, TEXTS ("+CPBR=1,100"), SELECTED ANA);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 100, 101), "[{}]");
    fixture_check_progress (fixture, 100, 250);
    fake_port_expect (fixture->port, TEXTS ("+CPBR=250"), SELECTED);
    store_run_check (fixture_read (fixture, "phonebook/sm", 250, 100, 0), "[]");
    fixture_check_progress (fixture, 250, 250);
    store_run_check (fixture_read (fixture, "phonebook/sm", 251, 100, 0), "[]");
}

/* A modem that takes no more than fifty at once */
static void
test_read_smaller (Fixture *fixture, gconstpointer user_data)
{
    fixture_refuse (fixture, READ_ALL, "+CPBR=1,250", SIMSTOW_ERROR_INVALID_RECORD);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fake_port_expect (fixture->port, TEXTS ("+CPBR=1,50"), SELECTED ANA);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 51), "[{}]");
    fake_port_expect (fixture->port, TEXTS ("+CPBR=51,100"), SELECTED);
    store_run_check (fixture_read (fixture, "phonebook/sm", 51, 0, 101), "[]");
}

static void
test_read_fails (Fixture *fixture, gconstpointer user_data)
{
    static const gint codes[] = {SIMSTOW_ERROR_LOCKED,
                                 SIMSTOW_ERROR_DENIED,
                                 SIMSTOW_ERROR_TIMEOUT,
                                 SIMSTOW_ERROR_CANCELLED};
    static const gchar *const sizes[] = {"+CPBR=1,250", "+CPBR=1,50", "+CPBR=1,10", "+CPBR=1"};
    gsize i;

    /* after a failure it is asked for at once */
    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        if (codes[i] == SIMSTOW_ERROR_DENIED)
            fixture_refuse (fixture, READ_ALL, "+CPBR=1,250", codes[i]);
        else
            fake_port_fail (fixture->port, READ_ALL, codes[i]);
        if (codes[i] == SIMSTOW_ERROR_TIMEOUT)
            fake_port_fail (fixture->port, READ_ALL, codes[i]);
        fake_port_expect (fixture->port, PUT_BACK, "");
        fixture_read_fails (fixture, "phonebook/sm", NULL, codes[i]);
        fixture->pause = 0;
    }
    for (i = 0; i < G_N_ELEMENTS (sizes); i++) {
        g_autofree gchar *line = g_strconcat (BEFORE, sizes[i], ";" PUT_BACK, NULL);

        fixture_refuse (fixture, line, sizes[i], SIMSTOW_ERROR_INVALID_RECORD);
        fake_port_expect (fixture->port, PUT_BACK, "");
    }
    fixture_read_fails (fixture, "phonebook/sm", NULL, SIMSTOW_ERROR_INVALID_RECORD);
}

#define SM_OF(used, last) \
    "+CPBR: (1-" last "),40,18\r\n+CPBW: (1-" last ")\r\n+CPBS: \"SM\"," used "," last "\r\n"

static void
know_one (Fixture *fixture, const gchar *limits)
{
    fake_port_expect (fixture->port,
                      OPEN,
                      "+CPBS: \"SM\",1,9\r\n+CSCS: \"UCS2\"\r\n+CPBS: (\"SM\")\r\n"
                      "+CSCS: (\"UCS2\")\r\n");
    fake_port_expect (fixture->port, "+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"", limits);
    g_variant_unref (fixture_list (fixture));
}

static void
expect_refused (Fixture *fixture, const gchar *command, gint code)
{
    g_autofree gchar *line = g_strconcat ("+CPBS?;", command, NULL);

    fake_port_fail (fixture->port, line, code);
    fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"SM\",1,9\r\n");
    fake_port_fail (fixture->port, command, code);
}

/* Not found, or a plain ERROR: some modems say so where all places are empty, some where any is.
 * What the modem counts decides. */
static void
test_read_empty (Fixture *fixture, gconstpointer user_data)
{
    know_one (fixture, SM_OF ("0", "3"));
    expect_refused (fixture, "+CPBR=1,3", SIMSTOW_ERROR_MODEM_ERROR);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[]");
}

static void
test_read_any_empty (Fixture *fixture, gconstpointer user_data)
{
    static const gint codes[] = {SIMSTOW_ERROR_NOT_FOUND, SIMSTOW_ERROR_MODEM_ERROR};
    gsize i;

    know_one (fixture, SM_OF ("1", "3"));
    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        expect_refused (fixture, "+CPBR=1,3", codes[i]);
        expect_refused (fixture, "+CPBR=1", codes[i]);
        store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 2), "[]");
        fake_port_expect (fixture->port,
                          "+CPBS?;+CPBR=2",
                          "+CPBS: \"SM\",1,9\r\n+CPBR: 2,\"1\",129,\"\"\r\n");
        store_run_check (fixture_read (fixture, "phonebook/sm", 2, 0, 3), "[{}]");
        /* all that there is has come */
        fake_port_fail (fixture->port, "+CPBR=3", codes[i]);
        store_run_check (fixture_read (fixture, "phonebook/sm", 3, 0, 0), "[]");
    }
}

/* Fewer rows than the modem counts: less is asked for at a time */
static void
test_read_cut (Fixture *fixture, gconstpointer user_data)
{
    know_one (fixture, SM_OF ("2", "60"));
    fake_port_expect (fixture->port, "+CPBS?;+CPBR=1,60", "+CPBS: \"SM\",2,60\r\n" ANA);
    fake_port_expect (fixture->port, "+CPBS?;+CPBR=1,50", "+CPBS: \"SM\",2,60\r\n" ANA);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 51), "[{}]");
    fake_port_expect (fixture->port, "+CPBR=51,60", "+CPBR: 60,\"1\",129,\"\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 51, 0, 0), "[{'index': <uint32 60>}]");
}

/* A modem that stands at UCS2 and wants even the names in it */
static void
test_put_back_spelt_out (Fixture *fixture, gconstpointer user_data)
{
    fixture_refuse (fixture, READ_ALL, "+CPBR=1,250", SIMSTOW_ERROR_DENIED);
    fixture_refuse (fixture, PUT_BACK, "+CSCS=\"IRA\"", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CSCS=\"004900520041\";" BACK, "");
    fixture_read_fails (fixture, "phonebook/sm", NULL, SIMSTOW_ERROR_DENIED);
}

/* What was selected has changed since it was last asked for: that is put back */
static void
test_selection_changed (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, READ_ALL, "+CPBS: \"SM\",1,250\r\n+CSCS: \"UTF-8\"\r\n" ANA);
    fake_port_expect (fixture->port, "+CSCS=\"UTF-8\";+CPBS=\"SM\"", "");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[{'name': <'Ana'>}]");
    fake_port_expect (fixture->port,
                      "+CPBS?;+CSCS?;+CSCS=\"UCS2\";+CPBR=1,250;+CSCS=\"UTF-8\";+CPBS=\"SM\"",
                      "+CPBS: \"SM\",1,250\r\n+CSCS: \"UTF-8\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[]");
}

/* After a while the selection is asked for before anything is changed */
static void
test_selection_is_old (Fixture *fixture, gconstpointer user_data)
{
    fake_port_pass_time (3);
    fake_port_expect (fixture->port, "+CPBS?;+CSCS?", "+CPBS: \"ME\",1,100\r\n+CSCS: \"GSM\"\r\n");
    fixture_refuse (fixture,
                    "+CPBS=\"SM\";+CSCS=\"UCS2\";+CPBR=1,250;+CSCS=\"GSM\";" BACK,
                    "+CPBR=1,250",
                    SIMSTOW_ERROR_DENIED);
    fake_port_expect (fixture->port, "+CSCS=\"GSM\";" BACK, "");
    fixture_read_fails (fixture, "phonebook/sm", NULL, SIMSTOW_ERROR_DENIED);
}

static void
expect_each (FakePort *port, const gchar *line, const gchar *reply)
{
    g_auto (GStrv) commands = g_strsplit (line, ";", -1);
    g_auto (GStrv) rows = g_strsplit (reply, "\r\n", -1);
    gsize i, row = 0;

    for (i = 0; commands[i] != NULL; i++) {
        g_autofree gchar *prefix = g_strndup (commands[i], strlen ("+CPBS"));
        gboolean asks = strchr (commands[i], '?') != NULL;

        g_assert_true (!asks || g_str_has_prefix (rows[row], prefix));
        fake_port_expect (port, commands[i], asks ? rows[row++] : "");
    }
}

/* Each phonebook on its own, and back; ME is the one that is selected */
static void
expect_list_each (FakePort *port)
{
    static const gchar *const names[] = {"SM", "ME", "DC", "RC"};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *line =
            g_strdup_printf ("+CPBS?;+CPBS=\"%s\";+CPBR=?;+CPBW=?;+CPBS?;" BACK, names[i]);
        g_autofree gchar *reply =
            g_strdup_printf ("%s+CPBR: (1-250)\r\n+CPBW: (1-250)\r\n+CPBS: \"%s\",0,250\r\n",
                             i == 1 ? "" : "+CPBS: \"ME\",1,100\r\n",
                             names[i]);

        expect_each (port, i == 1 ? strstr (line, "+CPBR") : line, reply);
    }
}

/* A modem that takes one command at a time is found out once */
static void
test_no_concatenation (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
    expect_each (fixture->port, OPEN, OPEN_REPLY);
    expect_list_each (fixture->port);
    store_run_check (fixture_list (fixture), ALL_STORES);
    fixture->pause = 1;
    expect_each (fixture->port, READ_ALL, SELECTED);
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[]");
    /* cancelled in the middle */
    fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"ME\",1,100");
    fake_port_expect (fixture->port, "+CSCS?", "+CSCS: \"IRA\"");
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_cancel (fixture->port, cancellable);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fixture_read_fails (fixture, "phonebook/sm", cancellable, SIMSTOW_ERROR_CANCELLED);
}

/* An error at each step of a modem that takes one command at a time */
static void
test_no_concatenation_fails (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const steps[] = {"+CPBS?",
                                         "+CSCS?",
                                         "+CPBS=\"SM\"",
                                         "+CSCS=\"UCS2\"",
                                         "+CPBR=1,250",
                                         "+CSCS=\"IRA\"",
                                         "+CPBS=\"ME\""};
    gsize step, i;

    for (step = 0; step < G_N_ELEMENTS (steps); step++) {
        Fixture fresh;

        /* a character set that is refused is done without */
        if (g_str_equal (steps[step], "+CSCS=\"UCS2\""))
            continue;
        fixture_set_up_phonebook (&fresh, NULL);
        fake_port_fail (fresh.port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
        expect_each (fresh.port, OPEN, OPEN_REPLY);
        expect_list_each (fresh.port);
        g_variant_unref (fixture_list (&fresh));
        fresh.pause = 1;
        for (i = 0; i < step; i++)
            fake_port_expect (fresh.port,
                              steps[i],
                              i == 0   ? "+CPBS: \"ME\",1,100"
                              : i == 1 ? "+CSCS: \"IRA\""
                                       : "");
        fake_port_fail (fresh.port, steps[step], SIMSTOW_ERROR_DENIED);
        fake_port_expect (fresh.port, PUT_BACK, "");
        fixture_read_fails (&fresh, "phonebook/sm", NULL, SIMSTOW_ERROR_DENIED);
        fixture_tear_down (&fresh, NULL);
    }
}

/* A set that is offered and refused: texts come in the one that is selected */
static void
test_charset_refused (Fixture *fixture, gconstpointer user_data)
{
    fixture_refuse (fixture, READ_ALL, "+CSCS=\"UCS2\"", SIMSTOW_ERROR_INVALID_RECORD);
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"SM\";+CPBR=1,250",
                      "+CPBS: \"ME\",1,100\r\n+CPBR: 1,\"1\",129,\"Ana\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[{'name': <'Ana'>}]");
    fake_port_expect (fixture->port, BACK, "");
}

/* Such a set may have no character for some that a name has: that is told, and of how many */
static void
test_charset_poor (Fixture *fixture, gconstpointer user_data)
{
    fixture_refuse (fixture, READ_ALL, "+CSCS=\"UCS2\"", SIMSTOW_ERROR_INVALID_RECORD);
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"SM\";+CPBR=1,250",
                      "+CPBS: \"ME\",1,100\r\n+CPBR: 1,\"1\",129,\"Zo?\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0),
                     "[{'index': <uint32 1>, 'name': <'Zo?'>},"
                     " {'fault': <'characters of 1 name may be missing, as "
                     "the modem offers the character set UCS2 and refuses it'>}]");
    fake_port_expect (fixture->port, BACK, "");
}

/* Nor is it known what some are where the modem does not say which set it has */
static void
test_charset_unsaid (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const open[] = {"+CSCS?", "+CSCS=?"};
    gsize i;

    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"SM\",2,250\r\n");
    for (i = 0; i < G_N_ELEMENTS (open); i++) {
        fake_port_fail (fixture->port, open[i], SIMSTOW_ERROR_MODEM_ERROR);
        if (i == 0)
            fake_port_expect (fixture->port, "+CPBS=?", "+CPBS: (\"SM\")\r\n");
    }
    fake_port_expect (fixture->port,
                      "+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"",
                      "+CPBR: (1-250),40,14\r\n+CPBW: (1-250),40,(129,145),14\r\n"
                      "+CPBS: \"SM\",2,250\r\n");
    g_variant_unref (fixture_list (fixture));
    fake_port_expect (
        fixture->port,
        "+CPBS?;+CPBR=1,250",
        "+CPBS: \"SM\",2,250\r\n+CPBR: 1,\"1\",129,\"I}aki\"\r\n+CPBR: 2,\"1\",129,\"Ana\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0),
                     "[{'name': <'I}aki'>}, {'name': <'Ana'>},"
                     " {'fault': <'characters of 1 name may be others, as the modem does not "
                     "tell its character set'>}]");
}

/* A modem that does not tell how many calls there are still tells the calls */
static void
test_read_uncounted (Fixture *fixture, gconstpointer user_data)
{
    fixture_refuse (fixture, READ_CALLS, "+CPBS?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, PUT_BACK, "");
    fake_port_expect (fixture->port,
                      "+CPBS?;+CSCS?;+CPBS=\"DC\";+CSCS=\"UCS2\";+CPBR=1,250;" PUT_BACK,
                      SELECTED ANA);
    store_run_check (fixture_read (fixture, "calls/dialled", 0, 0, 0), "[{'name': <'Ana'>}]");
}

/* No UCS2, no choice at all */
static void
test_charsets (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port,
                      OPEN,
                      "+CPBS: \"SM\",0,9\r\n+CSCS: \"IRA\"\r\n+CPBS: (\"SM\")\r\n"
                      "+CSCS: (\"IRA\",\"GSM\",\"HEX\")\r\n");
    fake_port_expect (fixture->port,
                      "+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"",
                      LIMITS_REPLY ("SM", "0"));
    fake_port_expect (
        fixture->port,
        "+CPBS?;+CSCS?;+CSCS=\"HEX\";+CPBR=1,250;+CSCS=\"IRA\";+CPBS=\"SM\"",
        "+CPBS: \"SM\",0,9\r\n+CSCS: \"IRA\"\r\n+CPBR: 1,\"1\",129,\"4265676F7D61\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0),
                     "[{'name': <'Bego\303\261a'>}]");
}

static void
test_no_charsets (Fixture *fixture, gconstpointer user_data)
{
    fake_port_fail (fixture->port, OPEN, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"SM\",0,9\r\n");
    fake_port_fail (fixture->port, "+CSCS?", SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_expect (fixture->port, "+CPBS=?", "+CPBS: (\"SM\")\r\n");
    fake_port_fail (fixture->port, "+CSCS=?", SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_expect (fixture->port,
                      "+CPBR=?;+CPBW=?;+CPBS?;+CPBS=\"SM\"",
                      LIMITS_REPLY ("SM", "0"));
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBR=1,250",
                      "+CPBS: \"SM\",0,9\r\n+CPBR: 1,\"1\",129,\"Ana\"\r\n");
    store_run_check (fixture_read (fixture, "phonebook/sm", 0, 0, 0), "[{'name': <'Ana'>}]");
}

#define OPEN_REPLY_UCS2                               \
    "+CPBS: \"ME\",1,100\r\n+CSCS: \"UCS2\"\r\n"      \
    "+CPBS: (\"SM\",\"ME\",\"MT\",\"DC\",\"RC\")\r\n" \
    "+CSCS: (\"IRA\",\"GSM\",\"UCS2\")\r\n"
#define FIVE_CALLS                                           \
    "+CPBR: 1,\"1\",129,\"\"\r\n+CPBR: 2,\"1\",129,\"\"\r\n" \
    "+CPBR: 3,\"1\",129,\"\"\r\n+CPBR: 4,\"1\",129,\"\"\r\n" \
    "+CPBR: 5,\"\",129,\"\"\r\n+CPBR: 6,\"\",129,\"\"\r\n"
#define SELECTED_UCS2 "+CPBS: \"ME\",1,100\r\n+CSCS: \"UCS2\"\r\n"
#define WRITE_ONE     "+CPBW=9,\"1\",129,\"0041\""
#define FIRST_HELD    "+CPBS?;+CPBS=\"SM\";"

static void
set_up_ucs2 (Fixture *fixture, gconstpointer user_data)
{
    fixture_set_up_phonebook (fixture, user_data);
    fake_port_expect (fixture->port, OPEN, OPEN_REPLY_UCS2);
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    g_variant_unref (fixture_list (fixture));
}

static guint
write_one (Fixture *fixture)
{
    return fixture_write (fixture,
                          "phonebook/sm",
                          "{'index': <uint32 9>, 'number': <'1'>, 'name': <'A'>}");
}

/* The daemon's character set is the best one: over writes the phonebook stays selected */
static void
test_held (Fixture *fixture, gconstpointer user_data)
{
    guint count;

    /* what is selected was asked for while listing */
    fake_port_expect (fixture->port, FIRST_HELD "+CPBR=1,250", SELECTED_UCS2 ANA);
    g_variant_unref (fixture_read (fixture, "phonebook/sm", 0, 0, 0));
    fake_port_expect (fixture->port, WRITE_ONE, "");
    write_one (fixture);
    fake_port_expect (fixture->port, WRITE_ONE, "");
    write_one (fixture);
    fake_port_expect (fixture->port, "+CPBS=\"DC\";+CPBW=9", "");
    g_assert_true (store_run_erase (fixture->driver, "calls/dialled", 9, NULL));
    fake_port_expect (fixture->port, "+CPBS=\"ME\";+CPBR=1,250", ANA);
    g_variant_unref (fixture_read (fixture, "phonebook/me", 0, 0, 0));
    fake_port_expect (fixture->port, "+CPBS=\"SM\";" WRITE_ONE, "");
    write_one (fixture);
    /* nothing more comes */
    fake_port_expect (fixture->port, BACK, "");
    count = fake_port_get_count (fixture->port);
    while (fake_port_get_count (fixture->port) == count)
        g_main_context_iteration (NULL, TRUE);
}

/* What the modem says in the same line is selected is not selected again for reading, but for
 * writing; where it says that something else is, or nothing, what came is not taken */
static void
test_selected (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, "+CPBS?;+CPBR=1,250", SELECTED_UCS2 ANA);
    store_run_check (fixture_read (fixture, "phonebook/me", 0, 0, 0), "[{'name': <'Ana'>}]");
    fake_port_pass_time (1);
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, SELECTED_UCS2);
    write_one (fixture);
    fake_port_pass_time (1);
    fake_port_expect (fixture->port, BACK, "");
    fake_port_expect (fixture->port, "+CPBS?;+CPBR=1,250", "+CPBS: \"DC\",1,250\r\n" LUZ);
    fake_port_expect (fixture->port, "+CPBS=\"ME\";+CPBR=1,250", ANA);
    store_run_check (fixture_read (fixture, "phonebook/me", 0, 0, 0), "[{'name': <'Ana'>}]");
    fake_port_expect (fixture->port, "+CPBS=\"DC\"", "");
}

/* What was selected before is known before anything is selected: the same line, sent again as it
 * was not answered, or taken apart as its answer was cut, tells of its own doing */
static void
test_selection_repeated (Fixture *fixture, gconstpointer user_data)
{
    static const gchar own[] = "+CPBS: \"SM\",1,250\r\n";

    fake_port_fail (fixture->port, FIRST_HELD "+CPBR=1,250", SIMSTOW_ERROR_TIMEOUT);
    fake_port_expect (fixture->port, "AT", "");
    fake_port_expect (fixture->port, FIRST_HELD "+CPBR=1,250", "+CPBS: \"SM\",1,250\r\n" ANA);
    g_variant_unref (fixture_read (fixture, "phonebook/sm", 0, 0, 0));
    fake_port_expect (fixture->port, "+CPBS=\"RC\";+CPBR=1,250;" BACK, FIVE_CALLS);
    g_variant_unref (fixture_read (fixture, "calls/received", 0, 0, 0));
    fake_port_expect (fixture->port, FIRST_HELD "+CPBR=1,250", "+CP");
    fake_port_expect (fixture->port, "+CPBS?", own);
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_expect (fixture->port, "+CPBR=1,250", ANA);
    g_variant_unref (fixture_read (fixture, "phonebook/sm", 0, 0, 0));
    fake_port_expect (fixture->port, BACK, "");
}

/* Nor is that taken for what was selected before which could not be put back */
static void
test_selection_stays (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, SELECTED_UCS2);
    write_one (fixture);
    fake_port_fail (fixture->port, WRITE_ONE, SIMSTOW_ERROR_FULL);
    fake_port_fail (fixture->port, BACK, SIMSTOW_ERROR_DENIED);
    fixture_write_fails (fixture,
                         "phonebook/sm",
                         "{'index': <uint32 9>, 'number': <'1'>, 'name': <'A'>}",
                         SIMSTOW_ERROR_FULL,
                         "");
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, "+CPBS: \"SM\",1,250\r\n");
    write_one (fixture);
    fake_port_pass_time (1);
    fake_port_expect (fixture->port, BACK, "");
    /* nor which a modem that did no more of a line than its beginning did not put back */
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"RC\";+CPBR=1,250;+CPBS?;" BACK,
                      SELECTED_UCS2 FIVE_CALLS "+CPBS: \"RC\",5,250\r\n");
    g_variant_unref (fixture_read (fixture, "calls/received", 0, 0, 0));
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, "+CPBS: \"RC\",5,250\r\n");
    write_one (fixture);
    fake_port_expect (fixture->port, BACK, "");
}

/* What was put back with nobody waiting for the answer is asked for */
static void
test_released (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, SELECTED_UCS2);
    write_one (fixture);
    fake_port_expect (fixture->port, BACK, "");
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    store_run_check (fixture_list (fixture), ALL_STORES);
}

/* How many calls there are was told while listing; nothing comes after the last list */
static void
test_counted (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, FIRST_HELD "+CPBR=1,250", SELECTED_UCS2 ANA);
    g_variant_unref (fixture_read (fixture, "phonebook/sm", 0, 0, 0));
    fake_port_expect (fixture->port, "+CPBS=\"RC\";+CPBR=1,250;" BACK, FIVE_CALLS);
    store_run_check (fixture_read (fixture, "calls/received", 0, 0, 0),
                     "[{}, {}, {}, {}, {'index': <uint32 5>}]");
}

/* Not for long */
static void
test_held_ends (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, SELECTED_UCS2);
    write_one (fixture);
    fake_port_pass_time (1);
    fake_port_expect (fixture->port, BACK, "");
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, SELECTED_UCS2);
    write_one (fixture);
    /* a failure puts back at once */
    fake_port_fail (fixture->port, WRITE_ONE, SIMSTOW_ERROR_FULL);
    fake_port_expect (fixture->port, BACK, "");
    fixture_write_fails (fixture,
                         "phonebook/sm",
                         "{'index': <uint32 9>, 'number': <'1'>, 'name': <'A'>}",
                         SIMSTOW_ERROR_FULL,
                         "");
    /* and so does the end of the driver */
    fake_port_expect (fixture->port, FIRST_HELD WRITE_ONE, SELECTED_UCS2);
    write_one (fixture);
    fake_port_expect (fixture->port, BACK, "");
}

#define ADD(path, up, test) \
    g_test_add ("/store-phonebook/" path, Fixture, NULL, up, test, fixture_tear_down)

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    ADD ("list", fixture_set_up_phonebook, test_list);
    ADD ("list-read-only", fixture_set_up_phonebook, test_list_read_only);
    ADD ("list-one-refuses", fixture_set_up_phonebook, test_list_one_refuses);
    ADD ("list-odd-range", fixture_set_up_phonebook, test_list_odd_range);
    ADD ("list-none", fixture_set_up_phonebook, test_list_none);
    ADD ("list-no-places", fixture_set_up_phonebook, test_list_no_places);
    ADD ("list-silent", fixture_set_up_phonebook, test_list_silent);
    ADD ("list-elsewhere", fixture_set_up_phonebook, test_list_elsewhere);
    ADD ("list-others", fixture_set_up_phonebook, test_list_others);
    ADD ("list-tried-out", fixture_set_up_phonebook, test_list_tried_out);
    ADD ("list-cancelled", fixture_set_up_phonebook, test_list_cancelled);
    ADD ("read", fixture_set_up_listed, test_read);
    ADD ("read-endless", fixture_set_up_listed, test_read_endless);
    ADD ("read-withheld", fixture_set_up_listed, test_read_withheld);
    ADD ("read-chunks", fixture_set_up_listed, test_read_chunks);
    ADD ("read-smaller", fixture_set_up_listed, test_read_smaller);
    ADD ("read-empty", fixture_set_up_phonebook, test_read_empty);
    ADD ("read-any-empty", fixture_set_up_phonebook, test_read_any_empty);
    ADD ("read-cut", fixture_set_up_phonebook, test_read_cut);
    ADD ("read-fails", fixture_set_up_listed, test_read_fails);
    ADD ("put-back-spelt-out", fixture_set_up_listed, test_put_back_spelt_out);
    ADD ("selection-changed", fixture_set_up_listed, test_selection_changed);
    ADD ("held", set_up_ucs2, test_held);
    ADD ("selected", set_up_ucs2, test_selected);
    ADD ("selection-repeated", set_up_ucs2, test_selection_repeated);
    ADD ("selection-stays", set_up_ucs2, test_selection_stays);
    ADD ("released", set_up_ucs2, test_released);
    ADD ("counted", set_up_ucs2, test_counted);
    ADD ("held-ends", set_up_ucs2, test_held_ends);
    ADD ("selection-is-old", fixture_set_up_listed, test_selection_is_old);
    ADD ("no-concatenation", fixture_set_up_phonebook, test_no_concatenation);
    ADD ("no-concatenation-fails", fixture_set_up_phonebook, test_no_concatenation_fails);
    ADD ("charset-refused", fixture_set_up_listed, test_charset_refused);
    ADD ("charset-poor", fixture_set_up_listed, test_charset_poor);
    ADD ("charset-unsaid", fixture_set_up_phonebook, test_charset_unsaid);
    ADD ("read-uncounted", fixture_set_up_listed, test_read_uncounted);
    ADD ("charsets", fixture_set_up_phonebook, test_charsets);
    ADD ("no-charsets", fixture_set_up_phonebook, test_no_charsets);
    return g_test_run ();
}
