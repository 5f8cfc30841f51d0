/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that are spelt alike in several rooms: those on the bus, and of stores and the ways to
 * them.
 */

#pragma once

#define SIMSTOW_MM_SERVICE "org.freedesktop.ModemManager1"
#define SIMSTOW_MM_PATH    "/org/freedesktop/ModemManager1"
#define SIMSTOW_INTERFACE  "org.simstow.Modem1"

/* polkit actions: the first two are ModemManager's own */
#define SIMSTOW_POLKIT_MESSAGING "org.freedesktop.ModemManager1.Messaging"
#define SIMSTOW_POLKIT_CONTACTS  "org.freedesktop.ModemManager1.Contacts"
#define SIMSTOW_POLKIT_WRITE     "org.simstow.write"
#define SIMSTOW_POLKIT_CARD      "org.simstow.card"

/* How a store is reached: ModemManager's own interfaces are the helper's way without the plugin */
#define SIMSTOW_VIA_AT   "at"
#define SIMSTOW_VIA_MBIM "mbim"
#define SIMSTOW_VIA_CARD "card"
#define SIMSTOW_VIA_MM   "mm"

/* How the card is reached, where that is the way of a store; a channel names its own */
#define SIMSTOW_WAY_CRSM "crsm"

/* Prefixes of store ids: what follows the slash names the memory */
#define SIMSTOW_PREFIX_SMS       "sms/"
#define SIMSTOW_PREFIX_PHONEBOOK "phonebook/"
#define SIMSTOW_PREFIX_CALLS     "calls/"
#define SIMSTOW_STORE_SIMFILE    "simfile"
#define SIMSTOW_STORE_EUICC      "euicc"
