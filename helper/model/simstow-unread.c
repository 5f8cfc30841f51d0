/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that could not be understood.
 */

#include "simstow-unread.h"

#include <string.h>

/* Enough to know the record by; all of it is in the archive */
#define QUOTED_MAX 120

SimstowUnread *
simstow_unread_new (const gchar *store, guint index, const gchar *fault, GBytes *raw)
{
    SimstowUnread *unread = g_new0 (SimstowUnread, 1);

    unread->store = g_strdup (store);
    unread->index = index;
    unread->fault = g_strdup (fault);
    unread->raw = raw ? g_bytes_ref (raw) : NULL;
    return unread;
}

void
simstow_unread_free (SimstowUnread *unread)
{
    if (!unread)
        return;
    g_free (unread->store);
    g_free (unread->fault);
    g_clear_pointer (&unread->raw, g_bytes_unref);
    g_free (unread->rest);
    g_free (unread);
}

gint
simstow_unread_compare (const SimstowUnread *a, const SimstowUnread *b)
{
    gint order = strcmp (a->store, b->store);

    if (order == 0)
        order = (a->index > b->index) - (a->index < b->index);
    if (order == 0)
        order = (a->raw != NULL) - (b->raw != NULL);
    if (order != 0)
        return order;
    return a->raw ? g_bytes_compare (a->raw, b->raw) : strcmp (a->fault, b->fault);
}

gchar *
simstow_unread_quote (GBytes *raw)
{
    g_autoptr (GString) text = g_string_new (NULL);
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);
    gsize i;

    for (i = 0; i < size && text->len < QUOTED_MAX; i++) {
        if (data[i] == '\\' || data[i] == '"')
            g_string_append_c (text, '\\');
        if (g_ascii_isprint ((gchar) data[i]))
            g_string_append_c (text, (gchar) data[i]);
        else
            g_string_append_printf (text, "\\x%02X", data[i]);
    }
    if (i < size)
        g_string_append (text, "...");
    return g_strdup (text->str);
}
