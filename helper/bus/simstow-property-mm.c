/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties of ModemManager's objects.
 */

#include "simstow-property-mm.h"

#include "simstow-names.h"
#include "simstow-network.h"
#include "simstow-words.h"

#define MODEM_INTERFACE     SIMSTOW_MM_SERVICE ".Modem"
#define SIM_INTERFACE       SIMSTOW_MM_SERVICE ".Sim"
#define MESSAGING_INTERFACE SIMSTOW_MM_SERVICE ".Modem.Messaging"

static GVariant *
read_property (GDBusProxy *proxy,
               const gchar *path,
               const gchar *interface,
               const gchar *name,
               GCancellable *cancellable,
               GError **error)
{
    g_autoptr (GVariant) reply =
        g_dbus_connection_call_sync (g_dbus_proxy_get_connection (proxy),
                                     SIMSTOW_MM_SERVICE,
                                     path,
                                     "org.freedesktop.DBus.Properties",
                                     "Get",
                                     g_variant_new ("(ss)", interface, name),
                                     G_VARIANT_TYPE ("(v)"),
                                     G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                     -1,
                                     cancellable,
                                     error);
    GVariant *value = NULL;

    if (reply)
        g_variant_get (reply, "(v)", &value);
    return value;
}

GVariant *
simstow_property_read_all (GDBusProxy *proxy,
                           const gchar *path,
                           const gchar *interface,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (GVariant) reply = g_dbus_connection_call_sync (g_dbus_proxy_get_connection (proxy),
                                                              SIMSTOW_MM_SERVICE,
                                                              path,
                                                              "org.freedesktop.DBus.Properties",
                                                              "GetAll",
                                                              g_variant_new ("(s)", interface),
                                                              G_VARIANT_TYPE ("(a{sv})"),
                                                              G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                                              -1,
                                                              cancellable,
                                                              error);

    return reply ? g_variant_get_child_value (reply, 0) : NULL;
}

gboolean
simstow_property_read_modes (MMModem *modem,
                             gchar ***allowed,
                             gchar **preferred,
                             GCancellable *cancellable,
                             GError **error)
{
    g_autoptr (GVariant) value = read_property (G_DBUS_PROXY (modem),
                                                mm_modem_get_path (modem),
                                                MODEM_INTERFACE,
                                                "CurrentModes",
                                                cancellable,
                                                error);
    g_auto (GStrv) words = NULL;
    guint32 modes;
    guint32 mode;

    *allowed = NULL;
    *preferred = NULL;
    if (!value)
        return FALSE;
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("(uu)")))
        return TRUE;
    g_variant_get (value, "(uu)", &modes, &mode);
    if (modes == MM_MODEM_MODE_NONE)
        return TRUE;
    *allowed = simstow_words_from_flags (MM_TYPE_MODEM_MODE, modes);
    words = simstow_words_from_flags (MM_TYPE_MODEM_MODE, mode);
    *preferred = words[0] ? g_strjoinv ("|", words) : g_strdup ("none");
    return TRUE;
}

gboolean
simstow_property_read_bands (MMModem *modem,
                             gchar ***bands,
                             GCancellable *cancellable,
                             GError **error)
{
    g_autoptr (GVariant) value = read_property (G_DBUS_PROXY (modem),
                                                mm_modem_get_path (modem),
                                                MODEM_INTERFACE,
                                                "CurrentBands",
                                                cancellable,
                                                error);
    g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
    gsize i;

    *bands = NULL;
    if (!value)
        return FALSE;
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("au")) || g_variant_n_children (value) == 0)
        return TRUE;
    for (i = 0; i < g_variant_n_children (value); i++) {
        g_autofree gchar *word = NULL;
        guint32 band;

        g_variant_get_child (value, i, "u", &band);
        word = simstow_words_from_enum (MM_TYPE_MODEM_BAND, (gint) band);
        if (!word)
            return TRUE;
        g_strv_builder_add (words, word);
    }
    *bands = g_strv_builder_end (words);
    return TRUE;
}

GPtrArray *
simstow_property_read_preferred (MMModem *modem, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) networks =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_preferred_network_free);
    g_autoptr (GVariant) value = read_property (G_DBUS_PROXY (modem),
                                                mm_modem_get_sim_path (modem),
                                                SIM_INTERFACE,
                                                "PreferredNetworks",
                                                cancellable,
                                                error);
    gsize i;

    if (!value)
        return NULL;
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("a(su)")))
        return g_steal_pointer (&networks);
    for (i = 0; i < g_variant_n_children (value); i++) {
        g_autofree gchar *operator_id = NULL;
        g_auto (GStrv) words = NULL;
        guint32 technologies;

        g_variant_get_child (value, i, "(su)", &operator_id, &technologies);
        words = simstow_words_from_flags (MM_TYPE_MODEM_ACCESS_TECHNOLOGY, technologies);
        g_ptr_array_add (networks,
                         simstow_preferred_network_new (operator_id, (const gchar *const *) words));
    }
    return g_steal_pointer (&networks);
}

gchar **
simstow_property_read_messages (MMModemMessaging *messaging,
                                GCancellable *cancellable,
                                GError **error)
{
    g_autoptr (GVariant) value = read_property (G_DBUS_PROXY (messaging),
                                                mm_modem_messaging_get_path (messaging),
                                                MESSAGING_INTERFACE,
                                                "Messages",
                                                cancellable,
                                                error);

    if (!value)
        return NULL;
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH_ARRAY))
        return g_new0 (gchar *, 1);
    return g_variant_dup_objv (value, NULL);
}
