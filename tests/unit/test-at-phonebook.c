/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebook commands as text.
 */

#include <gio/gio.h>

#include <string.h>

#include "simstow-at-book.h"
#include "simstow-error.h"

static GPtrArray *
parse (const gchar *reply)
{
    gboolean coded = FALSE;

    return simstow_at_entry_parse_all (reply, SIMSTOW_AT_CHARSET_UCS2, &coded);
}

static void
test_rows (void)
{
    g_autoptr (GPtrArray) entries = parse ("+CPBR: 1,\"+573001234567\",145,\"0041006E0061\"\r\n"
                                           "+CPBR: 2,\"123\",129,\"\"\r\n"
                                           "^RSSI: 19\r\n"
                                           "+CPBR: 3,\"\",129,\"\"\r\n"
                                           "+CPBR: x,\"1\",129,\"\"\r\n"
                                           "+CPBR: 4,\"1\",999,\"\"\r\n"
                                           "+CPBR: 5\r\n"
                                           "+CPBR: 6,\"+1\",,\"0041D83D\"\r\n");
    const SimstowAtEntry *entry;

    g_assert_cmpuint (entries->len, ==, 7);
    entry = g_ptr_array_index (entries, 0);
    g_assert_cmpuint (entry->index, ==, 1);
    g_assert_cmpstr (entry->number, ==, "+573001234567");
    g_assert_cmpuint (entry->type, ==, 145);
    g_assert_cmpstr (entry->name, ==, "Ana");
    g_assert_cmpint (entry->hidden, ==, -1);
    entry = g_ptr_array_index (entries, 1);
    g_assert_cmpstr (entry->name, ==, "");
    g_assert_false (simstow_at_entry_is_empty (entry));
    entry = g_ptr_array_index (entries, 2);
    g_assert_cmpuint (entry->index, ==, 3);
    g_assert_true (simstow_at_entry_is_empty (entry));
    entry = g_ptr_array_index (entries, 6);
    g_assert_cmpuint (entry->type, ==, 145);
    g_assert_cmpstr (entry->name, ==, "A\xef\xbf\xbd");
    g_assert_cmpuint (g_bytes_get_size (entry->name_raw), ==, 4);
}

static void
check_entry (GPtrArray *entries, guint place, guint index, const gchar *number, const gchar *name)
{
    const SimstowAtEntry *entry = g_ptr_array_index (entries, place);

    g_assert_cmpstr (entry->fault, ==, NULL);
    g_assert_cmpuint (entry->index, ==, index);
    g_assert_cmpstr (entry->number, ==, number);
    g_assert_cmpstr (entry->name, ==, name);
}

static void
check_fault (GPtrArray *entries, guint place, guint index, const gchar *fault, const gchar *row)
{
    const SimstowAtEntry *entry = g_ptr_array_index (entries, place);

    g_assert_cmpstr (entry->fault, ==, fault);
    g_assert_cmpuint (entry->index, ==, index);
    g_assert_cmpmem (g_bytes_get_data (entry->row, NULL),
                     g_bytes_get_size (entry->row),
                     row,
                     strlen (row));
}

/* An unsolicited code among the rows is part of none, wherever its line ends are gone */
static void
test_codes (void)
{
    g_autoptr (GPtrArray) entries = parse ("+CPBR: 1,\"+57300\",145,\"0041006E0061\"^RSSI:21\r\n"
                                           "+CPBR: 2,\"123\",129,\"0042\"+CPBR: 3,\"124\",129,"
                                           "\"0043\"\r\nRING\r\n"
                                           "+CPBR: 4,\"125\",129,0041006E0061+CREG: 1\r\n"
                                           "+CPBR: 5,\"126\",129,\"A+CPBR: 1\"\r\n"
                                           "+CPBR: 6,\"127\",129,\"B\n+C\"\r\n"
                                           "+CPBR: 7,\"128\",129,\"B\n^RSSI:21\r\n");

    g_assert_cmpuint (entries->len, ==, 7);
    check_entry (entries, 0, 1, "+57300", "Ana");
    check_entry (entries, 1, 2, "123", "B");
    check_entry (entries, 2, 3, "124", "C");
    check_entry (entries, 3, 4, "125", "Ana");
    check_entry (entries, 4, 5, "126", "A+CPBR: 1");
    check_entry (entries, 5, 6, "127", "B\n+C");
    check_fault (entries, 6, 7, "the row is cut short", "7,\"128\",129,\"B");
}

/* What modems make of a row; what cannot be read is kept as it came */
static void
test_row_forms (void)
{
    gboolean coded = FALSE;
    g_autoptr (GPtrArray) entries =
        simstow_at_entry_parse_all ("+CPBR: 1,123,129,Ana\r\n"
                                    "+CPBR: 2,\"123\",\"Ana\"\r\n"
                                    "+CPBR: 3,\"123\",129,\"Ana, \"la\" b\"\r\n"
                                    "+CPBR: 4,\"123\",129,Ana, la b\r\n"
                                    "+CPBR: 5,\"123\",129,\"An\r\na\"\r\n"
                                    "+CPBR: 6 , \"+123\" , , \"Ana\" ,,\r\n"
                                    "+CPBR: 7,\"12\r\n"
                                    "+CPBR: 8,\"1\",129,\"M\xEDriam\"\r\n"
                                    "+CPBR: nonsense\r\n"
                                    "+CPBR: 9,\"1\",x,\"\"\r\n"
                                    "+CPBR: 10\r\n"
                                    "+CPBS: \"SM\",9,10\r\n",
                                    SIMSTOW_AT_CHARSET_IRA,
                                    &coded);
    g_autoptr (GPtrArray) cut = parse ("+CPBR: 1,\"1\",129,\"0041004\"\r\n"
                                       "+CPBR: 2,\"1\",129,\"Ana\"\r\n");

    g_assert_cmpuint (entries->len, ==, 11);
    check_entry (entries, 0, 1, "123", "Ana");
    check_entry (entries, 1, 2, "123", "Ana");
    check_entry (entries, 2, 3, "123", "Ana, \"la\" b");
    check_entry (entries, 3, 4, "123", "Ana, la b");
    check_entry (entries, 4, 5, "123", "An\na");
    check_entry (entries, 5, 6, "+123", "Ana");
    check_fault (entries, 6, 7, "the row is cut short", "7,\"12");
    check_fault (entries,
                 7,
                 8,
                 "the row's name is no text in the modem's character set",
                 "8,\"1\",129,\"M\xEDriam\"");
    check_fault (entries, 8, 0, "the row has no index", "nonsense");
    check_fault (entries, 9, 9, "the row's type of number is none", "9,\"1\",x,\"\"");
    check_fault (entries, 10, 10, "the row has no number", "10");
    check_fault (cut, 0, 1, "the row's name is cut short", "1,\"1\",129,\"0041004\"");
    check_entry (cut, 1, 2, "1", "Ana");
}

/* What modems make of +CPBS=?, 3GPP TS 27.007 8.11 */
static void
test_storage_forms (void)
{
    static const struct {
        const gchar *reply;
        gboolean behind_current;
        const gchar *storages; /* NULL: makes no sense */
    } forms[] = {
        {"+CPBS: (\"SM\",\"ME\")", FALSE, "SM ME"},
        {"+CPBS: \"ME\",1,9\r\n+CPBS: (SM, ME ,\"dc\")", TRUE, "SM ME DC"},
        {"+CPBS: \"ME\"\r\n+CPBS: \"SM\"", TRUE, "SM"},
        {"+CPBS: \"SM\",\"ME\"", FALSE, "SM ME"},
        {"+CPBS: \"SM\"\r\n+CPBS: \"ME\"", FALSE, "SM ME"},
        {"+CPBS: ()", FALSE, ""},
        {"+CPBS: \"ME\",1,9\r\n+CPBS: ()", TRUE, ""},
        {"+CPBS: (1-5)", FALSE, NULL},
        /* what is selected, told twice or late */
        {"+CPBS: \"SM\",1,9", FALSE, NULL},
        {"+CPBS: \"SM\",1,9\r\n+CPBS: \"SM\",1,9\r\n+CPBS: (\"SM\",\"ME\")", TRUE, "SM ME"},
        {"", FALSE, ""},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (forms); i++) {
        g_auto (GStrv) storages =
            simstow_at_phonebook_parse_storages (forms[i].reply, forms[i].behind_current);
        g_autofree gchar *joined = storages != NULL ? g_strjoinv (" ", storages) : NULL;

        g_test_message ("%s", forms[i].reply);
        g_assert_cmpstr (joined, ==, forms[i].storages);
    }
}

/* What modems make of +CPBR=? and +CPBS?, 3GPP TS 27.007 8.11 and 8.12 */
static void
test_limit_forms (void)
{
    static const struct {
        const gchar *reply;
        guint first, last, number_length, name_length;
        gboolean has_used;
    } forms[] = {
        {"+CPBR: (1-250),20,14\r\n+CPBS: \"SM\",3,250", 1, 250, 20, 14, TRUE},
        {"+CPBR: (0-249)\r\n+CPBS: \"SM\"", 0, 249, 0, 0, FALSE},
        {"+CPBR: 1-250,20,14\r\n+CPBS: \"SM\",3", 1, 250, 20, 14, FALSE},
        {"+CPBR: (1,3,5-9),20,\r\n+CPBS: SM , 3 , 9", 1, 9, 20, 0, TRUE},
        {"+CPBR: ( 1 - 250 ) , 20 , 14\r\n+CPBS: \"sm\",3,250", 1, 250, 20, 14, TRUE},
        {"+CPBR: ()\r\n+CPBS: \"SM\",0,0", 0, 0, 0, 0, TRUE},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (forms); i++) {
        g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (forms[i].reply);
        const SimstowAtPhonebook *phonebook = g_ptr_array_index (phonebooks, 0);

        g_test_message ("%s", forms[i].reply);
        g_assert_cmpstr (phonebook->storage, ==, "SM");
        g_assert_cmpuint (phonebook->first, ==, forms[i].first);
        g_assert_cmpuint (phonebook->last, ==, forms[i].last);
        g_assert_cmpuint (phonebook->number_length, ==, forms[i].number_length);
        g_assert_cmpuint (phonebook->name_length, ==, forms[i].name_length);
        g_assert_cmpint (phonebook->has_used, ==, forms[i].has_used);
    }
}

static void
test_optional_fields (void)
{
    g_autoptr (GPtrArray) entries =
        parse ("+CPBR: 1,\"1\",129,\"0041\",1,\"0042\",\"+22\",145,\"0043\",\"0061004000620063\","
               "\"0073\",\"0074\"\r\n"
               "+CPBR: 2,\"1\",129,\"0041\",0,,\"\",,\"0043\"\r\n");
    const SimstowAtEntry *entry = g_ptr_array_index (entries, 0);

    g_assert_cmpint (entry->hidden, ==, 1);
    g_assert_cmpstr (entry->group, ==, "B");
    g_assert_cmpstr (entry->additional_number, ==, "+22");
    g_assert_cmpint (entry->additional_type, ==, 145);
    g_assert_cmpstr (entry->second_name, ==, "C");
    g_assert_cmpstr (entry->email, ==, "a@bc");
    g_assert_cmpstr (entry->sip_uri, ==, "s");
    g_assert_cmpstr (entry->tel_uri, ==, "t");
    entry = g_ptr_array_index (entries, 1);
    g_assert_cmpint (entry->hidden, ==, 0);
    g_assert_null (entry->group);
    g_assert_null (entry->additional_number);
    g_assert_cmpint (entry->additional_type, ==, -1);
    g_assert_cmpstr (entry->second_name, ==, "C");
    g_assert_null (entry->email);
}

static void
test_call_times (void)
{
    g_autoptr (GPtrArray) entries =
        parse ("+CPBR: 1,\"1\",129,\"0041\",\"24/05/01,12:00:00+08\"\r\n"
               "+CPBR: 2,\"1\",129,\"0041\",\"2024/05/01\",\"12:00:00\",1\r\n"
               "+CPBR: 3,\"1\",129,\"0041\",\"00320034002F00300035002F00300031\"\r\n");
    const SimstowAtEntry *entry = g_ptr_array_index (entries, 0);

    g_assert_cmpstr (entry->time, ==, "24/05/01,12:00:00+08");
    entry = g_ptr_array_index (entries, 1);
    g_assert_cmpstr (entry->time, ==, "2024/05/01,12:00:00");
    g_assert_cmpint (entry->hidden, ==, 1);
    entry = g_ptr_array_index (entries, 2);
    g_assert_cmpstr (entry->time, ==, "24/05/01");
}

static void
test_coded_numbers (void)
{
    g_autoptr (GPtrArray) entries = NULL;
    g_autoptr (GPtrArray) plain = NULL;
    gboolean coded = FALSE;

    entries = simstow_at_entry_parse_all ("+CPBR: 1,\"002B00310032\",145,\"0041\"\r\n"
                                          "+CPBR: 2,\"0031\",129,\"0041\"\r\n",
                                          SIMSTOW_AT_CHARSET_UCS2,
                                          &coded);
    g_assert_true (coded);
    g_assert_cmpstr (((SimstowAtEntry *) g_ptr_array_index (entries, 0))->number, ==, "+12");
    g_assert_cmpstr (((SimstowAtEntry *) g_ptr_array_index (entries, 1))->number, ==, "1");
    plain = simstow_at_entry_parse_all ("+CPBR: 1,\"00310032\",129,\"0041\"\r\n"
                                        "+CPBR: 2,\"0057300\",129,\"0041\"\r\n",
                                        SIMSTOW_AT_CHARSET_UCS2,
                                        &coded);
    g_assert_false (coded);
    g_assert_cmpstr (((SimstowAtEntry *) g_ptr_array_index (plain, 0))->number, ==, "00310032");
}

static const gchar *
peek_name (const gchar *reply, SimstowAtCharset charset, GPtrArray **entries)
{
    gboolean coded = FALSE;

    g_clear_pointer (entries, g_ptr_array_unref);
    *entries = simstow_at_entry_parse_all (reply, charset, &coded);
    return ((SimstowAtEntry *) g_ptr_array_index (*entries, 0))->name;
}

/* Names in another set than the one that was selected */
static void
test_other_charset (void)
{
    static const gchar cyrillic[] = "+CPBR: 1,\"1\",129,\"041E043A044104300043\"\r\n";
    static const gchar face[] = "+CPBR: 1,\"1\",129,\"FACE\"\r\n+CPBR: 2,\"1\",129,\"Ana B\"\r\n";
    g_autoptr (GPtrArray) entries = NULL;
    static const gchar ana[] = "+CPBR: 1,\"1\",129,\"0041006E0061\"\r\n"
                               "+CPBR: 2,\"2\",129,\"\"\r\n+CPBR: 3,\"3\",129,\"0042\"\r\n";
    static const gchar mixed[] = "+CPBR: 1,\"1\",129,\"0041006E0061\"\r\n"
                                 "+CPBR: 2,\"2\",129,\"Ana\"\r\n";
    static const gchar digits[] = "+CPBR: 1,\"1\",129,\"20191234\"\r\n";

    g_assert_cmpstr (peek_name (ana, SIMSTOW_AT_CHARSET_IRA, &entries), ==, "Ana");
    g_assert_cmpstr (((SimstowAtEntry *) entries->pdata[2])->name, ==, "B");
    g_assert_cmpstr (peek_name (cyrillic, SIMSTOW_AT_CHARSET_GSM, &entries), ==, "ОксаC");
    g_assert_cmpstr (peek_name (mixed, SIMSTOW_AT_CHARSET_IRA, &entries), ==, "0041006E0061");
    g_assert_cmpstr (peek_name (digits, SIMSTOW_AT_CHARSET_IRA, &entries), ==, "20191234");
    g_assert_cmpstr (peek_name (face, SIMSTOW_AT_CHARSET_UCS2, &entries), ==, "FACE");
    g_assert_cmpstr (peek_name (mixed, SIMSTOW_AT_CHARSET_UCS2, &entries), ==, "Ana");
}

static void
test_limits (void)
{
    g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (
        "+CPBR: (1-250),40,18\r\n+CPBW: (1-250),40,(129,145),18,0,14\r\n"
        "+CPBS: \"SM\",5,250\r\n"
        "+CPBR: 1-10,(0-20),\r\n+CPBS: \"DC\"\r\n"
        "+CPBR: (1-9),40,18,0,14\r\n+CPBS: \"ME\"\r\n"
        "+CPBR: (1-9),40,18\r\n+CPBW: (1-9),40,(129,145),18\r\n+CPBS: \"AP\"\r\n"
        "+CPBS: (\"SM\")\r\n");
    const SimstowAtPhonebook *phonebook;

    g_assert_cmpuint (phonebooks->len, ==, 4);
    phonebook = g_ptr_array_index (phonebooks, 0);
    g_assert_cmpstr (phonebook->storage, ==, "SM");
    g_assert_cmpuint (phonebook->first, ==, 1);
    g_assert_cmpuint (phonebook->last, ==, 250);
    g_assert_cmpuint (phonebook->number_length, ==, 40);
    g_assert_cmpuint (phonebook->name_length, ==, 18);
    g_assert_cmpuint (phonebook->used, ==, 5);
    g_assert_cmpuint (phonebook->total, ==, 250);
    g_assert_true (phonebook->writable);
    g_assert_true (phonebook->extended);
    phonebook = g_ptr_array_index (phonebooks, 1);
    g_assert_cmpuint (phonebook->last, ==, 10);
    g_assert_cmpuint (phonebook->number_length, ==, 20);
    g_assert_cmpuint (phonebook->name_length, ==, 0);
    g_assert_false (phonebook->has_used);
    g_assert_false (phonebook->writable);
    g_assert_false (phonebook->extended);
    g_assert_false (phonebook->plain);
    phonebook = g_ptr_array_index (phonebooks, 2);
    g_assert_false (phonebook->writable);
    g_assert_true (phonebook->extended);
    phonebook = g_ptr_array_index (phonebooks, 3);
    g_assert_true (phonebook->writable);
    g_assert_true (phonebook->plain);
}

/* A modem that does not stop is not listened to for ever */
static void
test_endless (void)
{
    g_autoptr (GString) reply = g_string_new (NULL);
    g_autoptr (GString) list = g_string_new (NULL);
    g_autoptr (GPtrArray) phonebooks = NULL;
    g_autoptr (GPtrArray) entries = NULL;
    g_auto (GStrv) storages = NULL;
    guint i;

    for (i = 0; i < 10000; i++)
        g_string_append_printf (reply, "+CPBS: \"S%u\",1,2\r\n", i);
    phonebooks = simstow_at_phonebook_parse_all (reply->str);
    g_assert_cmpuint (phonebooks->len, ==, 64);
    g_assert_null (simstow_at_phonebook_parse_storages (reply->str, FALSE));
    for (i = 0; i < 10000; i++)
        g_string_append_printf (list, "+CPBS: \"S%u\",\"M%u\"\r\n", i, i);
    storages = simstow_at_phonebook_parse_storages (list->str, FALSE);
    g_assert_cmpuint (g_strv_length (storages), <=, 64 * 3);
    for (i = 0; i < 20000; i++)
        g_string_append_printf (reply, "+CPBR: %u,\"1\",129,\"\"\r\n", i);
    entries = parse (reply->str);
    g_assert_cmpuint (entries->len, ==, 10000);
}

static void
test_charsets (void)
{
    const gchar *reply = "+CSCS: (\"IRA\",\"UCS2\")\r\n+CSCS: \"005500430053\"\r\n"
                         "+CSCS: \"00550043005300320\"\r\n";
    g_autofree gchar *charset = simstow_at_phonebook_parse_charset (reply);
    g_autofree gchar *none = simstow_at_phonebook_parse_charset ("+CSCS: \"GSM\",\"UCS2\"\r\n");
    g_auto (GStrv) charsets = simstow_at_phonebook_parse_charsets (reply);

    g_assert_cmpstr (charset, ==, "UCS");
    g_assert_null (none);
    g_assert_cmpuint (g_strv_length (charsets), ==, 3);
    g_assert_cmpstr (charsets[1], ==, "UCS2");
}

static void
test_selected (void)
{
    g_autofree gchar *selected = simstow_at_phonebook_parse_selected (
        "+CPBR: 1,\"12\",129,\"A\"\r\n+CPBS: (\"SM\",\"ME\")\r\n+CPBS: \"FD\",1,10\r\n"
        "+CPBS: \"SM\"\r\n");
    g_autofree gchar *none = simstow_at_phonebook_parse_selected ("+CPBR: 1,\"12\",129,\"A\"\r\n");

    g_assert_cmpstr (selected, ==, "FD");
    g_assert_null (none);
}

static void
check_write (const SimstowAtEntry *entry, gboolean coded, const gchar *wanted)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *command =
        simstow_at_entry_write_command (entry, SIMSTOW_AT_CHARSET_UCS2, coded, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (command, ==, wanted);
}

static void
test_write (void)
{
    g_autoptr (SimstowAtEntry) entry = simstow_at_entry_new ();
    g_autoptr (GError) error = NULL;

    g_free (entry->number);
    g_free (entry->name);
    entry->number = g_strdup ("+12");
    entry->name = g_strdup ("A");
    entry->type = 145;
    check_write (entry, FALSE, "+CPBW=,\"+12\",145,\"0041\"");
    entry->index = 7;
    check_write (entry, TRUE, "+CPBW=7,\"002B00310032\",145,\"0041\"");
    entry->second_name = g_strdup ("B");
    check_write (entry, FALSE, "+CPBW=7,\"+12\",145,\"0041\",,,,\"0042\"");
    entry->hidden = 1;
    check_write (entry, FALSE, "+CPBW=7,\"+12\",145,\"0041\",,,,\"0042\",,,,1");
    entry->name_raw = g_bytes_new_static ("\xD8\x3D", 2);
    check_write (entry, FALSE, "+CPBW=7,\"+12\",145,\"D83D\",,,,\"0042\",,,,1");
    g_free (entry->number);
    entry->number = g_strdup ("12\";+CFUN=0");
    g_assert_null (simstow_at_entry_write_command (entry, SIMSTOW_AT_CHARSET_UCS2, FALSE, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/at-phonebook/row-forms", test_row_forms);
    g_test_add_func ("/at-phonebook/storage-forms", test_storage_forms);
    g_test_add_func ("/at-phonebook/limit-forms", test_limit_forms);
    g_test_add_func ("/at-phonebook/rows", test_rows);
    g_test_add_func ("/at-phonebook/codes", test_codes);
    g_test_add_func ("/at-phonebook/optional-fields", test_optional_fields);
    g_test_add_func ("/at-phonebook/call-times", test_call_times);
    g_test_add_func ("/at-phonebook/coded-numbers", test_coded_numbers);
    g_test_add_func ("/at-phonebook/other-charset", test_other_charset);
    g_test_add_func ("/at-phonebook/limits", test_limits);
    g_test_add_func ("/at-phonebook/endless", test_endless);
    g_test_add_func ("/at-phonebook/charsets", test_charsets);
    g_test_add_func ("/at-phonebook/selected", test_selected);
    g_test_add_func ("/at-phonebook/write", test_write);
    return g_test_run ();
}
