/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BER-TLV data objects as cards speak them, ISO/IEC 7816-4 5.2.2: tags of up to
 * three bytes, definite lengths of up to four. A value is a cursor of its own, so
 * that no reader of a nested object can leave it; who reads nested objects does
 * it level by level, which bounds the depth.
 */

#pragma once

#include "simstow-reader.h"

/**
 * SimstowTlv:
 * @tag: the tag's bytes as one number, as 0x5A, 0x9F70 or 0xBF2D
 * @value: a cursor over the value; borrowed from the bytes read
 */
typedef struct {
    guint32 tag;
    SimstowReader value;
} SimstowTlv;

/**
 * simstow_tlv_next:
 * @tlv: (out caller-allocates): the next one
 *
 * Reads one data object. On an error the cursor stays before it.
 *
 * Returns: %FALSE with @error set when the object is malformed or nothing is left
 */
gboolean
simstow_tlv_next (SimstowReader *reader, SimstowTlv *tlv, GError **error);

/**
 * simstow_tlv_open:
 * @tlv: (out caller-allocates): the object's tag, and all bytes behind its head
 *
 * Reads the head of a data object whose length is wrong or not told, to rescue
 * what is in it. On an error the cursor stays before it.
 *
 * Returns: %FALSE with @error set when there is no tag, or no length of any form
 */
gboolean
simstow_tlv_open (SimstowReader *reader, SimstowTlv *tlv, GError **error);

/**
 * simstow_tlv_expect:
 * @tag: the tag that has to come next
 * @tlv: (out caller-allocates): the object
 *
 * Reads one data object that must have a certain tag.
 *
 * Returns: %FALSE with @error set when it is another, or malformed
 */
gboolean
simstow_tlv_expect (SimstowReader *reader, guint32 tag, SimstowTlv *tlv, GError **error);

/**
 * simstow_tlv_get_uint:
 * @tlv: an object with an INTEGER of up to four bytes
 * @value: (out): its value
 *
 * Returns: %FALSE with @error set when it is empty, negative or longer
 */
gboolean
simstow_tlv_get_uint (const SimstowTlv *tlv, guint32 *value, GError **error);

/**
 * simstow_tlv_dup_bytes:
 *
 * Returns: (transfer full): a copy of its value
 */
GBytes *
simstow_tlv_dup_bytes (const SimstowTlv *tlv);

/**
 * simstow_tlv_dup_text:
 * @tlv: an object with a UTF8String
 *
 * Returns: (transfer full): the text; what is not UTF-8 is replaced, and ends at a NUL
 */
gchar *
simstow_tlv_dup_text (const SimstowTlv *tlv);
