/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libmm-glib's enumerations and flags as words, and back: the nicks, which are
 * what snapshots and archives hold.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_words_from_enum:
 * @type: an enumeration
 * @value: a value
 *
 * Returns: (transfer full) (nullable): its word; %NULL for one that @type does
 * not have, and for "unknown"
 */
gchar *
simstow_words_from_enum (GType type, gint value);

/**
 * simstow_words_to_enum:
 * @type: an enumeration
 * @word: a word
 * @value: (out): its value
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: %FALSE with @error set when @type has no such word
 */
gboolean
simstow_words_to_enum (GType type, const gchar *word, gint *value, GError **error);

/**
 * simstow_words_from_flags:
 * @type: flags
 * @value: any number of them
 *
 * Returns: (transfer full) (array zero-terminated=1): a word for each; "any" for
 * all of them; bits that @type does not name as hexadecimal numbers
 */
gchar **
simstow_words_from_flags (GType type, guint value);

/**
 * simstow_words_to_flags:
 * @type: flags
 * @words: (nullable) (array zero-terminated=1): words
 * @value: (out): the flags
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: %FALSE with @error set when @type has no such word
 */
gboolean
simstow_words_to_flags (GType type, gchar **words, guint *value, GError **error);
