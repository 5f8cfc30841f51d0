/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replays the samples of a fuzzer as an ordinary test: each file of a folder,
 * whole, cut at every length up to 512, and with every byte of these flipped.
 */

#include <gio/gio.h>

#include "fuzz-replay.h"

#define DENSE 512

static void
replay (const gchar *data, gsize size)
{
    gsize i;

    LLVMFuzzerTestOneInput ((const guint8 *) data, size);
    for (i = 0; i < MIN (size, DENSE); i++) {
        g_autofree guint8 *copy = g_memdup2 (data, size);

        /* a copy of its own size, so that a memory checker sees a byte too far */
        LLVMFuzzerTestOneInput (copy, i);
        copy[i] ^= 0x55;
        LLVMFuzzerTestOneInput (copy, size);
    }
}

static void
test_sample (gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *data = NULL;
    gsize size;

    g_file_get_contents (user_data, &data, &size, &error);
    g_assert_no_error (error);
    replay (data, size);
}

int
main (int argc, char *argv[])
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GDir) dir = NULL;
    const gchar *name;

    g_test_init (&argc, &argv, NULL);
    g_assert_cmpint (argc, ==, 2);
    dir = g_dir_open (argv[1], 0, &error);
    g_assert_no_error (error);
    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree gchar *path = g_strconcat ("/sample/", name, NULL);

        g_test_add_data_func_full (path,
                                   g_build_filename (argv[1], name, NULL),
                                   test_sample,
                                   g_free);
    }
    return g_test_run ();
}
