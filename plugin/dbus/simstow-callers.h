/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who calls, and what they may do. A caller is a connection to the bus, watched until it leaves;
 * the bus says whose it is, polkit what it may. Both would take longer than the modem does if
 * they were asked anew for each of hundreds of calls: so who called lately, on any modem, is
 * known, and so is for a moment what was granted.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* So many are kept beyond their last job; each is one match rule on the bus */
#define SIMSTOW_CALLERS_MAX 16

/* How long what polkit granted is remembered. Short, so that what is revoked is revoked. */
#define SIMSTOW_CALLERS_GRANT_SECONDS 5

/* How many questions about one user's callers may wait for an answer: each may wait for a person,
 * and who asks without end leaves no room for others */
#define SIMSTOW_CALLERS_QUESTIONS_MAX 8

/**
 * SimstowCaller:
 *
 * Its signal "left" is sent once, when the caller is gone from the bus, or soon when it was gone
 * before.
 */
#define SIMSTOW_TYPE_CALLER (simstow_caller_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCaller, simstow_caller, SIMSTOW, CALLER, GObject)

/**
 * simstow_caller_get_name:
 * @self: a caller
 *
 * Returns: its unique bus name, which is never given to another connection
 */
const gchar *
simstow_caller_get_name (SimstowCaller *self);

/**
 * simstow_caller_get_user:
 * @self: a caller
 *
 * Returns: the user's number, once it was authorised for anything
 */
guint
simstow_caller_get_user (SimstowCaller *self);

#define SIMSTOW_TYPE_CALLERS (simstow_callers_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCallers, simstow_callers, SIMSTOW, CALLERS, GObject)

/**
 * SimstowCallersAsk:
 * @invocation: a call
 * @action: a polkit action
 * @cancellable: to take the question back
 * @callback: called with a #GTask that is %TRUE when the sender of @invocation may do @action,
 *     and an error otherwise
 * @user_data: for @callback
 *
 * Asks polkit. It may take as long as a person needs to type a password.
 */
typedef void (*SimstowCallersAsk) (GDBusMethodInvocation *invocation,
                                   const gchar *action,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * simstow_callers_new:
 * @ask: asks polkit
 * @grant_seconds: how long a grant is remembered; use does not prolong it
 *
 * Returns: (transfer full): nobody yet
 */
SimstowCallers *
simstow_callers_new (SimstowCallersAsk ask, guint grant_seconds);

/**
 * simstow_callers_find:
 * @self: callers
 * @connection: the bus
 * @name: a unique bus name
 *
 * Returns: (transfer full): who has that name
 */
SimstowCaller *
simstow_callers_find (SimstowCallers *self, GDBusConnection *connection, const gchar *name);

/**
 * simstow_callers_authorise_async:
 * @self: callers
 * @caller: who called
 * @invocation: its call
 * @actions: (array zero-terminated=1): polkit actions
 * @cancellable: (nullable): to give up asking
 * @callback: called with the outcome
 * @user_data: for @callback
 *
 * Asks about all actions, one after the other, up to the first that is refused. Calls of one
 * caller that wait for the same action share one question and its answer, and it is taken back
 * when none of them is wanted any more.
 */
void
simstow_callers_authorise_async (SimstowCallers *self,
                                 SimstowCaller *caller,
                                 GDBusMethodInvocation *invocation,
                                 const gchar *const *actions,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_callers_authorise_finish:
 * @self: callers
 * @result: what the callback got
 * @error: return location for a %SIMSTOW_ERROR_DENIED or %G_IO_ERROR_CANCELLED error, or
 *     %G_DBUS_ERROR_LIMITS_EXCEEDED with too many questions
 *
 * Returns: whether the caller may do all of them
 */
gboolean
simstow_callers_authorise_finish (SimstowCallers *self, GAsyncResult *result, GError **error);

G_END_DECLS
