/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Those who called lately, on any modem: so that one who calls again is known.
 */

#pragma once

#include "simstow-caller.h"

G_BEGIN_DECLS

/* So many are kept beyond their last job; each is one match rule on the bus. */
#define SIMSTOW_CALLERS_MAX 16

/* How long what polkit granted is remembered. Short, so that what is revoked is
 * revoked. */
#define SIMSTOW_CALLERS_GRANT_SECONDS 5

#define SIMSTOW_TYPE_CALLERS (simstow_callers_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCallers, simstow_callers, SIMSTOW, CALLERS, GObject)

/**
 * simstow_callers_new:
 * @grant_seconds: how long what a caller was granted is remembered
 *
 * Returns: (transfer full): nobody yet
 */
SimstowCallers *
simstow_callers_new (guint grant_seconds);

/**
 * simstow_callers_find:
 * @self: callers
 * @invocation: a call
 *
 * Returns: (transfer full): who made it
 */
SimstowCaller *
simstow_callers_find (SimstowCallers *self, GDBusMethodInvocation *invocation);

G_END_DECLS
