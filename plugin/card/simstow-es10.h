/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requests of GSMA SGP.22 5.7 that may be sent to an eUICC: a fixed set that
 * reads, and four that set something and can be set back. There is deliberately
 * no request here that deletes a profile or resets the memory. Pure.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowEs10Read:
 * @name: what the answer is called in the store "euicc"
 * @request: the request, hexadecimal
 * @fallback: (nullable): a plainer request for cards that refuse the first
 */
typedef struct {
    const gchar *name;
    const gchar *request;
    const gchar *fallback;
} SimstowEs10Read;

/**
 * simstow_es10_reads:
 * @n_reads: (out): how many rows
 *
 * Returns: (array length=n_reads): what is read of an eUICC, in this order
 */
const SimstowEs10Read *
simstow_es10_reads (guint *n_reads);

/**
 * simstow_es10_aids:
 *
 * Returns: (transfer full) (element-type GBytes): identifiers under which cards
 * show their ISD-R, the standard one first and, for cards that were busy then, once
 * more last
 */
GPtrArray *
simstow_es10_aids (void);

/**
 * simstow_es10_further_aids:
 * @found: the identifier of an ISD-R that is there
 *
 * Returns: (transfer full) (element-type GBytes): those under which a further secure element of
 * the same card may show its own
 */
GPtrArray *
simstow_es10_further_aids (GBytes *found);

/**
 * simstow_es10_set_nickname:
 * @iccid: the profile's ICCID, up to 20 digits
 * @nickname: UTF-8, at most 64 characters; empty clears it
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the SetNickname request
 */
GBytes *
simstow_es10_set_nickname (const gchar *iccid, const gchar *nickname, GError **error);

/**
 * simstow_es10_set_default_smdp:
 * @address: an FQDN of at most 127 characters; empty clears it
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the SetDefaultDpAddress request
 */
GBytes *
simstow_es10_set_default_smdp (const gchar *address, GError **error);

/**
 * simstow_es10_set_enabled:
 * @iccid: the profile's ICCID
 * @enabled: whether to enable or to disable it
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the EnableProfile or DisableProfile
 * request, with a REFRESH wanted
 */
GBytes *
simstow_es10_set_enabled (const gchar *iccid, gboolean enabled, GError **error);

/**
 * simstow_es10_store_data:
 * @request: a request
 *
 * Cuts a request into STORE DATA commands, GSMA SGP.22 5.7.2: blocks of up to 120
 * bytes, P1 11 or 91 for the last one, P2 counting.
 *
 * Returns: (transfer full) (element-type GBytes): the commands, for channel 0
 */
GPtrArray *
simstow_es10_store_data (GBytes *request);
