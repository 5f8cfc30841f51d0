/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at which weak symbols the daemon has, and calls what has two names.
 */

#include "simstow-symbols.h"

gint
simstow_symbols_plugin_major (void)
{
    return mm_base_modem_get_physdev ? 5 : 4;
}

const gchar *
simstow_symbols_missing (void)
{
    gboolean old_lock = mm_broadband_modem_lock_sms_storages &&
                        mm_broadband_modem_lock_sms_storages_finish &&
                        mm_broadband_modem_unlock_sms_storages;
    gboolean new_lock = mm_iface_modem_messaging_lock_storages &&
                        mm_iface_modem_messaging_lock_storages_finish &&
                        mm_iface_modem_messaging_unlock_storages;

    if (!mm_broadband_modem_get_type)
        return "mm_broadband_modem_get_type";
    if (!mm_base_modem_at_command_full)
        return "mm_base_modem_at_command_full";
    if (!mm_base_modem_peek_best_at_port)
        return "mm_base_modem_peek_best_at_port";
    if (!old_lock && !new_lock)
        return "mm_broadband_modem_lock_sms_storages";
    return NULL;
}

gboolean
simstow_symbols_has_arrivals (void)
{
    return !mm_iface_modem_messaging_lock_storages && mm_base_modem_peek_port_primary &&
           mm_base_modem_peek_port_secondary && mm_port_serial_at_add_unsolicited_msg_handler &&
           mm_port_serial_at_enable_unsolicited_msg_handler && mm_sms_part_3gpp_new_from_pdu &&
           mm_iface_modem_messaging_take_part;
}

MMModemState
simstow_symbols_get_state (GObject *modem)
{
    static const gchar *const name = "iface-modem-state";
    MMModemState state = MM_MODEM_STATE_UNKNOWN;

    if (g_object_class_find_property (G_OBJECT_GET_CLASS (modem), name))
        g_object_get (modem, name, &state, NULL);
    return state;
}

void
simstow_symbols_send (GObject *modem,
                      const gchar *command,
                      gboolean raw,
                      guint timeout,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    gpointer port = raw ? mm_base_modem_peek_best_at_port (modem, NULL) : NULL;

    /* without a port the daemon's own call says so in its own way */
    if (port)
        mm_base_modem_at_command_full (modem,
                                       port,
                                       command,
                                       timeout,
                                       FALSE,
                                       TRUE,
                                       NULL,
                                       callback,
                                       user_data);
    else
        mm_base_modem_at_command (modem, command, timeout, FALSE, callback, user_data);
}

void
simstow_symbols_lock_sms (GObject *modem,
                          MMSmsStorage mem1,
                          MMSmsStorage mem2,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    if (mm_iface_modem_messaging_lock_storages)
        mm_iface_modem_messaging_lock_storages (modem, mem1, mem2, callback, user_data);
    else
        mm_broadband_modem_lock_sms_storages (modem, mem1, mem2, callback, user_data);
}

gboolean
simstow_symbols_lock_sms_finish (GObject *modem, GAsyncResult *result, GError **error)
{
    if (mm_iface_modem_messaging_lock_storages)
        return mm_iface_modem_messaging_lock_storages_finish (modem, result, error);
    return mm_broadband_modem_lock_sms_storages_finish (modem, result, error);
}

void
simstow_symbols_unlock_sms (GObject *modem, gboolean mem1, gboolean mem2)
{
    if (mm_iface_modem_messaging_lock_storages)
        mm_iface_modem_messaging_unlock_storages (modem, mem1, mem2);
    else
        mm_broadband_modem_unlock_sms_storages (modem, mem1, mem2);
}
