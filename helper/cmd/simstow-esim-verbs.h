/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs below esim, each in a file of its own.
 */

#pragma once

#include "simstow-command.h"

/**
 * simstow_esim_verb_recovery_sheet:
 * @invocation: its command line
 * @error: return location for an error
 *
 * Returns: the exit status
 */
SimstowExit
simstow_esim_verb_recovery_sheet (SimstowInvocation *invocation, GError **error);

/**
 * simstow_esim_verb_add_code:
 * @invocation: its command line
 * @error: return location for an error
 *
 * Returns: the exit status
 */
SimstowExit
simstow_esim_verb_add_code (SimstowInvocation *invocation, GError **error);

/**
 * simstow_esim_verb_lpac:
 * @invocation: its command line
 * @error: return location for an error
 *
 * Returns: the exit status
 */
SimstowExit
simstow_esim_verb_lpac (SimstowInvocation *invocation, GError **error);
