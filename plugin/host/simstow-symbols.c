/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at which weak symbols the daemon has.
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
    if (!mm_base_modem_at_command_raw)
        return "mm_base_modem_at_command_raw";
    if (!old_lock && !new_lock)
        return "mm_broadband_modem_lock_sms_storages";
    return NULL;
}
