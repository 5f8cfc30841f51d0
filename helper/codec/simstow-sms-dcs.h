/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data coding scheme of a short message, 3GPP TS 23.038 clause 4.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowAlphabet:
 * @SIMSTOW_ALPHABET_GSM7: the GSM 7 bit alphabet, with extension and national tables
 * @SIMSTOW_ALPHABET_DATA: 8 bit data
 * @SIMSTOW_ALPHABET_UCS2: UCS-2, in practice UTF-16
 */
typedef enum {
    SIMSTOW_ALPHABET_GSM7,
    SIMSTOW_ALPHABET_DATA,
    SIMSTOW_ALPHABET_UCS2,
} SimstowAlphabet;

/**
 * SimstowDcs:
 * @alphabet: the alphabet
 * @message_class: 0..3, or -1 for none
 * @compressed: whether the text is compressed (3GPP TS 23.042)
 * @automatic_deletion: whether the message is to be deleted once read
 * @waiting: (nullable): message waiting group as a word: "voicemail", "fax",
 *     "email", "other"; %NULL none
 * @waiting_active: whether that indication is switched on
 * @waiting_discard: whether the message may be thrown away once indicated
 *
 * What the octet says.
 */
typedef struct {
    SimstowAlphabet alphabet;
    gint message_class;
    gboolean compressed;
    gboolean automatic_deletion;
    const gchar *waiting;
    gboolean waiting_active;
    gboolean waiting_discard;
} SimstowDcs;

/**
 * simstow_sms_dcs_decode:
 * @octet: TP-DCS
 *
 * Decodes each coding group. Reserved codings are the GSM 7 bit alphabet, as
 * 3GPP TS 23.038 clause 4 asks.
 *
 * Returns: what it says
 */
SimstowDcs
simstow_sms_dcs_decode (guint8 octet);

/**
 * simstow_sms_dcs_encode:
 * @dcs: what to say
 *
 * Returns: the plainest octet that says it; without a message waiting group
 * when that cannot go with the alphabet, the class or the compression
 */
guint8
simstow_sms_dcs_encode (const SimstowDcs *dcs);

/**
 * simstow_sms_dcs_waiting_word:
 * @kind: the lowest two bits of a message waiting indication
 *
 * Returns: its word
 */
const gchar *
simstow_sms_dcs_waiting_word (guint kind);
