/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks and call lists over a scripted line: what is sent, and that the
 * selection is always put back.
 */

#include <gio/gio.h>

#include "fake-port.h"
#include "simstow-error.h"
#include "simstow-store-phonebook-at.h"
#include "store-run.h"

#define OPEN "+CPBS?;+CSCS?;+CPBS=?;+CSCS=?"
#define OPEN_REPLY                                           \
    "+CPBS: \"ME\",1,100\r\n+CSCS: \"IRA\"\r\n"              \
    "+CPBS: (\"SM\",\"ME\",\"MT\",\"EN\",\"DC\",\"RC\")\r\n" \
    "+CSCS: (\"IRA\",\"GSM\",\"UCS2\")\r\n"

#define LIMITS(name)    "+CPBS=\"" name "\";+CPBR=?;+CPBW=?;+CPBS?"
#define LIMITS_RO(name) "+CPBS=\"" name "\";+CPBR=?;+CPBS?"
#define LIST \
    "+CPBS?;" LIMITS ("SM") ";" LIMITS ("ME") ";" LIMITS ("DC") ";" LIMITS ("RC") ";+CPBS=\"ME\""
#define LIST_RO                                                                          \
    "+CPBS?;" LIMITS_RO ("SM") ";" LIMITS_RO ("ME") ";" LIMITS_RO ("DC") ";" LIMITS_RO ( \
        "RC") ";+CPBS=\"ME\""
#define LIMITS_REPLY(name, used) \
    "+CPBR: (1-250),40,18\r\n+CPBW: (1-250),40,(129,145),18\r\n+CPBS: \"" name "\"," used ",250\r\n"
#define LIST_REPLY                                                              \
    "+CPBS: \"ME\",1,100\r\n" LIMITS_REPLY ("SM", "2") LIMITS_REPLY ("ME", "1") \
        LIMITS_REPLY ("DC", "0") LIMITS_REPLY ("RC", "5")

#define BEFORE   "+CPBS?;+CSCS?;+CPBS=\"SM\";+CSCS=\"UCS2\";"
#define AFTER    ";+CSCS=\"IRA\";+CPBS=\"ME\""
#define PUT_BACK "+CSCS=\"IRA\";+CPBS=\"ME\""
#define SELECTED "+CPBS: \"ME\",1,100\r\n+CSCS: \"IRA\"\r\n"
#define READ_ALL BEFORE "+CPBR=1,250" AFTER

typedef struct {
    FakePort *port;
    SimstowStoreDriver *driver;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    fixture->port = fake_port_new ();
    fixture->driver = g_object_new (SIMSTOW_TYPE_STORE_PHONEBOOK_AT, "port", fixture->port, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    fake_port_check_done (fixture->port);
    g_assert_finalize_object (fixture->driver);
    g_assert_finalize_object (fixture->port);
}

static GVariant *
list (Fixture *fixture)
{
    g_autoptr (GError) error = NULL;
    GVariant *value = store_run_list (fixture->driver, NULL, &error);

    g_assert_no_error (error);
    return value;
}

static void
list_all (Fixture *fixture)
{
    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    g_variant_unref (list (fixture));
}

static void
test_list (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, OPEN, OPEN_REPLY);
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    store_run_check (list (fixture),
                     "[{'id': <'phonebook/sm'>, 'used': <uint32 2>, 'capacity': <uint32 250>, "
                     "'access': <'read-write'>, 'first': <uint32 1>, 'last': <uint32 250>, "
                     "'number-length': <uint32 40>, 'name-length': <uint32 18>, 'via': <'at'>},"
                     "{'id': <'phonebook/me'>, 'used': <uint32 1>},"
                     "{'id': <'calls/dialled'>, 'used': <uint32 0>},"
                     "{'id': <'calls/received'>, 'used': <uint32 5>}]");
    g_assert_cmpuint (fake_port_get_count (fixture->port), ==, 2);
    /* the second time only what may have changed is asked for */
    fake_port_expect (fixture->port, LIST, LIST_REPLY);
    g_variant_unref (list (fixture));
}

static void
add_tests (void)
{
    g_test_add ("/store-phonebook/list", Fixture, NULL, set_up, test_list, tear_down);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    add_tests ();
    return g_test_run ();
}
