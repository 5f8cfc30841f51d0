/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPDUs of all three kinds: each byte of each sample is named, decoding shows
 * every field, encoding gives the bytes back, and what is made by hand decodes
 * to what was asked for.
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
decode (const gchar *hex, gboolean received)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *digits = squeeze (hex);
    g_autoptr (GBytes) pdu = simstow_hex_decode (digits, -1, &error);
    g_autoptr (SimstowTpdu) tpdu = NULL;
    g_autoptr (GBytes) again = NULL;
    g_autofree gchar *text = NULL;

    g_assert_no_error (error);
    tpdu = simstow_tpdu_decode (pdu, received, &error);
    g_assert_no_error (error);
    again = simstow_tpdu_encode (tpdu, &error);
    g_assert_no_error (error);
    text = simstow_hex_encode_bytes (again);
    g_assert_cmpstr (text, ==, digits);
    return g_steal_pointer (&tpdu);
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
test_deliver (void)
{
    g_autoptr (SimstowTpdu) tpdu = decode (deliver, TRUE);

    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_DELIVER);
    g_assert_cmpstr (tpdu->smsc.number, ==, "+27381000015");
    g_assert_cmphex (tpdu->smsc.type, ==, 0x91);
    g_assert_cmpstr (tpdu->address.number, ==, "27838890001");
    g_assert_cmphex (tpdu->address.type, ==, 0xC8);
    g_assert_true (tpdu->has_pid && tpdu->has_dcs && tpdu->has_user_data);
    g_assert_cmpint (tpdu->timestamp.utc, ==, utc (1999, 3, 29, 13, 16, 59));
    g_assert_cmpint (tpdu->timestamp.zone, ==, 120);
    g_assert_cmpint (tpdu->alphabet, ==, SIMSTOW_ALPHABET_GSM7);
    g_assert_cmpint (tpdu->message_class, ==, -1);
    g_assert_cmpstr (tpdu->text, ==, "hellohello");
    g_assert_false (tpdu->lossy);
    g_assert_cmpint (tpdu->concat_reference, ==, -1);
    g_assert_null (tpdu->udh);
    g_assert_null (tpdu->trailing);
}

static void
test_submit (void)
{
    g_autoptr (SimstowTpdu) tpdu = decode (submit, FALSE);

    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_SUBMIT);
    g_assert_null (tpdu->smsc.number);
    g_assert_cmphex (tpdu->smsc.type, ==, 0);
    g_assert_cmpstr (tpdu->address.number, ==, "+46708251358");
    g_assert_cmpint (tpdu->validity_seconds, ==, 4 * 24 * 3600);
    g_assert_cmpint (tpdu->validity_until, ==, -1);
    g_assert_cmpstr (tpdu->text, ==, "hellohello");
    g_assert_cmpint (tpdu->timestamp.utc, ==, -1);
}

static void
test_status_report (void)
{
    g_autoptr (SimstowTpdu) tpdu = decode (report, TRUE);

    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_STATUS_REPORT);
    g_assert_cmpint (tpdu->reference, ==, 0x2A);
    g_assert_cmpstr (tpdu->address.number, ==, "+27838890001");
    g_assert_cmpint (tpdu->timestamp.utc, ==, utc (2023, 11, 21, 23, 5, 16));
    g_assert_cmpint (tpdu->timestamp.zone, ==, 300);
    g_assert_cmpint (tpdu->discharge.utc, ==, utc (2023, 11, 22, 10, 6, 1));
    g_assert_cmpint (tpdu->discharge.zone, ==, -360);
    g_assert_cmpint (tpdu->report_status, ==, 0);
    g_assert_false (tpdu->has_parameter_indicator || tpdu->has_pid || tpdu->has_user_data);
    g_assert_null (tpdu->text);
}

/* The optional end of a status report: TP-PI and what it announces, or padding */
static void
test_status_report_optional (void)
{
    /* clang-format off */
    static const struct {
        const gchar *end;
        gboolean indicator;
        gboolean pid;
        const gchar *text;
        gsize extension;
        gsize trailing;
    } rows[] = {
        {"00", TRUE, FALSE, NULL, 0, 0},
        {"0100", TRUE, TRUE, NULL, 0, 0},
        {"07" "00" "08" "02" "00F1", TRUE, TRUE, "ñ", 0, 0},
        {"04" "01" "61", TRUE, FALSE, "a", 0, 0},
        {"84" "80" "00" "01" "61", TRUE, FALSE, "a", 2, 0},
        /* reserved bits are kept */
        {"7800", TRUE, FALSE, NULL, 0, 1},
        /* padding of the store */
        {"FFFFFFFF", FALSE, FALSE, NULL, 0, 4},
        /* announced, but not there: not parameters */
        {"07", FALSE, FALSE, NULL, 0, 1},
        {"8080", FALSE, FALSE, NULL, 0, 2},
        {"040AE8", FALSE, FALSE, NULL, 0, 3},
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *hex = g_strconcat (report, rows[i].end, NULL);
        g_autoptr (SimstowTpdu) tpdu = decode (hex, TRUE);

        g_assert_true (tpdu->has_parameter_indicator == rows[i].indicator);
        g_assert_true (tpdu->has_pid == rows[i].pid);
        g_assert_cmpstr (tpdu->text, ==, rows[i].text);
        g_assert_cmpuint (tpdu->parameter_extension ? g_bytes_get_size (tpdu->parameter_extension)
                                                    : 0,
                          ==,
                          rows[i].extension);
        g_assert_cmpuint (tpdu->trailing ? g_bytes_get_size (tpdu->trailing) : 0,
                          ==,
                          rows[i].trailing);
    }
}

/* A DELIVER around an address, which is given with length and type */
static SimstowTpdu *
decode_from (const gchar *address)
{
    g_autofree gchar *hex = g_strconcat ("00 00", address, "00 00 32112240506102 00", NULL);

    return decode (hex, TRUE);
}

static void
test_addresses (void)
{
    /* clang-format off */
    static const struct {
        const gchar *octets;
        const gchar *number;
    } rows[] = {
        {"00" "91", ""},
        {"00" "80", ""},
        {"01" "81" "F1", "1"},
        {"03" "81" "21F3", "123"},
        {"02" "91" "21", "+12"},
        {"0F" "81" "A0B1C2D3E4F5" "F6F7", "0*1#2a3b4c5"},
        /* the filler is not F, and length counts it out: kept all the same */
        {"03" "81" "2103", "123"},
        {"03" "81" "2113", "123"},
        /* a filler in the middle ends the digits */
        {"04" "81" "1FF2", ""},
        {"04" "81" "F112", "1"},
        /* alphanumeric: 4 letters, 7 semi-octets; spare bits set in the second */
        {"07" "D0" "C2B07B0D", "Bank"},
        {"07" "D0" "C2B07BFD", "Bank"},
        /* 11 letters, 20 semi-octets */
        {"14" "D0" "C2B07BFC66BFDBE27418", "Bancolombia"},
        /* Greek and an extension: Δ€ */
        {"06" "D0" "904D19", "Δ€"},
        /* no letter */
        {"00" "D0", ""},
        {"01" "D0" "00", ""},
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (SimstowTpdu) tpdu = decode_from (rows[i].octets);

        g_assert_cmpstr (tpdu->address.number, ==, rows[i].number);
    }
}

static void
test_timestamps (void)
{
    static const struct {
        const gchar *octets;
        gint zone;
        gboolean valid;
    } rows[] = {
        {"32112240506102", 300, TRUE},
        {"3211224050610A", -300, TRUE},
        {"32112240506100", 0, TRUE},
        {"32112240506108", 0, TRUE},
        {"32112240506122", 330, TRUE},
        {"32112240506132", 345, TRUE},
        {"3211224050616A", -390, TRUE},
        {"3211224050619F", -1185, TRUE},
        /* no month, month 13, 30 February, hour 24, minute 60, second 60 */
        {"32002240506102", 0, FALSE},
        {"32312240506102", 0, FALSE},
        {"32200340506102", 0, FALSE},
        {"32112242506102", 0, FALSE},
        {"32112240066102", 0, FALSE},
        {"32112240500602", 0, FALSE},
        /* not BCD: anywhere, and in the zone */
        {"3A112240506102", 0, FALSE},
        {"A3112240506102", 0, FALSE},
        {"321122405061F2", 0, FALSE},
        {"FFFFFFFFFFFFFF", 0, FALSE},
        {"00000000000000", 0, FALSE},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *hex = g_strconcat ("00 00 00 80 00 00", rows[i].octets, "00", NULL);
        g_autoptr (SimstowTpdu) tpdu = decode (hex, TRUE);

        g_assert_cmpint (tpdu->timestamp.zone, ==, rows[i].zone);
        if (rows[i].valid)
            g_assert_cmpint (tpdu->timestamp.utc,
                             ==,
                             utc (2023, 11, 22, 4, 5, 16) - 60 * rows[i].zone);
        else
            g_assert_cmpint (tpdu->timestamp.utc, ==, -1);
    }
}

static void
check_validity (const gchar *first_octet, const gchar *octets, gint64 seconds, gint64 until)
{
    g_autofree gchar *hex = NULL;
    g_autoptr (SimstowTpdu) tpdu = NULL;

    hex = g_strconcat ("00", first_octet, "00 00 80 00 00", octets, "00", NULL);
    tpdu = decode (hex, FALSE);
    g_assert_cmpint (tpdu->validity_seconds, ==, seconds);
    g_assert_cmpint (tpdu->validity_until, ==, until);
}

static void
test_validity (void)
{
    /* none */
    check_validity ("01", "", -1, -1);
    /* relative: 5 minutes up to 12 hours, then half hours, days, weeks */
    check_validity ("11", "00", 300, -1);
    check_validity ("11", "8F", 12 * 3600, -1);
    check_validity ("11", "90", 12 * 3600 + 1800, -1);
    check_validity ("11", "A7", 24 * 3600, -1);
    check_validity ("11", "A8", 2 * 86400, -1);
    check_validity ("11", "C4", 30 * 86400, -1);
    check_validity ("11", "C5", 5 * 7 * 86400, -1);
    check_validity ("11", "FF", 63 * 7 * 86400, -1);
    /* absolute */
    check_validity ("19", "32112240506102", -1, utc (2023, 11, 21, 23, 5, 16));
    check_validity ("19", "FFFFFFFFFFFFFF", -1, -1);
    /* enhanced: none, relative, seconds, clock, extended indicator, reserved */
    check_validity ("09", "00000000000000", -1, -1);
    check_validity ("09", "01AA0000000000", 4 * 86400, -1);
    check_validity ("09", "42C80000000000", 200, -1);
    check_validity ("09", "02000000000000", -1, -1);
    check_validity ("09", "03213243000000", 12 * 3600 + 23 * 60 + 34, -1);
    check_validity ("09", "032A3243000000", -1, -1);
    check_validity ("09", "81000000000000", 300, -1);
    check_validity ("09", "FFFFFFFFFFFFFF", -1, -1);
    check_validity ("09", "07010000000000", -1, -1);
}

static void
test_dcs (void)
{
    static const struct {
        guint8 octet;
        SimstowAlphabet alphabet;
        gint message_class;
        gboolean compressed;
        const gchar *waiting;
        gboolean active;
        gboolean discard;
    } rows[] = {
        {0x00, SIMSTOW_ALPHABET_GSM7, -1, FALSE, NULL, FALSE, FALSE},
        {0x04, SIMSTOW_ALPHABET_DATA, -1, FALSE, NULL, FALSE, FALSE},
        {0x08, SIMSTOW_ALPHABET_UCS2, -1, FALSE, NULL, FALSE, FALSE},
        {0x0C, SIMSTOW_ALPHABET_GSM7, -1, FALSE, NULL, FALSE, FALSE},
        {0x03, SIMSTOW_ALPHABET_GSM7, -1, FALSE, NULL, FALSE, FALSE},
        {0x10, SIMSTOW_ALPHABET_GSM7, 0, FALSE, NULL, FALSE, FALSE},
        {0x19, SIMSTOW_ALPHABET_UCS2, 1, FALSE, NULL, FALSE, FALSE},
        {0x32, SIMSTOW_ALPHABET_GSM7, 2, TRUE, NULL, FALSE, FALSE},
        {0x28, SIMSTOW_ALPHABET_UCS2, -1, TRUE, NULL, FALSE, FALSE},
        {0x48, SIMSTOW_ALPHABET_UCS2, -1, FALSE, NULL, FALSE, FALSE},
        {0x57, SIMSTOW_ALPHABET_DATA, 3, FALSE, NULL, FALSE, FALSE},
        {0x80, SIMSTOW_ALPHABET_GSM7, -1, FALSE, NULL, FALSE, FALSE},
        {0xBF, SIMSTOW_ALPHABET_GSM7, -1, FALSE, NULL, FALSE, FALSE},
        {0xC8, SIMSTOW_ALPHABET_GSM7, -1, FALSE, "voicemail", TRUE, TRUE},
        {0xC1, SIMSTOW_ALPHABET_GSM7, -1, FALSE, "fax", FALSE, TRUE},
        {0xDA, SIMSTOW_ALPHABET_GSM7, -1, FALSE, "email", TRUE, FALSE},
        {0xEB, SIMSTOW_ALPHABET_UCS2, -1, FALSE, "other", TRUE, FALSE},
        {0xF0, SIMSTOW_ALPHABET_GSM7, 0, FALSE, NULL, FALSE, FALSE},
        {0xF6, SIMSTOW_ALPHABET_DATA, 2, FALSE, NULL, FALSE, FALSE},
        {0xFB, SIMSTOW_ALPHABET_GSM7, 3, FALSE, NULL, FALSE, FALSE},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *hex = g_strdup_printf ("0000008000%02X3211224050610200", rows[i].octet);
        g_autoptr (SimstowTpdu) tpdu = decode (hex, TRUE);

        g_assert_cmpint (tpdu->alphabet, ==, rows[i].alphabet);
        g_assert_cmpint (tpdu->message_class, ==, rows[i].message_class);
        g_assert_true (tpdu->compressed == rows[i].compressed);
        g_assert_cmpstr (tpdu->waiting, ==, rows[i].waiting);
        g_assert_true (tpdu->waiting_active == rows[i].active);
        g_assert_true (tpdu->waiting_discard == rows[i].discard);
    }
}

/* Every octet: what is encoded from what was decoded says the same */
static void
test_dcs_encode (void)
{
    guint octet;

    for (octet = 0; octet < 256; octet++) {
        SimstowDcs dcs = simstow_sms_dcs_decode ((guint8) octet);
        SimstowDcs again = simstow_sms_dcs_decode (simstow_sms_dcs_encode (&dcs));

        g_assert_cmpint (again.alphabet, ==, dcs.alphabet);
        g_assert_cmpint (again.message_class, ==, dcs.message_class);
        g_assert_true (again.compressed == dcs.compressed);
        g_assert_true (again.automatic_deletion == dcs.automatic_deletion);
        g_assert_cmpstr (again.waiting, ==, dcs.waiting);
        g_assert_true (again.waiting_active == dcs.waiting_active);
        g_assert_true (again.waiting_discard == dcs.waiting_discard);
    }
}

/* A DELIVER with a header: TP-DCS, TP-UDL and TP-UD are given */
static SimstowTpdu *
decode_with_header (const gchar *dcs, const gchar *user_data)
{
    g_autofree gchar *hex = g_strconcat ("00 40 00 80 00", dcs, "32112240506102", user_data, NULL);

    return decode (hex, TRUE);
}

static void
test_header (void)
{
    /* clang-format off */
    g_autoptr (SimstowTpdu) tpdu = decode_with_header (
        "00",
        "12"                /* TP-UDL: 13 septets of header, 5 of text */
        "0A"                /* TP-UDHL: with it 11 octets, 88 bits; 3 fill bits make 13 septets */
        "0003AB0302"        /* concatenation: reference AB, part 2 of 3 */
        "7003112233"        /* unknown element, kept */
        "4097D9EC37");      /* hello */
    /* clang-format on */
    const SimstowUdhElement *element;

    g_assert_cmpstr (tpdu->text, ==, "hello");
    g_assert_cmpint (tpdu->concat_reference, ==, 0xAB);
    g_assert_cmpint (tpdu->concat_total, ==, 3);
    g_assert_cmpint (tpdu->concat_part, ==, 2);
    g_assert_false (tpdu->concat_wide);
    g_assert_cmpuint (tpdu->udh->len, ==, 2);
    element = g_ptr_array_index (tpdu->udh, 1);
    g_assert_cmphex (element->id, ==, 0x70);
    g_assert_cmpmem (g_bytes_get_data (element->data, NULL), 3, "\x11\x22\x33", 3);
}

static void
test_header_elements (void)
{
    /* clang-format off */
    static const struct {
        const gchar *user_data;
        gint reference;
        gint wide;
        gint source;
        gint destination;
        const gchar *waiting;
    } rows[] = {
        {"06" "05" "0003010201", 1, 0, -1, -1, NULL},
        {"07" "06" "080412340201", 0x1234, 1, -1, -1, NULL},
        {"05" "04" "0402F0F1", -1, 0, 0xF1, 0xF0, NULL},
        {"07" "06" "050423F00B84", -1, 0, 0x0B84, 0x23F0, NULL},
        /* part 0, part beyond the total, no parts: passed over */
        {"06" "05" "0003010200", -1, 0, -1, -1, NULL},
        {"06" "05" "0003010203", -1, 0, -1, -1, NULL},
        {"06" "05" "0003010001", -1, 0, -1, -1, NULL},
        /* wrong size: passed over */
        {"05" "04" "00020102", -1, 0, -1, -1, NULL},
        {"06" "05" "0803010201", -1, 0, -1, -1, NULL},
        {"06" "05" "0403F0F100", -1, 0, -1, -1, NULL},
        /* the last of its kind counts */
        {"0B" "0A" "0003010201" "0003090201", 9, 0, -1, -1, NULL},
        /* special message indication: 3 voice messages, stored; none */
        {"05" "04" "01028003", -1, 0, -1, -1, "voicemail"},
        {"05" "04" "01020200", -1, 0, -1, -1, "email"},
        /* nothing in it */
        {"01" "00", -1, 0, -1, -1, NULL},
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (SimstowTpdu) tpdu = decode_with_header ("04", rows[i].user_data);

        g_assert_cmpint (tpdu->concat_reference, ==, rows[i].reference);
        g_assert_cmpint (tpdu->concat_wide, ==, rows[i].wide);
        g_assert_cmpint (tpdu->source_port, ==, rows[i].source);
        g_assert_cmpint (tpdu->destination_port, ==, rows[i].destination);
        g_assert_cmpstr (tpdu->waiting, ==, rows[i].waiting);
        g_assert_cmpuint (g_bytes_get_size (tpdu->data), ==, 0);
        g_assert_false (tpdu->lossy);
    }
}

/* Headers that break their own lengths: what can be kept is kept */
static void
test_header_malformed (void)
{
    g_autoptr (SimstowTpdu) cut = NULL;
    g_autoptr (SimstowTpdu) beyond = NULL;
    g_autoptr (SimstowTpdu) empty = NULL;

    /* the last element is longer than the header: ignored whole, text stays */
    cut = decode_with_header ("08", "06 03 000312 0041");
    g_assert_null (cut->udh);
    g_assert_cmpint (cut->concat_reference, ==, -1);
    g_assert_cmpstr (cut->text, ==, "A");
    /* the header is longer than the user data: no text can be told from it */
    beyond = decode_with_header ("08", "04 09 000312");
    g_assert_null (beyond->text);
    g_assert_true (beyond->lossy);
    /* a header is announced in user data that has not one octet */
    empty = decode_with_header ("00", "00");
    g_assert_null (empty->text);
    g_assert_true (empty->lossy);
}

static void
test_texts (void)
{
    /* clang-format off */
    static const struct {
        const gchar *first_octet;
        const gchar *dcs;
        const gchar *user_data;
        const gchar *text;
        gboolean lossy;
    } rows[] = {
        {"00", "08", "04" "D83DDE00", "😀", FALSE},
        {"00", "08", "06" "0041D83DDE00", "A😀", FALSE},
        {"00", "08", "04" "DE00D83D", "\357\277\275\357\277\275", TRUE},
        {"00", "08", "04" "D83D0041", "\357\277\275A", TRUE},
        {"00", "08", "02" "D83D", "\357\277\275", TRUE},
        {"00", "08", "03" "004100", "A\357\277\275", TRUE},
        {"00", "08", "04" "00000041", "\357\277\275A", TRUE},
        {"00", "00", "00", "", FALSE},
        /* compressed: kept, not read */
        {"00", "20", "02" "1122", NULL, FALSE},
        {"00", "28", "02" "1122", NULL, FALSE},
        /* Spanish single shift: á */
        {"40", "00", "08" "03" "240102" "686FC2", "má", FALSE},
        /* unknown language: default tables, and said so */
        {"40", "00", "06" "03" "24017F" "0803", "a", TRUE},
        {"40", "00", "06" "03" "24010D" "0803", "a", FALSE},
        /* fewer septets than the header takes */
        {"40", "00", "03" "02" "7000", "", FALSE},
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *hex = g_strconcat ("00",
                                             rows[i].first_octet,
                                             "00 80 00",
                                             rows[i].dcs,
                                             "32112240506102",
                                             rows[i].user_data,
                                             NULL);
        g_autoptr (SimstowTpdu) tpdu = decode (hex, TRUE);

        g_test_message ("%s: %s", hex, tpdu->text);
        g_assert_cmpstr (tpdu->text, ==, rows[i].text);
        g_assert_true (tpdu->lossy == rows[i].lossy);
    }
}

static void
test_refused (void)
{
    /* clang-format off */
    static const gchar *const rows[] = {
        "",
        "00",
        /* the SMSC is cut short */
        "0791728301",
        /* the address is cut short */
        "0004" "0B" "91" "7238",
        /* the time stamp is cut short */
        "0000" "0080" "0000" "321122405061",
        /* TP-UDL is missing, TP-UD is cut short: 7 bit, 8 bit, UCS-2 */
        "0000" "0080" "0000" "32112240506102",
        "0000" "0080" "0000" "32112240506102" "0AE8329BFD4697D9EC",
        "0000" "0080" "0004" "32112240506102" "02FF",
        "0000" "0080" "0008" "32112240506102" "040041FF",
        /* the validity period is cut short */
        "0019" "00" "0080" "0000" "321122405061",
        /* no TP-ST */
        "0006" "2A" "0080" "32112240506102" "32112240506102",
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) pdu = simstow_hex_decode (rows[i], -1, NULL);
        g_autoptr (GError) error = NULL;

        g_assert_null (simstow_tpdu_decode (pdu, TRUE, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    }
}

/* TP-MTI 11 is reserved: a DELIVER when received, nothing otherwise */
static void
test_reserved_type (void)
{
    static const gchar hex[] = "000300800000321122405061020161";
    g_autoptr (SimstowTpdu) tpdu = decode (hex, TRUE);
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_DELIVER);
    g_assert_cmpstr (tpdu->text, ==, "a");
    g_assert_null (simstow_tpdu_decode (pdu, FALSE, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

static void
test_trailing (void)
{
    g_autofree gchar *hex = g_strconcat (deliver, "FFFF", NULL);
    g_autoptr (SimstowTpdu) tpdu = decode (hex, TRUE);

    g_assert_cmpuint (g_bytes_get_size (tpdu->trailing), ==, 2);
    g_assert_cmpstr (tpdu->text, ==, "hellohello");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tpdu/deliver", test_deliver);
    g_test_add_func ("/tpdu/submit", test_submit);
    g_test_add_func ("/tpdu/status-report", test_status_report);
    g_test_add_func ("/tpdu/status-report-optional", test_status_report_optional);
    g_test_add_func ("/tpdu/addresses", test_addresses);
    g_test_add_func ("/tpdu/timestamps", test_timestamps);
    g_test_add_func ("/tpdu/validity", test_validity);
    g_test_add_func ("/tpdu/dcs", test_dcs);
    g_test_add_func ("/tpdu/dcs-encode", test_dcs_encode);
    g_test_add_func ("/tpdu/header", test_header);
    g_test_add_func ("/tpdu/header-elements", test_header_elements);
    g_test_add_func ("/tpdu/header-malformed", test_header_malformed);
    g_test_add_func ("/tpdu/texts", test_texts);
    g_test_add_func ("/tpdu/refused", test_refused);
    g_test_add_func ("/tpdu/reserved-type", test_reserved_type);
    g_test_add_func ("/tpdu/trailing", test_trailing);
    return g_test_run ();
}
