/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of --only.
 */

#pragma once

#include "simstow-plan.h"

/**
 * simstow_kinds_parse:
 * @text: (nullable): words as "messages,contacts"; %NULL for all kinds, with
 *     %SIMSTOW_KIND_UNASKED
 * @kinds: (out): what they name
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Returns: %FALSE with @error set when a word names nothing
 */
gboolean
simstow_kinds_parse (const gchar *text, SimstowKinds *kinds, GError **error);

/**
 * simstow_kinds_name:
 * @kind: one kind
 *
 * Returns: its word, as "messages"
 */
const gchar *
simstow_kinds_name (SimstowKinds kind);
