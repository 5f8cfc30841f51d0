/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of --compress.
 */

#include "config.h"

#include "simstow-compression.h"

#include <glib/gi18n.h>

#include "simstow-error.h"

static const gchar *const words[] = {
    [SIMSTOW_COMPRESSION_GZIP] = "gzip",
    [SIMSTOW_COMPRESSION_ZSTD] = "zstd",
    [SIMSTOW_COMPRESSION_XZ] = "xz",
    [SIMSTOW_COMPRESSION_NONE] = "none",
};

gboolean
simstow_compression_parse (const gchar *text, SimstowCompression *compression, GError **error)
{
    guint i;

    *compression = SIMSTOW_COMPRESSION_BY_NAME;
    if (text == NULL)
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (words); i++) {
        if (g_str_equal (words[i], text)) {
            *compression = (SimstowCompression) i;
            return TRUE;
        }
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_USAGE,
                 _ ("--compress takes gzip, zstd, xz or none, not \"%s\""),
                 text);
    return FALSE;
}
