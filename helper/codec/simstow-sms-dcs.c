/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data coding scheme, by coding group: the four most significant bits.
 */

#include "simstow-sms-dcs.h"

#define GENERAL_DELETION   0x40
#define GENERAL_COMPRESSED 0x20
#define GENERAL_CLASS      0x10

#define GROUP_WAITING_DISCARD 0xC0
#define GROUP_WAITING_STORE   0xD0
#define GROUP_WAITING_UCS2    0xE0
#define GROUP_CLASS           0xF0

#define WAITING_ACTIVE 0x08
#define CLASS_DATA     0x04

static const gchar *const waiting_words[] = {"voicemail", "fax", "email", "other"};

const gchar *
simstow_sms_dcs_waiting_word (guint kind)
{
    return waiting_words[kind & 0x03];
}

/* 00xx and 01xx: flags, class and alphabet in bits of their own */
static void
decode_general (guint8 octet, SimstowDcs *dcs)
{
    static const SimstowAlphabet alphabets[] = {
        SIMSTOW_ALPHABET_GSM7,
        SIMSTOW_ALPHABET_DATA,
        SIMSTOW_ALPHABET_UCS2,
        SIMSTOW_ALPHABET_GSM7,
    };

    dcs->alphabet = alphabets[octet >> 2 & 0x03];
    dcs->compressed = (octet & GENERAL_COMPRESSED) != 0;
    dcs->automatic_deletion = (octet & GENERAL_DELETION) != 0;
    if (octet & GENERAL_CLASS)
        dcs->message_class = octet & 0x03;
}

static void
decode_waiting (guint8 octet, SimstowDcs *dcs)
{
    guint8 group = octet & 0xF0;

    if (group == GROUP_WAITING_UCS2)
        dcs->alphabet = SIMSTOW_ALPHABET_UCS2;
    dcs->waiting = simstow_sms_dcs_waiting_word (octet);
    dcs->waiting_active = (octet & WAITING_ACTIVE) != 0;
    dcs->waiting_discard = group == GROUP_WAITING_DISCARD;
}

SimstowDcs
simstow_sms_dcs_decode (guint8 octet)
{
    SimstowDcs dcs = {.alphabet = SIMSTOW_ALPHABET_GSM7, .message_class = -1};

    if (octet < 0x80) {
        decode_general (octet, &dcs);
    } else if (octet >= GROUP_CLASS) {
        if (octet & CLASS_DATA)
            dcs.alphabet = SIMSTOW_ALPHABET_DATA;
        dcs.message_class = octet & 0x03;
    } else if (octet >= GROUP_WAITING_DISCARD) {
        decode_waiting (octet, &dcs);
    }
    return dcs;
}

static guint8
encode_waiting (const SimstowDcs *dcs)
{
    guint8 octet = GROUP_WAITING_STORE;
    guint8 kind;

    if (dcs->alphabet == SIMSTOW_ALPHABET_UCS2)
        octet = GROUP_WAITING_UCS2;
    else if (dcs->waiting_discard)
        octet = GROUP_WAITING_DISCARD;
    for (kind = 0; kind < G_N_ELEMENTS (waiting_words); kind++) {
        if (g_str_equal (dcs->waiting, waiting_words[kind]))
            octet |= kind;
    }
    return octet | (dcs->waiting_active ? WAITING_ACTIVE : 0);
}

guint8
simstow_sms_dcs_encode (const SimstowDcs *dcs)
{
    static const guint8 alphabets[] = {0x00, 0x04, 0x08};
    guint8 octet = alphabets[dcs->alphabet];

    if (dcs->waiting && dcs->alphabet != SIMSTOW_ALPHABET_DATA && dcs->message_class < 0 &&
        !dcs->compressed)
        return encode_waiting (dcs);
    if (dcs->message_class >= 0)
        octet |= GENERAL_CLASS | (dcs->message_class & 0x03);
    if (dcs->compressed)
        octet |= GENERAL_COMPRESSED;
    if (dcs->automatic_deletion)
        octet |= GENERAL_DELETION;
    return octet;
}
