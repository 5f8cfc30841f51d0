/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of a short message: addresses (originator, destination, recipient, 3GPP TS
 * 23.040 9.1.2.5; service centre, as TS 24.011 8.2.5.1 counts it); the data coding
 * scheme, TS 23.038 clause 4; time stamps, TS 23.040 9.2.3.11; the validity period,
 * 9.2.3.12, in its relative, absolute and enhanced forms; the user data header, 9.2.3.24,
 * a list of information elements before the text.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-gsm7.h"
#include "simstow-reader.h"

/**
 * SimstowAddress:
 * @number: digits (with * # a b c), with a leading "+" when international; or
 *     the text of an alphanumeric address, UTF-8
 * @type: type of address octet, 3GPP TS 23.040 9.1.2.5; 0 when there is no address
 * @raw: (nullable): the octets it was decoded from, length and type included
 *
 * An address of either kind. Encoding gives @raw as long as it still says what
 * @number and @type say, so that filler and spare bits survive.
 */
typedef struct {
    gchar *number;
    guint8 type;
    GBytes *raw;
} SimstowAddress;

/**
 * simstow_sms_address_decode:
 * @reader: a cursor at the length octet, which counts semi-octets
 * @address: (out caller-allocates): the address
 *
 * Decodes TP-OA, TP-DA or TP-RA, 3GPP TS 23.040 9.1.2.5.
 *
 * Returns: %FALSE with @error set when the octets end too early
 */
gboolean
simstow_sms_address_decode (SimstowReader *reader, SimstowAddress *address, GError **error);

/**
 * simstow_sms_address_encode:
 * @out: where the octets are appended
 *
 * Encodes TP-OA, TP-DA or TP-RA. No address is a length of zero and a type.
 *
 * Returns: %FALSE with @error set when it cannot be written or is too long
 */
gboolean
simstow_sms_address_encode (const SimstowAddress *address, GByteArray *out, GError **error);

/**
 * simstow_sms_address_decode_center:
 * @reader: a cursor at the length octet, which counts octets
 * @address: (out caller-allocates): the address, type 0 when the length is 0
 *
 * Decodes a service centre's address, 3GPP TS 27.005 3.1.
 *
 * Returns: %FALSE with @error set when the octets end too early
 */
gboolean
simstow_sms_address_decode_center (SimstowReader *reader, SimstowAddress *address, GError **error);

/**
 * simstow_sms_address_encode_center:
 * @out: where the octets are appended
 *
 * Encodes a service centre's address; no address is a single octet of zero.
 *
 * Returns: %FALSE with @error set when it cannot be written or is too long
 */
gboolean
simstow_sms_address_encode_center (const SimstowAddress *address, GByteArray *out, GError **error);

/**
 * simstow_sms_address_set:
 * @text: (nullable): a number, or any other text
 *
 * Makes @address what a person wrote: international with a leading "+",
 * national or unknown with digits alone (spaces, dashes and brackets between
 * them are left out), else alphanumeric; none for %NULL and "".
 */
void
simstow_sms_address_set (SimstowAddress *address, const gchar *text);

/**
 * simstow_sms_address_clear:
 *
 * Frees what it holds and makes it no address.
 */
void
simstow_sms_address_clear (SimstowAddress *address);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowAddress, simstow_sms_address_clear)

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

/**
 * SimstowTimestamp:
 * @octets: the seven octets as they were, 3GPP TS 23.040 9.2.3.11
 * @utc: seconds since 1970 UTC, or -1 when the octets are no date
 * @zone: minutes east of UTC
 */
typedef struct {
    guint8 octets[7];
    gint64 utc;
    gint zone;
} SimstowTimestamp;

/**
 * simstow_sms_timestamp_decode:
 * @timestamp: (out caller-allocates): the time stamp
 *
 * Decodes a time stamp. Years from 90 are of the last century. Octets that are
 * no date are kept, with @utc -1 and @zone 0.
 *
 * Returns: %FALSE with @error set when fewer than seven octets are left
 */
gboolean
simstow_sms_timestamp_decode (SimstowReader *reader, SimstowTimestamp *timestamp, GError **error);

/**
 * simstow_sms_timestamp_encode:
 * @out: where the seven octets are appended
 *
 * Encodes a time stamp: its octets when they say what @utc and @zone say, or
 * when @utc is -1; else @utc in @zone.
 *
 * Returns: %FALSE with @error set for a time before 1990 or after 2089, or a
 * zone that is not in quarters of an hour within 19:45 of UTC
 */
gboolean
simstow_sms_timestamp_encode (const SimstowTimestamp *timestamp, GByteArray *out, GError **error);

/**
 * SimstowValidityFormat:
 * @SIMSTOW_VALIDITY_NONE: no validity period
 * @SIMSTOW_VALIDITY_ENHANCED: seven octets, 9.2.3.12.3
 * @SIMSTOW_VALIDITY_RELATIVE: one octet, 9.2.3.12.1
 * @SIMSTOW_VALIDITY_ABSOLUTE: seven octets, 9.2.3.12.2
 *
 * TP-VPF, bits 4 and 3 of the first octet, 3GPP TS 23.040 9.2.3.3.
 */
typedef enum {
    SIMSTOW_VALIDITY_NONE = 0,
    SIMSTOW_VALIDITY_ENHANCED = 1,
    SIMSTOW_VALIDITY_RELATIVE = 2,
    SIMSTOW_VALIDITY_ABSOLUTE = 3,
} SimstowValidityFormat;

/**
 * simstow_sms_validity_size:
 *
 * Returns: how many octets it has
 */
gsize
simstow_sms_validity_size (SimstowValidityFormat format);

/**
 * simstow_sms_validity_decode:
 * @octets: as many octets as it has
 * @seconds: (out): the period, -1 for none, absolute, or not decodable
 * @until: (out): the end, seconds since 1970 UTC; -1 when it is not absolute
 */
void
simstow_sms_validity_decode (SimstowValidityFormat format,
                             GBytes *octets,
                             gint64 *seconds,
                             gint64 *until);

/**
 * simstow_sms_validity_encode_relative:
 *
 * Returns: the octet of the shortest relative period that is not shorter; the
 * longest (63 weeks) when there is none
 */
guint8
simstow_sms_validity_encode_relative (gint64 seconds);

/**
 * SimstowUdhElement:
 * @id: information element identifier, 3GPP TS 23.040 9.2.3.24
 * @data: its bytes
 */
typedef struct {
    guint8 id;
    GBytes *data;
} SimstowUdhElement;

#define SIMSTOW_UDH_CONCAT_8  0x00
#define SIMSTOW_UDH_WAITING   0x01
#define SIMSTOW_UDH_PORTS_8   0x04
#define SIMSTOW_UDH_PORTS_16  0x05
#define SIMSTOW_UDH_CONCAT_16 0x08
#define SIMSTOW_UDH_SHIFT     0x24
#define SIMSTOW_UDH_LOCKING   0x25

/**
 * SimstowUdhSummary:
 * @concat_reference: reference of a concatenated message, -1 when it is not one
 * @concat_total: how many parts
 * @concat_part: which part, from 1
 * @concat_wide: whether the reference has 16 bits
 * @source_port: application port, -1 none
 * @destination_port: application port, -1 none
 * @waiting: whether there is a special message indication
 * @waiting_kind: its type, 3GPP TS 23.040 9.2.3.24.2, lowest two bits
 * @waiting_count: how many messages wait
 * @waiting_discard: whether the message need not be stored
 * @tables: the national language tables that are named
 *
 * What the elements that a reader of messages needs say. Of an element that is
 * there twice the last one counts, 3GPP TS 23.040 9.2.3.24.
 */
typedef struct {
    gint concat_reference;
    guint8 concat_total;
    guint8 concat_part;
    gboolean concat_wide;
    gint source_port;
    gint destination_port;
    gboolean waiting;
    guint8 waiting_kind;
    guint8 waiting_count;
    gboolean waiting_discard;
    SimstowGsm7Tables tables;
} SimstowUdhSummary;

/**
 * simstow_sms_udh_element_new:
 * @id: information element identifier
 * @data: (array length=size): its bytes
 *
 * Returns: (transfer full): the element
 */
SimstowUdhElement *
simstow_sms_udh_element_new (guint8 id, const guint8 *data, gsize size);

/**
 * simstow_sms_udh_new:
 *
 * Returns: (transfer full) (element-type SimstowUdhElement): no elements
 */
GPtrArray *
simstow_sms_udh_new (void);

/**
 * simstow_sms_udh_decode:
 * @reader: a cursor over the header, its length octet left out
 *
 * Decodes the elements.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowUdhElement): the
 * elements in order; %NULL when the last one is cut short: 3GPP TS 23.040
 * 9.2.3.24 has the whole header ignored then
 */
GPtrArray *
simstow_sms_udh_decode (SimstowReader *reader);

/**
 * simstow_sms_udh_encode:
 * @elements: (element-type SimstowUdhElement): the elements
 * @out: where the header is appended, its length octet first
 *
 * Returns: %FALSE with @error set when the header would exceed 139 octets
 */
gboolean
simstow_sms_udh_encode (GPtrArray *elements, GByteArray *out, GError **error);

/**
 * simstow_sms_udh_summarize:
 * @elements: (nullable) (element-type SimstowUdhElement): the elements
 *
 * Elements of the wrong size, and a concatenation whose numbers make no sense,
 * are passed over, as 3GPP TS 23.040 9.2.3.24.1 asks.
 *
 * Returns: what they say
 */
SimstowUdhSummary
simstow_sms_udh_summarize (GPtrArray *elements);
