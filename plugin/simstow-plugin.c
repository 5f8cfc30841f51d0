/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ModemManager looks up in the plugin: its version and a plugin object. The
 * object claims no port of any modem, vendors' plugins go on claiming theirs; it is
 * there so that the watch may be.
 */

#include <gmodule.h>

#include "simstow-symbols.h"
#include "simstow-watch.h"

G_MODULE_EXPORT extern gint mm_plugin_major_version;
G_MODULE_EXPORT extern gint mm_plugin_minor_version;

gint mm_plugin_major_version = 4;
gint mm_plugin_minor_version = 0;

G_MODULE_EXPORT GObject *
mm_plugin_create (void);

/* Runs in a daemon that may yet refuse the plugin: changes nothing but its own. */
__attribute__ ((constructor)) static void
pick_version (void)
{
    mm_plugin_major_version = simstow_symbols_plugin_major ();
}

GObject *
mm_plugin_create (void)
{
    static const gchar *const subsystems[] = {"virtual", NULL};
    static const gchar *const drivers[] = {"simstow-claims-no-port", NULL};

    simstow_watch_start ();
    return g_object_new (mm_plugin_get_type (),
                         "name",
                         "simstow",
                         "allowed-subsystems",
                         subsystems,
                         "allowed-drivers",
                         drivers,
                         NULL);
}
