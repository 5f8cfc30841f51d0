/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writer killed before each of its calls that write, flush or rename, and each
 * of them failing: there is the old file or the new one, whole, and the next run
 * leaves nothing else behind. Plain, compressed and encrypted archives, and merged
 * ones.
 */

#include "simstow-archive.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "archive-sample.h"
#include "simstow-error.h"
#include "simstow-merge.h"

#define WRITER  "--write"
#define OLD     "the old file"
#define RECORDS 120
#define CALLS   400
/* the exit status of a child that tells of a full disk */
#define TOLD 28

typedef struct {
    gchar *directory;
    gchar *path;
    /* where an archive to merge is, the key to encrypt to, and gpg's homes */
    gchar *beside;
    const gchar *writer;
} Fixture;

/* What the child does, each in its own way: writes an archive over whatever is there */
typedef gboolean (*Write) (SimstowSnapshot *snapshot,
                           const gchar *path,
                           const gchar *beside,
                           GError **error);

static gboolean
write_plain (SimstowSnapshot *snapshot, const gchar *path, const gchar *beside, GError **error)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE, TRUE, {NULL, NULL}};

    return simstow_archive_write (snapshot, path, &options, NULL, NULL, error);
}

static gboolean
write_gzip (SimstowSnapshot *snapshot, const gchar *path, const gchar *beside, GError **error)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_GZIP, TRUE, {NULL, NULL}};

    return simstow_archive_write (snapshot, path, &options, NULL, NULL, error);
}

static gboolean
write_encrypted (SimstowSnapshot *snapshot, const gchar *path, const gchar *beside, GError **error)
{
    g_autofree gchar *key = g_build_filename (beside, "key", NULL);
    const gchar *recipients[] = {key, NULL};
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE, TRUE, {recipients, NULL}};

    return simstow_archive_write (snapshot, path, &options, NULL, NULL, error);
}

static gboolean
write_merged (SimstowSnapshot *snapshot, const gchar *path, const gchar *beside, GError **error)
{
    g_autofree gchar *previous = g_build_filename (beside, "previous", NULL);
    const gchar *paths[] = {previous, NULL};
    SimstowSnapshot *const snapshots[] = {snapshot, NULL};
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE, TRUE, {NULL, NULL}};

    return simstow_archive_merge (paths,
                                  NULL,
                                  snapshots,
                                  FALSE,
                                  path,
                                  &options,
                                  NULL,
                                  NULL,
                                  NULL,
                                  error);
}

static const struct {
    const gchar *name;
    Write write;
} writers[] = {
    {"plain", write_plain},
    {"gzip", write_gzip},
    {"encrypted", write_encrypted},
    {"merged", write_merged},
};

static int
write_archive (const gchar *writer, const gchar *path, const gchar *beside)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_many (RECORDS);
    gsize i;

    for (i = 0; !g_str_equal (writers[i].name, writer); i++)
        ;
    if (writers[i].write (snapshot, path, beside, &error))
        return 0;
    return strstr (error->message, g_strerror (ENOSPC)) ? TOLD : 1;
}

static gint
run_writer (const Fixture *fixture, guint at, gint fault)
{
    const gchar *argv[] =
        {g_get_prgname (), WRITER, fixture->writer, fixture->path, fixture->beside, NULL};
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

/* Neither a temporary, nor a home of gpg's */
static void
check_nothing_left (const Fixture *fixture)
{
    g_autoptr (GDir) directory = g_dir_open (fixture->beside, 0, NULL);
    const gchar *name;

    g_assert_cmpuint (count_files (fixture), ==, 1);
    while ((name = g_dir_read_name (directory)))
        g_assert_false (g_str_has_prefix (name, "simstow-gpg-"));
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
    g_assert_cmpuint (at, >, 6);
    check_new (fixture);
    check_nothing_left (fixture);
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
        g_assert_cmpint (WEXITSTATUS (status), ==, TOLD);
    }
    g_assert_cmpint (status, ==, 0);
    g_assert_cmpuint (at, >, 6);
}

/* gpg's sockets want a short path */
static void
make_key (const Fixture *fixture)
{
    const gchar *argv[] = {"/bin/sh",
                           "-ec",
                           "mkdir -m 700 home; export GNUPGHOME=$PWD/home;"
                           "gpg --batch --passphrase '' --quick-gen-key a@example.com "
                           "future-default default 0;"
                           "gpg --batch --export a@example.com > key; test -s key",
                           NULL};
    g_autofree gchar *home = g_build_filename (fixture->beside, "home", NULL);
    g_autoptr (GError) error = NULL;
    gint status;

    g_spawn_sync (fixture->beside,
                  (gchar **) argv,
                  NULL,
                  G_SPAWN_STDERR_TO_DEV_NULL,
                  NULL,
                  NULL,
                  NULL,
                  NULL,
                  &status,
                  &error);
    g_assert_no_error (error);
    g_assert_cmpint (status, ==, 0);
    g_setenv ("GNUPGHOME", home, TRUE);
    g_setenv ("XDG_RUNTIME_DIR", fixture->beside, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    g_autofree gchar *previous = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_many (RECORDS / 2);
    g_autoptr (GError) error = NULL;

    fixture->writer = user_data;
    fixture->directory = g_dir_make_tmp ("simstow-test-XXXXXX", NULL);
    fixture->path = g_build_filename (fixture->directory, "archive", NULL);
    fixture->beside = g_strdup ("/tmp/simstow-test-XXXXXX");
    g_assert_nonnull (g_mkdtemp (fixture->beside));
    previous = g_build_filename (fixture->beside, "previous", NULL);
    write_plain (snapshot, previous, NULL, &error);
    g_assert_no_error (error);
    if (g_str_equal (fixture->writer, "encrypted"))
        make_key (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    const gchar *argv[] = {"/bin/sh",
                           "-c",
                           "gpgconf --homedir \"$0/home\" --kill all; rm -rf \"$0\"",
                           fixture->beside,
                           NULL};

    g_spawn_sync (NULL,
                  (gchar **) argv,
                  NULL,
                  G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                  NULL,
                  NULL,
                  NULL,
                  NULL,
                  NULL,
                  NULL);
    g_unlink (fixture->path);
    g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
    g_free (fixture->path);
    g_free (fixture->directory);
    g_free (fixture->beside);
}

static void
add (const gchar *name, void (*test) (Fixture *fixture, gconstpointer user_data))
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (writers); i++) {
        g_autofree gchar *path = g_strdup_printf ("/archive-killed/%s/%s", name, writers[i].name);

        g_test_add (path, Fixture, writers[i].name, set_up, test, tear_down);
    }
}

int
main (int argc, char *argv[])
{
    if (argc == 5 && strcmp (argv[1], WRITER) == 0)
        return write_archive (argv[2], argv[3], argv[4]);
    g_test_init (&argc, &argv, NULL);
    g_set_prgname (argv[0]);
    g_test_add ("/archive-killed/new", Fixture, "plain", set_up, test_killed, tear_down);
    add ("replacing", test_killed_replacing);
    add ("full", test_full);
    return g_test_run ();
}
