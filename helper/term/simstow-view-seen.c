/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When records were seen.
 */

#include "config.h"

#include "simstow-view-seen.h"

#include <glib/gi18n.h>

#include "simstow-history.h"

static gchar *
format_date (gint64 utc)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (utc);

    return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("");
}

gchar *
simstow_view_seen (gint64 first, gint64 last)
{
    g_autofree gchar *from = NULL;
    g_autofree gchar *to = NULL;

    if (last == 0)
        return g_strdup ("");
    from = format_date (first);
    to = format_date (last);
    if (g_str_equal (from, to))
        return g_steal_pointer (&to);
    return g_strdup_printf (_ ("%s to %s"), from, to);
}

gchar *
simstow_view_seen_message (const SimstowMessage *message)
{
    gint64 first;
    gint64 last;

    simstow_history_get_message_seen (message, &first, &last);
    return simstow_view_seen (first, last);
}
