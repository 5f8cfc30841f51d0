/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What files of the SIM say to a person.
 */

#include <string.h>

#include "simstow-hex.h"
#include "simstow-view.h"

#define FF4  "FFFFFFFF"
#define FF12 FF4 FF4 FF4

typedef struct {
    const gchar *name;
    const gchar *contents;
    const gchar *meaning;
} Row;

static void
check (const Row *row)
{
    g_auto (GStrv) parts = g_strsplit (row->contents, " ", -1);
    g_autofree gchar *joined = g_strjoinv ("", parts);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = simstow_hex_decode (joined, -1, &error);
    g_autofree gchar *meaning = NULL;
    gsize size;
    const guint8 *data;

    g_assert_no_error (error);
    data = g_bytes_get_data (bytes, &size);
    g_test_message ("%s %s", row->name, row->contents);
    meaning = simstow_view_simfile_meaning (row->name, data, size);
    g_assert_cmpstr (meaning, ==, row->meaning);
}

static void
test_meaning (void)
{
    static const Row rows[] = {
        {"EF_ICCID", "98 75 23 01 00 50 55 00 10 F6", "8957321000055500016"},
        /* length 8, parity nibble 9 */
        {"EF_IMSI", "08 79 23 01 51 55 00 10 90", "732101555000109"},
        {"EF_PL", "6573 656E", "es, en"},
        {"EF_LI", "6573 FFFF FFFF", "es"},
        /* display condition, then the name, in either alphabet */
        {"EF_SPN", "01 436C61726F FFFFFF", "Claro"},
        {"EF_SPN", "00 80 0042006F00670074 FFFF", "Bogt"},
        /* name, length and type of number, digits, capability, extension */
        {"EF_MSISDN", "FFFF 06 91 75031042F5 FFFFFFFFFF FF FF", "+573001245"},
        {"EF_FDN", "4D61 03 81 21F3 FFFFFFFFFFFFFFFF FF FF", "Ma 123"},
        {"EF_SDN", "4D61 FF FF " FF4 FF4 "FFFF FFFF", "Ma"},
        /* three octets of digits, a name, the kind of service */
        {"EF_ECC", "11F2FF 41 FF 01", "A 112"},
        {"EF_ECC", "11F2FF 01", "112"},
        /* name, indicators, destination, centre, PID, DCS, validity */
        {"EF_SMSP",
         "FFFF FD " FF12 " 07 91 7513050070F1 FFFFFFFF FFFFFF",
         "service centre +57315000071"},
        {"EF_SMSP",
         "FFFF FD " FF12 " 07 91 751305007010 FFFFFFFF FFFFFF",
         "service centre "
         "+573150000701"},
        {"EF_PLMNwAcT", "371201 C080 FFFFFF 0000 27F477 4080", "732101, 72477"},
        {"EF_EHPLMN", "371201 FFFFFF", "732101"},
        {"EF_FPLMN", "27F477", "72477"},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        check (&rows[i]);
}

/* Files of which nothing is said, empty ones, and such as no standard has */
static void
test_nothing (void)
{
    static const Row rows[] = {
        {"EF_GID1", "A1FF", NULL},
        {"EF_SPN", "", NULL},
        {"EF_SPN", "01", NULL},
        {"EF_SPN", "FFFFFF", NULL},
        {"EF_ICCID", "98", NULL},
        {"EF_IMSI", "00", NULL},
        {"EF_IMSI", "FF79", NULL},
        {"EF_PL", "65", NULL},
        {"EF_PL", "1B5B", NULL},
        {"EF_MSISDN", "0102", NULL},
        {"EF_ECC", "11F2FF", NULL},
        {"EF_SMSP", "FD " FF12, NULL},
        {"EF_SMSP", "FD " FF12 " 00 91 7513050070F1 FFFFFFFF FFFFFF", NULL},
        {"EF_SMSP", "FD " FF12 " 0C 91 7513050070F1 FFFFFFFF FFFFFF", NULL},
        {"EF_PLMNwAcT", "3712", NULL},
        {"EF_FPLMN", "AAAAAA", NULL},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        check (&rows[i]);
}

/* Whatever the card holds, it is one line of text or nothing. */
static void
test_any (void)
{
    static const gchar *const names[] = {"EF_ICCID",
                                         "EF_PL",
                                         "EF_IMSI",
                                         "EF_SPN",
                                         "EF_MSISDN",
                                         "EF_SMSP",
                                         "EF_ECC",
                                         "EF_PLMNwAcT",
                                         "EF_FPLMN"};
    guint round;
    gsize i;

    for (round = 0; round < 20000; round++) {
        gsize size = (gsize) g_test_rand_int_range (0, 64);
        g_autofree guint8 *data = g_malloc (MAX (size, 1));
        g_autofree gchar *meaning = NULL;

        for (i = 0; i < size; i++)
            data[i] = (guint8) (g_test_rand_bit () ? g_test_rand_int () : 0xFF);
        meaning = simstow_view_simfile_meaning (names[round % G_N_ELEMENTS (names)], data, size);
        if (meaning) {
            g_assert_true (g_utf8_validate (meaning, -1, NULL));
            g_assert_null (strchr (meaning, '\n'));
        }
    }
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/simfiles/meaning", test_meaning);
    g_test_add_func ("/simfiles/nothing", test_nothing);
    g_test_add_func ("/simfiles/any", test_any);
    return g_test_run ();
}
