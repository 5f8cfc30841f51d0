/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over a scripted conversation: what is asked, and what is made of the answers.
 */

#include "driver-run.h"
#include "simstow-messages-at.h"

#define MEMORIES "< +CPMS: (\"SM\",\"ME\",\"MT\",\"SR\"),(\"SM\",\"ME\"),(\"SM\")\n"
#define ONE      "< +CPMS: (\"SM\"),(\"SM\")\n"
#define ASK(memories, selection)                              \
    "@ messages\n> +CPMS=?\n" memories "> +CPMS?\n" selection \
    "> +CMGL=?\n< +CMGL: (0-4)\n> +CMGF?\n"
#define NO_SMGL    "@ messages\n> ^SMGL=?\n! ModemError - error\n"
#define NONE       "! ModemError - error\n"
#define LIST(more) "@ messages memory='SM'\n> +CMGL=4\n" more

typedef struct {
    SimstowConversation *talk;
    SimstowDriver *driver;
} Fixture;

static void
begin (Fixture *fixture, const gchar *lines)
{
    fixture->talk = talk_new (lines);
    fixture->driver = simstow_messages_at_new (fixture->talk);
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
    begin (fixture,
           ASK (MEMORIES, "< +CPMS: \"MT\",9,140,\"MT\",9,140,\"MT\",9,140\n") NO_SMGL
           "@ messages memory='SM'\n> +CPMS?\n"
           "< +CPMS: \"SM\",3,40,\"ME\",5,100,\"MT\",9,140\n"
           "@ messages memory='SR'\n> +CPMS?\n" NONE
           "@ messages\n> +CPMS?\n< +CPMS: \"SM\",4,40,\"ME\",6,100,\"SR\",0,9\n");
    driver_assert_list (fixture->driver,
                        "sms/sm rw used=3 of=40 marks\nsms/me rw used=5 of=100 marks\n"
                        "sms/sr ro marks\n");
    driver_assert_list (fixture->driver,
                        "sms/sm rw used=4 of=40 marks\nsms/me rw used=6 of=100 marks\n"
                        "sms/sr ro used=0 of=9 marks\n");
    end (fixture);
}

/* OK to +CPMS, and the memory of before: that is not the one that was asked for */
static void
test_list_ignored (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ASK ("< +CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\")\n", "< +CPMS: \"SM\",3,40,\"SM\",3,40\n")
               NO_SMGL "@ messages memory='ME'\n> +CPMS?\n"
                       "< +CPMS: \"SM\",3,40,\"SM\",3,40\n");
    driver_assert_list (fixture->driver,
                        "sms/sm rw used=3 of=40 marks\n! sms/me: the modem selects SM instead\n");
    end (fixture);
}

/* What a modem may say that has no messages, and what is no absence */
static void
test_list_none (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const absent[] = {"! ModemError - error\n",
                                          "! ModemError cme 3 not allowed (CME 3)\n",
                                          "! Unsupported cme 4 not supported (CME 4)\n",
                                          "! ModemError cms 302 not allowed (CMS 302)\n",
                                          "! ModemError cme 100 unknown (CME 100)\n"};

    for (guint i = 0; i < G_N_ELEMENTS (absent); i++) {
        g_autofree gchar *lines = g_strconcat ("@ messages\n> +CPMS=?\n",
                                               absent[i],
                                               "> +CPMS?\n",
                                               absent[i],
                                               "> +CMGL=?\n",
                                               absent[i],
                                               "> +CMGF?\n",
                                               absent[i],
                                               NULL);

        begin (fixture, lines);
        driver_assert_list (fixture->driver, "");
        end (fixture);
    }
    begin (fixture, ASK (NONE, NONE));
    driver_assert_list (fixture->driver,
                        "! sms: the modem can list messages, and does not say of which memories: "
                        "error\n");
    end (fixture);
    begin (fixture, ASK ("< +CPMS: (),(),()\n", NONE));
    driver_assert_list (fixture->driver, "");
    end (fixture);
    begin (fixture, ASK (NONE, "! Full cms 322 memory full (CMS 322)\n"));
    driver_assert_list_fails (fixture->driver, SIMSTOW_ERROR_FULL, "memory full (CMS 322)");
    end (fixture);
    begin (fixture, ASK ("! ModemError cme 14 SIM busy (CME 14)\n", NONE));
    driver_assert_list_fails (fixture->driver, SIMSTOW_ERROR_MODEM_ERROR, "SIM busy (CME 14)");
    end (fixture);
    begin (fixture, ASK ("< +CPMS: (?)\n", NONE));
    driver_assert_list_fails (fixture->driver,
                              SIMSTOW_ERROR_MODEM_ERROR,
                              "the modem's list of message memories makes no sense");
    end (fixture);
    begin (fixture, "@ messages\n> +CPMS=?\n> +CPMS?\n> +CMGL=?\n> +CMGF?\n!! Timeout no answer\n");
    driver_assert_list_fails (fixture->driver, SIMSTOW_ERROR_TIMEOUT, "no answer");
    end (fixture);
}

/* Memories are selected: then the modem has some, whether it lists them or not */
static void
test_list_selected (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const silent[] = {NONE, "", "< \n"};

    for (guint i = 0; i < G_N_ELEMENTS (silent); i++) {
        g_autofree gchar *lines =
            g_strconcat ("@ messages\n> +CPMS=?\n",
                         silent[i],
                         "> +CPMS?\n< \"SM\",1,9,\"SM\",1,9\n> +CMGL=?\n> +CMGF?\n",
                         NO_SMGL,
                         NULL);

        begin (fixture, lines);
        driver_assert_list (fixture->driver,
                            "sms/sm rw used=1 of=9 marks\n! sms: the modem does not list its "
                            "memories: there may be more than those selected\n");
        end (fixture);
    }
}

/* MT counts where it holds more than what can be selected of it; preferences are no memories */
static void
test_list_others (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ASK ("< +CPMS: \"SM_P\",\"MT\",\"SM\",\"XY\"\n", "< +CPMS: \"SM\",3,9,\"MT\",5,30\n")
               NO_SMGL);
    driver_assert_list (fixture->driver,
                        "sms/sm rw used=3 of=9 marks\nsms/mt rw used=5 of=30 marks\n"
                        "! sms/xy: ModemManager does not know this memory\n");
    end (fixture);
    begin (fixture,
           ASK ("< +CPMS: (\"SM\",\"MT\")\n", "< +CPMS: \"SM\",3,9,\"MT\",3,30\n") NO_SMGL);
    driver_assert_list (fixture->driver, "sms/sm rw used=3 of=9 marks\n");
    end (fixture);
}

static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",3,9\n")
               NO_SMGL LIST ("< +CMGL: 3,1,,2\n. 000405\n. +CMGL: 1,0,,2\n. 000405\n. +CMGL: 2,x\n"
                             ". +CMGL: 3,1,,2\n. 000405\n. +CMGL: 4,1,,9\n. 0004\n"));
    driver_assert_read (fixture->driver,
                        "sms/sm",
                        "1 unread 000405\n3 read 000405\n2 ? the row has no status [2,x]\n"
                        "4 ? the row's PDU is cut short [4,1,,9\n0004]\n");
    driver_assert_read (fixture->driver, "sms/me", "! sms/me: no store sms/me\n");
    end (fixture);
}

/* What was not counted before is counted as it is read */
static void
test_read_counts (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    SimstowSnapshot *into = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    begin (fixture,
           ASK (ONE, NONE) NO_SMGL "@ messages memory='SM'\n> +CMGL=4\n< +CMGL: 1,1,,2\n. 000405\n"
                                   "> +CPMS?\n< +CPMS: \"SM\",1,9\n");
    simstow_driver_list (fixture->driver, FALSE, listing, NULL, &error);
    g_assert_no_error (error);
    simstow_driver_read (fixture->driver, "sms/sm", 0, 0, into, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    talk_assert_dump (into, "sms/sm rw used=1 of=9 marks\n1 read 000405\n");
    end (fixture);
}

/* A memory that is not selected is not read, whatever is listed then */
static void
test_read_ignored (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSnapshot) into = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    begin (fixture,
           ASK ("< +CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\")\n", "< +CPMS: \"SM\",1,9,\"ME\",2,9\n")
               NO_SMGL "@ messages memory='ME'\n> +CMGL=4\n< +CMGL: 1,1,,2\n. 000405\n"
                       "> +CPMS?\n< +CPMS: \"SM\",1,9,\"ME\",2,9\n");
    g_assert_false (
        simstow_driver_read (fixture->driver, "sms/me", 0, 0, into, NULL, NULL, NULL, &error));
    g_assert_cmpstr (error->message, ==, "the modem selects SM instead");
    end (fixture);
}

/* Modems refuse to list what is empty; an error of the SIM is none of these */
static void
test_read_refused (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",0,9\n") NO_SMGL LIST ("! NotFound cms 321 invalid\n")
               LIST (NONE) LIST ("! ModemError cms 313 SIM failure\n"));
    driver_assert_read (fixture->driver, "sms/sm", "");
    driver_assert_read (fixture->driver, "sms/sm", "");
    driver_assert_read (fixture->driver, "sms/sm", "! sms/sm: SIM failure\n");
    end (fixture);
}

/* Neither listed nor refused for good: one by one, up to what the modem counts */
static void
test_read_singly (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",2,3\n")
               NO_SMGL LIST (NONE) "@ messages memory='SM'\n> +CMGR=0\n" NONE
                                   "> +CMGR=1\n< +CMGR: 1,,2\n. 000405\n"
                                   "> +CMGR=2\n< \n> +CMGR=3\n< +CMGR: 0,,x\n");
    driver_assert_read (fixture->driver,
                        "sms/sm",
                        "1 read 000405\n3 ? the row has no PDU [0,,x]\n");
    end (fixture);
    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",2,3\n") NO_SMGL LIST (
               "< \n") "@ messages memory='SM'\n> +CMGR=0\n" NONE
                       "> +CMGR=1\n< +CMGR: 1,,2\n. 000405\n"
                       "> +CMGR=2\n! Timeout - no answer\n> +CMGR=3\n! Timeout - no answer\n");
    driver_assert_read (fixture->driver, "sms/sm", "1 read 000405\n0 ? no answer []\n");
    end (fixture);
    /* a list that is never answered is asked for once; nor is anything else */
    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",1,3\n") NO_SMGL LIST (
               "! Timeout - no answer\n") "@ messages memory='SM'\n> +CMGR=0\n" NONE
                                          "> +CMGR=1\n< +CMGR: 1,,2\n. 000405\n> +CMGR=2\n" NONE
                                          "> +CMGR=3\n" NONE "@ messages memory='SM'\n> +CMGR=0\n"
                                          "! Timeout - no answer\n> +CMGR=1\n"
                                          "! Timeout - no answer\n> +CMGR=2\n"
                                          "! Timeout - no answer\n> +CMGR=3\n"
                                          "! Timeout - no answer\n");
    driver_assert_read (fixture->driver, "sms/sm", "1 read 000405\n");
    driver_assert_read (fixture->driver, "sms/sm", "! sms/sm: no answer\n");
    end (fixture);
}

/* Listings that leave the status alone, and where one gives nothing but nonsense */
static void
test_peek (Fixture *fixture, gconstpointer user_data)
{
    begin (fixture,
           "@ messages\n> +CPMS=?\n" ONE "> +CPMS?\n< +CPMS: \"SM\",1,9\n"
           "> +CMGL=?\n< +CMGL: (0-4),(0,1)\n> +CMGF?\n"
           "@ messages memory='SM'\n> +CMGL=4,1\n< +CMGL: 1,0,,2\n. 000405\n"
           "@ messages memory='SM'\n> +CMGL=4,1\n" NONE LIST ("< +CMGL: 1,0,,2\n. 000405\n"));
    driver_assert_list (fixture->driver, "sms/sm rw used=1 of=9\n");
    driver_assert_read (fixture->driver, "sms/sm", "1 unread 000405\n");
    driver_assert_read (fixture->driver, "sms/sm", "1 unread 000405\n");
    end (fixture);
    begin (
        fixture,
        ASK (
            ONE,
            "< +CPMS: \"SM\",1,9\n") "@ messages\n> ^SMGL=?\n< ^SMGL: (0,1,2,3,4)\n"
                                     "@ messages memory='SM'\n> ^SMGL=4\n< ^SMGL: 1,0,,2\n. 000405\n");
    driver_assert_list (fixture->driver, "sms/sm rw used=1 of=9\n");
    driver_assert_read (fixture->driver, "sms/sm", "1 unread 000405\n");
    end (fixture);
}

static SimstowMessage *
message_new (guint index, SimstowMessageStatus status)
{
    static const guint8 pdu[] = {0x00, 0x04, 0x05};
    g_autoptr (GBytes) bytes = g_bytes_new_static (pdu, sizeof (pdu));

    return simstow_message_new ("sms/sm", index, status, bytes);
}

static void
test_write (Fixture *fixture, gconstpointer user_data)
{
    static const guint8 bad[] = {0x05, 0x04};
    g_autoptr (GBytes) bytes = g_bytes_new_static (bad, sizeof (bad));
    g_autoptr (SimstowMessage) message = message_new (0, SIMSTOW_MESSAGE_STATUS_READ);
    g_autoptr (SimstowMessage) broken =
        simstow_message_new ("sms/sm", 0, SIMSTOW_MESSAGE_STATUS_READ, bytes);
    const SimstowDriverRecord records[] = {
        {.message = message, .status = SIMSTOW_MESSAGE_STATUS_UNREAD},
        {.message = broken, .status = SIMSTOW_MESSAGE_STATUS_READ},
        {.message = message, .status = SIMSTOW_MESSAGE_STATUS_UNSENT},
        {.message = message, .status = SIMSTOW_MESSAGE_STATUS_UNKNOWN},
        {.message = message, .status = SIMSTOW_MESSAGE_STATUS_SENT},
        {.message = message, .status = SIMSTOW_MESSAGE_STATUS_SENT},
        {.message = message, .status = SIMSTOW_MESSAGE_STATUS_SENT},
    };

    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",0,9\n") NO_SMGL
           "@ messages memory='SM'\n> +CMGW=2,0\n+x 000405\n< +CMGW: 7\n"
           "> +CMGW=2\n+x 000405\n< +CMGW: 8\n> +CMGW=2,1\n+x 000405\n" NONE
           "> +CMGW=2,3\n+x 000405\n< \n> +CMGW=2,3\n+x 000405\n! Timeout - no answer\n"
           "> +CMGW=2,3\n+x 000405\n! Timeout - no answer\n");
    driver_assert_write (fixture->driver,
                         "sms/sm",
                         records,
                         G_N_ELEMENTS (records),
                         "7\n! message is shorter than its service centre address\n8\n"
                         "! the modem does not store a message of this status: error\n"
                         "! the modem did not say where it put the message\n? no answer\n");
    end (fixture);
}

static void
test_erase (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowMessage) message = message_new (5, SIMSTOW_MESSAGE_STATUS_UNREAD);
    const SimstowDriverRecord record = {.message = message};
    g_autoptr (GError) error = NULL;
    gboolean begun;

    begin (fixture,
           ASK (ONE, "< +CPMS: \"SM\",1,9\n") NO_SMGL
           "@ messages memory='SM'\n> +CMGD=5\n+ 000405\n"
           "@ messages memory='SM'\n> +CMGD=5\n+ 000405\n! Changed - changed\n"
           "@ messages memory='SM'\n> +CMGR=5\n< +CMGR: 1,,2\n. 0405\n"
           "@ messages memory='SM'\n> +CMGD=5\n+ +CMGR: 1,,2\n. 0405\n"
           "@ messages memory='SM'\n> +CMGD=5\n+ 000405\n! Changed - changed\n"
           "@ messages memory='SM'\n> +CMGR=5\n< +CMGR: 1,,2\n. 000406\n");
    g_assert_true (simstow_driver_erase (fixture->driver, "sms/sm", &record, &begun, NULL, NULL));
    g_assert_true (simstow_driver_erase (fixture->driver, "sms/sm", &record, &begun, NULL, NULL));
    g_assert_false (
        simstow_driver_erase (fixture->driver, "sms/sm", &record, &begun, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
    end (fixture);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    simstow_error_quark ();
#define ADD(path, test) g_test_add ("/messages-at/" path, Fixture, NULL, NULL, test, NULL)
    ADD ("list", test_list);
    ADD ("list-ignored", test_list_ignored);
    ADD ("list-none", test_list_none);
    ADD ("list-selected", test_list_selected);
    ADD ("list-others", test_list_others);
    ADD ("read", test_read);
    ADD ("read-counts", test_read_counts);
    ADD ("read-ignored", test_read_ignored);
    ADD ("read-refused", test_read_refused);
    ADD ("read-singly", test_read_singly);
    ADD ("peek", test_peek);
    ADD ("write", test_write);
    ADD ("erase", test_erase);
    return g_test_run ();
}
