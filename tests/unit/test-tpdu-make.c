/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPDUs made by hand: the fields ask, the octets follow; and the texts of the
 * parts of a message joined.
 */

#include "simstow-tpdu.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

/* Hexadecimal digits without the spaces that make them readable */
static gchar *
squeeze (const gchar *hex)
{
    g_auto (GStrv) words = g_strsplit (hex, " ", -1);

    return g_strjoinv (NULL, words);
}

static SimstowTpdu *
decode (const gchar *hex)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, &error);
    SimstowTpdu *tpdu = simstow_tpdu_decode (pdu, FALSE, &error);

    g_assert_no_error (error);
    return tpdu;
}

static void
check_encoded (const SimstowTpdu *tpdu, const gchar *hex)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) pdu = simstow_tpdu_encode (tpdu, &error);
    g_autofree gchar *digits = squeeze (hex);
    g_autofree gchar *text = NULL;

    g_assert_no_error (error);
    text = simstow_hex_encode_bytes (pdu);
    g_assert_cmpstr (text, ==, digits);
}

static void
check_no_encoding (const SimstowTpdu *tpdu)
{
    g_autoptr (GError) error = NULL;

    g_assert_null (simstow_tpdu_encode (tpdu, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

static gint64
utc (gint year, gint month, gint day, gint hour, gint minute, gint second)
{
    g_autoptr (GDateTime) date = g_date_time_new_utc (year, month, day, hour, minute, second);

    return g_date_time_to_unix (date);
}

/* clang-format off */
static const gchar deliver[] =
    "07917283010010F5"      /* SMSC: 7 octets, international, 27381000015 */
    "04"                    /* first octet: DELIVER, TP-MMS set: no more messages */
    "0B" "C8" "7238880900F1" /* TP-OA: 11 digits, type C8, 27838890001 */
    "00"                    /* TP-PID */
    "00"                    /* TP-DCS */
    "99309251619580"        /* TP-SCTS: 1999-03-29 15:16:59 +02:00 */
    "0A"                    /* TP-UDL: 10 septets */
    "E8329BFD4697D9EC37";   /* TP-UD: hellohello */

static const gchar submit[] =
    "00"                    /* SMSC: none given */
    "11"                    /* first octet: SUBMIT, TP-VPF 10 relative */
    "00"                    /* TP-MR */
    "0B" "91" "6407281553F8" /* TP-DA: 11 digits, international, 46708251358 */
    "00"                    /* TP-PID */
    "00"                    /* TP-DCS */
    "AA"                    /* TP-VP: 170 - 166 = 4 days */
    "0A"                    /* TP-UDL */
    "E8329BFD4697D9EC37";   /* TP-UD: hellohello */

static const gchar report[] =
    "07917283010010F5"      /* SMSC */
    "06"                    /* first octet: STATUS-REPORT, TP-MMS set */
    "2A"                    /* TP-MR */
    "0B" "91" "7238880900F1" /* TP-RA */
    "32112240506102"        /* TP-SCTS: 2023-11-22 04:05:16 +05:00 */
    "3211224060104A"        /* TP-DT:   2023-11-22 04:06:01 -06:00 */
    "00";                   /* TP-ST: received by the phone */
/* clang-format on */

static void
check_joined (const gchar *const *hex, gsize count, const gchar *text, gboolean lost)
{
    g_autoptr (GPtrArray) parts =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_tpdu_free);
    g_autofree gchar *joined = NULL;
    gboolean lossy = !lost;
    gsize i;

    for (i = 0; i < count; i++)
        g_ptr_array_add (parts, decode (hex[i]));
    joined = simstow_tpdu_join_text ((const SimstowTpdu *const *) parts->pdata, count, &lossy);
    g_assert_cmpstr (joined, ==, text);
    g_assert_true (lossy == lost);
}

static void
test_join (void)
{
    /* a pair of surrogates, the one half in the first part, the other in the second */
    /* clang-format off */
    static const gchar *const pair[] = {
        "00" "41" "00" "0080" "00" "08" "0A" "05" "00032A0201" "0041" "D83D",
        "00" "41" "00" "0080" "00" "08" "0A" "05" "00032A0202" "DE00" "0042",
    };
    /* clang-format on */
    /* an escape at the end of the first part: 05 header is 7 septets with 1 fill bit */
    /* clang-format off */
    static const gchar *const escape[] = {
        "00" "41" "00" "0080" "00" "00" "09" "05" "00032A0201" "C21B",
        "00" "41" "00" "0080" "00" "00" "09" "05" "00032A0202" "CA62",
    };
    /* clang-format on */
    /* GSM 7 bit, then UCS-2, then 8 bit data, then a Spanish á */
    /* clang-format off */
    static const gchar *const mixed[] = {
        "00" "01" "00" "0080" "00" "00" "01" "61",
        "00" "01" "00" "0080" "00" "08" "02" "00F1",
        "00" "01" "00" "0080" "00" "04" "02" "4142",
        "00" "41" "00" "0080" "00" "00" "08" "03" "240102" "686FC2",
    };
    /* clang-format on */
    /* clang-format off */
    static const gchar *const broken[] = {
        "00" "01" "00" "0080" "00" "00" "01" "61",
        "00" "41" "00" "0080" "00" "08" "02" "09FF",
    };
    /* clang-format on */

    check_joined (pair, 2, "A😀B", FALSE);
    check_joined (pair, 1, "A\357\277\275", TRUE);
    check_joined (escape, 2, "a€b", FALSE);
    check_joined (mixed, 4, "añmá", FALSE);
    check_joined (broken, 2, "a", TRUE);
    check_joined (NULL, 0, "", FALSE);
}

static void
test_make_deliver (void)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_DELIVER);

    simstow_sms_address_set (&tpdu->smsc, "+27 381-000015");
    simstow_sms_address_set (&tpdu->address, "27838890001");
    tpdu->address.type = 0xC8;
    tpdu->first_octet = 0x04;
    tpdu->timestamp.utc = utc (1999, 3, 29, 13, 16, 59);
    tpdu->timestamp.zone = 120;
    simstow_tpdu_set_text (tpdu, "hellohello");
    check_encoded (tpdu, deliver);
    /* what the fields say goes before what the octets said */
    tpdu->timestamp.zone = -300;
    simstow_sms_address_set (&tpdu->address, "Bank");
    simstow_sms_address_set (&tpdu->smsc, NULL);
    simstow_tpdu_set_text (tpdu, "é€");
    check_encoded (tpdu, "00 04 07 D0 C2B07B0D 00 00 9930928061950A 03 854D19");
    simstow_tpdu_set_text (tpdu, "😀");
    check_encoded (tpdu, "00 04 07 D0 C2B07B0D 00 08 9930928061950A 04 D83DDE00");
}

static void
test_make_submit (void)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_SUBMIT);

    simstow_sms_address_set (&tpdu->address, "+46708251358");
    tpdu->validity_seconds = 4 * 86400;
    tpdu->text = g_strdup ("hellohello");
    check_encoded (tpdu, submit);
    tpdu->validity_until = utc (2023, 11, 22, 4, 5, 16);
    tpdu->message_class = 0;
    check_encoded (tpdu, "00 19 00 0B91 6407281553F8 00 10 32112240506100 0A E8329BFD4697D9EC37");
    tpdu->validity_until = -1;
    tpdu->validity_seconds = -1;
    check_encoded (tpdu, "00 01 00 0B91 6407281553F8 00 10 0A E8329BFD4697D9EC37");
}

/* Concatenation and ports come from the fields, national tables from the header */
static void
test_make_header (void)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_SUBMIT);

    tpdu->concat_reference = 0x2A;
    tpdu->concat_total = 2;
    tpdu->concat_part = 1;
    simstow_tpdu_set_text (tpdu, "hello");
    check_encoded (tpdu, "00 41 00 0080 00 00 0C 05 00032A0201 D06536FB0D");
    tpdu->concat_wide = TRUE;
    tpdu->destination_port = 0x23F0;
    tpdu->source_port = 0x0B84;
    tpdu->alphabet = SIMSTOW_ALPHABET_DATA;
    tpdu->data = g_bytes_new_static ("\x01\x02", 2);
    check_encoded (tpdu, "00 41 00 0080 00 04 0F 0C 0804002A0201 050423F00B84 0102");
    tpdu->concat_reference = -1;
    tpdu->destination_port = -1;
    tpdu->source_port = -1;
    tpdu->alphabet = SIMSTOW_ALPHABET_GSM7;
    tpdu->udh = simstow_sms_udh_new ();
    g_ptr_array_add (tpdu->udh, simstow_sms_udh_element_new (0x24, (const guint8 *) "\002", 1));
    g_free (tpdu->text);
    tpdu->text = g_strdup ("má");
    check_encoded (tpdu, "00 41 00 0080 00 00 08 03 240102 686FC2");
    /* a new text is not bound to the tables of the old one */
    simstow_tpdu_set_text (tpdu, "a");
    check_encoded (tpdu, "00 01 00 0080 00 00 01 61");
}

static void
test_make_report (void)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_STATUS_REPORT);

    simstow_sms_address_set (&tpdu->smsc, "+27381000015");
    simstow_sms_address_set (&tpdu->address, "+27838890001");
    tpdu->first_octet = 0x06;
    tpdu->reference = 0x2A;
    tpdu->timestamp.utc = utc (2023, 11, 21, 23, 5, 16);
    tpdu->timestamp.zone = 300;
    tpdu->discharge.utc = utc (2023, 11, 22, 10, 6, 1);
    tpdu->discharge.zone = -360;
    check_encoded (tpdu, report);
}

static void
test_make_refused (void)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_new (SIMSTOW_TPDU_SUBMIT);
    g_autofree gchar *longest = g_strnfill (160, 'a');
    g_autofree gchar *longer = g_strnfill (161, 'a');

    tpdu->text = g_strdup ("á");
    check_no_encoding (tpdu);
    simstow_tpdu_set_text (tpdu, longer);
    check_no_encoding (tpdu);
    simstow_tpdu_set_text (tpdu, longest);
    tpdu->validity = g_bytes_new_static ("\1\2", 2);
    check_no_encoding (tpdu);
    g_clear_pointer (&tpdu->validity, g_bytes_unref);
    simstow_sms_address_set (&tpdu->address, "123456789012345678901");
    check_no_encoding (tpdu);
    simstow_sms_address_set (&tpdu->address, "Bancolombia 1");
    check_no_encoding (tpdu);
    simstow_sms_address_set (&tpdu->address, "1");
    tpdu->validity_until = 0;
    check_no_encoding (tpdu);
    tpdu->validity_until = -1;
    tpdu->compressed = TRUE;
    check_no_encoding (tpdu);
    tpdu->compressed = FALSE;
    {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) pdu = simstow_tpdu_encode (tpdu, &error);

        g_assert_no_error (error);
        /* SMSC, first octet, TP-MR, TP-DA, TP-PID, TP-DCS, TP-UDL, 140 octets */
        g_assert_cmpuint (g_bytes_get_size (pdu), ==, 1 + 1 + 1 + 3 + 1 + 1 + 1 + 140);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tpdu-make/join", test_join);
    g_test_add_func ("/tpdu-make/deliver", test_make_deliver);
    g_test_add_func ("/tpdu-make/submit", test_make_submit);
    g_test_add_func ("/tpdu-make/header", test_make_header);
    g_test_add_func ("/tpdu-make/report", test_make_report);
    g_test_add_func ("/tpdu-make/refused", test_make_refused);
    return g_test_run ();
}
