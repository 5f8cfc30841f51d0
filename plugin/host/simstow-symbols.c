/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at which weak symbols the daemon has.
 */

#include "simstow-symbols.h"

gboolean
simstow_symbols_are_new (void)
{
    return mm_iface_modem_messaging_lock_storages &&
           mm_iface_modem_messaging_lock_storages_finish &&
           mm_iface_modem_messaging_unlock_storages && mm_broadband_modem_create_sms &&
           !mm_broadband_modem_lock_sms_storages;
}

static gboolean
is_old (void)
{
    return mm_broadband_modem_lock_sms_storages && mm_broadband_modem_lock_sms_storages_finish &&
           mm_broadband_modem_unlock_sms_storages && !mm_iface_modem_messaging_lock_storages &&
           !mm_broadband_modem_create_sms;
}

const gchar *
simstow_symbols_missing (void)
{
    const struct {
        const gchar *name;
        gboolean there;
    } needed[] = {
#define NEEDED(symbol) {#symbol, symbol != NULL}
        NEEDED (mm_broadband_modem_get_type),
        NEEDED (mm_base_modem_at_command_full),
        NEEDED (mm_base_modem_peek_best_at_port),
        NEEDED (mm_base_modem_peek_port_primary),
        NEEDED (mm_base_modem_peek_port_secondary),
        NEEDED (mm_port_serial_at_add_unsolicited_msg_handler),
        NEEDED (mm_port_serial_at_enable_unsolicited_msg_handler),
        NEEDED (mm_sms_part_3gpp_new_from_pdu),
        NEEDED (mm_iface_modem_messaging_take_part),
#undef NEEDED
        {"the SMS storage lock of 1.18 to 1.24, or that of 1.26",
         is_old () || simstow_symbols_are_new ()},
    };

    for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
        if (!needed[i].there)
            return needed[i].name;
    return NULL;
}
