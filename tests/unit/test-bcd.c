/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Swapped digits: addresses, phonebook numbers, ICCID, IMSI, PLMN.
 */

#include "simstow-bcd.h"

#include "simstow-error.h"
#include "simstow-hex.h"

typedef gchar *(*DecodeFunc) (const guint8 *, gsize, GError **);

static void
check (DecodeFunc decode, const gchar *hex, const gchar *digits)
{
    g_autoptr (GBytes) bytes = simstow_hex_decode (hex, -1, NULL);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *got = NULL;

    got = decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
    g_assert_cmpstr (got, ==, digits);
    if (digits)
        g_assert_no_error (error);
    else
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

static void
test_iccid (void)
{
    check (simstow_bcd_decode_iccid, "98751010325476981032", "89570101234567890123");
    check (simstow_bcd_decode_iccid, "987510103254769810F2", "8957010123456789012");
    check (simstow_bcd_decode_iccid, "98751010325476981032FF", "89570101234567890123");
    check (simstow_bcd_decode_iccid, "FFFFFFFFFFFFFFFFFFFF", NULL);
    check (simstow_bcd_decode_iccid, "987510103254A6981032", NULL);
    check (simstow_bcd_decode_iccid, "9875", NULL);
    check (simstow_bcd_decode_iccid, "", NULL);
}

static void
test_imsi (void)
{
    /* length 8; 9 is odd parity and the type of an IMSI; then the digits */
    check (simstow_bcd_decode_imsi, "087923103254769810", "732012345678901");
    /* even: the last nibble is filler */
    check (simstow_bcd_decode_imsi, "0871231032547698F0", "73201234567890");
    /* a length beyond the digits: filler ends them; too few digits are no IMSI */
    check (simstow_bcd_decode_imsi, "0879231032FFFFFFFF", "7320123");
    check (simstow_bcd_decode_imsi, "03792310", NULL);
    check (simstow_bcd_decode_imsi, "FFFFFFFFFFFFFFFFFF", NULL);
    check (simstow_bcd_decode_imsi, "08792301", NULL);
    check (simstow_bcd_decode_imsi, "00", NULL);
    check (simstow_bcd_decode_imsi, "", NULL);
}

static void
test_plmn (void)
{
    check (simstow_bcd_decode_plmn, "371201", "732101");
    check (simstow_bcd_decode_plmn, "62F210", "26201");
    check (simstow_bcd_decode_plmn, "FFFFFF", "");
    check (simstow_bcd_decode_plmn, "FFF210", NULL);
    check (simstow_bcd_decode_plmn, "62FF10", NULL);
    check (simstow_bcd_decode_plmn, "62F2F1", NULL);
    check (simstow_bcd_decode_plmn, "6AF210", NULL);
    check (simstow_bcd_decode_plmn, "62F2", NULL);
}

static void
test_digits (void)
{
    static const guint8 all[] = {0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE};
    g_autofree gchar *address = simstow_bcd_decode (all, sizeof all, 99);
    g_autofree gchar *dialling = simstow_bcd_decode_dialling (all, sizeof all);
    g_autofree gchar *some = simstow_bcd_decode (all, sizeof all, 3);
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    g_assert_cmpstr (address, ==, "0123456789*#abc");
    g_assert_cmpstr (dialling, ==, "0123456789*#p?e");
    g_assert_cmpstr (some, ==, "012");
    g_assert_true (simstow_bcd_encode ("0123456789*#ABC", out, NULL));
    g_assert_cmpmem (out->data, out->len, all, sizeof all);
    g_byte_array_set_size (out, 0);
    g_assert_true (simstow_bcd_encode_dialling ("0123456789*#,?E", out, NULL));
    g_assert_cmpmem (out->data, out->len, all, sizeof all);
    g_assert_false (simstow_bcd_encode ("12 3", out, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    g_assert_cmpuint (out->len, ==, sizeof all);
}

/* Two digits: all 256 octets, and all 100 numbers */
static void
test_octet (void)
{
    guint valid = 0;
    guint octet;

    for (octet = 0; octet < 256; octet++) {
        guint value = 100;

        if (!simstow_bcd_octet_decode ((guint8) octet, &value))
            continue;
        valid++;
        g_assert_cmpuint (value, <, 100);
        g_assert_cmphex (simstow_bcd_octet_encode (value), ==, octet);
    }
    g_assert_cmpuint (valid, ==, 100);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/bcd/digits", test_digits);
    g_test_add_func ("/bcd/octet", test_octet);
    g_test_add_func ("/bcd/iccid", test_iccid);
    g_test_add_func ("/bcd/imsi", test_imsi);
    g_test_add_func ("/bcd/plmn", test_plmn);
    return g_test_run ();
}
