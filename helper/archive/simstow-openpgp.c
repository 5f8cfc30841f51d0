/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outer shape of an OpenPGP message.
 */

#include "config.h"

#include "simstow-openpgp.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-reader.h"
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
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("the encrypted archive is damaged: its OpenPGP packets make no sense"));
    return FALSE;
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
