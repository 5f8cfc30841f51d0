/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The characters of a modem's answers, 3GPP TS 27.007 5.5 (+CSCS). UCS2 is what is wanted there: it
 * carries every character, and as hexadecimal digits it collides with nothing of the AT syntax nor
 * with the daemon's search for final result codes.
 */

#pragma once

#include "simstow-at-text.h"

/**
 * SimstowAtCharset:
 * @SIMSTOW_AT_CHARSET_UCS2: UTF-16BE in hexadecimal
 * @SIMSTOW_AT_CHARSET_UTF8: UTF-8
 * @SIMSTOW_AT_CHARSET_LATIN1: ISO 8859-1
 * @SIMSTOW_AT_CHARSET_HEX: the GSM 7 bit alphabet in hexadecimal, two digits a character
 * @SIMSTOW_AT_CHARSET_GSM: the GSM 7 bit alphabet, a byte a character
 * @SIMSTOW_AT_CHARSET_IRA: ASCII; also what is taken for any other
 *
 * Best first.
 */
typedef enum {
    SIMSTOW_AT_CHARSET_UCS2,
    SIMSTOW_AT_CHARSET_UTF8,
    SIMSTOW_AT_CHARSET_LATIN1,
    SIMSTOW_AT_CHARSET_HEX,
    SIMSTOW_AT_CHARSET_GSM,
    SIMSTOW_AT_CHARSET_IRA,
} SimstowAtCharset;

/**
 * simstow_at_charset_from_name:
 * @name: (nullable): a name as in the answer to +CSCS?
 *
 * Returns: the character set; %SIMSTOW_AT_CHARSET_IRA for one not known
 */
SimstowAtCharset
simstow_at_charset_from_name (const gchar *name);

/**
 * simstow_at_charset_best:
 * @names: the names in the answer to +CSCS=?
 *
 * Returns: (transfer none) (nullable): the one of @names that loses least, or
 * %NULL when none is known
 */
const gchar *
simstow_at_charset_best (const gchar *const *names);

/**
 * simstow_at_charset_decode:
 * @charset: the set the modem writes in
 * @field: a string of its answer
 * @raw: (out) (optional) (nullable): the UTF-16BE bytes, when they are no valid text
 *
 * Never fails: what is no character becomes U+FFFD. A string that is not what
 * @charset promises is taken as plain text. Escapes are undone where they stand
 * for what a string constant cannot hold itself, V.250 5.4.2.2.
 *
 * Returns: (transfer full): valid UTF-8
 */
gchar *
simstow_at_charset_decode (SimstowAtCharset charset, const SimstowAtField *field, GBytes **raw);

/**
 * simstow_at_charset_encode:
 * @charset: the set the modem reads
 * @text: valid UTF-8
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Encodes for use between quotation marks; what a string constant cannot hold
 * itself is escaped, V.250 5.4.2.2.
 *
 * Returns: (transfer full) (nullable): what to send, or %NULL with @error set
 * when @charset has no code for a character of @text
 */
gchar *
simstow_at_charset_encode (SimstowAtCharset charset, const gchar *text, GError **error);
