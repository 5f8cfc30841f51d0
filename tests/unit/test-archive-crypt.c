/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encrypted archives: what opens them, what does not, and what is left behind.
 * gpg itself is the witness.
 */

#define _GNU_SOURCE /* memmem () */

#include "simstow-archive.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "archive-sample.h"
#include "simstow-error.h"
#include "simstow-openpgp.h"

#define WORD "correct horse ñ"

typedef struct {
    gchar *directory;
    /* where homes for gpg are made, apart from those of other runs */
    gchar *runtime;
    /* a home with a secret key, that key's public half, and a home without any */
    gchar *home;
    gchar *public;
    gchar *empty;
} Fixture;

static void
run_in (const gchar *directory, const gchar *command)
{
    g_autoptr (GError) error = NULL;
    const gchar *argv[] = {"/bin/bash", "-e", "-o", "pipefail", "-c", command, NULL};
    gint status;

    g_spawn_sync (directory,
                  (gchar **) argv,
                  NULL,
                  G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
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

/* What all cases share, as making a key and deriving one from a passphrase takes long */
typedef struct {
    gchar *directory; /* with a home that has the key */
    gchar *both;      /* an archive to that key and the passphrase, once a case needs it */
    gchar *word;      /* and one to the passphrase alone */
} Shared;

/* gpg's sockets want a short path */
static void
shared_init (Shared *shared)
{
    shared->directory = g_strdup ("/tmp/simstow-test-XXXXXX");
    g_assert_nonnull (g_mkdtemp (shared->directory));
    run_in (shared->directory,
            "mkdir -m 700 home; export GNUPGHOME=$PWD/home;"
            "gpg --batch --passphrase '' --quick-gen-key owner@example.com future-default default "
            "0;"
            "gpg --batch --export owner@example.com > public.gpg; test -s public.gpg;"
            "gpgconf --kill all; gpgconf --remove-socketdir; rm -f home/S.* home/.#lk*");
}

static void
shared_clear (Shared *shared)
{
    run_in (shared->directory, "rm -rf \"$PWD\"");
    g_free (shared->directory);
    g_free (shared->both);
    g_free (shared->word);
}

static void
fixture_init (Fixture *fixture, const Shared *shared)
{
    g_autofree gchar *copy =
        g_strdup_printf ("mkdir -m 700 empty run; cp -a %s/home %s/public.gpg .",
                         shared->directory,
                         shared->directory);

    fixture->directory = g_strdup ("/tmp/simstow-test-XXXXXX");
    g_assert_nonnull (g_mkdtemp (fixture->directory));
    fixture->runtime = g_build_filename (fixture->directory, "run", NULL);
    fixture->home = g_build_filename (fixture->directory, "home", NULL);
    fixture->empty = g_build_filename (fixture->directory, "empty", NULL);
    fixture->public = g_build_filename (fixture->directory, "public.gpg", NULL);
    run_in (fixture->directory, copy);
    g_setenv ("GNUPGHOME", fixture->home, TRUE);
    g_setenv ("XDG_RUNTIME_DIR", fixture->runtime, TRUE);
}

static void
fixture_clear (Fixture *fixture)
{
    run_in (fixture->directory,
            "for home in home empty; do gpgconf --homedir $PWD/$home --kill all;"
            " gpgconf --homedir $PWD/$home --remove-socketdir || true; done; rm -rf \"$PWD\"");
    g_free (fixture->directory);
    g_free (fixture->runtime);
    g_free (fixture->home);
    g_free (fixture->empty);
    g_free (fixture->public);
}

static gboolean
holds (const gchar *data, gsize size, const gchar *text)
{
    return memmem (data, size, text, strlen (text)) != NULL;
}

static SimstowSecret *
secret (const gchar *text)
{
    return simstow_secret_new (text, strlen (text));
}

static SimstowSnapshot *
snapshot_with_code (void)
{
    SimstowSnapshot *snapshot = sample_snapshot ();

    snapshot->esim = simstow_esim_new ();
    g_assert_true (simstow_esim_add_code (snapshot->esim,
                                          "8957123400000012345",
                                          "LPA:1$smdp.example.com$SECRET-MATCH",
                                          NULL,
                                          1714585000,
                                          NULL));
    return snapshot;
}

static gchar *
write_sample (const Fixture *fixture,
              const gchar *const *recipients,
              const SimstowSecret *passphrase)
{
    const SimstowArchiveWriteOptions options = {
        .keys = {.recipients = recipients, .passphrase = passphrase},
    };
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = snapshot_with_code ();
    gchar *path = NULL;

    simstow_archive_write (snapshot, fixture->directory, &options, &path, NULL, &error);
    g_assert_no_error (error);
    return path;
}

/* As gpg itself writes it, with a passphrase that costs little to try; a copy of the one that was
 * made for the first case which needs it */
static gchar *
take_sample (const Fixture *fixture, Shared *shared, gboolean to_key)
{
    const gchar *recipients[] = {fixture->public, NULL};
    gchar **kept = to_key ? &shared->both : &shared->word;
    g_autofree gchar *path = NULL;
    g_autofree gchar *command = NULL;

    if (!*kept) {
        path = write_sample (fixture, recipients, NULL);
        *kept = g_build_filename (shared->directory, to_key ? "both" : "word", NULL);
        command = g_strdup_printf (
            "gpg --batch -d simstow-*.gpg > plain; rm simstow-*.gpg;"
            "gpg --batch --rfc4880 --pinentry-mode loopback --passphrase '" WORD
            "' --no-symkey-cache --s2k-count 1024 --s2k-digest-algo SHA512"
            " --s2k-cipher-algo AES256 --cipher-algo AES256 -z 0 -c %s -o %s plain; rm plain",
            to_key ? "-e -r owner@example.com --trust-model always" : "",
            *kept);
        run_in (fixture->directory, command);
        g_free (command);
    }
    command = g_strdup_printf ("cp %s simstow-sample.tar.gz.gpg", *kept);
    run_in (fixture->directory, command);
    return g_build_filename (fixture->directory, "simstow-sample.tar.gz.gpg", NULL);
}

static void
check_opens (const gchar *path, const SimstowSecret *passphrase)
{
    const SimstowArchiveKeys keys = {.passphrase = passphrase};
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) before = snapshot_with_code ();
    g_autoptr (SimstowSnapshot) after = simstow_archive_load (path, &keys, NULL, NULL, &error);
    g_autofree gchar *text_before = NULL;
    g_autofree gchar *text_after = NULL;

    g_assert_no_error (error);
    simstow_snapshot_sort (before);
    text_before = sample_to_text (before);
    text_after = sample_to_text (after);
    g_assert_cmpstr (text_before, ==, text_after);
    g_assert_cmpuint (after->esim->codes->len, ==, 1);
}

static void
check_stays_shut (const gchar *path, const SimstowSecret *passphrase, SimstowError code)
{
    const SimstowArchiveKeys keys = {.passphrase = passphrase};
    g_autoptr (GError) error = NULL;

    g_assert_null (simstow_archive_load (path, &keys, NULL, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, (gint) code);
}

/* No home of ours is left, nor an agent that lives in one */
static void
check_nothing_left (const Fixture *fixture)
{
    g_autoptr (GDir) homes = g_dir_open (fixture->runtime, 0, NULL);
    g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
    const gchar *name;

    g_assert_null (g_dir_read_name (homes));
    while ((name = g_dir_read_name (processes))) {
        g_autofree gchar *path = g_build_filename ("/proc", name, "cmdline", NULL);
        g_autofree gchar *line = NULL;
        gsize length;

        if (g_file_get_contents (path, &line, &length, NULL))
            g_assert_false (holds (line, length, fixture->runtime));
    }
}

static void
test_passphrase (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autoptr (SimstowSecret) wrong = secret ("correct horse n");
    g_autofree gchar *path = write_sample (fixture, NULL, right);

    g_assert_true (g_str_has_suffix (path, ".tar.gz.gpg"));
    check_opens (path, right);
    check_stays_shut (path, wrong, SIMSTOW_ERROR_DECRYPT);
    check_stays_shut (path, NULL, SIMSTOW_ERROR_DECRYPT);
    check_nothing_left (fixture);
}

static void
test_public_key (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    g_autofree gchar *path = NULL;

    /* whoever writes has no secret at all */
    g_setenv ("GNUPGHOME", fixture->empty, TRUE);
    path = write_sample (fixture, recipients, NULL);
    check_stays_shut (path, NULL, SIMSTOW_ERROR_DECRYPT);
    g_setenv ("GNUPGHOME", fixture->home, TRUE);
    check_opens (path, NULL);
}

static void
test_keyring (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {"owner@example.com", NULL};
    g_autofree gchar *path = write_sample (fixture, recipients, NULL);

    check_opens (path, NULL);
}

/* Either of them opens it */
static void
test_both (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = write_sample (fixture, recipients, right);

    check_opens (path, NULL);
    g_setenv ("GNUPGHOME", fixture->empty, TRUE);
    check_opens (path, right);
    check_stays_shut (path, NULL, SIMSTOW_ERROR_DECRYPT);
}

static void
test_stock_tools (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *to_key = write_sample (fixture, recipients, NULL);
    g_autofree gchar *moved = g_build_filename (fixture->directory, "key.gpg", NULL);
    g_autofree gchar *with_word = NULL;

    g_assert_cmpint (g_rename (to_key, moved), ==, 0);
    with_word = write_sample (fixture, NULL, right);
    run_in (fixture->directory,
            "mkdir a b; gpg --batch -d key.gpg | tar xz -C a; cd a/simstow-*;"
            "sha256sum --strict -c SHA256SUMS; grep -q SECRET-MATCH esim.json; cd ../..;"
            "GNUPGHOME=$PWD/empty gpg --batch --pinentry-mode loopback --passphrase '" WORD
            "' -d simstow-*.tar.gz.gpg | tar xz -C b; cd b/simstow-*;"
            "sha256sum --strict -c SHA256SUMS; cd ../..;"
            "(gpg --batch --pinentry-mode loopback --passphrase x --list-packets "
            "simstow-*.tar.gz.gpg 2>&1 || true) > packets;"
            "grep -q 'version 4, cipher 9, aead 0, *s2k 3, hash 10' packets;"
            "grep -q 'count 65011712 ' packets");
}

/* Never in what anyone can read */
static void
test_codes_only_encrypted (Fixture *fixture, gconstpointer user_data)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE, FALSE, {NULL, NULL}};
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = snapshot_with_code ();
    g_autofree gchar *path = NULL;
    g_autofree gchar *data = NULL;
    gsize size;

    simstow_archive_write (snapshot, fixture->directory, &options, &path, NULL, &error);
    g_assert_no_error (error);
    g_file_get_contents (path, &data, &size, &error);
    g_assert_no_error (error);
    g_assert_true (holds (data, size, "esim.json"));
    g_assert_false (holds (data, size, "SECRET-MATCH"));
}

static void
check_refused (const Fixture *fixture, const gchar *const *recipients, gboolean with_word)
{
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = g_build_filename (fixture->directory, "a.gpg", NULL);
    const SimstowArchiveWriteOptions options = {
        .keys = {.recipients = recipients, .passphrase = with_word ? right : NULL},
    };
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();

    g_assert_false (simstow_archive_write (snapshot, path, &options, NULL, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_USAGE);
    g_test_message ("%s: %s", recipients[0], error->message);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Beside a passphrase and beside a good key; alone and beside both where the seed says so */
static void
check_recipient_refused (const Fixture *fixture, const gchar *recipient)
{
    const gchar *alone[] = {recipient, NULL};
    const gchar *second[] = {fixture->public, recipient, NULL};

    check_refused (fixture, alone, TRUE);
    check_refused (fixture, second, FALSE);
    if (g_test_rand_int_range (0, 4) == 0) {
        check_refused (fixture, alone, FALSE);
        check_refused (fixture, second, TRUE);
    }
}

static void
test_bad_recipients (Fixture *fixture, gconstpointer user_data)
{
    static const gchar *const files[] = {"no-key",
                                         "empty-file",
                                         "signs.gpg",
                                         "expired.gpg",
                                         "subkey.gpg",
                                         "revoked.gpg",
                                         "secret.gpg",
                                         "two.gpg",
                                         "fifo",
                                         "home"};
    gsize i;

    run_in (fixture->directory,
            "export GNUPGHOME=$PWD/home; then='--faked-system-time 20200101T000000';"
            "make='gpg --batch --passphrase=';"
            "$make --quick-gen-key signs@example.com ed25519 sign never;"
            "$make $then --quick-gen-key expired@example.com future-default default 1d;"
            "$make $then --quick-gen-key subkey@example.com ed25519 sign never;"
            "print () { gpg --with-colons --list-keys $1 | awk -F: '/^fpr/ && !n++ {print $10}'; };"
            "$make $then --quick-add-key $(print subkey@example.com) cv25519 encr 1d;"
            "$make --quick-gen-key revoked@example.com future-default default never;"
            "sed 's/^:-/-/' home/openpgp-revocs.d/$(print revoked@example.com).rev |"
            " gpg --batch --import;"
            "for name in signs expired subkey revoked; do"
            " gpg --batch --export $name@example.com > $name.gpg; test -s $name.gpg; done;"
            "gpg --batch --export-secret-keys owner@example.com > secret.gpg;"
            "cat public.gpg signs.gpg > two.gpg; echo hello > no-key; touch empty-file;"
            "mkfifo fifo");
    for (i = 0; i < G_N_ELEMENTS (files); i++) {
        g_autofree gchar *path = g_build_filename (fixture->directory, files[i], NULL);

        g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
        check_recipient_refused (fixture, path);
    }
    check_recipient_refused (fixture, "nobody@example.com");
    check_recipient_refused (fixture, "signs@example.com");
    check_recipient_refused (fixture, "expired@example.com");
    check_recipient_refused (fixture, "revoked@example.com");
    check_recipient_refused (fixture, "--hidden");
    check_recipient_refused (fixture, "");
    check_nothing_left (fixture);
}

/* Each key of a file counts; a name that fits several keys is nobody's, unless only one of them
 * can be used */
static void
test_several_keys (Fixture *fixture, gconstpointer user_data)
{
    g_autofree gchar *file = g_build_filename (fixture->directory, "two.gpg", NULL);
    const gchar *recipients[] = {file, fixture->public, NULL};
    const gchar *both[] = {"example.com", NULL};
    const gchar *usable[] = {"owner", NULL};
    g_autofree gchar *path = NULL;
    g_autofree gchar *by_name = NULL;

    run_in (fixture->directory,
            "export GNUPGHOME=$PWD/empty; make='gpg --batch --passphrase=';"
            "$make --quick-gen-key second@example.com future-default default 0;"
            "GNUPGHOME=$PWD/home gpg --batch --export owner@example.com |"
            " gpg --batch --import;"
            "$make --quick-gen-key owner-old@example.com ed25519 sign never;"
            "gpg --batch --export owner@example.com second@example.com > two.gpg");
    path = write_sample (fixture, recipients, NULL);
    check_opens (path, NULL);
    g_setenv ("GNUPGHOME", fixture->empty, TRUE);
    check_opens (path, NULL);
    check_refused (fixture, both, FALSE);
    check_refused (fixture, both, TRUE);
    g_assert_cmpint (g_remove (path), ==, 0);
    by_name = write_sample (fixture, usable, NULL);
    g_setenv ("GNUPGHOME", fixture->home, TRUE);
    check_opens (by_name, NULL);
}

/* What the user's gpg.conf says changes neither what is written nor whether it can be read, and
 * the user's agent is not ended */
static void
test_options (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {"owner@example.com", NULL};
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = NULL;

    run_in (fixture->directory,
            "printf '%s\n' armor 's2k-digest-algo SHA1' 's2k-count 1024' 'cipher-algo 3DES'"
            " 'comment hello' 'encrypt-to nobody@example.com' 'set-filename x' throw-keyids"
            " > home/gpg.conf; gpg-connect-agent --homedir $PWD/home 'getinfo pid' /bye > agent");
    path = write_sample (fixture, recipients, right);
    run_in (fixture->directory,
            "(GNUPGHOME=$PWD/empty gpg --batch --pinentry-mode loopback --passphrase '" WORD
            "' --list-packets simstow-*.tar.gz.gpg 2>/dev/null || true) > packets;"
            "grep -q 'version 4, cipher 9, aead 0, *s2k 3, hash 10' packets;"
            "grep -q 'count 65011712 ' packets; ! grep -q 'keyid 0000000000000000' packets;"
            "test $(grep -c '^:pubkey enc packet' packets) = 1;"
            "gpgconf --homedir $PWD/empty --kill all;"
            "echo list-only >> home/gpg.conf; echo 'max-output 10' >> home/gpg.conf;"
            "echo 'disable-cipher-algo AES256' >> home/gpg.conf");
    check_opens (path, NULL);
    check_opens (path, right);
    run_in (fixture->directory,
            "gpg-connect-agent --homedir $PWD/home 'getinfo pid' /bye | cmp - agent");
    check_nothing_left (fixture);
}

static void
spoil (const Fixture *fixture, const gchar *data, gsize size, gchar **spoilt)
{
    g_autoptr (GError) error = NULL;

    *spoilt = g_build_filename (fixture->directory, "spoilt.gpg", NULL);
    g_file_set_contents (*spoilt, data, (gssize) size, &error);
    g_assert_no_error (error);
}

static void
check_cut_short (const Fixture *fixture, const gchar *data, gsize size)
{
    g_autofree gchar *spoilt = NULL;
    g_autoptr (GError) error = NULL;

    spoil (fixture, data, size, &spoilt);
    g_assert_null (simstow_archive_load (spoilt, NULL, NULL, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT);
    g_assert_nonnull (strstr (error->message, "cut short"));
}

/* What opens the flipped message, of either */
typedef struct {
    const gchar *data;
    gsize size;
    const SimstowSecret *passphrase;
    SimstowOpenpgpMessage message;
    guint cut_short;
} Flipped;

/* A length that is changed is told by where the file ends, too early for it: as often as a
 * message has octets of lengths, it is said to be cut short */
#define LENGTH_OCTETS 4

/* The id of a key, after a header of two bytes and the version */
#define KEY_ID_START 3
#define KEY_ID_END   11

/* Which damage cannot be told from another key or passphrase: of a key its id, of a passphrase
 * how the key comes from it */
static gboolean
may_look_foreign (const Flipped *flipped, gsize place)
{
    if (!flipped->passphrase)
        return flipped->message.keys > 0 && place >= KEY_ID_START && place < KEY_ID_END;
    return (goffset) place >= flipped->message.passphrases_start &&
           (goffset) place < flipped->message.passphrases_end;
}

/* Nobody looks at the packet of a key who has the passphrase, nor the other way round */
static gboolean
may_go_unnoticed (const Flipped *flipped, gsize place)
{
    gboolean of_passphrase = (goffset) place >= flipped->message.passphrases_start &&
                             (goffset) place < flipped->message.passphrases_end;

    return flipped->message.keys > 0 && flipped->message.passphrases > 0 &&
           (goffset) place < flipped->message.body_start &&
           of_passphrase == (flipped->passphrase == NULL);
}

static void
check_flipped (const Fixture *fixture, Flipped *flipped, gsize place)
{
    const SimstowArchiveKeys keys = {.passphrase = flipped->passphrase};
    g_autofree gchar *copy = g_memdup2 (flipped->data, flipped->size);
    g_autofree gchar *path = NULL;
    g_autoptr (SimstowSnapshot) snapshot = NULL;
    g_autoptr (GError) error = NULL;

    copy[place] ^= place % 2 ? 0x01 : 0xFF;
    spoil (fixture, copy, flipped->size, &path);
    snapshot = simstow_archive_load (path, &keys, NULL, NULL, &error);
    g_test_message ("%" G_GSIZE_FORMAT ": %s", place, error ? error->message : "not refused");
    if (!error)
        g_assert_true (may_go_unnoticed (flipped, place));
    else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DECRYPT))
        g_assert_true (may_look_foreign (flipped, place));
    else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT))
        g_assert_cmpuint (++flipped->cut_short, <=, LENGTH_OCTETS);
    else
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED);
}

/* Where each packet begins and how long it says that it is, in what is told of keys and of the
 * passphrase, both ends of what is encrypted, its integrity packet; and some more by the seed */
static void
flip_some (const Fixture *fixture, const gchar *path, const SimstowSecret *passphrase, guint more)
{
    g_autofree gchar *data = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (goffset));
    Flipped flipped = {.passphrase = passphrase};
    gint fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
    guint i;

    g_assert_true (simstow_openpgp_check (fd, &flipped.message, &error));
    close (fd);
    g_assert_true (g_file_get_contents (path, &data, &flipped.size, NULL));
    flipped.data = data;
    {
        const goffset word = flipped.message.passphrases_start;
        const goffset body = flipped.message.body_start;
        const goffset end = (goffset) flipped.size;
        const goffset fixed[] = {body, body + 1, end - 22, end - 1};
        const goffset of_shape[] = {0, 1, body + 2, body + 40, end - 30};
        const goffset of_key[] = {KEY_ID_START + 4, 2, KEY_ID_END, KEY_ID_END + 20};
        const goffset of_word[] = {word + 2, word + 6, word, word + 4};

        /* a passphrase is tried by an agent of its own each time, which takes long */
        g_array_append_vals (places, fixed, G_N_ELEMENTS (fixed));
        if (!passphrase)
            g_array_append_vals (places, of_shape, G_N_ELEMENTS (of_shape));
        if (flipped.message.keys > 0)
            g_array_append_vals (places, of_key, passphrase ? 1 : G_N_ELEMENTS (of_key));
        if (flipped.message.passphrases > 0)
            g_array_append_vals (places, of_word, passphrase ? G_N_ELEMENTS (of_word) : 2);
        for (i = 0; i < more; i++) {
            goffset any = g_test_rand_int_range (0, (gint) (i % 4 == 0 ? end : body));

            g_array_append_val (places, any);
        }
    }
    for (i = 0; i < places->len; i++)
        check_flipped (fixture, &flipped, (gsize) g_array_index (places, goffset, i));
}

static void
test_flipped_key (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    g_autofree gchar *path = write_sample (fixture, recipients, NULL);

    flip_some (fixture, path, NULL, 20);
}

static void
test_flipped_passphrase (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = take_sample (fixture, (Shared *) user_data, FALSE);

    flip_some (fixture, path, right, 2);
}

/* The passphrase is right, and no key is here; then the key alone */
static void
test_flipped_both (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = take_sample (fixture, (Shared *) user_data, TRUE);

    flip_some (fixture, path, NULL, 6);
    g_setenv ("GNUPGHOME", fixture->empty, TRUE);
    flip_some (fixture, path, right, 1);
}

/* Whatever a wrong passphrase makes of the packets */
static void
test_wrong_passphrases (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = take_sample (fixture, (Shared *) user_data, TRUE);
    guint i;

    for (i = 0; i < 2; i++) {
        g_autofree gchar *word = g_strdup_printf ("wrong %d", g_test_rand_int ());
        g_autoptr (SimstowSecret) wrong = secret (word);

        check_stays_shut (path, wrong, SIMSTOW_ERROR_DECRYPT);
    }
}

/* As gpg -a writes it, with another's options */
static void
test_armored (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowSecret) right = secret (WORD);
    g_autofree gchar *path = take_sample (fixture, (Shared *) user_data, TRUE);
    g_autofree gchar *armored = g_build_filename (fixture->directory, "a.asc", NULL);
    g_autofree gchar *data = NULL;
    gsize size;
    gsize i;

    run_in (fixture->directory,
            "gpg --enarmor < simstow-*.gpg | sed 's/ARMORED FILE/MESSAGE/' > a.asc;"
            "(sed 's/$/\\r/' a.asc; echo) > b.asc");
    check_opens (armored, NULL);
    check_opens (armored, right);
    armored[strlen (armored) - 5] = 'b';
    check_opens (armored, NULL);
    armored[strlen (armored) - 5] = 'a';
    g_assert_true (g_file_get_contents (armored, &data, &size, NULL));
    for (i = 0; i < size; i += 67) {
        g_autofree gchar *copy = g_memdup2 (data, size);
        g_autofree gchar *spoilt = NULL;

        check_cut_short (fixture, data, i + 1);
        /* what a comment says is nobody's business */
        if (i < strlen ("-----BEGIN PGP MESSAGE-----") || i > 160) {
            copy[i] ^= 1;
            spoil (fixture, copy, size, &spoilt);
            check_stays_shut (spoilt, NULL, SIMSTOW_ERROR_DAMAGED);
        }
    }
}

/* Found without any key */
static void
test_cut_short (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    g_autofree gchar *path = write_sample (fixture, recipients, NULL);
    g_autofree gchar *data = NULL;
    gsize size;
    gsize i;

    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    for (i = 1; i < size; i += i < 120 ? 1 : 64)
        check_cut_short (fixture, data, i);
}

/* A message in many stretches, each with a length of its own, as gpg writes those whose size it
 * does not know */
static void
test_cut_short_long (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE,
                                                FALSE,
                                                {recipients, NULL}};
    g_autoptr (SimstowSnapshot) snapshot = sample_many (200);
    g_autofree gchar *path = g_build_filename (fixture->directory, "long.gpg", NULL);
    g_autofree gchar *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size;
    gsize i;

    simstow_archive_write (snapshot, path, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    g_assert_cmpuint (size, >, 8 * 8192);
    for (i = 512; i < size; i += 512)
        check_cut_short (fixture, data, i);
    for (i = size - 64; i < size; i++)
        check_cut_short (fixture, data, i);
}

static void
test_something_behind (Fixture *fixture, gconstpointer user_data)
{
    const gchar *recipients[] = {fixture->public, NULL};
    g_autofree gchar *path = write_sample (fixture, recipients, NULL);
    g_autofree gchar *data = NULL;
    g_autofree gchar *spoilt = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    spoil (fixture, data, size + 1, &spoilt);
    check_stays_shut (spoilt, NULL, SIMSTOW_ERROR_DAMAGED);
}

/* A message that is intact but holds no archive */
static void
test_no_archive_inside (Fixture *fixture, gconstpointer user_data)
{
    g_autofree gchar *path = g_build_filename (fixture->directory, "hello.gpg", NULL);
    g_autofree gchar *armored = g_build_filename (fixture->directory, "hello.asc", NULL);

    run_in (fixture->directory,
            "echo hello | gpg --batch -r owner@example.com --trust-model always -e > hello.gpg;"
            "gpg --enarmor < hello.gpg | sed 's/ARMORED FILE/MESSAGE/' > hello.asc");
    check_stays_shut (path, NULL, SIMSTOW_ERROR_DAMAGED);
    check_stays_shut (armored, NULL, SIMSTOW_ERROR_DAMAGED);
}

/* What a run that was killed left: its home goes, one that is in use stays */
static void
test_stale_homes (Fixture *fixture, gconstpointer user_data)
{
    g_autofree gchar *stale = g_build_filename (fixture->runtime, "simstow-gpg-stale0", NULL);
    g_autofree gchar *held = g_build_filename (fixture->runtime, "simstow-gpg-held00", NULL);
    g_autofree gchar *empty = g_build_filename (fixture->runtime, "simstow-gpg-empty0", NULL);
    const gchar *recipients[] = {fixture->public, NULL};
    g_autofree gchar *path = NULL;
    gint fd;

    run_in (fixture->runtime,
            "mkdir -m 700 simstow-gpg-stale0 simstow-gpg-held00 simstow-gpg-empty0;"
            "gpg-connect-agent --homedir $PWD/simstow-gpg-stale0 /bye; touch "
            "simstow-gpg-stale0/trustdb.gpg");
    fd = g_open (held, O_RDONLY | O_CLOEXEC, 0);
    g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
    path = write_sample (fixture, recipients, NULL);
    g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
    g_assert_false (g_file_test (empty, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_test (held, G_FILE_TEST_EXISTS));
    close (fd);
    check_opens (path, NULL);
    check_nothing_left (fixture);
}

static gboolean
on_message (SimstowItem *item, gpointer user_data, GError **error)
{
    *(guint *) user_data += item->kind == SIMSTOW_ITEM_MESSAGE;
    return TRUE;
}

/* Not one record is seen of a message that breaks at its end */
static void
test_nothing_before_whole (Fixture *fixture, gconstpointer user_data)
{
    const guint wanted = 1 << SIMSTOW_ITEM_MESSAGE;
    const gchar *recipients[] = {fixture->public, NULL};
    g_autofree gchar *path = write_sample (fixture, recipients, NULL);
    g_autofree gchar *data = NULL;
    g_autofree gchar *spoilt = NULL;
    g_autoptr (GError) error = NULL;
    guint count = 0;
    gsize size;

    g_assert_true (simstow_archive_read (path, NULL, wanted, on_message, &count, NULL, &error));
    g_assert_cmpuint (count, ==, 5);
    g_assert_true (g_file_get_contents (path, &data, &size, NULL));
    data[size - 1] ^= 1;
    spoil (fixture, data, size, &spoilt);
    count = 0;
    g_assert_false (simstow_archive_read (spoilt, NULL, wanted, on_message, &count, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED);
    g_assert_cmpuint (count, ==, 0);
}

static void
test_secrets (Fixture *fixture, gconstpointer user_data)
{
    static const struct {
        const gchar *text;
        const gchar *word;
    } cases[] = {
        {"word", "word"},
        {"a b \n", "a b "},
        {"word\r\nmore", "word"},
        {"", NULL},
        {"\n", NULL},
    };
    g_autofree gchar *path = g_build_filename (fixture->directory, "word", NULL);
    gsize i;

    g_setenv ("CREDENTIALS_DIRECTORY", fixture->directory, TRUE);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (SimstowSecret) found = NULL;
        gsize size;

        g_file_set_contents (path, cases[i].text, -1, NULL);
        found = simstow_secret_new_from_credential ("word", &error);
        if (cases[i].word)
            g_assert_cmpstr (simstow_secret_get (found, &size), ==, cases[i].word);
        else
            g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_USAGE);
    }
    g_assert_null (simstow_secret_new_from_credential ("other", NULL));
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    fixture_init (fixture, user_data);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    fixture_clear (fixture);
}

static void
add (const gchar *path,
     void (*test) (Fixture *fixture, gconstpointer user_data),
     const Shared *shared)
{
    g_test_add (path, Fixture, shared, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
    Shared shared = {NULL};
    gint status;

    g_test_init (&argc, &argv, NULL);
    shared_init (&shared);
    add ("/archive-crypt/passphrase", test_passphrase, &shared);
    add ("/archive-crypt/public-key", test_public_key, &shared);
    add ("/archive-crypt/keyring", test_keyring, &shared);
    add ("/archive-crypt/both", test_both, &shared);
    add ("/archive-crypt/stock-tools", test_stock_tools, &shared);
    add ("/archive-crypt/codes-only-encrypted", test_codes_only_encrypted, &shared);
    add ("/archive-crypt/bad-recipients", test_bad_recipients, &shared);
    add ("/archive-crypt/several-keys", test_several_keys, &shared);
    add ("/archive-crypt/options", test_options, &shared);
    add ("/archive-crypt/flipped/key", test_flipped_key, &shared);
    add ("/archive-crypt/flipped/passphrase", test_flipped_passphrase, &shared);
    add ("/archive-crypt/flipped/both", test_flipped_both, &shared);
    add ("/archive-crypt/wrong-passphrases", test_wrong_passphrases, &shared);
    add ("/archive-crypt/armored", test_armored, &shared);
    add ("/archive-crypt/cut-short", test_cut_short, &shared);
    add ("/archive-crypt/cut-short-long", test_cut_short_long, &shared);
    add ("/archive-crypt/something-behind", test_something_behind, &shared);
    add ("/archive-crypt/no-archive-inside", test_no_archive_inside, &shared);
    add ("/archive-crypt/nothing-before-whole", test_nothing_before_whole, &shared);
    add ("/archive-crypt/secrets", test_secrets, &shared);
    add ("/archive-crypt/stale-homes", test_stale_homes, &shared);
    status = g_test_run ();
    shared_clear (&shared);
    return status;
}
