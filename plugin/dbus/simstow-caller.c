/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A caller's presence on the bus, its user, and its grants with the time at which each ends.
 */

#include "simstow-caller.h"

#include "simstow-error.h"

struct _SimstowCaller {
    GObject parent_instance;

    gchar *name;
    guint watch_id;
    GDBusConnection *connection;
    guint grant_seconds;
    GHashTable *grants; /* action -> gint64, monotonic time of its end */
    gboolean identified;
    guint user;
};

G_DEFINE_FINAL_TYPE (SimstowCaller, simstow_caller, G_TYPE_OBJECT)

static void
on_vanished (GDBusConnection *connection, const gchar *name, gpointer user_data)
{
    g_autoptr (SimstowCaller) self = g_object_ref (user_data);

    g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
    g_hash_table_remove_all (self->grants);
    g_signal_emit_by_name (self, "left");
}

SimstowCaller *
simstow_caller_new (GDBusConnection *connection, const gchar *name, guint grant_seconds)
{
    SimstowCaller *self = g_object_new (SIMSTOW_TYPE_CALLER, NULL);

    self->name = g_strdup (name);
    self->connection = g_object_ref (connection);
    self->grant_seconds = grant_seconds;
    self->watch_id = g_bus_watch_name_on_connection (connection,
                                                     name,
                                                     G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                     NULL,
                                                     on_vanished,
                                                     self,
                                                     NULL);
    return self;
}

const gchar *
simstow_caller_get_name (SimstowCaller *self)
{
    return self->name;
}

static void
on_user_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowCaller *self = g_task_get_source_object (task);
    g_autoptr (GVariant) reply =
        g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

    if (!reply) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DENIED,
                                 "nobody knows who calls: %s",
                                 error->message);
        return;
    }
    g_variant_get (reply, "(u)", &self->user);
    self->identified = TRUE;
    g_task_return_boolean (task, TRUE);
}

void
simstow_caller_identify_async (SimstowCaller *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_caller_identify_async);
    if (self->identified) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    g_dbus_connection_call (self->connection,
                            "org.freedesktop.DBus",
                            "/org/freedesktop/DBus",
                            "org.freedesktop.DBus",
                            "GetConnectionUnixUser",
                            g_variant_new ("(s)", self->name),
                            G_VARIANT_TYPE ("(u)"),
                            G_DBUS_CALL_FLAGS_NONE,
                            -1,
                            NULL,
                            on_user_ready,
                            g_steal_pointer (&task));
}

gboolean
simstow_caller_identify_finish (SimstowCaller *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

guint
simstow_caller_get_user (SimstowCaller *self)
{
    return self->user;
}

void
simstow_caller_add_grant (SimstowCaller *self, const gchar *action)
{
    gint64 *end = g_new (gint64, 1);

    *end = g_get_monotonic_time () + self->grant_seconds * G_USEC_PER_SEC;
    g_hash_table_replace (self->grants, g_strdup (action), end);
}

gboolean
simstow_caller_has_grant (SimstowCaller *self, const gchar *action)
{
    const gint64 *end = g_hash_table_lookup (self->grants, action);

    return end && g_get_monotonic_time () < *end;
}

static void
simstow_caller_dispose (GObject *object)
{
    SimstowCaller *self = SIMSTOW_CALLER (object);

    g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
    G_OBJECT_CLASS (simstow_caller_parent_class)->dispose (object);
}

static void
simstow_caller_finalize (GObject *object)
{
    SimstowCaller *self = SIMSTOW_CALLER (object);

    g_hash_table_unref (self->grants);
    g_object_unref (self->connection);
    g_free (self->name);
    G_OBJECT_CLASS (simstow_caller_parent_class)->finalize (object);
}

static void
simstow_caller_class_init (SimstowCallerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = simstow_caller_dispose;
    object_class->finalize = simstow_caller_finalize;

    /**
     * SimstowCaller::left:
     *
     * Sent once, when the caller has left the bus.
     */
    g_signal_new ("left", SIMSTOW_TYPE_CALLER, 0, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
simstow_caller_init (SimstowCaller *self)
{
    self->grants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}
