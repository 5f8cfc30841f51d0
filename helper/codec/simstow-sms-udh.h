/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user data header of a short message, 3GPP TS 23.040 9.2.3.24: a list of
 * information elements before the text.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-gsm7.h"
#include "simstow-reader.h"

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
 * @size: how many
 *
 * Returns: (transfer full): the element
 */
SimstowUdhElement *
simstow_sms_udh_element_new (guint8 id, const guint8 *data, gsize size);

/**
 * simstow_sms_udh_element_free:
 * @element: (transfer full): an element
 */
void
simstow_sms_udh_element_free (SimstowUdhElement *element);

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
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
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
