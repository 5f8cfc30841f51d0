/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over a scripted line: what is sent, that locks are given back and the
 * modem is left in the mode it was in.
 */

#include "simstow-error.h"
#include "simstow-store-erase.h"
#include "store-fixture.h"

#define ASK       "+CPMS=?;+CPMS?;+CMGF?;+CMGL=?"
#define MEMORIES  "+CPMS: (\"SM\",\"ME\",\"MT\",\"SR\"),(\"SM\",\"ME\"),(\"SM\")\r\n"
#define USED      "+CPMS: \"MT\",9,140,\"MT\",9,140,\"MT\",9,140\r\n"
#define ASK_REPLY MEMORIES USED "+CMGF: 0\r\n+CMGL: (0-4)\r\n"
#define ROWS      "+CMGL: 3,1,,2\r\n000405\r\n+CMGL: 1,0,,2\r\n000405\r\n+CMGL: 2,x\r\n"
#define READ_PDU  "{'status': <'read'>, 'pdu': <[byte 0, 4, 5]>}"
#define PDU       "RAW 000405\x1a"

static void
know (Fixture *fixture, const gchar *reply)
{
    fake_port_expect (fixture->port, ASK, reply);
    fake_port_fail (fixture->port, "^SMGL=?", SIMSTOW_ERROR_MODEM_ERROR);
}

static void
expect_lock (Fixture *fixture, const gchar *lock)
{
    fake_port_expect (fixture->port, lock, "");
}

/* Before it is written to, the mode is asked for */
static void
expect_lock_to_write (Fixture *fixture, const gchar *lock)
{
    expect_lock (fixture, lock);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
}

static void
expect_unlock (Fixture *fixture, const gchar *unlock)
{
    fake_port_expect (fixture->port, unlock, "");
}

static void
test_list (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,ME");
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",3,40,\"ME\",5,100,\"MT\",9,140\r\n");
    expect_unlock (fixture, "UNLOCK 1,1");
    expect_lock (fixture, "LOCK SR,-");
    fake_port_fail (fixture->port, "+CPMS?", SIMSTOW_ERROR_MODEM_ERROR);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_list (fixture),
                     "[{'id': <'sms/sm'>, 'used': <uint32 3>, 'capacity': <uint32 40>, "
                     "'access': <'read-write'>, 'via': <'at'>, 'marks-read': <true>},"
                     "{'id': <'sms/me'>, 'used': <uint32 5>, 'capacity': <uint32 100>},"
                     "{'id': <'sms/sr'>, 'access': <'read'>}]");
    /* counted anew, with nothing to select where both are selected already */
    fake_port_expect (fixture->port,
                      "+CPMS?;+CMGF?",
                      "+CPMS: \"SM\",4,40,\"ME\",6,100,\"SR\",0,9\r\n+CMGF: 0\r\n");
    store_run_check (fixture_list (fixture),
                     "[{'id': <'sms/sm'>, 'used': <uint32 4>}, {'id': <'sms/me'>, 'used': "
                     "<uint32 6>}, {'id': <'sms/sr'>, 'used': <uint32 0>}]");
}

static void
test_list_none (Fixture *fixture, gconstpointer user_data)
{
    static const gint absent[] = {SIMSTOW_ERROR_UNSUPPORTED, SIMSTOW_ERROR_MODEM_ERROR};
    gsize i;

    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_LOCKED);
    fixture_list_fails (fixture, SIMSTOW_ERROR_LOCKED);
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_LOCKED);
    fixture_read_fails (fixture, "sms/sm", NULL, SIMSTOW_ERROR_LOCKED);
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_TIMEOUT);
    fixture_list_fails (fixture, SIMSTOW_ERROR_TIMEOUT);
    /* all of it refused as a command is that the modem does not know: it has no messages */
    for (i = 0; i < G_N_ELEMENTS (absent); i++) {
        fake_port_fail (fixture->port, ASK, absent[i]);
        fake_port_fail (fixture->port, "+CPMS=?", absent[i]);
        fake_port_fail (fixture->port, "+CPMS?", absent[i]);
        fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
        fake_port_fail (fixture->port, "+CMGL=?", absent[i]);
        store_run_check (fixture_list (fixture), "[]");
    }
    /* it knows the one and not the other: that is no absence */
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPMS=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPMS?", SIMSTOW_ERROR_FULL);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    fake_port_fail (fixture->port, "+CMGL=?", SIMSTOW_ERROR_MODEM_ERROR);
    fixture_list_fails (fixture, SIMSTOW_ERROR_FULL);
    /* it lists messages, and does not say of which memories; or is silent in the end */
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPMS=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPMS?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    fake_port_expect (fixture->port, "+CMGL=?", "+CMGL: (0-4)\r\n");
    store_run_check (fixture_list (fixture), "[{'id': <'sms'>, 'via': <'at'>}]");
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPMS=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPMS?", USED);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    fake_port_fail (fixture->port, "+CMGL=?", SIMSTOW_ERROR_TIMEOUT);
    fixture_list_fails (fixture, SIMSTOW_ERROR_TIMEOUT);
    fake_port_expect (fixture->port, ASK, "+CPMS: (?)\r\n" USED "+CMGF: 0\r\n+CMGL: (0-4)\r\n");
    fixture_list_fails (fixture, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port,
                      ASK,
                      "+CPMS: (),(),()\r\n" USED "+CMGF: 0\r\n+CMGL: (0-4)\r\n");
    store_run_check (fixture_list (fixture), "[]");
}

/* OK, and only the answer to the first command: the others are asked on their own */
static void
test_list_half_done (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, ASK, "+CPMS: (\"SM\"),(\"SM\")\r\n");
    fake_port_expect (fixture->port, "+CPMS=?", "+CPMS: (\"SM\"),(\"SM\")\r\n");
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",1,9,\"SM\",1,9\r\n");
    fake_port_expect (fixture->port, "+CMGF?", "0\r\n");
    fake_port_expect (fixture->port, "+CMGL=?", "+CMGL: (0-4)\r\n");
    fake_port_fail (fixture->port, "^SMGL=?", SIMSTOW_ERROR_MODEM_ERROR);
    store_run_check (fixture_list (fixture), "[{'id': <'sms/sm'>, 'used': <uint32 1>}]");
    /* found out: what is asked next is shorter and tried once, and no line after that */
    fake_port_expect (fixture->port, "+CPMS?;+CMGF?", "+CPMS: \"SM\",1,9\r\n");
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",2,9\r\n");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    store_run_check (fixture_list (fixture), "[{'id': <'sms/sm'>, 'used': <uint32 2>}]");
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",3,9\r\n");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    store_run_check (fixture_list (fixture), "[{'id': <'sms/sm'>, 'used': <uint32 3>}]");
}

/* OK to +CPMS, and the memory of before: that is not the one that was asked for */
static void
test_list_ignored (Fixture *fixture, gconstpointer user_data)
{
    know (fixture,
          "+CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")\r\n"
          "+CPMS: \"SM\",3,9,\"SM\",3,9,\"SM\",3,9\r\n+CMGF: 0\r\n+CMGL: (0-4)\r\n");
    expect_lock (fixture, "LOCK ME,-");
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",3,9,\"SM\",3,9,\"SM\",3,9\r\n");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_list (fixture),
                     "[{'id': <'sms/sm'>, 'used': <uint32 3>},"
                     " {'id': <'sms/me'>, 'fault': <'the modem selects SM instead'>}]");
}

/* A modem that does not list its memories has those that it says are selected */
static void
test_list_selected (Fixture *fixture, gconstpointer user_data)
{
    fake_port_fail (fixture->port, ASK, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPMS=?", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",1,9,\"ME\",0,9,\"SM\",1,9\r\n");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    fake_port_expect (fixture->port, "+CMGL=?", "+CMGL: (0-4)\r\n");
    fake_port_fail (fixture->port, "^SMGL=?", SIMSTOW_ERROR_MODEM_ERROR);
    store_run_check (fixture_list (fixture),
                     "[{'id': <'sms/sm'>, 'used': <uint32 1>}, {'id': <'sms/me'>},"
                     " {'id': <'sms'>}]");
}

/* Names that the daemon cannot select are told of; MT counts where it shows more than the rest */
static void
test_list_others (Fixture *fixture, gconstpointer user_data)
{
    know (fixture,
          "+CPMS: (\"SM\",\"MT\",\"XY\",\"SM_P\")\r\n+CPMS: \"SM\",1,9,\"MT\",3,99\r\n"
          "+CMGF: 0\r\n+CMGL: (0-4)\r\n");
    store_run_check (fixture_list (fixture),
                     "[{'id': <'sms/sm'>}, {'id': <'sms/mt'>, 'used': <uint32 3>},"
                     " {'id': <'sms/xy'>, 'fault': <'ModemManager does not know this memory'>}]");
    fake_port_expect (fixture->port,
                      "+CPMS?;+CMGF?",
                      "+CPMS: \"SM\",3,9,\"MT\",3,99\r\n+CMGF: 0\r\n");
    store_run_check (fixture_list (fixture), "[{'id': <'sms/sm'>}, {'id': <'sms/xy'>}]");
}

static void
test_list_no_lock (Fixture *fixture, gconstpointer user_data)
{
    /* the daemon does not give the lock: no counts */
    know (fixture,
          "+CPMS: (\"MT\"),(\"MT\"),(\"MT\")\r\n+CPMS: \"SM\",0,9\r\n"
          "+CMGF: 0\r\n+CMGL: (0-4)\r\n");
    fake_port_fail (fixture->port, "LOCK MT,-", SIMSTOW_ERROR_TIMEOUT);
    store_run_check (fixture_list (fixture), "[{'id': <'sms/mt'>}]");
}

static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (
        fixture_read (fixture, "sms/sm", 0, 0, 0),
        "[{'index': <uint32 1>, 'status': <'unread'>, 'pdu': <[byte 0, 4, 5]>},"
        "{'index': <uint32 2>, 'fault': <'the row has no status'>,"
        " 'row': <[byte 0x32, 0x2c, 0x78]>}, {'index': <uint32 3>, 'status': <'read'>}]");
    fixture_read_fails (fixture, "sms/mt", NULL, SIMSTOW_ERROR_UNSUPPORTED);
}

/* Listed once, handed over in parts; a part out of turn is listed anew */
static void
test_read_parts (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 2, 2), "[{'index': <uint32 1>}]");
    fixture_check_progress (fixture, 1, 3);
    store_run_check (fixture_read (fixture, "sms/sm", 2, 2, 0), "[{}, {'index': <uint32 3>}]");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 3, 2, 0), "[{'index': <uint32 3>}]");
}

static void
test_read_fails (Fixture *fixture, gconstpointer user_data)
{
    static const gint codes[] = {SIMSTOW_ERROR_LOCKED,
                                 SIMSTOW_ERROR_TIMEOUT,
                                 SIMSTOW_ERROR_CANCELLED};
    gsize i;

    know (fixture, ASK_REPLY);
    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        expect_lock (fixture, "LOCK SM,-");
        fake_port_fail (fixture->port, "+CMGL=4", codes[i]);
        if (codes[i] == SIMSTOW_ERROR_TIMEOUT)
            fake_port_fail (fixture->port, "+CMGL=4", codes[i]);
        expect_unlock (fixture, "UNLOCK 1,0");
        fixture_read_fails (fixture, "sms/sm", NULL, codes[i]);
    }
    fake_port_fail (fixture->port, "LOCK SM,-", SIMSTOW_ERROR_TIMEOUT);
    fixture_read_fails (fixture, "sms/sm", NULL, SIMSTOW_ERROR_TIMEOUT);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_fail (fixture->port, "+CMGL=4", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    expect_unlock (fixture, "UNLOCK 1,0");
    fixture_read_fails (fixture, "sms/sm", NULL, SIMSTOW_ERROR_MODEM_ERROR);
}

#define COUNTED MEMORIES "+CPMS: \"SM\",2,3,\"SM\",2,3\r\n+CMGF: 0\r\n+CMGL: (0-4)\r\n"
#define EMPTY   MEMORIES "+CPMS: \"SM\",0,3,\"SM\",0,3\r\n+CMGF: 0\r\n+CMGL: (0-4)\r\n"

static void
expect_singly (Fixture *fixture)
{
    fake_port_fail (fixture->port, "+CMGR=0", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (fixture->port, "+CMGR=1", "+CMGR: 0,,2\r\n000405\r\n");
    fake_port_expect (fixture->port, "+CMGR=2", "+CMGR: 0,,0\r\n");
    fake_port_expect (fixture->port, "+CMGR=3", "+CMGR: 1,,9\r\n000405\r\n");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0),
                     "[{'index': <uint32 1>, 'status': <'unread'>},"
                     " {'index': <uint32 3>, 'fault': <'the row\\'s PDU is cut short'>}]");
}

/* A modem that refuses to list in PDU mode, or lists nothing of what it counts */
static void
test_read_singly (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, COUNTED);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_fail (fixture->port, "+CMGL=4", SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    expect_singly (fixture);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", "");
    expect_singly (fixture);
    /* nothing is counted: that is an empty memory */
    fixture_tear_down (fixture, NULL);
    fixture_set_up_sms (fixture, NULL);
    know (fixture, EMPTY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_fail (fixture->port, "+CMGL=4", SIMSTOW_ERROR_NOT_FOUND);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[]");
}

/* What the list leaves out of those that are counted, as some modems do with status reports */
static void
test_read_hidden (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, COUNTED);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", "+CMGL: 1,0,,2\r\n000405\r\n");
    fake_port_expect (fixture->port, "+CMGR=0", "");
    fake_port_expect (fixture->port, "+CMGR=2", "+CMGR: 1,,2\r\n000406\r\n");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0),
                     "[{'index': <uint32 1>, 'status': <'unread'>},"
                     " {'index': <uint32 2>, 'status': <'read'>}]");
    /* a modem that counts what it does not have has been asked for all places */
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", "+CMGL: 1,0,,2\r\n000405\r\n");
    fake_port_fail (fixture->port, "+CMGR=0", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (fixture->port, "+CMGR=2", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (fixture->port, "+CMGR=3", SIMSTOW_ERROR_NOT_FOUND);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[{'index': <uint32 1>}]");
}

/* A memory that the daemon cannot select is read where it is the one that is selected */
static void
test_read_unlocked (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, COUNTED);
    fake_port_fail (fixture->port, "LOCK SM,-", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",2,3,\"ME\",2,3\r\n");
    fake_port_expect (fixture->port,
                      "+CMGL=4",
                      "+CMGL: 1,0,,2\r\n000405\r\n+CMGL: 2,1,,2\r\n000406\r\n");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0),
                     "[{'index': <uint32 1>}, {'index': <uint32 2>}]");
    fake_port_fail (fixture->port, "LOCK ME,-", SIMSTOW_ERROR_DENIED);
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",2,3,\"ME\",2,3\r\n");
    fixture_read_fails (fixture, "sms/me", NULL, SIMSTOW_ERROR_DENIED);
    fake_port_fail (fixture->port, "LOCK SM,-", SIMSTOW_ERROR_TIMEOUT);
    fixture_read_fails (fixture, "sms/sm", NULL, SIMSTOW_ERROR_TIMEOUT);
}

/* An error, and neither a part of a memory nor seconds of work for the daemon */
static void
test_read_endless (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GString) rows = g_string_new (NULL);
    guint i;

    for (i = 0; i <= 20000; i++)
        g_string_append_printf (rows, "+CMGL: %u,1,,1\r\n000405\r\n", i);
    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", rows->str);
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    expect_unlock (fixture, "UNLOCK 1,0");
    fixture_read_fails (fixture, "sms/sm", NULL, SIMSTOW_ERROR_MODEM_ERROR);
}

static void
test_read_cancelled (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_cancel (fixture->port, cancellable);
    expect_unlock (fixture, "UNLOCK 1,0");
    fixture_read_fails (fixture, "sms/sm", cancellable, SIMSTOW_ERROR_CANCELLED);
}

/* Modems that declare a way to list without marking read */
static void
test_peek (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, ASK, MEMORIES USED "+CMGF: 0\r\n+CMGL: (0-4),(0,1)\r\n");
    expect_lock (fixture, "LOCK ME,-");
    fake_port_expect (fixture->port, "+CMGL=4,1", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/me", 0, 0, 0), "[{}, {}, {}]");
    /* declared and yet refused */
    expect_lock (fixture, "LOCK ME,-");
    fake_port_fail (fixture->port, "+CMGL=4,1", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CMGL=4", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/me", 0, 0, 0), "[{}, {}, {}]");
}

static void
test_peek_smgl (Fixture *fixture, gconstpointer user_data)
{
    fake_port_expect (fixture->port, ASK, ASK_REPLY);
    fake_port_expect (fixture->port, "^SMGL=?", "^SMGL: (0-4)\r\n");
    expect_lock (fixture, "LOCK ME,-");
    fake_port_expect (fixture->port, "^SMGL=4", "^SMGL: 1,0,,2\r\n000405\r\n");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/me", 0, 0, 0), "[{'status': <'unread'>}]");
}

#define TEXT    "+CMGF: 1\r\n"
#define IN_TEXT "+CMGF?;+CMGF=0;+CMGL=4;+CMGF=1"

static void
test_text_mode (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, MEMORIES USED "+CMGF: 1\r\n+CMGL: (\"ALL\")\r\n");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGF?", TEXT);
    fake_port_expect (fixture->port, IN_TEXT, TEXT ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[{}, {}, {}]");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGF?", TEXT);
    fake_port_fail (fixture->port, IN_TEXT, SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (fixture->port, IN_TEXT, SIMSTOW_ERROR_TIMEOUT);
    fake_port_expect (fixture->port, "+CMGF=1", "");
    expect_unlock (fixture, "UNLOCK 1,0");
    fixture_read_fails (fixture, "sms/sm", NULL, SIMSTOW_ERROR_TIMEOUT);
    expect_lock (fixture, "LOCK -,SM");
    fake_port_expect (fixture->port, "+CMGF?", TEXT);
    fake_port_expect (fixture->port, "+CMGF=0", "");
    fake_port_fail (fixture->port, "+CMGW=2,1", SIMSTOW_ERROR_FULL);
    fake_port_expect (fixture->port, "+CMGF=1", "");
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture, "sms/sm", READ_PDU, SIMSTOW_ERROR_FULL, "");
}

/* Somebody switched to text mode since the modem was asked */
static void
test_text_mode_since (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", "+CMGL: 1,\"REC READ\",\"+57\"\r\nhello\r\n");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 1\r\n");
    fake_port_expect (fixture->port, IN_TEXT, TEXT ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[{}, {}, {}]");
}

/* The mode that the daemon has set meanwhile stays */
static void
test_text_mode_over (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const steps[] = {"+CMGF?", "+CMGF=0", "+CMGL=4"};
    gsize i;

    know (fixture, MEMORIES USED TEXT "+CMGL: (\"ALL\")\r\n");
    /* enabled since: asked right before, it says so */
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0\r\n");
    fake_port_expect (fixture->port, "+CMGL=4", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[{}, {}, {}]");
    /* another program did between the question and the line, whose own answer tells */
    fake_port_expect (fixture->port, "+CPMS?;+CMGF?", USED TEXT);
    expect_lock (fixture, "LOCK SM,ME");
    fake_port_expect (fixture->port, "+CPMS?", USED);
    expect_unlock (fixture, "UNLOCK 1,1");
    expect_lock (fixture, "LOCK SR,-");
    fake_port_expect (fixture->port, "+CPMS?", USED);
    expect_unlock (fixture, "UNLOCK 1,0");
    g_variant_unref (fixture_list (fixture));
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGF?", TEXT);
    fake_port_expect (fixture->port, IN_TEXT, "+CMGF: 0\r\n" ROWS);
    fake_port_expect (fixture->port, "+CMGF=0", "");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[{}, {}, {}]");
    /* enabled while the modem is asked, which takes no lines: nothing is put back */
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGF?", TEXT);
    fake_port_fail (fixture->port, IN_TEXT, SIMSTOW_ERROR_MODEM_ERROR);
    for (i = 0; i < G_N_ELEMENTS (steps); i++)
        fake_port_expect (fixture->port, steps[i], i == 0 ? TEXT : i == 2 ? ROWS : "");
    fake_port_set_setup (fixture->port, SIMSTOW_PORT_SETUP_RUNNING);
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[{}, {}, {}]");
    /* nor after a message that was being written */
    expect_lock (fixture, "LOCK -,SM");
    fake_port_expect (fixture->port, "+CMGF?", TEXT);
    fake_port_set_setup (fixture->port, SIMSTOW_PORT_SETUP_NONE);
    fake_port_expect (fixture->port, "+CMGF=0", "");
    fake_port_fail (fixture->port, "+CMGW=2,1", SIMSTOW_ERROR_FULL);
    fake_port_set_setup (fixture->port, SIMSTOW_PORT_SETUP_DONE);
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture, "sms/sm", READ_PDU, SIMSTOW_ERROR_FULL, "");
}

static void
expect_write (Fixture *fixture, const gchar *command, const gchar *reply)
{
    fake_port_expect (fixture->port, command, "> ");
    fake_port_expect (fixture->port, PDU, reply);
}

static void
wait_for_unlock (Fixture *fixture)
{
    while (fake_port_is_locked (fixture->port))
        g_main_context_iteration (NULL, TRUE);
}

/* A run of writes under one lock, which is given back by itself */
static void
test_write (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const statuses[] = {"unread", "read", "unsent", "sent"};
    static const gchar *const commands[] = {"+CMGW=2,0", "+CMGW=2,1", "+CMGW=2", "+CMGW=2,3"};
    gsize i;

    know (fixture, ASK_REPLY);
    expect_lock_to_write (fixture, "LOCK -,SM");
    for (i = 0; i < G_N_ELEMENTS (statuses); i++) {
        g_autofree gchar *record =
            g_strdup_printf ("{'status': <'%s'>, 'pdu': <[byte 0, 4, 5]>}", statuses[i]);

        expect_write (fixture, commands[i], "+CMGW: 17\r\n");
        g_assert_cmpuint (fixture_write (fixture, "sms/sm", record), ==, 17);
    }
    expect_unlock (fixture, "UNLOCK 0,1");
    wait_for_unlock (fixture);
}

/* The lock is not kept from the daemon for long, nor for another memory */
static void
test_write_relocks (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock_to_write (fixture, "LOCK -,SM");
    expect_write (fixture, "+CMGW=2,1", "+CMGW: 0\r\n");
    g_assert_cmpuint (fixture_write (fixture, "sms/sm", READ_PDU), ==, 0);
    fake_port_pass_time (1);
    expect_unlock (fixture, "UNLOCK 0,1");
    expect_lock_to_write (fixture, "LOCK -,SM");
    expect_write (fixture, "+CMGW=2,1", "+CMGW: 2\r\n");
    g_assert_cmpuint (fixture_write (fixture, "sms/sm", READ_PDU), ==, 2);
    expect_unlock (fixture, "UNLOCK 0,1");
    expect_lock_to_write (fixture, "LOCK -,ME");
    expect_write (fixture, "+CMGW=2,1", "+CMGW: 3\r\n");
    g_assert_cmpuint (fixture_write (fixture, "sms/me", READ_PDU), ==, 3);
    /* reading takes a lock of its own */
    expect_unlock (fixture, "UNLOCK 0,1");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", "");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[]");
    /* and a driver that goes away keeps none */
    expect_lock_to_write (fixture, "LOCK -,SM");
    expect_write (fixture, "+CMGW=2,1", "+CMGW: 2\r\n");
    g_assert_cmpuint (fixture_write (fixture, "sms/sm", READ_PDU), ==, 2);
    expect_unlock (fixture, "UNLOCK 0,1");
}

static void
test_write_fails (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock_to_write (fixture, "LOCK -,SM");
    fake_port_fail (fixture->port, "+CMGW=2,1", SIMSTOW_ERROR_MODEM_ERROR);
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture,
                         "sms/sm",
                         READ_PDU,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         "does not store a message of this status");
    expect_lock_to_write (fixture, "LOCK -,SM");
    fake_port_expect (fixture->port, "+CMGW=2,1", "> ");
    fake_port_fail (fixture->port, PDU, SIMSTOW_ERROR_FULL);
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture, "sms/sm", READ_PDU, SIMSTOW_ERROR_FULL, "scripted");
    expect_lock_to_write (fixture, "LOCK -,SM");
    expect_write (fixture, "+CMGW=2,1", "");
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture,
                         "sms/sm",
                         READ_PDU,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         "did not say where");
}

/* A modem that may wait for a PDU is told that none comes */
static void
test_write_no_prompt (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock_to_write (fixture, "LOCK -,SM");
    fake_port_fail (fixture->port, "+CMGW=2,1", SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (fixture->port, "RAW \x1b", SIMSTOW_ERROR_TIMEOUT);
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture, "sms/sm", READ_PDU, SIMSTOW_ERROR_TIMEOUT, "");
    expect_lock_to_write (fixture, "LOCK -,SM");
    fake_port_expect (fixture->port, "+CMGW=2,1", "");
    fake_port_expect (fixture->port, "RAW \x1b", "");
    expect_unlock (fixture, "UNLOCK 0,1");
    fixture_write_fails (fixture, "sms/sm", READ_PDU, SIMSTOW_ERROR_MODEM_ERROR, "did not ask");
}

static void
test_write_refused (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const records[] = {
        "{'status': <'read'>}",
        "{'pdu': <@ay []>}",
        "{'pdu': <[byte 9, 4, 5]>}",
        "{'pdu': <[byte 0]>}",
        "{'pdu': <'000405'>}",
        "{'status': <'lost'>, 'pdu': <[byte 0, 4, 5]>}",
        "{'colour': <'red'>, 'pdu': <[byte 0, 4, 5]>}",
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (records); i++)
        fixture_write_fails (fixture, "sms/sm", records[i], SIMSTOW_ERROR_INVALID_RECORD, "");
    know (fixture, ASK_REPLY);
    fixture_write_fails (fixture, "sms/sr", READ_PDU, SIMSTOW_ERROR_UNSUPPORTED, "only be read");
}

/* Cancelled before it begins, a message is not written; once begun it is */
static void
test_write_cancelled (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) early = g_cancellable_new ();
    g_autoptr (GCancellable) late = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK -,SM");
    fake_port_cancel (fixture->port, early);
    expect_unlock (fixture, "UNLOCK 0,1");
    g_assert_cmpuint (store_run_write (fixture->driver, "sms/sm", READ_PDU, early, &error), ==, 0);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
    g_clear_error (&error);
    expect_lock_to_write (fixture, "LOCK -,SM");
    fake_port_expect (fixture->port, "+CMGW=2,1", "> ");
    fake_port_cancel (fixture->port, late);
    fake_port_expect (fixture->port, PDU, "+CMGW: 4\r\n");
    g_assert_cmpuint (store_run_write (fixture->driver, "sms/sm", READ_PDU, late, &error), ==, 4);
    g_assert_no_error (error);
    expect_unlock (fixture, "UNLOCK 0,1");
}

static void
test_erase (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;

    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGD=3", "");
    expect_unlock (fixture, "UNLOCK 1,0");
    g_assert_true (store_run_erase (fixture->driver, "sms/sm", 3, &error));
    g_assert_no_error (error);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_fail (fixture->port, "+CMGD=3", SIMSTOW_ERROR_NOT_FOUND);
    expect_unlock (fixture, "UNLOCK 1,0");
    g_assert_false (store_run_erase (fixture->driver, "sms/sm", 3, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GPtrArray **outcomes = user_data;

    *outcomes = simstow_store_erase_finish (SIMSTOW_STORE_DRIVER (source), result);
}

static void
check_erase (Fixture *fixture, const gchar *records, guint n_outcomes, ...)
{
    g_autoptr (GVariant) given =
        (g_variant_parse (G_VARIANT_TYPE ("aa{sv}"), records, NULL, NULL, NULL));
    g_autoptr (GPtrArray) outcomes = NULL;
    va_list codes;
    guint i;

    simstow_store_erase_async (fixture->driver, "sms/sm", given, NULL, on_erased, &outcomes);
    while (outcomes == NULL)
        g_main_context_iteration (NULL, TRUE);
    g_assert_cmpuint (outcomes->len, ==, n_outcomes);
    va_start (codes, n_outcomes);
    for (i = 0; i < n_outcomes; i++) {
        const GError *outcome = g_ptr_array_index (outcomes, i);

        g_assert_cmpint (outcome != NULL ? outcome->code : -1, ==, va_arg (codes, gint));
    }
    va_end (codes);
}

#define ROW_READ "+CMGR: 1,,2\r\n000405\r\n"
#define RECORD(index, status) \
    "{'index': <uint32 " index ">, 'status': <'" status "'>, 'pdu': <[byte 0, 4, 5]>}"

/* Read on its own and erased under one lock, which the next one finds taken */
static void
test_erase_same (Fixture *fixture, gconstpointer user_data)
{
    know (fixture, ASK_REPLY);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGR=3", ROW_READ);
    fake_port_expect (fixture->port, "+CMGD=3", "");
    /* read since, by being listed */
    fake_port_expect (fixture->port, "+CMGR=4", ROW_READ);
    fake_port_expect (fixture->port, "+CMGD=4", "");
    /* another one came */
    fake_port_expect (fixture->port, "+CMGR=5", "+CMGR: 0,,2\r\n000406\r\n");
    fake_port_expect (fixture->port, "+CMGR=6", "");
    check_erase (fixture,
                 "[" RECORD ("3", "read") "," RECORD ("4", "unread") "," RECORD (
                     "5",
                     "unread") "," RECORD ("6", "read") "]",
                 4,
                 -1,
                 -1,
                 SIMSTOW_ERROR_NOT_FOUND,
                 SIMSTOW_ERROR_NOT_FOUND);
    /* the next call goes on; refused is not erased */
    fake_port_fail (fixture->port, "+CMGR=7", SIMSTOW_ERROR_TIMEOUT);
    fake_port_fail (fixture->port, "+CMGR=7", SIMSTOW_ERROR_TIMEOUT);
    fake_port_expect (fixture->port, "UNLOCK 1,0", "");
    check_erase (fixture, "[" RECORD ("7", "read") "]", 1, SIMSTOW_ERROR_TIMEOUT);
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGR=8", ROW_READ);
    fake_port_fail (fixture->port, "+CMGD=8", SIMSTOW_ERROR_MODEM_ERROR);
    check_erase (fixture, "[" RECORD ("8", "read") "]", 1, SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_pass_time (1);
    expect_unlock (fixture, "UNLOCK 1,0");
    expect_lock (fixture, "LOCK SM,-");
    /* a modem that reads no single message */
    fake_port_fail (fixture->port, "+CMGR=3", SIMSTOW_ERROR_UNSUPPORTED);
    expect_unlock (fixture, "UNLOCK 1,0");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", ROWS);
    expect_unlock (fixture, "UNLOCK 1,0");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGD=3", "");
    expect_unlock (fixture, "UNLOCK 1,0");
    check_erase (fixture, "[" RECORD ("3", "read") "]", 1, -1);
    /* the lock is given back by itself, and to whatever else comes */
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGR=3", ROW_READ);
    fake_port_expect (fixture->port, "+CMGD=3", "");
    check_erase (fixture, "[" RECORD ("3", "read") "]", 1, -1);
    expect_unlock (fixture, "UNLOCK 1,0");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGL=4", "");
    expect_unlock (fixture, "UNLOCK 1,0");
    store_run_check (fixture_read (fixture, "sms/sm", 0, 0, 0), "[]");
    expect_lock (fixture, "LOCK SM,-");
    fake_port_expect (fixture->port, "+CMGR=3", "");
    check_erase (fixture, "[" RECORD ("3", "read") "]", 1, SIMSTOW_ERROR_NOT_FOUND);
    expect_unlock (fixture, "UNLOCK 1,0");
    wait_for_unlock (fixture);
}

#define ADD(path, test) \
    g_test_add ("/store-sms/" path, Fixture, NULL, fixture_set_up_sms, test, fixture_tear_down)

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    ADD ("list", test_list);
    ADD ("list-none", test_list_none);
    ADD ("list-half-done", test_list_half_done);
    ADD ("list-ignored", test_list_ignored);
    ADD ("list-selected", test_list_selected);
    ADD ("list-others", test_list_others);
    ADD ("list-no-lock", test_list_no_lock);
    ADD ("read-singly", test_read_singly);
    ADD ("read-hidden", test_read_hidden);
    ADD ("read-unlocked", test_read_unlocked);
    ADD ("read", test_read);
    ADD ("read-parts", test_read_parts);
    ADD ("read-fails", test_read_fails);
    ADD ("read-endless", test_read_endless);
    ADD ("read-cancelled", test_read_cancelled);
    ADD ("peek", test_peek);
    ADD ("peek-smgl", test_peek_smgl);
    ADD ("text-mode", test_text_mode);
    ADD ("text-mode-since", test_text_mode_since);
    ADD ("text-mode-over", test_text_mode_over);
    ADD ("write", test_write);
    ADD ("write-relocks", test_write_relocks);
    ADD ("write-fails", test_write_fails);
    ADD ("write-no-prompt", test_write_no_prompt);
    ADD ("write-refused", test_write_refused);
    ADD ("write-cancelled", test_write_cancelled);
    ADD ("erase", test_erase);
    ADD ("erase-same", test_erase_same);
    return g_test_run ();
}
