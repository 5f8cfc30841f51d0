/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands as text.
 */

#include <gio/gio.h>

#include <string.h>

#include "simstow-at-sms.h"
#include "simstow-error.h"
#include "simstow-hex.h"

static void
check_message (GPtrArray *messages, guint i, guint index, guint status, const gchar *pdu)
{
    const SimstowAtMessage *message = g_ptr_array_index (messages, i);
    g_autofree gchar *hex = simstow_hex_encode_bytes (message->pdu);

    g_assert_cmpuint (message->index, ==, index);
    g_assert_cmpuint (message->status, ==, status);
    g_assert_cmpstr (hex, ==, pdu);
}

static void
check_fault (GPtrArray *messages, guint place, guint index, const gchar *fault, const gchar *row)
{
    const SimstowAtMessage *message = g_ptr_array_index (messages, place);

    g_assert_null (message->pdu);
    g_assert_cmpuint (message->index, ==, index);
    g_assert_cmpstr (message->fault, ==, fault);
    g_assert_cmpmem (g_bytes_get_data (message->row, NULL),
                     g_bytes_get_size (message->row),
                     row,
                     strlen (row));
}

/* Whatever forms rows come in; what cannot be read is kept, and costs no other row */
static void
test_list (void)
{
    g_autoptr (GPtrArray) messages =
        simstow_at_message_parse_list ("+CMGL: 1,0,,2\r\n01AA0405\r\n"
                                       "+CMGL: 2,1,\"Ana, \"x\"\",2\r\n"
                                       "+CMTI: \"SM\",9\r\n000405\r\n" /* a code in between */
                                       "+CMGL: 3,2,2\n0405\n"          /* no alpha, no SMSC */
                                       "+CMGL: 4,x,,2\r\n000405\r\n"   /* no status */
                                       "+CMGL: 5,3,,2\r\n"             /* no PDU */
                                       "+CMGL: 6,3,,2\r\n00040\r\n"    /* odd */
                                       "+CMGL: 7,\"REC READ\",\"+57\"\r\nhello\r\n"
                                       "+CMGL: 8,9,,3\r\n0004050607\r\n" /* longer: kept */
                                       "+CMGL: 9 , \"STO SENT\" , , 2\r\n000405\r\n"
                                       "+CMGL: 10,1,,4\r\n00ab\r\n0405cd\r\n" /* in two */
                                       "+CMGL: 11,1,,4\r\n000405\r\n"         /* cut short */
                                       "+CMGL: 12,1\r\n000405\r\n"            /* no length */
                                       "+CMGL: 13,0,,0\r\n\r\n"               /* an empty place */
                                       "+CMGL: ,1,,2\r\n000405\r\n",
                                       "+CMGL");

    g_assert_cmpuint (messages->len, ==, 13);
    check_message (messages, 0, 1, 0, "01AA0405");
    check_message (messages, 1, 2, 1, "000405");
    check_message (messages, 2, 3, 2, "000405");
    check_fault (messages, 3, 4, "the row has no status", "4,x,,2\n000405");
    check_fault (messages, 4, 5, "the row has no PDU", "5,3,,2");
    check_fault (messages, 5, 6, "the row has no PDU", "6,3,,2\n00040");
    check_fault (messages, 6, 7, "the row is one of text mode", "7,\"REC READ\",\"+57\"\nhello");
    check_message (messages, 7, 8, 9, "0004050607");
    check_message (messages, 8, 9, 3, "000405");
    check_message (messages, 9, 10, 1, "00AB0405CD");
    check_fault (messages, 10, 11, "the row's PDU is cut short", "11,1,,4\n000405");
    check_message (messages, 11, 12, 1, "000405");
    check_fault (messages, 12, 0, "the row has no index", ",1,,2\n000405");
}

/* A daemon that takes an unsolicited code out of an answer glues what was around it together;
 * and a modem may count the SMSC address, too */
static void
test_odd_list (void)
{
    g_autoptr (GPtrArray) messages = simstow_at_message_parse_list (
        "+CMGL: 1,0,\"\",2\r\n01AA0405060708+CMGL: 2,1,,2\r\n000405\r\n"
        "+CMGL: 3,1,,2\r\n^RSSI:21\r\n0004050607^RSSI:21\r\n"
        "+CMGL: 4,1,,8\r\n03915134040B9100\r\n"
        "+CMGL: 5,1,,8\r\n06910B915110203F\r\n" /* a report */
        "+CMGL: 6,1,,4\r\n07915134\r\n"
        "+CMGL: 7,1,,202AA04050A\r\n"
        "+CMGL: 8,1,,900AA0405\r\n",
        "+CMGL");

    g_assert_cmpuint (messages->len, ==, 8);
    check_message (messages, 6, 7, 1, "02AA04050A");
    check_message (messages, 0, 1, 0, "01AA0405060708");
    check_message (messages, 1, 2, 1, "000405");
    check_message (messages, 2, 3, 1, "0004050607");
    check_message (messages, 3, 4, 1, "03915134040B9100");
    check_message (messages, 4, 5, 1, "0006910B915110203F");
    check_message (messages, 5, 6, 1, "0007915134");
    check_fault (messages, 7, 8, "the row has no PDU", "8,1,,900AA0405");
}

static void
test_one (void)
{
    g_autoptr (SimstowAtMessage) message =
        simstow_at_message_parse_one ("+CMGR: 1,,2\r\n000405\r\n", 7);
    g_autoptr (SimstowAtMessage) cut = simstow_at_message_parse_one ("+CMGR: 1,,9\r\n0004", 8);

    g_assert_cmpuint (message->index, ==, 7);
    g_assert_cmpuint (message->status, ==, 1);
    g_assert_cmpuint (g_bytes_get_size (message->pdu), ==, 3);
    g_assert_cmpstr (cut->fault, ==, "the row's PDU is cut short");
    g_assert_null (simstow_at_message_parse_one ("+CMGR: 0,,0\r\n", 9));
    g_assert_null (simstow_at_message_parse_one ("", 9));
}

/* What modems make of +CPMS=?, 3GPP TS 27.005 3.2.2 */
static void
test_memory_forms (void)
{
    static const struct {
        const gchar *reply;
        const gchar *reading; /* NULL: makes no sense */
        const gchar *writing;
    } forms[] = {
        {"+CPMS: \"ME\",\"MT\",\"SM\"", "ME MT SM", "ME MT SM"},
        {"+CPMS: ME,MT,SM", "ME MT SM", "ME MT SM"},
        {"+CPMS: (\"sm\",\"me\"),(\"sm\"),(\"sm\")", "SM ME", "SM"},
        {"+CPMS: (SM, ME) , (ME)", "SM ME", "ME"},
        {"+CPMS: (\"SM\")", "SM", "SM"},
        {"+CPMS: \"SM\"", "SM", "SM"},
        {"+CPMS: ( \"SM\" , \"ME\" ),( \"SM\" )", "SM ME", "SM"},
        {"+CPMS: (),(),()", "", ""},
        {"+CPMS: ()", "", ""},
        {"+CPMS: (\"0053004D\"),(\"0053004D\")", "SM", "SM"},
        {"+CPMS: \"SM\",3,40\r\n+CPMS: (\"BM\",\"SM_P\")", "BM SM_P", "BM SM_P"},
        {"+CPMS: SM,3,40,ME,1,9", NULL, NULL},
        {"+CPMS: (?!)", NULL, NULL},
        {"", NULL, NULL},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (forms); i++) {
        GStrv memories[2] = {NULL, NULL};
        gboolean understood = simstow_at_message_parse_memories (forms[i].reply, memories);
        g_autofree gchar *reading = understood ? g_strjoinv (" ", memories[0]) : NULL;
        g_autofree gchar *writing = understood ? g_strjoinv (" ", memories[1]) : NULL;

        g_test_message ("%s", forms[i].reply);
        g_assert_cmpstr (reading, ==, forms[i].reading);
        g_assert_cmpstr (writing, ==, forms[i].writing);
        g_strfreev (memories[0]);
        g_strfreev (memories[1]);
    }
}

static void
test_big_list (void)
{
    g_autoptr (GString) reply = g_string_new (NULL);
    g_autoptr (GPtrArray) messages = NULL;
    guint i;

    for (i = 0; i < 20000; i++)
        g_string_append_printf (reply, "+CMGL: %u,1,,4\r\n0001020304\r\n", i);
    messages = simstow_at_message_parse_list (reply->str, "+CMGL");
    g_assert_cmpuint (messages->len, ==, 20000);
}

static void
test_memories (void)
{
    GStrv memories[2] = {NULL, NULL};
    g_autofree gchar *first = NULL;
    g_autofree gchar *second = NULL;

    g_assert_false (
        simstow_at_message_parse_memories ("+CPMS: \"SM\",1,2,\"SM\",1,2\r\n", memories));
    g_assert_true (simstow_at_message_parse_memories ("+CPMS: \"SM\",1,2\r\n"
                                                      "+CPMS: (\"SM\",\"ME\"),(\"ME\"),(\"MT\")",
                                                      memories));
    first = g_strjoinv (" ", memories[0]);
    second = g_strjoinv (" ", memories[1]);
    g_assert_cmpstr (first, ==, "SM ME");
    g_assert_cmpstr (second, ==, "ME");
    g_strfreev (memories[0]);
    g_strfreev (memories[1]);
    g_assert_true (simstow_at_message_parse_memories ("+CPMS: (\"SM\")", memories));
    g_assert_cmpstr (memories[1][0], ==, "SM");
    g_strfreev (memories[0]);
    g_strfreev (memories[1]);
}

static void
test_storages (void)
{
    g_autoptr (GPtrArray) storages =
        simstow_at_message_parse_storages ("+CPMS: \"SM\",3,40,\"ME\",5,100,\"SM\",3,40\r\n");
    g_autoptr (GPtrArray) none = simstow_at_message_parse_storages ("+CPMS: (\"SM\"),(\"SM\")");
    const SimstowAtStorage *storage;

    g_assert_cmpuint (storages->len, ==, 2);
    storage = g_ptr_array_index (storages, 1);
    g_assert_cmpstr (storage->name, ==, "ME");
    g_assert_cmpuint (storage->used, ==, 5);
    g_assert_cmpuint (storage->total, ==, 100);
    g_assert_cmpuint (none->len, ==, 0);
}

static void
test_peek (void)
{
    g_assert_true (simstow_at_message_can_peek ("+CMGL: (0-4),(0,1)"));
    g_assert_true (simstow_at_message_can_peek ("+CMGL: (0,1,2,3,4),(0-1)\r\n"));
    g_assert_false (simstow_at_message_can_peek ("+CMGL: (0-4)"));
    g_assert_false (simstow_at_message_can_peek ("+CMGL: (0-4),(0-3)"));
    g_assert_false (simstow_at_message_can_peek ("+CMGL: (0-4),(0,1),(1)"));
    g_assert_false (simstow_at_message_can_peek ("+CMGL: 0-4,1"));
    g_assert_false (simstow_at_message_can_peek (""));
    g_assert_true (simstow_at_message_can_list_all ("^SMGL: (0-4)", "^SMGL"));
    g_assert_true (simstow_at_message_can_list_all ("^SMGL: (0,1,2,3,4)", "^SMGL"));
    g_assert_false (simstow_at_message_can_list_all ("^SMGL: (0-3)", "^SMGL"));
    g_assert_false (simstow_at_message_can_list_all ("^SMGL: (\"ALL\")", "^SMGL"));
}

static void
test_write (void)
{
    static const guint8 good[] = {0x01, 0xAA, 0x04, 0x05};
    static const guint8 bad[] = {0x04, 0xAA, 0x04, 0x05, 0x06};
    g_autoptr (GBytes) fits = g_bytes_new_static (good, sizeof good);
    g_autoptr (GBytes) cut = g_bytes_new_static (bad, sizeof bad);
    g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
    g_autofree guint8 *zeros = g_malloc0 (SIMSTOW_AT_PDU_MAX + 1);
    g_autoptr (GBytes) large = g_bytes_new_static (zeros, SIMSTOW_AT_PDU_MAX + 1);
    GBytes *const broken[] = {cut, empty, large};
    g_autofree gchar *unsent = simstow_at_message_write_command (2, 2);
    g_autofree gchar *read = simstow_at_message_write_command (2, 1);
    guint index = 0;
    gsize i;

    g_assert_cmpuint (simstow_at_message_check_pdu (fits, NULL), ==, 2);
    for (i = 0; i < G_N_ELEMENTS (broken); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_cmpuint (simstow_at_message_check_pdu (broken[i], &error), ==, 0);
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    }
    g_assert_cmpstr (unsent, ==, "+CMGW=2");
    g_assert_cmpstr (read, ==, "+CMGW=2,1");
    g_assert_true (simstow_at_message_parse_index ("0104\r\n+CMGW: 17\r\n", &index));
    g_assert_cmpuint (index, ==, 17);
    g_assert_false (simstow_at_message_parse_index ("+CMGW:\r\n", &index));
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/at-message/list", test_list);
    g_test_add_func ("/at-message/odd-list", test_odd_list);
    g_test_add_func ("/at-message/one", test_one);
    g_test_add_func ("/at-message/memory-forms", test_memory_forms);
    g_test_add_func ("/at-message/big-list", test_big_list);
    g_test_add_func ("/at-message/memories", test_memories);
    g_test_add_func ("/at-message/storages", test_storages);
    g_test_add_func ("/at-message/peek", test_peek);
    g_test_add_func ("/at-message/write", test_write);
    return g_test_run ();
}
