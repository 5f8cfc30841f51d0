/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The outer shape of an OpenPGP message (RFC 4880 4): which packets there are,
 * and whether they end where the file does. Nothing here decrypts; it tells a
 * message that was cut short from one that was damaged.
 */

#pragma once

#include <gio/gio.h>

/* How many bytes simstow_openpgp_is_message () needs */
#define SIMSTOW_OPENPGP_MAGIC_SIZE 16

/**
 * SimstowOpenpgpMessage:
 * @keys: how many public keys it is encrypted to
 * @passphrases: how many passphrases
 * @passphrases_start: where the packets of the passphrases begin
 * @passphrases_end: where they end; programs write them one behind the other
 */
typedef struct {
    guint keys;
    guint passphrases;
    goffset passphrases_start;
    goffset passphrases_end;
} SimstowOpenpgpMessage;

/**
 * simstow_openpgp_is_message:
 * @data: (array length=size): the first bytes of a file
 * @size: how many
 *
 * Returns: whether they begin an encrypted message, binary or armored; no other
 * form of an archive begins like that
 */
gboolean
simstow_openpgp_is_message (const guint8 *data, gsize size);

/**
 * simstow_openpgp_check:
 * @fd: a message, in a file that can be sought
 * @message: (out caller-allocates): what it is encrypted to
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT when the packets
 *     go on behind the end of the file, %SIMSTOW_ERROR_DAMAGED, or
 *     %SIMSTOW_ERROR_UNSUPPORTED for an armored message
 *
 * Walks over the packets: session keys, then one encrypted packet that ends the
 * file.
 *
 * Returns: %FALSE with @error set for any other shape
 */
gboolean
simstow_openpgp_check (gint fd, SimstowOpenpgpMessage *message, GError **error);
