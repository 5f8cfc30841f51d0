/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands that reach the card: +CCHO, +CGLA, +CCHC, +CSIM and +CRSM of 3GPP
 * TS 27.007 8.17, 8.18 and 8.43 to 8.46, with the liberties that modems take. Pure.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_card_at_open:
 * @aid: an application identifier
 *
 * Returns: (transfer full): the +CCHO command
 */
gchar *
simstow_card_at_open (GBytes *aid);

/**
 * simstow_card_at_parse_open:
 * @reply: the answer to +CCHO
 *
 * The session id is an opaque handle, not a channel number: some modems give sixteen digits,
 * some leave the "+CCHO:" out.
 *
 * Returns: (transfer full) (nullable): the session id as it is to be given back
 */
gchar *
simstow_card_at_parse_open (const gchar *reply, GError **error);

/**
 * simstow_card_at_exchange:
 * @session: (nullable): a session id for +CGLA; %NULL for +CSIM
 * @apdu: a command
 *
 * Returns: (transfer full): the +CGLA or +CSIM command
 */
gchar *
simstow_card_at_exchange (const gchar *session, GBytes *apdu);

/**
 * simstow_card_at_parse_exchange:
 * @reply: the answer to +CGLA or +CSIM
 *
 * Returns: (transfer full) (nullable): data and status word
 */
GBytes *
simstow_card_at_parse_exchange (const gchar *reply, GError **error);

/**
 * simstow_card_at_restricted:
 * @ins: READ BINARY 176, READ RECORD 178, GET RESPONSE 192 or UPDATE RECORD 220
 * @path: the file's path from the MF, without the MF: two bytes a step
 * @parameters: P1, P2, P3
 * @data: (nullable): what to write
 *
 * Returns: (transfer full): the +CRSM command
 */
gchar *
simstow_card_at_restricted (guint8 ins, GBytes *path, const guint8 parameters[3], GBytes *data);

/**
 * simstow_card_at_split_restricted:
 * @reply: the answer to a line of several +CRSM commands
 *
 * Returns: (transfer full) (element-type utf8): the answer to each, in order
 */
GPtrArray *
simstow_card_at_split_restricted (const gchar *reply);

/**
 * simstow_card_at_parse_restricted:
 * @reply: the answer to one +CRSM command
 *
 * Returns: (transfer full) (nullable): data and status word
 */
GBytes *
simstow_card_at_parse_restricted (const gchar *reply, GError **error);
