/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command and response APDUs of a UICC as bytes, and what a status word means
 * as an error. Pure; ETSI TS 102 221 chapter 10.
 */

#pragma once

#include <gio/gio.h>

/* Instructions on files, ETSI TS 102 221 10.1.2, and the mode of a record by its number */
#define SIMSTOW_INS_SEARCH_RECORD 0xA2
#define SIMSTOW_INS_READ_BINARY   0xB0
#define SIMSTOW_INS_READ_RECORD   0xB2
#define SIMSTOW_INS_GET_RESPONSE  0xC0
#define SIMSTOW_INS_UPDATE_RECORD 0xDC
#define SIMSTOW_MODE_ABSOLUTE     0x04

/* Le that asks for all there is, and no Le at all */
#define SIMSTOW_APDU_LE_ALL  0
#define SIMSTOW_APDU_LE_NONE (-1)

/* What the card says while it is busy, 10.2.1.5, of a channel that is not open, and where no
 * channel is free, 11.1.17 */
#define SIMSTOW_SW_BUSY       0x9300
#define SIMSTOW_SW_NOT_OPEN   0x6881
#define SIMSTOW_SW_NO_CHANNEL 0x6A81

/**
 * simstow_apdu_new:
 * @header: CLA, INS, P1, P2
 * @data: (nullable): the command's data, at most 255 bytes
 * @le: how many bytes of answer to ask for: 1..255, %SIMSTOW_APDU_LE_ALL or
 *     %SIMSTOW_APDU_LE_NONE
 *
 * Returns: (transfer full): the command
 */
GBytes *
simstow_apdu_new (const guint8 header[4], GBytes *data, gint le);

/**
 * simstow_apdu_set_channel:
 * @apdu: a command, its class byte for channel 0
 * @channel: a logical channel, 0..19
 *
 * Returns: (transfer full): the command for that channel, ETSI TS 102 221 10.1.1: channels 0 to 3
 *     in the two low bits of the class byte, 4 to 19 in the further interindustry form
 */
GBytes *
simstow_apdu_set_channel (GBytes *apdu, guint channel);

/**
 * simstow_apdu_clear_channel:
 * @apdu: a command from outside
 *
 * Returns: (transfer full) (nullable): the command with the class byte of channel
 * 0, or %NULL with @error set
 */
GBytes *
simstow_apdu_clear_channel (GBytes *apdu, GError **error);

/**
 * simstow_apdu_set_le:
 * @apdu: a command
 * @le: the length the card wants, 0 for 256
 *
 * Returns: (transfer full): the command with another Le, for SW 6Cxx
 */
GBytes *
simstow_apdu_set_le (GBytes *apdu, guint8 le);

/**
 * simstow_apdu_is_command:
 * @apdu: bytes
 *
 * Returns: whether they have the shape of a short command APDU, cases 1 to 4
 */
gboolean
simstow_apdu_is_command (GBytes *apdu);

/**
 * simstow_apdu_split:
 * @response: data and status word
 * @data: (out) (optional) (transfer full): the data, possibly empty
 * @sw: (out): the status word, SW1 in the high byte
 *
 * Returns: %FALSE with @error set when the response is shorter than a status word
 */
gboolean
simstow_apdu_split (GBytes *response, GBytes **data, guint16 *sw, GError **error);

/**
 * simstow_apdu_succeeded:
 * @sw: a status word
 *
 * Returns: whether it means success: 9000 and 91xx (a proactive command waits). The
 * warnings 62xx and 63xx are none
 */
gboolean
simstow_apdu_succeeded (guint16 sw);

/**
 * simstow_apdu_selected:
 * @sw: the status word of SELECT
 *
 * Returns: whether the application is selected: success, an answer that waits, or a warning,
 * as of one that is deactivated
 */
gboolean
simstow_apdu_selected (guint16 sw);

/**
 * simstow_apdu_error:
 * @sw: a status word that is no success
 *
 * Returns: (transfer full): the #SimstowError it stands for, which carries it as its code; the
 * message ends with it, too, as "(SW 6A82)"
 */
GError *
simstow_apdu_error (guint16 sw);

/**
 * simstow_apdu_take_data:
 * @response: data and status word
 *
 * Returns: (transfer full) (nullable): the data of an answer that means success,
 * possibly empty, or that came with a warning; or %NULL with @error set
 */
GBytes *
simstow_apdu_take_data (GBytes *response, GError **error);
