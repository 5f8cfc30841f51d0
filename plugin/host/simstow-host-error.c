/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables from the daemon's error codes to SimstowError. Codes that are not in a
 * table are the modem's own trouble.
 */

#include "simstow-host-error.h"

#include <ModemManager.h>

#include "simstow-error.h"

/* The daemon puts codes without a text of its own at the end of a message */
#define TEXT_BEFORE_CODE "error: "

typedef struct {
    gint first;
    gint last;
    SimstowError code;
} ErrorRange;

/* clang-format off */
#define ME(first, last, code) \
    {MM_MOBILE_EQUIPMENT_ERROR_##first, MM_MOBILE_EQUIPMENT_ERROR_##last, SIMSTOW_ERROR_##code}
#define MESSAGE(first, last, code) \
    {MM_MESSAGE_ERROR_##first, MM_MESSAGE_ERROR_##last, SIMSTOW_ERROR_##code}
#define CORE(first, last, code) \
    {MM_CORE_ERROR_##first, MM_CORE_ERROR_##last, SIMSTOW_ERROR_##code}
/* clang-format on */

static const ErrorRange me_ranges[] = {
    ME (NOT_ALLOWED, NOT_ALLOWED, DENIED),
    ME (NOT_SUPPORTED, NOT_SUPPORTED, UNSUPPORTED),
    ME (PH_SIM_PIN, PH_FSIM_PUK, LOCKED),
    ME (SIM_PIN, SIM_PUK, LOCKED),
    ME (INCORRECT_PASSWORD, INCORRECT_PASSWORD, DENIED),
    ME (SIM_PIN2, SIM_PUK2, LOCKED),
    ME (MEMORY_FULL, MEMORY_FULL, FULL),
    ME (INVALID_INDEX, NOT_FOUND, NOT_FOUND),
    ME (TEXT_TOO_LONG, DIAL_STRING_INVALID, INVALID_RECORD),
    ME (NETWORK_PIN, HIDDEN_KEY_REQUIRED, LOCKED),
    ME (FEATURE_NOT_SUPPORTED, FEATURE_NOT_SUPPORTED, UNSUPPORTED),
};

static const ErrorRange message_ranges[] = {
    MESSAGE (NOT_ALLOWED, NOT_ALLOWED, DENIED),
    MESSAGE (NOT_SUPPORTED, NOT_SUPPORTED, UNSUPPORTED),
    MESSAGE (INVALID_PDU_PARAMETER, INVALID_TEXT_PARAMETER, INVALID_RECORD),
    MESSAGE (SIM_PIN, PH_SIM_PIN, LOCKED),
    MESSAGE (SIM_PUK, SIM_PUK2, LOCKED),
    MESSAGE (INVALID_INDEX, INVALID_INDEX, NOT_FOUND),
    MESSAGE (MEMORY_FULL, MEMORY_FULL, FULL),
};

static const ErrorRange serial_ranges[] = {
    {MM_SERIAL_ERROR_RESPONSE_TIMEOUT, MM_SERIAL_ERROR_RESPONSE_TIMEOUT, SIMSTOW_ERROR_TIMEOUT},
};

static const ErrorRange core_ranges[] = {
    CORE (CANCELLED, ABORTED, CANCELLED),
    CORE (UNSUPPORTED, UNSUPPORTED, UNSUPPORTED),
    CORE (UNAUTHORIZED, UNAUTHORIZED, DENIED),
    CORE (NOT_FOUND, NOT_FOUND, NOT_FOUND),
    CORE (WRONG_SIM_STATE, WRONG_SIM_STATE, LOCKED),
};

typedef struct {
    const gchar *bus_name;
    const gchar *label; /* NULL where the codes are the daemon's own */
    const gchar *name;
    gint plain; /* the code of an error without one */
    const ErrorRange *ranges;
    guint n_ranges;
} ErrorDomain;

#define RANGES(ranges) ranges, G_N_ELEMENTS (ranges)

/* clang-format off */
static const ErrorDomain domains[] = {
    {MM_MOBILE_EQUIPMENT_ERROR_DBUS_PREFIX, "CME", SIMSTOW_ERROR_DOMAIN_CME,
     MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN, RANGES (me_ranges)},
    {MM_MESSAGE_ERROR_DBUS_PREFIX, "CMS", SIMSTOW_ERROR_DOMAIN_CMS,
     MM_MESSAGE_ERROR_UNKNOWN, RANGES (message_ranges)},
    {MM_SERIAL_ERROR_DBUS_PREFIX, NULL, NULL, 0, RANGES (serial_ranges)},
    {MM_CORE_ERROR_DBUS_PREFIX, NULL, NULL, 0, RANGES (core_ranges)},
};
/* clang-format on */

static const ErrorDomain *
find_domain (const GError *error)
{
    g_autofree gchar *name = g_dbus_error_encode_gerror (error);

    for (guint i = 0; i < G_N_ELEMENTS (domains); i++) {
        gsize length = strlen (domains[i].bus_name);

        if (strncmp (name, domains[i].bus_name, length) == 0 && name[length] == '.')
            return &domains[i];
    }
    return NULL;
}

static SimstowError
find_code (const ErrorDomain *domain, gint code)
{
    for (guint i = 0; i < domain->n_ranges; i++)
        if (code >= domain->ranges[i].first && code <= domain->ranges[i].last)
            return domain->ranges[i].code;
    return SIMSTOW_ERROR_MODEM_ERROR;
}

static gint
modem_code (const ErrorDomain *domain, const GError *error)
{
    const gchar *digits;
    guint64 code;

    if (error->code != domain->plain)
        return error->code;
    digits = g_strrstr (error->message, TEXT_BEFORE_CODE);
    if (digits && g_ascii_string_to_unsigned (digits + strlen (TEXT_BEFORE_CODE),
                                              10,
                                              0,
                                              G_MAXINT,
                                              &code,
                                              NULL))
        return (gint) code;
    return g_str_equal (domain->label, "CME") ? -1 : error->code;
}

GError *
simstow_host_error_new (const GError *error)
{
    const ErrorDomain *domain = find_domain (error);
    GError *told;
    gint code;

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, error->message);
    if (!domain || !domain->label) {
        told = g_error_new_literal (SIMSTOW_ERROR,
                                    domain ? find_code (domain, error->code)
                                           : SIMSTOW_ERROR_MODEM_ERROR,
                                    error->message);
        /* the daemon's own trouble, as a line that is gone, is no answer of the modem */
        if (told->code == SIMSTOW_ERROR_MODEM_ERROR)
            simstow_error_set_modem_code (told,
                                          SIMSTOW_ERROR_DOMAIN_RESULT,
                                          SIMSTOW_RESULT_NO_CARRIER);
        return told;
    }
    code = modem_code (domain, error);
    if (code < 0)
        return g_error_new_literal (SIMSTOW_ERROR, find_code (domain, error->code), error->message);
    told = g_error_new (SIMSTOW_ERROR,
                        find_code (domain, code),
                        "%s (%s %d)",
                        error->message,
                        domain->label,
                        code);
    simstow_error_set_modem_code (told, domain->name, (guint) code);
    return told;
}

gboolean
simstow_host_error_is_retry (const GError *error)
{
    g_autofree gchar *name = g_dbus_error_encode_gerror (error);

    return g_str_equal (name, MM_CORE_ERROR_DBUS_PREFIX ".Retry");
}
