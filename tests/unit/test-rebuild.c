/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages rebuilt from their properties: what was told must be in them.
 */

#include "simstow-rebuild.h"

#include <string.h>

#include "simstow-error.h"

static GPtrArray *
rebuild (const SimstowRebuild *source)
{
    g_autoptr (GError) error = NULL;
    GPtrArray *parts = simstow_rebuild (source, &error);

    g_assert_no_error (error);
    return parts;
}

static SimstowTpdu *
decode (GPtrArray *parts, guint i)
{
    g_autoptr (GError) error = NULL;
    SimstowTpdu *tpdu = simstow_tpdu_decode (g_ptr_array_index (parts, i), TRUE, &error);

    g_assert_no_error (error);
    return tpdu;
}

static void
test_deliver (void)
{
    const SimstowRebuild source = {.type = SIMSTOW_TPDU_DELIVER,
                                   .smsc = "+573150000000",
                                   .address = "Bancolombia",
                                   .text = "Su código es 1234",
                                   .message_class = -1,
                                   .timestamp = "2026-03-01T10:20:30-05",
                                   .validity_seconds = -1};
    g_autoptr (GPtrArray) parts = rebuild (&source);
    g_autoptr (SimstowTpdu) tpdu = decode (parts, 0);

    g_assert_cmpuint (parts->len, ==, 1);
    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_DELIVER);
    g_assert_cmpstr (tpdu->smsc.number, ==, "+573150000000");
    g_assert_cmpstr (tpdu->address.number, ==, "Bancolombia");
    g_assert_cmphex (tpdu->address.type & 0x70, ==, 0x50);
    g_assert_cmpstr (tpdu->text, ==, "Su código es 1234");
    g_assert_cmpint (tpdu->timestamp.utc, ==, 1772378430);
    g_assert_cmpint (tpdu->timestamp.zone, ==, -300);
    g_assert_cmpint (tpdu->message_class, ==, -1);
}

static void
test_submit (void)
{
    const SimstowRebuild source = {.type = SIMSTOW_TPDU_SUBMIT,
                                   .address = "+573001234567",
                                   .text = "hola",
                                   .message_class = 0,
                                   .wants_report = TRUE,
                                   .validity_seconds = 86400};
    g_autoptr (GPtrArray) parts = rebuild (&source);
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_decode (parts->pdata[0], FALSE, NULL);

    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_SUBMIT);
    g_assert_cmphex (tpdu->smsc.type, ==, 0);
    g_assert_cmpstr (tpdu->address.number, ==, "+573001234567");
    g_assert_cmpint (tpdu->message_class, ==, 0);
    g_assert_cmpint (tpdu->validity_seconds, ==, 86400);
    g_assert_true (tpdu->first_octet & 0x20);
}

static void
test_report (void)
{
    const SimstowRebuild source = {.type = SIMSTOW_TPDU_STATUS_REPORT,
                                   .address = "+573001234567",
                                   .message_class = -1,
                                   .timestamp = "2026-03-01T10:20:30-05",
                                   .discharge = "2026-03-01T10:20:35-05",
                                   .reference = 77,
                                   .report_status = 0x46,
                                   .validity_seconds = -1};
    g_autoptr (GPtrArray) parts = rebuild (&source);
    g_autoptr (SimstowTpdu) tpdu = decode (parts, 0);

    g_assert_cmpint (tpdu->type, ==, SIMSTOW_TPDU_STATUS_REPORT);
    g_assert_cmpuint (tpdu->reference, ==, 77);
    g_assert_cmphex (tpdu->report_status, ==, 0x46);
    g_assert_cmpint (tpdu->discharge.utc - tpdu->timestamp.utc, ==, 5);
}

/* Cuts a text and expects so many parts, each but the last as full as can be */
static void
assert_cut (const gchar *text, guint count)
{
    const SimstowRebuild source = {.type = SIMSTOW_TPDU_DELIVER,
                                   .address = "85432",
                                   .text = text,
                                   .message_class = -1,
                                   .timestamp = "2026-03-01T10:20:30-05",
                                   .reference = 300,
                                   .validity_seconds = -1};
    g_autoptr (GPtrArray) parts = rebuild (&source);
    g_autoptr (GString) joined = g_string_new (NULL);
    guint i;

    g_assert_cmpuint (parts->len, ==, count);
    for (i = 0; i < parts->len; i++) {
        g_autoptr (SimstowTpdu) tpdu = decode (parts, i);

        g_string_append (joined, tpdu->text);
        g_assert_false (tpdu->lossy);
        if (count == 1) {
            g_assert_cmpint (tpdu->concat_reference, ==, -1);
            continue;
        }
        g_assert_cmpint (tpdu->concat_reference, ==, 300 & 0xFF);
        g_assert_cmpuint (tpdu->concat_total, ==, count);
        g_assert_cmpuint (tpdu->concat_part, ==, i + 1);
    }
    g_assert_cmpstr (joined->str, ==, text);
}

static gchar *
repeat (const gchar *piece, guint count)
{
    g_autoptr (GString) text = g_string_new (NULL);

    while (count-- > 0)
        g_string_append (text, piece);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_parts (void)
{
    const struct {
        const gchar *piece;
        guint count;
        guint parts;
    } rows[] = {
        {"a", 0, 1},
        {"a", 160, 1},
        {"a", 161, 2},
        {"a", 306, 2},
        {"a", 307, 3},
        /* an escape and its character stay together: 76 of them a part, not 76.5 */
        {"€", 80, 1},
        {"€", 81, 2},
        {"€", 152, 2},
        {"€", 153, 3},
        {"ҳ", 70, 1},
        {"ҳ", 71, 2},
        {"ҳ", 134, 2},
        {"ҳ", 135, 3},
        /* and so does a surrogate pair: 33 a part */
        {"😀", 35, 1},
        {"😀", 36, 2},
        {"😀", 66, 2},
        {"😀", 67, 3},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *text = repeat (rows[i].piece, rows[i].count);

        assert_cut (text, rows[i].parts);
    }
}

static void
test_data (void)
{
    guint8 octets[300];
    g_autoptr (GBytes) data = NULL;
    g_autoptr (GPtrArray) parts = NULL;
    SimstowRebuild source = {.type = SIMSTOW_TPDU_DELIVER,
                             .address = "85432",
                             .message_class = 1,
                             .timestamp = "2026-03-01T10:20:30-05",
                             .validity_seconds = -1};
    gsize total = 0;
    guint i;

    memset (octets, 0xA5, sizeof octets);
    data = g_bytes_new (octets, sizeof octets);
    source.data = data;
    parts = rebuild (&source);
    g_assert_cmpuint (parts->len, ==, 3);
    for (i = 0; i < parts->len; i++) {
        g_autoptr (SimstowTpdu) tpdu = decode (parts, i);

        g_assert_cmpint (tpdu->alphabet, ==, SIMSTOW_ALPHABET_DATA);
        g_assert_cmpint (tpdu->message_class, ==, 1);
        total += g_bytes_get_size (tpdu->data);
    }
    g_assert_cmpuint (total, ==, sizeof octets);
}

static void
test_too_long (void)
{
    g_autofree gchar *text = repeat ("a", 153 * 255 + 1);
    const SimstowRebuild source = {.type = SIMSTOW_TPDU_DELIVER,
                                   .address = "85432",
                                   .text = text,
                                   .message_class = -1,
                                   .timestamp = "2026-03-01T10:20:30-05",
                                   .validity_seconds = -1};
    g_autoptr (GError) error = NULL;

    g_assert_null (simstow_rebuild (&source, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

/* ModemManager may not tell the time: it is kept as no date rather than made up */
static void
test_no_time (void)
{
    const SimstowRebuild source = {.type = SIMSTOW_TPDU_DELIVER,
                                   .address = "85432",
                                   .text = "hola",
                                   .message_class = -1,
                                   .validity_seconds = -1};
    g_autoptr (GPtrArray) parts = rebuild (&source);
    g_autoptr (SimstowTpdu) tpdu = decode (parts, 0);

    g_assert_cmpint (tpdu->timestamp.utc, ==, -1);
    g_assert_cmpstr (tpdu->text, ==, "hola");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/rebuild/deliver", test_deliver);
    g_test_add_func ("/rebuild/submit", test_submit);
    g_test_add_func ("/rebuild/report", test_report);
    g_test_add_func ("/rebuild/parts", test_parts);
    g_test_add_func ("/rebuild/data", test_data);
    g_test_add_func ("/rebuild/too-long", test_too_long);
    g_test_add_func ("/rebuild/no-time", test_no_time);
    return g_test_run ();
}
