/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of OpenChannel, Transmit and CloseChannel.
 */

#include "simstow-card-channel.h"

#include "simstow-bus-error.h"

/* The plugin has a deadline of its own for each, five minutes for a command; jobs of others may
 * come first */
#define CALL_TIMEOUT_MS 900000

static GVariant *
call (SimstowDBusModem *plugin,
      const gchar *method,
      GVariant *parameters,
      GCancellable *cancellable,
      GError **error)
{
    GError *local = NULL;
    GVariant *reply = g_dbus_proxy_call_sync (G_DBUS_PROXY (plugin),
                                              method,
                                              parameters,
                                              G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                                              CALL_TIMEOUT_MS,
                                              cancellable,
                                              &local);

    if (reply)
        return reply;
    simstow_bus_error_translate (&local);
    g_propagate_error (error, local);
    return NULL;
}

gboolean
simstow_card_channel_open (SimstowDBusModem *plugin,
                           GBytes *aid,
                           guint *handle,
                           GCancellable *cancellable,
                           GError **error)
{
    GVariant *name = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, aid, TRUE);
    g_autoptr (GVariant) reply =
        call (plugin, "OpenChannel", g_variant_new ("(@ay)", name), cancellable, error);

    if (!reply)
        return FALSE;
    g_variant_get_child (reply, 0, "u", handle);
    return TRUE;
}

GBytes *
simstow_card_channel_transmit (SimstowDBusModem *plugin, guint handle, GBytes *apdu, GError **error)
{
    GVariant *command = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, apdu, TRUE);
    g_autoptr (GVariant) reply =
        call (plugin, "Transmit", g_variant_new ("(u@ay)", handle, command), NULL, error);
    g_autoptr (GVariant) response = NULL;

    if (!reply)
        return NULL;
    response = g_variant_get_child_value (reply, 0);
    return g_variant_get_data_as_bytes (response);
}

gboolean
simstow_card_channel_close (SimstowDBusModem *plugin, guint handle, GError **error)
{
    g_autoptr (GVariant) reply =
        call (plugin, "CloseChannel", g_variant_new ("(u)", handle), NULL, error);

    return reply != NULL;
}
