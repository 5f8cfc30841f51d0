/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GSM 7 bit alphabet: the tables by their properties and by samples, packing
 * with and without fill bits, and the choice of tables.
 */

#include "simstow-gsm7.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-gsm7-tables.h"
#include "simstow-hex.h"

static gboolean
has_locking (guint language)
{
    return language != 2;
}

/* Duplicates of the standard itself: ¡ twice and * twice in the Indic single shift tables */
static gboolean
is_twice_in_standard (gboolean shift, guint language, guint16 character)
{
    return shift && language >= 4 && (character == 0x00A1 || character == '*');
}

static void
check_table (const guint16 *table, gboolean shift, guint language)
{
    guint i;
    guint j;

    for (i = 0; i < 128; i++) {
        g_assert_false (table[i] >= 0xD800 && table[i] < 0xE000);
        if (table[i] == 0 || table[i] == SIMSTOW_GSM7_ESCAPE)
            continue;
        g_assert_cmpuint (g_unichar_type (table[i]), !=, G_UNICODE_UNASSIGNED);
        for (j = 0; j < i; j++) {
            if (table[i] == table[j] && !is_twice_in_standard (shift, language, table[i]))
                g_test_message ("language %u: U+%04X at 0x%02X and 0x%02X",
                                language,
                                table[i],
                                j,
                                i),
                    g_test_fail ();
        }
    }
}

static void
test_tables (void)
{
    guint language;

    for (language = 0; language < SIMSTOW_GSM7_LANGUAGES; language++) {
        const guint16 *locking = simstow_gsm7_locking[language];
        const guint16 *shift = simstow_gsm7_shift[language];
        guint i;

        check_table (shift, TRUE, language);
        g_assert_cmphex (shift[0x1B], ==, SIMSTOW_GSM7_ESCAPE);
        g_assert_cmphex (shift[0x0A], ==, 0x000C);
        g_assert_cmphex (shift[0x0D], ==, 0);
        g_assert_cmphex (shift[0x65], ==, 0x20AC);
        if (!has_locking (language)) {
            for (i = 0; i < 128; i++)
                g_assert_cmphex (locking[i], ==, 0);
            continue;
        }
        check_table (locking, FALSE, language);
        g_assert_cmphex (locking[0x1B], ==, SIMSTOW_GSM7_ESCAPE);
        g_assert_cmphex (locking[0x0A], ==, '\n');
        g_assert_cmphex (locking[0x0D], ==, '\r');
        g_assert_cmphex (locking[0x20], ==, ' ');
        for (i = 0; i < 26; i++)
            g_assert_cmphex (locking[0x61 + i], ==, 'a' + i);
        for (i = 0; i < 10; i++)
            g_assert_cmphex (locking[0x30 + i], ==, '0' + i);
    }
}

/* Each Indic table keeps to its own block of Unicode, beside ASCII and a few Latin signs */
static void
test_blocks (void)
{
    static const guint16 blocks[] =
        {0x0980, 0x0A80, 0x0900, 0x0C80, 0x0D00, 0x0B00, 0x0A00, 0x0B80, 0x0C00, 0x0600};
    static const guint16 digits[] =
        {0x09E6, 0x0AE6, 0x0966, 0x0CE6, 0x0D66, 0x0B66, 0x0A66, 0x0BE6, 0x0C66, 0x06F0};
    guint language;
    guint i;

    for (language = 4; language < SIMSTOW_GSM7_LANGUAGES; language++) {
        guint16 block = blocks[language - 4];
        guint16 size = block == 0x0600 ? 0x100 : 0x80;

        for (i = 0; i < 128; i++) {
            guint16 plain = simstow_gsm7_locking[language][i];
            guint16 shifted = simstow_gsm7_shift[language][i];

            if (plain >= 0x100)
                g_assert_true (plain >= block && plain < block + size);
            /* the danda of all Indic scripts is encoded with Devanagari */
            if (shifted >= 0x100 && shifted != 0x20AC && shifted != 0x0964 && shifted != 0x0965)
                g_assert_true (shifted >= block && shifted < block + size);
        }
        /* the digits of the script run on from 2, in Bengali from 0x1C, else from 0x1E */
        for (i = 2; i < 10; i++)
            g_assert_cmphex (simstow_gsm7_shift[language][(language == 4 ? 0x1A : 0x1C) + i],
                             ==,
                             digits[language - 4] + i);
    }
}

typedef struct {
    const gchar *text;
    SimstowGsm7Tables tables;
    const gchar *septets;
} Sample;

static const Sample samples[] = {
    {"@£$¥èéùìòÇ\nØø\rÅå", {0, 0}, "000102030405060708090A0B0C0D0E0F"},
    {"Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ", {0, 0}, "101112131415161718191A1C1D1E1F"},
    {"¤¡ÄÖÑÜ§¿äöñüà", {0, 0}, "24405B5C5D5E5F607B7C7D7E7F"},
    {"\f^{}\\[~]|€", {0, 0}, "1B0A1B141B281B291B2F1B3C1B3D1B3E1B401B65"},
    {"ŞşĞğİıç", {0, 1}, "1B531B731B471B671B491B691B63"},
    {"ŞşĞğİıç€", {1, 0}, "1C1D0B0C40076004"},
    {"Mamá, ¿qué? Aquí: ÁÍÓÚíóúç",
     {0, 2},
     "4D616D1B612C20607175053F20417175"
     "1B693A201B411B491B4F1B551B691B6F1B751B09"},
    {"Não é só Ç",
     {3, 0},
     "4E7B6F200520730820"
     "13"},
    {"ção ÂÃÕ",
     {0, 3},
     "1B091B7B6F20"
     "1B611B5B1B5C"},
    {"বাংলা",
     {4, 0},
     "40500146"
     "50"},
    {"১", {0, 4}, "1B1A"},
    {"ગુજરાતી",
     {5, 0},
     "1753"
     "1D44"
     "5027"
     "52"},
    {"हिन्दी",
     {6, 0},
     "4D51"
     "2F5F"
     "2B52"},
    {"ಕನ್ನಡ",
     {7, 0},
     "152F"
     "5F2F"
     "24"},
    {"മലയാളം",
     {8, 0},
     "4246"
     "4350"
     "4701"},
    {"ଓଡ଼ିଆ",
     {9, 0},
     "1324"
     "4E51"
     "04"},
    {"ਪੰਜਾਬੀ",
     {10, 0},
     "3D7B"
     "1D50"
     "4052"},
    {"தமிழ்",
     {11, 0},
     "2742"
     "5148"
     "5F"},
    {"తెలుగు",
     {12, 0},
     "2758"
     "4653"
     "1753"},
    {"اردو",
     {13, 0},
     "0025"
     "1A53"},
};

static void
test_samples (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (samples); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GByteArray) septets = NULL;
        g_autofree gchar *hex = NULL;
        g_autofree gchar *text = NULL;
        gboolean lossy = FALSE;

        septets = simstow_gsm7_encode (samples[i].text, samples[i].tables, &error);
        g_assert_no_error (error);
        hex = simstow_hex_encode (septets->data, septets->len);
        g_assert_cmpstr (hex, ==, samples[i].septets);
        text = simstow_gsm7_decode (septets->data, septets->len, samples[i].tables, &lossy);
        g_assert_cmpstr (text, ==, samples[i].text);
        g_assert_false (lossy);
    }
}

/* Every place of every pair of tables survives decoding and encoding */
static void
test_every_place (void)
{
    guint language;
    guint i;

    for (language = 0; language < SIMSTOW_GSM7_LANGUAGES; language++) {
        SimstowGsm7Tables tables = {has_locking (language) ? language : 0, language};

        for (i = 0; i < 256; i++) {
            guint8 septets[] = {SIMSTOW_GSM7_ESCAPE, (guint8) (i % 128)};
            gsize skip = i < 128 ? 1 : 0;
            g_autofree gchar *text = NULL;
            g_autofree gchar *again = NULL;
            g_autoptr (GByteArray) encoded = NULL;
            gboolean lossy = FALSE;

            text = simstow_gsm7_decode (septets + skip, 2 - skip, tables, &lossy);
            g_assert_true (g_utf8_validate (text, -1, NULL));
            if (lossy)
                continue;
            encoded = simstow_gsm7_encode (text, tables, NULL);
            g_assert_nonnull (encoded);
            again = simstow_gsm7_decode (encoded->data, encoded->len, tables, NULL);
            g_assert_cmpstr (again, ==, text);
        }
    }
}

static void
test_lossy (void)
{
    static const struct {
        const gchar *septets;
        SimstowGsm7Tables tables;
        const gchar *text;
    } rows[] = {
        /* an undefined extension shows the plain character, 6.2.1.1 */
        {"611B4162", {0, 0}, "aAb"},
        /* an escape to a further table shows a space */
        {"611B1B62", {0, 0}, "a b"},
        /* an escape at the end has nothing to shift */
        {"611B", {0, 0}, "a\357\277\275"},
        /* an undefined place of a locking table */
        {"610C", {4, 0}, "a\357\277\275"},
        /* tables that do not exist are read as the default ones */
        {"6100", {14, 0}, "a@"},
        {"6100", {0, 14}, "a@"},
        {"6100", {2, 0}, "a@"},
        /* no septet */
        {"61E1", {0, 0}, "a\357\277\275"},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) septets = simstow_hex_decode (rows[i].septets, -1, NULL);
        g_autofree gchar *text = NULL;
        gboolean lossy = FALSE;

        text = simstow_gsm7_decode (g_bytes_get_data (septets, NULL),
                                    g_bytes_get_size (septets),
                                    rows[i].tables,
                                    &lossy);
        g_assert_cmpstr (text, ==, rows[i].text);
        g_assert_true (lossy);
    }
}

static void
check_packing (const gchar *text, guint fill_bits, const gchar *packed)
{
    g_autoptr (GByteArray) septets = simstow_gsm7_encode (text, (SimstowGsm7Tables){0}, NULL);
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (GByteArray) back = NULL;
    g_autofree gchar *hex = NULL;

    simstow_gsm7_pack (septets->data, septets->len, fill_bits, out);
    hex = simstow_hex_encode (out->data, out->len);
    g_assert_cmpstr (hex, ==, packed);
    back = simstow_gsm7_unpack (out->data, out->len, fill_bits, septets->len);
    g_assert_cmpmem (back->data, back->len, septets->data, septets->len);
}

static void
test_packing (void)
{
    check_packing ("", 0, "");
    check_packing ("1", 0, "31");
    check_packing ("12345678", 0, "31D98C56B3DD70");
    check_packing ("hellohello", 0, "E8329BFD4697D9EC37");
    /* 6 octets of header leave one fill bit; 7 none */
    check_packing ("hello", 1, "D06536FB0D");
    check_packing ("A", 6, "4010");
}

static void
test_unpack_bounds (void)
{
    static const guint8 data[] = {0xFF, 0xFF};
    guint fill_bits;

    for (fill_bits = 0; fill_bits < 7; fill_bits++) {
        g_autoptr (GByteArray) septets = simstow_gsm7_unpack (data, 2, fill_bits, 1000);

        g_assert_cmpuint (septets->len, ==, (16 - fill_bits) / 7);
    }
    {
        g_autoptr (GByteArray) none = simstow_gsm7_unpack (NULL, 0, 3, 7);

        g_assert_cmpuint (none->len, ==, 0);
    }
}

static void
test_encode_refused (void)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (simstow_gsm7_encode ("á", (SimstowGsm7Tables){0}, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    g_assert_nonnull (strstr (error->message, "U+00E1"));
    g_clear_error (&error);
    g_assert_null (simstow_gsm7_encode ("a", (SimstowGsm7Tables){2, 0}, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    g_clear_error (&error);
    g_assert_null (simstow_gsm7_encode ("\033", (SimstowGsm7Tables){0}, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/gsm7/tables", test_tables);
    g_test_add_func ("/gsm7/blocks", test_blocks);
    g_test_add_func ("/gsm7/samples", test_samples);
    g_test_add_func ("/gsm7/every-place", test_every_place);
    g_test_add_func ("/gsm7/lossy", test_lossy);
    g_test_add_func ("/gsm7/packing", test_packing);
    g_test_add_func ("/gsm7/unpack-bounds", test_unpack_bounds);
    g_test_add_func ("/gsm7/encode-refused", test_encode_refused);
    return g_test_run ();
}
