/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A short list, the latest caller last. Who leaves the bus or is pushed out by
 * newer ones is dropped; jobs and loans that go on have references of their own.
 */

#include "simstow-callers.h"

struct _SimstowCallers {
    GObject parent_instance;

    guint grant_seconds;
    GPtrArray *recent;
};

G_DEFINE_FINAL_TYPE (SimstowCallers, simstow_callers, G_TYPE_OBJECT)

SimstowCallers *
simstow_callers_new (guint grant_seconds)
{
    SimstowCallers *self = g_object_new (SIMSTOW_TYPE_CALLERS, NULL);

    self->grant_seconds = grant_seconds;
    return self;
}

static void
on_left (SimstowCaller *caller, gpointer user_data)
{
    g_ptr_array_remove (SIMSTOW_CALLERS (user_data)->recent, caller);
}

/* Takes the caller of that name out of the list. */
static SimstowCaller *
take (SimstowCallers *self, const gchar *name)
{
    for (guint i = 0; i < self->recent->len; i++)
        if (g_str_equal (simstow_caller_get_name (self->recent->pdata[i]), name))
            return g_ptr_array_steal_index (self->recent, i);
    return NULL;
}

SimstowCaller *
simstow_callers_find (SimstowCallers *self, GDBusMethodInvocation *invocation)
{
    const gchar *name = g_dbus_method_invocation_get_sender (invocation);
    SimstowCaller *caller = take (self, name);

    if (!caller) {
        caller = simstow_caller_new (g_dbus_method_invocation_get_connection (invocation),
                                     name,
                                     self->grant_seconds);
        g_signal_connect_object (caller, "left", G_CALLBACK (on_left), self, 0);
        if (self->recent->len == SIMSTOW_CALLERS_MAX)
            g_ptr_array_remove_index (self->recent, 0);
    }
    g_ptr_array_add (self->recent, caller);
    return g_object_ref (caller);
}

static void
simstow_callers_finalize (GObject *object)
{
    g_ptr_array_unref (SIMSTOW_CALLERS (object)->recent);
    G_OBJECT_CLASS (simstow_callers_parent_class)->finalize (object);
}

static void
simstow_callers_class_init (SimstowCallersClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_callers_finalize;
}

static void
simstow_callers_init (SimstowCallers *self)
{
    self->recent = g_ptr_array_new_with_free_func (g_object_unref);
}
