/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC as JSON: esim.json. Everything is written decoded and raw; only the
 * raw answers and the activation codes are read, the rest is decoded anew.
 */

#pragma once

#include "simstow-esim.h"

/**
 * simstow_esim_append_json:
 * @secrets: whether activation codes may be written
 * @pretty: whether to break it into lines, as in esim.json, else on one line without its end
 * @out: text to append to
 */
void
simstow_esim_append_json (const SimstowEsim *esim, gboolean secrets, gboolean pretty, GString *out);

/**
 * simstow_esim_json_knows:
 *
 * Returns: whether this program writes such a key to esim.json
 */
gboolean
simstow_esim_json_knows (const gchar *key, gsize length);

/**
 * simstow_esim_set_codes_json:
 * @codes: (nullable) (element-type SimstowActivationCode): activation codes
 *
 * Puts these codes in the place of those that it has; all else stays as it is.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_esim_set_codes_json (GString *text, const GPtrArray *codes, GError **error);

/**
 * simstow_esim_from_json:
 * @text: (array length=length): esim.json
 *
 * Returns: (transfer full) (nullable): the eUICC
 */
SimstowEsim *
simstow_esim_from_json (const gchar *text, gsize length, GError **error);
