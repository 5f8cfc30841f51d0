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

/* What only 1.26 has: the lock's new name, and what take_part () wants there */
static gboolean
is_new (void)
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
        {"the SMS storage lock of 1.18 to 1.24, or that of 1.26", is_old () || is_new ()},
    };

    for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
        if (!needed[i].there)
            return needed[i].name;
    return NULL;
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
    if (is_new ())
        mm_iface_modem_messaging_lock_storages (modem, mem1, mem2, callback, user_data);
    else
        mm_broadband_modem_lock_sms_storages (modem, mem1, mem2, callback, user_data);
}

gboolean
simstow_symbols_lock_sms_finish (GObject *modem, GAsyncResult *result, GError **error)
{
    if (is_new ())
        return mm_iface_modem_messaging_lock_storages_finish (modem, result, error);
    return mm_broadband_modem_lock_sms_storages_finish (modem, result, error);
}

void
simstow_symbols_unlock_sms (GObject *modem, gboolean mem1, gboolean mem2)
{
    if (is_new ())
        mm_iface_modem_messaging_unlock_storages (modem, mem1, mem2);
    else
        mm_broadband_modem_unlock_sms_storages (modem, mem1, mem2);
}

gboolean
simstow_symbols_take_part (GObject *modem, gpointer part, MMSmsState state, MMSmsStorage storage)
{
    typedef gboolean (*OldTakePart) (gpointer, gpointer, MMSmsState, MMSmsStorage);
    typedef gboolean (
        *NewTakePart) (gpointer, gpointer, gpointer, MMSmsState, MMSmsStorage, GError **);
    /* one symbol of two types: called by pointers, as no declaration fits both */
    OldTakePart old_take = (OldTakePart) mm_iface_modem_messaging_take_part;
    NewTakePart new_take = (NewTakePart) mm_iface_modem_messaging_take_part;
    g_autoptr (GError) error = NULL;

    if (is_old ())
        return old_take (modem, part, state, storage);
    return new_take (modem, mm_broadband_modem_create_sms (modem), part, state, storage, &error);
}
