/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking for a secret on the terminal.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_ask_secret:
 * @prompt: what is asked for, translated
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE when there is no terminal,
 *     %SIMSTOW_ERROR_CANCELLED when Ctrl-C was typed or a signal came
 *
 * Reads one line from the terminal, which does not show it; whatever signal
 * comes meanwhile, the terminal shows again what is typed before it has its effect.
 *
 * Returns: (transfer full) (nullable): the line without its end, possibly empty, to
 * be freed with simstow_ask_wipe (); or %NULL with @error set
 */
gchar *
simstow_ask_secret (const gchar *prompt, GError **error);

/**
 * simstow_ask_wipe:
 * @secret: (transfer full) (nullable): a secret; it is wiped
 */
void
simstow_ask_wipe (gchar *secret);
