/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling people and programs.
 */

#include "config.h"

#include "simstow-alert.h"

#include <glib/gi18n.h>

#include "simstow-error.h"
#include "simstow-process.h"

#define PATIENCE     60
#define CALL_TIMEOUT 3000

/* syslog's */
#define PRIORITY_WARNING "4"
#define PRIORITY_NOTICE  "5"

gboolean
simstow_alert_run (const gchar *command,
                   const gchar *event,
                   const gchar *detail,
                   GCancellable *cancellable,
                   GError **error)
{
    g_auto (SimstowProcessResult) result = {0};
    g_auto (GStrv) environment = g_get_environ ();
    g_auto (GStrv) argv = NULL;

    if (command == NULL)
        return TRUE;
    environment = g_environ_setenv (environment, "SIMSTOW_EVENT", event, TRUE);
    environment = g_environ_setenv (environment, "SIMSTOW_DETAIL", detail, TRUE);
    if (!g_shell_parse_argv (command, NULL, &argv, error) ||
        !simstow_process_run ((const gchar *const *) argv,
                              (const gchar *const *) environment,
                              PATIENCE,
                              &result,
                              cancellable,
                              error))
        return FALSE;
    return result.status == 0 || simstow_error_set (error,
                                                    SIMSTOW_ERROR_FAILED,
                                                    _ ("%s ended with status %d"),
                                                    argv[0],
                                                    result.status);
}

static void
tell_journal (SimstowRisk risk, const gchar *text)
{
    const GLogField fields[] = {
        {"MESSAGE", text, -1},
        {"MESSAGE_ID", SIMSTOW_ALERT_MESSAGE_ID, -1},
        {"PRIORITY", risk == SIMSTOW_RISK_FINE ? PRIORITY_NOTICE : PRIORITY_WARNING, -1},
        {"SYSLOG_IDENTIFIER", "simstow", -1},
    };

    g_log_writer_journald (G_LOG_LEVEL_MESSAGE, fields, G_N_ELEMENTS (fields), NULL);
}

static void
tell_desktop (SimstowRisk risk, const gchar *text)
{
    g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
    g_autoptr (GVariant) answer = NULL;
    GVariantBuilder hints;

    if (bus == NULL)
        return;
    g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&hints,
                           "{sv}",
                           "urgency",
                           g_variant_new_byte (risk == SIMSTOW_RISK_FINE ? 0 : 2));
    answer = g_dbus_connection_call_sync (bus,
                                          "org.freedesktop.Notifications",
                                          "/org/freedesktop/Notifications",
                                          "org.freedesktop.Notifications",
                                          "Notify",
                                          g_variant_new ("(susssasa{sv}i)",
                                                         "simstow",
                                                         0,
                                                         "modem",
                                                         _ ("Backups of the SIM"),
                                                         text,
                                                         NULL,
                                                         &hints,
                                                         -1),
                                          NULL,
                                          G_DBUS_CALL_FLAGS_NONE,
                                          CALL_TIMEOUT,
                                          NULL,
                                          NULL);
}

void
simstow_alert_tell (SimstowRisk risk, const gchar *text)
{
    tell_journal (risk, text);
    tell_desktop (risk, text);
}
