/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that arrive while we hold the daemon's mem1 lock. The modem announces
 * each once, by +CMTI of 3GPP TS 27.005 3.4.1; the daemon cannot read it then, and
 * forgets it. Here the announcements are kept, and when the lock is free again the
 * messages are read and handed to the daemon as it would have done itself.
 */

#pragma once

#include "simstow-symbols.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_ARRIVALS (simstow_arrivals_get_type ())
G_DECLARE_FINAL_TYPE (SimstowArrivals, simstow_arrivals, SIMSTOW, ARRIVALS, GObject)

/**
 * simstow_arrivals_new:
 * @modem: the daemon's modem object, of which only a weak reference is kept
 *
 * Returns: (transfer full): the modem's arrivals
 */
SimstowArrivals *
simstow_arrivals_new (GObject *modem);

/**
 * simstow_arrivals_hold:
 * @self: arrivals
 *
 * Keeps what is announced from now on. To be called before mem1 is locked.
 */
void
simstow_arrivals_hold (SimstowArrivals *self);

/**
 * simstow_arrivals_release:
 * @self: arrivals that were held
 *
 * Leaves announcements to the daemon again, and hands over what was kept. To be
 * called after mem1 was unlocked.
 */
void
simstow_arrivals_release (SimstowArrivals *self);

/**
 * simstow_sms_storage_parse:
 * @name: (nullable): a message storage as in 3GPP TS 27.005 3.1, as "SM"
 *
 * Returns: the daemon's number for it, %MM_SMS_STORAGE_UNKNOWN for none
 */
MMSmsStorage
simstow_sms_storage_parse (const gchar *name);

G_END_DECLS
