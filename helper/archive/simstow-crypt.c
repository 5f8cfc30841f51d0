/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encryption and decryption through gpgme.
 */

#define _GNU_SOURCE /* TEMP_FAILURE_RETRY () */

#include "config.h"

#include "simstow-crypt.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <gpgme.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-gnupg-home.h"
#include "simstow-openpgp.h"
#include "simstow-secret.h"

struct _SimstowCrypt {
    gboolean encrypts;
    gpgme_ctx_t context;
    SimstowGnupgHome *home;
    GThread *thread;
    /* the plaintext: ours, and the thread's end */
    gint near;
    gint far;
    GInputStream *input;
    /* the ciphertext */
    gint fd;
    goffset offset;
    SimstowOpenpgpMessage message;
    SimstowSinkFunc write;
    gpointer user_data;
    /* what the thread reads and leaves */
    gchar *recipients;
    const SimstowSecret *passphrase;
    GError *sink_error;
    GError *error;
};

static gssize
on_plain_read (void *handle, void *buffer, size_t size)
{
    SimstowCrypt *crypt = handle;

    return TEMP_FAILURE_RETRY (read (crypt->far, buffer, size));
}

static gssize
on_plain_write (void *handle, const void *buffer, size_t size)
{
    SimstowCrypt *crypt = handle;

    return TEMP_FAILURE_RETRY (send (crypt->far, buffer, size, MSG_NOSIGNAL));
}

/* Without a passphrase gpg does not get to see that one would do, too: from 2.4 on it would
 * ask for it first, and end there */
static size_t
pass_over_passphrases (SimstowCrypt *crypt, size_t size)
{
    const SimstowOpenpgpMessage *message = &crypt->message;

    if (crypt->passphrase || message->passphrases == 0)
        return size;
    if (crypt->offset == message->passphrases_start)
        crypt->offset = message->passphrases_end;
    if (crypt->offset < message->passphrases_start)
        size = MIN (size, (size_t) (message->passphrases_start - crypt->offset));
    return size;
}

static gssize
on_cipher_read (void *handle, void *buffer, size_t size)
{
    SimstowCrypt *crypt = handle;
    size_t wanted = pass_over_passphrases (crypt, size);
    gssize got = TEMP_FAILURE_RETRY (pread (crypt->fd, buffer, wanted, crypt->offset));

    crypt->offset += MAX (got, 0);
    return got;
}

static gssize
on_cipher_write (void *handle, const void *buffer, size_t size)
{
    SimstowCrypt *crypt = handle;

    if (!crypt->sink_error && crypt->write (buffer, size, crypt->user_data, &crypt->sink_error))
        return (gssize) size;
    errno = EIO;
    return -1;
}

/* A passphrase that was wrong once is wrong */
static gpgme_error_t
on_passphrase (void *hook, const char *hint, const char *info, int previous_was_bad, int fd)
{
    const SimstowSecret *passphrase = hook;
    gsize size;
    const gchar *data = simstow_secret_get (passphrase, &size);

    if (previous_was_bad)
        return gpgme_error (GPG_ERR_BAD_PASSPHRASE);
    if (gpgme_io_writen (fd, data, size) != 0 || gpgme_io_writen (fd, "\n", 1) != 0)
        return gpgme_error_from_errno (errno);
    return 0;
}

static gboolean
set_gpgme_error (GError **error, const gchar *what, gpgme_error_t code)
{
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED, "%s: %s", what, gpgme_strerror (code));
    return FALSE;
}

/* Of a file without a key, and of a name that no key has, gpg says no more than that it failed */
static void
set_no_key_error (GError **error, const gchar *recipient)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_USAGE,
                 g_file_test (recipient, G_FILE_TEST_EXISTS)
                     ? _ ("cannot encrypt to %s: that file holds no public key")
                     : _ ("cannot encrypt to %s: there is no such file, and no such public key "
                          "in the keyring (gpg --list-keys shows it)"),
                 recipient);
}

static void
set_encrypt_error (SimstowCrypt *crypt, gpgme_error_t code)
{
    gpgme_encrypt_result_t result = gpgme_op_encrypt_result (crypt->context);
    gpgme_invalid_key_t bad = result ? result->invalid_recipients : NULL;
    gpgme_err_code_t reason = bad ? gpgme_err_code (bad->reason) : GPG_ERR_NO_ERROR;

    if (crypt->sink_error)
        g_propagate_error (&crypt->error, g_steal_pointer (&crypt->sink_error));
    else if (bad && bad->fpr && (reason == GPG_ERR_GENERAL || reason == GPG_ERR_NO_PUBKEY))
        set_no_key_error (&crypt->error, bad->fpr);
    else if (bad || gpgme_err_code (code) == GPG_ERR_INV_VALUE ||
             gpgme_err_code (code) == GPG_ERR_UNUSABLE_PUBKEY)
        g_set_error (&crypt->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_USAGE,
                     _ ("cannot encrypt to %s: %s"),
                     bad && bad->fpr ? bad->fpr : _ ("such a key"),
                     gpgme_strerror (bad ? bad->reason : code));
    else
        set_gpgme_error (&crypt->error, _ ("gpg could not encrypt the archive"), code);
}

static void
set_decrypt_error (SimstowCrypt *crypt, gpgme_error_t code)
{
    switch (gpgme_err_code (code)) {
    case GPG_ERR_BAD_PASSPHRASE:
        g_set_error_literal (&crypt->error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_DECRYPT,
                             _ ("wrong passphrase"));
        break;
    case GPG_ERR_NO_SECKEY:
        g_set_error_literal (&crypt->error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_DECRYPT,
                             crypt->message.passphrases > 0
                                 ? _ ("the secret key it is encrypted to is not here, and no "
                                      "passphrase was given")
                                 : _ ("the secret key it is encrypted to is not here"));
        break;
    case GPG_ERR_CANCELED:
    case GPG_ERR_FULLY_CANCELED:
    case GPG_ERR_NO_PASSPHRASE:
    case GPG_ERR_NO_PIN_ENTRY:
        g_set_error (&crypt->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_DECRYPT,
                     _ ("no passphrase was given: %s"),
                     gpgme_strerror (code));
        break;
    case GPG_ERR_INV_ENGINE:
    case GPG_ERR_NO_AGENT:
    case GPG_ERR_AGENT:
    case GPG_ERR_GENERAL:
        set_gpgme_error (&crypt->error, _ ("gpg could not decrypt the archive"), code);
        break;
    default:
        if (gpgme_err_code (code) & GPG_ERR_SYSTEM_ERROR)
            set_gpgme_error (&crypt->error, _ ("gpg could not decrypt the archive"), code);
        else
            g_set_error (&crypt->error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("the encrypted archive is damaged: %s"),
                         gpgme_strerror (code));
    }
}

static gpgme_error_t
encrypt (SimstowCrypt *crypt, gpgme_data_t plain, gpgme_data_t cipher)
{
    gpgme_encrypt_flags_t flags = GPGME_ENCRYPT_NO_COMPRESS | GPGME_ENCRYPT_ALWAYS_TRUST;

    if (crypt->passphrase)
        flags |= GPGME_ENCRYPT_SYMMETRIC;
    return gpgme_op_encrypt_ext (crypt->context, NULL, crypt->recipients, flags, plain, cipher);
}

static gpointer
run (gpointer user_data)
{
    SimstowCrypt *crypt = user_data;
    struct gpgme_data_cbs plain_callbacks = {.read = on_plain_read, .write = on_plain_write};
    struct gpgme_data_cbs cipher_callbacks = {.read = on_cipher_read, .write = on_cipher_write};
    gpgme_data_t plain = NULL;
    gpgme_data_t cipher = NULL;
    gpgme_error_t code = gpgme_data_new_from_cbs (&plain, &plain_callbacks, crypt);

    if (!code)
        code = gpgme_data_new_from_cbs (&cipher, &cipher_callbacks, crypt);
    if (!code)
        code = crypt->encrypts ? encrypt (crypt, plain, cipher)
                               : gpgme_op_decrypt (crypt->context, cipher, plain);
    if (code && crypt->encrypts)
        set_encrypt_error (crypt, code);
    else if (code)
        set_decrypt_error (crypt, code);
    gpgme_data_release (plain);
    gpgme_data_release (cipher);
    /* the other thread sees the end */
    shutdown (crypt->far, SHUT_RDWR);
    return NULL;
}

static gboolean
set_up_context (SimstowCrypt *crypt, GError **error)
{
    gpgme_error_t code = gpgme_new (&crypt->context);

    if (!code)
        code = gpgme_set_protocol (crypt->context, GPGME_PROTOCOL_OpenPGP);
    if (!code && crypt->home)
        code = gpgme_ctx_set_engine_info (crypt->context,
                                          GPGME_PROTOCOL_OpenPGP,
                                          NULL,
                                          simstow_gnupg_home_get_path (crypt->home));
    if (!code && crypt->passphrase)
        code = gpgme_set_pinentry_mode (crypt->context, GPGME_PINENTRY_MODE_LOOPBACK);
    if (code)
        return set_gpgme_error (error, _ ("gpg cannot be used"), code);
    gpgme_set_offline (crypt->context, 1);
    if (crypt->passphrase)
        gpgme_set_passphrase_cb (crypt->context, on_passphrase, (void *) crypt->passphrase);
    return TRUE;
}

static SimstowCrypt *
crypt_new (const SimstowArchiveKeys *keys, gboolean own_home, GError **error)
{
    g_autoptr (SimstowCrypt) crypt = g_new0 (SimstowCrypt, 1);
    gint pair[2];

    crypt->near = -1;
    crypt->far = -1;
    crypt->passphrase = keys ? keys->passphrase : NULL;
    if (!gpgme_check_version ("1.18.0")) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("gpgme is too old"));
        return NULL;
    }
    crypt->home = own_home ? simstow_gnupg_home_new (error) : NULL;
    if ((own_home && !crypt->home) || !set_up_context (crypt, error))
        return NULL;
    if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error (error,
                     G_IO_ERROR,
                     g_io_error_from_errno (errno),
                     _ ("no socket: %s"),
                     g_strerror (errno));
        return NULL;
    }
    crypt->near = pair[0];
    crypt->far = pair[1];
    return g_steal_pointer (&crypt);
}

/* Recipients that are files need no keyring, so that an unattended run has none;
 * any other is looked up in the user's */
static gboolean
needs_keyring (const SimstowArchiveKeys *keys)
{
    gsize i;

    for (i = 0; keys->recipients && keys->recipients[i]; i++)
        if (!g_file_test (keys->recipients[i], G_FILE_TEST_EXISTS))
            return TRUE;
    return FALSE;
}

/* The list in gpgme's own form: user ids, then "--file" and paths */
static gchar *
list_recipients (const SimstowArchiveKeys *keys, GError **error)
{
    g_autoptr (GString) ids = g_string_new (NULL);
    g_autoptr (GString) files = g_string_new ("--file\n");
    gsize i;

    for (i = 0; keys->recipients && keys->recipients[i]; i++) {
        const gchar *recipient = keys->recipients[i];
        g_autofree gchar *path = g_canonicalize_filename (recipient, NULL);

        if (*recipient == '\0' || *recipient == '-' || strchr (path, '\n')) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_USAGE,
                         _ ("no key, nor a file with one: %s"),
                         recipient);
            return NULL;
        }
        if (g_file_test (recipient, G_FILE_TEST_EXISTS))
            g_string_append_printf (files, "%s\n", path);
        else
            g_string_append_printf (ids, "%s\n", recipient);
    }
    return g_strconcat (ids->str, files->str, NULL);
}

SimstowCrypt *
simstow_crypt_encrypt (const SimstowArchiveKeys *keys,
                       SimstowSinkFunc write,
                       gpointer user_data,
                       GError **error)
{
    g_autoptr (SimstowCrypt) crypt = crypt_new (keys, !needs_keyring (keys), error);

    if (!crypt)
        return NULL;
    crypt->encrypts = TRUE;
    crypt->write = write;
    crypt->user_data = user_data;
    if (keys->recipients && keys->recipients[0]) {
        crypt->recipients = list_recipients (keys, error);
        if (!crypt->recipients)
            return NULL;
    }
    crypt->thread = g_thread_new ("simstow-crypt", run, crypt);
    return g_steal_pointer (&crypt);
}

SimstowCrypt *
simstow_crypt_decrypt (const SimstowArchiveKeys *keys, gint fd, GError **error)
{
    SimstowOpenpgpMessage message;
    SimstowCrypt *crypt;

    if (!simstow_openpgp_check (fd, &message, error))
        return NULL;
    if (message.keys == 0 && !(keys && keys->passphrase)) {
        g_set_error_literal (
            error,
            SIMSTOW_ERROR,
            SIMSTOW_ERROR_DECRYPT,
            _ ("it is encrypted with a passphrase, and none was given (--passphrase asks "
               "for it, --passphrase-file reads it)"));
        return NULL;
    }
    /* a passphrase for a message needs no keyring; one for a key does */
    crypt = crypt_new (keys, message.passphrases > 0 && keys && keys->passphrase, error);
    if (!crypt)
        return NULL;
    crypt->fd = fd;
    crypt->message = message;
    crypt->input = g_unix_input_stream_new (crypt->near, FALSE);
    crypt->thread = g_thread_new ("simstow-crypt", run, crypt);
    return crypt;
}

gboolean
simstow_crypt_write (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    SimstowCrypt *crypt = user_data;
    const guint8 *cursor = data;

    while (size > 0) {
        gssize sent = TEMP_FAILURE_RETRY (send (crypt->near, cursor, size, MSG_NOSIGNAL));

        if (sent < 0) {
            g_set_error (error,
                         G_IO_ERROR,
                         g_io_error_from_errno (errno),
                         _ ("encryption stopped: %s"),
                         g_strerror (errno));
            return FALSE;
        }
        cursor += sent;
        size -= (gsize) sent;
    }
    return TRUE;
}

GInputStream *
simstow_crypt_get_input (SimstowCrypt *crypt)
{
    return crypt->input;
}

/* Lets gpg come to its end, and so to its verdict */
static void
drain (SimstowCrypt *crypt)
{
    guint8 buffer[16384];

    while (TEMP_FAILURE_RETRY (read (crypt->near, buffer, sizeof buffer)) > 0)
        ;
}

gboolean
simstow_crypt_finish (SimstowCrypt *crypt, GError **error)
{
    if (crypt->encrypts)
        shutdown (crypt->near, SHUT_WR);
    else
        drain (crypt);
    g_thread_join (g_steal_pointer (&crypt->thread));
    if (!crypt->error)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&crypt->error));
    return FALSE;
}

void
simstow_crypt_free (SimstowCrypt *crypt)
{
    if (!crypt)
        return;
    if (crypt->near >= 0)
        shutdown (crypt->near, SHUT_RDWR);
    g_clear_pointer (&crypt->thread, g_thread_join);
    g_clear_pointer (&crypt->context, gpgme_release);
    simstow_gnupg_home_free (crypt->home);
    g_clear_object (&crypt->input);
    if (crypt->near >= 0)
        close (crypt->near);
    if (crypt->far >= 0)
        close (crypt->far);
    g_free (crypt->recipients);
    g_clear_error (&crypt->sink_error);
    g_clear_error (&crypt->error);
    g_free (crypt);
}
