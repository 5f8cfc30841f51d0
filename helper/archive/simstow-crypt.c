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
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-gnupg.h"
#include "simstow-openpgp.h"
#include "simstow-secret.h"

struct _SimstowCrypt {
    gboolean encrypts;
    /* whether the keys in a home of our own are used, and not the user's */
    gboolean own;
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
    goffset given;
    SimstowOpenpgpMessage message;
    SimstowSinkFunc write;
    gpointer user_data;
    goffset written;
    /* what the thread reads and leaves */
    GPtrArray *recipients;
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
    gssize sent = TEMP_FAILURE_RETRY (send (crypt->far, buffer, size, MSG_NOSIGNAL));

    crypt->given += MAX (sent, 0);
    return sent;
}

/* Steps over what gpg does not get to see; how much of @size comes before the next such place */
static size_t
pass_over (SimstowCrypt *crypt, goffset start, goffset end, size_t size)
{
    if (crypt->offset >= start && crypt->offset < end)
        crypt->offset = end;
    if (crypt->offset < start)
        size = MIN (size, (size_t) (start - crypt->offset));
    return size;
}

/* gpg is shown one way to open the message: from 2.4 on it would ask for a passphrase that nobody
 * gave and end there, and where a key is not here it would blame that for any damage */
static size_t
choose_way (SimstowCrypt *crypt, size_t size)
{
    const SimstowOpenpgpMessage *message = &crypt->message;

    if (message->passphrases == 0 || message->keys == 0 || message->scattered)
        return size;
    if (!crypt->passphrase)
        return pass_over (crypt, message->passphrases_start, message->passphrases_end, size);
    size = pass_over (crypt, 0, message->passphrases_start, size);
    return pass_over (crypt, message->passphrases_end, message->body_start, size);
}

static gssize
on_cipher_read (void *handle, void *buffer, size_t size)
{
    SimstowCrypt *crypt = handle;
    size_t wanted = choose_way (crypt, size);
    gssize got = TEMP_FAILURE_RETRY (pread (crypt->fd, buffer, wanted, crypt->offset));

    crypt->offset += MAX (got, 0);
    return got;
}

static gssize
on_cipher_write (void *handle, const void *buffer, size_t size)
{
    SimstowCrypt *crypt = handle;

    if (!crypt->sink_error && crypt->write (buffer, size, crypt->user_data, &crypt->sink_error)) {
        crypt->written += (goffset) size;
        return (gssize) size;
    }
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
    return simstow_error_set (error, SIMSTOW_ERROR_FAILED, "%s: %s", what, gpgme_strerror (code));
}

/* With a passphrase beside them, gpg reports keys that it could not use, writes nothing, and
 * calls that a success */
static void
set_encrypt_error (SimstowCrypt *crypt, gpgme_error_t code)
{
    gpgme_encrypt_result_t result = gpgme_op_encrypt_result (crypt->context);
    gpgme_invalid_key_t bad = result ? result->invalid_recipients : NULL;

    if (crypt->sink_error)
        g_propagate_error (&crypt->error, g_steal_pointer (&crypt->sink_error));
    else if (bad)
        simstow_error_set (&crypt->error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("cannot encrypt to %s: %s"),
                           bad->fpr ? bad->fpr : _ ("such a key"),
                           gpgme_strerror (bad->reason));
    else if (code || crypt->written == 0)
        set_gpgme_error (&crypt->error,
                         _ ("gpg could not encrypt the archive"),
                         code ? code : gpgme_error (GPG_ERR_NO_DATA));
}

static void
set_wrong_passphrase (SimstowCrypt *crypt)
{
    simstow_error_set (&crypt->error, SIMSTOW_ERROR_DECRYPT, _ ("wrong passphrase"));
}

static void
set_damaged (SimstowCrypt *crypt, gpgme_error_t code)
{
    simstow_error_set (&crypt->error,
                       SIMSTOW_ERROR_DAMAGED,
                       _ ("the encrypted archive is damaged: %s"),
                       gpgme_strerror (code));
}

/* Whether gpg has the secret key of one of those that the message is encrypted to */
static gboolean
has_secret_key (const SimstowCrypt *crypt)
{
    gpgme_decrypt_result_t result = gpgme_op_decrypt_result (crypt->context);
    gpgme_recipient_t recipient;

    for (recipient = result ? result->recipients : NULL; recipient; recipient = recipient->next)
        if (gpgme_err_code (recipient->status) != GPG_ERR_NO_SECKEY)
            return TRUE;
    return FALSE;
}

/* Whether a secret key opened the message. What is damaged in it may then look like anything, as
 * like one more message for which somebody has to be asked */
static gboolean
has_session_key (const SimstowCrypt *crypt)
{
    gpgme_decrypt_result_t result = gpgme_op_decrypt_result (crypt->context);

    return !crypt->own && result && result->symkey_algo && *result->symkey_algo != '?';
}

/* Whether gpg itself does not work */
static gboolean
is_engine_fault (gpgme_error_t code)
{
    switch (gpgme_err_code (code)) {
    case GPG_ERR_INV_ENGINE:
    case GPG_ERR_NO_AGENT:
    case GPG_ERR_AGENT:
    case GPG_ERR_GENERAL:
        return TRUE;
    default:
        return (gpgme_err_code (code) & GPG_ERR_SYSTEM_ERROR) != 0;
    }
}

/* With a wrong passphrase gpg may say anything, as it goes by a few bytes that are random then;
 * and so it does when it is right, and these bytes are damaged */
static gboolean
set_passphrase_error (SimstowCrypt *crypt, gpgme_error_t code)
{
    if (!crypt->own || !crypt->passphrase || crypt->given > 0)
        return FALSE;
    switch (simstow_s2k_try (&crypt->message, crypt->passphrase)) {
    case SIMSTOW_S2K_RIGHT:
        /* gpg did not come so far */
        if (is_engine_fault (code))
            return FALSE;
        set_damaged (crypt,
                     gpgme_err_code (code) == GPG_ERR_BAD_PASSPHRASE
                         ? gpgme_error (GPG_ERR_DECRYPT_FAILED)
                         : code);
        return TRUE;
    case SIMSTOW_S2K_WRONG:
        set_wrong_passphrase (crypt);
        return TRUE;
    default:
        return FALSE;
    }
}

static void
set_decrypt_error (SimstowCrypt *crypt, gpgme_error_t code)
{
    if (set_passphrase_error (crypt, code))
        return;
    if (has_session_key (crypt) && !is_engine_fault (code)) {
        set_damaged (crypt, gpgme_error (GPG_ERR_DECRYPT_FAILED));
        return;
    }
    switch (gpgme_err_code (code)) {
    case GPG_ERR_BAD_PASSPHRASE:
        set_wrong_passphrase (crypt);
        break;
    /* as gpg says of somebody without any keyring */
    case GPG_ERR_ENOENT:
    case GPG_ERR_NO_SECKEY:
        if (has_secret_key (crypt)) {
            set_damaged (crypt, gpgme_error (GPG_ERR_DECRYPT_FAILED));
            break;
        }
        simstow_error_set (&crypt->error,
                           SIMSTOW_ERROR_DECRYPT,
                           "%s",
                           crypt->message.passphrases > 0
                               ? _ ("the secret key it is encrypted to is not here, and no "
                                    "passphrase was given")
                               : _ ("the secret key it is encrypted to is not here"));
        break;
    case GPG_ERR_CANCELED:
    case GPG_ERR_FULLY_CANCELED:
    case GPG_ERR_NO_PASSPHRASE:
    case GPG_ERR_NO_PIN_ENTRY:
        simstow_error_set (&crypt->error,
                           SIMSTOW_ERROR_DECRYPT,
                           _ ("no passphrase was given: %s"),
                           gpgme_strerror (code));
        break;
    default:
        if (is_engine_fault (code))
            set_gpgme_error (&crypt->error, _ ("gpg could not decrypt the archive"), code);
        else
            set_damaged (crypt, code);
    }
}

/* In gpgme's own form, a line each; %NULL for none */
static gchar *
list_recipients (const SimstowCrypt *crypt)
{
    g_autoptr (GString) list = g_string_new (NULL);
    guint i;

    for (i = 0; i < crypt->recipients->len; i++)
        g_string_append_printf (list,
                                "%s\n",
                                (const gchar *) g_ptr_array_index (crypt->recipients, i));
    return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}

static gpgme_error_t
encrypt (SimstowCrypt *crypt, gpgme_data_t plain, gpgme_data_t cipher)
{
    gpgme_encrypt_flags_t flags = GPGME_ENCRYPT_NO_COMPRESS | GPGME_ENCRYPT_ALWAYS_TRUST;
    g_autofree gchar *recipients = list_recipients (crypt);

    if (crypt->passphrase)
        flags |= GPGME_ENCRYPT_SYMMETRIC;
    return gpgme_op_encrypt_ext (crypt->context, NULL, recipients, flags, plain, cipher);
}

/* The user's secret keys are where they are, but the options there are not asked first; a
 * keyring that is told there may still hold the key. */
static gpgme_error_t
decrypt (SimstowCrypt *crypt, gpgme_data_t cipher, gpgme_data_t plain)
{
    g_autofree gchar *gpg =
        !crypt->own && crypt->home ? simstow_gnupg_home_make_plain_gpg (crypt->home) : NULL;
    gpgme_error_t code = GPG_ERR_NO_ERROR;

    if (gpg)
        code = gpgme_ctx_set_engine_info (crypt->context, GPGME_PROTOCOL_OpenPGP, gpg, NULL);
    if (!code)
        code = gpgme_op_decrypt (crypt->context, cipher, plain);
    if (!gpg || !code || crypt->given > 0)
        return code;
    switch (gpgme_err_code (code)) {
    case GPG_ERR_NO_SECKEY:
    case GPG_ERR_INV_ENGINE:
    case GPG_ERR_GENERAL:
        crypt->offset = 0;
        code = gpgme_ctx_set_engine_info (crypt->context, GPGME_PROTOCOL_OpenPGP, NULL, NULL);
        return code ? code : gpgme_op_decrypt (crypt->context, cipher, plain);
    default:
        return code;
    }
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
        code = crypt->encrypts ? encrypt (crypt, plain, cipher) : decrypt (crypt, cipher, plain);
    if (crypt->encrypts)
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
    gpgme_error_t code;

    if (!simstow_gnupg_context_new (crypt->own ? crypt->home : NULL, &crypt->context, error))
        return FALSE;
    if (!crypt->passphrase)
        return TRUE;
    code = gpgme_set_pinentry_mode (crypt->context, GPGME_PINENTRY_MODE_LOOPBACK);
    if (code)
        return set_gpgme_error (error, _ ("gpg cannot be used"), code);
    gpgme_set_passphrase_cb (crypt->context, on_passphrase, (void *) crypt->passphrase);
    return TRUE;
}

static SimstowCrypt *
crypt_new (const SimstowArchiveKeys *keys, gboolean own, GError **error)
{
    g_autoptr (SimstowCrypt) crypt = g_new0 (SimstowCrypt, 1);
    gint pair[2];

    crypt->near = -1;
    crypt->far = -1;
    crypt->passphrase = keys ? keys->passphrase : NULL;
    crypt->own = own;
    /* the user's keys can be used without one */
    crypt->home = simstow_gnupg_home_new (own ? error : NULL);
    if ((own && !crypt->home) || !set_up_context (crypt, error))
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

SimstowCrypt *
simstow_crypt_encrypt (const SimstowArchiveKeys *keys,
                       SimstowSinkFunc write,
                       gpointer user_data,
                       GError **error)
{
    g_autoptr (SimstowCrypt) crypt = crypt_new (keys, TRUE, error);

    if (!crypt)
        return NULL;
    crypt->encrypts = TRUE;
    crypt->write = write;
    crypt->user_data = user_data;
    crypt->recipients = simstow_recipients_gather (keys->recipients, crypt->home, error);
    if (!crypt->recipients)
        return NULL;
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
        simstow_error_set (
            error,
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
    g_clear_pointer (&crypt->recipients, g_ptr_array_unref);
    g_clear_error (&crypt->sink_error);
    g_clear_error (&crypt->error);
    g_free (crypt);
}
