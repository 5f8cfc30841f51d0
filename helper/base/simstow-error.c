/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error domain and the table that ties its codes to D-Bus names.
 */

#include "simstow-error.h"

#include <string.h>

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
    {SIMSTOW_ERROR_BUSY, "org.simstow.Error.Busy"},
    {SIMSTOW_ERROR_CHANGED, "org.simstow.Error.Changed"},
};

/* What the modem itself said, and what else is known of an error, kept before each error of ours as
 * GLib's extended errors are */
typedef struct {
    const gchar *domain;
    guint code;
    gboolean incomplete;
} Said;

#define SAID_SIZE ((sizeof (Said) + 2 * sizeof (gsize) - 1) & -(2 * sizeof (gsize)))

static Said *
get_said (const GError *error)
{
    return (gpointer) ((guint8 *) error - SAID_SIZE);
}

static void
said_init (GError *error)
{
    *get_said (error) = (Said){0};
}

static void
said_copy (const GError *source, GError *target)
{
    *get_said (target) = *get_said (source);
}

static void
said_clear (GError *error)
{
}

GQuark
simstow_error_quark (void)
{
    static gsize known = 0;

    if (g_once_init_enter (&known)) {
        GQuark quark = g_error_domain_register_static ("simstow-error-quark",
                                                       sizeof (Said),
                                                       said_init,
                                                       said_copy,
                                                       said_clear);
        gsize i;

        for (i = 0; i < G_N_ELEMENTS (entries); i++)
            g_dbus_error_register_error (quark, entries[i].error_code, entries[i].dbus_error_name);
        g_once_init_leave (&known, (gsize) quark);
    }
    return (GQuark) known;
}

gboolean
simstow_error_set (GError **error, SimstowError code, const gchar *format, ...)
{
    va_list arguments;

    va_start (arguments, format);
    if (error)
        *error = g_error_new_valist (SIMSTOW_ERROR, (gint) code, format, arguments);
    va_end (arguments);
    return FALSE;
}

void
simstow_error_set_modem_code (GError *error, const gchar *domain, guint code)
{
    g_return_if_fail (error->domain == SIMSTOW_ERROR);

    *get_said (error) = (Said){domain, code, get_said (error)->incomplete};
}

const gchar *
simstow_error_get_modem_code (const GError *error, guint *code)
{
    if (error->domain != SIMSTOW_ERROR)
        return NULL;
    *code = get_said (error)->code;
    return get_said (error)->domain;
}

void
simstow_error_set_incomplete (GError *error)
{
    if (error != NULL && error->domain == SIMSTOW_ERROR)
        get_said (error)->incomplete = TRUE;
}

gboolean
simstow_error_is_incomplete (const GError *error)
{
    return error->domain == SIMSTOW_ERROR && get_said (error)->incomplete;
}

gboolean
simstow_error_has_code (const GError *error, const gchar *domain, guint code)
{
    guint said = 0;

    return error != NULL && g_strcmp0 (simstow_error_get_modem_code (error, &said), domain) == 0 &&
           code == said;
}

gboolean
simstow_error_is_plain (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
           get_said (error)->domain == NULL;
}

GError *
simstow_error_new_from_text (SimstowError code, const gchar *message)
{
    static const struct {
        const gchar *label;
        const gchar *domain;
        guint base;
    } labels[] = {
        {"(CME ", SIMSTOW_ERROR_DOMAIN_CME, 10},
        {"(CMS ", SIMSTOW_ERROR_DOMAIN_CMS, 10},
        {"(SW ", SIMSTOW_ERROR_DOMAIN_SW, 16},
        {"(MBIM ", SIMSTOW_ERROR_DOMAIN_MBIM, 10},
    };
    GError *error = g_error_new_literal (SIMSTOW_ERROR, (gint) code, message);
    const gchar *last = strrchr (message, '(');
    gsize i;

    for (i = 0; last != NULL && i < G_N_ELEMENTS (labels); i++) {
        g_autofree gchar *digits = NULL;
        guint64 number;

        if (!g_str_has_prefix (last, labels[i].label) || !g_str_has_suffix (last, ")"))
            continue;
        digits = g_strndup (last + strlen (labels[i].label),
                            strlen (last) - strlen (labels[i].label) - 1);
        if (g_ascii_string_to_unsigned (digits, labels[i].base, 0, G_MAXUINT, &number, NULL))
            simstow_error_set_modem_code (error, labels[i].domain, (guint) number);
    }
    return error;
}
