/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_SMS: where the message in them ends, and what the status says.
 */

#include "simstow-ef.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

#define DELIVER "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
#define SUBMIT  "0011000B916407281553F80000AA0AE8329BFD4697D9EC37"
#define REPORT  "00062A0B917238880900F1321122405061023211224060104A00"
/* 8 bit data that ends in FF */
#define PADDED "0000008000043211224050610202FFFF"

/* A record with the octets given in front */
static GByteArray *
make_record (const gchar *hex, guint8 padding)
{
    g_autoptr (GBytes) bytes = simstow_hex_decode (hex, -1, NULL);
    GByteArray *record = g_byte_array_new ();

    g_byte_array_append (record, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
    while (record->len < SIMSTOW_EF_SMS_SIZE)
        g_byte_array_append (record, &padding, 1);
    return record;
}

static void
test_records (void)
{
    static const struct {
        const gchar *record;
        gint stat;
        const gchar *pdu;
    } rows[] = {
        {"01" DELIVER, 1, DELIVER},
        {"03" DELIVER, 0, DELIVER},
        {"05" SUBMIT, 3, SUBMIT},
        {"07" SUBMIT, 2, SUBMIT},
        /* sent, a status report received and stored */
        {"1D" SUBMIT, 3, SUBMIT},
        {"03" REPORT, 0, REPORT},
        {"01" PADDED, 1, PADDED},
        /* a TPDU that does not decode: up to the padding */
        {"01"
         "00041234",
         1,
         "00041234"},
        {"00", -1, NULL},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GByteArray) record = make_record (rows[i].record, 0xFF);
        g_autoptr (GByteArray) again = NULL;
        g_auto (SimstowEfSms) sms = {0};
        g_autoptr (GError) error = NULL;
        g_autofree gchar *pdu = NULL;

        g_assert_true (simstow_ef_sms_decode (record->data, record->len, &sms, &error));
        g_assert_no_error (error);
        g_assert_cmpint (sms.stat, ==, rows[i].stat);
        if (sms.pdu)
            pdu = simstow_hex_encode_bytes (sms.pdu);
        g_assert_cmpstr (pdu, ==, rows[i].pdu);
        again = simstow_ef_sms_encode (&sms, SIMSTOW_EF_SMS_SIZE, &error);
        g_assert_no_error (error);
        g_assert_cmpmem (again->data, again->len, record->data, record->len);
    }
}

/* Free, with an erased message in it, or never used */
static void
test_free (void)
{
    g_autoptr (GByteArray) erased = make_record ("00" DELIVER, 0xFF);
    g_autoptr (GByteArray) blank = make_record ("FF", 0xFF);
    g_auto (SimstowEfSms) sms = {0};
    g_autoptr (GError) error = NULL;

    g_assert_true (simstow_ef_sms_decode (erased->data, erased->len, &sms, NULL));
    g_assert_cmpint (sms.stat, ==, -1);
    g_assert_null (sms.pdu);
    g_assert_true (simstow_ef_sms_decode (blank->data, blank->len, &sms, NULL));
    g_assert_cmpint (sms.stat, ==, -1);
    g_assert_null (sms.pdu);
    g_assert_false (simstow_ef_sms_decode (NULL, 0, &sms, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

/* What an earlier, longer message left behind is no part of this one */
static void
test_left_over (void)
{
    g_autoptr (GByteArray) record = make_record ("01" DELIVER "414243", 0x00);
    g_auto (SimstowEfSms) sms = {0};
    g_autofree gchar *pdu = NULL;

    g_assert_true (simstow_ef_sms_decode (record->data, record->len, &sms, NULL));
    pdu = simstow_hex_encode_bytes (sms.pdu);
    g_assert_cmpstr (pdu, ==, DELIVER);
}

static void
test_encode (void)
{
    g_autofree guint8 *zeros = g_malloc0 (SIMSTOW_EF_SMS_SIZE);
    g_auto (SimstowEfSms) sms = {.status = 0x1D, .stat = 2};
    g_autoptr (GByteArray) record = NULL;
    g_autoptr (GByteArray) none = NULL;
    g_autoptr (GError) error = NULL;

    sms.pdu = g_bytes_new (zeros, SIMSTOW_EF_SMS_SIZE - 1);
    record = simstow_ef_sms_encode (&sms, SIMSTOW_EF_SMS_SIZE, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (record->len, ==, SIMSTOW_EF_SMS_SIZE);
    /* the status says something else than stat: stat counts */
    g_assert_cmphex (record->data[0], ==, 0x07);
    g_bytes_unref (sms.pdu);
    sms.pdu = g_bytes_new (zeros, SIMSTOW_EF_SMS_SIZE);
    none = simstow_ef_sms_encode (&sms, SIMSTOW_EF_SMS_SIZE, &error);
    g_assert_null (none);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/ef-sms/records", test_records);
    g_test_add_func ("/ef-sms/free", test_free);
    g_test_add_func ("/ef-sms/left-over", test_left_over);
    g_test_add_func ("/ef-sms/encode", test_encode);
    return g_test_run ();
}
