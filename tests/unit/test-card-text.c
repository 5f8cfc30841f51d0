/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pure half of the way to the card: APDUs, status words, file control
 * parameters, and the AT commands that carry them.
 */

#include "simstow-apdu.h"
#include "simstow-card-at.h"
#include "simstow-error.h"
#include "simstow-fcp.h"
#include "simstow-hex.h"

static GBytes *
hex (const gchar *text)
{
    g_autoptr (GError) error = NULL;
    GBytes *bytes = simstow_hex_decode (text, -1, &error);

    g_assert_no_error (error);
    return bytes;
}

static void
assert_hex (GBytes *bytes, const gchar *expected)
{
    g_autofree gchar *text = simstow_hex_encode_bytes (bytes);

    g_assert_cmpstr (text, ==, expected);
}

static void
test_apdu_build (void)
{
    static const guint8 select[] = {0x00, 0xA4, 0x08, 0x04};
    static const guint8 status[] = {0x80, 0xF2, 0x00, 0x0C};
    g_autoptr (GBytes) path = hex ("7FFF6F3C");
    g_autoptr (GBytes) with_data = simstow_apdu_new (select, path, SIMSTOW_APDU_LE_ALL);
    g_autoptr (GBytes) bare = simstow_apdu_new (status, NULL, SIMSTOW_APDU_LE_NONE);
    g_autoptr (GBytes) on_three = simstow_apdu_set_channel (with_data, 3);
    g_autoptr (GBytes) on_five = simstow_apdu_set_channel (bare, 5);
    g_autoptr (GBytes) longer = simstow_apdu_set_le (with_data, 0x1E);
    g_autoptr (GBytes) added = simstow_apdu_set_le (bare, 0x10);

    assert_hex (with_data, "00A40804047FFF6F3C00");
    assert_hex (bare, "80F2000C");
    assert_hex (on_three, "03A40804047FFF6F3C00");
    /* channel 5 is 40 | (5 - 4), the proprietary bit kept */
    assert_hex (on_five, "C1F2000C");
    assert_hex (longer, "00A40804047FFF6F3C1E");
    assert_hex (added, "80F2000C10");
}

static void
test_apdu_shape (void)
{
    static const struct {
        const gchar *text;
        gboolean command;
    } rows[] = {
        {"00700000", TRUE},       /* case 1 */
        {"0070000001", TRUE},     /* case 2 */
        {"00A40004023F00", TRUE}, /* case 3 */
        {"00A40004023F0000", TRUE},
        {"", FALSE},
        {"0070", FALSE},
        {"00A40004033F00", FALSE}, /* Lc says more than there is */
        {"00A40004023F000000", FALSE},
        {"00A40004003F00", FALSE},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) apdu = hex (rows[i].text);

        g_assert_cmpint (simstow_apdu_is_command (apdu), ==, rows[i].command);
    }
}

static void
test_apdu_status (void)
{
    static const struct {
        guint16 sw;
        SimstowError code;
        const gchar *suffix;
    } rows[] = {
        {0x6982, SIMSTOW_ERROR_DENIED, "(SW 6982)"},
        {0x6A82, SIMSTOW_ERROR_NOT_FOUND, "(SW 6A82)"},
        {0x6A84, SIMSTOW_ERROR_FULL, "(SW 6A84)"},
        {0x6702, SIMSTOW_ERROR_INVALID_RECORD, "(SW 6702)"},
        {0x6F00, SIMSTOW_ERROR_MODEM_ERROR, "(SW 6F00)"},
    };
    g_autoptr (GBytes) none = hex ("90");
    g_autoptr (GError) error = NULL;
    guint16 sw;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) meant = simstow_apdu_error (rows[i].sw);

        g_assert_false (simstow_apdu_succeeded (rows[i].sw));
        g_assert_error (meant, SIMSTOW_ERROR, (gint) rows[i].code);
        g_assert_true (g_str_has_suffix (meant->message, rows[i].suffix));
    }
    g_assert_true (simstow_apdu_succeeded (0x910B));
    g_assert_false (simstow_apdu_succeeded (0x6282));
    g_assert_false (simstow_apdu_succeeded (0x6300));
    g_assert_true (simstow_apdu_selected (0x6283));
    g_assert_true (simstow_apdu_selected (0x6112));
    /* 63Cx counts wrong PINs */
    g_assert_false (simstow_apdu_succeeded (0x63C2));
    g_assert_false (simstow_apdu_split (none, NULL, &sw, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
}

static void
test_fcp (void)
{
    static const struct {
        const gchar *answer;
        SimstowFcp fcp;
    } rows[] = {
        /* 62 FCP, 82 linear fixed of 10 records of 176, 83 6F3C, 8A life cycle, 80 size */
        {"621282054221 00B00A 83026F3C 8A0105 800206E0", {SIMSTOW_FILE_LINEAR, 1760, 176, 10}},
        {"620C 82024121 83022FE2 8002000A", {SIMSTOW_FILE_TRANSPARENT, 10, 0, 0}},
        {"6207 8205462100 1E0A", {SIMSTOW_FILE_CYCLIC, 0, 30, 10}},
        {"6208 82027821 83023F00", {SIMSTOW_FILE_FOLDER, 0, 0, 0}},
        /* TS 51.011: EF of 28 bytes records, 250 of them */
        {"0000 1B58 6F3A 04 00 11FFFF 01 02 01 1C", {SIMSTOW_FILE_LINEAR, 7000, 28, 250}},
        {"0000 000A 2FE2 04 00 0FFF55 01 02 00 00", {SIMSTOW_FILE_TRANSPARENT, 10, 0, 0}},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (GStrv) parts = g_strsplit (rows[i].answer, " ", -1);
        g_autofree gchar *joined = g_strjoinv ("", parts);
        g_autoptr (GBytes) answer = hex (joined);
        g_autoptr (GError) error = NULL;
        SimstowFcp fcp;

        g_assert_true (simstow_fcp_decode (answer, &fcp, &error));
        g_assert_no_error (error);
        g_assert_cmpint (fcp.structure, ==, rows[i].fcp.structure);
        g_assert_cmpuint (fcp.size, ==, rows[i].fcp.size);
        g_assert_cmpuint (fcp.record_size, ==, rows[i].fcp.record_size);
        g_assert_cmpuint (fcp.n_records, ==, rows[i].fcp.n_records);
    }
}

static void
test_fcp_broken (void)
{
    static const gchar *const rows[] = {
        "",
        "62",
        "6213820542",         /* the template is cut short */
        "620483022FE2",       /* no descriptor */
        "62078205422100000A", /* records of no bytes */
        "6207820542210100FF", /* records longer than a command carries */
        "62820003820241",     /* a value longer than the template */
        "00001B586F3A04",     /* a fixed answer that ends early */
        "00001B586F3A0400112200010201",
        "62048202"
        "4121",                       /* a transparent file without a size */
        "620B8205422100200A80020150", /* a size that its records do not make */
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) answer = hex (rows[i]);
        g_autoptr (GError) error = NULL;
        SimstowFcp fcp;

        g_assert_false (simstow_fcp_decode (answer, &fcp, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    }
}

static void
test_at_open (void)
{
    static const struct {
        const gchar *reply;
        const gchar *session;
    } rows[] = {
        {"+CCHO: 1", "1"},
        {"\r\n+CCHO: 2\r\n", "2"},
        {"1", "1"},
        {"+CCHO: 000000000385a7cf", "000000000385a7cf"},
        {"+CIEV: 1,2\r\n3", "3"},
        {"", NULL},
        {"+CCHO:", NULL},
        {"+CCHO: 1;+CFUN=0", NULL},
        {"+CCHO: 123456789012345678901234567890123", NULL},
    };
    g_autoptr (GBytes) aid = hex ("A0000005591010FFFFFFFF8900000100");
    g_autofree gchar *command = simstow_card_at_open (aid);
    gsize i;

    g_assert_cmpstr (command, ==, "+CCHO=\"A0000005591010FFFFFFFF8900000100\"");
    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        g_autofree gchar *session = simstow_card_at_parse_open (rows[i].reply, &error);

        g_assert_cmpstr (session, ==, rows[i].session);
        g_assert_true ((session == NULL) == (error != NULL));
    }
}

static void
test_at_exchange (void)
{
    static const struct {
        const gchar *reply;
        const gchar *response;
    } rows[] = {
        {"+CGLA: 4,\"6115\"", "6115"},
        {"+CGLA: 4,9000", "9000"},
        {"+CSIM: 6,\"019000\"", "019000"},
        {"+CREG: 1\r\n+CGLA: 4,\"9000\"", "9000"},
        {"+CGLA: 6,\"9000\"", NULL},
        {"+CGLA: 3,\"900\"", NULL},
        {"+CGLA: 4,\"90x0\"", NULL},
        {"+CGLA: 4", NULL},
        {"", NULL},
    };
    g_autoptr (GBytes) apdu = hex ("81E2910006BF3E035C015A");
    g_autofree gchar *cgla = simstow_card_at_exchange ("1", apdu);
    g_autofree gchar *csim = simstow_card_at_exchange (NULL, apdu);
    gsize i;

    g_assert_cmpstr (cgla, ==, "+CGLA=1,22,\"81E2910006BF3E035C015A\"");
    g_assert_cmpstr (csim, ==, "+CSIM=22,\"81E2910006BF3E035C015A\"");
    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) response = simstow_card_at_parse_exchange (rows[i].reply, &error);

        if (rows[i].response)
            assert_hex (response, rows[i].response);
        else
            g_assert_nonnull (error);
    }
}

static void
test_at_restricted (void)
{
    static const guint8 parameters[] = {1, 4, 176};
    g_autoptr (GBytes) path = hex ("7FFF6F3C");
    g_autofree gchar *command = simstow_card_at_restricted (178, path, parameters, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) data = simstow_card_at_parse_restricted ("+CRSM: 144,0,\"0102\"", &error);
    g_autoptr (GBytes) refused = simstow_card_at_parse_restricted ("+CRSM: 106,130", &error);

    g_assert_no_error (error);
    g_assert_cmpstr (command, ==, "+CRSM=178,28476,1,4,176,,\"3F007FFF\"");
    assert_hex (data, "01029000");
    assert_hex (refused, "6A82");
    g_assert_null (simstow_card_at_parse_restricted ("+CRSM: 300,0", &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/card/apdu/build", test_apdu_build);
    g_test_add_func ("/card/apdu/shape", test_apdu_shape);
    g_test_add_func ("/card/apdu/status", test_apdu_status);
    g_test_add_func ("/card/fcp", test_fcp);
    g_test_add_func ("/card/fcp/broken", test_fcp_broken);
    g_test_add_func ("/card/at/open", test_at_open);
    g_test_add_func ("/card/at/exchange", test_at_exchange);
    g_test_add_func ("/card/at/restricted", test_at_restricted);
    return g_test_run ();
}
