/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenPGP messages without their keys.
 */

#define _GNU_SOURCE /* explicit_bzero () */

#include "config.h"

#include "simstow-openpgp.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <nettle/aes.h>
#include <nettle/nettle-meta.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-reader.h"
#include "simstow-spool.h"
#include "simstow-stream.h"

/* Packet tags, RFC 4880 4.3; 20 is that of RFC 9580's forerunners, by GnuPG */
#define TAG_KEY        1
#define TAG_PASSPHRASE 3
#define TAG_ENCRYPTED  18
#define TAG_AEAD       20

/* Public key algorithms, RFC 4880 9.1, RFC 6637 5 */
#define ALGORITHM_RSA     1
#define ALGORITHM_RSA_OLD 2
#define ALGORITHM_ELGAMAL 16
#define ALGORITHM_ECDH    18

/* No session key packet is longer */
#define KEY_LIMIT 4096

typedef struct {
    gint fd;
    goffset offset;
    goffset size;
} Cursor;

typedef struct {
    guint tag;
    /* the first, and as a rule only, stretch of the body */
    goffset start;
    goffset length;
    gboolean partial;
} Packet;

static gboolean
set_damaged (GError **error)
{
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_DAMAGED,
        _ ("the encrypted archive is damaged: its OpenPGP packets make no sense"));
}

gboolean
simstow_openpgp_is_message (const guint8 *data, gsize size)
{
    if (size == 0)
        return FALSE;
    if ((data[0] & 0xC0) == 0xC0)
        return (data[0] & 0x3F) == TAG_KEY || (data[0] & 0x3F) == TAG_PASSPHRASE;
    return (data[0] & 0x80) != 0 &&
           ((data[0] >> 2 & 0x0F) == TAG_KEY || (data[0] >> 2 & 0x0F) == TAG_PASSPHRASE);
}

static gboolean
take (Cursor *cursor, guint8 *data, gsize size, GError **error)
{
    if (cursor->size - cursor->offset < (goffset) size ||
        pread (cursor->fd, data, size, cursor->offset) != (gssize) size) {
        simstow_stream_set_cut_short (error);
        return FALSE;
    }
    cursor->offset += (goffset) size;
    return TRUE;
}

static gboolean
take_number (Cursor *cursor, gsize size, goffset *number, GError **error)
{
    guint8 octets[4];
    gsize i;

    if (!take (cursor, octets, size, error))
        return FALSE;
    *number = 0;
    for (i = 0; i < size; i++)
        *number = *number << 8 | octets[i];
    return TRUE;
}

/* RFC 4880 4.2.2 */
static gboolean
take_new_length (Cursor *cursor, Packet *packet, GError **error)
{
    goffset first;
    goffset second;

    packet->partial = FALSE;
    if (!take_number (cursor, 1, &first, error))
        return FALSE;
    packet->length = first;
    if (first == 255)
        return take_number (cursor, 4, &packet->length, error);
    if (first >= 224) {
        packet->partial = TRUE;
        packet->length = (goffset) 1 << (first & 0x1F);
    } else if (first >= 192) {
        if (!take_number (cursor, 1, &second, error))
            return FALSE;
        packet->length = ((first - 192) << 8) + second + 192;
    }
    return TRUE;
}

/* RFC 4880 4.2.1 */
static gboolean
take_old_length (Cursor *cursor, guint kind, Packet *packet, GError **error)
{
    static const gsize sizes[] = {1, 2, 4};

    packet->partial = FALSE;
    if (kind < G_N_ELEMENTS (sizes))
        return take_number (cursor, sizes[kind], &packet->length, error);
    packet->length = cursor->size - cursor->offset;
    return TRUE;
}

static gboolean
take_packet (Cursor *cursor, Packet *packet, GError **error)
{
    guint8 octet;

    if (!take (cursor, &octet, 1, error))
        return FALSE;
    if ((octet & 0x80) == 0)
        return set_damaged (error);
    if (octet & 0x40) {
        packet->tag = octet & 0x3F;
        if (!take_new_length (cursor, packet, error))
            return FALSE;
    } else {
        packet->tag = octet >> 2 & 0x0F;
        if (!take_old_length (cursor, octet & 0x03, packet, error))
            return FALSE;
    }
    packet->start = cursor->offset;
    return TRUE;
}

/* Keeps the last bytes of the encrypted packet */
static gboolean
keep_end (const Cursor *cursor, SimstowOpenpgpMessage *message, goffset length)
{
    gsize fresh = (gsize) MIN (length, SIMSTOW_OPENPGP_END);

    memmove (message->end, message->end + fresh, SIMSTOW_OPENPGP_END - fresh);
    message->body_size += (guint64) length;
    return pread (cursor->fd,
                  message->end + SIMSTOW_OPENPGP_END - fresh,
                  fresh,
                  cursor->offset + length - (goffset) fresh) == (gssize) fresh;
}

static gboolean
skip_body (Cursor *cursor, Packet *packet, SimstowOpenpgpMessage *message, GError **error)
{
    for (;;) {
        if (cursor->size - cursor->offset < packet->length ||
            !keep_end (cursor, message, packet->length)) {
            simstow_stream_set_cut_short (error);
            return FALSE;
        }
        cursor->offset += packet->length;
        if (!packet->partial)
            return TRUE;
        if (!take_new_length (cursor, packet, error))
            return FALSE;
    }
}

/* A multiprecision integer, RFC 4880 3.2: its count of bits is exact, so that no
 * bit of it is free */
static gboolean
skip_integer (SimstowReader *reader)
{
    const guint8 *data;
    guint16 bits;
    gsize size;

    if (!simstow_reader_u16_be (reader, &bits, NULL) || bits == 0)
        return FALSE;
    size = ((gsize) bits + 7) / 8;
    return simstow_reader_take (reader, size, &data, NULL) && data[0] >> ((bits - 1) % 8) == 1;
}

static gboolean
skip_wrapped_key (SimstowReader *reader)
{
    const guint8 *data;
    guint8 length;

    return simstow_reader_u8 (reader, &length, NULL) &&
           simstow_reader_take (reader, length, &data, NULL);
}

/* RFC 4880 5.1, RFC 6637 10. What only signs, RFC 9580 9.1, has encrypted nothing: GnuPG 2.4 would
 * say that there is no secret key for it. An algorithm that is not known here is gpg's to judge. */
static gboolean
is_whole_key (const guint8 *body, gsize size)
{
    static const guint8 signing[] = {0, 3, 17, 19, 22, 27, 28};
    SimstowReader reader;
    const guint8 *front;

    simstow_reader_init (&reader, body, size);
    if (!simstow_reader_take (&reader, 10, &front, NULL) || front[0] != 3)
        return FALSE;
    switch (front[9]) {
    case ALGORITHM_RSA:
    case ALGORITHM_RSA_OLD:
        return skip_integer (&reader) && simstow_reader_remaining (&reader) == 0;
    case ALGORITHM_ELGAMAL:
        return skip_integer (&reader) && skip_integer (&reader) &&
               simstow_reader_remaining (&reader) == 0;
    case ALGORITHM_ECDH:
        return skip_integer (&reader) && skip_wrapped_key (&reader) &&
               simstow_reader_remaining (&reader) == 0;
    default:
        return memchr (signing, front[9], sizeof signing) == NULL;
    }
}

/* RFC 4880 5.3: what gpg would not know, or read in another way, is damage and no wrong
 * passphrase */
static gboolean
is_whole_passphrase (const guint8 *body, gsize size)
{
    static const guint8 ciphers[] = {1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13};
    static const guint8 hashes[] = {1, 2, 3, 8, 9, 10, 11};
    gsize used;

    if (size > 0 && body[0] == 5)
        return TRUE;
    if (size < 4 || body[0] != 4 || !memchr (ciphers, body[1], sizeof ciphers) ||
        !memchr (hashes, body[3], sizeof hashes))
        return FALSE;
    used = body[2] == 3 ? 13 : body[2] == 1 ? 12 : 4;
    if (body[2] != 0 && body[2] != 1 && body[2] != 3)
        return FALSE;
    /* the algorithm and the key of the message, or nothing */
    return size == used || (size >= used + 17 && size <= used + 33);
}

static gboolean
check_key (Cursor *cursor, Packet *packet, GError **error)
{
    guint8 body[KEY_LIMIT];

    if (packet->partial || packet->length > KEY_LIMIT)
        return set_damaged (error);
    if (!take (cursor, body, (gsize) packet->length, error))
        return FALSE;
    return is_whole_key (body, (gsize) packet->length) || set_damaged (error);
}

static gboolean
check_passphrase (Cursor *cursor, Packet *packet, SimstowOpenpgpMessage *message, GError **error)
{
    guint8 body[KEY_LIMIT];
    gsize size = (gsize) packet->length;

    if (packet->partial || packet->length > KEY_LIMIT)
        return set_damaged (error);
    if (!take (cursor, body, size, error))
        return FALSE;
    if (!is_whole_passphrase (body, size))
        return set_damaged (error);
    if (message->passphrases == 0 && size <= sizeof message->passphrase) {
        memcpy (message->passphrase, body, size);
        message->passphrase_size = size;
    }
    return TRUE;
}

static gboolean
check_packet (Cursor *cursor, Packet *packet, SimstowOpenpgpMessage *message, GError **error)
{
    switch (packet->tag) {
    case TAG_KEY:
        return check_key (cursor, packet, error);
    case TAG_PASSPHRASE:
        return check_passphrase (cursor, packet, message, error);
    default:
        return skip_body (cursor, packet, message, error);
    }
}

/* Counts a session key packet that lies before the cursor. */
static void
count_packet (SimstowOpenpgpMessage *message, const Packet *packet, goffset start, goffset end)
{
    message->keys += packet->tag == TAG_KEY;
    if (packet->tag != TAG_PASSPHRASE)
        return;
    if (message->passphrases++ == 0)
        message->passphrases_start = start;
    else if (message->passphrases_end != start)
        message->scattered = TRUE;
    message->passphrases_end = end;
}

gboolean
simstow_openpgp_check (gint fd, SimstowOpenpgpMessage *message, GError **error)
{
    Cursor cursor = {.fd = fd};
    Packet packet = {0};
    struct stat info;

    *message = (SimstowOpenpgpMessage){0};
    if (fstat (fd, &info) != 0)
        return set_damaged (error);
    cursor.size = info.st_size;
    do {
        goffset start = cursor.offset;

        message->body_start = start;
        if (!take_packet (&cursor, &packet, error) ||
            !check_packet (&cursor, &packet, message, error))
            return FALSE;
        count_packet (message, &packet, start, cursor.offset);
    } while (packet.tag == TAG_KEY || packet.tag == TAG_PASSPHRASE);
    message->aead = packet.tag == TAG_AEAD;
    if ((packet.tag != TAG_ENCRYPTED && packet.tag != TAG_AEAD) || cursor.offset != cursor.size)
        return set_damaged (error);
    return TRUE;
}

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
} PassphrasePacket;

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
take_apart (const SimstowOpenpgpMessage *message, PassphrasePacket *packet)
{
    SimstowReader reader;
    guint8 version;
    guint8 hash;
    guint8 count = 0;

    *packet = (PassphrasePacket){0};
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
derive (const PassphrasePacket *packet, const gchar *word, gsize size, guint8 *key)
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
unwrap (const PassphrasePacket *packet, guint8 *cipher, guint8 *key)
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
    PassphrasePacket packet;
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

#define BEGIN "-----BEGIN PGP MESSAGE-----"
#define END   "-----END PGP MESSAGE-----"

/* No program writes longer lines */
#define LINE_LIMIT 1024

/* RFC 4880 6.1 */
#define CRC_START      0xB704CE
#define CRC_POLYNOMIAL 0x1864CFB
#define CRC_SIZE       3

typedef struct {
    GBufferedInputStream *input;
    GCancellable *cancellable;
    GString *line;
    gint fd;
    guint32 crc;
    /* the last line, without an end of its own */
    gboolean last;
    /* behind what fills a line up comes no other */
    gboolean filled;
} Armor;

static void
armor_clear (Armor *armor)
{
    g_string_free (armor->line, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Armor, armor_clear)

gboolean
simstow_armor_is_there (const guint8 *data, gsize size)
{
    return size > 0 && memcmp (data, BEGIN, MIN (size, strlen (BEGIN))) == 0;
}

static gboolean
set_armor_damaged (GError **error)
{
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_DAMAGED,
        _ ("the encrypted archive is damaged: its ASCII armor makes no sense"));
}

/* The next line, without what cannot be seen of its end; @ended: there is none */
static gboolean
read_line (Armor *armor, gboolean *ended, GError **error)
{
    GError *reason = NULL;
    gint octet;

    g_string_truncate (armor->line, 0);
    while (
        (octet = g_buffered_input_stream_read_byte (armor->input, armor->cancellable, &reason)) >=
            0 &&
        octet != '\n') {
        if (octet == '\0' || armor->line->len == LINE_LIMIT)
            return set_armor_damaged (error);
        g_string_append_c (armor->line, (gchar) octet);
    }
    if (reason) {
        g_propagate_error (error, reason);
        return FALSE;
    }
    armor->last = octet < 0;
    *ended = armor->last && armor->line->len == 0;
    g_strchomp (armor->line->str);
    armor->line->len = strlen (armor->line->str);
    return TRUE;
}

static gboolean
take_line (Armor *armor, GError **error)
{
    gboolean ended;

    if (!read_line (armor, &ended, error))
        return FALSE;
    if (!armor->last || g_str_equal (armor->line->str, END))
        return TRUE;
    simstow_stream_set_cut_short (error);
    return FALSE;
}

static void
add_to_crc (Armor *armor, const guint8 *data, gsize size)
{
    gsize i;
    guint bit;

    for (i = 0; i < size; i++) {
        armor->crc ^= (guint32) data[i] << 16;
        for (bit = 0; bit < 8; bit++) {
            armor->crc <<= 1;
            if (armor->crc & 0x1000000)
                armor->crc ^= CRC_POLYNOMIAL;
        }
    }
}

/* What does not become the same again was not written like that; NULL for it */
static guint8 *
decode (const gchar *text, gsize *size)
{
    g_autofree guint8 *data = g_base64_decode (text, size);
    g_autofree gchar *again = g_base64_encode (data, *size);

    return g_str_equal (again, text) ? g_steal_pointer (&data) : NULL;
}

static gboolean
check_sum (Armor *armor, GError **error)
{
    gsize size;
    g_autofree guint8 *sum = decode (armor->line->str + 1, &size);

    if (!sum || size != CRC_SIZE ||
        armor->crc != ((guint32) sum[0] << 16 | (guint32) sum[1] << 8 | sum[2]))
        return set_armor_damaged (error);
    if (!take_line (armor, error))
        return FALSE;
    return g_str_equal (armor->line->str, END) || set_armor_damaged (error);
}

static gboolean
take_data (Armor *armor, GError **error)
{
    gsize size;
    g_autofree guint8 *data = armor->filled ? NULL : decode (armor->line->str, &size);

    if (!data || size == 0)
        return set_armor_damaged (error);
    armor->filled = g_str_has_suffix (armor->line->str, "=");
    add_to_crc (armor, data, size);
    if (simstow_spool_write (armor->fd, data, size))
        return TRUE;
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return FALSE;
}

/* "Comment: ..." and the like, up to an empty line */
static gboolean
skip_headers (Armor *armor, GError **error)
{
    do {
        if (!take_line (armor, error))
            return FALSE;
        if (armor->line->len > 0 && !strstr (armor->line->str, ": "))
            return set_armor_damaged (error);
    } while (armor->line->len > 0);
    return TRUE;
}

static gboolean
check_nothing_behind (Armor *armor, GError **error)
{
    gboolean ended = FALSE;

    while (!ended) {
        if (!read_line (armor, &ended, error))
            return FALSE;
        if (armor->line->len > 0)
            return set_armor_damaged (error);
    }
    return TRUE;
}

gboolean
simstow_armor_remove (GBufferedInputStream *input,
                      gint fd,
                      GCancellable *cancellable,
                      GError **error)
{
    g_auto (Armor) armor = {
        .input = input,
        .cancellable = cancellable,
        .line = g_string_new (NULL),
        .fd = fd,
        .crc = CRC_START,
    };

    if (!take_line (&armor, error))
        return FALSE;
    if (!g_str_equal (armor.line->str, BEGIN))
        return set_armor_damaged (error);
    if (!skip_headers (&armor, error))
        return FALSE;
    for (;;) {
        if (!take_line (&armor, error))
            return FALSE;
        if (g_str_equal (armor.line->str, END))
            return check_nothing_behind (&armor, error);
        if (armor.line->str[0] == '=')
            return check_sum (&armor, error) && check_nothing_behind (&armor, error);
        if (!take_data (&armor, error))
            return FALSE;
    }
}
