/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines, fields and ranges of AT answers, as modems write them.
 */

#include <gio/gio.h>

#include "simstow-at-text.h"

static void
test_lines (void)
{
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, "\r\n\r\n+CPBR: 1\n\n+CMTI: \"SM\",3\r\r\n +CPBR:2\r+CPBRX: 3");
    g_assert_true (simstow_at_lines_find (&lines, "+CPBR", &line));
    g_assert_cmpmem (line.data + line.offset, simstow_reader_remaining (&line), "1", 1);
    g_assert_true (simstow_at_lines_find (&lines, "+CPBR", &line));
    g_assert_cmpmem (line.data + line.offset, simstow_reader_remaining (&line), "2", 1);
    g_assert_false (simstow_at_lines_find (&lines, "+CPBR", &line));
    simstow_at_lines_init (&lines, "");
    g_assert_false (simstow_at_lines_next (&lines, &line));
}

static void
check_fields (const gchar *text, const gchar *const *wanted)
{
    SimstowReader line;
    SimstowAtField field;
    guint i;

    simstow_reader_init (&line, (const guint8 *) text, strlen (text));
    for (i = 0; wanted[i] != NULL; i++) {
        g_assert_true (simstow_at_field_next (&line, &field));
        g_assert_cmpmem (field.text, field.length, wanted[i], strlen (wanted[i]));
    }
    g_assert_false (simstow_at_field_next (&line, &field));
    g_assert_cmpuint (field.length, ==, 0);
}

static void
test_fields (void)
{
    const gchar *plain[] = {"1", "+57300", "145", "Ana", NULL};
    const gchar *marks[] = {"2", "", "", "O\"Neil, J", "", "7", NULL};
    const gchar *group[] = {"1-250", "40", "18", NULL};
    const gchar *open[] = {"3", "no end,4", NULL};

    check_fields ("1,\"+57300\",145,\"Ana\"", plain);
    check_fields (" 1 , \"+57300\" ,145 , \"Ana\" ", plain);
    check_fields ("1,+57300,145,Ana", plain);
    check_fields ("2,\"\",,\"O\"Neil, J\",,7", marks);
    check_fields ("(1-250),40,18", group);
    check_fields ("(1-250) 9,40,18", group);
    check_fields ("3,\"no end,4", open);
}

static void
test_uint (void)
{
    SimstowAtField field = {SIMSTOW_AT_FIELD_PLAIN, "4294967295", 10};
    guint value = 0;

    g_assert_true (simstow_at_field_uint (&field, &value));
    g_assert_cmpuint (value, ==, G_MAXUINT32);
    field.text = "4294967296";
    g_assert_false (simstow_at_field_uint (&field, &value));
    field.text = "12";
    field.length = 2;
    g_assert_true (simstow_at_field_uint (&field, &value));
    field.text = "-1";
    g_assert_false (simstow_at_field_uint (&field, &value));
    field.length = 0;
    g_assert_false (simstow_at_field_uint (&field, &value));
}

static void
check_tokens (const gchar *text, const gchar *const *wanted)
{
    g_auto (GStrv) tokens = NULL;
    SimstowReader line;

    simstow_reader_init (&line, (const guint8 *) text, strlen (text));
    tokens = simstow_at_field_tokens (&line);
    g_assert_true (g_strv_equal ((const gchar *const *) tokens, wanted));
}

static void
test_tokens (void)
{
    const gchar *wanted[] = {"SM", "ME", NULL};
    const gchar *none[] = {NULL};

    check_tokens ("(\"SM\",\"ME\")", wanted);
    check_tokens ("(\"SM\",\"ME\"),(\"XX\")", wanted);
    check_tokens ("\"SM\",\"ME\",\"SM\"", wanted);
    check_tokens ("(\"0053004D\",\"004D0045\")", wanted);
    check_tokens ("(SM,ME)", wanted);
    check_tokens ("(\"S;M\",\"\xc3\xb1\",\"far too long to be a name\")", none);
}

static void
test_ranges (void)
{
    SimstowAtField field = {SIMSTOW_AT_FIELD_GROUP, "1,2,5-9,x,8-3,-", 15};
    g_autoptr (GArray) ranges = simstow_at_field_ranges (&field);

    g_assert_cmpuint (ranges->len, ==, 3);
    g_assert_cmpuint (g_array_index (ranges, SimstowAtRange, 1).last, ==, 2);
    g_assert_cmpuint (g_array_index (ranges, SimstowAtRange, 2).first, ==, 5);
    g_assert_cmpuint (g_array_index (ranges, SimstowAtRange, 2).last, ==, 9);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/at-field/lines", test_lines);
    g_test_add_func ("/at-field/fields", test_fields);
    g_test_add_func ("/at-field/uint", test_uint);
    g_test_add_func ("/at-field/tokens", test_tokens);
    g_test_add_func ("/at-field/ranges", test_ranges);
    return g_test_run ();
}
