/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's SMS storage lock on one modem: waited for with patience, and given
 * back exactly once, for a lock given back twice ends the daemon.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SIMSTOW_TYPE_SMS_LOCK (simstow_sms_lock_get_type ())
G_DECLARE_FINAL_TYPE (SimstowSmsLock, simstow_sms_lock, SIMSTOW, SMS_LOCK, GObject)

/**
 * simstow_sms_lock_new:
 * @modem: the daemon's modem object, of which only a weak reference is kept
 *
 * Returns: (transfer full): its lock, not taken
 */
SimstowSmsLock *
simstow_sms_lock_new (GObject *modem);

/**
 * simstow_sms_lock_take_async:
 * @self: a lock that is not taken
 * @mem1: (nullable): the storage to read and delete from, as "SM" of 3GPP TS
 *     27.005 3.2.2
 * @mem2: (nullable): the storage to write to
 * @cancellable: (nullable): to give up waiting
 * @callback: called with a #GTask of an empty string when it is taken
 * @user_data: for @callback
 *
 * Takes the lock, which sends +CPMS. Where the daemon holds it, tries again for
 * half a minute. The daemon cannot set mem2 before it has once set mem1: then both
 * are set to @mem2.
 */
void
simstow_sms_lock_take_async (SimstowSmsLock *self,
                             const gchar *mem1,
                             const gchar *mem2,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * simstow_sms_lock_give:
 * @self: a lock
 * @mem1: whether to give mem1 back
 * @mem2: whether to give mem2 back
 *
 * Gives back what was taken. What was not taken is left alone; nothing is done
 * when the modem is gone.
 */
void
simstow_sms_lock_give (SimstowSmsLock *self, gboolean mem1, gboolean mem2);

G_END_DECLS
