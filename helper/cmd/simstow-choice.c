/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records of a merged archive.
 */

#include "config.h"

#include "simstow-choice.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-history.h"

void
simstow_choice_clear (SimstowChoice *choice)
{
    g_free (choice->since);
}

static gboolean
parse_time (const gchar *text, gint64 *time)
{
    g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
    g_autofree gchar *whole =
        strchr (text, 'T') ? g_strdup (text) : g_strconcat (text, "T00:00:00", NULL);
    g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (whole, zone);

    if (parsed == NULL)
        return FALSE;
    *time = g_date_time_to_unix (parsed);
    return TRUE;
}

gboolean
simstow_choice_check (SimstowChoice *choice, GError **error)
{
    if ((choice->latest ? 1 : 0) + (choice->all ? 1 : 0) + (choice->since != NULL ? 1 : 0) > 1) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("give only one of --latest, --all and --since"));
        return FALSE;
    }
    if (choice->since == NULL || parse_time (choice->since, &choice->time))
        return TRUE;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_USAGE,
                 _ ("--since: \"%s\" is no date; it is written as 2024-05-31 or "
                    "2024-05-31T12:00:00"),
                 choice->since);
    return FALSE;
}

guint
simstow_choice_apply (const SimstowChoice *choice, SimstowSnapshot *snapshot)
{
    if (choice->all)
        return 0;
    if (choice->since != NULL)
        return simstow_history_keep_since (snapshot, choice->time);
    return simstow_history_keep_latest (snapshot);
}
