/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bottom room: the bounds-checked reader never leaves its bytes, hex is
 * strict, errors keep their code across the bus.
 */

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-reader.h"

static void
test_reader_steps (void)
{
    static const guint8 data[] = {0x01, 0x02, 0x03, 0x04, 0x05};
    g_autoptr (GError) error = NULL;
    SimstowReader reader;
    SimstowReader sub;
    guint16 word;
    guint8 octet;

    simstow_reader_init (&reader, data, sizeof (data));
    g_assert_true (simstow_reader_peek_u8 (&reader, &octet, &error));
    g_assert_cmpuint (octet, ==, 0x01);
    g_assert_true (simstow_reader_u8 (&reader, &octet, &error));
    g_assert_true (simstow_reader_u16_be (&reader, &word, &error));
    g_assert_cmpuint (word, ==, 0x0203);
    g_assert_true (simstow_reader_sub (&reader, 1, &sub, &error));
    g_assert_cmpuint (simstow_reader_remaining (&sub), ==, 1);
    g_assert_false (simstow_reader_u16_be (&sub, &word, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_assert_cmpuint (simstow_reader_remaining (&reader), ==, 1);
}

static void
test_reader_end (void)
{
    static const guint8 data[] = {0x01, 0x02};
    g_autoptr (GError) error = NULL;
    const guint8 *taken;
    SimstowReader reader;
    guint8 octet;

    simstow_reader_init (&reader, data, sizeof (data));
    g_assert_false (simstow_reader_take (&reader, 3, &taken, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_assert_cmpuint (reader.offset, ==, 0);
    g_clear_error (&error);
    g_assert_false (simstow_reader_take (&reader, G_MAXSIZE, &taken, &error));
    g_clear_error (&error);

    g_assert_true (simstow_reader_take (&reader, 2, &taken, &error));
    g_assert_cmpmem (taken, 2, data, 2);
    g_assert_true (simstow_reader_take (&reader, 0, &taken, &error));
    g_assert_false (simstow_reader_u8 (&reader, &octet, &error));
    g_clear_error (&error);
    g_assert_false (simstow_reader_peek_u8 (&reader, &octet, &error));
    g_clear_error (&error);

    simstow_reader_init (&reader, NULL, 5);
    g_assert_cmpuint (simstow_reader_remaining (&reader), ==, 0);
}

static void
test_hex (void)
{
    static const gchar *const wrong[] = {"0", "0g", "zz", " 00", "0x12"};
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = simstow_hex_decode ("00ffA5", -1, &error);
    g_autoptr (GBytes) part = simstow_hex_decode ("1234zz", 4, NULL);
    g_autofree gchar *text = NULL;
    gsize i;

    g_assert_no_error (error);
    text = simstow_hex_encode_bytes (bytes);
    g_assert_cmpstr (text, ==, "00FFA5");
    g_assert_cmpuint (g_bytes_get_size (part), ==, 2);
    for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_assert_null (simstow_hex_decode (wrong[i], -1, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
        g_clear_error (&error);
    }
}

static void
test_error_names (void)
{
    g_autoptr (GError) sent = g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_FULL, "no room");
    g_autoptr (GError) got = NULL;
    g_autofree gchar *name = g_dbus_error_encode_gerror (sent);

    g_assert_cmpstr (name, ==, "org.simstow.Error.Full");
    got = g_dbus_error_new_for_dbus_error (name, "no room");
    g_assert_error (got, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/base/reader/steps", test_reader_steps);
    g_test_add_func ("/base/reader/end", test_reader_end);
    g_test_add_func ("/base/hex", test_hex);
    g_test_add_func ("/base/error/names", test_error_names);
    return g_test_run ();
}
