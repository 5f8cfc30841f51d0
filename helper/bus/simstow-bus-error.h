/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors of the bus, of ModemManager and of the plugin, all in the one domain of
 * the program: the code decides about exit status, retry and whether to go on.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_bus_error_translate:
 * @error: (inout): an error of a D-Bus call
 *
 * Turns it into a #SimstowError and takes what D-Bus put before its message. An
 * error of the plugin keeps its code. In other languages than English the kind of
 * error comes before the message.
 */
void
simstow_bus_error_translate (GError **error);

/**
 * simstow_bus_error_ends_all:
 * @error: a #SimstowError
 *
 * Returns: whether nothing more can be done with the modem: it went away, or the
 * caller cancelled
 */
gboolean
simstow_bus_error_ends_all (const GError *error);

/**
 * simstow_bus_error_leaves_open:
 * @error: a #SimstowError of a call that writes
 *
 * Returns: whether nobody knows how far the modem got with it
 */
gboolean
simstow_bus_error_leaves_open (const GError *error);

/**
 * simstow_bus_error_is_refusal:
 * @error: a #SimstowError
 *
 * Tells a caller who may not from a card that refuses: the latter's errors carry
 * the modem's own code.
 *
 * Returns: whether the caller lacks the authorisation
 */
gboolean
simstow_bus_error_is_refusal (const GError *error);

/**
 * simstow_bus_error_is_busy:
 * @error: a #SimstowError
 *
 * Returns: whether the SIM was busy (CME 14 of 3GPP TS 27.007 9.2.1, CMS 314 of TS 27.005
 * 3.2.5) and was not waited for, so that the same call may succeed later; nothing was done then
 */
gboolean
simstow_bus_error_is_busy (const GError *error);
