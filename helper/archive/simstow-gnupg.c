/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A home directory for gpg of our own, and the keys that are brought there.
 */

#include "config.h"

#include "simstow-gnupg.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-input.h"

#define PREFIX "simstow-gpg-"

/* gpg's sockets lie below its home; their paths have 107 characters at most */
#define PATH_LIMIT 60

/* The strongest form that every OpenPGP program of the last decade reads: no
 * packets of newer drafts, and a slow key derivation that is not the default's
 * SHA-1. The passphrase is not to be remembered. */
static const gchar options[] = "rfc4880\n"
                               "s2k-mode 3\n"
                               "s2k-digest-algo SHA512\n"
                               "s2k-cipher-algo AES256\n"
                               "s2k-count 65011712\n"
                               "cipher-algo AES256\n"
                               "no-symkey-cache\n";

struct _SimstowGnupgHome {
    gchar *path;
    gint lock;
};

static const gchar *
find_parent (void)
{
    const gchar *runtime = g_getenv ("XDG_RUNTIME_DIR");

    if (runtime && strlen (runtime) < PATH_LIMIT && g_access (runtime, W_OK | X_OK) == 0)
        return runtime;
    return "/tmp";
}

static void
run_gpgconf (const gchar *path, const gchar *verb, const gchar *what)
{
    const gchar *gpgconf = gpgme_get_dirinfo ("gpgconf-name");
    const gchar *argv[] = {gpgconf, "--homedir", path, verb, what, NULL};

    if (gpgconf)
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
}

/* Removes a directory and what is in it; what gpg makes there goes two deep */
static void
remove_tree (const gchar *path, guint depth)
{
    g_autoptr (GDir) directory = depth > 0 ? g_dir_open (path, 0, NULL) : NULL;
    const gchar *name;

    while (directory && (name = g_dir_read_name (directory))) {
        g_autofree gchar *inner = g_build_filename (path, name, NULL);

        if (g_unlink (inner) != 0)
            remove_tree (inner, depth - 1);
    }
    g_rmdir (path);
}

static void
remove_home (const gchar *path)
{
    run_gpgconf (path, "--kill", "all");
    run_gpgconf (path, "--remove-socketdir", NULL);
    remove_tree (path, 3);
}

static gint
open_home (const gchar *path)
{
    return open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* A home that nobody holds the lock of was left by a run that died */
static void
clear_stale (const gchar *path)
{
    gint fd = open_home (path);
    struct stat info;

    if (fd < 0)
        return;
    if (fstat (fd, &info) == 0 && info.st_uid == geteuid () && flock (fd, LOCK_EX | LOCK_NB) == 0)
        remove_home (path);
    close (fd);
}

static void
clear_all_stale (const gchar *parent)
{
    g_autoptr (GDir) directory = g_dir_open (parent, 0, NULL);
    const gchar *name;

    while (directory && (name = g_dir_read_name (directory))) {
        g_autofree gchar *path = g_build_filename (parent, name, NULL);

        if (g_str_has_prefix (name, PREFIX))
            clear_stale (path);
    }
}

void
simstow_gnupg_home_clear_stale (void)
{
    const gchar *parent = find_parent ();

    clear_all_stale (parent);
    /* a run of another kind, as of a timer, has another place for them */
    if (!g_str_equal (parent, "/tmp"))
        clear_all_stale ("/tmp");
}

static gboolean
set_errno (GError **error, gint code, const gchar *path)
{
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 _ ("could not make a home for gpg in %s: %s"),
                 path,
                 g_strerror (code));
    return FALSE;
}

/* Locks the fresh directory; @gone: whether whoever clears has seen it before the lock, and
 * removed it */
static gboolean
lock (SimstowGnupgHome *home, gboolean *gone)
{
    home->lock = open_home (home->path);
    if (home->lock >= 0 && flock (home->lock, LOCK_EX) != 0)
        return FALSE;
    *gone = g_access (home->path, F_OK) != 0;
    return home->lock >= 0 || *gone;
}

static gboolean
begin (SimstowGnupgHome *home, const gchar *parent, GError **error)
{
    gboolean gone;

    do {
        g_free (home->path);
        if (home->lock >= 0)
            close (home->lock);
        home->path = g_build_filename (parent, PREFIX "XXXXXX", NULL);
        if (!g_mkdtemp_full (home->path, 0700)) {
            set_errno (error, errno, parent);
            g_clear_pointer (&home->path, g_free);
            return FALSE;
        }
        if (!lock (home, &gone))
            return set_errno (error, errno, parent);
    } while (gone);
    return TRUE;
}

SimstowGnupgHome *
simstow_gnupg_home_new (GError **error)
{
    g_autoptr (SimstowGnupgHome) home = g_new0 (SimstowGnupgHome, 1);
    g_autofree gchar *configuration = NULL;
    const gchar *parent = find_parent ();

    home->lock = -1;
    simstow_gnupg_home_clear_stale ();
    if (!begin (home, parent, error))
        return NULL;
    configuration = g_build_filename (home->path, "gpg.conf", NULL);
    if (!g_file_set_contents_full (configuration,
                                   options,
                                   -1,
                                   G_FILE_SET_CONTENTS_NONE,
                                   0600,
                                   error))
        return NULL;
    return g_steal_pointer (&home);
}

const gchar *
simstow_gnupg_home_get_path (const SimstowGnupgHome *home)
{
    return home->path;
}

void
simstow_gnupg_home_free (SimstowGnupgHome *home)
{
    if (!home)
        return;
    if (home->path)
        remove_home (home->path);
    if (home->lock >= 0)
        close (home->lock);
    g_free (home->path);
    g_free (home);
}

gchar *
simstow_gnupg_home_make_plain_gpg (const SimstowGnupgHome *home)
{
    const gchar *gpg = gpgme_get_dirinfo ("gpg-name");
    g_autofree gchar *quoted = gpg ? g_shell_quote (gpg) : NULL;
    g_autofree gchar *script = g_strdup_printf ("#!/bin/sh\nexec %s --no-options \"$@\"\n", quoted);
    g_autofree gchar *path = g_build_filename (home->path, "gpg", NULL);

    if (!gpg ||
        !g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL) ||
        g_access (path, X_OK) != 0)
        return NULL;
    return g_steal_pointer (&path);
}

gboolean
simstow_gnupg_context_new (const SimstowGnupgHome *home, gpgme_ctx_t *context, GError **error)
{
    gpgme_error_t code;

    if (!gpgme_check_version ("1.18.0"))
        return simstow_error_set (error, SIMSTOW_ERROR_UNSUPPORTED, _ ("gpgme is too old"));
    code = gpgme_new (context);
    if (!code)
        code = gpgme_set_protocol (*context, GPGME_PROTOCOL_OpenPGP);
    if (!code && home)
        code = gpgme_ctx_set_engine_info (*context, GPGME_PROTOCOL_OpenPGP, NULL, home->path);
    if (!code) {
        gpgme_set_offline (*context, 1);
        return TRUE;
    }
    simstow_error_set (error,
                       SIMSTOW_ERROR_FAILED,
                       "%s: %s",
                       _ ("gpg cannot be used"),
                       gpgme_strerror (code));
    g_clear_pointer (context, gpgme_release);
    return FALSE;
}

/* No file of public keys that somebody encrypts to is larger */
#define FILE_LIMIT (16 * 1024 * 1024)

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gpgme_ctx_t, gpgme_release, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gpgme_data_t, gpgme_data_release, NULL)

typedef struct {
    /* of the home they go to, and of the user's keyring once it is needed */
    gpgme_ctx_t own;
    gpgme_ctx_t users;
    const gchar *recipient;
    GPtrArray *ids;
} Gathering;

static void
gathering_clear (Gathering *gathering)
{
    g_clear_pointer (&gathering->own, gpgme_release);
    g_clear_pointer (&gathering->users, gpgme_release);
    g_clear_pointer (&gathering->ids, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gathering, gathering_clear)

static gboolean
refuse (const Gathering *gathering, const gchar *why, GError **error)
{
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("cannot encrypt to %s: %s"),
                              gathering->recipient,
                              why);
}

static gboolean
refuse_code (const Gathering *gathering, gpgme_error_t code, GError **error)
{
    return refuse (gathering, gpgme_strerror (code), error);
}

/* Whether of its subkeys for encryption one has run out; a key may outlive them */
static gboolean
has_expired_subkey (gpgme_key_t key)
{
    gpgme_subkey_t subkey;

    for (subkey = key->subkeys; subkey; subkey = subkey->next)
        if (subkey->can_encrypt && subkey->expired)
            return TRUE;
    return FALSE;
}

/* Why a key cannot be encrypted to, %NULL when it can */
static const gchar *
find_fault (gpgme_key_t key)
{
    if (key->secret)
        return _ ("it is a secret key; the public one is had with: gpg --export");
    if (key->revoked)
        return _ ("the key was revoked");
    if (key->expired || (!key->can_encrypt && has_expired_subkey (key)))
        return _ ("the key has expired");
    if (key->disabled)
        return _ ("the key is disabled");
    if (key->invalid || !key->can_encrypt || !key->subkeys || !key->subkeys->fpr)
        return _ ("the key cannot be used to encrypt");
    return NULL;
}

static void
unref_key (gpointer key)
{
    gpgme_key_unref (key);
}

static GPtrArray *
list_keys (const Gathering *gathering, gpgme_ctx_t context, gpgme_error_t code, GError **error)
{
    g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (unref_key);
    gpgme_key_t key;

    while (!code) {
        code = gpgme_op_keylist_next (context, &key);
        if (!code)
            g_ptr_array_add (keys, key);
    }
    gpgme_op_keylist_end (context);
    if (gpgme_err_code (code) == GPG_ERR_EOF)
        return g_steal_pointer (&keys);
    refuse_code (gathering, code, error);
    return NULL;
}

static const gchar *
fingerprint (gpgme_key_t key)
{
    return key->subkeys->fpr;
}

/* Takes a key in that was found good, and sees that it is there */
static gboolean
bring_in (Gathering *gathering, gpgme_data_t data, const gchar *id, GError **error)
{
    gpgme_key_t key = NULL;
    gpgme_error_t code;

    gpgme_data_seek (data, 0, SEEK_SET);
    code = gpgme_op_import (gathering->own, data);
    if (!code)
        code = gpgme_get_key (gathering->own, id, &key, 0);
    if (code)
        return refuse_code (gathering, code, error);
    gpgme_key_unref (key);
    if (!g_ptr_array_find_with_equal_func (gathering->ids, id, g_str_equal, NULL))
        g_ptr_array_add (gathering->ids, g_strdup (id));
    return TRUE;
}

static gboolean
check_keys (const Gathering *gathering, const GPtrArray *keys, GError **error)
{
    guint i;

    if (keys->len == 0)
        return refuse (gathering, _ ("that file holds no public key"), error);
    for (i = 0; i < keys->len; i++) {
        const gchar *fault = find_fault (g_ptr_array_index (keys, i));

        if (fault)
            return refuse (gathering, fault, error);
    }
    return TRUE;
}

static gboolean
gather_file (Gathering *gathering, GError **error)
{
    g_auto (gpgme_data_t) data = NULL;
    g_autoptr (GPtrArray) keys = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) reason = NULL;
    gpgme_error_t code;
    guint i;

    bytes = simstow_regular_read (gathering->recipient, FILE_LIMIT, &reason);
    if (!bytes) {
        if (reason->code == G_IO_ERROR_NOT_REGULAR_FILE || reason->code == G_IO_ERROR_IS_DIRECTORY)
            return refuse (gathering, reason->message, error);
        g_propagate_prefixed_error (error, g_steal_pointer (&reason), "%s: ", gathering->recipient);
        return FALSE;
    }
    code = gpgme_data_new_from_mem (&data,
                                    g_bytes_get_data (bytes, NULL),
                                    g_bytes_get_size (bytes),
                                    0);
    if (code)
        return refuse_code (gathering, code, error);
    code = gpgme_op_keylist_from_data_start (gathering->own, data, 0);
    keys = list_keys (gathering, gathering->own, code, error);
    if (!keys || !check_keys (gathering, keys, error))
        return FALSE;
    for (i = 0; i < keys->len; i++)
        if (!bring_in (gathering, data, fingerprint (g_ptr_array_index (keys, i)), error))
            return FALSE;
    return TRUE;
}

/* The only key that can be used of those that a name fits: an old one beside a new one is in
 * nobody's way */
static gpgme_key_t
choose (const Gathering *gathering, const GPtrArray *keys, GError **error)
{
    gpgme_key_t chosen = NULL;
    guint i;

    for (i = 0; i < keys->len; i++) {
        gpgme_key_t key = g_ptr_array_index (keys, i);

        if (find_fault (key))
            continue;
        if (chosen) {
            simstow_error_set (
                error,
                SIMSTOW_ERROR_USAGE,
                _ ("cannot encrypt to %s: it names more than one key, among them %s and "
                   "%s; give one of these"),
                gathering->recipient,
                fingerprint (chosen),
                fingerprint (key));
            return NULL;
        }
        chosen = key;
    }
    if (!chosen && keys->len > 0)
        refuse (gathering, find_fault (g_ptr_array_index (keys, 0)), error);
    else if (!chosen)
        refuse (gathering,
                _ ("there is no such file, and no such public key in the keyring (gpg "
                   "--list-keys shows it)"),
                error);
    return chosen;
}

static gboolean
gather_name (Gathering *gathering, GError **error)
{
    g_auto (gpgme_data_t) data = NULL;
    g_autoptr (GPtrArray) keys = NULL;
    gpgme_key_t key;
    gpgme_error_t code;

    if (!gathering->users && !simstow_gnupg_context_new (NULL, &gathering->users, error))
        return FALSE;
    code = gpgme_op_keylist_start (gathering->users, gathering->recipient, 0);
    keys = list_keys (gathering, gathering->users, code, error);
    key = keys ? choose (gathering, keys, error) : NULL;
    if (!key)
        return FALSE;
    code = gpgme_data_new (&data);
    if (!code)
        code =
            gpgme_op_export (gathering->users, fingerprint (key), GPGME_EXPORT_MODE_MINIMAL, data);
    if (code)
        return refuse_code (gathering, code, error);
    /* with the mark behind it a subkey is meant, and no other */
    return bring_in (gathering,
                     data,
                     g_str_has_suffix (gathering->recipient, "!") ? gathering->recipient
                                                                  : fingerprint (key),
                     error);
}

GPtrArray *
simstow_recipients_gather (const gchar *const *recipients,
                           const SimstowGnupgHome *home,
                           GError **error)
{
    g_auto (Gathering) gathering = {.ids = g_ptr_array_new_with_free_func (g_free)};

    if (!simstow_gnupg_context_new (home, &gathering.own, error))
        return NULL;
    for (; recipients && *recipients; recipients++) {
        gathering.recipient = *recipients;
        if (**recipients == '\0' || **recipients == '-' || strchr (*recipients, '\n')) {
            simstow_error_set (error,
                               SIMSTOW_ERROR_USAGE,
                               _ ("no key, nor a file with one: %s"),
                               *recipients);
            return NULL;
        }
        if (!(g_file_test (*recipients, G_FILE_TEST_EXISTS) ? gather_file (&gathering, error)
                                                            : gather_name (&gathering, error)))
            return NULL;
    }
    return g_steal_pointer (&gathering.ids);
}
