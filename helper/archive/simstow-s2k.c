/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a passphrase is the right one.
 */

#define _GNU_SOURCE /* explicit_bzero () */

#include "simstow-s2k.h"

#include <nettle/aes.h>
#include <nettle/nettle-meta.h>
#include <string.h>

#include "simstow-reader.h"

#define BLOCK    AES_BLOCK_SIZE
#define KEY_SIZE AES256_KEY_SIZE

/* The packet that ends the plaintext (RFC 4880 5.14): its header, then a SHA-1 */
#define MDC_SIZE 22
#define MDC_TAG  0xD3
#define MDC_BODY 0x14

/* The packet of a passphrase (RFC 4880 5.3), taken apart */
typedef struct {
    guint8 cipher;
    guint8 type;
    const struct nettle_hash *hash;
    const guint8 *salt;
    gsize count;
    const guint8 *wrapped;
    gsize wrapped_size;
} Packet;

static const struct nettle_hash *
find_hash (guint8 algorithm)
{
    switch (algorithm) {
    case 2:
        return &nettle_sha1;
    case 8:
        return &nettle_sha256;
    case 9:
        return &nettle_sha384;
    case 10:
        return &nettle_sha512;
    case 11:
        return &nettle_sha224;
    default:
        return NULL;
    }
}

static gsize
key_size (guint8 cipher)
{
    switch (cipher) {
    case 7:
        return AES128_KEY_SIZE;
    case 8:
        return AES192_KEY_SIZE;
    case 9:
        return AES256_KEY_SIZE;
    default:
        return 0;
    }
}

static gboolean
take_apart (const SimstowOpenpgpMessage *message, Packet *packet)
{
    SimstowReader reader;
    guint8 version;
    guint8 hash;
    guint8 count = 0;

    *packet = (Packet){0};
    simstow_reader_init (&reader, message->passphrase, message->passphrase_size);
    if (!simstow_reader_u8 (&reader, &version, NULL) || version != 4 ||
        !simstow_reader_u8 (&reader, &packet->cipher, NULL) ||
        !simstow_reader_u8 (&reader, &packet->type, NULL) ||
        !simstow_reader_u8 (&reader, &hash, NULL))
        return FALSE;
    if (packet->type != 0 && !simstow_reader_take (&reader, 8, &packet->salt, NULL))
        return FALSE;
    if (packet->type == 3 && !simstow_reader_u8 (&reader, &count, NULL))
        return FALSE;
    if (packet->type == 3)
        packet->count = (gsize) (16 + (count & 15)) << ((count >> 4) + 6);
    packet->hash = find_hash (hash);
    packet->wrapped_size = simstow_reader_remaining (&reader);
    return packet->hash && key_size (packet->cipher) > 0 && packet->wrapped_size <= KEY_SIZE + 1 &&
           simstow_reader_take (&reader, packet->wrapped_size, &packet->wrapped, NULL);
}

/* RFC 4880 3.7.1: salt and passphrase again and again, whole or not; a second round for what
 * one digest does not fill begins with a zero */
static void
derive (const Packet *packet, const gchar *word, gsize size, guint8 *key)
{
    const struct nettle_hash *hash = packet->hash;
    gsize salt_size = packet->type == 0 ? 0 : 8;
    gsize length = salt_size + size;
    g_autofree guint8 *text = g_malloc (length);
    g_autofree guint8 *context = g_malloc (hash->context_size);
    gsize wanted = key_size (packet->cipher);
    gsize done;
    gsize round;

    if (salt_size > 0)
        memcpy (text, packet->salt, salt_size);
    memcpy (text + salt_size, word, size);
    for (done = 0, round = 0; done < wanted; done += hash->digest_size, round++) {
        const guint8 zero = 0;
        gsize left = MAX (packet->count, length);
        gsize i;

        hash->init (context);
        for (i = 0; i < round; i++)
            hash->update (context, 1, &zero);
        for (; left > length; left -= length)
            hash->update (context, length, text);
        hash->update (context, left, text);
        hash->digest (context, MIN (hash->digest_size, wanted - done), key + done);
    }
    explicit_bzero (text, length);
    explicit_bzero (context, hash->context_size);
}

/* One block of the key stream that follows these bytes of ciphertext */
static void
make_stream (guint8 cipher, const guint8 *key, const guint8 *before, guint8 *stream)
{
    union {
        struct aes128_ctx aes128;
        struct aes192_ctx aes192;
        struct aes256_ctx aes256;
    } context;

    if (cipher == 7) {
        aes128_set_encrypt_key (&context.aes128, key);
        aes128_encrypt (&context.aes128, BLOCK, stream, before);
    } else if (cipher == 8) {
        aes192_set_encrypt_key (&context.aes192, key);
        aes192_encrypt (&context.aes192, BLOCK, stream, before);
    } else {
        aes256_set_encrypt_key (&context.aes256, key);
        aes256_encrypt (&context.aes256, BLOCK, stream, before);
    }
    explicit_bzero (&context, sizeof context);
}

/* RFC 4880 5.3: the algorithm and the key of the message, encrypted with the passphrase's; FALSE
 * when it makes no sense */
static gboolean
unwrap (const Packet *packet, guint8 *cipher, guint8 *key)
{
    guint8 before[BLOCK] = {0};
    guint8 plain[KEY_SIZE + 1];
    gsize i;

    for (i = 0; i < packet->wrapped_size; i += BLOCK) {
        gsize size = MIN (BLOCK, packet->wrapped_size - i);
        guint8 stream[BLOCK];
        gsize j;

        make_stream (packet->cipher, key, before, stream);
        for (j = 0; j < size; j++)
            plain[i + j] = packet->wrapped[i + j] ^ stream[j];
        memcpy (before, packet->wrapped + i, size);
    }
    *cipher = plain[0];
    memcpy (key, plain + 1, packet->wrapped_size - 1);
    explicit_bzero (plain, sizeof plain);
    return key_size (*cipher) == packet->wrapped_size - 1;
}

static guint8
decrypt_at (const SimstowOpenpgpMessage *message, guint8 cipher, const guint8 *key, guint64 place)
{
    /* where the message's end begins, counted from its first encrypted byte */
    guint64 start = message->body_size - 1 - SIMSTOW_OPENPGP_END;
    const guint8 *block = message->end + (place / BLOCK - 1) * BLOCK - start;
    guint8 stream[BLOCK];

    make_stream (cipher, key, block, stream);
    return message->end[place - start] ^ stream[place % BLOCK];
}

SimstowS2kFit
simstow_s2k_try (const SimstowOpenpgpMessage *message, const SimstowSecret *passphrase)
{
    Packet packet;
    guint8 key[KEY_SIZE] = {0};
    guint8 cipher;
    guint64 mdc;
    gsize size;
    const gchar *word = simstow_secret_get (passphrase, &size);
    gboolean right = TRUE;

    if (message->passphrases != 1 || message->aead ||
        message->body_size < SIMSTOW_OPENPGP_END + 1 || !take_apart (message, &packet))
        return SIMSTOW_S2K_UNKNOWN;
    mdc = message->body_size - 1 - MDC_SIZE;
    cipher = packet.cipher;
    derive (&packet, word, size, key);
    if (packet.wrapped_size > 0)
        right = unwrap (&packet, &cipher, key);
    right = right && decrypt_at (message, cipher, key, mdc) == MDC_TAG &&
            decrypt_at (message, cipher, key, mdc + 1) == MDC_BODY;
    explicit_bzero (key, sizeof key);
    return right ? SIMSTOW_S2K_RIGHT : SIMSTOW_S2K_WRONG;
}
