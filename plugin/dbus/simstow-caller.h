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
 * simstow_caller_identify_async:
 * @self: a caller
 * @callback: called when the bus has said whose connection it is
 * @user_data: for @callback
 *
 * Asks the bus which user has that connection, once.
 */
void
simstow_caller_identify_async (SimstowCaller *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * simstow_caller_identify_finish:
 * @self: a caller
 * @result: what the callback got
 * @error: return location for a #SIMSTOW_ERROR_DENIED error
 *
 * Returns: whether the user is known
 */
gboolean
simstow_caller_identify_finish (SimstowCaller *self, GAsyncResult *result, GError **error);

/**
 * simstow_caller_get_user:
 * @self: a caller that was identified
 *
 * Returns: the user's number
 */
guint
simstow_caller_get_user (SimstowCaller *self);

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

G_END_DECLS
