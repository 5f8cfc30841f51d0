/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One who calls: a connection to the bus, watched until it leaves, and what it was
 * granted a moment ago. A job for each of hundreds of records needs both, and
 * asking the bus and polkit anew for each would take longer than the modem does.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SIMSTOW_TYPE_CALLER (simstow_caller_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCaller, simstow_caller, SIMSTOW, CALLER, GObject)

/**
 * simstow_caller_new:
 * @connection: the bus
 * @name: a unique bus name, which is never given to another connection
 * @grant_seconds: how long a grant is remembered; use does not prolong it
 *
 * Watches the caller. The signal "left" is sent once, when it is gone, or soon
 * when it was gone before.
 *
 * Returns: (transfer full): a caller that was granted nothing yet
 */
SimstowCaller *
simstow_caller_new (GDBusConnection *connection, const gchar *name, guint grant_seconds);

/**
 * simstow_caller_get_name:
 * @self: a caller
 *
 * Returns: its unique bus name
 */
const gchar *
simstow_caller_get_name (SimstowCaller *self);

/**
 * simstow_caller_add_grant:
 * @self: a caller
 * @action: a polkit action for which it was just authorised
 *
 * Remembers it for a while.
 */
void
simstow_caller_add_grant (SimstowCaller *self, const gchar *action);

/**
 * simstow_caller_has_grant:
 * @self: a caller
 * @action: a polkit action
 *
 * Returns: whether it was authorised for @action a moment ago
 */
gboolean
simstow_caller_has_grant (SimstowCaller *self, const gchar *action);

/**
 * simstow_caller_begin_question:
 * @self: a caller
 * @action: a polkit action
 * @waiting: who wants to know whether it is authorised for @action
 *
 * Several jobs of one caller may begin at once; polkit is asked for one of them.
 *
 * Returns: %TRUE when @waiting is to ask, and to call simstow_caller_end_question ()
 * with the answer; %FALSE when that was asked and not yet answered: then @waiting is kept
 */
gboolean
simstow_caller_begin_question (SimstowCaller *self, const gchar *action, GObject *waiting);

/**
 * simstow_caller_end_question:
 * @self: a caller
 * @action: the action that was asked about
 *
 * Returns: (transfer full) (element-type GObject): who waited for the answer
 */
GPtrArray *
simstow_caller_end_question (SimstowCaller *self, const gchar *action);

G_END_DECLS
