/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of elementary files, decoded and encoded, 3GPP TS 31.102.
 *
 * EF_ADN, 4.4.2.3 (and EF_FDN, EF_SDN, EF_MSISDN, EF_LND, EF_BDN, which are alike): a
 * name and a number, whose digits beyond the twentieth are in records of EF_EXT1,
 * 4.4.2.4. EF_ANR, 4.4.2.9: a further number of a contact; behind the first octet it is
 * what EF_ADN has behind the name. EF_SMS, 4.2.25: status, service centre's address,
 * TPDU, padding.
 */

#pragma once

#include <gio/gio.h>

#define SIMSTOW_EF_ADN_FIXED_SIZE 14
#define SIMSTOW_EF_EXT1_SIZE      13
#define SIMSTOW_EF_ADN_NONE       0xFF

/**
 * SimstowEfAdn:
 * @used: whether there is a name or a number
 * @name: the name in UTF-8, possibly empty
 * @lossy: whether @name holds replacement characters for what could not be decoded
 * @alpha: (nullable): the octets of the name as they were, padding included
 * @number: the number, possibly empty, as simstow_bcd_decode_dialling () gives it
 * @type: type of number and numbering plan, 3GPP TS 24.008 10.5.4.7; FF when empty
 * @capability: record of EF_CCP, FF none
 * @extension: record of EF_EXT1 with more digits, FF none
 */
typedef struct {
    gboolean used;
    gchar *name;
    gboolean lossy;
    GBytes *alpha;
    gchar *number;
    guint8 type;
    guint8 capability;
    guint8 extension;
} SimstowEfAdn;

/**
 * simstow_ef_adn_decode:
 * @data: (array length=size): the record
 * @size: how many octets, at least 14
 * @adn: (out caller-allocates): the entry
 *
 * Decodes a record. A length of the number beyond its field is read as all of it.
 *
 * Returns: %FALSE with @error set when the record is too short
 */
gboolean
simstow_ef_adn_decode (const guint8 *data, gsize size, SimstowEfAdn *adn, GError **error);

/**
 * simstow_ef_adn_add_extension:
 * @data: (array length=size): the record of EF_EXT1 that @extension names
 * @size: how many octets, at least 13
 * @next: (out): the record of EF_EXT1 that goes on, FF none
 *
 * Adds the digits of an extension record to the number. A subaddress is passed over.
 *
 * Returns: %FALSE with @error set when the record is too short or of another type
 */
gboolean
simstow_ef_adn_add_extension (SimstowEfAdn *adn,
                              const guint8 *data,
                              gsize size,
                              guint8 *next,
                              GError **error);

/**
 * simstow_ef_adn_encode:
 * @adn: an entry; @alpha counts when it still says @name and has the right size
 * @size: how many octets the record has, at least 14
 *
 * Encodes the record with the first 20 digits. @extension is written as it is:
 * the caller has found a free record when simstow_ef_adn_count_extensions ()
 * asks for one. An entry that is not @used is FF throughout.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL with @error set when
 * the name or the number does not fit
 */
GByteArray *
simstow_ef_adn_encode (const SimstowEfAdn *adn, gsize size, GError **error);

/**
 * simstow_ef_adn_count_extensions:
 *
 * Returns: how many records of EF_EXT1 its number takes
 */
guint
simstow_ef_adn_count_extensions (const SimstowEfAdn *adn);

/**
 * simstow_ef_adn_encode_extension:
 * @which: which of its extension records, from 0
 * @next: the record of EF_EXT1 that goes on, FF none
 *
 * Returns: (transfer full) (nullable): 13 octets, or %NULL with @error set when
 * the number does not reach that far or holds no digits
 */
GByteArray *
simstow_ef_adn_encode_extension (const SimstowEfAdn *adn, guint which, guint8 next, GError **error);

/**
 * simstow_ef_adn_clear:
 *
 * Frees what it holds and makes it a free record.
 */
void
simstow_ef_adn_clear (SimstowEfAdn *adn);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowEfAdn, simstow_ef_adn_clear)

#define SIMSTOW_EF_ANR_SIZE 15

/**
 * SimstowEfAnr:
 * @label: record of EF_AAS that says what kind of number it is, 0 none
 * @entry: the number; it has no name
 */
typedef struct {
    guint8 label;
    SimstowEfAdn entry;
} SimstowEfAnr;

/**
 * simstow_ef_anr_decode:
 * @data: (array length=size): the record
 * @size: how many octets, at least 15; those behind them are not looked at
 * @anr: (out caller-allocates): the number
 *
 * Decodes a record. The digits beyond the twentieth are added with
 * simstow_ef_adn_add_extension ().
 *
 * Returns: %FALSE with @error set when the record is too short
 */
gboolean
simstow_ef_anr_decode (const guint8 *data, gsize size, SimstowEfAnr *anr, GError **error);

/**
 * simstow_ef_anr_encode:
 *
 * Encodes the first 20 digits; the rest takes simstow_ef_adn_encode_extension ().
 *
 * Returns: (transfer full) (nullable): 15 octets, FF throughout when it is not used;
 * or %NULL with @error set when it is no number
 */
GByteArray *
simstow_ef_anr_encode (const SimstowEfAnr *anr, GError **error);

/**
 * simstow_ef_anr_clear:
 *
 * Frees what it holds and makes it a free record.
 */
void
simstow_ef_anr_clear (SimstowEfAnr *anr);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowEfAnr, simstow_ef_anr_clear)

#define SIMSTOW_EF_SMS_SIZE 176

/**
 * SimstowEfSms:
 * @status: the status octet as it was
 * @stat: what it says, as <stat> of 3GPP TS 27.005 3.1: 0 received unread, 1
 *     received read, 2 stored unsent, 3 stored sent; -1 when the record is free
 * @pdu: (nullable): service centre's address and TPDU, as 3GPP TS 27.005 3.1
 *     <pdu>; %NULL when the record is free
 */
typedef struct {
    guint8 status;
    gint stat;
    GBytes *pdu;
} SimstowEfSms;

/**
 * simstow_ef_sms_decode:
 * @data: (array length=size): the record
 * @sms: (out caller-allocates): the message
 *
 * Decodes a record. The end of the TPDU is where its own lengths put it; of one
 * that does not decode it is the last octet that is not FF. A record that is FF
 * throughout was never used: free.
 *
 * Returns: %FALSE with @error set when the record has no octets
 */
gboolean
simstow_ef_sms_decode (const guint8 *data, gsize size, SimstowEfSms *sms, GError **error);

/**
 * simstow_ef_sms_encode:
 * @sms: a message, of which @status counts when it says the same as @stat
 * @size: how many octets the record has, usually 176
 *
 * Returns: (transfer full) (nullable): the record, or %NULL with @error set when
 * the message does not fit
 */
GByteArray *
simstow_ef_sms_encode (const SimstowEfSms *sms, gsize size, GError **error);

/**
 * simstow_ef_sms_clear:
 *
 * Frees what it holds and makes it a free record.
 */
void
simstow_ef_sms_clear (SimstowEfSms *sms);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowEfSms, simstow_ef_sms_clear)
