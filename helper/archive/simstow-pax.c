/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The extended headers of a pax tar.
 */

#include "config.h"

#include "simstow-pax.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"

/* Longer than any length that fits the limit */
#define LENGTH_DIGITS 8

/* The record at @data: its whole length, and where its key begins; 0 when it is malformed */
static gsize
measure (const guint8 *data, gsize size, gsize *key)
{
    gsize length = 0;
    gsize i;

    for (i = 0; i < MIN (size, LENGTH_DIGITS) && g_ascii_isdigit ((gchar) data[i]); i++)
        length = length * 10 + (gsize) (data[i] - '0');
    *key = i + 1;
    if (i == 0 || i == size || data[i] != ' ' || length <= *key || length > size)
        return 0;
    return data[length - 1] == '\n' ? length : 0;
}

void
simstow_pax_clear (SimstowPax *pax)
{
    g_free (pax->path);
    *pax = (SimstowPax){NULL};
}

static gboolean
take_path (SimstowPax *pax, const gchar *value, gsize length)
{
    g_free (pax->path);
    pax->path = g_strndup (value, length);
    return length > 0 && strlen (pax->path) == length;
}

static gboolean
take_size (SimstowPax *pax, const gchar *value, gsize length)
{
    g_autofree gchar *digits = g_strndup (value, length);

    pax->has_size = TRUE;
    return g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, &pax->size, NULL);
}

static gboolean
take (SimstowPax *pax, const gchar *key, gsize key_length, const gchar *value, gsize length)
{
    g_autofree gchar *name = g_strndup (key, key_length);

    if (strcmp (name, "path") == 0 || strcmp (name, "GNU.sparse.name") == 0)
        return take_path (pax, value, length);
    if (strcmp (name, "size") == 0)
        return take_size (pax, value, length);
    pax->sparse = pax->sparse || g_str_has_prefix (name, "GNU.sparse.");
    return TRUE;
}

gboolean
simstow_pax_read (SimstowPax *pax,
                  const gchar *name,
                  const guint8 *data,
                  gsize size,
                  GError **error)
{
    while (size > 0) {
        gsize key;
        gsize length = measure (data, size, &key);
        const guint8 *equals = length > 0 ? memchr (data + key, '=', length - key) : NULL;

        if (!equals || !take (pax,
                              (const gchar *) data + key,
                              (gsize) (equals - data) - key,
                              (const gchar *) equals + 1,
                              (gsize) (data + length - equals) - 2)) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("%s: not in a simstow archive: %s"),
                         name,
                         _ ("a malformed extended header"));
            return FALSE;
        }
        data += length;
        size -= length;
    }
    return TRUE;
}
