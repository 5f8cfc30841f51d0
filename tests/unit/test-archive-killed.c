/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writer killed before each of its calls to the file system, and each of
 * them failing: there is the old file or the new one, whole, and the next run
 * leaves nothing else behind.
 */

#include "simstow-archive.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "archive-sample.h"
#include "simstow-error.h"

#define WRITER  "--write"
#define OLD     "the old file"
#define RECORDS 400
#define CALLS   200

typedef struct {
    gchar *directory;
    gchar *path;
    const gchar *self;
} Fixture;

/* What the child does: writes an archive over whatever is there */
static int
write_archive (const gchar *path)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE, TRUE, {NULL, NULL}};
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_many (RECORDS);

    if (simstow_archive_write (snapshot, path, &options, NULL, NULL, &error))
        return 0;
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? 28 : 1;
}

static gint
run_writer (const Fixture *fixture, guint at, gint fault)
{
    const gchar *argv[] = {fixture->self, WRITER, fixture->path, NULL};
    g_autofree gchar *at_text = g_strdup_printf ("%u", at);
    g_autofree gchar *fault_text = g_strdup_printf ("%d", fault);
    g_auto (GStrv) environment = g_get_environ ();
    g_autoptr (GError) error = NULL;
    gint status;

    environment = g_environ_setenv (environment, "LD_PRELOAD", g_getenv ("FAULT_LIBRARY"), TRUE);
    environment = g_environ_setenv (environment, "FAULT_AT", at_text, TRUE);
    environment = g_environ_setenv (environment, "FAULT", fault_text, TRUE);
    environment = g_environ_setenv (environment, "ASAN_OPTIONS", "verify_asan_link_order=0", TRUE);
    g_spawn_sync (NULL,
                  (gchar **) argv,
                  environment,
                  G_SPAWN_STDERR_TO_DEV_NULL,
                  NULL,
                  NULL,
                  NULL,
                  NULL,
                  &status,
                  &error);
    g_assert_no_error (error);
    return status;
}

static guint
count_files (const Fixture *fixture)
{
    g_autoptr (GDir) directory = g_dir_open (fixture->directory, 0, NULL);
    guint count = 0;

    while (g_dir_read_name (directory))
        count++;
    return count;
}

static gboolean
is_old (const Fixture *fixture)
{
    g_autofree gchar *text = NULL;

    g_file_get_contents (fixture->path, &text, NULL, NULL);
    return g_strcmp0 (text, OLD) == 0;
}

static void
check_new (const Fixture *fixture)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot =
        simstow_archive_load (fixture->path, NULL, NULL, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (snapshot->messages->len, ==, RECORDS);
}

/* Kills the writer at one call after the other, until it gets through */
static void
kill_everywhere (const Fixture *fixture, const gchar *old)
{
    gint status = -1;
    guint at;

    for (at = 1; at < CALLS && status != 0; at++) {
        g_unlink (fixture->path);
        if (old)
            g_file_set_contents (fixture->path, old, -1, NULL);
        status = run_writer (fixture, at, 0);
        if (status != 0) {
            g_assert_true (WIFSIGNALED (status));
            g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
        }
        if (old ? !is_old (fixture) : g_file_test (fixture->path, G_FILE_TEST_EXISTS))
            check_new (fixture);
    }
    g_assert_cmpint (status, ==, 0);
    /* enough calls for the tar, the flush and the rename */
    g_assert_cmpuint (at, >, 10);
    check_new (fixture);
    g_assert_cmpuint (count_files (fixture), ==, 1);
}

static void
test_killed (Fixture *fixture, gconstpointer user_data)
{
    kill_everywhere (fixture, NULL);
}

static void
test_killed_replacing (Fixture *fixture, gconstpointer user_data)
{
    kill_everywhere (fixture, OLD);
}

/* A full disk is told as such, and leaves the old file and nothing else */
static void
test_full (Fixture *fixture, gconstpointer user_data)
{
    gint status = -1;
    guint at;

    for (at = 1; at < CALLS && status != 0; at++) {
        g_file_set_contents (fixture->path, OLD, -1, NULL);
        status = run_writer (fixture, at, ENOSPC);
        g_assert_cmpuint (count_files (fixture), ==, 1);
        if (status == 0 || !is_old (fixture)) {
            check_new (fixture);
            continue;
        }
        g_assert_true (WIFEXITED (status));
        g_assert_cmpint (WEXITSTATUS (status), ==, 28);
    }
    g_assert_cmpint (status, ==, 0);
    g_assert_cmpuint (at, >, 10);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    fixture->self = user_data;
    fixture->directory = g_dir_make_tmp ("simstow-test-XXXXXX", NULL);
    fixture->path = g_build_filename (fixture->directory, "a.tar", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    g_unlink (fixture->path);
    g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
    g_free (fixture->path);
    g_free (fixture->directory);
}

int
main (int argc, char *argv[])
{
    if (argc == 3 && strcmp (argv[1], WRITER) == 0)
        return write_archive (argv[2]);
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/archive-killed/new", Fixture, argv[0], set_up, test_killed, tear_down);
    g_test_add ("/archive-killed/replacing",
                Fixture,
                argv[0],
                set_up,
                test_killed_replacing,
                tear_down);
    g_test_add ("/archive-killed/full", Fixture, argv[0], set_up, test_full, tear_down);
    return g_test_run ();
}
