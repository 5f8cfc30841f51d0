/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCard syntax: what is written and read back, and what other programs write in
 * each version.
 */

#include "simstow-vcard.h"

#include <string.h>

#include "simstow-error.h"

static GPtrArray *
parse (const gchar *text)
{
    g_autoptr (GError) error = NULL;
    GPtrArray *cards = simstow_vcard_parse (text, strlen (text), &error);

    g_assert_no_error (error);
    return cards;
}

static const SimstowVcard *
only_card (GPtrArray *cards)
{
    g_assert_cmpuint (cards->len, ==, 1);
    return g_ptr_array_index (cards, 0);
}

static void
check_text (const SimstowVcard *card, const gchar *name, const gchar *text)
{
    const SimstowVcardProperty *property = simstow_vcard_get (card, name);
    g_autofree gchar *got = NULL;

    g_assert_nonnull (property);
    got = simstow_vcard_property_get_text (property);
    g_assert_cmpstr (got, ==, text);
}

static void
check_fields (const SimstowVcard *card, const gchar *name, gchar separator, const gchar *joined)
{
    g_auto (GStrv) fields = NULL;
    g_autofree gchar *got = NULL;

    fields = simstow_vcard_property_get_fields (simstow_vcard_get (card, name), separator);
    got = g_strjoinv ("|", fields);
    g_assert_cmpstr (got, ==, joined);
}

static void
test_write (void)
{
    static const gchar *const name[] = {"Bego;ña, \\O'Neill", "", "", "", "", NULL};
    static const gchar *const groups[] = {"Family", "A,B", NULL};
    g_autoptr (SimstowVcard) card = simstow_vcard_new ();
    g_autoptr (GString) out = g_string_new (NULL);
    SimstowVcardProperty *property;

    simstow_vcard_add_text (card, "fn", "Bego;ña, \\O'Neill");
    simstow_vcard_add_fields (card, "N", ';', name);
    property = simstow_vcard_add_text (card, "TEL", "+573001234567");
    simstow_vcard_property_add_parameter (property, "TYPE", "CELL");
    simstow_vcard_property_add_parameter (property, "TYPE", "PREF");
    simstow_vcard_property_add_parameter (property, "X-A", "b:c");
    simstow_vcard_add_fields (card, "CATEGORIES", ',', groups);
    simstow_vcard_add_text (card, "NOTE", "one\r\ntwo\nthree\rfour");
    simstow_vcard_write (card, out);
    g_assert_cmpstr (out->str,
                     ==,
                     "BEGIN:VCARD\r\n"
                     "VERSION:3.0\r\n"
                     "FN:Bego\\;ña\\, \\\\O'Neill\r\n"
                     "N:Bego\\;ña\\, \\\\O'Neill;;;;\r\n"
                     "TEL;TYPE=CELL,PREF;X-A=\"b:c\":+573001234567\r\n"
                     "CATEGORIES:Family,A\\,B\r\n"
                     "NOTE:one\\ntwo\\nthree\\nfour\r\n"
                     "END:VCARD\r\n");
}

/* Any length of ASCII before two-, three- and four-octet characters */
static void
test_fold (void)
{
    guint length;

    for (length = 0; length < 200; length++) {
        g_autofree gchar *filler = g_strnfill (length, 'x');
        g_autofree gchar *text = g_strconcat (filler, "ñ€😀ñ€😀", filler, " ;,\\", NULL);
        g_autoptr (SimstowVcard) card = simstow_vcard_new ();
        g_autoptr (GString) out = g_string_new (NULL);
        g_autoptr (GPtrArray) cards = NULL;
        g_auto (GStrv) lines = NULL;
        guint i;

        simstow_vcard_add_text (card, "FN", text);
        simstow_vcard_write (card, out);
        lines = g_strsplit (out->str, "\r\n", -1);
        for (i = 0; lines[i]; i++) {
            g_assert_cmpuint (strlen (lines[i]), <=, 75);
            g_assert_true (g_utf8_validate (lines[i], -1, NULL));
        }
        cards = parse (out->str);
        check_text (only_card (cards), "FN", text);
    }
}

static void
test_version_2_1 (void)
{
    g_autoptr (GPtrArray) cards = parse ("BEGIN:VCARD\r\n"
                                         "VERSION:2.1\r\n"
                                         "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
                                         "Mu=C3=B1oz;Ana =\r\nMar=C3=ADa;;;\r\n"
                                         "FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Mu=F1oz\r\n"
                                         "TEL;CELL;PREF:+57 300\r\n"
                                         "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab=3Dc=\r\n"
                                         "=20d\r\n"
                                         "ADR:one\\;two;C:\\new\r\n"
                                         "LABEL:folded\r\n at space\r\n"
                                         "TITLE:caf\351\r\n"
                                         "end:vcard\r\n");
    const SimstowVcard *card = only_card (cards);
    const SimstowVcardProperty *tel = simstow_vcard_get (card, "TEL");

    g_assert_cmpstr (card->version, ==, "2.1");
    check_fields (card, "N", ';', "Muñoz|Ana María|||");
    check_text (card, "FN", "Muñoz");
    g_assert_true (simstow_vcard_property_has_type (tel, "cell"));
    g_assert_true (simstow_vcard_property_has_type (tel, "PREF"));
    g_assert_false (simstow_vcard_property_has_type (tel, "HOME"));
    check_text (card, "TEL", "+57 300");
    check_text (card, "NOTE", "a\nb=c d");
    check_fields (card, "ADR", ';', "one;two|C:\\new");
    check_text (card, "LABEL", "folded at space");
    check_text (card, "TITLE", "café");
    g_assert_cmpuint (card->skipped, ==, 0);
}

static void
test_version_3_0 (void)
{
    g_autoptr (GPtrArray) cards = parse ("\357\273\277begin:vcard\n"
                                         "version:3.0\n"
                                         "fn:Line one\\nline\\, two\n"
                                         "item1.TEL;type=\"CELL\",voice;TYPE=pref:+57 30\n"
                                         " 0 12\n"
                                         "\t3\n"
                                         "item1.X-ABLabel:a\\:b\n"
                                         "CATEGORIES:a\\,b,c\n"
                                         "AGENT:\n"
                                         "BEGIN:VCARD\n"
                                         "FN:inner\n"
                                         "END:VCARD\n"
                                         "EMAIL;X-P=\"a;b:c\":a@example.com\n"
                                         "END:VCARD\n");
    const SimstowVcard *card = only_card (cards);
    const SimstowVcardProperty *tel = simstow_vcard_get (card, "TEL");
    const SimstowVcardProperty *email = simstow_vcard_get (card, "EMAIL");

    check_text (card, "FN", "Line one\nline, two");
    check_text (card, "TEL", "+57 300 123");
    g_assert_cmpstr (tel->group, ==, "item1");
    g_assert_true (simstow_vcard_property_has_type (tel, "CELL"));
    g_assert_true (simstow_vcard_property_has_type (tel, "VOICE"));
    g_assert_true (simstow_vcard_property_has_type (tel, "PREF"));
    check_text (card, "X-ABLABEL", "a:b");
    check_fields (card, "CATEGORIES", ',', "a,b|c");
    g_assert_cmpstr (simstow_vcard_property_get_parameter (email, "X-P"), ==, "a;b:c");
}

static void
test_version_4_0 (void)
{
    g_autoptr (GPtrArray) cards =
        parse ("BEGIN:VCARD\r\n"
               "VERSION:4.0\r\n"
               "FN:A\r\n"
               "TEL;VALUE=uri;PREF=1;TYPE=\"voice,cell\":tel:+57-300-1;ext=5\r\n"
               "NOTE;X-Q=a^nb^'c^^d:x\r\n"
               "END:VCARD\r\n");
    const SimstowVcard *card = only_card (cards);
    const SimstowVcardProperty *tel = simstow_vcard_get (card, "TEL");
    g_autofree gchar *number = simstow_vcard_property_get_number (tel);

    g_assert_cmpstr (number, ==, "+57-300-1");
    g_assert_cmpstr (simstow_vcard_property_get_parameter (tel, "PREF"), ==, "1");
    g_assert_cmpstr (simstow_vcard_property_get_parameter (simstow_vcard_get (card, "NOTE"), "X-Q"),
                     ==,
                     "a\nb\"c^d");
    g_assert_true (simstow_vcard_property_has_type (tel, "CELL"));
}

static void
test_many_and_odd (void)
{
    g_autoptr (GPtrArray) cards = parse ("junk\n\n"
                                         "BEGIN:VCARD\rVERSION:3.0\rFN:a\rno colon\r:x\rA B:c\r"
                                         "TEL;X=\"open:1\r;:\rEND:VCARD\r"
                                         "between\n"
                                         "BEGIN:VCARD \nFN:b\nTEL:tel:%2B57\nNOTE:\nEND:VCARD \n");
    const SimstowVcard *first;
    const SimstowVcard *second;
    g_autofree gchar *number = NULL;

    g_assert_cmpuint (cards->len, ==, 2);
    first = g_ptr_array_index (cards, 0);
    second = g_ptr_array_index (cards, 1);
    check_text (first, "FN", "a");
    g_assert_cmpuint (first->properties->len, ==, 1);
    g_assert_cmpuint (first->skipped, ==, 5);
    check_text (second, "FN", "b");
    check_text (second, "NOTE", "");
    number = simstow_vcard_property_get_number (simstow_vcard_get (second, "TEL"));
    g_assert_cmpstr (number, ==, "+57");
    g_assert_null (simstow_vcard_get (second, "EMAIL"));
}

static void
test_unended (void)
{
    static const gchar text[] = "BEGIN:VCARD\nFN:a\n";
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) none = parse ("");

    g_assert_cmpuint (none->len, ==, 0);
    g_assert_null (simstow_vcard_parse (text, strlen (text), &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/vcard/write", test_write);
    g_test_add_func ("/vcard/fold", test_fold);
    g_test_add_func ("/vcard/version-2.1", test_version_2_1);
    g_test_add_func ("/vcard/version-3.0", test_version_3_0);
    g_test_add_func ("/vcard/version-4.0", test_version_4_0);
    g_test_add_func ("/vcard/many-and-odd", test_many_and_odd);
    g_test_add_func ("/vcard/unended", test_unended);
    return g_test_run ();
}
