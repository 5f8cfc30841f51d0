/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking before something that cannot be undone.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_confirm_check:
 * @yes: whether the answer was given on the command line
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Finds out, before any work is done, whether somebody is there to be asked.
 *
 * Returns: %FALSE with @error set when there is neither an answer nor a terminal
 */
gboolean
simstow_confirm_check (gboolean yes, GError **error);

/**
 * simstow_confirm:
 * @question: what is asked, translated, without the choices
 * @yes: whether the answer was given on the command line
 * @cancellable: (nullable): to stop waiting
 * @error: return location for an error: #SIMSTOW_ERROR_USAGE as above,
 *     #SIMSTOW_ERROR_CANCELLED for any answer but yes
 *
 * Asks on the terminal, in the user's language.
 *
 * Returns: %TRUE for yes
 */
gboolean
simstow_confirm (const gchar *question, gboolean yes, GCancellable *cancellable, GError **error);
