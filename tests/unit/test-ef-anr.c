/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_ANR, field by field.
 */

#include "simstow-ef.h"

#include "simstow-error.h"
#include "simstow-hex.h"

static void
decode (const gchar *hex, SimstowEfAnr *anr)
{
    g_autoptr (GBytes) record = simstow_hex_decode (hex, -1, NULL);
    g_autoptr (GError) error = NULL;
    gsize size = g_bytes_get_size (record);

    g_assert_true (simstow_ef_anr_decode (g_bytes_get_data (record, NULL), size, anr, &error));
    g_assert_no_error (error);
}

static void
check_encoded (const SimstowEfAnr *anr, const gchar *hex)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GByteArray) record = simstow_ef_anr_encode (anr, &error);
    g_autofree gchar *got = NULL;

    g_assert_no_error (error);
    got = simstow_hex_encode (record->data, record->len);
    g_assert_cmpstr (got, ==, hex);
}

/* clang-format off */
static const gchar number[] =
    "02"                    /* record 2 of EF_AAS says what kind of number it is */
    "07"                    /* length: type and 6 octets of digits */
    "91"                    /* type: international */
    "7506512143F5FFFFFFFF"  /* digits: 576015123 45 */
    "FF"                    /* no record of EF_CCP1 */
    "FF";                   /* no record of EF_EXT1 */

/* As in number, of type 2: it leads back to the file 01, record 07 */
static const gchar linked[] = "02" "07" "91" "7506512143F5FFFFFFFF" "FF" "FF" "0107";

static const gchar long_number[] = "00" "0B" "81" "10325476981032547698" "FF" "03";

static const gchar vacant[] = "FF" "FF" "FF" "FFFFFFFFFFFFFFFFFFFF" "FF" "FF";
/* clang-format on */

static void
test_number (void)
{
    g_auto (SimstowEfAnr) anr = {0};

    decode (number, &anr);
    g_assert_cmpuint (anr.label, ==, 2);
    g_assert_true (anr.entry.used);
    g_assert_cmpstr (anr.entry.number, ==, "57601512345");
    g_assert_cmphex (anr.entry.type, ==, 0x91);
    check_encoded (&anr, number);
    simstow_ef_anr_clear (&anr);
    g_assert_cmpuint (anr.label, ==, 0);
    decode (linked, &anr);
    check_encoded (&anr, number);
}

static void
test_long_number (void)
{
    static const guint8 extension[] =
        {0x02, 0x01, 0x21, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    g_auto (SimstowEfAnr) anr = {0};
    guint8 next;

    decode (long_number, &anr);
    g_assert_cmpuint (anr.entry.extension, ==, 3);
    g_assert_true (
        simstow_ef_adn_add_extension (&anr.entry, extension, sizeof extension, &next, NULL));
    g_assert_cmpstr (anr.entry.number, ==, "0123456789012345678912");
    g_assert_cmpuint (simstow_ef_adn_count_extensions (&anr.entry), ==, 1);
    check_encoded (&anr, long_number);
}

static void
test_vacant (void)
{
    g_auto (SimstowEfAnr) anr = {0};

    decode (vacant, &anr);
    g_assert_false (anr.entry.used);
    g_assert_cmpuint (anr.label, ==, 0);
    check_encoded (&anr, vacant);
}

static void
test_refused (void)
{
    static const guint8 data[14] = {0};
    g_auto (SimstowEfAnr) anr = {0};
    g_autoptr (GError) error = NULL;

    g_assert_false (simstow_ef_anr_decode (data, sizeof data, &anr, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_clear_error (&error);
    decode (number, &anr);
    g_free (anr.entry.number);
    anr.entry.number = g_strdup ("12-34");
    g_assert_null (simstow_ef_anr_encode (&anr, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/ef-anr/number", test_number);
    g_test_add_func ("/ef-anr/long-number", test_long_number);
    g_test_add_func ("/ef-anr/vacant", test_vacant);
    g_test_add_func ("/ef-anr/refused", test_refused);
    return g_test_run ();
}
