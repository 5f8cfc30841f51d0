/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of foreign errors, and what they mean.
 */

#include "simstow-bus-error.h"

#include <glib/gi18n.h>
#include <libmm-glib.h>

#include "simstow-error.h"

static SimstowError
translate_core (gint code)
{
    switch (code) {
    case MM_CORE_ERROR_UNAUTHORIZED:
        return SIMSTOW_ERROR_DENIED;
    case MM_CORE_ERROR_UNSUPPORTED:
        return SIMSTOW_ERROR_UNSUPPORTED;
    case MM_CORE_ERROR_NOT_FOUND:
        return SIMSTOW_ERROR_NOT_FOUND;
    case MM_CORE_ERROR_RETRY:
        return SIMSTOW_ERROR_BUSY;
    case MM_CORE_ERROR_INVALID_ARGS:
        return SIMSTOW_ERROR_INVALID_RECORD;
    default:
        return SIMSTOW_ERROR_MODEM_ERROR;
    }
}

static SimstowError
translate_equipment (gint code)
{
    switch (code) {
    case MM_MOBILE_EQUIPMENT_ERROR_SIM_PIN:
    case MM_MOBILE_EQUIPMENT_ERROR_SIM_PUK:
    case MM_MOBILE_EQUIPMENT_ERROR_SIM_PIN2:
    case MM_MOBILE_EQUIPMENT_ERROR_SIM_PUK2:
        return SIMSTOW_ERROR_LOCKED;
    case MM_MOBILE_EQUIPMENT_ERROR_MEMORY_FULL:
        return SIMSTOW_ERROR_FULL;
    case MM_MOBILE_EQUIPMENT_ERROR_NOT_SUPPORTED:
        return SIMSTOW_ERROR_UNSUPPORTED;
    default:
        return SIMSTOW_ERROR_MODEM_ERROR;
    }
}

static SimstowError
translate_dbus (gint code)
{
    switch (code) {
    case G_DBUS_ERROR_ACCESS_DENIED:
    case G_DBUS_ERROR_AUTH_FAILED:
        return SIMSTOW_ERROR_DENIED;
    case G_DBUS_ERROR_NO_REPLY:
    case G_DBUS_ERROR_TIMEOUT:
    case G_DBUS_ERROR_TIMED_OUT:
        return SIMSTOW_ERROR_TIMEOUT;
    case G_DBUS_ERROR_INVALID_ARGS:
        return SIMSTOW_ERROR_INVALID_RECORD;
    case G_DBUS_ERROR_SERVICE_UNKNOWN:
    case G_DBUS_ERROR_NAME_HAS_NO_OWNER:
    case G_DBUS_ERROR_DISCONNECTED:
    case G_DBUS_ERROR_NO_SERVER:
    case G_DBUS_ERROR_UNKNOWN_OBJECT:
    case G_DBUS_ERROR_UNKNOWN_INTERFACE:
    case G_DBUS_ERROR_UNKNOWN_METHOD:
        return SIMSTOW_ERROR_NO_MODEM;
    default:
        return SIMSTOW_ERROR_FAILED;
    }
}

static SimstowError
translate_io (gint code)
{
    switch (code) {
    case G_IO_ERROR_CANCELLED:
        return SIMSTOW_ERROR_CANCELLED;
    case G_IO_ERROR_TIMED_OUT:
        return SIMSTOW_ERROR_TIMEOUT;
    case G_IO_ERROR_CLOSED:
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_NOT_FOUND:
    case G_IO_ERROR_CONNECTION_REFUSED:
        return SIMSTOW_ERROR_NO_MODEM;
    case G_IO_ERROR_PERMISSION_DENIED:
        return SIMSTOW_ERROR_DENIED;
    default:
        return SIMSTOW_ERROR_FAILED;
    }
}

static SimstowError
translate (const GError *error)
{
    if (error->domain == MM_CORE_ERROR)
        return translate_core (error->code);
    if (error->domain == MM_MOBILE_EQUIPMENT_ERROR)
        return translate_equipment (error->code);
    if (error->domain == MM_MESSAGE_ERROR || error->domain == MM_SERIAL_ERROR)
        return SIMSTOW_ERROR_MODEM_ERROR;
    if (error->domain == G_DBUS_ERROR)
        return translate_dbus (error->code);
    if (error->domain == G_IO_ERROR)
        return translate_io (error->code);
    return SIMSTOW_ERROR_FAILED;
}

/* A new one, as errors of our domain have room for the modem's own code, and those of others have
 * not. It is taken from the end of the message. */
static void
replace (GError **error, SimstowError code)
{
    g_autoptr (GError) given = g_steal_pointer (error);

    *error = simstow_error_new_from_text (code, given->message);
}

/* What the plugin, ModemManager or the modem says is English. Who reads another language is told
 * in it what kind of error that is; in English it would be said twice. */
static void
add_kind (GError **error)
{
    static const gchar *const kinds[] = {
        [SIMSTOW_ERROR_UNSUPPORTED] = N_ ("not supported"),
        [SIMSTOW_ERROR_LOCKED] = N_ ("locked"),
        [SIMSTOW_ERROR_FULL] = N_ ("full"),
        [SIMSTOW_ERROR_NOT_FOUND] = N_ ("not found"),
        [SIMSTOW_ERROR_DENIED] = N_ ("not permitted"),
        [SIMSTOW_ERROR_INVALID_RECORD] = N_ ("the record does not suit the modem"),
        [SIMSTOW_ERROR_MODEM_ERROR] = N_ ("the modem refused"),
        [SIMSTOW_ERROR_CANCELLED] = N_ ("cancelled"),
        [SIMSTOW_ERROR_TIMEOUT] = N_ ("no answer in time"),
        [SIMSTOW_ERROR_BUSY] = N_ ("the modem refused"),
    };
    const gchar *kind =
        (guint) (*error)->code < G_N_ELEMENTS (kinds) ? kinds[(*error)->code] : NULL;

    /* gettext gives a text back as it is when there is no translation */
    if (kind && _ (kind) != kind)
        g_prefix_error (error, "%s: ", _ (kind));
}

void
simstow_bus_error_translate (GError **error)
{
    gboolean remote;

    if (!error || !*error)
        return;
    remote = g_dbus_error_strip_remote_error (*error);
    if ((*error)->domain == SIMSTOW_ERROR) {
        if (remote) {
            replace (error, (*error)->code);
            add_kind (error);
        }
        return;
    }
    replace (error, translate (*error));
    if ((*error)->code == SIMSTOW_ERROR_NO_MODEM)
        g_prefix_error (error, "%s", _ ("the modem or ModemManager went away: "));
    else
        add_kind (error);
}

gboolean
simstow_bus_error_ends_all (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NO_MODEM) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

gboolean
simstow_bus_error_leaves_open (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           simstow_bus_error_ends_all (error);
}

gboolean
simstow_bus_error_is_refusal (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) &&
           simstow_error_has_code (error, NULL, 0);
}

gboolean
simstow_bus_error_is_busy (const GError *error)
{
    return !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_BUSY) &&
           (simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CME, 14) ||
            simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CMS, 314));
}
