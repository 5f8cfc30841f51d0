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
#define LENGTH_DIGITS 5

static const gchar *const harmless[] =
    {"atime", "ctime", "gid", "gname", "mtime", "uid", "uname", "LIBARCHIVE.creationtime"};

static gboolean
is_harmless (const gchar *key, gsize length)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (harmless); i++)
        if (strlen (harmless[i]) == length && memcmp (harmless[i], key, length) == 0)
            return TRUE;
    return FALSE;
}

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

gboolean
simstow_pax_check (const gchar *name, const guint8 *data, gsize size, GError **error)
{
    while (size > 0) {
        gsize key;
        gsize length = measure (data, size, &key);
        const guint8 *equals = length > 0 ? memchr (data + key, '=', length - key) : NULL;

        if (!equals || !is_harmless ((const gchar *) data + key, (gsize) (equals - data) - key)) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("%s: not in a simstow archive: %s"),
                         name,
                         _ ("an extended header of more than times and owners"));
            return FALSE;
        }
        data += length;
        size -= length;
    }
    return TRUE;
}
