/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs. Each is one file, one row in the table of main.c, one section of
 * simstow(1), and one case in the completions; tests/check/check-docs compares
 * them.
 */

#pragma once

#include "simstow-command.h"

/**
 * simstow_verb_diff:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow diff A [B]`: what differs between two archives, or an archive and a modem.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE when something differs
 */
SimstowExit
simstow_verb_diff (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_export:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow export`: saves what a modem holds.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE when something could not be saved
 */
SimstowExit
simstow_verb_export (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_list:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow list`: the modems, and what each can back up.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_list (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_merge:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow merge OUT IN...`: one archive that keeps what several ever held.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_merge (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_restore:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow restore ARCHIVE`: puts what an archive holds onto a modem.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE when something could not be restored
 */
SimstowExit
simstow_verb_restore (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_show:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow show ARCHIVE [SECTION]`: what an archive holds, for people.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_show (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_verify:
 * @invocation: a run of the verb
 * @error: return location for an error
 *
 * `simstow verify ARCHIVE...`: whether archives are whole.
 *
 * Returns: the status of the first archive that is not
 */
SimstowExit
simstow_verb_verify (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_esim:
 * @invocation: its command line
 * @error: return location for an error
 *
 * The way back for eSIM profiles.
 *
 * Returns: the exit status
 */
SimstowExit
simstow_verb_esim (SimstowInvocation *invocation, GError **error);
