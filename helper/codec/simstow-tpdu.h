/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transfer protocol data unit of the short message service, 3GPP TS 23.040,
 * with the SMSC address that stands before it in TS 27.005 and EF_SMS. The
 * decoded view keeps every field, so that encoding gives the same bytes back.
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
 * SimstowTpduType:
 * @SIMSTOW_TPDU_DELIVER: SMS-DELIVER, received
 * @SIMSTOW_TPDU_SUBMIT: SMS-SUBMIT, sent or to be sent
 * @SIMSTOW_TPDU_STATUS_REPORT: SMS-STATUS-REPORT, received
 */
typedef enum {
    SIMSTOW_TPDU_DELIVER,
    SIMSTOW_TPDU_SUBMIT,
    SIMSTOW_TPDU_STATUS_REPORT,
} SimstowTpduType;

/**
 * SimstowTpdu:
 * @type: which TPDU
 * @smsc: the service centre's address; type 0 when absent
 * @first_octet: the first octet as it was: TP-MTI, TP-MMS or TP-RD, TP-LP,
 *     TP-VPF, TP-SRI/SRR/SRQ, TP-UDHI, TP-RP
 * @reference: TP-MR (SUBMIT, STATUS-REPORT)
 * @address: TP-OA, TP-DA or TP-RA
 * @has_pid: whether TP-PID is there (always but in a STATUS-REPORT)
 * @has_dcs: whether TP-DCS is there
 * @has_user_data: whether TP-UDL is there
 * @parameter_indicator: TP-PI (STATUS-REPORT), meaningful when @has_parameter_indicator
 * @has_parameter_indicator: whether TP-PI is there
 * @parameter_extension: (nullable): further octets of TP-PI, when its top bit says so
 * @pid: TP-PID
 * @dcs: TP-DCS
 * @timestamp: TP-SCTS (DELIVER, STATUS-REPORT)
 * @discharge: TP-DT (STATUS-REPORT)
 * @report_status: TP-ST (STATUS-REPORT)
 * @validity: (nullable): TP-VP as it was: 1 octet relative, 7 absolute or enhanced
 * @validity_seconds: the validity as a duration; -1 none, absolute or not decodable
 * @validity_until: an absolute validity's end, seconds since 1970 UTC; -1 none
 * @alphabet: the alphabet TP-DCS names
 * @message_class: 0..3, or -1 for none
 * @compressed: whether TP-DCS says the text is compressed; @text is %NULL then
 * @waiting: (nullable): message waiting group as a word: "voicemail", "fax",
 *     "email", "other"; %NULL none
 * @waiting_active: whether that indication is switched on
 * @waiting_discard: whether such a message may be thrown away once indicated
 * @udh: (nullable) (element-type SimstowUdhElement): user data header elements, in order
 * @user_data_length: TP-UDL as it was: septets or octets
 * @user_data: (nullable): TP-UD as it was, header included, packed as on the wire.
 *     As long as it is there, it and @user_data_length are what is encoded;
 *     simstow_tpdu_set_text () drops it
 * @text: (nullable): the text in UTF-8, for the GSM 7 bit and UCS-2 alphabets
 * @lossy: whether @text holds replacement characters for what could not be decoded
 * @data: (nullable): the bytes after the header, for 8 bit data
 * @concat_reference: reference of a concatenated message, -1 when it is not one
 * @concat_total: how many parts
 * @concat_part: which part, from 1
 * @concat_wide: whether the reference has 16 bits
 * @source_port: application port, -1 none
 * @destination_port: application port, -1 none
 * @trailing: (nullable): octets after the end of the TPDU, kept for exactness
 */
typedef struct {
    SimstowTpduType type;
    SimstowAddress smsc;
    guint8 first_octet;
    guint8 reference;
    SimstowAddress address;
    gboolean has_pid;
    gboolean has_dcs;
    gboolean has_user_data;
    gboolean has_parameter_indicator;
    guint8 parameter_indicator;
    GBytes *parameter_extension;
    guint8 pid;
    guint8 dcs;
    SimstowTimestamp timestamp;
    SimstowTimestamp discharge;
    guint8 report_status;
    GBytes *validity;
    gint64 validity_seconds;
    gint64 validity_until;
    SimstowAlphabet alphabet;
    gint message_class;
    gboolean compressed;
    const gchar *waiting;
    gboolean waiting_active;
    gboolean waiting_discard;
    GPtrArray *udh;
    guint8 user_data_length;
    GBytes *user_data;
    gchar *text;
    gboolean lossy;
    GBytes *data;
    gint concat_reference;
    guint8 concat_total;
    guint8 concat_part;
    gboolean concat_wide;
    gint source_port;
    gint destination_port;
    GBytes *trailing;
} SimstowTpdu;

/**
 * simstow_tpdu_decode:
 * @pdu: SMSC address followed by the TPDU, as 3GPP TS 27.005 3.1 <pdu>
 * @received: whether the store says it was received (DELIVER or STATUS-REPORT)
 *     or stored by the user (SUBMIT): TP-MTI 01 means either, by direction
 *
 * Decodes a TPDU. Unknown values are kept, never refused; what breaks the
 * structure is. TP-MTI decides which TPDU it is, since stores are seen to hold
 * one of the other direction; the reserved TP-MTI 11 is a DELIVER, 3GPP TS
 * 23.040 9.2.3.1, when it was received, and refused otherwise. A user data
 * header that does not fit leaves @text %NULL and @lossy set.
 *
 * Returns: (transfer full) (nullable): the TPDU, or %NULL with @error set
 */
SimstowTpdu *
simstow_tpdu_decode (GBytes *pdu, gboolean received, GError **error);

/**
 * simstow_tpdu_encode:
 *
 * Encodes from the decoded fields: addresses, time stamps, coding, header
 * elements and text or data. For a TPDU that simstow_tpdu_decode () gave, the
 * bytes are those it was given (unknown bits of the first octet, TP-UDL and
 * filler included); for one made by hand, what the fields ask for: TP-MTI from
 * @type, TP-UDHI from the header, TP-DCS from @alphabet and what stands beside it
 * when @dcs says otherwise, TP-VP from @validity, @validity_until or
 * @validity_seconds in that order, header elements for concatenation and ports
 * when @udh has none. National language tables are those that @udh names.
 *
 * Returns: (transfer full) (nullable): SMSC address and TPDU, or %NULL with @error set
 */
GBytes *
simstow_tpdu_encode (const SimstowTpdu *tpdu, GError **error);

/**
 * simstow_tpdu_new:
 * @type: which TPDU
 *
 * Returns: (transfer full): a TPDU with no addresses, the GSM 7 bit alphabet,
 * no class, no concatenation and no ports
 */
SimstowTpdu *
simstow_tpdu_new (SimstowTpduType type);

/**
 * simstow_tpdu_set_text:
 *
 * Gives the TPDU a text, in the GSM 7 bit default alphabet when that holds it,
 * else in UCS-2, with @dcs to match. Other header elements than national
 * language tables stay; what was decoded of the former user data goes. Whether
 * the text fits is seen when encoding.
 */
void
simstow_tpdu_set_text (SimstowTpdu *tpdu, const gchar *text);

/**
 * simstow_tpdu_join_text:
 * @parts: (array length=count): the parts of a concatenated message, in order
 * @lossy: (out) (optional): set to %TRUE when something could not be decoded,
 *     else to %FALSE
 *
 * Joins the texts of a message's parts before they are converted, so that a
 * surrogate pair or an escape that was split between two parts comes out whole.
 * Parts in different alphabets or tables may follow each other; those without
 * text (8 bit data, compressed) add none.
 *
 * Returns: (transfer full): the text in UTF-8
 */
gchar *
simstow_tpdu_join_text (const SimstowTpdu *const *parts, gsize count, gboolean *lossy);

void
simstow_tpdu_free (SimstowTpdu *tpdu);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTpdu, simstow_tpdu_free)

/* TP-MTI, 9.2.3.1 */
#define SIMSTOW_TPDU_MTI          0x03
#define SIMSTOW_TPDU_MTI_RESERVED 0x03

/* TP-VPF, 9.2.3.3 */
#define SIMSTOW_TPDU_VPF_SHIFT 3
#define SIMSTOW_TPDU_VPF_MASK  0x18
#define SIMSTOW_TPDU_VPF(octet) \
    ((SimstowValidityFormat) (((octet) &SIMSTOW_TPDU_VPF_MASK) >> SIMSTOW_TPDU_VPF_SHIFT))

/* TP-PI, 9.2.3.27; all ones is the padding of a store */
#define SIMSTOW_TPDU_PI_PID       0x01
#define SIMSTOW_TPDU_PI_DCS       0x02
#define SIMSTOW_TPDU_PI_USER_DATA 0x04
#define SIMSTOW_TPDU_PI_EXTENDED  0x80
#define SIMSTOW_TPDU_PI_PADDING   0xFF

#define SIMSTOW_TPDU_UDHI 0x40
