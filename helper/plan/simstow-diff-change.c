/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of one field, in words.
 */

#include "simstow-diff-change.h"

#include <glib/gi18n.h>

void
simstow_diff_change_append (GString *what, const gchar *field, const gchar *a, const gchar *b)
{
    if (g_strcmp0 (a ? a : "", b ? b : "") == 0)
        return;
    g_string_append_printf (what,
                            "%s%s %s -> %s",
                            what->len > 0 ? ", " : "",
                            field,
                            a && *a ? a : _ ("none"),
                            b && *b ? b : _ ("none"));
}
