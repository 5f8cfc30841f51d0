/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of the simulated card: hexadecimal, BCD digits and BER-TLV. The
 * simulator's own, so that a mistake in the product's codecs cannot cancel out.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimCardTlv:
 * @tag: the tag, all its bytes as one number
 * @value: the value
 * @size: its length
 * @start: the first byte of the tag
 * @whole: the length of tag, length and value
 *
 * One data object of a string of them, borrowed.
 */
typedef struct {
    guint32 tag;
    const guint8 *value;
    gsize size;
    const guint8 *start;
    gsize whole;
} SimCardTlv;

/**
 * sim_card_hex_append:
 * @text: where to
 * @data: (array length=size): bytes
 * @size: how many
 *
 * Appends two digits for each.
 */
void
sim_card_hex_append (GString *text, const guint8 *data, gsize size);

/**
 * sim_card_hex_encode:
 * @data: bytes
 * @size: how many
 *
 * Returns: (transfer full): upper-case digits
 */
gchar *
sim_card_hex_encode (const guint8 *data, gsize size);

/**
 * sim_card_hex_decode:
 * @text: digits of either case; white space is skipped
 *
 * Returns: (transfer full) (nullable): the bytes, %NULL for anything else than
 * whole pairs of digits
 */
GByteArray *
sim_card_hex_decode (const gchar *text);

/**
 * sim_card_bcd_append:
 * @out: bytes
 * @digits: decimal digits, `*`, `#`, or A to F as they are
 * @size: how many bytes to fill
 *
 * Appends digit pairs swapped, padded by F nibbles (3GPP TS 31.102 4.2.2).
 */
void
sim_card_bcd_append (GByteArray *out, const gchar *digits, gsize size);

/**
 * sim_card_bcd_text:
 * @data: digit pairs, swapped
 * @size: how many bytes
 *
 * Returns: (transfer full): the digits before the first F nibble
 */
gchar *
sim_card_bcd_text (const guint8 *data, gsize size);

/**
 * sim_card_plmn_append:
 * @out: bytes
 * @plmn: five or six digits
 *
 * Appends a network code as in 3GPP TS 24.008 10.5.1.13.
 */
void
sim_card_plmn_append (GByteArray *out, const gchar *plmn);

/**
 * sim_card_tlv_append:
 * @out: bytes
 * @tag: a tag of one to three bytes
 * @value: (nullable): the value
 * @size: its length
 *
 * Appends a data object with the shortest length form.
 */
void
sim_card_tlv_append (GByteArray *out, guint32 tag, gconstpointer value, gsize size);

/**
 * sim_card_tlv_append_text:
 * @out: bytes
 * @tag: a tag
 * @text: (nullable): the value; nothing is appended for %NULL
 *
 * Appends a data object with a text.
 */
void
sim_card_tlv_append_text (GByteArray *out, guint32 tag, const gchar *text);

/**
 * sim_card_tlv_append_number:
 * @out: bytes
 * @tag: a tag
 * @number: the value
 *
 * Appends a data object with a DER integer of as many bytes as it needs.
 */
void
sim_card_tlv_append_number (GByteArray *out, guint32 tag, guint32 number);

/**
 * sim_card_tlv_wrap:
 * @tag: a tag
 * @value: (transfer full): the value
 *
 * Returns: (transfer full): the data object around @value
 */
GByteArray *
sim_card_tlv_wrap (guint32 tag, GByteArray *value);

/**
 * sim_card_tlv_append_wrapped:
 * @out: bytes
 * @tag: a tag
 * @value: (transfer full): the value
 *
 * Appends the data object around @value.
 */
void
sim_card_tlv_append_wrapped (GByteArray *out, guint32 tag, GByteArray *value);

/**
 * sim_card_tlv_next:
 * @data: (inout): where to read; moved behind the object
 * @left: (inout): how many bytes are there
 * @tlv: (out): the object
 *
 * Returns: %TRUE with the next object; %FALSE at the end, where @left is 0, or
 * at a malformed one, where it is not
 */
gboolean
sim_card_tlv_next (const guint8 **data, gsize *left, SimCardTlv *tlv);

/**
 * sim_card_tlv_find:
 * @data: objects
 * @size: how many bytes
 * @tag: the tag looked for
 * @tlv: (out): the object
 *
 * Returns: whether one of the objects has the tag
 */
gboolean
sim_card_tlv_find (const guint8 *data, gsize size, guint32 tag, SimCardTlv *tlv);

G_END_DECLS
