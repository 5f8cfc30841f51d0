/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outer shape of an OpenPGP message (RFC 4880 4): which packets there are, whether they end
 * where the file does, whether a passphrase is the right one, and its ASCII armor (RFC 4880 6), as
 * "gpg -a" writes it. simstow never does, but reads it. gpg decrypts; this tells a message that was
 * cut short from one that was damaged, and a damaged one from a wrong passphrase.
 */

#pragma once

#include "simstow-secret.h"

/* How many bytes simstow_openpgp_is_message () needs */
#define SIMSTOW_OPENPGP_MAGIC_SIZE 16

/* How much of a passphrase's packet, and of the encrypted packet's end, is looked at */
#define SIMSTOW_OPENPGP_PASSPHRASE 64
#define SIMSTOW_OPENPGP_END        64

/**
 * SimstowOpenpgpMessage:
 * @keys: how many public keys it is encrypted to
 * @passphrases: how many passphrases
 * @scattered: whether the packets of passphrases do not stand together
 * @passphrases_start: where the packets of the passphrases begin
 * @passphrases_end: where they end; programs write them one behind the other
 * @body_start: where the encrypted packet begins
 * @aead: whether that is not of the form with an integrity packet
 * @body_size: how many bytes are in it
 * @passphrase: (array length=passphrase_size): the first packet of a passphrase, without
 *     its header
 * @passphrase_size: how many bytes are there, 0 when there are too many
 * @end: the last bytes of the encrypted packet, when it has so many
 */
typedef struct {
    guint keys;
    guint passphrases;
    gboolean scattered;
    goffset passphrases_start;
    goffset passphrases_end;
    goffset body_start;
    gboolean aead;
    guint64 body_size;
    guint8 passphrase[SIMSTOW_OPENPGP_PASSPHRASE];
    gsize passphrase_size;
    guint8 end[SIMSTOW_OPENPGP_END];
} SimstowOpenpgpMessage;

/**
 * simstow_openpgp_is_message:
 * @data: (array length=size): the first bytes of a file
 *
 * Returns: whether they begin an encrypted message, not armored; no other
 * form of an archive begins like that
 */
gboolean
simstow_openpgp_is_message (const guint8 *data, gsize size);

/**
 * simstow_openpgp_check:
 * @fd: a message, in a file that can be sought
 * @message: (out caller-allocates): what it is encrypted to
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT when the packets
 *     go on behind the end of the file, or %SIMSTOW_ERROR_DAMAGED
 *
 * Walks over the packets: session keys, then one encrypted packet that ends the
 * file.
 *
 * Returns: %FALSE with @error set for any other shape
 */
gboolean
simstow_openpgp_check (gint fd, SimstowOpenpgpMessage *message, GError **error);

/**
 * SimstowS2kFit:
 * @SIMSTOW_S2K_UNKNOWN: the message is of a form that is not known here
 * @SIMSTOW_S2K_WRONG: it is another passphrase, or the packet for it is damaged
 * @SIMSTOW_S2K_RIGHT: it is the right passphrase
 */
typedef enum {
    SIMSTOW_S2K_UNKNOWN,
    SIMSTOW_S2K_WRONG,
    SIMSTOW_S2K_RIGHT,
} SimstowS2kFit;

/**
 * simstow_s2k_try:
 * @message: a message that was checked
 *
 * Tries the passphrase (RFC 4880 3.7, 5.3, 5.13), which takes as long as its packet wants it to.
 * gpg looks at the first two blocks alone, so that a changed byte there is a wrong passphrase to
 * it. The key that belongs to the right one makes sense of the message's end, whatever happened
 * before.
 *
 * Returns: whether it is the right one
 */
SimstowS2kFit
simstow_s2k_try (const SimstowOpenpgpMessage *message, const SimstowSecret *passphrase);

/**
 * simstow_armor_is_there:
 * @data: (array length=size): the first bytes of a file
 *
 * Returns: whether they begin an armored message
 */
gboolean
simstow_armor_is_there (const guint8 *data, gsize size);

/**
 * simstow_armor_remove:
 * @fd: where the message in it goes
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT when the last line is
 *     missing, %SIMSTOW_ERROR_DAMAGED for anything else that is not as it should be, or of
 *     %G_IO_ERROR
 *
 * Reads it to its end. There is one way only to write a message, and all else is refused, so
 * that no byte can change unnoticed.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_armor_remove (GBufferedInputStream *input,
                      gint fd,
                      GCancellable *cancellable,
                      GError **error);
