/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A home directory for gpg of our own.
 */

#include "config.h"

#include "simstow-gnupg-home.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"

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

const gchar *
simstow_gnupg_home_get_path (const SimstowGnupgHome *home)
{
    return home->path;
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

    if (!gpgme_check_version ("1.18.0")) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("gpgme is too old"));
        return FALSE;
    }
    code = gpgme_new (context);
    if (!code)
        code = gpgme_set_protocol (*context, GPGME_PROTOCOL_OpenPGP);
    if (!code && home)
        code = gpgme_ctx_set_engine_info (*context, GPGME_PROTOCOL_OpenPGP, NULL, home->path);
    if (!code) {
        gpgme_set_offline (*context, 1);
        return TRUE;
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_FAILED,
                 "%s: %s",
                 _ ("gpg cannot be used"),
                 gpgme_strerror (code));
    g_clear_pointer (context, gpgme_release);
    return FALSE;
}
