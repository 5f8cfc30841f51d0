/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks and call lists over a scripted conversation: what is asked, and what is made of the
 * answers.
 */

#include "driver-run.h"
#include "simstow-phonebook-at.h"

#define OPEN_AS(selected, storages, charsets)                                             \
    "@ phonebook\n> +CPBS?\n" selected "> +CSCS?\n< +CSCS: \"IRA\"\n> +CPBS=?\n" storages \
    "> +CSCS=?\n" charsets
#define SELECTED        "< +CPBS: \"SM\",2,250\n"
#define SETS            "< +CSCS: (\"IRA\",\"GSM\",\"UCS2\")\n"
#define OPEN(storages)  OPEN_AS (SELECTED, storages, SETS)
#define REFUSED         "! ModemError - error\n"
#define SELECT(storage) "> +CPBS=\"" storage "\"\n< \n"
#define BOOK(storage, used)                                                            \
    SELECT (storage)                                                                   \
    "> +CPBR=?\n< +CPBR: (1-250),40,18\n> +CPBW=?\n< +CPBW: (1-250),40,(129,145),18\n" \
    "> +CPBS?\n< +CPBS: \"" storage "\"," used ",250\n"
#define ONE(used)   OPEN ("< +CPBS: (\"SM\")\n") "@ phonebook\n" BOOK ("SM", used)
#define IN(storage) "@ phonebook charset='UCS2' storage='" storage "'\n"
#define ROW(i)      "+CPBR: " i ",\"5550100\",129,\"0041\"\n"

typedef struct {
    SimstowConversation *talk;
    SimstowDriver *driver;
} Fixture;

static void
begin (Fixture *fixture, const gchar *lines)
{
    fixture->talk = talk_new (lines);
    fixture->driver = simstow_phonebook_at_new (fixture->talk);
}

static void
end (Fixture *fixture)
{
    talk_assert_over (fixture->talk);
    g_clear_object (&fixture->driver);
    g_clear_object (&fixture->talk);
}

static void
test_list (Fixture *fixture, gconstpointer user_data)
{
    begin (
        fixture,
        OPEN ("< +CPBS: (\"MT\",\"EN\",\"MC\",\"SM\",\"ME\",\"VM\")\n") "@ phonebook\n" BOOK ("SM",
                                                                                              "2")
            SELECT (
                "ME") "> +CPBR=?\n< +CPBR: (0-99),40,18,1,40,40,20,30\n> +CPBW=?\n" REFUSED
                      "> +CPBS?\n< +CPBS: \"ME\"\n" SELECT ("EN") "> +CPBR=?\n< (1-5)\n> +CPBS?\n< \n" SELECT (
                          "MC") "> +CPBR=?\n" REFUSED "> +CPBW=?\n" REFUSED
                                "> +CPBS?\n< \"MC\",3,20\n"
                                "> +CPBS=\"VM\"\n! ModemError cme 14 SIM busy (CME 14)\n"
                                "> +CPBR=?\n< \n> +CPBW=?\n< \n> +CPBS?\n< \n");
    driver_assert_list (fixture->driver,
                        "phonebook/sm rw used=2 of=250 1-250 number=40 name=18 plain\n"
                        "phonebook/me rw of=100 0-99 number=40 name=18\n"
                        "phonebook/en ro of=5 1-5\n"
                        "calls/missed ro used=3 of=20 1-20\n"
                        "! phonebook/vm: SIM busy (CME 14)\n");
    end (fixture);
}

static void
test_list_none (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture, OPEN_AS (REFUSED, REFUSED, REFUSED));
    driver_assert_list (fixture->driver, "");
    end (fixture);
    begin (fixture, OPEN_AS (REFUSED, "< +CPBS: ()\n", SETS));
    driver_assert_list (fixture->driver, "");
    end (fixture);
    begin (fixture, OPEN_AS ("! Locked cme 11 SIM PIN (CME 11)\n", REFUSED, SETS));
    driver_assert_list_fails (fixture->driver, SIMSTOW_ERROR_LOCKED, "SIM PIN (CME 11)");
    end (fixture);
    begin (fixture, OPEN_AS (SELECTED, "! ModemError cme 14 SIM busy (CME 14)\n", SETS));
    driver_assert_list_fails (fixture->driver, SIMSTOW_ERROR_MODEM_ERROR, "SIM busy (CME 14)");
    end (fixture);
    begin (fixture, OPEN_AS (SELECTED, "< +CPBS: ?\n", SETS));
    driver_assert_list_fails (fixture->driver,
                              SIMSTOW_ERROR_MODEM_ERROR,
                              "the modem's list of phonebooks makes no sense");
    end (fixture);
}

/* A list of which a part is missing may lack a phonebook, and a range places in use */
static void
test_list_cut (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture, OPEN_AS (SELECTED, "< +CPBS: (\"SM\",\"M\n", SETS));
    driver_assert_list_fails (fixture->driver,
                              SIMSTOW_ERROR_FAILED,
                              "the modem's answer to +CPBS=? is cut short");
    end (fixture);
    begin (fixture,
           OPEN ("< +CPBS: (\"SM\",\"ME\")\n") "@ phonebook\n" SELECT (
               "SM") "> +CPBR=?\n< +CPBR: (1-2\n> +CPBW=?\n< +CPBW: (1\n"
                     "> +CPBS?\n< +CPBS: \"SM\",9,30\n" SELECT (
                         "ME") "> +CPBR=?\n< +CPBR: (1-2),40,18\n> +CPBW=?\n" REFUSED
                               "> +CPBS?\n< +CPBS: \"ME\",9,30\n");
    driver_assert_list (fixture->driver,
                        "phonebook/sm rw used=9 of=30 1-30\n"
                        "phonebook/me rw used=9 of=30 1-30 number=40 name=18\n");
    end (fixture);
}

/* One is selected, so that there are some: each is tried, and lacks only what is refused as such */
static void
test_list_tried_out (Fixture *fixture, gconstpointer user_data)
{
#define LACKS(storage)                                                              \
    "> +CPBS=\"" storage "\"\n" REFUSED "> +CPBR=?\n" REFUSED "> +CPBW=?\n" REFUSED \
    "> +CPBS?\n" REFUSED
    begin (
        fixture,
        OPEN_AS (SELECTED, REFUSED, SETS) "@ phonebook\n" BOOK ("SM", "2") LACKS ("ME") LACKS ("FD")
            LACKS ("ON") LACKS ("SD") "@ phonebook\n" SELECT (
                "DC") "> +CPBR=?\n< +CPBR: (1-9)\n> +CPBW=?\n< \n> +CPBS?\n< +CPBS: \"SM\",2,250\n"
                      "> +CPBS=\"RC\"\n! Timeout - no answer\n> +CPBR=?\n! Timeout - no answer\n"
                      "> +CPBW=?\n! Timeout - no answer\n"
                      "> +CPBS?\n! Timeout - no answer\n"
                      "> +CPBS=\"MC\"\n! Timeout - no answer\n> +CPBR=?\n! Timeout - no answer\n"
                      "> +CPBW=?\n! Timeout - no answer\n"
                      "> +CPBS?\n! Timeout - no answer\n"
                      "> +CPBS=\"LD\"\n! Timeout - no answer\n> +CPBR=?\n! Timeout - no answer\n"
                      "> +CPBW=?\n! Timeout - no answer\n"
                      "> +CPBS?\n! Timeout - no answer\n");
    driver_assert_list (fixture->driver,
                        "phonebook/sm rw used=2 of=250 1-250 number=40 name=18 plain\n"
                        "! calls/dialled: the modem selects SM instead\n"
                        "! calls/received: no answer\n"
                        "! calls/missed: no answer\n"
                        "! calls/last: no answer\n");
    end (fixture);
}

/* Rows in any order, twice, odd, or not asked for */
static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ONE ("3")
               IN ("SM") "> +CPBR=1,250\n< +CPBR: 9,\"+5550109\",145,\"00E9\",0,,,,,\"0061\"\n"
                         ". " ROW ("2") ". " ROW (
                             "2") ". +CPBR: 3,\"\",129,\"\"\n. +CPBR: 4,\"1\",129,\"00\n");
    driver_assert_read (fixture->driver,
                        "phonebook/sm",
                        "2 5550100/129 A\n9 +5550109/145 \303\251 a\n"
                        "4 ? the row is cut short [4,\"1\",129,\"00]\n");
    driver_assert_read (fixture->driver, "phonebook/me", "! phonebook/me: no store phonebook/me\n");
    end (fixture);
}

/* A long range is refused or cut: shorter ones are asked for */
static void
test_read_smaller (Fixture *fixture, gconstpointer user_data)
{
    begin (
        fixture,
        OPEN ("< +CPBS: (\"SM\")\n") "@ phonebook\n" SELECT (
            "SM") "> +CPBR=?\n< +CPBR: (1-60),40,18\n> +CPBW=?\n" REFUSED
                  "> +CPBS?\n< +CPBS: \"SM\",2,60\n" IN ("SM") "> +CPBR=1,60\n< " ROW ("2") IN (
                      "SM") "> +CPBR=1,50\n< " ROW ("2") IN ("SM") "> +CPBR=51,60\n< " ROW ("60")
                      IN ("SM") "> +CPBR=1,60\n! ModemError cme 3 not allowed (CME 3)\n" IN (
                          "SM") "> +CPBR=1,50\n< " ROW ("2") ". " ROW ("3")
                          IN ("SM") "> +CPBR=51,60\n! ModemError cme 23 memory failure (CME 23)\n" IN (
                              "SM") "> +CPBR=51\n! ModemError cme 23 memory failure (CME 23)\n");
    driver_assert_read (fixture->driver, "phonebook/sm", "2 5550100/129 A\n60 5550100/129 A\n");
    driver_assert_read (fixture->driver,
                        "phonebook/sm",
                        "! phonebook/sm: phonebook SM: memory failure (CME 23)\n"
                        "2 5550100/129 A\n3 5550100/129 A\n");
    end (fixture);
}

/* What modems say of empty places */
static void
test_read_empty (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture, ONE ("0") IN ("SM") "> +CPBR=1,250\n! NotFound cme 22 not found (CME 22)\n");
    driver_assert_read (fixture->driver, "phonebook/sm", "");
    end (fixture);
    begin (fixture,
           ONE ("0") IN ("SM") "> +CPBR=1,250\n" REFUSED
                               "@ phonebook storage='SM'\n> +CPBR=1,250\n" REFUSED);
    driver_assert_read (fixture->driver, "phonebook/sm", "");
    end (fixture);
    /* a row for each place, with a time that is none of a contact's fields */
    begin (fixture,
           ONE ("0") IN ("SM") "> +CPBR=1,250\n< +CPBR: 1,\"\",,\"\",\"26/03/14,09:26:53\"\n");
    driver_assert_read (fixture->driver, "phonebook/sm", "");
    end (fixture);
}

/* Calls without a number count as far as the modem counts them, with or without their time */
static void
test_read_calls (Fixture *fixture, gconstpointer user_data)
{
    begin (
        fixture,
        OPEN ("< +CPBS: (\"MC\")\n") "@ phonebook\n" BOOK ("MC", "9") IN (
            "MC") "> +CPBR=1,250\n< +CPBR: 1,\"\",129,\"\"\n"
                  ". +CPBR: 2,\"5550100\",129,\"\",\"26/01/02\",\"10:11:12\"\n. +CPBR: 3,\"\",129,\"\"\n"
                  "> +CPBS?\n< +CPBS: \"MC\",2,250\n" IN (
                      "MC") "> +CPBR=1,250\n! NotFound cme 22 not found (CME 22)\n> +CPBS?\n" REFUSED
                      IN ("MC") "> +CPBR=1,50\n< " ROW ("1") "> +CPBS?\n" REFUSED
                          IN ("MC") "> +CPBR=51,100\n< \n> +CPBS?\n" REFUSED IN (
                              "MC") "> +CPBR=101,150\n< \n> +CPBS?\n" REFUSED
                              IN ("MC") "> +CPBR=151,200\n< \n> +CPBS?\n" REFUSED IN (
                                  "MC") "> +CPBR=201,250\n< \n> +CPBS?\n" REFUSED);
    driver_assert_read (fixture->driver,
                        "calls/missed",
                        "1 /129  -\n2 5550100/129  26/01/02,10:11:12\n");
    driver_assert_read (fixture->driver, "calls/missed", "1 5550100/129 A -\n");
    end (fixture);
}

/* Small phonebooks are read together, and each once; what was refused is asked for again */
static void
test_read_together (Fixture *fixture, gconstpointer user_data)
{
#define SMALL(storage) \
    SELECT (storage)   \
    "> +CPBR=?\n< +CPBR: (1-10)\n> +CPBW=?\n< \n> +CPBS?\n< +CPBS: \"" storage "\"\n"
    begin (
        fixture,
        OPEN ("< +CPBS: (\"FD\",\"ON\",\"MC\")\n") "@ phonebook\n" SMALL ("FD") SMALL ("ON")
            SMALL ("MC") "@ phonebook charset='UCS2'\n" SELECT ("FD") "> +CPBR=1,10\n< " ROW ("2") "> +CPBS?\n< \n" SELECT ("ON") "> +CPBR=1,10\n! NotFound cme 22 not found\n> +CPBS?\n< \n" SELECT (
                "MC") "> +CPBR=1,10\n< " ROW ("1") "> +CPBS?\n< +CPBS: \"MC\",1,10\n" IN ("ON") "> +CPBR=1\n! NotFound cme 22 not found\n" IN ("ON") "> +CPBR=2\n! Locked cme 17 SIM PIN2\n");
    driver_assert_read (fixture->driver, "phonebook/fd", "2 5550100/129 A\n");
    driver_assert_read (fixture->driver,
                        "phonebook/on",
                        "! phonebook/on: phonebook ON: SIM PIN2\n");
    driver_assert_read (fixture->driver, "calls/missed", "1 5550100/129 A -\n");
    end (fixture);
}

/* A set that is offered and refused, or not offered and refused */
static void
test_charset (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ONE ("2") IN (
               "SM") "> +CPBR=1,250\n" REFUSED "@ phonebook storage='SM'\n> +CPBR=1,250\n"
                     "< +CPBR: 1,\"5550100\",129,\"Jos?\"\n. +CPBR: 2,\"5550101\",129,\"Ann\"\n");
    driver_assert_read (
        fixture->driver,
        "phonebook/sm",
        "1 5550100/129 Jos?\n2 5550101/129 Ann\n"
        "0 ? characters of 1 name may be missing, as the modem offers the character "
        "set UCS2 and refuses it []\n");
    end (fixture);
    begin (
        fixture,
        OPEN_AS (SELECTED, "< +CPBS: (\"SM\")\n", REFUSED) "@ phonebook\n" BOOK ("SM", "1") IN (
            "SM") "> +CPBR=1,250\n" REFUSED
                  "@ phonebook storage='SM'\n> +CPBR=1,250\n< +CPBR: 1,\"5550100\",129,\"A?\"\n");
    driver_assert_read (fixture->driver,
                        "phonebook/sm",
                        "1 5550100/129 A?\n0 ? characters of 1 name may be missing, as the modem "
                        "gives them in the character set IRA []\n");
    end (fixture);
}

/* No more places than a phonebook can have, and no more rows */
static void
test_endless (Fixture *fixture, gconstpointer user_data)
{
    begin (
        fixture,
        OPEN ("< +CPBS: (\"SM\")\n") "@ phonebook\n" SELECT (
            "SM") "> +CPBR=?\n< +CPBR: (1-4294967295)\n> +CPBW=?\n< \n> +CPBS?\n< +CPBS: \"SM\"\n");
    driver_assert_list (fixture->driver, "phonebook/sm rw of=20000 1-20000\n");
    end (fixture);
}

typedef struct {
    SimstowContact *contacts[3];
    SimstowDriverRecord records[3];
} Three;

static void
three_init (Three *three)
{
    for (guint i = 0; i < G_N_ELEMENTS (three->contacts); i++) {
        three->contacts[i] = simstow_contact_new ("phonebook/sm", 0, "5550100", 129, "A");
        three->records[i] = (SimstowDriverRecord){.contact = three->contacts[i]};
    }
}

static void
three_clear (Three *three)
{
    for (guint i = 0; i < G_N_ELEMENTS (three->contacts); i++)
        simstow_contact_free (three->contacts[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Three, three_clear)

#define WRITE "> +CPBW=,\"5550100\",129,\"0041\"\n"

static void
test_write (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;

    three_init (&three);
    begin (fixture,
           ONE ("1") IN ("SM") "> +CPBR=1,250\n< " ROW ("2") IN ("SM") WRITE
           "< \n> +CPBR=1\n< " ROW ("1") WRITE "< \n> +CPBR=3\n< " ROW ("3") WRITE
           "< \n> +CPBR=4\n< " ROW ("4") IN ("SM") "> +CPBW=7,\"5550100\",129,\"0041\"\n< \n" WRITE
                                                   "< \n> +CPBR=5\n< " ROW ("5"));
    driver_assert_write (fixture->driver, "phonebook/sm", three.records, 3, "1\n3\n4\n");
    three.records[0].index = 7;
    g_free (three.contacts[2]->number);
    three.contacts[2]->number = g_strdup ("55501a;");
    driver_assert_write (fixture->driver,
                         "phonebook/sm",
                         three.records,
                         3,
                         "7\n5\n! number has a character that no phonebook takes\n");
    end (fixture);
}

/* What the door would refuse, and with it all of the call, is told by name */
static void
test_write_long (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;

    three_init (&three);
    g_free (three.contacts[0]->name);
    three.contacts[0]->name = g_strnfill (300, 'A');
    begin (fixture,
           OPEN ("< +CPBS: (\"SM\")\n") "@ phonebook\n" SELECT (
               "SM") "> +CPBR=?\n< +CPBR: (1-250)\n> +CPBW=?\n" REFUSED
                     "> +CPBS?\n< +CPBS: \"SM\",1,250\n" IN ("SM") "> +CPBR=1,250\n< " ROW ("2")
                         IN ("SM") WRITE "< \n> +CPBR=1\n< " ROW ("1"));
    driver_assert_write (fixture->driver,
                         "phonebook/sm",
                         three.records,
                         2,
                         "! its command would be of 1224 characters, the limit is 1024\n1\n");
    end (fixture);
}

/* What is not where it was expected is looked for, once for all; never is it written twice */
static void
test_write_elsewhere (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;

    three_init (&three);
    begin (fixture,
           ONE ("1") IN ("SM") "> +CPBR=1,250\n< " ROW ("2") IN ("SM") WRITE
           "< \n> +CPBR=1\n! NotFound cme 22 not found (CME 22)\n" WRITE
           "! ModemError cme 23 memory failure (CME 23)\n> +CPBR=3\n! NotFound - -\n" WRITE
           "! Full cme 20 memory full (CME 20)\n> +CPBR=4\n! NotFound - -\n" IN (
               "SM") "> +CPBR=1,250\n< " ROW ("2") ". " ROW ("9")
               IN ("SM") "> +CPBW=1,\"5550100\",129,\"0041\"\n"
                         "! ModemError cme 23 memory failure (CME 23)\n");
    driver_assert_write (fixture->driver,
                         "phonebook/sm",
                         three.records,
                         3,
                         "9\n! memory failure (CME 23)\n! memory full (CME 20)\n");
    end (fixture);
}

/* A modem that wants to be told the place is told it, and not tried again */
static void
test_write_told (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;

    three_init (&three);
    begin (
        fixture,
        ONE ("1") IN ("SM") "> +CPBR=1,250\n< " ROW ("2") IN ("SM") WRITE REFUSED
        "> +CPBR=1\n! NotFound - -\n" WRITE REFUSED
        "> +CPBR=3\n! NotFound - -\n" IN ("SM") "> +CPBR=1,250\n< " ROW ("2")
            IN ("SM") "> +CPBW=1,\"5550100\",129,\"0041\"\n< \n" IN (
                "SM") "> +CPBW=3,\"5550100\",129,\"0041\"\n< \n" IN ("SM") "> +CPBW=4,\"5550100\",129,\"0041\"\n< \n");
    driver_assert_write (fixture->driver, "phonebook/sm", three.records, 2, "1\n3\n");
    driver_assert_write (fixture->driver, "phonebook/sm", three.records, 1, "4\n");
    end (fixture);
}

/* Behind an answer that never came nothing is known, and nothing is said of what follows */
static void
test_write_silent (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;

    three_init (&three);
    begin (fixture,
           ONE ("0") IN ("SM") "> +CPBR=1,250\n< \n" IN ("SM") WRITE "< \n> +CPBR=1\n< " ROW ("1")
               WRITE "! Timeout - no answer\n"
                     "> +CPBR=2\n! Timeout - no answer\n" WRITE "! Timeout - no answer\n"
                     "> +CPBR=3\n! Timeout - no answer\n");
    driver_assert_write (fixture->driver, "phonebook/sm", three.records, 3, "1\n? no answer\n");
    end (fixture);
}

static void
test_write_limits (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;

    three_init (&three);
    g_free (three.contacts[0]->name);
    three.contacts[0]->name = g_strdup ("nineteen characters");
    g_ptr_array_add (three.contacts[1]->emails, g_strdup ("a@b.example"));
    three.records[2].index = 251;
    begin (fixture, ONE ("0") IN ("SM") "> +CPBR=1,250\n< \n");
    driver_assert_write (fixture->driver,
                         "phonebook/sm",
                         three.records,
                         3,
                         "! name has 19 characters, the limit is 18\n"
                         "! the store takes nothing but number, type and name\n"
                         "! phonebook/sm has the places 1 to 250\n");
    end (fixture);
}

static void
test_erase (Fixture *fixture, gconstpointer user_data)
{
    g_auto (Three) three;
    g_autoptr (GError) error = NULL;
    gboolean begun;

    three_init (&three);
    three.contacts[0]->index = 2;
    begin (fixture,
           ONE ("1") IN ("SM") "> +CPBR=2\n< " ROW ("2")
               IN ("SM") "> +CPBW=2\n+ +CPBR: 2,\"5550100\",129,\"0041\"\n< \n" IN (
                   "SM") "> +CPBR=2\n< +CPBR: 2,\"5550100\",129,\"0042\"\n");
    g_assert_true (simstow_driver_erase (fixture->driver,
                                         "phonebook/sm",
                                         &three.records[0],
                                         &begun,
                                         NULL,
                                         NULL));
    g_assert_false (simstow_driver_erase (fixture->driver,
                                          "phonebook/sm",
                                          &three.records[0],
                                          &begun,
                                          NULL,
                                          &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
    end (fixture);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    simstow_error_quark ();
#define ADD(path, test) g_test_add ("/phonebook-at/" path, Fixture, NULL, NULL, test, NULL)
    ADD ("list", test_list);
    ADD ("list-none", test_list_none);
    ADD ("list-cut", test_list_cut);
    ADD ("list-tried-out", test_list_tried_out);
    ADD ("read", test_read);
    ADD ("read-smaller", test_read_smaller);
    ADD ("read-empty", test_read_empty);
    ADD ("read-calls", test_read_calls);
    ADD ("read-together", test_read_together);
    ADD ("charset", test_charset);
    ADD ("endless", test_endless);
    ADD ("write", test_write);
    ADD ("write-long", test_write_long);
    ADD ("write-elsewhere", test_write_elsewhere);
    ADD ("write-told", test_write_told);
    ADD ("write-silent", test_write_silent);
    ADD ("write-limits", test_write_limits);
    ADD ("erase", test_erase);
    return g_test_run ();
}
