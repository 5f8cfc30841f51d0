/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ModemManager's private symbols, all of them, in this one place. They are found
 * in the daemon when it loads the plugin. Strong: what has had the same signature
 * from 1.18 to the development head of 1.26, a daemon without one refuses the
 * plugin with a warning that names it. Weak: all others; where one is missing,
 * simstow_symbols_missing () names it and the plugin does nothing.
 *
 * The types are the daemon's: to us, GObjects.
 */

#pragma once

#include <gio/gio.h>
#include <ModemManager.h>

G_BEGIN_DECLS

#define SIMSTOW_WEAK __attribute__ ((weak))

/* clang-format off */
GType        mm_plugin_get_type (void);
GType        mm_base_modem_get_type (void);
void         mm_base_modem_at_command (gpointer self, const gchar *command, guint timeout,
                                       gboolean allow_cached, GAsyncReadyCallback callback,
                                       gpointer user_data);
const gchar *mm_base_modem_at_command_finish (gpointer self, GAsyncResult *result, GError **error);
gpointer     mm_auth_provider_get (void);
void         mm_auth_provider_authorize (gpointer self, GDBusMethodInvocation *invocation,
                                         const gchar *action, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean     mm_auth_provider_authorize_finish (gpointer self, GAsyncResult *result,
                                                GError **error);
gboolean     mm_context_get_test_session (void);

/* From 1.22 on: tells the plugin ABI 5 from 4. Never called. */
SIMSTOW_WEAK void mm_base_modem_get_physdev (void);

/* Absent from a daemon that was built without MBIM */
SIMSTOW_WEAK GType    mm_broadband_modem_mbim_get_type (void);
SIMSTOW_WEAK gpointer mm_broadband_modem_mbim_peek_port_mbim (gpointer self);
SIMSTOW_WEAK gpointer mm_port_mbim_peek_device (gpointer self);

SIMSTOW_WEAK GType mm_broadband_modem_get_type (void);

/* at_command_raw () is gone since 1.24; these two are what it was made of */
SIMSTOW_WEAK gpointer mm_base_modem_peek_best_at_port (gpointer self, GError **error);
SIMSTOW_WEAK void     mm_base_modem_at_command_full (gpointer self, gpointer port,
                                                     const gchar *command, guint timeout,
                                                     gboolean allow_cached, gboolean is_raw,
                                                     GCancellable *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer user_data);

/* The SMS storage lock up to 1.24, and its name from 1.26 on */
SIMSTOW_WEAK void     mm_broadband_modem_lock_sms_storages (gpointer self, MMSmsStorage mem1,
                                                            MMSmsStorage mem2,
                                                            GAsyncReadyCallback callback,
                                                            gpointer user_data);
SIMSTOW_WEAK gboolean mm_broadband_modem_lock_sms_storages_finish (gpointer self,
                                                                   GAsyncResult *result,
                                                                   GError **error);
SIMSTOW_WEAK void     mm_broadband_modem_unlock_sms_storages (gpointer self, gboolean mem1,
                                                              gboolean mem2);
SIMSTOW_WEAK void     mm_iface_modem_messaging_lock_storages (gpointer self, MMSmsStorage mem1,
                                                              MMSmsStorage mem2,
                                                              GAsyncReadyCallback callback,
                                                              gpointer user_data);
SIMSTOW_WEAK gboolean mm_iface_modem_messaging_lock_storages_finish (gpointer self,
                                                                     GAsyncResult *result,
                                                                     GError **error);
SIMSTOW_WEAK void     mm_iface_modem_messaging_unlock_storages (gpointer self, gboolean mem1,
                                                                gboolean mem2);

/* For the messages that arrive meanwhile */
typedef void (*MMPortSerialAtUnsolicitedMsgFn) (gpointer port, GMatchInfo *match,
                                                gpointer user_data);
SIMSTOW_WEAK gpointer mm_base_modem_peek_port_primary (gpointer self);
SIMSTOW_WEAK gpointer mm_base_modem_peek_port_secondary (gpointer self);
SIMSTOW_WEAK void     mm_port_serial_at_add_unsolicited_msg_handler (
    gpointer self, GRegex *regex, MMPortSerialAtUnsolicitedMsgFn callback, gpointer user_data,
    GDestroyNotify notify);
SIMSTOW_WEAK void     mm_port_serial_at_enable_unsolicited_msg_handler (gpointer self,
                                                                        GRegex *regex,
                                                                        gboolean enable);
SIMSTOW_WEAK gpointer mm_sms_part_3gpp_new_from_pdu (guint index, const gchar *pdu,
                                                     gpointer log_object, GError **error);
/* Under one name: up to 1.24 (self, part, state, storage), from 1.26 on (self, sms, part, state,
 * storage, error), with an sms from create_sms (), which is new there. Both own what they are given. */
SIMSTOW_WEAK void     mm_iface_modem_messaging_take_part (void);
SIMSTOW_WEAK gpointer mm_broadband_modem_create_sms (gpointer self);
/* clang-format on */

/**
 * simstow_symbols_missing:
 *
 * Two sets of symbols are known, that of 1.18 to 1.24 and that of 1.26. A daemon that has
 * something of both, or of neither, means by them what nobody here has read.
 *
 * Returns: (nullable): what the daemon lacks of the weak symbols that are needed, %NULL when
 * all are there and their meaning is known
 */
const gchar *
simstow_symbols_missing (void);

/**
 * simstow_symbols_are_new:
 *
 * Returns: whether the daemon has what only 1.26 has: the lock's new name, and what take_part ()
 *     wants there
 */
gboolean
simstow_symbols_are_new (void);

G_END_DECLS
