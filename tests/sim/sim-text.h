/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of the simulated modem: UTF-16 to and from the character sets of +CSCS
 * and the escapes of scenario files. Written from TS 23.038 and TS 27.007, apart
 * from the product's own codecs on purpose.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sim_text_length:
 * @text: (nullable): zero-terminated UTF-16
 *
 * Returns: how many units it has
 */
gsize
sim_text_length (const gunichar2 *text);

/**
 * sim_text_dup:
 * @text: (nullable): zero-terminated UTF-16
 *
 * Returns: (transfer full) (nullable): a copy
 */
gunichar2 *
sim_text_dup (const gunichar2 *text);

/**
 * sim_text_places:
 * @text: (nullable): zero-terminated UTF-16
 *
 * How much of a name field it takes: septets when the GSM alphabet has all its
 * characters, else UTF-16 units.
 *
 * Returns: the number of characters
 */
gsize
sim_text_places (const gunichar2 *text);

/**
 * sim_text_encode:
 * @text: (nullable): zero-terminated UTF-16
 * @charset: a set of +CSCS: "GSM", "IRA", "UCS2", "UTF-8"
 *
 * What the set lacks becomes "?". Quotes, backslashes and control characters are
 * escaped as in a string constant of V.250 5.4.2.2.
 *
 * Returns: (transfer full): the bytes between the quotes; may hold zeros in "GSM"
 */
GString *
sim_text_encode (const gunichar2 *text, const gchar *charset);

/**
 * sim_text_decode:
 * @bytes: the bytes between the quotes, escapes already undone
 * @length: how many
 * @charset: a set of +CSCS
 *
 * Returns: (transfer full) (nullable): zero-terminated UTF-16, %NULL when these are no
 * characters of the set
 */
gunichar2 *
sim_text_decode (const gchar *bytes, gsize length, const gchar *charset);

/**
 * sim_text_escape:
 * @text: (nullable): zero-terminated UTF-16
 *
 * Returns: (transfer full): as in scenario files: UTF-8, with `\uXXXX` for control characters
 * and single surrogates, `\s` for a space at either end, `\\`
 */
gchar *
sim_text_escape (const gunichar2 *text);

/**
 * sim_text_unescape:
 * @text: UTF-8 with the escapes above
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): zero-terminated UTF-16
 */
gunichar2 *
sim_text_unescape (const gchar *text, GError **error);

G_END_DECLS
