/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_ADN with their extensions in EF_EXT1, field by field.
 */

#include "simstow-ef.h"

#include "simstow-error.h"
#include "simstow-hex.h"

static void
decode (const gchar *hex, SimstowEfAdn *adn)
{
    g_autoptr (GBytes) record = simstow_hex_decode (hex, -1, NULL);
    g_autoptr (GError) error = NULL;
    gsize size = g_bytes_get_size (record);

    g_assert_true (simstow_ef_adn_decode (g_bytes_get_data (record, NULL), size, adn, &error));
    g_assert_no_error (error);
}

static void
check_encoded (const SimstowEfAdn *adn, gsize size, const gchar *hex)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GByteArray) record = simstow_ef_adn_encode (adn, size, &error);
    g_autofree gchar *got = NULL;

    g_assert_no_error (error);
    got = simstow_hex_encode (record->data, record->len);
    g_assert_cmpstr (got, ==, hex);
}

/* clang-format off */
static const gchar entry[] =
    "4265676F7D61FFFF"      /* alpha identifier: Begoña, padded to 8 */
    "07"                    /* length: type and 6 octets of digits */
    "91"                    /* type: international */
    "7503103254F6FFFFFFFF"  /* digits: 57300123456 */
    "FF"                    /* no record of EF_CCP */
    "FF";                   /* no record of EF_EXT1 */

static const gchar long_entry[] =
    "41FFFFFFFFFFFFFF" "0B" "81" "10325476981032547698" "FF" "03";

static const gchar extension[] =
    "02"                    /* additional data */
    "03"                    /* 3 octets of digits */
    "2143F5FFFFFFFFFFFFFF"  /* 12345 */
    "FF";                   /* nothing goes on */
/* clang-format on */

static void
test_entry (void)
{
    g_auto (SimstowEfAdn) adn = {0};

    decode (entry, &adn);
    g_assert_true (adn.used);
    g_assert_cmpstr (adn.name, ==, "Begoña");
    g_assert_cmpstr (adn.number, ==, "57300123456");
    g_assert_cmphex (adn.type, ==, 0x91);
    g_assert_cmphex (adn.extension, ==, SIMSTOW_EF_ADN_NONE);
    g_assert_false (adn.lossy);
    check_encoded (&adn, 22, entry);
    /* a longer field on another card */
    check_encoded (&adn,
                   24,
                   "4265676F7D61FFFFFFFF"
                   "07917503103254F6FFFFFFFFFFFF");
}

static void
test_extension (void)
{
    g_auto (SimstowEfAdn) adn = {0};
    g_autoptr (GBytes) more = simstow_hex_decode (extension, -1, NULL);
    g_autoptr (GByteArray) made = NULL;
    g_autoptr (GByteArray) none = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *hex = NULL;
    guint8 next = 0;

    decode (long_entry, &adn);
    g_assert_cmphex (adn.extension, ==, 3);
    g_assert_true (simstow_ef_adn_add_extension (&adn,
                                                 g_bytes_get_data (more, NULL),
                                                 g_bytes_get_size (more),
                                                 &next,
                                                 &error));
    g_assert_no_error (error);
    g_assert_cmphex (next, ==, SIMSTOW_EF_ADN_NONE);
    g_assert_cmpstr (adn.number, ==, "0123456789012345678912345");
    g_assert_cmpuint (simstow_ef_adn_count_extensions (&adn), ==, 1);
    check_encoded (&adn, 22, long_entry);
    made = simstow_ef_adn_encode_extension (&adn, 0, SIMSTOW_EF_ADN_NONE, &error);
    g_assert_no_error (error);
    hex = simstow_hex_encode (made->data, made->len);
    g_assert_cmpstr (hex, ==, extension);
    none = simstow_ef_adn_encode_extension (&adn, 1, SIMSTOW_EF_ADN_NONE, &error);
    g_assert_null (none);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

static void
test_extension_kinds (void)
{
    static const guint8 subaddress[13] = {0x01, 0x02, 0x11, 0x22, [12] = 0x07};
    static const guint8 unknown[13] = {0x04};
    g_auto (SimstowEfAdn) adn = {0};
    g_autoptr (GError) error = NULL;
    guint8 next = 0;

    decode (entry, &adn);
    g_assert_true (simstow_ef_adn_add_extension (&adn, subaddress, 13, &next, &error));
    g_assert_cmphex (next, ==, 7);
    g_assert_cmpstr (adn.number, ==, "57300123456");
    g_assert_false (simstow_ef_adn_add_extension (&adn, unknown, 13, &next, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_clear_error (&error);
    g_assert_false (simstow_ef_adn_add_extension (&adn, subaddress, 12, &next, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

static void
test_odd_records (void)
{
    /* clang-format off */
    static const struct {
        const gchar *record;
        gboolean used;
        const gchar *name;
        const gchar *number;
    } rows[] = {
        {"FFFF" "FFFFFFFFFFFFFFFFFFFFFFFFFFFF", FALSE, "", ""},
        /* no field for a name; a name alone; a number alone */
        {"02" "81" "11FFFFFFFFFFFFFFFFFF" "FFFF", TRUE, "", "11"},
        {"41FF" "FFFFFFFFFFFFFFFFFFFFFFFFFFFF", TRUE, "A", ""},
        {"FFFF" "0281" "A1FFFFFFFFFFFFFFFFFF" "FFFF", TRUE, "", "1*"},
        /* a length beyond the field, a length of nothing */
        {"41FF" "2081" "10325476981032547698" "FFFF", TRUE, "A", "01234567890123456789"},
        {"41FF" "0081" "10325476981032547698" "FFFF", TRUE, "A", ""},
        {"41FF" "0181" "10325476981032547698" "FFFF", TRUE, "A", ""},
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (SimstowEfAdn) adn = {0};

        decode (rows[i].record, &adn);
        g_assert_true (adn.used == rows[i].used);
        g_assert_cmpstr (adn.name, ==, rows[i].name);
        g_assert_cmpstr (adn.number, ==, rows[i].number);
    }
}

static void
test_refused (void)
{
    static const guint8 data[13] = {0};
    g_auto (SimstowEfAdn) adn = {0};
    g_autoptr (GError) error = NULL;
    g_autoptr (GByteArray) none = NULL;

    g_assert_false (simstow_ef_adn_decode (data, sizeof data, &adn, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_clear_error (&error);
    decode (entry, &adn);
    none = simstow_ef_adn_encode (&adn, 13, &error);
    g_assert_null (none);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    g_clear_error (&error);
    /* 6 letters in a field of 5 */
    none = simstow_ef_adn_encode (&adn, 19, &error);
    g_assert_null (none);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    g_clear_error (&error);
    g_free (adn.number);
    adn.number = g_strdup ("12-34");
    none = simstow_ef_adn_encode (&adn, 22, &error);
    g_assert_null (none);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

/* The octets of a name are kept until the name is another */
static void
test_alpha_kept (void)
{
    static const gchar record[] = "80004100420043FF"
                                  "FFFFFFFFFFFFFFFFFFFFFFFFFFFF";
    g_auto (SimstowEfAdn) adn = {0};

    decode (record, &adn);
    g_assert_cmpstr (adn.name, ==, "ABC");
    check_encoded (&adn, 22, record);
    g_free (adn.name);
    adn.name = g_strdup ("AB");
    check_encoded (&adn,
                   22,
                   "4142FFFFFFFFFFFF"
                   "FFFFFFFFFFFFFFFFFFFFFFFFFFFF");
    adn.used = FALSE;
    check_encoded (&adn,
                   22,
                   "FFFFFFFFFFFFFFFF"
                   "FFFFFFFFFFFFFFFFFFFFFFFFFFFF");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/ef-adn/entry", test_entry);
    g_test_add_func ("/ef-adn/extension", test_extension);
    g_test_add_func ("/ef-adn/extension-kinds", test_extension_kinds);
    g_test_add_func ("/ef-adn/odd-records", test_odd_records);
    g_test_add_func ("/ef-adn/refused", test_refused);
    g_test_add_func ("/ef-adn/alpha-kept", test_alpha_kept);
    return g_test_run ();
}
