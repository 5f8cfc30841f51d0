/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture: everything a modem gives, into a snapshot.
 */

#pragma once

#include "simstow-driver.h"
#include "simstow-modem.h"

/**
 * SimstowCaptureFlags:
 * @SIMSTOW_CAPTURE_DEFAULT: what is read in few commands
 * @SIMSTOW_CAPTURE_SIMFILES: the SIM's own files, too, each with some commands of its own
 */
typedef enum {
    SIMSTOW_CAPTURE_DEFAULT = 0,
    SIMSTOW_CAPTURE_SIMFILES = 1 << 0,
} SimstowCaptureFlags;

/**
 * simstow_capture:
 * @modem: a modem
 * @flags: what to read
 * @progress: (nullable) (scope call): told how it goes
 * @user_data: for @progress
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: the modem went away, access was denied,
 *     cancelled
 *
 * Reads device, SIM, every store and the network settings. What cannot be read
 * becomes a problem of the snapshot, not an error: the rest is still saved.
 * Without the plugin, messages come from ModemManager's Messaging interface and
 * a problem says what is missing and why.
 *
 * Returns: (transfer full) (nullable): the snapshot, sorted, or %NULL with @error set
 */
SimstowSnapshot *
simstow_capture (SimstowModem *modem,
                 SimstowCaptureFlags flags,
                 SimstowProgressFunc progress,
                 gpointer user_data,
                 GCancellable *cancellable,
                 GError **error);
