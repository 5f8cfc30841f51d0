/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stores that the plugin itself reads and writes, by ListKinds (), ReadRecords () and their
 * like, as a driver.
 */

#pragma once

#include "simstow-driver.h"
#include "simstow-modem1.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_PLUGIN_DRIVER (simstow_plugin_driver_get_type ())
G_DECLARE_FINAL_TYPE (SimstowPluginDriver,
                      simstow_plugin_driver,
                      SIMSTOW,
                      PLUGIN_DRIVER,
                      SimstowDriver)

/**
 * simstow_plugin_driver_new:
 * @plugin: the plugin's interface
 *
 * Returns: (transfer full): a driver of stores of all kinds
 */
SimstowDriver *
simstow_plugin_driver_new (SimstowDBusModem *plugin);

/**
 * simstow_plugin_driver_set_kinds:
 * @self: a driver
 * @kinds: the kinds of stores, as "sms/", that are listed from now on
 */
void
simstow_plugin_driver_set_kinds (SimstowPluginDriver *self, const gchar *const *kinds);

G_END_DECLS
