/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names on a card in each coding, with the examples of ETSI TS 102 221 annex A.
 */

#include "simstow-alpha.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

static void
test_decode (void)
{
    /* clang-format off */
    static const struct {
        const gchar *field;
        const gchar *text;
        gboolean lossy;
    } rows[] = {
        {"", "", FALSE},
        {"FFFFFFFF", "", FALSE},
        {"416E61FFFF", "Ana", FALSE},
        {"416E61", "Ana", FALSE},
        /* an at sign is a zero, an extension takes two octets */
        {"001B65FF", "@€", FALSE},
        /* something behind the padding; an octet that is no septet */
        {"41FF42", "A", TRUE},
        {"4190", "A\357\277\275", TRUE},
        /* 80: plain UCS-2, an odd octet of padding or none */
        {"80" "0041044F", "Aя", FALSE},
        {"80" "0041044FFF", "Aя", FALSE},
        {"80" "0041044FFFFFFF", "Aя", FALSE},
        {"80" "D83DDE00FF", "😀", FALSE},
        {"80" "D83DFFFF", "\357\277\275", TRUE},
        {"80", "", FALSE},
        /* 81: 5 characters from 13 << 7 = 0980 on: the example of the standard */
        {"81" "05" "13" "5395A6A628FF", "Sকদদ(", FALSE},
        {"81" "03" "08" "C1421B", "сB\357\277\275", TRUE},
        {"81" "03" "08" "C11B65", "с€", FALSE},
        /* 82: 5 characters from 0530 on: the example of the standard */
        {"82" "05" "0530" "2D82D32D31", "-\324\262\326\203-1", FALSE},
        {"82" "01" "D7FF" "81", "\357\277\275", TRUE},
        {"82" "01" "D7FF" "80", "\355\237\277", FALSE},
        /* cut short: more characters promised, no base, no count */
        {"81" "05" "08" "C1", "с", TRUE},
        {"81" "05", "", TRUE},
        {"82" "05" "05", "", TRUE},
        {"81", "", TRUE},
        {"81" "00" "00", "", FALSE},
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) field = simstow_hex_decode (rows[i].field, -1, NULL);
        g_autofree gchar *text = NULL;
        gboolean lossy = FALSE;

        text =
            simstow_alpha_decode (g_bytes_get_data (field, NULL), g_bytes_get_size (field), &lossy);
        g_test_message ("%s", rows[i].field);
        g_assert_cmpstr (text, ==, rows[i].text);
        g_assert_true (lossy == rows[i].lossy);
    }
}

static void
test_encode (void)
{
    static const struct {
        const gchar *text;
        gsize size;
        const gchar *field;
        gsize fewest;
    } rows[] = {
        {"", 4, "FFFFFFFF", 0},
        {"Ana", 4, "416E61FF", 3},
        {"@€", 3, "001B65", 3},
        /* 80 where it fits, else 81, else 82 */
        {"яблоко", 14, "80044F0431043B043E043A043EFF", 9},
        {"яблоко", 9, "810608CFB1BBBEBABE", 9},
        {"Ирá", 7, "800418044000E1", 7},
        {"Ир ñ",
         7,
         "810408"
         "98C0207D",
         7},
        /* across a page of 128: 82 alone reaches it */
        {"ſƀƁ€ 1", 11, "8207017F8081821B652031", 11},
        {"😀", 5, "80D83DDE00", 5},
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GByteArray) field = NULL;
        g_autofree gchar *hex = NULL;
        g_autofree gchar *text = NULL;
        gboolean lossy = FALSE;

        field = simstow_alpha_encode (rows[i].text, rows[i].size, &error);
        g_assert_no_error (error);
        hex = simstow_hex_encode (field->data, field->len);
        g_assert_cmpstr (hex, ==, rows[i].field);
        g_assert_cmpuint (simstow_alpha_measure (rows[i].text), ==, rows[i].fewest);
        text = simstow_alpha_decode (field->data, field->len, &lossy);
        g_assert_cmpstr (text, ==, rows[i].text);
        g_assert_false (lossy);
        g_clear_pointer (&field, g_byte_array_unref);
        if (rows[i].fewest == 0)
            continue;
        field = simstow_alpha_encode (rows[i].text, rows[i].fewest - 1, &error);
        g_assert_null (field);
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/alpha/decode", test_decode);
    g_test_add_func ("/alpha/encode", test_encode);
    return g_test_run ();
}
