/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who calls, on any modem, and what they may do. The bus says whose a caller's connection is, and
 * when it is gone; polkit says what it may. Asking anew for each of hundreds of calls would take
 * longer than the modem does: so a caller is known until it leaves, and so is for a moment what it
 * was granted.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long what polkit granted is remembered. Short, so that what is revoked is revoked. */
#define SIMSTOW_CALLERS_GRANT_SECONDS 5

/* How many questions about one user's callers may wait for an answer: each may wait for a person,
 * and who asks without end leaves no room for others */
#define SIMSTOW_CALLERS_QUESTIONS_MAX 8

/**
 * SimstowCallers:
 *
 * The signal "left", with a unique bus name, tells that a caller that was to be authorised is gone
 * from the bus.
 */
#define SIMSTOW_TYPE_CALLERS (simstow_callers_get_type ())
G_DECLARE_FINAL_TYPE (SimstowCallers, simstow_callers, SIMSTOW, CALLERS, GObject)

/**
 * SimstowCallersAsk:
 * @invocation: a call
 * @action: a polkit action
 * @cancellable: to take the question back
 * @callback: called with a #GTask that is %TRUE when the sender of @invocation may do @action,
 *     and an error otherwise
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
 * simstow_callers_authorise_async:
 * @invocation: a call
 * @actions: (array zero-terminated=1): polkit actions
 * @callback: called with the outcome
 *
 * Asks about all actions, one after the other, up to the first that is refused. Calls of one
 * caller that wait for the same action share one question and its answer, and it is taken back
 * when none of them is wanted any more.
 */
void
simstow_callers_authorise_async (SimstowCallers *self,
                                 GDBusMethodInvocation *invocation,
                                 const gchar *const *actions,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_callers_authorise_finish:
 * @user: (out): whose connection the caller is
 * @error: return location for a %SIMSTOW_ERROR_DENIED or %G_IO_ERROR_CANCELLED error, or
 *     %G_DBUS_ERROR_LIMITS_EXCEEDED with too many questions
 *
 * Returns: whether the caller may do all of them
 */
gboolean
simstow_callers_authorise_finish (SimstowCallers *self,
                                  GAsyncResult *result,
                                  guint *user,
                                  GError **error);

G_END_DECLS
