/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who decides whether a caller may: an interface that plugin/host implements
 * with the daemon's own polkit path, and the unit tests with a table.
 */

#pragma once

#include "simstow-caller.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_AUTHORISER (simstow_authoriser_get_type ())
G_DECLARE_INTERFACE (SimstowAuthoriser, simstow_authoriser, SIMSTOW, AUTHORISER, GObject)

/**
 * SimstowAuthoriserInterface:
 * @authorise_async: asks whether the sender of an invocation may do an action
 * @authorise_finish: %TRUE when it may, else %FALSE with an error
 *
 * What an implementation has to give. It may take as long as a person needs to
 * type a password.
 */
struct _SimstowAuthoriserInterface {
    GTypeInterface parent_iface;

    void (*authorise_async) (SimstowAuthoriser *self,
                             GDBusMethodInvocation *invocation,
                             const gchar *action,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
    gboolean (*authorise_finish) (SimstowAuthoriser *self, GAsyncResult *result, GError **error);
};

/* How many questions about one user's callers may wait for an answer: each may wait for a person,
 * and who asks without end leaves no room for others */
#define SIMSTOW_AUTHORISER_QUESTIONS_MAX 8

/**
 * simstow_authoriser_grant_async:
 * @self: an authoriser
 * @caller: who called
 * @invocation: its call
 * @actions: (array zero-terminated=1): polkit actions, each named once
 * @cancellable: (nullable): to give up asking
 * @callback: called with the outcome
 * @user_data: for @callback
 *
 * Asks about several actions, one after the other and each once, so that a
 * person is never asked twice for the same thing; what was granted to the caller
 * a moment ago is not asked for again. Calls of one caller that wait for the same action
 * share one question and its answer, and it is taken back when none of them is wanted
 * any more.
 */
void
simstow_authoriser_grant_async (SimstowAuthoriser *self,
                                SimstowCaller *caller,
                                GDBusMethodInvocation *invocation,
                                const gchar *const *actions,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * simstow_authoriser_grant_finish:
 * @self: an authoriser
 * @result: what the callback got
 * @error: return location for a #SIMSTOW_ERROR_DENIED or #SIMSTOW_ERROR_CANCELLED
 *     error, or #G_DBUS_ERROR_LIMITS_EXCEEDED with too many questions
 *
 * Returns: (transfer full) (nullable): those of the actions that were granted, at
 * least one, or %NULL with @error set
 */
GStrv
simstow_authoriser_grant_finish (SimstowAuthoriser *self, GAsyncResult *result, GError **error);

G_END_DECLS
