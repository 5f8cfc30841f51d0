/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text in the character sets of +CSCS, both ways.
 */

#include <gio/gio.h>

#include "simstow-at-charset.h"
#include "simstow-error.h"

typedef struct {
    SimstowAtCharset charset;
    const gchar *wire;
    const gchar *text;
} Sample;

static const Sample samples[] = {
    {SIMSTOW_AT_CHARSET_UCS2, "", ""},
    {SIMSTOW_AT_CHARSET_UCS2, "004200650067006F00F10061", "Bego\xc3\xb1\x61"},
    {SIMSTOW_AT_CHARSET_UCS2, "D83DDE0E", "\xf0\x9f\x98\x8e"},
    {SIMSTOW_AT_CHARSET_UCS2, "0022003B000D", "\";\r"},
    {SIMSTOW_AT_CHARSET_UTF8, "Bego\xc3\xb1\x61", "Bego\xc3\xb1\x61"},
    {SIMSTOW_AT_CHARSET_LATIN1, "Bego\\F1\x61", "Bego\xc3\xb1\x61"},
    {SIMSTOW_AT_CHARSET_GSM, "Bego\x7d\x61", "Bego\xc3\xb1\x61"},
    {SIMSTOW_AT_CHARSET_HEX, "001B65", "@\xe2\x82\xac"},
    {SIMSTOW_AT_CHARSET_IRA, "Ana", "Ana"},
    {SIMSTOW_AT_CHARSET_IRA, "\\07timbre", "\atimbre"},
    {SIMSTOW_AT_CHARSET_IRA, "a\\22b\\5C\\3B\\0D", "a\"b\\;\r"},
    {SIMSTOW_AT_CHARSET_UTF8, "\xc3\xb1\\22", "\xc3\xb1\""},
    {SIMSTOW_AT_CHARSET_LATIN1, "\\F1\\5C", "\xc3\xb1\\"},
    /* '@', O diaeresis and the euro sign */
    {SIMSTOW_AT_CHARSET_GSM,
     "\\00\\5CBB\\1Be",
     "@\xc3\x96"
     "BB\xe2\x82\xac"},
};

static SimstowAtField
quoted (const gchar *text)
{
    SimstowAtField field = {SIMSTOW_AT_FIELD_QUOTED, text, strlen (text)};

    return field;
}

static void
test_samples (void)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (samples); i++) {
        SimstowAtField field = quoted (samples[i].wire);
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) raw = NULL;
        g_autofree gchar *text = simstow_at_charset_decode (samples[i].charset, &field, &raw);
        g_autofree gchar *wire =
            simstow_at_charset_encode (samples[i].charset, samples[i].text, &error);

        g_assert_no_error (error);
        g_assert_cmpstr (text, ==, samples[i].text);
        g_assert_cmpstr (wire, ==, samples[i].wire);
        g_assert_null (raw);
    }
}

/* Controls of eight bits, which no line shows, and letters that begin as they do */
static void
test_controls (void)
{
    g_autofree gchar *wire =
        simstow_at_charset_encode (SIMSTOW_AT_CHARSET_UTF8, "Mu\xc2\x8doz\xc2\xa0\xc2\x9f", NULL);

    g_assert_cmpstr (wire, ==, "Mu\\C2\\8Doz\xc2\xa0\\C2\\9F");
}

static void
test_surrogates (void)
{
    static const gchar *const lone[] = {"0041D83D", "0041DE0E", "004100000042", "0041D83DD83D"};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (lone); i++) {
        SimstowAtField field = quoted (lone[i]);
        g_autoptr (GBytes) raw = NULL;
        g_autofree gchar *text = simstow_at_charset_decode (SIMSTOW_AT_CHARSET_UCS2, &field, &raw);

        g_assert_true (g_str_has_prefix (text, "A\xef\xbf\xbd"));
        g_assert_nonnull (raw);
        g_assert_cmpuint (g_bytes_get_size (raw), ==, strlen (lone[i]) / 2);
    }
}

/* What follows a name in a place that it does not fill is none of it */
static void
test_padding (void)
{
    static const gchar *const padded[] = {"0041FFFF", "00410000", "00410000FFFFFFFF"};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (padded); i++) {
        SimstowAtField field = quoted (padded[i]);
        g_autoptr (GBytes) raw = NULL;
        g_autofree gchar *text = simstow_at_charset_decode (SIMSTOW_AT_CHARSET_UCS2, &field, &raw);

        g_assert_cmpstr (text, ==, "A");
        g_assert_null (raw);
    }
}

static void
test_broken (void)
{
    /* what is no UCS2 is plain text, and what is no text at all is shown as such */
    static const gchar *const wire[] = {"Ana", "004", "zzzz", "\xff\xfe"};
    static const gchar *const text[] = {"Ana", "004", "zzzz", "\xef\xbf\xbd\xef\xbf\xbd"};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (wire); i++) {
        SimstowAtField field = quoted (wire[i]);
        g_autofree gchar *got = simstow_at_charset_decode (SIMSTOW_AT_CHARSET_UCS2, &field, NULL);

        g_assert_cmpstr (got, ==, text[i]);
    }
}

/* Modems that do not escape: a letter that happens to stand before digits */
static void
test_unescaped (void)
{
    static const Sample unescaped[] = {
        {SIMSTOW_AT_CHARSET_GSM,
         "\x5c"
         "BB\x5c",
         "\xc3\x96"
         "BB\xc3\x96"},
        {SIMSTOW_AT_CHARSET_GSM,
         "\x5c"
         "2",
         "\xc3\x96"
         "2"},
        {SIMSTOW_AT_CHARSET_IRA, "C:\\dir", "C:\\dir"},
        {SIMSTOW_AT_CHARSET_GSM, "\x1b\x65", "\xe2\x82\xac"},
        {SIMSTOW_AT_CHARSET_IRA,
         "a\\00b",
         "a\xef\xbf\xbd"
         "b"},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (unescaped); i++) {
        SimstowAtField field = quoted (unescaped[i].wire);
        g_autofree gchar *text = simstow_at_charset_decode (unescaped[i].charset, &field, NULL);

        g_assert_cmpstr (text, ==, unescaped[i].text);
    }
}

static void
test_refused (void)
{
    static const Sample refused[] = {
        {SIMSTOW_AT_CHARSET_IRA, NULL, "Bego\xc3\xb1\x61"},
        {SIMSTOW_AT_CHARSET_LATIN1, NULL, "\xce\xa9"},
        {SIMSTOW_AT_CHARSET_GSM, NULL, "\xc3\xa1"},
        {SIMSTOW_AT_CHARSET_HEX, NULL, "\xe4\xb8\xad"},
        {SIMSTOW_AT_CHARSET_UCS2, NULL, "\xff"},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (refused); i++) {
        g_autoptr (GError) error = NULL;

        g_assert_null (simstow_at_charset_encode (refused[i].charset, refused[i].text, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    }
}

static void
test_best (void)
{
    const gchar *all[] = {"IRA", "GSM", "UCS2", NULL};
    const gchar *some[] = {"IRA", "GSM", "8859-1", NULL};
    const gchar *none[] = {"PCCP437", NULL};

    g_assert_cmpstr (simstow_at_charset_best (all), ==, "UCS2");
    g_assert_cmpstr (simstow_at_charset_best (some), ==, "8859-1");
    g_assert_null (simstow_at_charset_best (none));
    g_assert_cmpint (simstow_at_charset_from_name ("utf-8"), ==, SIMSTOW_AT_CHARSET_UTF8);
    g_assert_cmpint (simstow_at_charset_from_name (NULL), ==, SIMSTOW_AT_CHARSET_IRA);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/at-charset/samples", test_samples);
    g_test_add_func ("/at-charset/controls", test_controls);
    g_test_add_func ("/at-charset/surrogates", test_surrogates);
    g_test_add_func ("/at-charset/padding", test_padding);
    g_test_add_func ("/at-charset/broken", test_broken);
    g_test_add_func ("/at-charset/unescaped", test_unescaped);
    g_test_add_func ("/at-charset/refused", test_refused);
    g_test_add_func ("/at-charset/best", test_best);
    return g_test_run ();
}
