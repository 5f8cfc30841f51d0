/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passphrases.
 */

#define _GNU_SOURCE /* explicit_bzero () */

#include "config.h"

#include "simstow-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "simstow-error.h"

struct _SimstowSecret {
    gsize size;
    gchar data[SIMSTOW_SECRET_SIZE + 1];
};

static SimstowSecret *
secret_alloc (void)
{
    SimstowSecret *secret = g_new0 (SimstowSecret, 1);

    /* a low limit on locked memory is no reason to refuse */
    if (mlock (secret, sizeof *secret) != 0)
        g_debug ("a passphrase could not be locked in memory: %s", g_strerror (errno));
    return secret;
}

void
simstow_secret_free (SimstowSecret *secret)
{
    if (!secret)
        return;
    explicit_bzero (secret, sizeof *secret);
    munlock (secret, sizeof *secret);
    g_free (secret);
}

SimstowSecret *
simstow_secret_new (const gchar *data, gsize size)
{
    SimstowSecret *secret = secret_alloc ();

    secret->size = MIN (size, SIMSTOW_SECRET_SIZE);
    memcpy (secret->data, data, secret->size);
    return secret;
}

static gboolean
set_errno (GError **error, gint code, const gchar *where)
{
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 _ ("could not read the passphrase from %s: %s"),
                 where,
                 g_strerror (code));
    return FALSE;
}

/* A passphrase is a line; no line end is part of it */
static gboolean
keep_line (SimstowSecret *secret, const gchar *where, GError **error)
{
    const gchar *newline = memchr (secret->data, '\n', secret->size);
    gsize size = newline ? (gsize) (newline - secret->data) : secret->size;

    if (size > 0 && secret->data[size - 1] == '\r')
        size--;
    if (size == 0 || (!newline && size > SIMSTOW_SECRET_SIZE) || memchr (secret->data, '\0', size))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("no usable passphrase in %s"),
                                  where);
    explicit_bzero (secret->data + size, sizeof secret->data - size);
    secret->size = size;
    return TRUE;
}

static SimstowSecret *
read_line (gint fd, const gchar *where, GError **error)
{
    g_autoptr (SimstowSecret) secret = secret_alloc ();
    gssize got;

    do {
        got = read (fd, secret->data + secret->size, sizeof secret->data - secret->size);
        if (got < 0 && errno != EINTR) {
            set_errno (error, errno, where);
            return NULL;
        }
        secret->size += (gsize) MAX (got, 0);
    } while (got != 0 && secret->size < sizeof secret->data);
    return keep_line (secret, where, error) ? g_steal_pointer (&secret) : NULL;
}

SimstowSecret *
simstow_secret_new_from_fd (gint fd, GError **error)
{
    g_autofree gchar *where = g_strdup_printf (_ ("file descriptor %d"), fd);

    return read_line (fd, where, error);
}

SimstowSecret *
simstow_secret_new_from_file (const gchar *path, GError **error)
{
    gint fd = open (path, O_RDONLY | O_CLOEXEC);
    SimstowSecret *secret;

    if (fd < 0) {
        set_errno (error, errno, path);
        return NULL;
    }
    secret = read_line (fd, path, error);
    close (fd);
    return secret;
}

SimstowSecret *
simstow_secret_new_from_credential (const gchar *name, GError **error)
{
    const gchar *directory = g_getenv ("CREDENTIALS_DIRECTORY");
    g_autofree gchar *path = directory ? g_build_filename (directory, name, NULL) : NULL;

    if (path && g_file_test (path, G_FILE_TEST_EXISTS))
        return simstow_secret_new_from_file (path, error);
    simstow_error_set (error, SIMSTOW_ERROR_NOT_FOUND, _ ("there is no credential %s"), name);
    return NULL;
}

const gchar *
simstow_secret_get (const SimstowSecret *secret, gsize *size)
{
    *size = secret->size;
    return secret->data;
}
