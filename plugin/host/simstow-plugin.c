/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ModemManager looks up in the plugin: its version and a plugin object. The object claims no
 * port of any modem, vendors' plugins go on claiming theirs; it is there so that the hooks may be.
 *
 * The hooks are on the two signals of GDBusObject. The daemon's modem objects are
 * GDBusObjectSkeletons, so the hooks see each interface come and go, and our interface is put on
 * each modem, of any vendor's plugin. Only who called is kept here, for all modems: our interface
 * lives on the object, and dies with it.
 */

#include <gio/gio.h>
#include <gmodule.h>

#include "simstow-host-error.h"
#include "simstow-host-port.h"
#include "simstow-names.h"
#include "simstow-service.h"
#include "simstow-symbols.h"

#define MODEM_INTERFACE SIMSTOW_MM_SERVICE ".Modem"

G_MODULE_EXPORT extern gint mm_plugin_major_version;
G_MODULE_EXPORT extern gint mm_plugin_minor_version;

gint mm_plugin_major_version = 4;
gint mm_plugin_minor_version = 0;

G_MODULE_EXPORT GObject *
mm_plugin_create (void);

/* Runs in a daemon that may yet refuse the plugin: changes nothing but its own. The daemon's plugin
 * ABI is 4 up to 1.20, 5 from 1.22 on. */
__attribute__ ((constructor)) static void
pick_version (void)
{
    mm_plugin_major_version = mm_base_modem_get_physdev ? 5 : 4;
}

static void
on_authorized (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;

    if (mm_auth_provider_authorize_finish (source, result, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, simstow_host_error_new (error));
}

/* As the daemon asks for its own methods: on a test session it lets everyone do everything. Its
 * provider is a singleton that is never kept. */
static void
ask_polkit (GDBusMethodInvocation *invocation,
            const gchar *action,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

    g_task_set_source_tag (task, ask_polkit);
    if (mm_context_get_test_session ())
        g_task_return_boolean (task, TRUE);
    else
        mm_auth_provider_authorize (mm_auth_provider_get (),
                                    invocation,
                                    action,
                                    cancellable,
                                    on_authorized,
                                    g_steal_pointer (&task));
}

/* The object of a hook's emission when it is a modem and the interface its Modem,
 * and that interface. */
static GDBusObjectSkeleton *
modem_of_emission (const GValue *values, GDBusInterface **interface)
{
    GObject *object = g_value_get_object (&values[0]);
    GDBusInterfaceInfo *info;

    if (!G_IS_DBUS_OBJECT_SKELETON (object) ||
        !g_type_is_a (G_OBJECT_TYPE (object), mm_base_modem_get_type ()))
        return NULL;
    *interface = g_value_get_object (&values[1]);
    info = g_dbus_interface_get_info (*interface);
    return g_str_equal (info->name, MODEM_INTERFACE) ? G_DBUS_OBJECT_SKELETON (object) : NULL;
}

static SimstowService *
dup_service (GDBusObjectSkeleton *modem)
{
    g_autoptr (GDBusInterface) found =
        g_dbus_object_get_interface (G_DBUS_OBJECT (modem), SIMSTOW_INTERFACE);

    return SIMSTOW_IS_SERVICE (found) ? SIMSTOW_SERVICE (g_steal_pointer (&found)) : NULL;
}

static gboolean
on_interface_added (GSignalInvocationHint *hint,
                    guint n_values,
                    const GValue *values,
                    gpointer user_data)
{
    GDBusInterface *interface = NULL;
    GDBusObjectSkeleton *modem = modem_of_emission (values, &interface);
    g_autoptr (SimstowService) service = modem ? dup_service (modem) : NULL;
    g_autoptr (SimstowPort) port = NULL;

    if (!modem || service)
        return TRUE;
    port = simstow_host_port_new (G_OBJECT (modem), interface);
    service = simstow_service_new (port, user_data, SIMSTOW_SERVICE_IDLE_SECONDS);
    g_dbus_object_skeleton_add_interface (modem, G_DBUS_INTERFACE_SKELETON (service));
    return TRUE;
}

static gboolean
on_interface_removed (GSignalInvocationHint *hint,
                      guint n_values,
                      const GValue *values,
                      gpointer user_data)
{
    GDBusInterface *interface = NULL;
    GDBusObjectSkeleton *modem = modem_of_emission (values, &interface);
    g_autoptr (SimstowService) service = modem ? dup_service (modem) : NULL;

    if (!service)
        return TRUE;
    simstow_service_close (service);
    g_dbus_object_skeleton_remove_interface (modem, G_DBUS_INTERFACE_SKELETON (service));
    return TRUE;
}

static void
hook (const gchar *name, GSignalEmissionHook callback, gpointer user_data, GDestroyNotify destroy)
{
    guint id = g_signal_lookup (name, G_TYPE_DBUS_OBJECT);

    g_signal_add_emission_hook (id, 0, callback, user_data, destroy);
}

/* Does nothing in a daemon whose symbols are not known */
static void
start (void)
{
    const gchar *missing = simstow_symbols_missing ();
    SimstowCallers *callers;

    if (missing) {
        g_warning ("this ModemManager lacks %s: modems will not have " SIMSTOW_INTERFACE, missing);
        return;
    }
    /* its signals exist from now on, for ever */
    g_type_ensure (G_TYPE_DBUS_OBJECT_SKELETON);
    g_type_default_interface_ref (G_TYPE_DBUS_OBJECT);
    callers = simstow_callers_new (ask_polkit, SIMSTOW_CALLERS_GRANT_SECONDS);
    hook ("interface-added", on_interface_added, callers, g_object_unref);
    hook ("interface-removed", on_interface_removed, NULL, NULL);
}

GObject *
mm_plugin_create (void)
{
    static const gchar *const subsystems[] = {"virtual", NULL};
    static const gchar *const drivers[] = {"simstow-claims-no-port", NULL};

    start ();
    return g_object_new (mm_plugin_get_type (),
                         "name",
                         "simstow",
                         "allowed-subsystems",
                         subsystems,
                         "allowed-drivers",
                         drivers,
                         NULL);
}
