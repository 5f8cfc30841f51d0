/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ModemManager's properties that hold settings, asked for on the bus each time,
 * with their types checked.
 */

#pragma once

#include <libmm-glib.h>

/**
 * simstow_property_read_modes:
 * @modem: a modem
 * @allowed: (out) (nullable): the modes allowed, %NULL when it does not tell
 * @preferred: (out) (nullable): the mode preferred of these, "none" for no preference
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of the bus
 *
 * Returns: %FALSE with @error set when it cannot be read
 */
gboolean
simstow_property_read_modes (MMModem *modem,
                             gchar ***allowed,
                             gchar **preferred,
                             GCancellable *cancellable,
                             GError **error);

/**
 * simstow_property_read_bands:
 * @modem: a modem
 * @bands: (out) (nullable): the current bands, %NULL when it does not tell
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of the bus
 *
 * Returns: %FALSE with @error set when it cannot be read
 */
gboolean
simstow_property_read_bands (MMModem *modem,
                             gchar ***bands,
                             GCancellable *cancellable,
                             GError **error);

/**
 * simstow_property_read_preferred:
 * @modem: a modem with a SIM
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of the bus
 *
 * Returns: (transfer full) (nullable) (element-type SimstowPreferredNetwork): the
 * SIM's preferred networks, or %NULL with @error set
 */
GPtrArray *
simstow_property_read_preferred (MMModem *modem, GCancellable *cancellable, GError **error);

/**
 * simstow_property_read_messages:
 * @messaging: a modem's Messaging interface
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of the bus
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the object paths
 * of its messages, or %NULL with @error set
 */
gchar **
simstow_property_read_messages (MMModemMessaging *messaging,
                                GCancellable *cancellable,
                                GError **error);

/**
 * simstow_property_read_all:
 * @proxy: a proxy of the object
 * @path: the object's path
 * @interface: the interface
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of the bus
 *
 * Returns: (transfer full) (nullable): a{sv}, or %NULL with @error set
 */
GVariant *
simstow_property_read_all (GDBusProxy *proxy,
                           const gchar *path,
                           const gchar *interface,
                           GCancellable *cancellable,
                           GError **error);
