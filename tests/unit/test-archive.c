/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives written and read back: equal, deterministic, and refused when a
 * single byte is another or missing.
 */

#include "simstow-archive.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive-sample.h"
#include "simstow-error.h"
#include "simstow-layout.h"
#include "simstow-stream.h"
#include "simstow-sums.h"

static const SimstowArchiveWriteOptions plain_options = {SIMSTOW_COMPRESSION_GZIP, FALSE};

static gchar *
make_directory (void)
{
    g_autoptr (GError) error = NULL;
    gchar *directory = g_dir_make_tmp ("simstow-test-XXXXXX", &error);

    g_assert_no_error (error);
    return directory;
}

static guint
count_files (const gchar *directory)
{
    g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
    guint count = 0;

    while (g_dir_read_name (dir))
        count++;
    return count;
}

static void
remove_directory (const gchar *directory)
{
    g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
    const gchar *name;

    while ((name = g_dir_read_name (dir))) {
        g_autofree gchar *path = g_build_filename (directory, name, NULL);

        if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
            remove_directory (path);
        else
            g_unlink (path);
    }
    g_rmdir (directory);
}

static gchar *
write_sample (const gchar *directory, const SimstowArchiveWriteOptions *options)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    gchar *path = NULL;

    simstow_archive_write (snapshot, directory, options, &path, NULL, &error);
    g_assert_no_error (error);
    return path;
}

static void
test_round_trip (gconstpointer user_data)
{
    const SimstowArchiveWriteOptions options = {GPOINTER_TO_INT (user_data), FALSE};
    g_autoptr (GError) error = NULL;
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = write_sample (directory, &options);
    g_autoptr (SimstowArchiveHeader) header = NULL;
    g_autoptr (SimstowSnapshot) before = sample_snapshot ();
    g_autoptr (SimstowSnapshot) after = simstow_archive_load (path, NULL, &header, NULL, &error);
    g_autofree gchar *text_before = NULL;
    g_autofree gchar *text_after = NULL;
    GStatBuf info;

    g_assert_no_error (error);
    simstow_snapshot_sort (before);
    text_before = sample_to_text (before);
    text_after = sample_to_text (after);
    g_assert_cmpstr (text_before, ==, text_after);
    g_assert_cmpuint (header->messages, ==, 5);
    g_assert_cmpuint (header->contacts, ==, 6);
    g_assert_cmpuint (header->calls, ==, 2);
    g_assert_cmpint (g_stat (path, &info), ==, 0);
    g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
    g_assert_cmpuint (count_files (directory), ==, 1);
    remove_directory (directory);
}

static void
test_same_bytes (void)
{
    gint compression;

    for (compression = SIMSTOW_COMPRESSION_GZIP; compression <= SIMSTOW_COMPRESSION_NONE;
         compression++) {
        g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
        g_autoptr (GBytes) first = sample_pack (snapshot, compression);
        g_autoptr (GBytes) second = sample_pack (snapshot, compression);

        g_assert_true (g_bytes_equal (first, second));
    }
}

/* What is loaded and written again gives the same bytes */
static void
test_same_bytes_again (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = write_sample (directory, &plain_options);
    g_autoptr (SimstowSnapshot) loaded = simstow_archive_load (path, NULL, NULL, NULL, &error);
    g_autoptr (GBytes) again = NULL;
    g_autofree gchar *data = NULL;
    gsize size;

    g_assert_no_error (error);
    again = sample_pack (loaded, SIMSTOW_COMPRESSION_GZIP);
    g_file_get_contents (path, &data, &size, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (data, size, g_bytes_get_data (again, NULL), g_bytes_get_size (again));
    remove_directory (directory);
}

/* The time of the capture is no content, nor is the way it was read */
static void
test_content_id (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = write_sample (directory, &plain_options);
    g_autofree gchar *later_path = NULL;
    g_autoptr (SimstowSnapshot) later = sample_snapshot ();
    g_autoptr (SimstowArchiveHeader) header = NULL;
    g_autoptr (SimstowArchiveHeader) later_header = NULL;
    g_autoptr (SimstowSnapshot) loaded = NULL;
    g_autoptr (SimstowSnapshot) later_loaded = NULL;

    later->captured += 86400;
    g_free (later->device->transport);
    later->device->transport = g_strdup ("at");
    simstow_archive_write (later, directory, &plain_options, &later_path, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (path, !=, later_path);
    loaded = simstow_archive_load (path, NULL, &header, NULL, &error);
    g_assert_no_error (error);
    later_loaded = simstow_archive_load (later_path, NULL, &later_header, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (header->content_id, ==, later_header->content_id);
    g_assert_cmpstr (header->id, ==, later_header->id);
    remove_directory (directory);
}

static void
test_names_tell_nothing (void)
{
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = write_sample (directory, &plain_options);
    g_autofree gchar *name = g_path_get_basename (path);
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();

    g_assert_true (
        g_regex_match_simple ("^simstow-[0-9a-f]{8}-20240501T173640Z-[0-9a-f]{8}\\.tar\\.gz$",
                              name,
                              0,
                              0));
    g_assert_null (strstr (name, "12345"));
    /* a short id without the machine's key would be found by trying all numbers */
    g_assert_null (strstr (name, snapshot->sim->iccid));
    remove_directory (directory);
}

static void
run_in (const gchar *directory, const gchar *command)
{
    g_autoptr (GError) error = NULL;
    const gchar *argv[] = {"/bin/sh", "-e", "-c", command, NULL};
    gint status;

    g_spawn_sync (directory,
                  (gchar **) argv,
                  NULL,
                  G_SPAWN_STDOUT_TO_DEV_NULL,
                  NULL,
                  NULL,
                  NULL,
                  NULL,
                  &status,
                  &error);
    g_assert_no_error (error);
    g_spawn_check_wait_status (status, &error);
    g_assert_no_error (error);
}

/* tar and sha256sum can do it without us; the content id too can be had by hand */
static void
test_stock_tools (void)
{
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = write_sample (directory, &plain_options);

    run_in (directory,
            "tar xzf *.tar.gz; cd */; sha256sum --strict -c SHA256SUMS;"
            "test $(ls | wc -l) = 9; test $(wc -l < SHA256SUMS) = 8;"
            "test $(stat -c %a .) = 700; test $(stat -c %a simstow.json) = 600;"
            "id=$(grep -v -e README.txt -e simstow.json SHA256SUMS | sha256sum | cut -c1-64);"
            "grep -q \"\\\"content_id\\\": \\\"$id\\\"\" simstow.json");
    remove_directory (directory);
}

static void
check_refused (GBytes *archive, gsize place)
{
    g_autoptr (GError) error = NULL;

    if (sample_read (archive, &error))
        g_test_message ("not refused: %" G_GSIZE_FORMAT, place);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED);
}

static void
test_flipped (gconstpointer user_data)
{
    SimstowCompression compression = GPOINTER_TO_INT (user_data);
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    g_autoptr (GBytes) archive = sample_pack (snapshot, compression);
    gsize size = g_bytes_get_size (archive);
    gsize i;

    for (i = 0; i < size; i++) {
        static const guint8 masks[] = {0x01, 0x20, 0x80, 0xFF};
        guint8 *data = g_memdup2 (g_bytes_get_data (archive, NULL), size);
        g_autoptr (GBytes) flipped = NULL;

        data[i] ^= masks[i % G_N_ELEMENTS (masks)];
        flipped = g_bytes_new_take (data, size);
        check_refused (flipped, i);
    }
}

static void
test_cut_short (gconstpointer user_data)
{
    SimstowCompression compression = GPOINTER_TO_INT (user_data);
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    g_autoptr (GBytes) archive = sample_pack (snapshot, compression);
    gsize seal = simstow_seal_get_size (compression);
    gsize total = g_bytes_get_size (archive);
    gsize size;

    /* every byte of what compressors begin and end with, and a dense sample */
    for (size = 0; size < total; size += size < 32 || total - size < 128 ? 1 : 11) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) part = g_bytes_new_from_bytes (archive, 0, size);

        /* what lacks the seal alone has all its contents, as what was compressed again */
        if (size == total - seal) {
            g_assert_true (sample_read (part, &error));
            continue;
        }
        g_assert_false (sample_read (part, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT);
        g_assert_nonnull (strstr (error->message, "cut short"));
    }
}

static void
test_something_behind (gconstpointer user_data)
{
    SimstowCompression compression = GPOINTER_TO_INT (user_data);
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    g_autoptr (GBytes) archive = sample_pack (snapshot, compression);
    g_autoptr (GByteArray) longer = g_bytes_unref_to_array (g_bytes_ref (archive));
    g_autoptr (GBytes) bytes = NULL;

    g_byte_array_append (longer, (const guint8 *) "something follows", 17);
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&longer));
    check_refused (bytes, 0);
}

static void
test_existing (void)
{
    SimstowArchiveWriteOptions options = plain_options;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = g_build_filename (directory, "a.tar.gz", NULL);
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    g_autoptr (SimstowSnapshot) loaded = NULL;
    g_autofree gchar *kept = NULL;

    g_file_set_contents (path, "precious", -1, NULL);
    g_assert_false (simstow_archive_write (snapshot, path, &options, NULL, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_EXISTS);
    g_clear_error (&error);
    g_file_get_contents (path, &kept, NULL, NULL);
    g_assert_cmpstr (kept, ==, "precious");
    g_assert_cmpuint (count_files (directory), ==, 1);
    options.force = TRUE;
    simstow_archive_write (snapshot, path, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    loaded = simstow_archive_load (path, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (count_files (directory), ==, 1);
    remove_directory (directory);
}

static void
check_not_written (const gchar *output, gint code)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    g_autofree gchar *where = g_path_get_dirname (output);
    g_autofree gchar *path = NULL;

    g_assert_false (simstow_archive_write (snapshot, output, &plain_options, &path, NULL, &error));
    g_assert_error (error, G_IO_ERROR, code);
    g_assert_nonnull (strstr (error->message, where));
    g_assert_null (path);
}

static void
test_impossible_places (void)
{
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *missing = g_build_filename (directory, "no", "a.tar.gz", NULL);
    g_autofree gchar *file = g_build_filename (directory, "file", NULL);
    g_autofree gchar *below = g_build_filename (file, "a.tar.gz", NULL);

    g_file_set_contents (file, "", 0, NULL);
    check_not_written (missing, G_IO_ERROR_NOT_FOUND);
    check_not_written (below, G_IO_ERROR_NOT_DIRECTORY);
    g_assert_cmpuint (count_files (directory), ==, 1);
    remove_directory (directory);
}

static void
test_cancelled (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autofree gchar *directory = make_directory ();
    g_autoptr (SimstowSnapshot) snapshot = sample_many (2000);

    g_cancellable_cancel (cancellable);
    g_assert_false (
        simstow_archive_write (snapshot, directory, &plain_options, NULL, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint (count_files (directory), ==, 0);
    remove_directory (directory);
}

/* What a dead run left goes; what a living one holds, or is no file of that kind, stays */
static void
test_stale_temporaries (void)
{
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *stale = g_build_filename (directory, ".simstow-00000001.part", NULL);
    g_autofree gchar *held = g_build_filename (directory, ".simstow-00000002.part", NULL);
    g_autofree gchar *link = g_build_filename (directory, ".simstow-00000003.part", NULL);
    g_autofree gchar *other = g_build_filename (directory, "simstow-4.part", NULL);
    g_autofree gchar *path = NULL;
    gint fd;

    g_file_set_contents (stale, "half", -1, NULL);
    g_file_set_contents (held, "half", -1, NULL);
    g_file_set_contents (other, "whole", -1, NULL);
    g_assert_cmpint (symlink (other, link), ==, 0);
    fd = open (held, O_RDONLY | O_CLOEXEC);
    g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
    path = write_sample (directory, &plain_options);
    g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_test (held, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
    g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
    close (fd);
    remove_directory (directory);
}

static void
test_not_an_archive (void)
{
    static const gchar *const texts[] = {"hello", "7z", "simstow\n"};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));

        check_refused (bytes, i);
    }
}

static gboolean
on_count (SimstowItem *item, gpointer user_data, GError **error)
{
    guint *count = user_data;

    if (++*count < 3)
        return TRUE;
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED, "enough");
    return FALSE;
}

static void
test_callee_stops (void)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *directory = make_directory ();
    g_autofree gchar *path = write_sample (directory, &plain_options);
    guint count = 0;

    g_assert_false (simstow_archive_read (path,
                                          NULL,
                                          1 << SIMSTOW_ITEM_MESSAGE,
                                          on_count,
                                          &count,
                                          NULL,
                                          &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED);
    g_assert_cmpuint (count, ==, 3);
    remove_directory (directory);
}

static void
test_many (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_many (5000);
    g_autoptr (GBytes) archive = sample_pack (snapshot, SIMSTOW_COMPRESSION_GZIP);

    g_assert_true (sample_read (archive, &error));
    g_assert_no_error (error);
}

/* Small ones at once, large ones beside: the same digest, one after the other */
static void
test_hasher (void)
{
    static const gsize sizes[] = {0, 1, 65536, 1048576, 1048577, 5000000, 3, 2097152, 0};
    g_autoptr (SimstowHasher) hasher = simstow_hasher_new ();
    g_autofree guint8 *data = g_malloc (5000000);
    gsize i;

    for (i = 0; i < 5000000; i++)
        data[i] = (guint8) (i * i >> 3);
    for (i = 0; i < G_N_ELEMENTS (sizes); i++) {
        g_autofree gchar *expected =
            g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, sizes[i]);
        g_autofree gchar *digest = NULL;
        gsize done;

        for (done = 0; done < sizes[i]; done += 997)
            simstow_hasher_update (hasher, data + done, MIN (997, sizes[i] - done));
        digest = simstow_hasher_finish (hasher);
        g_assert_cmpstr (digest, ==, expected);
    }
    /* what is not finished goes without it */
    simstow_hasher_update (hasher, data, 5000000);
}

static void
add_per_compression (const gchar *name, GTestDataFunc test)
{
    static const gchar *const words[] = {"gzip", "zstd", "xz", "none"};
    gint i;

    for (i = SIMSTOW_COMPRESSION_GZIP; i <= SIMSTOW_COMPRESSION_NONE; i++) {
        g_autofree gchar *path = g_strdup_printf ("/archive/%s/%s", name, words[i]);

        g_test_add_data_func (path, GINT_TO_POINTER (i), test);
    }
}

int
main (int argc, char *argv[])
{
    g_autofree gchar *home = make_directory ();
    gint result;

    /* where a machine without an id keeps its key */
    g_setenv ("XDG_DATA_HOME", home, TRUE);
    g_test_init (&argc, &argv, NULL);
    add_per_compression ("round-trip", test_round_trip);
    add_per_compression ("flipped", test_flipped);
    add_per_compression ("cut-short", test_cut_short);
    add_per_compression ("something-behind", test_something_behind);
    g_test_add_func ("/archive/same-bytes", test_same_bytes);
    g_test_add_func ("/archive/same-bytes-again", test_same_bytes_again);
    g_test_add_func ("/archive/content-id", test_content_id);
    g_test_add_func ("/archive/names-tell-nothing", test_names_tell_nothing);
    g_test_add_func ("/archive/stock-tools", test_stock_tools);
    g_test_add_func ("/archive/existing", test_existing);
    g_test_add_func ("/archive/impossible-places", test_impossible_places);
    g_test_add_func ("/archive/cancelled", test_cancelled);
    g_test_add_func ("/archive/stale-temporaries", test_stale_temporaries);
    g_test_add_func ("/archive/not-an-archive", test_not_an_archive);
    g_test_add_func ("/archive/callee-stops", test_callee_stops);
    g_test_add_func ("/archive/many", test_many);
    g_test_add_func ("/archive/hasher", test_hasher);
    result = g_test_run ();
    remove_directory (home);
    return result;
}
