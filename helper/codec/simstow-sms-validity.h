/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The validity period of a submitted short message, 3GPP TS 23.040 9.2.3.12, in
 * its relative, absolute and enhanced forms.
 */

#pragma once

#include <gio/gio.h>

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
 * @format: a format
 *
 * Returns: how many octets it has
 */
gsize
simstow_sms_validity_size (SimstowValidityFormat format);

/**
 * simstow_sms_validity_decode:
 * @format: a format
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
 * @seconds: a period
 *
 * Returns: the octet of the shortest relative period that is not shorter; the
 * longest (63 weeks) when there is none
 */
guint8
simstow_sms_validity_encode_relative (gint64 seconds);
