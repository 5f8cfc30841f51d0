/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names on the simulated card: the GSM alphabet, one character a byte, and the
 * three UCS-2 codings of ETSI TS 102 221 annex A.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sim_card_alpha_append:
 * @out: bytes
 * @text: (nullable): UTF-16, zero-terminated
 *
 * Appends a name, in the GSM alphabet when it has all the characters, else in
 * UCS-2 with a leading 80.
 */
void
sim_card_alpha_append (GByteArray *out, const gunichar2 *text);

/**
 * sim_card_alpha_append_text:
 * @out: bytes
 * @text: UTF-8
 *
 * As sim_card_alpha_append ().
 */
void
sim_card_alpha_append_text (GByteArray *out, const gchar *text);

/**
 * sim_card_alpha_append_packed:
 * @out: bytes
 * @text: UTF-16, zero-terminated
 * @coding: 0x81 or 0x82
 *
 * Appends a name whose characters outside the GSM alphabet lie in one half page of
 * UCS-2, with a base pointer.
 *
 * Returns: %FALSE when they do not
 */
gboolean
sim_card_alpha_append_packed (GByteArray *out, const gunichar2 *text, guint8 coding);

/**
 * sim_card_alpha_read:
 * @data: a name, padded by FF
 * @size: bytes of the field
 *
 * Reads any of the four codings.
 *
 * Returns: (transfer full): UTF-16, zero-terminated
 */
gunichar2 *
sim_card_alpha_read (const guint8 *data, gsize size);

G_END_DECLS
