/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A caller's presence on the bus, and its grants with the time at which each ends.
 */

#include "simstow-caller.h"

struct _SimstowCaller {
    GObject parent_instance;

    gchar *name;
    guint watch_id;
    guint grant_seconds;
    GHashTable *grants;    /* action -> gint64, monotonic time of its end */
    GHashTable *questions; /* action -> GPtrArray of those that wait for the answer */
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

gboolean
simstow_caller_begin_question (SimstowCaller *self, const gchar *action, GObject *waiting)
{
    GPtrArray *others = g_hash_table_lookup (self->questions, action);

    if (others)
        g_ptr_array_add (others, g_object_ref (waiting));
    else
        g_hash_table_insert (self->questions,
                             g_strdup (action),
                             g_ptr_array_new_with_free_func (g_object_unref));
    return !others;
}

GPtrArray *
simstow_caller_end_question (SimstowCaller *self, const gchar *action)
{
    g_autofree gpointer key = NULL;
    gpointer waiting = NULL;

    g_hash_table_steal_extended (self->questions, action, &key, &waiting);
    return waiting;
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
    g_hash_table_unref (self->questions);
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
    self->questions =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}
