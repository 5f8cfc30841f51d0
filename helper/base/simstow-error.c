/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error domain and the table that ties its codes to D-Bus names.
 */

#include "simstow-error.h"

static const GDBusErrorEntry entries[] = {
    {SIMSTOW_ERROR_UNSUPPORTED, "org.simstow.Error.Unsupported"},
    {SIMSTOW_ERROR_LOCKED, "org.simstow.Error.Locked"},
    {SIMSTOW_ERROR_FULL, "org.simstow.Error.Full"},
    {SIMSTOW_ERROR_NOT_FOUND, "org.simstow.Error.NotFound"},
    {SIMSTOW_ERROR_DENIED, "org.simstow.Error.Denied"},
    {SIMSTOW_ERROR_INVALID_RECORD, "org.simstow.Error.InvalidRecord"},
    {SIMSTOW_ERROR_MODEM_ERROR, "org.simstow.Error.ModemError"},
    {SIMSTOW_ERROR_CANCELLED, "org.simstow.Error.Cancelled"},
    {SIMSTOW_ERROR_TIMEOUT, "org.simstow.Error.Timeout"},
    {SIMSTOW_ERROR_CHANGED, "org.simstow.Error.Changed"},
};

GQuark
simstow_error_quark (void)
{
    static gsize quark = 0;

    g_dbus_error_register_error_domain ("simstow-error-quark",
                                        &quark,
                                        entries,
                                        G_N_ELEMENTS (entries));
    return (GQuark) quark;
}
