/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text made harmless, measured, cut and wrapped; tables fitted to a terminal.
 */

#include "simstow-json-scanner.h"
#include "simstow-json.h"
#include "simstow-text.h"

static void
test_text_safe (void)
{
    static const struct {
        const gchar *given;
        const gchar *line;
    } rows[] = {
        {NULL, ""},
        {"plain", "plain"},
        {"se\303\261or \360\237\230\200", "se\303\261or \360\237\230\200"},
        /* CSI, OSC, BEL and DEL show as signs */
        {"\033[31mred\033[0m", "\342\220\233[31mred\342\220\233[0m"},
        {"\033]0;title\007", "\342\220\233]0;title\342\220\207"},
        {"a\177b", "a\342\220\241b"},
        /* U+009B is a CSI of one character to some terminals */
        {"a\302\233b", "a\357\277\275b"},
        /* U+202E turns the direction */
        {"a\342\200\256b", "a\357\277\275b"},
        {"bad\377bytes", "bad\357\277\275bytes"},
        {"two\r\nlines\n", "two\342\206\265lines\342\206\265"},
        {"over\rwritten", "over\342\220\215written"},
        {"a\tb", "a b"},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *line = simstow_text_line (rows[i].given);

        g_assert_cmpstr (line, ==, rows[i].line);
    }
}

static void
test_text_width (void)
{
    g_autofree gchar *cut = simstow_text_fit ("\346\227\245\346\234\254\350\252\236", 4);
    g_autofree gchar *whole = simstow_text_fit ("abcd", 4);
    g_autofree gchar *one = simstow_text_fit ("abcd", 1);

    g_assert_cmpuint (simstow_text_width ("\346\227\245\346\234\254"), ==, 4);
    g_assert_cmpuint (simstow_text_width ("e\314\201"), ==, 1);
    g_assert_cmpstr (cut, ==, "\346\227\245\342\200\246");
    g_assert_cmpstr (whole, ==, "abcd");
    g_assert_cmpstr (one, ==, "\342\200\246");
}

static void
test_text_wrap (void)
{
    g_autoptr (GPtrArray) lines = simstow_text_wrap ("one two threeandfour", 7);
    g_autoptr (GPtrArray) none = simstow_text_wrap ("", 7);

    g_assert_cmpuint (lines->len, ==, 3);
    g_assert_cmpstr (g_ptr_array_index (lines, 0), ==, "one two");
    g_assert_cmpstr (g_ptr_array_index (lines, 1), ==, "threean");
    g_assert_cmpstr (g_ptr_array_index (lines, 2), ==, "dfour");
    g_assert_cmpuint (none->len, ==, 1);
}

static void
test_text_number_and_time (void)
{
    g_autofree gchar *foreign = simstow_text_number ("573101234567", 145);
    g_autofree gchar *marked = simstow_text_number ("+573101234567", 145);
    g_autofree gchar *local = simstow_text_number ("3101234567", 129);
    g_autofree gchar *bogota = simstow_text_time (1700000000, -300);
    g_autofree gchar *odd = simstow_text_time (1700000000, 345);
    g_autofree gchar *here = simstow_text_time_here (1700000000);
    g_autofree gchar *never = simstow_text_time (G_MAXINT64, 0);

    g_assert_cmpstr (foreign, ==, "+573101234567");
    g_assert_cmpstr (marked, ==, "+573101234567");
    g_assert_cmpstr (local, ==, "3101234567");
    g_assert_cmpstr (bogota, ==, "2023-11-14 17:13:20 -05:00");
    g_assert_cmpstr (odd, ==, "2023-11-15 03:58:20 +05:45");
    g_assert_cmpstr (here, ==, "2023-11-14 17:13:20 -05:00");
    g_assert_cmpstr (never, ==, "");
}

static SimstowTable *
make_table (void)
{
    SimstowTable *table = simstow_table_new ();

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "NAME");
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, "NO");
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, "EMPTY");
    simstow_table_add_column (table, SIMSTOW_COLUMN_WRAP, "TEXT");
    simstow_table_add (table, "Bego\303\261a");
    simstow_table_add_format (table, "%u", 7u);
    simstow_table_add (table, NULL);
    simstow_table_add (table, "a text of many words that goes on and on");
    simstow_table_add (table, "\346\227\245");
    simstow_table_add_format (table, "%u", 120u);
    simstow_table_add (table, "");
    simstow_table_add (table, "short\033[2J");
    return table;
}

static void
test_table_pipe (void)
{
    g_autoptr (SimstowTable) table = make_table ();
    g_autofree gchar *text = simstow_table_format (table, 0);

    g_assert_cmpstr (text,
                     ==,
                     "NAME     NO  TEXT\n"
                     "Bego\303\261a    7  a text of many words that goes on and on\n"
                     "\346\227\245      120  short\342\220\233[2J\n");
}

static void
test_table_terminal (void)
{
    g_autoptr (SimstowTable) table = make_table ();
    guint width;

    for (width = 20; width < 60; width++) {
        g_autofree gchar *text = simstow_table_format (table, width);
        g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
        guint i;

        for (i = 0; lines[i] != NULL; i++)
            g_assert_cmpuint (simstow_text_width (lines[i]), <=, width);
        /* whatever wraps is still whole */
        g_assert_nonnull (strstr (text, "on"));
        g_assert_null (strchr (text, '\033'));
    }
}

static void
test_json_text (void)
{
    const gchar plain[] = "\"\302\233\342\200\256\177 \303\261\"";
    g_autofree gchar *text = simstow_json_make_harmless (plain);
    g_autofree gchar *back = NULL;
    SimstowJsonValue value;

    g_assert_cmpstr (text, ==, "\"\\u009b\\u202e\\u007f \303\261\"");
    g_assert_true (simstow_json_value_parse (text, strlen (text), &value, NULL));
    back = simstow_json_value_dup_string (&value, NULL);
    g_assert_cmpstr (back, ==, "\302\233\342\200\256\177 \303\261");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/text/safe", test_text_safe);
    g_test_add_func ("/text/width", test_text_width);
    g_test_add_func ("/text/wrap", test_text_wrap);
    g_test_add_func ("/text/number-and-time", test_text_number_and_time);
    g_test_add_func ("/table/pipe", test_table_pipe);
    g_test_add_func ("/table/terminal", test_table_terminal);
    g_test_add_func ("/json/text", test_json_text);
    return g_test_run ();
}
